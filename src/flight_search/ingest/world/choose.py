"""Which ways are worth a place, where not all of the world's can have one.

In: the best ways from each airport. Out: as many as are wanted, those first that most people would look
for. The world has some 25 million best ways a week; ten million offers over four weeks have room for two
million.

Within a cell (pair of airports and day) ways are ranked by what a traveller weighs up: time, changes,
tickets; the second of the same quarter of the day comes after the first of another one, so that a day keeps
its morning and its evening. Over all cells a way is worth

    log2(demand of the pair) - rank in its cell - DAY_STEP * rank of its day among the pair's
                             - NONSTOP_STEP where a nonstop flies that day

so a second way is worth half of the first, and rare pairs get their best days before common ones get a
tenth way. Demand is the product of the airports' traffic, seats a week: a gravity model without distance,
since distances are no obstacle to searching. The first way of each pair of the ``BUSIEST`` airports comes
before everything else, every day.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.progress import Progress
from flight_search.ingest.world.connect import Found, connections_from
from flight_search.ingest.world.network import Network
from flight_search.ingest.world.parallel import in_order
from flight_search.ingest.world.ways import Ticket, Ways, join_ways
from flight_search.ingest.world.week import Week

BUSIEST: Final = 300
MOST_PER_CELL: Final = 8
DAY_STEP: Final = 0.3
NONSTOP_STEP: Final = 1.0

_STOP_MINUTES: Final = 60
"""What a further change is worth, beside the time that it takes."""
_TICKET_MINUTES: Final = {Ticket.ONE_CARRIER: 0, Ticket.ALLIANCE: 15, Ticket.SEPARATE: 150}
"""What it is worth not to carry the risk of a missed flight and one's own bags."""
_SAME_QUARTER_MINUTES: Final = 150
_USUAL_SEATS: Final = 100
"""Of aircraft whose type is not known."""
_QUARTER_MINUTES = 360
_DAYS = 7
_FIRST_OF_ALL = 1_000.0
_AIRPORTS_AT_ONCE = 20


@dataclass(frozen=True)
class Worthy:
    """Ways and what each is worth."""

    ways: Ways
    worth: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of ways."""
        return len(self.worth)


@dataclass(frozen=True)
class Chooser:
    """Finds and ranks the ways of one airport after the other. Can be sent to other processes."""

    network: Network
    traffic: NDArray[np.float64]
    """Seats that leave each airport in the week."""

    def of_origins(self, origins: list[int]) -> Worthy:
        """Return the ranked ways from each of the airports."""
        return _join([self._of_origin(origin) for origin in origins])

    def _of_origin(self, origin: int) -> Worthy:
        wanted = np.ones(len(self.traffic), dtype=bool)
        found = connections_from(self.network, origin, wanted)
        rank = ranks(found)
        found, rank = found.take(rank < MOST_PER_CELL), rank[rank < MOST_PER_CELL]
        return Worthy(found.ways, self._worth(origin, found, rank))

    def _worth(self, origin: int, found: Found, rank: NDArray[np.int64]) -> NDArray[np.float32]:
        demand = np.log2(self.traffic[origin] * self.traffic[found.destination])
        worth = demand - rank - DAY_STEP * _day_ranks(found, rank)
        legs = slice(self.network.start[origin], self.network.start[origin + 1])
        week = self.network.week
        day = (week.departs[legs] + self.network.offset[origin]) % (_DAYS * 1440) // 1440
        flown = np.unique(week.destination[legs].astype(np.int64) * _DAYS + day)
        worth -= NONSTOP_STEP * np.isin(found.cell, flown)
        busy = _busiest(self.traffic)
        worth += _FIRST_OF_ALL * ((rank == 0) & busy[origin] & busy[found.destination])
        return np.asarray(worth, dtype=np.float32)


def traffic_of(week: Week) -> NDArray[np.float64]:
    """Return the seats that leave each airport in the week, at least one."""
    seats = np.array([kind.seats for kind in week.types] + [_USUAL_SEATS], dtype=np.float64)
    leaving = np.bincount(week.origin, weights=seats[week.aircraft], minlength=len(week.airports))
    return np.maximum(leaving, 1.0)


def ranks(found: Found) -> NDArray[np.int64]:
    """Return the rank of each way in its cell, 0 for the best."""
    weight = np.array([_TICKET_MINUTES[ticket] for ticket in Ticket])
    effort = found.elapsed + _STOP_MINUTES * found.ways.stops + weight[found.ways.ticket]
    quarter = found.cell * (1440 // _QUARTER_MINUTES) + found.leaves % 1440 // _QUARTER_MINUTES
    effort = effort + _SAME_QUARTER_MINUTES * _ranks_within(quarter, effort, found)
    return _ranks_within(found.cell, effort, found)


def _ranks_within(group: NDArray[np.int64], effort: NDArray[np.int64], found: Found) -> NDArray[np.int64]:
    # The rows of the flights settle ties, so that the ranks are the same on every machine.
    ways = found.ways
    order = np.lexsort((ways.third, ways.second, ways.first, effort, group))
    sorted_group = group[order]
    starts = np.flatnonzero(np.concatenate([[True], sorted_group[1:] != sorted_group[:-1]])[: len(order)])
    first = np.repeat(starts, np.diff(np.append(starts, len(order))))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - first
    return rank


def _day_ranks(found: Found, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rank of the day of each way among the days of its destination, by the first of each day."""
    leaders = found.take(rank == 0)
    order = _ranks_within(leaders.destination.astype(np.int64), leaders.elapsed, leaders)
    by_cell = np.zeros(int(found.cell.max(initial=0)) + 1, dtype=np.int64)
    by_cell[leaders.cell] = order
    return by_cell[found.cell]


def _busiest(traffic: NDArray[np.float64]) -> NDArray[np.bool_]:
    order = np.argsort(-traffic, kind="stable")
    busy = np.zeros(len(traffic), dtype=bool)
    busy[order[:BUSIEST]] = True
    return busy


def choose_ways(network: Network, most: int, processes: int, progress: Progress) -> Ways:
    """Return the ``most`` worthiest ways with stops of the whole network."""
    airports = list(range(len(network.week.airports)))
    parts = [
        airports[start : start + _AIRPORTS_AT_ONCE] for start in range(0, len(airports), _AIRPORTS_AT_ONCE)
    ]
    progress.start("Connecting flights", total=len(airports), unit="airports")
    chooser = Chooser(network, traffic_of(network.week))
    found = in_order(chooser.of_origins, parts, processes)
    ways = keep_best(found, most, lambda: progress.advance(_AIRPORTS_AT_ONCE))
    progress.finish()
    return ways


def keep_best(parts: Iterable[Worthy], most: int, on_part: Callable[[], None]) -> Ways:
    """Return the ``most`` worthiest ways in the order of the parts, holding at most twice as many at once."""
    kept: list[Worthy] = []
    for part in parts:
        kept.append(part)
        on_part()
        if sum(map(len, kept)) > 2 * most:
            kept = [_worthiest(_join(kept), most)]
    return _worthiest(_join(kept), most).ways if kept else _join([]).ways


def _worthiest(all_of_them: Worthy, most: int) -> Worthy:
    if len(all_of_them) <= most:
        return all_of_them
    rows = np.sort(np.argsort(-all_of_them.worth, kind="stable")[:most])
    return Worthy(all_of_them.ways.take(rows), all_of_them.worth[rows])


def _join(parts: list[Worthy]) -> Worthy:
    if not parts:
        none = np.zeros(0, dtype=np.int32)
        return Worthy(Ways(none, none, none, none.astype(np.int8)), none.astype(np.float32))
    return Worthy(join_ways([part.ways for part in parts]), np.concatenate([part.worth for part in parts]))
