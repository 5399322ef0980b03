import datetime as dt
import re

import numpy as np
import pytest

from flight_search.catalog.schema import (
    NO_AIRCRAFT,
    NO_SEGMENT,
    Aircraft,
    Carriers,
    Offers,
    Routes,
    Segments,
    column_types,
)
from flight_search.ingest.destinations import Destination
from flight_search.ingest.profiles import PARTS_OF_DAY, assign_profiles, profile_inputs
from flight_search.ingest.timetable import days_since_epoch

WARM = Destination(
    "Miami, Florida", "by the sea, beaches", ("winter sun", "warm", "hot", "warm"), is_southern=False
)
SOUTH = Destination("Sydney, Australia", "big city", ("cool", "mild", "hot", "mild"), is_southern=True)
SAME = Destination("Key West, Florida", "beaches", ("hot", "hot", "hot", "hot"), is_southern=False)
PLACES = [WARM, SOUTH, SAME]

Flight = dict[str, object]
MORNING: Flight = {
    "to": 0,
    "day": dt.date(2027, 1, 5),
    "at": 9 * 60,
    "lands": (0, 12 * 60),
    "carrier": 0,
    "type": 0,
}


def text_column(*values: str) -> np.ndarray:
    return np.array([*values, None], dtype=object)[:-1]


def tables(
    *flights: Flight, kilometres: float = 1700.0
) -> tuple[Offers, Segments, Routes, Carriers, Aircraft]:
    flights = tuple(sorted(flights, key=lambda flight: flight["to"]))
    rows = len(flights)
    offers = {name: np.zeros(rows, dtype=dtype) for name, dtype in column_types(Offers).items()}
    segments = {name: np.zeros(rows, dtype=dtype) for name, dtype in column_types(Segments).items()}
    offers["destination"][:] = [flight["to"] for flight in flights]
    offers["departure_day"][:] = [days_since_epoch(flight["day"]) for flight in flights]
    offers["departure_minute"][:] = [flight["at"] for flight in flights]
    offers["arrival_day"][:] = offers["departure_day"] + [flight["lands"][0] for flight in flights]
    offers["arrival_minute"][:] = [flight["lands"][1] for flight in flights]
    offers["carrier"][:] = [flight["carrier"] for flight in flights]
    offers["stops"][:] = [flight.get("stops", 0) for flight in flights]
    offers["segment_0"][:] = np.arange(rows)
    offers["segment_1"][:] = NO_SEGMENT
    segments["aircraft"][:] = [flight["type"] for flight in flights]
    destinations, starts = np.unique(offers["destination"], return_index=True)
    routes = Routes(
        origin=np.zeros(len(destinations), dtype=np.uint16),
        destination=destinations,
        start=starts.astype(np.int64),
        end=np.append(starts[1:], rows).astype(np.int64),
        distance_km=np.full(len(destinations), kilometres, dtype=np.float32),
    )
    carriers = Carriers(
        text_column("AA", "NK", "YX", "ZZ"),
        text_column("American", "Spirit", "Republic", "Nobody"),
        text_column("oneworld", "", "", ""),
        text_column("full_service", "low_cost", "regional", ""),
    )
    aircraft = Aircraft(
        text_column("737-800", "777-200", "CRJ-900"),
        text_column("narrow-body jet", "wide-body jet", "regional jet"),
        np.array([162, 313, 76], dtype=np.uint16),
    )
    return Offers(**offers), Segments(**segments), routes, carriers, aircraft


def profiles(*flights: Flight, kilometres: float = 1700.0) -> tuple[list[int], list[str]]:
    profile, texts = assign_profiles(profile_inputs(*tables(*flights, kilometres=kilometres)), PLACES)
    return profile.tolist(), texts


def text_of(**changes: object) -> str:
    return profiles({**MORNING, **changes})[1][0]


def test_a_profile_reads_as_what_the_flight_means():
    assert text_of() == (
        "Miami, Florida. by the sea, beaches. winter: winter sun. "
        "nonstop medium haul flight, morning departure. full-service airline, narrow-body jet"
    )


def test_what_is_not_known_is_left_out():
    assert text_of(carrier=3, type=NO_AIRCRAFT).endswith("morning departure")
    assert text_of(type=NO_AIRCRAFT).endswith("full-service airline")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"carrier": 1}, "low-cost"),
        ({"carrier": 2, "type": 2}, "regional airline, small regional jet"),
        ({"type": 1}, "wide-body"),
        ({"day": dt.date(2027, 7, 5)}, "summer: hot"),
        ({"day": dt.date(2026, 12, 1)}, "winter: winter sun"),
        ({"day": dt.date(2027, 3, 1)}, "spring: warm"),
        ({"to": 1, "day": dt.date(2027, 1, 5)}, "summer: hot"),
        ({"to": 1, "day": dt.date(2027, 7, 5)}, "winter: cool"),
        ({"at": 4 * 60 + 59}, "early morning departure"),
        ({"at": 5 * 60}, ", morning departure"),
        ({"at": 11 * 60 + 59}, ", morning departure"),
        ({"at": 12 * 60}, "afternoon departure"),
        ({"at": 17 * 60}, "evening departure"),
        ({"at": 21 * 60}, "late night departure"),
        ({"at": 60}, "late night departure"),
        ({"at": 22 * 60, "lands": (1, 6 * 60)}, "red-eye"),
        ({"at": 22 * 60, "lands": (1, 60)}, "late night departure"),
        ({"at": 23 * 60 + 59, "lands": (1, 5 * 60)}, "red-eye"),
        ({"at": 60, "lands": (0, 6 * 60)}, "red-eye"),
        ({"at": 60, "lands": (0, 3 * 60)}, "late night departure"),
        ({"stops": 1}, "with a stop"),
        ({"stops": 2}, "with several stops"),
    ],
)
def test_each_input_has_its_words(change: dict[str, object], words: str):
    assert words in text_of(**change)


@pytest.mark.parametrize(
    ("kilometres", "words"),
    [
        (300, "short hop"),
        (1499, "short hop"),
        (1500, "medium haul"),
        (4000, "long haul"),
        (9000, "long haul"),
    ],
)
def test_the_length_of_a_flight_is_by_distance(kilometres: float, words: str):
    assert words in profiles(MORNING, kilometres=kilometres)[1][0]


def test_flights_that_mean_the_same_share_a_profile():
    same_day = {**MORNING, "day": dt.date(2027, 2, 20), "at": 8 * 60, "lands": (0, 11 * 60)}
    rows, texts = profiles(MORNING, same_day, {**MORNING, "carrier": 1})
    assert len(texts) == 2
    assert rows[0] == rows[1] != rows[2]


def test_every_offer_gets_the_text_of_its_own_facts():
    rng = np.random.default_rng(8)
    flights = [
        {
            "to": int(rng.integers(0, 3)),
            "day": dt.date(2027, 1, 1) + dt.timedelta(days=int(rng.integers(0, 365))),
            "at": int(rng.integers(0, 1440)),
            "lands": (int(rng.integers(0, 2)), int(rng.integers(0, 1440))),
            "carrier": int(rng.integers(0, 4)),
            "type": int(rng.choice([0, 1, 2, NO_AIRCRAFT])),
        }
        for _ in range(300)
    ]
    flights.sort(key=lambda flight: flight["to"])
    rows, texts = profiles(*flights)
    assert len(set(texts)) == len(texts)
    assert [texts[row] for row in rows] == [text_of(**flight) for flight in flights]
    assert not any(re.search(r"\d", text) for text in texts)
    assert all(any(part in text for part in PARTS_OF_DAY) for text in texts)
