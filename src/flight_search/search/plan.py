"""Which rows can match at all.

In: one slice of the query. Out: ``Plan``: the runs of rows of its routes and days, and how many rows they
hold. Routes are found in their small table, days by binary search in the days of each route (every group of
the index is one day); no row is touched. One run stays a slice, so that its columns are views.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.query import DateRange, Place, SliceQuery, Weekday
from flight_search.search.dates import EPOCH_WEEKDAY, day_number
from flight_search.search.index import Rows, SnapshotIndex
from flight_search.search.nights import runs_over_midnight

_MINUTES_OF_DAY = 1440
_DAY_BEHIND = 1
"""West of Greenwich the local day may be one behind the day of UTC."""


@dataclass(frozen=True)
class Plan:
    """Runs of rows, in order and apart from each other."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    first_day: int
    """The first departure day among the rows; only meaningful where there are any."""

    @property
    def estimate(self) -> int:
        """How many rows there are to look at; a day more for a window that runs over midnight."""
        return int(np.sum(self.ends - self.starts))

    def rows(self) -> Rows:
        """Return the rows, ascending."""
        if len(self.starts) == 0:
            return slice(0, 0)
        if len(self.starts) == 1:
            return slice(int(self.starts[0]), int(self.ends[0]))
        return spread(self.starts, self.ends)


def plan_slice(index: SnapshotIndex, part: SliceQuery, now_minute: int) -> Plan:
    """Return the rows whose route and day fit and that cannot all have departed by ``now_minute`` (UTC)."""
    routes = _routes(index, part)
    groups = spread(index.route_group[routes], index.route_group[routes + 1])
    days = index.group_day[groups]
    first, last = _day_bounds(part.depart_date, now_minute)
    over_midnight = runs_over_midnight(part.depart_time)
    # What leaves after midnight belongs to the day before: `filter` tells which rows of a day do.
    last += int(over_midnight)
    if len(routes) == 1:
        # The days of one route ascend.
        low, high = np.searchsorted(days, [first, last + 1])
        groups, days = groups[low:high], days[low:high]
    else:
        fits = (days >= first) & (days <= last)
        groups, days = groups[fits], days[fits]
    if part.weekdays:
        wanted = weekday_table(part.weekdays)
        fits = (wanted | np.roll(wanted, 1) if over_midnight else wanted)[(days + EPOCH_WEEKDAY) % 7]
        groups, days = groups[fits], days[fits]
    starts, ends = _merged(index.group_start[groups], index.group_start[groups + 1])
    return Plan(starts, ends, int(days.min()) if len(days) else 0)


def spread(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the numbers of all the ranges, one range after the other."""
    lengths = ends - starts
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(int(lengths.sum()), dtype=np.int64)


def _routes(index: SnapshotIndex, part: SliceQuery) -> NDArray[np.int64]:
    routes = index.snapshot.routes
    fits = np.ones(len(routes.start), dtype=bool)
    for place, column in ((part.origin, routes.origin), (part.destination, routes.destination)):
        if place is not None:
            fits &= airport_table(index, place)[column]
    return np.flatnonzero(fits)


def airport_table(index: SnapshotIndex, place: Place) -> NDArray[np.bool_]:
    """Return per airport of the snapshot whether it is one of a place's."""
    table = np.zeros(len(index.airport_row), dtype=bool)
    table[index.airport_rows(place.airports)] = True
    return table


def _day_bounds(dates: DateRange | None, now_minute: int) -> tuple[int, int]:
    """Return the first and last day to look at."""
    first = now_minute // _MINUTES_OF_DAY - _DAY_BEHIND
    last = int(np.iinfo(np.int32).max) - 2
    if dates and dates.from_:
        first = max(first, day_number(dates.from_))
    if dates and dates.to:
        last = day_number(dates.to)
    return first, last


def weekday_table(weekdays: tuple[Weekday, ...]) -> NDArray[np.bool_]:
    """Return per weekday, Monday first, whether it is among these."""
    return np.array([day in weekdays for day in Weekday])


def _merged(
    starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Join ranges that touch."""
    if len(starts) == 0:
        return starts, ends
    apart = starts[1:] != ends[:-1]
    return starts[np.append(True, apart)], ends[np.append(apart, True)]
