"""Ways: one, two or three departures of the week, flown one after the other."""

from dataclasses import dataclass, fields, replace
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flight_search.ingest.world.week import WEEK_MINUTES, Week

NO_LEG: Final = -1
MOST_LEGS: Final = 3


class Ticket(IntEnum):
    """How the flights of a way hang together; a lower one is the better one for the traveller."""

    ONE_CARRIER = 0
    """Sold by one carrier (or a nonstop)."""
    ALLIANCE = 1
    """Sold by carriers of one alliance: one ticket, and the next flight if one is missed."""
    SEPARATE = 2
    """Somewhere two carriers meet that share nothing: two tickets, bags collected and dropped again."""


@dataclass(frozen=True)
class Ways:
    """Ways as columns of one length."""

    first: NDArray[np.int32]
    """Row of the week; ``second`` and ``third`` are NO_LEG where there are fewer."""
    second: NDArray[np.int32]
    third: NDArray[np.int32]
    ticket: NDArray[np.int8]
    """A ``Ticket``."""

    def __len__(self) -> int:
        """Return the number of ways."""
        return len(self.first)

    def take(self, rows: NDArray[Any]) -> "Ways":
        """Return the ways of the given rows (indices or a mask)."""
        return replace(self, **{column.name: getattr(self, column.name)[rows] for column in fields(self)})

    @property
    def stops(self) -> NDArray[np.int8]:
        """How many stops each has."""
        stops: NDArray[np.int8] = np.add(self.second != NO_LEG, self.third != NO_LEG, dtype=np.int8)
        return stops

    @property
    def last(self) -> NDArray[np.int32]:
        """The row of the last departure."""
        return np.where(
            self.third != NO_LEG, self.third, np.where(self.second != NO_LEG, self.second, self.first)
        )


def join_ways(parts: list[Ways]) -> Ways:
    """Return all ways of the parts, one after the other."""
    return Ways(
        **{
            column.name: np.concatenate([getattr(part, column.name) for part in parts])
            for column in fields(Ways)
        }
    )


def nonstops(week: Week) -> Ways:
    """Return each departure as a way of its own."""
    none = np.full(len(week), NO_LEG, dtype=np.int32)
    return Ways(
        np.arange(len(week), dtype=np.int32),
        none,
        none,
        np.full(len(week), Ticket.ONE_CARRIER, dtype=np.int8),
    )


def moments(week: Week, ways: Ways) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
    """Return when the departures of each way leave, and when the last arrives, in minutes of its first week.

    The first leaves at its minute of the week; each further one at the next time that it flies after the
    arrival of the one before, which may be in the week that follows.
    """
    leaves = [week.departs[ways.first].astype(np.int64)]
    arrives = leaves[0] + week.minutes[ways.first]
    for leg in (ways.second, ways.third):
        used = leg != NO_LEG
        row = np.where(used, leg, 0)
        next_time = arrives + (week.departs[row] - arrives) % WEEK_MINUTES
        leaves.append(np.where(used, next_time, 0))
        arrives = np.where(used, next_time + week.minutes[row], arrives)
    return leaves, arrives
