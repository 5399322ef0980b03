"""How long the search engine takes, inside the process, beside the plan that filters row by row.

    python benchmarks/search_engine.py DATA_DIR... [--queries 200] [--json FILE]

Make the data with `benchmarks/generated.py`. Shapes: A no filter · B origin, destination and day · C region,
month and price · D nonstop under the median price · E one carrier and part of day. Each query has soft words
too; their vector is drawn at random, so the embedding model is not measured. Columns:

* ``engine``: plan, filter, meaning, rank, the rows of the first ten, the total and all facets
* ``cpu``: the time of the processor that this takes, whatever else the machine does
* ``result``: the whole SearchResult, with reasons and ten Offer objects
* ``row by row``: the engine with the plan *filter first* forced, on a few of the queries

On those queries the first ten, the total and all facets of both are compared; a difference stops the run. The
tests hold *filter first* against brute force.
"""

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest
from flight_search.search.choice import PlanName, choose
from flight_search.search.dates import date_of, minute_of
from flight_search.search.engine import SearchEngine, utc_now
from flight_search.search.find import find
from flight_search.search.found import Ask
from flight_search.search.index import SnapshotIndex
from flight_search.search.meaning import Wish
from flight_search.search.money import pricing_of
from flight_search.search.trace import Stopwatch

WORDS = "a village by the sea"


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


def percentiles(seconds: list[float]) -> dict[str, float]:
    return {f"p{share}_ms": round(1000 * float(np.percentile(seconds, share)), 3) for share in (50, 99)}


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    began, began_cpu = time.perf_counter(), time.thread_time()
    found = work()
    return time.perf_counter() - began, time.thread_time() - began_cpu, found


def answer(index: SnapshotIndex, ask: Ask, plan: PlanName | None = None) -> tuple[object, ...]:
    """Return everything that a search gives but its words."""
    found = find(index, ask, Stopwatch(), plan=plan)
    return found.total, found.first(0, 10), found.facets()


def measure(name: str, drawn: Drawn, engine: SearchEngine, queries: int) -> dict[str, object]:
    index, manifest = drawn.index, drawn.index.snapshot.manifest
    embedder = RandomEmbedder(manifest.embedding_model, manifest.dimensions)
    spent: dict[str, list[float]] = {
        "engine": [],
        "cpu": [],
        "result": [],
        "row_by_row": [],
        "row_by_row_cpu": [],
    }
    matched = []
    plans: Counter[str] = Counter()
    for number in range(queries):
        query = FlightQuery.model_validate({**SHAPES[name](drawn), "preferences": WORDS})
        ask = Ask(query, minute_of(utc_now()), pricing_of(query, manifest), Wish(embedder.embed_query(WORDS)))
        seconds, cpu, found = timed(lambda ask=ask: answer(index, ask))
        spent["engine"].append(seconds)
        spent["cpu"].append(cpu)
        matched.append(found[0])
        plans[str(choose(index, ask).plan)] += 1
        request = SearchRequest(query=query, limit=10)
        spent["result"].append(timed(lambda request=request: engine.search(request))[0])
        # Row by row is slow and hardly varies: a few queries are enough.
        if number % max(queries // 5, 1) == 0:
            seconds, cpu, expected = timed(lambda ask=ask: answer(index, ask, PlanName.FILTER_FIRST))
            spent["row_by_row"].append(seconds)
            spent["row_by_row_cpu"].append(cpu)
            if expected != found:
                sys.exit(f"{name}: row by row another result: {query!r}")
    figures = {column: percentiles(seconds) for column, seconds in spent.items()}
    return {
        "shape": name,
        "matches_median": int(np.median(matched)),
        "matches_most": int(np.max(matched)),
        "plans": dict(plans),
        **figures,
    }


def measure_snapshot(data_dir: Path, queries: int) -> dict[str, object]:
    seconds: dict[str, float] = {}
    seconds["open"], _, snapshot = timed(SnapshotStore(data_dir).open)
    embedder = RandomEmbedder(snapshot.manifest.embedding_model, snapshot.manifest.dimensions)
    waiting: list[Callable[[], None]] = []
    engine = SearchEngine(Opened(snapshot), embedder, background=waiting.append)
    seconds["index"], _, index = timed(engine._current.get)  # noqa: SLF001 - what is measured
    seconds["warm_up"] = timed(engine.warm_up)[0]
    # In a service this goes on in the background, while searches filter row by row.
    seconds["bundles"] = timed(lambda: [work() for work in waiting])[0]
    drawn = Drawn(index, random.Random(0), int(np.median(snapshot.offers.price)))  # noqa: S311 - no secret
    for shape in SHAPES:  # what is worked out once per snapshot is not what is measured
        measure(shape, drawn, engine, 2)
    took = ", ".join(f"{name} {spent:.2f} s" for name, spent in seconds.items())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{index.size:,} offers, {len(snapshot.vectors):,} profiles; {took}")
    columns = ("engine", "cpu", "result", "row_by_row")
    heads = "".join(f"{name.replace('_', ' ') + ' p50/p99':>22}" for name in columns)
    print(f"{'shape (times in ms)':<24}{'matches':>12}{heads}")
    results = []
    for shape in SHAPES:
        result = measure(shape, drawn, engine, queries)
        results.append(result)
        shown = "".join(f"{result[name]['p50_ms']:>14.2f}/{result[name]['p99_ms']:<7.2f}" for name in columns)
        print(f"{shape:<24}{result['matches_median']:>12,}{shown}  {', '.join(result['plans'])}", flush=True)
    print(f"most memory so far {memory:,.0f} MB")
    return {
        "offers": index.size,
        "profiles": len(snapshot.vectors),
        "bundles": len(index.bundled.bundles.profile) if index.bundled else 0,
        "seconds": seconds,
        "peak_memory_mb": memory,
        "results": results,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dirs", type=Path, nargs="+")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    measured = [measure_snapshot(data_dir, chosen.queries) for data_dir in chosen.data_dirs]
    if chosen.json:
        chosen.json.write_text(json.dumps(measured, indent=2))


if __name__ == "__main__":
    main()
