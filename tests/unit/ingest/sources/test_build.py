"""Whole builds of own files: what is searched afterwards, and every way in which they stop."""

import datetime as dt
import errno
import json

import numpy as np
import pytest

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import IngestError, SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.embed.hashing import HashingEmbedder
from flight_search.ingest.fares import FARES_MEMBER
from flight_search.ingest.sources.build import BuildOptions, Workshop, build_from_sources
from flight_search.ingest.sources.limits import Limits
from flight_search.ingest.sources.mapping import parse_mapping
from flight_search.ingest.sources.plan import plan_own_files
from flight_search.reference.airports import load_airports

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
MAPPING = """
[source]
name = "acme"
title = "Acme"
[columns]
origin = "from"
destination = "to"
departs_at = "dep"
arrives_at = "arr"
flight_number = "no"
price = "price"
cabin = "cabin"
[constants]
currency = "USD"
"""


class CountingEmbedder(HashingEmbedder):
    """Counts the texts it is asked for."""

    def __init__(self):
        super().__init__()
        self.texts = 0

    def embed_documents(self, texts):
        self.texts += len(texts)
        return super().embed_documents(texts)


def rows(days, *, price="199.99", cabin="economy", to="MIA"):
    for day in range(days):
        date = dt.date(2026, 12, 1) + dt.timedelta(days=day)
        yield f"JFK,{to},{date} 08:00,{date} 11:10,DL12,{price},{cabin}"


def fares(package, cache_dir, _):
    import zipfile

    path = cache_dir / package.filename
    path.parent.mkdir(parents=True, exist_ok=True)
    routes = {
        f"JFK-{code}": {"p25": 100, "median": 200, "p75": 300}
        for code in [*list(load_airports())[:150], "MIA"]
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(FARES_MEMBER, json.dumps({"vintage": "2026-06", "routes": routes}))
    return path


@pytest.fixture
def build(tmp_path):
    """Return a function that builds from lines of a file."""

    def run(
        lines, *, embedder=None, options=None, checkpoint=lambda _: None, store_checkpoint=lambda _: None
    ):
        path = tmp_path / "flights.csv"
        path.write_text("\n".join(["from,to,dep,arr,no,price,cabin", *lines]) + "\n")
        progress = SilentProgress()
        workshop = Workshop(
            store=SnapshotStore(tmp_path / "data", checkpoint=store_checkpoint),
            embedder=embedder or HashingEmbedder(),
            cache_dir=tmp_path / "cache",
            progress=progress,
            clock=lambda: NOW,
            fetch=fares,
            checkpoint=checkpoint,
        )
        planned = plan_own_files([path], parse_mapping(MAPPING, "m"), progress)
        return build_from_sources([planned], options or BuildOptions(), workshop)

    return run


@pytest.fixture
def store(tmp_path):
    return SnapshotStore(tmp_path / "data")


def test_own_fares_are_searched_as_they_were_quoted(build, store):
    report = build(rows(30))
    snapshot = store.open()
    assert store.verify(report.name) == []
    assert set(snapshot.offers.price.tolist()) == {19_999}
    assert set(snapshot.offers.basis.tolist()) == {0}
    assert snapshot.manifest.sources[0].name == "acme"
    assert [one.read for one in report.sources] == [30]


def test_flights_without_a_price_get_an_estimate_that_is_marked(build, store):
    build([*rows(5), *rows(5, to="LAX", price="")])
    offers = store.open().offers
    estimated = offers.basis == 1
    assert int(estimated.sum()) == 5
    assert bool(np.all(offers.price[estimated] > 0))
    assert "fares" in [source.name for source in store.open().manifest.sources]


def test_of_the_same_flight_the_cheapest_stays_and_cabins_stay_apart(build, store):
    report = build([*rows(3, price="300"), *rows(3, price="250"), *rows(3, price="900", cabin="business")])
    offers = store.open().offers
    assert sorted(offers.price.tolist()) == [25_000] * 3 + [90_000] * 3
    assert report.dropped == {"duplicate": 3}
    # Economy and business of a flight are two offers of one flight.
    assert report.counts["segments"] == 3


def test_a_second_build_of_the_same_embeds_nothing_and_is_the_same(build, store):
    embedder = CountingEmbedder()
    first = build(rows(30), embedder=embedder)
    asked = embedder.texts
    second = build(rows(30), embedder=embedder)
    assert (first.embedded, second.embedded, embedder.texts) == (asked, 0, asked)
    files = [store.open(one.name).manifest.files for one in (first, second)]
    assert files[0] == files[1]


def test_too_many_refused_rows_stop_the_build_and_name_the_quarantine(build, store):
    first = build(rows(30))
    with pytest.raises(IngestError, match=r"3 of 33 rows of acme were refused \(9\.1%\)") as error:
        build([*rows(30), *rows(3, to="XXX")])
    assert store.current_name() == first.name
    path = store.root / "quarantine" / "acme.jsonl"
    assert str(path) in error.value.remedy
    refused = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["source"], row["line"], row["field"], row["reason"], row["value"]) for row in refused] == [
        ("acme", line, "destination", "unknown_airport", "XXX") for line in (32, 33, 34)
    ]
    assert all(row["says"] for row in refused)
    build([*rows(30), *rows(3, to="XXX")], options=BuildOptions(limits=Limits(most_refused=0.1)))
    assert store.current_name() != first.name
    assert store.open().manifest.refused == {"acme": {"unknown_airport": 3}}


def test_a_source_that_lost_half_of_its_offers_stops_the_build(build, store):
    first = build(rows(30))
    build(rows(16))
    with pytest.raises(IngestError, match="it fell by 56%"):
        build(rows(7))
    assert store.current_name() != first.name
    build(rows(7), options=BuildOptions(limits=Limits(most_lost=1.0)))
    assert store.open().manifest.counts["offers"] == 7


def test_a_file_of_the_past_says_so(build, store):
    with pytest.raises(IngestError, match="2 departed before today"):
        build(line.replace("2026-12", "2026-10") for line in rows(2))
    assert store.current_name() is None


@pytest.mark.parametrize(
    "step", ["stage part", "stage report", "stage rename", "assemble", "embed", "publish"]
)
def test_a_disk_that_is_full_at_any_step_leaves_what_was(build, store, step):
    first = build(rows(30))

    def fill(now):
        if now == step:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(IngestError, match="The disk is full"):
        build(rows(31), checkpoint=fill)
    assert store.current_name() == first.name
    assert build(rows(31)).counts["offers"] == 31


def test_a_file_that_changes_between_two_looks_is_told(build, store, tmp_path):
    def change(step):
        if step == "stage part":
            with (tmp_path / "flights.csv").open("a") as more:
                more.write("x\n")

    with pytest.raises(SourceError, match="changed while it was read"):
        build(rows(30), checkpoint=change)
    assert store.current_name() is None


def test_a_mended_file_leaves_no_quarantine_behind(build, store):
    with pytest.raises(IngestError):
        build([*rows(3), *rows(3, to="XXX")])
    build(rows(3))
    assert not (store.root / "quarantine" / "acme.jsonl").exists()
