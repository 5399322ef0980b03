"""The values of options → typed values, each with an error that shows how it is written.

In: text as typed. Out: days, times, lengths, amounts, codes. Raises InvalidRequestError.
"""

import datetime as dt
import re
import sys
from decimal import Decimal, InvalidOperation
from typing import Final

from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.query import DateRange, FlightNumber, IntRange, TimeWindow, Weekday

RANGE: Final = ".."
"""Between two days, because a day has dashes of its own."""

_CODE: Final = re.compile(r"^[A-Za-z]{3}$")
_CLOCK: Final = re.compile(r"^([01]?\d|2[0-3])(?::([0-5]\d))?$")
_MINUTES: Final = re.compile(r"^(\d{1,6})\s*(?:m|min|minutes)?$")
_HOURS: Final = re.compile(r"^(\d{1,4})\s*(?:h|:)\s*(?:(\d{1,2})\s*(?:m|min)?)?$")
_NUMBERS: Final = re.compile(r"^(\d{1,6})?\s*(-|\.\.|\+)?\s*(\d{1,6})?$")
_SHARE: Final = re.compile(r"^(\d{1,3}(?:\.\d+)?)\s*(%)?$")
_FLIGHT: Final = re.compile(r"^([A-Z][A-Z0-9]|[0-9][A-Z])\s*-?(\d{1,4}[A-Z]?)$")
_MINUTES_OF_HOUR: Final = 60
_TOO_MUCH: Final = Decimal(10) ** 10


def wrong(option: str, value: str, written: str) -> InvalidRequestError:
    """Return the error for a value that cannot be read."""
    return InvalidRequestError(f"{option} {value[:80]!r} cannot be read.", remedy=f"Write it like {written}.")


def standard_input() -> str:
    """Return what comes on standard input. Raises InvalidRequestError where it is no text in UTF-8."""
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise InvalidRequestError(
            f"Standard input is not UTF-8 (byte {error.start}).", remedy="Convert it first."
        ) from None


def when(value: str) -> dt.datetime:
    """Return an instant; one without offset is meant in the time zone of this machine."""
    try:
        moment = dt.datetime.fromisoformat(value.strip())
    except ValueError:
        raise wrong("--now", value, "2026-12-01T09:00-05:00") from None
    return moment if moment.tzinfo else moment.astimezone()


def days(option: str, value: str) -> DateRange:
    """Return ``2026-12-04``, ``2026-12-04..2026-12-10``, ``2026-12-04..`` or ``..2026-12-10``."""
    first, dots, last = (part.strip() for part in value.strip().partition(RANGE))
    begins, ends = _day(option, value, first), _day(option, value, last if dots else first)
    if begins is None and ends is None:
        raise wrong(option, value, _DAYS_WRITTEN)
    if begins and ends and begins > ends:
        raise InvalidRequestError(
            f"{option}: the days end ({ends}) before they begin ({begins}).",
            remedy="Put the earlier day first.",
        )
    return DateRange(from_=begins, to=ends)


def window(option: str, value: str) -> TimeWindow:
    """Return ``17:00-21:00``, ``17-21``, ``17:00-`` (from then on) or ``-21:00`` (until then)."""
    first, dash, last = (part.strip() for part in value.replace(RANGE, "-").partition("-"))
    if not dash or not (first or last):
        raise wrong(option, value, _WINDOW_WRITTEN)
    return TimeWindow(from_=_clock(option, value, first), to=_clock(option, value, last))


def weekdays(option: str, values: list[str]) -> tuple[Weekday, ...]:
    """Return ``sat``, ``saturday``, ``fri,sat``, each once."""
    found = []
    for name in listed(values):
        day = name.lower()[:3]
        full = {"mon": "monday", "tue": "tuesday", "wed": "wednesday", "thu": "thursday", "fri": "friday"}
        full |= {"sat": "saturday", "sun": "sunday"}
        if day not in full or not full[day].startswith(name.lower()):
            raise wrong(option, name, f"{', '.join(Weekday)}")
        found.append(Weekday(day))
    return tuple(dict.fromkeys(found))


def minutes(option: str, value: str) -> int:
    """Return ``500``, ``90m``, ``8h``, ``8h30``, ``8:30`` in minutes."""
    text = value.strip().lower()
    if match := _MINUTES.match(text):
        return int(match[1])
    if (match := _HOURS.match(text)) and int(match[2] or 0) < _MINUTES_OF_HOUR:
        return int(match[1]) * _MINUTES_OF_HOUR + int(match[2] or 0)
    raise wrong(option, value, "8h, 8h30, 8:30 or 510 (minutes)")


def minutes_range(option: str, value: str) -> tuple[int | None, int | None]:
    """Return ``60-180``, ``1h-3h``, ``1h-`` or ``-3h`` in minutes."""
    first, dash, last = (part.strip() for part in value.replace(RANGE, "-").partition("-"))
    if not dash or not (first or last):
        raise wrong(option, value, "60-180, 1h-3h, 1h- (at least) or -3h (at most)")
    low = minutes(option, first) if first else None
    high = minutes(option, last) if last else None
    _ordered(option, low, high)
    return low, high


def numbers(option: str, value: str) -> IntRange:
    """Return ``3``, ``3-7``, ``3-`` (at least) or ``-7`` (at most)."""
    match = _NUMBERS.match(value.strip())
    if match is None or (match[1] is None and match[3] is None):
        raise wrong(option, value, "3, 3-7, 3- (at least) or -7 (at most)")
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else (None if match[2] else low)
    _ordered(option, low, high)
    return IntRange(min=low, max=high)


def amount(option: str, value: str) -> Decimal:
    """Return an amount of money: ``300``, ``299.99``."""
    try:
        money = Decimal(value.strip())
    except InvalidOperation:
        raise wrong(option, value, "300 or 299.99; the currency goes into --currency") from None
    if not money.is_finite() or money < 0:
        raise InvalidRequestError(
            f"{option} {value[:40]} is no price.", remedy="A price is 0 or more, like 300."
        )
    if money >= _TOO_MUCH or money != round(money, 2):
        raise wrong(option, value, "299.99: up to two decimal places, and ten digits before them")
    return money


def share(option: str, value: str) -> float:
    """Return ``5%`` or ``0.05`` as a number from 0 to 1."""
    match = _SHARE.match(value.strip())
    found = float(match[1]) / (100 if match[2] else 1) if match else -1.0
    if not 0 <= found <= 1:
        raise wrong(option, value, "5% or 0.05")
    return found


def flight(value: str) -> FlightNumber:
    """Return ``DL100``, ``DL 100``, ``b6-619``."""
    match = _FLIGHT.match(value.strip().upper())
    if match is None:
        raise wrong("--flight", value, "DL100: the airline's two signs and the number")
    return FlightNumber(carrier=match[1], number=match[2])


def carriers(option: str, values: list[str]) -> tuple[str, ...]:
    """Return codes of airlines, upper case, each once."""
    found = []
    for code in listed(values):
        if not re.fullmatch(r"[A-Za-z0-9]{2}", code):
            raise wrong(option, code, "DL or DL,B6: airlines by their two signs")
        found.append(code.upper())
    return tuple(dict.fromkeys(found))


def airports(option: str, values: list[str]) -> tuple[str, ...]:
    """Return codes of airports, upper case, each once."""
    found = []
    for code in listed(values):
        if not _CODE.match(code):
            raise wrong(option, code, "ORD or ORD,ATL: airports by their three letters")
        found.append(code.upper())
    return tuple(dict.fromkeys(found))


def listed(values: list[str]) -> list[str]:
    """Return the parts of options that are repeated or hold commas."""
    return [part.strip() for value in values for part in value.split(",") if part.strip()]


_DAYS_WRITTEN: Final = "2026-12-04, 2026-12-04..2026-12-10, 2026-12-04.. or ..2026-12-10"
_WINDOW_WRITTEN: Final = "17:00-21:00, 17:00- (from then on) or -21:00 (until then)"


def _day(option: str, value: str, part: str) -> dt.date | None:
    if not part:
        return None
    try:
        return dt.date.fromisoformat(part)
    except ValueError as error:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", part):
            raise InvalidRequestError(
                f"{option}: there is no day {part} ({error}).", remedy=f"Write it like {_DAYS_WRITTEN}."
            ) from None
        raise wrong(option, value, _DAYS_WRITTEN) from None


def _clock(option: str, value: str, part: str) -> str | None:
    if not part:
        return None
    match = _CLOCK.match(part)
    if match is None:
        raise wrong(option, value, _WINDOW_WRITTEN)
    return f"{int(match[1]):02d}:{match[2] or '00'}"


def _ordered(option: str, low: int | None, high: int | None) -> None:
    if low is not None and high is not None and low > high:
        raise InvalidRequestError(
            f"{option}: {low} is more than {high}.", remedy="Put the smaller number first."
        )
