"""Whether a fare is low, typical or high for its route and season.

In: what was asked, with days. Out: ``Verdict``, or None where too little can be compared. What a traveller
pays is the lowest fare of a day, so days are compared by it: its median over the days asked for against the
quartiles over all days of the season, which reaches ``SEASON_DAYS`` to both sides. All other wishes but the
price stay as they are. A journey is judged by the one-way fares of its slices, as it is priced.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.query import DateRange, FlightQuery, PriceRange, Trip
from flight_search.search.answers.asked import Asked
from flight_search.search.dates import date_of, day_number
from flight_search.search.find import surviving_rows
from flight_search.search.index import row_numbers
from flight_search.search.nights import days_of

SEASON_DAYS = 45
"""A quarter of a year around the days: far enough to compare, near enough to be the same season."""
FEWEST_DAYS = 14
"""With fewer days with flights a quartile says nothing."""
LONGEST_DAYS = 62
"""Of the days asked for: two months are a season of their own."""
NOTABLE = 0.03
"""Less than this beside the median is nobody's saving or loss."""

Column = NDArray[np.int64]


class Level(StrEnum):
    """How a fare compares."""

    LOW = "low"
    TYPICAL = "typical"
    HIGH = "high"


@dataclass(frozen=True)
class Verdict:
    """Totals in minor units."""

    level: Level
    asked: int
    """The lowest fare of a day, its median over the days asked for."""
    p25: int
    median: int
    p75: int
    first_day: dt.date
    last_day: dt.date


def verdict_of(asked: Asked) -> Verdict | None:
    """Return the verdict on the days asked for."""
    slices = [_compared(asked, number) for number in range(len(asked.query.slices))]
    known = [one for one in slices if one is not None]
    if len(known) < len(slices):
        return None
    price, p25, median, p75 = (sum(one.figures[place] for one in known) for place in range(4))
    level = Level.TYPICAL
    if price <= p25 and price < (1 - NOTABLE) * median:
        level = Level.LOW
    elif price >= p75 and price > (1 + NOTABLE) * median:
        level = Level.HIGH
    return Verdict(
        level,
        price,
        p25,
        median,
        p75,
        min(one.first_day for one in known),
        max(one.last_day for one in known),
    )


@dataclass(frozen=True)
class _Compared:
    figures: tuple[int, int, int, int]
    first_day: dt.date
    last_day: dt.date


def _compared(asked: Asked, number: int) -> _Compared | None:
    """Return the lowest fare of a day on the days of one slice, and its quartiles over the season."""
    part = asked.query.slices[number]
    dates = part.depart_date
    if (
        dates is None
        or dates.from_ is None
        or dates.to is None
        or (dates.to - dates.from_).days > LONGEST_DAYS
    ):
        return None
    try:
        around = dt.timedelta(days=SEASON_DAYS)
        season = DateRange(from_=dates.from_ - around, to=dates.to + around)
    except OverflowError:
        return None
    days, lowest = _lowest_by_day(asked, number, season)
    inside = (days >= day_number(dates.from_)) & (days <= day_number(dates.to))
    if len(days) < FEWEST_DAYS or not inside.any():
        return None
    ordered = np.sort(lowest)
    p25, median, p75 = (int(ordered[(len(ordered) - 1) * quarter // 4]) for quarter in (1, 2, 3))
    own = np.sort(lowest[inside])
    return _Compared(
        (int(own[(len(own) - 1) // 2]), p25, median, p75), date_of(int(days[0])), date_of(int(days[-1]))
    )


def _lowest_by_day(asked: Asked, number: int, season: DateRange) -> tuple[NDArray[np.int32], Column]:
    """Return the days with flights of one slice and the lowest total of each."""
    part = asked.query.slices[number].model_copy(update={"depart_date": season})
    query: FlightQuery = asked.query.model_copy(
        update={
            "trip": Trip.ONE_WAY,
            "slices": (part,),
            "nights": None,
            "price": PriceRange(currency=asked.query.price.currency),
        }
    )
    rows = row_numbers(surviving_rows(asked.index, asked.ask(query), 0, asked.watch))
    totals = asked.pricing.totals(asked.index, rows)
    days = days_of(asked.index, rows, part.depart_time)
    order = np.lexsort((totals, days))
    names, starts = np.unique(days[order], return_index=True)
    return names, totals[order][starts]
