"""A timetable of 2023 moved onto the year ahead.

In: today. Out: for each of the next 364 days the day of 2023 whose flights it gets. Every day takes over the
flights of a day of the same weekday that lies a few days away in the calendar, so weekends and seasons
stay where they belong. Thanksgiving keeps its flights in most years and gets those of a week later in the
others.

The year has 365 days and 52 weeks have 364, so one day of 2023 (its first or its last) has no place and is
left out; the caller counts its flights. Every fifth or sixth year the nearest whole number of weeks jumps by
53: then the week around New Year takes over a week that is used already.
"""

import datetime as dt

import numpy as np
from numpy.typing import NDArray

SOURCE_YEAR = 2023
DAYS_AHEAD = 364
"""52 whole weeks: every weekday equally often."""

_EPOCH = dt.date(1970, 1, 1)
_WEEK = 7


def source_days(today: dt.date) -> NDArray[np.int32]:
    """Return which day of the source year each of the next ``DAYS_AHEAD`` days takes its flights from.

    Days since 1970-01-01, shape (DAYS_AHEAD,); the first entry is for ``today`` itself.
    """
    days = [today + dt.timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]
    return np.array([days_since_epoch(_source_day(day)) for day in days], dtype=np.int32)


def days_since_epoch(day: dt.date) -> int:
    """Return the number of days since 1970-01-01."""
    return (day - _EPOCH).days


def _source_day(day: dt.date) -> dt.date:
    # Around New Year the shift of the day's own year may lead out of the source year; then that of the year
    # before or after leads into it.
    for weeks in (0, 1, -1):
        for year in (day.year, day.year - 1, day.year + 1):
            candidate = day - _shift(year) + dt.timedelta(days=_WEEK * weeks)
            if candidate.year == SOURCE_YEAR:
                return candidate
    raise AssertionError(f"no day of {SOURCE_YEAR} is near {day}")


def _shift(year: int) -> dt.timedelta:
    """Return the whole number of weeks nearest to the distance between the two years."""
    distance = (dt.date(year, 1, 1) - dt.date(SOURCE_YEAR, 1, 1)).days
    return dt.timedelta(days=_WEEK * round(distance / _WEEK))
