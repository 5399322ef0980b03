"""Slices linked to journeys, without building the journeys.

In: the rows that are left of each slice. Out: ``Layer`` per slice, a network in which every path from the
first layer to the last is one journey.

Two rows can follow each other when the later departs after the earlier has arrived, the nights between them
fit, and the place in between is one: the same metropolitan area, unless the query names different places
(an open jaw). A return also ends in the metropolitan area that it started from, on the same condition.

The rows of a later slice are sorted by (airport, moment of departure), so what can follow a row at one
airport is one range: two binary searches. Where an area has several airports, a row has a *node* per airport
with something to follow. All costs add up along a path, so working from the last layer to the first gives
every node its best completion and the number of its completions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.query import FlightQuery, IntRange, Place, Trip
from flight_search.search.index import SnapshotIndex
from flight_search.search.plan import spread
from flight_search.search.wavelet import RangeRanks

Column = NDArray[np.int64]

_MOST_COUNTED = 2.0**62


@dataclass(frozen=True)
class SliceRows:
    """What one slice has to offer: rows and what they cost."""

    rows: Column
    wanted: Column
    """What the order compares first; adds up over slices, the smallest sum first."""
    totals: Column
    """Minor units, all passengers."""


@dataclass(frozen=True)
class Layer:
    """The nodes of one slice. Costs have the shape (3, nodes): wanted, price, duration."""

    position: Column
    """Of each node's row among the rows of the slice."""
    low: Column
    high: Column
    """Nodes of the next layer that can follow; empty in the last layer."""
    own: Column
    best: Column
    """Costs of the best completion, this node included."""
    count: NDArray[np.generic]
    """Number of completions, as int64 or, where that is too small, Python's whole numbers."""
    by_rank: Column
    """Nodes, those with the best completion first: the total order of all journeys that begin with them."""
    ranks: RangeRanks

    def __len__(self) -> int:
        """Return the number of nodes."""
        return len(self.position)


@dataclass(frozen=True)
class _Times:
    """Columns of the rows of one slice."""

    origin: Column
    destination: Column
    departs: Column
    arrives: Column
    departure_day: Column
    arrival_day: Column
    key: NDArray[np.uint64]
    duration: Column


def link(index: SnapshotIndex, query: FlightQuery, sides: Sequence[SliceRows]) -> list[Layer]:
    """Return the layers of two or more slices. Nodes that complete nothing are left out."""
    times = [_times(index, side.rows) for side in sides]
    closing = query.trip is Trip.ROUND_TRIP and _is_same_place(
        query.slices[0].origin, query.slices[-1].destination
    )
    last = len(sides) - 1
    ends_at = index.metro[times[last].destination] if closing else np.zeros_like(times[last].origin)
    areas = int(index.metro.max(initial=0)) + 1
    groups = times[last].origin * areas + ends_at
    layers = [_last_layer(sides[last], times[last], groups)]
    for number in range(last - 1, -1, -1):
        here, after = times[number], times[number + 1]
        joined = _is_same_place(query.slices[number].destination, query.slices[number + 1].origin)
        later = _Later(after, groups, layers[0])
        links = _links(index, here, later, joined=joined, nights=query.nights, areas=areas, closing=closing)
        layer = _layer(sides[number], here, links, layers[0])
        groups = here.origin * areas
        layers.insert(0, layer)
        closing = False
    return layers


def total_count(layers: Sequence[Layer]) -> int:
    """Return the number of journeys."""
    return sum(layers[0].count.tolist())


def count_where(layers: Sequence[Layer], fits: Sequence[NDArray[np.bool_]]) -> int:
    """Return the number of journeys all of whose rows fit; ``fits`` has one array per slice, by row."""
    exact = object if any(layer.count.dtype == object for layer in layers) else np.int64
    counts = fits[-1][layers[-1].position].astype(exact)
    for layer, fit in zip(layers[-2::-1], fits[-2::-1], strict=True):
        before = np.concatenate([np.zeros(1, dtype=exact), np.cumsum(counts, dtype=exact)])
        counts = (before[layer.high] - before[layer.low]) * fit[layer.position]
    return sum(counts.tolist())


def _is_same_place(one: Place | None, other: Place | None) -> bool:
    """Return whether a journey has to go on where it has arrived: unless two different places are named."""
    return one is None or other is None or set(one.airports) == set(other.airports)


def _times(index: SnapshotIndex, rows: Column) -> _Times:
    offers = index.snapshot.offers
    departs = offers.departs_utc[rows].astype(np.int64)
    duration = offers.duration_minutes[rows].astype(np.int64)
    return _Times(
        origin=offers.origin[rows].astype(np.int64),
        destination=offers.destination[rows].astype(np.int64),
        departs=departs,
        arrives=departs + duration,
        departure_day=offers.departure_day[rows].astype(np.int64),
        arrival_day=offers.arrival_day[rows].astype(np.int64),
        key=offers.key[rows],
        duration=duration,
    )


def _own_costs(side: SliceRows, times: _Times, position: Column) -> Column:
    return np.stack([side.wanted, side.totals, times.duration])[:, position]


def _last_layer(side: SliceRows, times: _Times, groups: Column) -> Layer:
    position = np.lexsort((times.key, times.departs, groups))
    own = _own_costs(side, times, position)
    order = np.lexsort((times.key[position], times.departs[position], *own[::-1]))
    empty = np.zeros(0, dtype=np.int64)
    ones = np.ones(len(position), dtype=np.int64)
    return Layer(position, empty, empty, own, own, ones, order, RangeRanks(_inverse(order)))


class _Later:
    """The next layer, ready to be searched by group and moment."""

    def __init__(self, times: _Times, groups: Column, layer: Layer) -> None:
        self.origins = np.unique(times.origin)
        sorted_groups = groups[layer.position] << 32
        self._departs = sorted_groups | times.departs[layer.position]
        self._days = sorted_groups | times.departure_day[layer.position]
        self._layer = layer

    def range_after(self, groups: Column, arrives: Column) -> tuple[Column, Column]:
        """Return the nodes of each group that depart after a moment."""
        high_half = groups << 32
        low = np.searchsorted(self._departs, high_half | arrives, side="right")
        return low, np.searchsorted(self._departs, (groups + 1) << 32)

    def range_on(self, groups: Column, first_day: Column, last_day: Column) -> tuple[Column, Column]:
        """Return the nodes of each group that depart from one local day to another.

        At one airport local days never go back, so they are in the order of the moments.
        """
        high_half = groups << 32
        low = np.searchsorted(self._days, high_half | first_day)
        return low, np.searchsorted(self._days, high_half | last_day, side="right")


@dataclass(frozen=True)
class _Links:
    """A node per entry: which row it is of, and the range that can follow."""

    position: Column
    low: Column
    high: Column


def _links(  # noqa: PLR0913 - all of them are parts of one condition
    index: SnapshotIndex,
    here: _Times,
    later: _Later,
    *,
    joined: bool,
    nights: IntRange | None,
    areas: int,
    closing: bool,
) -> _Links:
    candidates = _airports_by_area(index, later.origins, joined=joined)
    area = index.metro[here.destination] if joined else np.zeros_like(here.destination)
    ends_at = index.metro[here.origin] if closing else np.zeros_like(here.origin)
    found = []
    for column in candidates.T:
        airport = column[area]
        position = np.flatnonzero(airport >= 0)
        groups = airport[position] * areas + ends_at[position]
        low, high = later.range_after(groups, here.arrives[position])
        if nights is not None:
            first = here.arrival_day[position] + (nights.min or 0)
            most = nights.max if nights.max is not None else np.iinfo(np.int32).max >> 1
            low_day, high_day = later.range_on(groups, first, here.arrival_day[position] + most)
            low, high = np.maximum(low, low_day), np.minimum(high, high_day)
        some = low < high
        found.append((position[some], low[some], high[some]))
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)] if found else []
    return _Links(*columns) if columns else _Links(*(np.zeros(0, dtype=np.int64) for _ in range(3)))


def _airports_by_area(index: SnapshotIndex, airports: Column, *, joined: bool) -> Column:
    """Return the given airports per metropolitan area, filled up with -1; all in area 0 if not ``joined``."""
    areas = index.metro[airports] if joined else np.zeros(len(airports), dtype=np.int64)
    sizes = np.bincount(areas, minlength=int(index.metro.max(initial=0)) + 1)
    table = np.full((len(sizes), int(sizes.max(initial=0))), -1, dtype=np.int64)
    order = np.argsort(areas, kind="stable")
    before = np.cumsum(sizes) - sizes
    table[areas[order], np.arange(len(order)) - before[areas[order]]] = airports[order]
    return table


def _layer(side: SliceRows, times: _Times, links: _Links, after: Layer) -> Layer:
    # Sorted as the layer before it will search: by airport and moment, the nodes of one row side by side.
    departs, key, origin = (column[links.position] for column in (times.departs, times.key, times.origin))
    sequence = np.lexsort((key, departs, origin))
    position, low, high = links.position[sequence], links.low[sequence], links.high[sequence]
    departs, key = departs[sequence], key[sequence]
    own = _own_costs(side, times, position)
    next_rank = after.ranks.kth(low, high, np.zeros_like(low))
    best = own + after.best[:, after.by_rank[next_rank]]
    order = np.lexsort((next_rank, key, departs, *best[::-1]))
    return Layer(
        position, low, high, own, best, _counts(after, low, high), order, RangeRanks(_inverse(order))
    )


def _counts(after: Layer, low: Column, high: Column) -> NDArray[np.generic]:
    counts = after.count
    if counts.dtype != object and float(np.sum(counts, dtype=np.float64)) * max(len(low), 1) > _MOST_COUNTED:
        counts = counts.astype(object)
    before = np.concatenate([np.zeros(1, dtype=counts.dtype), np.cumsum(counts, dtype=counts.dtype)])
    return np.asarray(before[high] - before[low])


def _inverse(order: Column) -> Column:
    inverse = np.empty(len(order), dtype=np.int64)
    inverse[order] = np.arange(len(order))
    return inverse


def all_paths(layers: Sequence[Layer]) -> list[Column]:
    """Return the nodes of every journey, an array per layer. For as many as fit into memory."""
    paths = [np.arange(len(layers[0]), dtype=np.int64)]
    for layer in layers[:-1]:
        low, high = layer.low[paths[-1]], layer.high[paths[-1]]
        paths = [np.repeat(column, high - low) for column in paths]
        paths.append(spread(low, high))
    return paths
