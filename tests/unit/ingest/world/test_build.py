"""The whole build on a small package: what it makes, and that nothing is current when it stops."""

import datetime as dt
import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.schema import BASES
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress, SilentProgress
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import SearchRequest
from flight_search.embed.hashing import HashingEmbedder
from flight_search.fetch.packages import PinnedPackage
from flight_search.ingest.fares import FARES_MEMBER
from flight_search.ingest.world.build import WorldPlan, build_world
from flight_search.reference.airports import load_airports
from flight_search.search.engine import SearchEngine

from .conftest import flight_xml, traffic_xml

TODAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
FLIGHTS = (
    flight_xml("BA117", "EGLL", "08:25:00", "KJFK", "16:20:00"),
    flight_xml("BA15", "EGLL", "21:15:00", "WSSS", "10:10:00"),
    flight_xml("BA1306"),
    flight_xml("BA1305", "EGPD", "05:00:00", "EGLL", "06:35:00", repeat="24Hr"),
    flight_xml("BA9", "NZAA", "2/11:30:00", "KLAX", "2/23:30:00", repeat="WEEK"),
)


def fares(_package: PinnedPackage, cache_dir: Path, _progress: Progress) -> Path:
    codes = list(load_airports())
    routes = {f"JFK-{code}": {"p25": 100, "median": 200, "p75": 300} for code in codes[:150]}
    path = cache_dir / "fares.whl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(FARES_MEMBER, json.dumps({"vintage": "2026-06", "routes": routes}))
    return path


def build(tmp_path: Path, plan: WorldPlan) -> Snapshot:
    store = SnapshotStore(tmp_path / "data")
    build_world(
        store,
        HashingEmbedder(),
        tmp_path / "cache",
        TODAY,
        SilentProgress(),
        plan=plan,
        clock=lambda: NOW,
        fetch=fares,
    )
    assert store.verify(str(store.current_name())) == []
    return store.open()


@pytest.fixture
def package(make_package: Callable[[Mapping[str, bytes]], Path]) -> Path:
    return make_package({"BAW.xml": traffic_xml(*FLIGHTS, flight_xml(aircraft="BAW-74F"))})


def nonstops_of(snapshot: Snapshot, origin: str, destination: str) -> np.ndarray:
    codes = snapshot.airports.iata.tolist()
    offers = snapshot.offers
    return np.flatnonzero(
        (offers.origin == codes.index(origin))
        & (offers.destination == codes.index(destination))
        & (offers.stops == 0)
    )


def test_every_flight_departs_on_each_of_its_days(tmp_path: Path, package: Path):
    snapshot = build(tmp_path, WorldPlan(weeks=2, package=package))
    manifest = snapshot.manifest
    assert (manifest.first_day, manifest.last_day) == ("2026-11-24", "2026-12-07")
    assert manifest.dropped["cargo"] == 1
    assert manifest.sources[0].name == "world-schedule"
    rows = nonstops_of(snapshot, "LHR", "JFK")
    assert len(rows) == 14
    offers = snapshot.offers
    assert set(offers.departure_minute[rows].tolist()) == {8 * 60 + 25}
    assert set(offers.arrival_minute[rows].tolist()) == {11 * 60 + 20}
    assert set(offers.duration_minutes[rows].tolist()) == {475}


def test_connections_are_made_named_and_priced_as_what_they_are(tmp_path: Path, make_package):
    package = make_package(
        {
            "BAW.xml": traffic_xml(
                flight_xml("BA1305", "EGPD", "05:00:00", "EGLL", "06:35:00"),
                flight_xml("BA117", "EGLL", "10:25:00", "KJFK", "18:20:00"),
                flight_xml("VS3", "EGLL", "09:25:00", "KJFK", "17:20:00"),
            )
        }
    )
    snapshot = build(tmp_path, WorldPlan(weeks=1, package=package, processes=1))
    offers = snapshot.offers
    with_stop = np.flatnonzero(offers.stops == 1)
    separate = BASES.index("separate_estimates")
    assert len(with_stop) == 14
    assert sorted(set(offers.basis[with_stop].tolist())) == [BASES.index("estimate"), separate]
    one = with_stop[offers.basis[with_stop] == BASES.index("estimate")][0]
    nonstop = offers.emissions_kg[offers.stops == 0]
    assert int(offers.emissions_kg[one]) == int(nonstop.max()) + int(nonstop.min())
    assert "with a stop" in snapshot.profiles.text[offers.profile[one]]
    # Separate tickets cost what their flights cost, and the traveller is told.
    other = with_stop[offers.basis[with_stop] == separate][0]
    assert offers.price[other] > 0
    live = LiveSnapshot(SnapshotStore(tmp_path / "data"))
    engine = SearchEngine(live, HashingEmbedder(), clock=lambda: NOW)
    end = {"label": "", "airports": ["ABZ"]}, {"label": "", "airports": ["JFK"]}
    query = FlightQuery.model_validate({"slices": [{"origin": end[0], "destination": end[1]}]})
    found = engine.search(SearchRequest(query=query, limit=20)).offers
    warned = [
        offer for offer in found if any(text.startswith("self-transfer at LHR") for text in offer.warnings)
    ]
    assert len(found) == 14
    assert len(warned) == 7
    assert {offer.slices[0].segments[1].carrier for offer in warned} == {"VS"}


def test_room_for_offers_is_kept_and_nonstops_go_first(tmp_path: Path, package: Path):
    counts = [
        build(
            tmp_path / str(most), WorldPlan(weeks=1, package=package, max_offers=most, processes=1)
        ).manifest.counts["offers"]
        for most in (1, 29, 30, 1000)
    ]
    assert counts[0] == counts[1] == 29
    assert counts[2] == 30
    assert counts[3] > 30


def test_local_days_follow_the_airport_and_not_utc(tmp_path: Path, package: Path):
    snapshot = build(tmp_path, WorldPlan(weeks=1, package=package))
    offers = snapshot.offers
    # Tuesday 11:30 UTC is Wednesday 00:30 in Auckland; the arrival in Los Angeles is on Tuesday.
    (row,) = nonstops_of(snapshot, "AKL", "LAX")
    day = dt.date(1970, 1, 1) + dt.timedelta(days=int(offers.departure_day[row]))
    assert (day, int(offers.departure_minute[row])) == (dt.date(2026, 11, 25), 30)
    assert (int(offers.arrival_day[row] - offers.departure_day[row]), int(offers.arrival_minute[row])) == (
        -1,
        15 * 60 + 30,
    )


@pytest.mark.parametrize("ahead", [3, 6])
def test_a_week_has_its_flights_on_whatever_day_it_begins(ahead: int, tmp_path: Path, package: Path):
    store = SnapshotStore(tmp_path / "data")
    today = TODAY + dt.timedelta(days=ahead)
    build_world(
        store,
        HashingEmbedder(),
        tmp_path / "cache",
        today,
        SilentProgress(),
        plan=WorldPlan(weeks=1, package=package),
        clock=lambda: NOW,
        fetch=fares,
    )
    snapshot = store.open()
    assert snapshot.manifest.first_day == today.isoformat()
    assert len(nonstops_of(snapshot, "LHR", "SIN")) == 7
    assert len(nonstops_of(snapshot, "AKL", "LAX")) == 1


def test_two_builds_of_one_day_are_alike_to_the_byte(tmp_path: Path, package: Path):
    files = [
        build(tmp_path / name, WorldPlan(weeks=1, package=package)).manifest.files for name in ("a", "b")
    ]
    assert files[0] == files[1]


def test_a_source_that_cannot_be_read_leaves_everything_as_it_was(tmp_path: Path):
    path = tmp_path / "given.deb"
    path.write_bytes(b"no package")
    with pytest.raises(SourceError):
        build(tmp_path, WorldPlan(package=path))
    assert SnapshotStore(tmp_path / "data").current_name() is None
