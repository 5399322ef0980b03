"""How long the search engine takes, inside the process, beside a search over all rows in the same run.

    python benchmarks/search_engine.py DATA_DIR [--queries 200] [--json FILE]

Shapes: A no filter · B origin, destination and day · C region, month and price · D nonstop under the median
price · E one carrier and part of day. Each query has soft words too; their vector is drawn at random, so the
embedding model is not measured. Columns:

* ``engine``: plan, filter, meaning, rank, the rows of the first ten, the total and all facets
* ``result``: the whole SearchResult, with reasons and ten Offer objects
* ``all rows``: NumPy over every row and the vectors of all profiles, what is left sorted as a whole

The totals of both are compared; a difference stops the run.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest
from flight_search.search.dates import clock_minute, date_of, day_number, minute_of
from flight_search.search.engine import SearchEngine, utc_now
from flight_search.search.find import Ask, find
from flight_search.search.index import SnapshotIndex
from flight_search.search.meaning import Wish
from flight_search.search.money import pricing_of
from flight_search.search.trace import Stopwatch

WORDS = "somewhere warm by the sea"


class RandomEmbedder:
    """Draws a unit vector for every text."""

    def __init__(self, identity: str, dimensions: int) -> None:
        self.identity = identity
        self.dimensions = dimensions
        self._rng = np.random.default_rng(0)

    def embed_query(self, _text: str) -> np.ndarray:
        """Return the next vector."""
        vector = self._rng.normal(size=self.dimensions).astype(np.float32)
        return vector / np.linalg.norm(vector)


class Opened:
    """A snapshot that stays."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self) -> Snapshot:
        """Return it."""
        return self._snapshot


@dataclass(frozen=True)
class Drawn:
    """Where random queries come from: rows of the data itself."""

    index: SnapshotIndex
    rng: random.Random
    median: int

    def row(self) -> int:
        """Return a random offer."""
        return self.rng.randrange(self.index.size)

    def code(self, airport: int) -> dict[str, object]:
        """Return an airport as a place."""
        code = str(self.index.snapshot.airports.iata[airport])
        return {"label": code, "airports": [code]}

    def region(self, airport: int) -> dict[str, object]:
        """Return the airports of the same state, or of the same country where no states are known."""
        airports = self.index.snapshot.airports
        column = airports.subdivision if airports.subdivision[airport] else airports.country
        codes = [str(code) for code in airports.iata[column == column[airport]]]
        return {"label": str(column[airport]), "airports": codes}


def shape_a(drawn: Drawn) -> dict[str, object]:
    return {"slices": [{"origin": {"label": "all", "airports": [str(c) for c in drawn.index.airport_row]}}]}


def shape_b(drawn: Drawn) -> dict[str, object]:
    offers, row = drawn.index.snapshot.offers, drawn.row()
    day = date_of(int(offers.departure_day[row])).isoformat()
    part = {
        "origin": drawn.code(offers.origin[row]),
        "destination": drawn.code(offers.destination[row]),
        "depart_date": {"from": day, "to": day},
    }
    return {"slices": [part]}


def shape_c(drawn: Drawn) -> dict[str, object]:
    offers, row = drawn.index.snapshot.offers, drawn.row()
    date = date_of(int(offers.departure_day[row]))
    part = {
        "origin": drawn.code(offers.origin[row]),
        "destination": drawn.region(offers.destination[row]),
        "depart_date": {"from": f"{date:%Y-%m}-01", "to": f"{date:%Y-%m}-28"},
    }
    return {"slices": [part], "price": {"max": str(int(offers.price[row]) // 100)}}


def shape_d(drawn: Drawn) -> dict[str, object]:
    # Never twice the same, so that nothing is answered from an earlier query.
    most = drawn.median * drawn.rng.uniform(0.8, 1.0) / 100
    return {**shape_a(drawn), "stops": {"max": 0}, "price": {"max": f"{most:.2f}"}}


def shape_e(drawn: Drawn) -> dict[str, object]:
    offers, row = drawn.index.snapshot.offers, drawn.row()
    carrier = str(drawn.index.snapshot.carriers.iata[offers.carrier[row]])
    query = shape_a(drawn)
    query["slices"][0]["depart_time"] = drawn.rng.choice(
        ({"from": "05:00", "to": "11:59"}, {"from": "17:00", "to": "20:59"})
    )
    return {**query, "carriers": {"include": [carrier]}}


SHAPES: dict[str, Callable[[Drawn], dict[str, object]]] = {
    "A none": shape_a,
    "B route, day": shape_b,
    "C region, month, price": shape_c,
    "D nonstop, price": shape_d,
    "E carrier, part of day": shape_e,
}


def search_all_rows(index: SnapshotIndex, query: FlightQuery, vector: np.ndarray, now_minute: int) -> int:
    """Search as one would without an index; only one segment an offer."""
    offers, part = index.snapshot.offers, query.slices[0]
    fits = offers.departs_utc > now_minute
    fits &= np.isin(offers.origin, index.airport_rows(part.origin.airports))
    if part.destination:
        fits &= np.isin(offers.destination, index.airport_rows(part.destination.airports))
    if part.depart_date:
        fits &= offers.departure_day >= day_number(part.depart_date.from_)
        fits &= offers.departure_day <= day_number(part.depart_date.to)
    if part.depart_time:
        fits &= offers.departure_minute >= clock_minute(part.depart_time.from_)
        fits &= offers.departure_minute <= clock_minute(part.depart_time.to)
    if query.price.max is not None:
        fits &= offers.price <= int(query.price.max * 100)
    if query.stops.max is not None:
        fits &= offers.stops <= query.stops.max
    if query.carriers.include:
        fits &= offers.carrier == index.carrier_row[query.carriers.include[0]]
    rows = np.flatnonzero(fits)
    # Each profile once: a copy of a vector per row would take 16 GB for ten million.
    cosines = (index.snapshot.vectors @ vector)[offers.profile[rows]]
    fares = np.maximum(offers.price[rows], 1)
    score = 0.3 * cosines + 0.7 * (fares.min(initial=2**31 - 1) / fares)
    np.lexsort((offers.key[rows], offers.departs_utc[rows], fares, -score))[:10]
    return len(rows)


def percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{share}_ms": round(1000 * float(np.percentile(seconds, share)), 3) for share in (50, 99)}


def timed(work: Callable[[], object]) -> tuple[float, object]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def measure(name: str, drawn: Drawn, engine: SearchEngine, queries: int) -> dict[str, object]:
    index = drawn.index
    now_minute = minute_of(utc_now())
    embedder = RandomEmbedder(index.snapshot.manifest.embedding_model, index.snapshot.manifest.dimensions)
    spent: dict[str, list[float]] = {"engine": [], "result": [], "all_rows": []}
    matched = []
    for number in range(queries):
        query = FlightQuery.model_validate({**SHAPES[name](drawn), "preferences": WORDS})
        vector = embedder.embed_query(WORDS)
        ask = Ask(query, now_minute, pricing_of(query, index.snapshot.manifest), Wish(vector))

        def inside(ask: Ask = ask) -> int:
            found = find(index, ask, Stopwatch())
            found.first(0, 10)
            found.facets()
            return found.total

        seconds, total = timed(inside)
        spent["engine"].append(seconds)
        request = SearchRequest(query=query, limit=10)
        spent["result"].append(timed(lambda request=request: engine.search(request))[0])
        matched.append(total)
        # The search over all rows is slow and hardly varies: a few queries are enough.
        if number % max(queries // 5, 1) == 0:
            seconds, expected = timed(
                lambda query=query, vector=vector: search_all_rows(index, query, vector, now_minute)
            )
            spent["all_rows"].append(seconds)
            if expected != total and not index.has_connections:
                sys.exit(f"{name}: {total} offers found, {expected} by a search over all rows: {query!r}")
    figures = {column: percentiles(seconds) for column, seconds in spent.items()}
    return {"shape": name, "matches_median": int(np.median(matched)), **figures}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--no-all-rows", action="store_true", help="leave out the search over all rows")
    chosen = parser.parse_args()
    snapshot = SnapshotStore(chosen.data_dir).open()
    embedder = RandomEmbedder(snapshot.manifest.embedding_model, snapshot.manifest.dimensions)
    engine = SearchEngine(Opened(snapshot), embedder)
    seconds, index = timed(lambda: SnapshotIndex(snapshot))
    drawn = Drawn(index, random.Random(0), int(np.median(snapshot.offers.price)))  # noqa: S311 - no secret
    for shape in SHAPES:  # what is worked out once per snapshot is not what is measured
        measure(shape, drawn, engine, 2)
    print(f"{index.size:,} offers, {len(snapshot.vectors):,} profiles; index {1000 * seconds:.1f} ms")
    heads = ("matches", "engine p50/p99", "result p50/p99", "all rows p50/p99")
    print(f"{'shape (times in ms)':<24}{heads[0]:>10}{heads[1]:>18}{heads[2]:>18}{heads[3]:>20}")
    results = []
    for shape in SHAPES:
        result = measure(shape, drawn, engine, chosen.queries)
        results.append(result)
        columns = [
            f"{result[column]['p50_ms']:.2f}/{result[column]['p99_ms']:.2f}"
            for column in ("engine", "result", "all_rows")
        ]
        print(f"{shape:<24}{result['matches_median']:>10,}{columns[0]:>18}{columns[1]:>18}{columns[2]:>20}")
    if chosen.json:
        chosen.json.write_text(json.dumps({"offers": index.size, "results": results}, indent=2))


if __name__ == "__main__":
    main()
