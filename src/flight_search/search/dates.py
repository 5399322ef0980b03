"""Days and minutes as the columns hold them, and as people read them."""

import datetime as dt
from typing import Final

from flight_search.domain.query import TimeWindow

EPOCH_WEEKDAY: Final = 3
"""1970-01-01 was a Thursday: the weekday of day ``d`` is ``(d + EPOCH_WEEKDAY) % 7``, Monday is 0."""

_EPOCH_ORDINAL = dt.date(1970, 1, 1).toordinal()
_LAST_DAY = dt.date.max.toordinal() - _EPOCH_ORDINAL


def day_number(day: dt.date) -> int:
    """Return the days since 1970-01-01."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_of(day: int) -> dt.date:
    """Return the date of a day number; the last date there is for anything beyond."""
    return dt.date.fromordinal(min(day, _LAST_DAY) + _EPOCH_ORDINAL)


def minute_of(moment: dt.datetime) -> int:
    """Return the minutes since 1970-01-01T00:00Z. Raises ValueError for a time without a zone."""
    if moment.tzinfo is None:
        raise ValueError("the time needs a time zone")
    return int(moment.timestamp() // 60)


def clock_minute(clock: str) -> int:
    """Return the minute of the day of ``HH:MM``."""
    return int(clock[:2]) * 60 + int(clock[3:])


def window_bounds(window: TimeWindow) -> tuple[int, int]:
    """Return the first and the last minute of the day of a window; the last is lower over midnight."""
    return clock_minute(window.from_ or "00:00"), clock_minute(window.to or "23:59")


def clock_text(minute: int) -> str:
    """Return ``HH:MM`` of a minute of the day."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def local_text(utc_minute: int, offset_minutes: int) -> str:
    """Return a local time in ISO 8601 with its offset: ``2026-12-04T19:30-05:00``."""
    day, minute = divmod(utc_minute + offset_minutes, 1440)
    sign, ahead = ("-", -offset_minutes) if offset_minutes < 0 else ("+", offset_minutes)
    return (
        f"{date_of(day).isoformat()}T{minute // 60:02d}:{minute % 60:02d}"
        f"{sign}{ahead // 60:02d}:{ahead % 60:02d}"
    )


def duration_text(minutes: int) -> str:
    """Return a duration as people read it: ``5 h 20 min``, ``45 min``."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def day_text(day: int) -> str:
    """Return a day as people read it: ``Fri 4 Dec 2026``."""
    date = date_of(day)
    return f"{date:%a} {date.day} {date:%b %Y}"


def instant_text(moment: dt.datetime) -> str:
    """Return an instant in ISO 8601, UTC, to the second: ``2026-11-23T02:00:00Z``."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
