"""The week as a network: what a search for connections asks of it, as arrays that are made once.

In: ``Week`` and the offsets of its airports. Out: ``Network``. Departures are looked up by airport and
minute in one sorted column, in which each airport's week stands twice in a row, so that a wait over the end
of the week is an interval like any other.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flight_search.ingest.world.days import Clocks, day_number
from flight_search.ingest.world.transfers import SEPARATE_MORE, TransferTimes, transfer_times
from flight_search.ingest.world.ways import Ticket
from flight_search.ingest.world.week import WEEK_MINUTES, Week
from flight_search.reference.geo import great_circle_km

MOST_WAIT: Final = 1440
"""A day between two flights: some islands have a flight on every other day, and a longer stay is a visit."""

_AIRPORT_STEP = 4 * WEEK_MINUTES
"""Apart enough that no interval of one airport reaches into the next one's."""


@dataclass(frozen=True)
class Network:
    """A week of departures and what is known of its airports, by row."""

    week: Week
    times: TransferTimes
    start: NDArray[np.int64]
    """``week[start[a]:start[a + 1]]`` are the departures of airport ``a``."""
    km: NDArray[np.float32]
    """Great circle between airports, shape (airports, airports)."""
    city: NDArray[np.int32]
    partner: NDArray[np.int32]
    """By carrier: equal for members of one alliance, a number of its own for any other."""
    offset: NDArray[np.int32]
    """Minutes that local time is ahead of UTC, by airport."""

    def board(self, legs: NDArray[Any] | None = None) -> "Board":
        """Return the departures (all, or those of the given rows) for looking up by airport and time."""
        rows = np.arange(len(self.week)) if legs is None else legs
        place = self.week.origin[rows].astype(np.int64) * _AIRPORT_STEP + self.week.departs[rows]
        twice = np.concatenate([place, place + WEEK_MINUTES])
        order = np.argsort(twice, kind="stable")
        return Board(twice[order], np.concatenate([rows, rows])[order].astype(np.int32))

    def tickets(self, before: NDArray[np.int32], after: NDArray[np.int32]) -> NDArray[np.int8]:
        """Return how two flights hang together."""
        first, second = self.week.seller[before], self.week.seller[after]
        in_alliance = self.partner[first] == self.partner[second]
        ticket = np.where(in_alliance, np.int8(Ticket.ALLIANCE), np.int8(Ticket.SEPARATE))
        return np.where(first == second, np.int8(Ticket.ONE_CARRIER), ticket)

    def least_waits(
        self, before: NDArray[np.int32], after: NDArray[np.int32], ticket: NDArray[np.int8]
    ) -> NDArray[np.int32]:
        """Return the minutes that a change between two flights takes at least."""
        area, here = self.times.area, self.week.destination[before]
        is_domestic = (area[self.week.origin[before]] == area[here]) & (
            area[here] == area[self.week.destination[after]]
        )
        minutes = np.where(is_domestic, self.times.domestic[here], self.times.other[here])
        more = np.where(is_domestic, *SEPARATE_MORE)
        return np.where(ticket == Ticket.SEPARATE, minutes + more, minutes).astype(np.int32)


@dataclass(frozen=True)
class Board:
    """Departures by airport and time of two weeks in a row."""

    place: NDArray[np.int64]
    leg: NDArray[np.int32]

    def departures(
        self, airport: NDArray[np.int32], ready: NDArray[np.int64], least: NDArray[np.int32]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the first and the last (excluded) row of the board that leaves in time.

        Between ``least`` minutes and ``MOST_WAIT`` after the moments ``ready``.
        """
        at = airport.astype(np.int64) * _AIRPORT_STEP + ready % WEEK_MINUTES
        return (
            np.searchsorted(self.place, at + least),
            np.searchsorted(self.place, at + MOST_WAIT, side="right"),
        )


def make_network(week: Week, today: dt.date) -> Network:
    """Return the network of a week, with the offsets of today."""
    airports = week.airports
    latitude = np.array([airport.latitude for airport in airports])
    longitude = np.array([airport.longitude for airport in airports])
    day = day_number(today)
    everywhere = np.arange(len(airports), dtype=np.int32)
    noon = np.full(len(airports), day * 1440 + 720, dtype=np.int64)
    alliances = [carrier.alliance.value if carrier.alliance else carrier.iata for carrier in week.carriers]
    return Network(
        week=week,
        times=transfer_times(week),
        start=np.searchsorted(week.origin, np.arange(len(airports) + 1)),
        km=great_circle_km(
            latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :]
        ).astype(np.float32),
        city=np.unique([airport.metro for airport in airports], return_inverse=True)[1].astype(np.int32),
        partner=np.unique(alliances, return_inverse=True)[1].astype(np.int32),
        offset=Clocks(week, day, day).offsets(everywhere, noon).astype(np.int32),
    )
