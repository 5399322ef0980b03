"""How long changed fares take: from a file to a search that sees them; and what keeping results gains.

    python benchmarks/fares.py DATA_DIR [--changes 1000000] [--json FILE]

``DATA_DIR`` holds a snapshot: of ``flight-search ingest``, or of ``benchmarks/generated.py`` for sizes. Its
fares are left as they were. Every step is timed once, because the second time much would be in memory
already; processor seconds stand beside, which a busy machine does not lengthen.
"""

import argparse
import asyncio
import datetime as dt
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import anyio
import numpy as np

from flight_search.cache.open import open_caches
from flight_search.cache.settings import CacheSettings
from flight_search.catalog.fares.lay_over import lay_over
from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.progress import SilentProgress
from flight_search.domain.result import SearchRequest
from flight_search.ingest.fare_changes.apply import FareFiles, Options
from flight_search.search.bundles import bundle
from flight_search.search.dates import minute_of
from flight_search.search.engine import SearchEngine
from flight_search.search.index import SnapshotIndex
from flight_search.services.in_process import InProcessOffers, utc_now
from flight_search.services.kept_offers import DataClock, KeptOffers
from flight_search.services.metrics import Metrics

SEARCHES = 200
PAGE = 10


@contextmanager
def timed(found: dict[str, dict[str, float]], step: str) -> Iterator[None]:
    began, used = time.perf_counter(), time.process_time()
    yield
    found[step] = {
        "seconds": round(time.perf_counter() - began, 3),
        "processor_seconds": round(time.process_time() - used, 3),
    }
    print(f"{step:45} {found[step]['seconds']:8.3f} s {found[step]['processor_seconds']:8.3f} s of processor")


def file_of(snapshot: Snapshot, changes: int, seed: int) -> bytes:
    """Return a CSV file with new prices for drawn offers, by id; every twentieth is sold out."""
    rng = np.random.default_rng(seed)
    offers = snapshot.offers
    rows = rng.choice(len(offers.key), min(changes, len(offers.key)), replace=False)
    prices = np.maximum(offers.price[rows] * rng.uniform(0.8, 1.25, len(rows)), 100) / 100
    lines = [
        f"o_{key:016x},{price:.2f},{'true' if number % 20 == 0 else ''}"
        for number, (key, price) in enumerate(zip(offers.key[rows].tolist(), prices.tolist(), strict=True))
    ]
    return "\n".join(["id,price,sold_out", *lines, ""]).encode()


def measure_applying(data_dir: Path, changes: int, found: dict[str, dict[str, float]]) -> None:
    """Apply a file, twice and then a small one, in a folder that only points to the data."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "snapshots").symlink_to((data_dir / "snapshots").resolve())
        (root / "CURRENT").write_text((data_dir / "CURRENT").read_text())
        files = FareFiles(SnapshotStore(root), FareStore(root), SilentProgress(), utc_now)
        live = LiveSnapshot(files.snapshots)
        index = SnapshotIndex(live.get())
        with timed(found, "making the index of the snapshot"):
            index.warm_up()
        first, second = (file_of(live.get(), changes, seed) for seed in (1, 2))
        with timed(found, f"applying {changes:,} changes"):
            files.apply(first, "first.csv", Options())
        with timed(found, f"applying {changes:,} more over them"):
            files.apply(second, "second.csv", Options())
        with timed(found, "applying 10 more over those"):
            files.apply(file_of(live.get(), 10, 3), "third.csv", Options())
        with timed(found, "opening the fares"):
            snapshot = live.get()
        with timed(found, "laying them over"):
            laid = lay_over(snapshot)
        with timed(found, "the same over another snapshot, by keys"):
            other = snapshot.manifest.model_copy(update={"name": "other"})
            lay_over(replace(snapshot, manifest=other))
        with timed(found, "making the index anew"):
            next_index = index.with_fares(laid)
            next_index.warm_up()
        with timed(found, "bundling its offers anew"):
            bundle(next_index, minute_of(utc_now()))


async def measure_keeping(snapshot: Snapshot, found: dict[str, dict[str, float]], url: str | None) -> None:
    """Ask for the cheapest of busy routes again and again: kept, and worked out each time."""
    now = dt.datetime.combine(dt.date.fromisoformat(snapshot.manifest.first_day), dt.time(12), dt.UTC)
    engine = SearchEngine(_Always(snapshot), None, clock=lambda: now)
    engine.warm_up()
    metrics = Metrics("rag")
    made = InProcessOffers(engine, anyio.CapacityLimiter(2), metrics)
    busy = np.argsort(snapshot.routes.start - snapshot.routes.end)[:SEARCHES]
    codes = snapshot.airports.iata
    requests = [
        _request(str(codes[snapshot.routes.origin[row]]), str(codes[snapshot.routes.destination[row]]))
        for row in busy
    ]
    async with open_caches(CacheSettings(redis_url=url), metrics.count_cache, time.monotonic) as caches:
        when = DataClock(engine.data_identity, lambda: now)
        kept = KeptOffers.open(made, when, caches, 2 * SEARCHES, metrics)
        for name, search in (
            ("worked out", made.search),
            ("looked for and worked out", kept.search),
            ("kept", kept.search),
        ):
            await _ask_all(name, search, requests, found)
        if url:
            fresh = KeptOffers.open(made, when, caches, 2 * SEARCHES, metrics)
            await _ask_all("kept by another process, in Redis", fresh.search, requests, found)


async def _ask_all(
    name: str, search: Callable, requests: list[SearchRequest], found: dict[str, dict[str, float]]
) -> None:
    times = []
    for request in requests:
        began = time.perf_counter()
        await search(request)
        times.append(1000 * (time.perf_counter() - began))
    p50, p99 = statistics.median(times), statistics.quantiles(times, n=100)[98]
    found[f"search {name}"] = {"p50_ms": round(p50, 3), "p99_ms": round(p99, 3)}
    print(f"{'search ' + name:45} p50 {p50:7.3f} ms  p99 {p99:7.3f} ms")


class _Always:
    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def get(self) -> Snapshot:
        return self._snapshot


def _request(origin: str, destination: str) -> SearchRequest:
    ends = {"origin": origin, "destination": destination}
    way = {name: {"label": code, "airports": [code]} for name, code in ends.items()}
    return SearchRequest.model_validate({"query": {"slices": [way]}, "limit": PAGE})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--changes", type=int, default=1_000_000)
    parser.add_argument("--redis", help="Address of a Redis, to measure results kept there.")
    parser.add_argument("--json", type=Path, help="Write the figures here as well.")
    arguments = parser.parse_args()
    snapshot = SnapshotStore(arguments.data_dir).open()
    offers = len(snapshot.offers.key)
    changes = min(arguments.changes, offers)
    print(f"{offers:,} offers, {changes:,} changes\n")
    found: dict[str, dict[str, float]] = {}
    measure_applying(arguments.data_dir, changes, found)
    asyncio.run(measure_keeping(snapshot, found, arguments.redis))
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"offers": offers, "changes": changes, "steps": found}, indent=2)
        )


if __name__ == "__main__":
    main()
