"""Local times to UTC for whole columns.

``zoneinfo`` answers one time at a time; a year of flights asks 900,000 times for a dozen zones. So the
moments at which a zone changes its offset are found once, and the rest is arithmetic on arrays.
"""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_MINUTES_OF_DAY = 1440
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MARGIN_DAYS = 3


class ZoneClock:
    """The offsets of one time zone between two days."""

    def __init__(self, zone: str, first_day: int, last_day: int) -> None:
        """Take the zone's name and the local days (since 1970-01-01) that will be asked for."""
        start = (first_day - _MARGIN_DAYS) * _MINUTES_OF_DAY
        end = (last_day + _MARGIN_DAYS) * _MINUTES_OF_DAY
        info = ZoneInfo(zone)
        # No zone changes twice within a day, so equal offsets a day apart mean that nothing happened.
        changes = [start] + [
            _change_between(info, moment, moment + _MINUTES_OF_DAY)
            for moment in range(start, end, _MINUTES_OF_DAY)
            if _offset(info, moment) != _offset(info, moment + _MINUTES_OF_DAY)
        ]
        self._starts = np.array(changes, dtype=np.int64)
        self._ends = np.array([*changes[1:], end], dtype=np.int64)
        self._offsets = np.array([_offset(info, moment) for moment in changes], dtype=np.int64)

    def changes(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the UTC minutes at which an offset begins to hold, and the offsets."""
        return self._starts, self._offsets

    def offsets(self, local_minutes: NDArray[np.int64]) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        """Return the offset in minutes at each local time, and whether that time exists at all.

        Of a time that occurs twice (when clocks go back) the first is meant; a time that is skipped (when
        they go forward) does not exist.
        """
        offsets = np.zeros(len(local_minutes), dtype=np.int16)
        exists = np.zeros(len(local_minutes), dtype=bool)
        for start, end, offset in zip(self._starts, self._ends, self._offsets, strict=True):
            moment = local_minutes - offset
            hit = (moment >= start) & (moment < end) & ~exists
            offsets[hit] = offset
            exists |= hit
        return offsets, exists

    def offsets_at(self, utc_minutes: NDArray[np.int64]) -> NDArray[np.int16]:
        """Return the offset in minutes at each moment."""
        return self._offsets[np.searchsorted(self._starts, utc_minutes, side="right") - 1].astype(np.int16)


def _offset(zone: ZoneInfo, utc_minutes: int) -> int:
    moment = (_EPOCH + dt.timedelta(minutes=utc_minutes)).astimezone(zone)
    offset = moment.utcoffset()
    return int(offset.total_seconds()) // 60 if offset is not None else 0


def _change_between(zone: ZoneInfo, before: int, after: int) -> int:
    """Return the first UTC minute of the new offset, by halving."""
    old = _offset(zone, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, middle) == old:
            before = middle
        else:
            after = middle
    return after
