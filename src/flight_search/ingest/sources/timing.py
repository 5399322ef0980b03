"""Written times to moments: when each flight departs in UTC, how long it takes, and the offsets at both ends.

In: columns of one flight per row, as the source writes them, and the zones of its airports. Out: ``Timed``. A
local time that occurs twice is the first of the two, unless the stated duration or the order of departure and
arrival says that it is the second. A local time that the clocks skip does not exist. An arrival without its
day is on the day that gives the stated duration, else the usual one for the distance.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.ingest.sources.rows import MINUTES_OF_DAY
from flight_search.ingest.sources.zones import LocalOffsets, ZoneClocks

# Usual time from gate to gate, as in ``ingest.schedule``: it only chooses the day of an arrival.
_USUAL_GROUND_MINUTES, _USUAL_KM_PER_MINUTE = 35.0, 13.2

REPEATED: Final = (
    "local times that occur twice, when clocks go back: the first, unless the duration says the other"
)
DURATION_DIFFERS: Final = "stated durations that contradict the times: the times were taken"
OFFSET_DIFFERS: Final = "offsets from UTC that differ from the airport's time zone: the source was believed"

_NONE: Final = np.iinfo(np.int64).min
Minutes = NDArray[np.int64]


@dataclass(frozen=True)
class WrittenTimes:
    """Times of one flight per row; ``_NONE`` where there is none."""

    departs: Minutes
    departs_offset: Minutes
    arrives: Minutes
    arrives_offset: Minutes
    arrives_clock: Minutes
    minutes: Minutes

    @classmethod
    def of(cls, frame: pl.DataFrame, number: int) -> "WrittenTimes":
        """Return the times of flight ``number`` of rows that have it."""
        return cls(
            *(
                frame[f"{name}_{number}"].cast(pl.Int64).fill_null(_NONE).to_numpy()
                for name in (
                    "departs",
                    "departs_offset",
                    "arrives",
                    "arrives_offset",
                    "arrives_clock",
                    "minutes",
                )
            )
        )


@dataclass(frozen=True)
class Timed:
    """The moments of one flight per row."""

    utc: Minutes
    minutes: Minutes
    origin_offset: Minutes
    destination_offset: Minutes
    exists: NDArray[np.bool_]
    notes: dict[str, int]


@dataclass(frozen=True)
class _End:
    """One end of flights in UTC: the usual reading and the other one of a time that occurs twice."""

    usual: Minutes
    other: Minutes
    exists: NDArray[np.bool_]

    @property
    def is_twofold(self) -> NDArray[np.bool_]:
        return np.not_equal(self.usual, self.other)


def read_times(  # noqa: PLR0913  both ends of a flight
    written: WrittenTimes,
    clocks: ZoneClocks,
    origin_zone: Minutes,
    destination_zone: Minutes,
    km: NDArray[np.float64],
    *,
    believes_offsets: bool,
) -> Timed:
    """Return the moments, as the module says.

    ``believes_offsets``: written offsets are the airports' own clocks.
    """
    left = _end(written.departs, written.departs_offset, clocks, origin_zone)
    has_day = written.arrives != _NONE
    has_clock = ~has_day & (written.arrives_clock != _NONE)
    has_minutes = written.minutes != _NONE
    usual = np.where(has_minutes, written.minutes, _USUAL_GROUND_MINUTES + km / _USUAL_KM_PER_MINUTE)
    # Any moment will do where there is no arrival: it is not looked at.
    local = np.where(has_day, written.arrives, written.departs)
    local = np.where(has_clock, _with_day(written, clocks, destination_zone, left.usual, usual), local)
    landed = _end(local, written.arrives_offset, clocks, destination_zone)
    departs, arrives = _chosen(left, landed, np.where(has_minutes, written.minutes, _NONE))
    has_arrival = has_day | has_clock
    arrives = np.where(has_arrival, arrives, departs + np.where(has_minutes, written.minutes, 0))
    minutes = arrives - departs
    origin_offset = clocks.at_utc(origin_zone, departs)
    destination_offset = clocks.at_utc(destination_zone, arrives)
    notes = {
        REPEATED: int(np.sum(left.is_twofold | (landed.is_twofold & has_arrival))),
        DURATION_DIFFERS: int(np.sum(has_arrival & has_minutes & (written.minutes != minutes))),
    }
    if believes_offsets:
        said = written.departs_offset != _NONE, written.arrives_offset != _NONE
        differs = (said[0] & (written.departs_offset != origin_offset)) | (
            said[1] & (written.arrives_offset != destination_offset)
        )
        notes[OFFSET_DIFFERS] = int(np.sum(differs))
        origin_offset = np.where(said[0], written.departs_offset, origin_offset)
        destination_offset = np.where(said[1], written.arrives_offset, destination_offset)
    return Timed(
        departs,
        minutes,
        origin_offset,
        destination_offset,
        left.exists & (landed.exists | ~has_arrival),
        {note: count for note, count in notes.items() if count},
    )


def _end(local: Minutes, offset: Minutes, clocks: ZoneClocks, zone: Minutes) -> _End:
    is_said = offset != _NONE
    found: LocalOffsets = clocks.at_local(zone, local)
    return _End(
        usual=local - np.where(is_said, offset, found.first),
        other=local - np.where(is_said, offset, np.where(found.exists, found.second, found.first)),
        exists=is_said | found.exists,
    )


def _chosen(left: _End, landed: _End, stated: Minutes) -> tuple[Minutes, Minutes]:
    """Return departures and arrivals, taking the second reading of a twofold time where only it fits."""
    departs, arrives = left.usual, landed.usual
    for one, other in ((left.usual, landed.other), (left.other, landed.usual), (left.other, landed.other)):
        fits_now, fits_then = arrives - departs == stated, other - one == stated
        is_impossible = (arrives <= departs) & (other > one)
        takes = (fits_then & ~fits_now) | (is_impossible & ~fits_now)
        departs, arrives = np.where(takes, one, departs), np.where(takes, other, arrives)
    return departs, arrives


def _with_day(
    written: WrittenTimes, clocks: ZoneClocks, zone: Minutes, departs: Minutes, usual: NDArray[np.float64]
) -> Minutes:
    """Return local arrivals on the day that gives the duration nearest to the usual one."""
    start = written.departs // MINUTES_OF_DAY * MINUTES_OF_DAY
    best, best_local = np.full(len(start), np.inf), start
    for days_later in (-1, 0, 1, 2):
        local = start + written.arrives_clock + days_later * MINUTES_OF_DAY
        local = np.where(written.arrives_clock == _NONE, start, local)
        error = np.abs(_end(local, written.arrives_offset, clocks, zone).usual - departs - usual)
        best_local = np.where(error < best, local, best_local)
        best = np.minimum(best, error)
    return best_local
