"""Days, times, lengths and money in few signs, for tables and lines of 80 columns."""

import datetime as dt
from typing import Final

from flight_search.domain.query import DateRange, IntRange, Place, TimeWindow

DASH: Final = "\N{EN DASH}"
_SIGNS: Final = {"USD": "$", "EUR": "€", "GBP": "£"}
_MOST_CODES: Final = 4
_HOUR: Final = 60


def day(value: dt.date, *, year: bool = True) -> str:
    """Return ``Fri 4 Dec 2026``."""
    return f"{value:%a} {value.day} {value:%b}" + (f" {value.year}" if year else "")


def day_range(value: DateRange) -> str:
    """Return ``Fri 4 Dec 2026``, ``Fri 4 Dec`` to ``Thu 10 Dec 2026``, ``from …``, ``until …``."""
    first, last = value.from_, value.to
    if first and last:
        return (
            day(first) if first == last else f"{day(first, year=first.year != last.year)} {DASH} {day(last)}"
        )
    if first:
        return f"from {day(first)}"
    return f"until {day(last)}" if last else "any day"


def time_window(value: TimeWindow) -> str:
    """Return ``17:00`` to ``21:00`` with a dash, ``from 17:00``, ``until 21:00``."""
    if value.from_ and value.to:
        return f"{value.from_}{DASH}{value.to}"
    return f"from {value.from_}" if value.from_ else f"until {value.to}"


def length(minutes: int) -> str:
    """Return ``6h29``, ``55min``."""
    hours, rest = divmod(minutes, _HOUR)
    return f"{hours}h{rest:02d}" if hours else f"{rest}min"


def money(amount: object, currency: str) -> str:
    """Return ``$1,227.00`` or ``1,227.00 CHF``."""
    text = f"{float(str(amount)):,.2f}".removesuffix(".00")
    sign = _SIGNS.get(currency)
    return f"{sign}{text}" if sign else f"{text} {currency}"


def place(value: Place) -> str:
    """Return ``New York (JFK, EWR, LGA)``; a code alone where that is all there is."""
    codes = ", ".join(value.airports[:_MOST_CODES])
    if len(value.airports) > _MOST_CODES:
        codes = f"{codes} and {len(value.airports) - _MOST_CODES} more"
    if not codes:
        return f"{value.label} (not known)"
    return codes if value.label.upper() == codes else f"{value.label} ({codes})"


def bounds(value: IntRange, noun: str) -> str:
    """Return ``3`` to ``7 nights`` with a dash, ``at least 3 nights``, ``at most 7 nights``, ``3 nights``."""
    if value.min is not None and value.max is not None:
        text = str(value.min) if value.min == value.max else f"{value.min}{DASH}{value.max}"
    else:
        text = f"at least {value.min}" if value.min is not None else f"at most {value.max}"
    return f"{text} {noun.removesuffix('s') if (value.max or value.min) == 1 else noun}"


def counted(number: int, noun: str) -> str:
    """Return ``1 offer``, ``1,204 offers``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
