"""A week of ways laid onto the days ahead.

In: ``Week``, ``Ways`` and the days. Out: which way departs when (``Laid``), and the flights that they use
(``Segments`` of the catalog). The source's week is in UTC and repeats itself, so a way keeps its moments
and durations in every week; local times follow from the offsets of the day. A week in which clocks change
moves local times by an hour, as the source cannot say which season it was written for.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_AIRCRAFT, NO_SEGMENT, Segments
from flight_search.ingest.local_time import ZoneClock
from flight_search.ingest.world.ways import NO_LEG, Ways, moments
from flight_search.ingest.world.week import WEEK_MINUTES, Week

DAY_MINUTES: Final = 1440
_EPOCH = dt.date(1970, 1, 1)
# A way may leave up to a day before the first local day by UTC, and its last flight a few days after its
# first.
_WEEKS_MORE = 2


@dataclass(frozen=True)
class Laid:
    """Departures of ways on days ahead, one row each."""

    way: NDArray[np.int32]
    day: NDArray[np.int32]
    """Local day of departure, days since 1970-01-01."""
    minute: NDArray[np.int16]
    departs_utc: NDArray[np.int32]
    arrival_day: NDArray[np.int32]
    arrival_minute: NDArray[np.int16]
    duration: NDArray[np.uint16]
    segments: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]

    def __len__(self) -> int:
        """Return the number of departures."""
        return len(self.way)


class Clocks:
    """Offsets of the airports of a week over the days ahead."""

    def __init__(self, week: Week, first_day: int, last_day: int) -> None:
        """Take the days (since 1970-01-01) that will be asked for, with a margin of three weeks."""
        zones = [airport.timezone for airport in week.airports]
        self._names, self._zone = np.unique(zones, return_inverse=True)
        margin = 7 * (_WEEKS_MORE + 1)
        self._clocks = [ZoneClock(str(name), first_day - margin, last_day + margin) for name in self._names]

    def offsets(self, airport: NDArray[np.int32], utc: NDArray[np.int64]) -> NDArray[np.int16]:
        """Return the minutes that local time is ahead of UTC at each airport and moment."""
        zone = self._zone[airport]
        order = np.argsort(zone, kind="stable")
        bounds = np.searchsorted(zone[order], np.arange(len(self._names) + 1))
        found = np.empty(len(airport), dtype=np.int16)
        for number, clock in enumerate(self._clocks):
            rows = order[bounds[number] : bounds[number + 1]]
            if len(rows):
                found[rows] = clock.offsets_at(utc[rows])
        return found


def day_number(day: dt.date) -> int:
    """Return the number of days since 1970-01-01."""
    return (day - _EPOCH).days


def lay_out(week: Week, ways: Ways, today: dt.date, weeks: int) -> tuple[Laid, Segments]:
    """Return the departures of the ways in the ``weeks`` from ``today`` on, and the flights they use."""
    first_day = day_number(today)
    last_day = first_day + 7 * weeks
    # Sunday 00:00 UTC at least a day before the first local day.
    anchor = (first_day - 1 - today.weekday()) * DAY_MINUTES
    clocks = Clocks(week, first_day, last_day)
    flights = _Flights(week, clocks, anchor, weeks + _WEEKS_MORE + 1)
    leaves, arrives = moments(week, ways)
    parts = []
    for number in range(weeks + _WEEKS_MORE):
        begins = anchor + number * WEEK_MINUTES
        local = begins + leaves[0] + flights.origin_offset[number * len(week) + ways.first]
        day = local // DAY_MINUTES
        rows = np.flatnonzero((day >= first_day) & (day < last_day))
        if not len(rows):
            continue
        chain = [
            np.where(
                leg[rows] == NO_LEG,
                np.int64(NO_SEGMENT),
                (number + leaves[position][rows] // WEEK_MINUTES) * len(week) + leg[rows],
            )
            for position, leg in enumerate((ways.first, ways.second, ways.third))
        ]
        end = chain[0].copy()
        for segment in chain[1:]:
            end = np.where(segment == NO_SEGMENT, end, segment)
        landed = begins + arrives[rows] + flights.destination_offset[end]
        parts.append(
            Laid(
                way=rows.astype(np.int32),
                day=day[rows].astype(np.int32),
                minute=(local[rows] % DAY_MINUTES).astype(np.int16),
                departs_utc=(begins + leaves[0][rows]).astype(np.int32),
                arrival_day=(landed // DAY_MINUTES).astype(np.int32),
                arrival_minute=(landed % DAY_MINUTES).astype(np.int16),
                duration=(arrives[rows] - leaves[0][rows]).astype(np.uint16),
                segments=(
                    chain[0].astype(np.uint32),
                    chain[1].astype(np.uint32),
                    chain[2].astype(np.uint32),
                ),
            )
        )
    return flights.compact(_join(parts))


class _Flights:
    """Every departure of the week in every week; row ``week number * departures + departure``."""

    def __init__(self, week: Week, clocks: Clocks, anchor: int, weeks: int) -> None:
        self._week = week
        self._weeks = weeks
        shift = np.repeat(np.arange(weeks, dtype=np.int64) * WEEK_MINUTES + anchor, len(week))
        self._departs = np.tile(week.departs.astype(np.int64), weeks) + shift
        origin, destination = np.tile(week.origin, weeks), np.tile(week.destination, weeks)
        self.origin_offset = clocks.offsets(origin, self._departs)
        self.destination_offset = clocks.offsets(destination, self._departs + np.tile(week.minutes, weeks))

    def compact(self, laid: Laid) -> tuple[Laid, Segments]:
        """Return the departures with the rows of those flights that are used, and these flights."""
        used = np.zeros(len(self._departs), dtype=bool)
        for column in laid.segments:
            used[column[column != NO_SEGMENT]] = True
        rows = np.flatnonzero(used)
        new = np.full(len(used) + 1, NO_SEGMENT, dtype=np.uint32)
        new[rows] = np.arange(len(rows), dtype=np.uint32)
        renamed = tuple(new[np.minimum(column, len(used))] for column in laid.segments)
        week, leg = self._week, rows % len(self._week)
        segments = Segments(
            carrier=week.seller[leg].astype(np.uint16),
            operating_carrier=week.operator[leg].astype(np.uint16),
            number=week.number[leg].astype(np.uint16),
            suffix=week.suffix[leg],
            origin=week.origin[leg].astype(np.uint16),
            destination=week.destination[leg].astype(np.uint16),
            departs_utc=self._departs[rows].astype(np.int32),
            duration_minutes=week.minutes[leg].astype(np.uint16),
            origin_offset=self.origin_offset[rows],
            destination_offset=self.destination_offset[rows],
            aircraft=np.where(week.aircraft[leg] < 0, NO_AIRCRAFT, week.aircraft[leg]).astype(np.uint16),
        )
        columns = {name: getattr(laid, name) for name in vars(laid) if name != "segments"}
        return Laid(**columns, segments=(renamed[0], renamed[1], renamed[2])), segments


def _join(parts: list[Laid]) -> Laid:
    names = [name for name in vars(parts[0]) if name != "segments"]
    return Laid(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names},
        segments=(
            np.concatenate([part.segments[0] for part in parts]),
            np.concatenate([part.segments[1] for part in parts]),
            np.concatenate([part.segments[2] for part in parts]),
        ),
    )
