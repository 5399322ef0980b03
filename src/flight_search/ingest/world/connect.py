"""Ways with one and two stops from one airport: all that are possible, of these the best.

In: the network, an origin, and which destinations are wanted. Out: the best ways to each of them by day.

What is possible: each flight leaves at the airport where the one before landed, not earlier than the change
takes (see ``transfers``) and not later than a day after it. No city is seen twice. No silly detours:
together the flights are at most ``MOST_DETOUR`` times the great circle plus ``DETOUR_MORE_KM``, and no stop
lies further from either end than ``MOST_BACK`` times it plus ``BACK_MORE_KM``, so nobody is flown back or
past the destination.

What is best, for each destination and local day of departure (a *cell*): a way is left out where another
one leaves no earlier, arrives no later, has no more stops and no worse ticket (see ``ways.Ticket``). Of the
rest those go that take longer than ``MOST_SLOWER`` times the quickest of the cell plus
``SLOWER_MORE_MINUTES``. Nonstops do not count here: a stop is cheaper.

Two stops are looked for where one is not enough: in cells without a nonstop and with fewer than ``ENOUGH``
ways with one stop. They are made of the best ways to the second stop, best among those whose last flight
has partners alike, and one flight more.

Arrays all the way: about 0.1 µs per pair of flights that is looked at. ``tests`` holds it against a plain
search.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flight_search.ingest.world.network import Board, Network
from flight_search.ingest.world.ways import NO_LEG, Ways, join_ways
from flight_search.ingest.world.week import WEEK_MINUTES

MOST_DETOUR: Final = 1.5
DETOUR_MORE_KM: Final = 500.0
MOST_BACK: Final = 1.2
BACK_MORE_KM: Final = 300.0
MOST_SLOWER: Final = 1.5
SLOWER_MORE_MINUTES: Final = 240
ENOUGH: Final = 2

_DAYS, _DAY_MINUTES = 7, 1440
_PAIRS_AT_ONCE = 1_500_000
_LONGEST = 1 << 13
"""More minutes than any way takes: three flights of 20 hours and two waits of a day. The sort key of
``_best`` has
to fit into 63 bits with groups up to 6 million."""
_TICKETS, _LEVELS = 3, 8


@dataclass(frozen=True)
class Found:
    """Ways from one airport, with what they are compared by."""

    ways: Ways
    destination: NDArray[np.int32]
    leaves: NDArray[np.int64]
    """Local minute of the week."""
    elapsed: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of ways."""
        return len(self.ways)

    def take(self, rows: NDArray[Any]) -> "Found":
        """Return the ways of the given rows (indices or a mask)."""
        return Found(self.ways.take(rows), self.destination[rows], self.leaves[rows], self.elapsed[rows])

    @property
    def cell(self) -> NDArray[np.int64]:
        """Destination and day of departure as one number."""
        return self.destination.astype(np.int64) * _DAYS + self.leaves // _DAY_MINUTES


def connections_from(network: Network, origin: int, wanted: NDArray[np.bool_]) -> Found:
    """Return the best ways with stops to each airport that is wanted, sorted by cell and time."""
    week = network.week
    legs = np.arange(network.start[origin], network.start[origin + 1], dtype=np.int32)
    leaves = (week.departs[legs].astype(np.int64) + network.offset[origin]) % WEEK_MINUTES
    once = Found(
        Ways(*_chain(legs), np.zeros(len(legs), dtype=np.int8)),
        week.destination[legs],
        leaves,
        week.minutes[legs].astype(np.int64),
    )
    size = len(week.airports)
    partners = int(network.partner.max(initial=0)) + 1
    finals, prefixes = [], []
    # A flight across town (some name it so) is no way out of it.
    outward = once.take(network.city[once.destination] != network.city[origin])
    for found in _onward(network, origin, outward, network.board()):
        partner = network.partner[week.seller[found.ways.second]]
        prefixes.append(found.take(_best(found, found.cell * partners + partner)))
        finals.append(found.take(wanted[found.destination]))
    one_stop = _best_of(_join(finals))
    served = np.zeros(size * _DAYS, dtype=bool)
    served[once.cell] = True
    counts = np.bincount(one_stop.cell, minlength=size * _DAYS)
    lacks = np.asarray(~served & (counts < ENOUGH) & np.repeat(wanted, _DAYS), dtype=bool)
    by_airport = lacks.reshape(size, _DAYS)
    by_airport[np.flatnonzero(network.city == network.city[origin])] = False
    airports: NDArray[np.bool_] = np.asarray(by_airport.any(axis=1), dtype=bool)
    if not airports.any():
        return one_stop
    two = _join(prefixes)
    partner = network.partner[week.seller[two.ways.second]]
    two = two.take(_best(two, two.cell * partners + partner))
    board = network.board(np.flatnonzero(airports[week.destination]))
    more = [found.take(lacks[found.cell]) for found in _onward(network, origin, two, board)]
    return _best_of(_join([one_stop, *more]))


def _chain(
    first: NDArray[np.int32], second: NDArray[np.int32] | None = None, third: NDArray[np.int32] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    none = np.full(len(first), NO_LEG, dtype=np.int32)
    return first, none if second is None else second, none if third is None else third


def _onward(network: Network, origin: int, before: Found, board: Board) -> "list[Found]":
    """Return all possible ways that go one flight further, in parts."""
    last = before.ways.last
    ready = before.leaves - network.offset[origin] + before.elapsed
    here = network.week.destination[last]
    low, high = board.departures(here, ready, network.times.least[here])
    counts = high - low
    ends = np.searchsorted(
        np.cumsum(counts), np.arange(_PAIRS_AT_ONCE, int(counts.sum()) + _PAIRS_AT_ONCE, _PAIRS_AT_ONCE)
    )
    cuts = np.unique(np.concatenate([[0], ends + 1, [len(counts)]]).clip(0, len(counts)))
    parts = []
    for start, end in zip(cuts[:-1].tolist(), cuts[1:].tolist(), strict=True):
        part = slice(start, end)
        row = np.repeat(np.arange(start, end), counts[part])
        within = np.arange(len(row)) - np.repeat(np.cumsum(counts[part]) - counts[part], counts[part])
        place = low[row] + within
        parts.append(_possible(network, origin, before, row, board.leg[place]))
    return [part for part in parts if len(part)] or [before.take(np.zeros(0, dtype=np.int64))]


def _possible(
    network: Network, origin: int, before: Found, row: NDArray[np.int64], leg: NDArray[np.int32]
) -> Found:
    """Return the ways of ``before[row]`` that ``leg`` continues, where that is possible and sensible."""
    week = network.week
    sensible = _is_sensible(network, origin, before.ways, row, leg)
    row, leg = row[sensible], leg[sensible]
    ways = before.ways.take(row)
    last = ways.last
    ticket = network.tickets(last, leg)
    ready = before.leaves[row] - network.offset[origin] + before.elapsed[row]
    wait = (week.departs[leg] - ready) % WEEK_MINUTES
    # A wait of exactly nothing looks like a whole week here, and both are impossible.
    possible = wait >= network.least_waits(last, leg, ticket)
    row, leg, wait = row[possible], leg[possible], wait[possible]
    ways, ticket = ways.take(possible), ticket[possible]
    is_second = ways.second == NO_LEG
    longer = Ways(
        ways.first,
        np.where(is_second, leg, ways.second),
        np.where(is_second, np.int32(NO_LEG), leg),
        np.maximum(ways.ticket, ticket),
    )
    elapsed = before.elapsed[row] + wait + week.minutes[leg]
    return Found(longer, week.destination[leg], before.leaves[row], elapsed)


def _is_sensible(
    network: Network, origin: int, ways: Ways, row: NDArray[np.int64], leg: NDArray[np.int32]
) -> NDArray[np.bool_]:
    """Return where a flight more leads to a new city without a detour or a way back."""
    week, city, km = network.week, network.city, network.km
    to = week.destination[leg]
    direct = km[origin][to]
    flown = week.km[ways.first].copy()
    second = ways.second
    flown += np.where(second == NO_LEG, 0, week.km[second])
    furthest = MOST_BACK * direct + BACK_MORE_KM
    stop = week.destination[ways.first][row]
    longest = MOST_DETOUR * direct + DETOUR_MORE_KM
    sensible: NDArray[np.bool_] = flown[row] + week.km[leg] <= longest
    sensible &= (city[to] != city[origin]) & (city[to] != city[stop])
    sensible &= (km[origin][stop] <= furthest) & (km[stop, to] <= furthest)
    if (second != NO_LEG).any():
        stop = week.destination[second][row]
        sensible &= city[to] != city[stop]
        sensible &= (km[origin][stop] <= furthest) & (km[stop, to] <= furthest)
    return sensible


def _best_of(found: Found) -> Found:
    """Return the best ways of each cell that are not much slower than its quickest."""
    best = found.take(_best(found, found.cell))
    cell = best.cell
    quickest = np.full(int(cell.max(initial=0)) + 1, np.iinfo(np.int64).max)
    np.minimum.at(quickest, cell, best.elapsed)
    return best.take(best.elapsed <= MOST_SLOWER * quickest[cell] + SLOWER_MORE_MINUTES)


def _best(found: Found, group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that no other row of their group is better than.

    Rows are sorted by group, then latest departure, then earliest arrival, so whatever is better than a row
    stands before it: a row is among the best if it arrives before all rows above that have no more stops
    and no worse ticket.
    """
    stops, ticket = found.ways.stops.astype(np.int64), found.ways.ticket.astype(np.int64)
    level = (stops - 1) * _TICKETS + ticket
    later = WEEK_MINUTES - 1 - found.leaves
    key = ((group * WEEK_MINUTES + later) * _LONGEST + found.elapsed) * _LEVELS + level
    order = np.argsort(key, kind="stable")
    # Arrivals fall from group to group by more than any spread inside of one, so the lowest so far starts
    # anew.
    arrives = (found.leaves + found.elapsed)[order] - group[order] * (2 * WEEK_MINUTES + _LONGEST)
    stops, ticket = stops[order], ticket[order]
    is_best = np.zeros(len(order), dtype=bool)
    for some_stops in np.unique(stops).tolist():
        for some_ticket in np.unique(ticket).tolist():
            rivals = np.flatnonzero((stops <= some_stops) & (ticket <= some_ticket))
            lowest = np.minimum.accumulate(arrives[rivals])
            improves = np.ones(len(rivals), dtype=bool)
            improves[1:] = arrives[rivals[1:]] < lowest[:-1]
            chosen = rivals[improves]
            is_best[chosen[(stops[chosen] == some_stops) & (ticket[chosen] == some_ticket)]] = True
    return order[is_best]


def _join(parts: list[Found]) -> Found:
    return Found(
        join_ways([part.ways for part in parts]),
        np.concatenate([part.destination for part in parts]),
        np.concatenate([part.leaves for part in parts]),
        np.concatenate([part.elapsed for part in parts]),
    )
