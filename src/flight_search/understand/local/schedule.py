"""When the legs of a journey are flown, and how to tell what is said of the way back.

In: nothing but text. Out: the types that ``timing`` (dates) and ``hours`` (times of day) fill.
"""

import datetime as dt
import re
from dataclasses import dataclass, field

from flight_search.domain.query import DateRange, IntRange, TimeWindow, Weekday

_DAY = dt.timedelta(days=1)
_RETURNING = re.compile(
    r" (?:(?<!cheap )(?<!cheapest )(?<! a )return\w*(?! (?:flights?|tickets?|trips?|fares?|journey))|rtn"
    r"|inbound|(?:com|get|fly|go|head"
    r"|be|travel)\w* (?:back|home)|back|home) "
)
_LEAVING = re.compile(
    r" (?:leav\w*|depart\w*|out|outbound|go(?:ing)?(?! back| home)|fly(?:ing)?(?! back| home)|from"
    r"|start\w*|travel\w*(?! back| home)) "
)


@dataclass(slots=True)
class Timing:
    """When one leg is flown."""

    dates: DateRange | None = None
    weekdays: tuple[Weekday, ...] = ()
    departs: TimeWindow | None = None
    arrives: TimeWindow | None = None

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.dates or self.weekdays or self.departs or self.arrives)


@dataclass(slots=True)
class Schedule:
    """The timing of each leg, and of the way back."""

    legs: list[Timing]
    back: Timing = field(default_factory=Timing)
    is_return_named: bool = False
    """Whether a way back was spoken of."""
    misnamed: tuple[dt.date, int] | None = None
    """A day that falls on another weekday than the one named beside it, and that weekday (Monday is 0)."""


def speaks_of_return(text: str, position: int) -> bool:
    """Whether the nearest verb before ``position`` speaks of coming back."""
    before = text[: position + 1]
    back = max((match.start() for match in _RETURNING.finditer(before)), default=-1)
    if back < 0:
        return False
    return back >= max((match.start() for match in _LEAVING.finditer(before)), default=-1)


def back_after(departure: DateRange | None, nights: IntRange | None) -> DateRange | None:
    """Return the days of the return of a stay of ``nights``, None where the departure is not one day."""
    if nights is None or nights.min is None or nights.max is None or departure is None:
        return None
    first, last = departure.from_, departure.to
    if first is None or first != last:
        return None
    try:
        return DateRange(from_=first + nights.min * _DAY, to=first + nights.max * _DAY)
    except OverflowError:
        return None
