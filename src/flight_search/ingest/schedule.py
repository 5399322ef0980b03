"""Planned local times to real durations, and the year that they are moved to.

In: the timetable of 2023 and what is known of airports. Out: ``Departures``, one row per flight and day
ahead, with offsets that are right on that day.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.ingest.flights import Timetable
from flight_search.ingest.local_time import ZoneClock
from flight_search.ingest.timetable import days_since_epoch, source_days
from flight_search.reference.airports import Airport
from flight_search.reference.geo import great_circle_km

IMPOSSIBLE_DURATION = "impossible_duration"
NO_DAY_AHEAD = "no_day_ahead"
SKIPPED_HOUR = "skipped_hour"
DUPLICATE = "duplicate"

_MINUTES_OF_DAY = 1440

# Usual time from gate to gate: 35 minutes of taxiing, climbing and queueing, then 13.2 km a minute (792
# km/h). It only chooses the day of arrival, so being an hour off does no harm.
_USUAL_GROUND_MINUTES, _USUAL_KM_PER_MINUTE = 35.0, 13.2
# No airline plans less than 15 minutes on the ground plus 900 km/h, or more than 2 hours plus 600 km/h. The
# planned times of 2023 lie well inside; what is outside are typing errors (-278 minutes to Oklahoma City).
_LEAST_GROUND_MINUTES, _MOST_KM_PER_MINUTE = 15.0, 15.0
_MOST_GROUND_MINUTES, _LEAST_KM_PER_MINUTE = 120.0, 10.0
# The planned times of a route differ with winds and traffic, in all of 2023 by less than 50 minutes from the
# median. An hour more is a clock's mistake, as on the night when clocks go forward (Newark to Miami in 259
# minutes instead of 190). Routes with few flights have no usual time.
_MOST_FROM_MEDIAN_MINUTES, _FEWEST_FOR_MEDIAN = 55.0, 10


@dataclass(frozen=True)
class Departures:
    """Flights on the days ahead, as columns of one length."""

    flights: Timetable
    """``day`` is the local day of departure ahead; the planned arrival is that of the source and is not kept
    up to date: see ``arrives_utc``."""
    distance_km: NDArray[np.float64]
    duration_minutes: NDArray[np.int64]
    departs_utc: NDArray[np.int64]
    """Minutes since 1970-01-01T00:00Z."""
    origin_offset: NDArray[np.int16]
    destination_offset: NDArray[np.int16]

    def __len__(self) -> int:
        """Return the number of departures."""
        return len(self.departs_utc)

    @property
    def arrives_utc(self) -> NDArray[np.int64]:
        """Minutes since 1970-01-01T00:00Z."""
        return self.departs_utc + self.duration_minutes

    def take(self, rows: NDArray[Any]) -> "Departures":
        """Return the departures of the given rows (indices or a mask)."""
        others = {name: column[rows] for name, column in vars(self).items() if name != "flights"}
        return replace(self, flights=self.flights.take(rows), **others)


def plan_departures(
    timetable: Timetable, airports: dict[str, Airport], today: dt.date
) -> tuple[Departures, dict[str, int]]:
    """Return the departures of the 52 weeks from ``today``, and how many flights were left out and why.

    A flight keeps its local time of departure and its duration. Its local time of arrival follows from the
    offsets on the day ahead; it is that of the source except where the clocks of the two places stand
    differently to each other on the two days.
    """
    distance = _distances(timetable, airports)
    duration = _durations(timetable, airports, distance)
    is_possible = (duration >= _LEAST_GROUND_MINUTES + distance / _MOST_KM_PER_MINUTE) & (
        duration <= _MOST_GROUND_MINUTES + distance / _LEAST_KM_PER_MINUTE
    )
    is_possible &= np.abs(duration - _route_medians(timetable, duration)) <= _MOST_FROM_MEDIAN_MINUTES
    dropped = {IMPOSSIBLE_DURATION: int(np.sum(~is_possible))}
    rows, days = _rows_ahead(timetable.day, np.flatnonzero(is_possible), today)
    dropped[NO_DAY_AHEAD] = int(np.sum(is_possible)) - len(np.unique(rows))
    flights = replace(timetable.take(rows), day=days)

    clocks = _Clocks(airports, days)
    left = _local_minutes(flights.day, flights.departure_minute)
    origin_offset, exists = clocks.at_local(flights.origin, left)
    departs = left - origin_offset
    departures = Departures(
        flights=flights,
        distance_km=distance[rows],
        duration_minutes=duration[rows],
        departs_utc=departs,
        origin_offset=origin_offset,
        destination_offset=clocks.at_utc(flights.destination, departs + duration[rows]),
    ).take(exists)
    dropped[SKIPPED_HOUR] = int(np.sum(~exists))
    kept = _first_of_each(departures)
    dropped[DUPLICATE] = len(departures) - len(kept)
    return departures.take(kept), {reason: count for reason, count in dropped.items() if count}


class _Clocks:
    """Offsets of airports over a range of days."""

    def __init__(self, airports: dict[str, Airport], days: NDArray[np.int32]) -> None:
        self._airports = airports
        self._first = int(days.min()) if len(days) else 0
        self._last = int(days.max()) if len(days) else 0
        self._zones: dict[str, ZoneClock] = {}

    def at_local(
        self, codes: NDArray[np.str_], local: NDArray[np.int64]
    ) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        offsets, exists = np.zeros(len(codes), dtype=np.int16), np.zeros(len(codes), dtype=bool)

        def fill(rows: NDArray[np.bool_], clock: ZoneClock) -> None:
            offsets[rows], exists[rows] = clock.offsets(local[rows])

        self._by_zone(codes, fill)
        return offsets, exists

    def at_utc(self, codes: NDArray[np.str_], utc: NDArray[np.int64]) -> NDArray[np.int16]:
        offsets = np.zeros(len(codes), dtype=np.int16)

        def fill(rows: NDArray[np.bool_], clock: ZoneClock) -> None:
            offsets[rows] = clock.offsets_at(utc[rows])

        self._by_zone(codes, fill)
        return offsets

    def _by_zone(self, codes: NDArray[np.str_], fill: Callable[[NDArray[np.bool_], ZoneClock], None]) -> None:
        unique, inverse = np.unique(codes, return_inverse=True)
        zones = np.array([self._airports[str(code)].timezone for code in unique])
        for zone in np.unique(zones):
            if zone not in self._zones:
                self._zones[str(zone)] = ZoneClock(str(zone), self._first, self._last)
            fill((zones == zone)[inverse], self._zones[str(zone)])


def _local_minutes(day: NDArray[np.int32], minute: NDArray[np.int16]) -> NDArray[np.int64]:
    return day.astype(np.int64) * _MINUTES_OF_DAY + minute


def _distances(timetable: Timetable, airports: dict[str, Airport]) -> NDArray[np.float64]:
    """Return the great circle distance of each flight, km."""
    ends = []
    for codes in (timetable.origin, timetable.destination):
        unique, inverse = np.unique(codes, return_inverse=True)
        places = [airports[str(code)] for code in unique]
        ends.append(np.array([place.latitude for place in places])[inverse])
        ends.append(np.array([place.longitude for place in places])[inverse])
    return great_circle_km(*ends)


def _durations(
    timetable: Timetable, airports: dict[str, Airport], distance: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the planned minutes from gate to gate on the source's own days.

    The source gives the time of arrival without its day: it is the day that makes the duration the most usual
    one for the distance. Days are 24 hours apart and usual durations less than two hours wrong, so there is
    never a doubt.
    """
    clocks = _Clocks(airports, timetable.day)
    left = _local_minutes(timetable.day, timetable.departure_minute)
    departs = left - clocks.at_local(timetable.origin, left)[0]
    landed = _local_minutes(timetable.day, timetable.arrival_minute)
    usual = _USUAL_GROUND_MINUTES + distance / _USUAL_KM_PER_MINUTE
    best = np.full(len(timetable), np.iinfo(np.int32).max, dtype=np.int64)
    for days_later in (-1, 0, 1, 2):
        local = landed + days_later * _MINUTES_OF_DAY
        duration = local - clocks.at_local(timetable.destination, local)[0] - departs
        best = np.where(np.abs(duration - usual) < np.abs(best - usual), duration, best)
    return best


def _route_medians(timetable: Timetable, duration: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the median duration of each flight's route, the flight's own where the route has few."""
    route = np.unique(np.char.add(timetable.origin, timetable.destination), return_inverse=True)[1]
    order = np.argsort(route, kind="stable")
    medians = duration.astype(np.float64)
    for rows in np.split(order, np.flatnonzero(np.diff(route[order])) + 1):
        if len(rows) >= _FEWEST_FOR_MEDIAN:
            medians[rows] = np.median(duration[rows])
    return medians


def _rows_ahead(
    source_day: NDArray[np.int32], rows: NDArray[np.int64], today: dt.date
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return which row of the source flies on which day ahead, in the order of the days."""
    rows = rows[np.argsort(source_day[rows], kind="stable")]
    wanted = source_days(today)
    first = np.searchsorted(source_day[rows], wanted, side="left")
    counts = np.searchsorted(source_day[rows], wanted, side="right") - first
    within = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
    ahead = np.arange(len(wanted), dtype=np.int32) + np.int32(days_since_epoch(today))
    return rows[np.repeat(first, counts) + within], np.repeat(ahead, counts).astype(np.int32)


def _first_of_each(departures: Departures) -> NDArray[np.int64]:
    """Return one row of each (carrier, number, origin, local departure), in their old order."""
    flights = departures.flights
    columns = (flights.departure_minute, flights.day, flights.origin, flights.number, flights.carrier)
    order = np.lexsort(columns)
    is_first = np.ones(len(order), dtype=bool)
    if len(order):
        same = [column[order][1:] == column[order][:-1] for column in columns]
        is_first[1:] = ~np.logical_and.reduce(same)
    return np.sort(order[is_first])
