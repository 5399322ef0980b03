"""Columns that are derived from a snapshot once and shared by all its searches.

In: an open snapshot. Out: the waits between flights, and the climate of its airports.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_SEGMENT
from flight_search.catalog.snapshot import Snapshot
from flight_search.reference.climate import load_climate
from flight_search.search.weights import OTHER_AIRPORT_MINUTES

NO_WAIT = int(np.iinfo(np.int16).max)
"""Stands for the wait of a nonstop: longer than any that counts."""
_MONTHS = 12


@dataclass(frozen=True)
class MonthlyClimate:
    """Per airport of the snapshot and month; NaN where it is not known."""

    celsius: NDArray[np.float32]
    rain_mm: NDArray[np.float32]


def shortest_waits(snapshot: Snapshot) -> NDArray[np.int16]:
    """Return per offer the shortest time between two of its flights, NO_WAIT for a nonstop.

    A change of airport takes its time off, so that the same number of minutes is as hard everywhere.
    """
    offers, segments = snapshot.offers, snapshot.segments
    waits = np.full(len(offers.key), NO_WAIT, dtype=np.int16)
    for before, after in itertools.pairwise((offers.segment_0, offers.segment_1, offers.segment_2)):
        there = np.flatnonzero(after != NO_SEGMENT)
        landed, left = before[there], after[there]
        wait = segments.departs_utc[left] - segments.departs_utc[landed]
        wait -= segments.duration_minutes[landed].astype(np.int32)
        moves = segments.destination[landed] != segments.origin[left]
        wait -= np.where(moves, np.int32(OTHER_AIRPORT_MINUTES), np.int32(0))
        waits[there] = np.minimum(waits[there], np.clip(wait, 0, NO_WAIT - 1))
    return waits


def monthly_climate(snapshot: Snapshot) -> MonthlyClimate:
    """Return the climate of the snapshot's airports."""
    known = load_climate()
    unknown = (np.nan,) * _MONTHS
    found = [known.get(str(code)) for code in snapshot.airports.iata]
    rows = (len(found), _MONTHS)
    return MonthlyClimate(
        np.array([one.celsius if one else unknown for one in found], dtype=np.float32).reshape(rows),
        np.array([one.rain_mm if one else unknown for one in found], dtype=np.float32).reshape(rows),
    )
