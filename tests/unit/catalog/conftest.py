"""Small drafts of snapshots for tests, made of random but sound flights, and stores that hold them."""

import datetime as dt
import hashlib

import numpy as np
import pytest

from flight_search.catalog.draft import Draft
from flight_search.catalog.schema import (
    NO_AIRCRAFT,
    NO_SEGMENT,
    Aircraft,
    Airports,
    Carriers,
    Offers,
    Profiles,
    Routes,
    Segments,
)
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.result import SourceInfo

BUILT_AT = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
CODES = ("AMS", "JFK", "LHR")
OFFSETS = np.array([60, -300, 0], dtype=np.int16)


def texts(*values: str) -> np.ndarray:
    return np.array([*values, None], dtype=object)[:-1]


def draft_of(rows: int = 20, *, seed: int = 0, model: str = "test", profiles: int = 3) -> Draft:
    """Return a sound draft of ``rows`` nonstop offers between three airports."""
    rng = np.random.default_rng(seed)
    origin = rng.integers(0, 3, rows).astype(np.uint16)
    destination = ((origin + rng.integers(1, 3, rows)) % 3).astype(np.uint16)
    departs = rng.integers(29_000_000, 29_500_000, rows).astype(np.int32)
    key = rng.permutation(max(rows, 1)).astype(np.uint64)[:rows]
    order = np.lexsort((key, departs, (departs + OFFSETS[origin]) // 1440, destination, origin))
    origin, destination, departs, key = (column[order] for column in (origin, destination, departs, key))
    duration = rng.integers(60, 600, rows).astype(np.uint16)
    left = departs + OFFSETS[origin]
    landed = departs + duration + OFFSETS[destination]
    pairs, starts = np.unique(origin.astype(int) * 10 + destination, return_index=True)
    zeros = np.zeros(rows, dtype=np.int8)
    profile_texts = [f"profile {number} café 東京" for number in range(profiles)]
    vectors = rng.normal(size=(profiles, 8)).astype(np.float32)
    return Draft(
        offers=Offers(
            key=key,
            origin=origin,
            destination=destination,
            departure_day=(left // 1440).astype(np.int32),
            departure_minute=(left % 1440).astype(np.int16),
            arrival_day=(landed // 1440).astype(np.int32),
            arrival_minute=(landed % 1440).astype(np.int16),
            departs_utc=departs,
            duration_minutes=duration,
            stops=zeros.astype(np.uint8),
            segment_0=np.arange(rows, dtype=np.uint32),
            segment_1=np.full(rows, NO_SEGMENT, dtype=np.uint32),
            segment_2=np.full(rows, NO_SEGMENT, dtype=np.uint32),
            carrier=rng.integers(0, 2, rows).astype(np.uint16),
            price=rng.integers(1000, 90_000, rows).astype(np.int32),
            emissions_kg=rng.integers(0, 500, rows).astype(np.uint16),
            cabin=zeros.astype(np.uint8),
            basis=np.ones(rows, dtype=np.uint8),
            carry_on=zeros,
            checked=zeros - 1,
            refundable=zeros - 1,
            seats=zeros - 1,
            profile=rng.integers(0, profiles, rows).astype(np.uint32),
            source=zeros.astype(np.uint8),
        ),
        segments=Segments(
            carrier=rng.integers(0, 2, rows).astype(np.uint16),
            operating_carrier=rng.integers(0, 2, rows).astype(np.uint16),
            number=rng.integers(1, 9999, rows).astype(np.uint16),
            suffix=zeros.astype(np.uint8),
            # Copies, so that a test can break the one without the other.
            origin=origin.copy(),
            destination=destination.copy(),
            departs_utc=departs.copy(),
            duration_minutes=duration.copy(),
            origin_offset=OFFSETS[origin],
            destination_offset=OFFSETS[destination],
            aircraft=np.full(rows, NO_AIRCRAFT, dtype=np.uint16),
        ),
        routes=Routes(
            origin=(pairs // 10).astype(np.uint16),
            destination=(pairs % 10).astype(np.uint16),
            start=starts.astype(np.int64),
            end=np.append(starts[1:], rows)[: len(starts)].astype(np.int64),
            distance_km=np.full(len(pairs), 5000, dtype=np.float32),
        ),
        airports=Airports(
            iata=texts(*CODES),
            name=texts("Schiphol", "Kennedy", "Heathrow"),
            city=texts("Amsterdam", "New York", "London"),
            subdivision=texts("", "New York", "England"),
            country=texts("NL", "US", "GB"),
            timezone=texts("Europe/Amsterdam", "America/New_York", "Europe/London"),
            metro=texts("AMS", "NYC", "LON"),
            latitude=np.array([52.3, 40.6, 51.5]),
            longitude=np.array([4.8, -73.8, -0.5]),
        ),
        carriers=Carriers(
            iata=texts("BA", "KL"),
            name=texts("British Airways", "KLM"),
            alliance=texts("oneworld", "skyteam"),
            kind=texts("full_service", "full_service"),
        ),
        aircraft=Aircraft(name=texts(), family=texts(), seats=np.zeros(0, dtype=np.uint16)),
        profiles=Profiles(
            text=texts(*profile_texts),
            digest=texts(*(hashlib.sha256(text.encode()).hexdigest() for text in profile_texts)),
        ),
        vectors=vectors / np.linalg.norm(vectors, axis=1, keepdims=True),
        currency="USD",
        embedding_model=model,
        sources=(SourceInfo(name="test", title="Test", licence="none", data_date="2026"),),
        dropped={"cancelled": 1},
    )


@pytest.fixture
def make_draft():
    """A function that makes sound drafts; another seed makes other flights."""
    return draft_of


@pytest.fixture
def store(tmp_path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "data")


@pytest.fixture
def build():
    """A function that builds a snapshot ``hours`` after the first possible one and returns its name."""

    def build_one(store, hours=0, **draft) -> str:
        with store.build(BUILT_AT + dt.timedelta(hours=hours)) as started:
            return started.publish(draft_of(**draft)).name

    return build_one
