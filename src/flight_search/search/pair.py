"""Round trips, open jaws and multi-city journeys: the best, and how many there are.

In: the rows that are left of each slice, and the bounds on the total price. Out: ``Journeys``. The price of a
journey is the sum of its slices as one-ways, its score the mean (``rank.score_journeys``: linear, so that a
journey that beats another in total, travel time and stops always comes first).

Exact, in one of two ways:

* Up to ``MOST_BUILT`` combinations are built as arrays and sorted where needed. Their number is known before
  (``chain``), so nothing is built in vain.
* Beyond, the best are taken one by one (Lawler's partition over best completions): n log n steps once per
  slice, then about 30 µs per slice and journey, so that thousands of rows on both sides take milliseconds,
  not their product. A bound on the price is counted with a wavelet matrix over the prices of the last slice.

Its limits, said openly: with a price bound *and* another order than price beyond ``MOST_BUILT``, journeys
that are too dear are taken and skipped, at most ``MOST_SKIPPED``; and with three or more slices, a price
bound and more than ``MOST_BUILT`` ways through all but the last of them, the total is a lower bound. Both
set ``limit_note``.
"""

import heapq
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.query import FlightQuery
from flight_search.search.chain import Layer, SliceRows, all_paths, count_where, link, total_count
from flight_search.search.index import SnapshotIndex
from flight_search.search.plan import spread
from flight_search.search.wavelet import RangeRanks

Column = NDArray[np.int64]

MOST_BUILT = 500_000
"""Combinations that are built at once: 40 MB and about 50 ms."""

MOST_SKIPPED = 50_000
"""Journeys outside the price bounds that are looked at for one page: about 3 s."""

MOST_COUNTED = 2**53 - 1
"""The largest whole number that every reader of JSON keeps exact; six open slices give more journeys."""

_Path = tuple[int, ...]


@dataclass(frozen=True)
class Bounds:
    """Lowest and highest total in minor units, both included; ``highest`` None where open."""

    lowest: int = 0
    highest: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether every total fits."""
        return self.lowest <= 0 and self.highest is None

    def hold(self, total: int) -> bool:
        """Return whether a total lies within."""
        return total >= self.lowest and (self.highest is None or total <= self.highest)


@dataclass
class Built:
    """Journeys as arrays: their rows, one array per slice, and their costs (wanted, price, duration)."""

    rows: list[Column]
    costs: Column


@dataclass
class Journeys:
    """All journeys of one query, in their order, of which only those asked for are made."""

    index: SnapshotIndex
    query: FlightQuery
    sides: Sequence[SliceRows]
    bounds: Bounds
    limit_note: str | None = None
    total: int = 0
    built: Built | None = None
    _layers: list[Layer] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Link the slices and count."""
        if any(len(side.rows) == 0 for side in self.sides):
            self.built = Built([side.rows[:0] for side in self.sides], np.zeros((3, 0), dtype=np.int64))
            return
        self._layers = link(self.index, self.query, self.sides)
        self.total = total_count(self._layers)
        if self.total <= MOST_BUILT:
            self.built = self._build(all_paths(self._layers))
        elif not self.bounds.is_open:
            self._count_within_bounds()
        if self.built is not None:
            self.total = self.built.costs.shape[1]
        if self.total > MOST_COUNTED:
            self.total = MOST_COUNTED
            self.limit_note = f"More than {MOST_COUNTED:,} journeys match."

    def first(self, count: int) -> list[_Path]:
        """Return the offer rows of the first ``count`` journeys, in order."""
        if self.built is not None:
            return self._first_built(self.built, count)
        found: list[_Path] = []
        skipped = 0
        for nodes, price in self._taken_in_order(self._layers):
            if len(found) >= min(count, self.total):
                break
            if self.bounds.hold(price):
                found.append(self._rows(nodes))
                continue
            skipped += 1
            if skipped >= MOST_SKIPPED:
                self.limit_note = "Only a part of the journeys was looked at: there are too many. Name a day."
                break
        return found

    def lowest_total(self) -> int | None:
        """Return the price of the cheapest journey; None where there is none."""
        if self.total == 0:
            return None
        if self.built is not None:
            return int(self.built.costs[1].min())
        by_price = [SliceRows(side.rows, side.totals, side.totals) for side in self.sides]
        layers = link(self.index, self.query, by_price)
        prices = (price for _, price in itertools.islice(self._taken_in_order(layers), MOST_SKIPPED))
        return next((price for price in prices if self.bounds.hold(price)), None)

    def count_where(self, fits: Sequence[NDArray[np.bool_]]) -> int | None:
        """Return how many journeys have only rows that fit (an array per slice, by row).

        None under a bound on the price, which this way of counting does not see.
        """
        if not self.bounds.is_open:
            return None
        return min(count_where(self._layers, fits), MOST_COUNTED)

    # ------------------------------------------------------------------ built at once

    def _build(self, paths: list[Column]) -> Built:
        costs = np.zeros((3, len(paths[0])), dtype=np.int64)
        rows = []
        for layer, side, nodes in zip(self._layers, self.sides, paths, strict=True):
            costs += layer.own[:, nodes]
            rows.append(side.rows[layer.position[nodes]])
        fits = costs[1] >= self.bounds.lowest
        if self.bounds.highest is not None:
            fits &= costs[1] <= self.bounds.highest
        if fits.all():
            return Built(rows, costs)
        return Built([column[fits] for column in rows], costs[:, fits])

    def _first_built(self, built: Built, count: int) -> list[_Path]:
        wanted = built.costs[0]
        near = np.arange(len(wanted))
        if 0 < count < len(wanted):
            near = np.flatnonzero(wanted <= np.partition(wanted, count - 1)[count - 1])
        offers = self.index.snapshot.offers
        ties: list[NDArray[np.generic]] = []
        for rows in built.rows:
            ties += [offers.departs_utc[rows[near]], offers.key[rows[near]]]
        order = near[np.lexsort((*reversed(ties), *built.costs[::-1, near]))][:count]
        return [tuple(int(rows[place]) for rows in built.rows) for place in order]

    # ------------------------------------------------------------------ taken one by one

    def _rows(self, nodes: _Path) -> _Path:
        return tuple(
            int(side.rows[layer.position[node]])
            for side, layer, node in zip(self.sides, self._layers, nodes, strict=True)
        )

    def _taken_in_order(self, layers: Sequence[Layer]) -> Iterator[tuple[_Path, int]]:
        offers = self.index.snapshot.offers
        ties = []
        for side, layer in zip(self.sides, layers, strict=True):
            order = np.lexsort((offers.key[side.rows], offers.departs_utc[side.rows]))
            rank = np.empty(len(order), dtype=np.int64)
            rank[order] = np.arange(len(order))
            ties.append(rank[layer.position])
        return _in_order(layers, ties)

    def _count_within_bounds(self) -> None:
        """Set ``total`` to the number within the price bounds, and build them where they are few."""
        *_, before, last = self._layers
        if len(self._layers) > 2 and _ways_through(self._layers[:-1]) > MOST_BUILT:  # noqa: PLR2004 - a pair
            self.limit_note = "There are too many journeys to count those within the price."
            self.total = sum(1 for _ in self._some_within_bounds())
            return
        ways = all_paths(self._layers[:-1])
        price = np.zeros(len(ways[0]), dtype=np.int64)
        for layer, nodes in zip(self._layers[:-1], ways, strict=True):
            price += layer.own[1, nodes]
        low, high = before.low[ways[-1]], before.high[ways[-1]]
        order = np.lexsort((np.arange(len(last)), last.own[1]))
        ranks = np.empty(len(last), dtype=np.int64)
        ranks[order] = np.arange(len(last))
        by_price, sorted_prices = RangeRanks(ranks), last.own[1][order]
        begin = by_price.count_below(low, high, np.searchsorted(sorted_prices, self.bounds.lowest - price))
        end = high - low
        if self.bounds.highest is not None:
            most = np.searchsorted(sorted_prices, self.bounds.highest - price, side="right")
            end = by_price.count_below(low, high, most)
        end = np.maximum(begin, end)
        self.total = int((end - begin).sum())
        if self.total <= MOST_BUILT:
            rank = spread(begin, end)
            ways, low, high = (
                [np.repeat(nodes, end - begin) for nodes in ways],
                np.repeat(low, end - begin),
                np.repeat(high, end - begin),
            )
            self.built = self._build([*ways, order[by_price.kth(low, high, rank)]])

    def _some_within_bounds(self) -> Iterator[_Path]:
        """Yield those within the price among the first that come."""
        for seen, (nodes, price) in enumerate(self._taken_in_order(self._layers)):
            if seen >= MOST_SKIPPED:
                return
            if self.bounds.hold(price):
                yield nodes


def _ways_through(layers: Sequence[Layer]) -> float:
    """Return how many paths there are through layers that are not the last."""
    counts = np.ones(len(layers[-1]))
    for layer in reversed(layers[:-1]):
        before = np.concatenate([[0.0], np.cumsum(counts)])
        counts = before[layer.high] - before[layer.low]
    return float(counts.sum())


class _Walk:
    """Steps through the layers by best completion."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self.layers = layers

    def choices(self, prefix: _Path) -> tuple[int, int]:
        """Return the range of nodes that can follow a prefix."""
        if not prefix:
            return 0, len(self.layers[0])
        layer = self.layers[len(prefix) - 1]
        return layer.low.item(prefix[-1]), layer.high.item(prefix[-1])

    def choose(self, prefix: _Path, rank: int) -> int:
        """Return the node whose completions are ``rank``-th best after a prefix."""
        low, high = self.choices(prefix)
        layer = self.layers[len(prefix)]
        return layer.by_rank.item(rank if not prefix else layer.ranks.kth_one(low, high, rank))

    def complete(self, prefix: _Path) -> _Path:
        """Return the best journey that begins with a prefix."""
        while len(prefix) < len(self.layers):
            prefix = (*prefix, self.choose(prefix, 0))
        return prefix

    def costs(self, nodes: _Path) -> tuple[int, int, int]:
        """Return wanted, price and duration of a journey."""
        columns = [layer.own[:, node].tolist() for layer, node in zip(self.layers, nodes, strict=True)]
        wanted, price, duration = (sum(values) for values in zip(*columns, strict=True))
        return wanted, price, duration


def _in_order(layers: Sequence[Layer], ties: Sequence[Column]) -> Iterator[tuple[_Path, int]]:
    """Yield the nodes and the price of every journey, best first.

    ``ties`` gives per layer and node what decides between equal costs.

    A journey on the heap stands for a class: all that share its nodes before ``turn`` and take, at ``turn``,
    that choice or a later one. Taking it splits the rest of its class into smaller classes, each represented
    by its best journey.
    """
    walk = _Walk(layers)

    def entry(nodes: _Path, turn: int, rank: int) -> tuple[tuple[int, ...], _Path, int, int]:
        places = tuple(tie.item(node) for tie, node in zip(ties, nodes, strict=True))
        return (*walk.costs(nodes), *places), nodes, turn, rank

    heap = [entry(walk.complete(()), 0, 0)] if len(layers[0]) else []
    while heap:
        (_, price, *_rest), nodes, turn, rank = heapq.heappop(heap)
        yield nodes, price
        for place in range(turn, len(layers)):
            prefix = nodes[:place]
            following = rank + 1 if place == turn else 1
            low, high = walk.choices(prefix)
            if following < high - low:
                other = walk.complete((*prefix, walk.choose(prefix, following)))
                heapq.heappush(heap, entry(other, place, following))
