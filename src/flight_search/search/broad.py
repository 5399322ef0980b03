"""Very many matches, counted without being listed and shown without being scored.

In: a query over all routes and days, the bundles of the snapshot. Out: ``BroadFound``, a ``Found`` like any
other: the same total, facets and first offers as if every row had been filtered and scored. Totals and facets
come from the tallies; the first offers from opening the best bundles first. What leaves within hours is in no
bundle and counted row by row. Whoever asks for all rows (``sides``) gets them by filtering.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.offer import Facets, PriceSummary
from flight_search.domain.query import Sort
from flight_search.search.best import towns_of
from flight_search.search.best_first import BestFirst, Tried
from flight_search.search.bundles import Bundled
from flight_search.search.facet_columns import MOST_MATCHES, column_facets
from flight_search.search.facets import (
    Counted,
    count_carriers,
    count_stops,
    histogram_edges,
    shown_carriers,
    shown_prices,
    shown_stops,
)
from flight_search.search.filter import Constraints, keep_fitting
from flight_search.search.fit import Fit
from flight_search.search.found import Ask, Extremes, Found, Side
from flight_search.search.index import SnapshotIndex, row_numbers
from flight_search.search.offers import Match
from flight_search.search.rank import Yardstick, score_rows
from flight_search.search.reach import Reach
from flight_search.search.selection import Selection
from flight_search.search.tallies import Runs, Tally

Numbers = NDArray[np.int64]

_NONE = np.iinfo(np.int64).max
_NO_MINUTES = np.iinfo(np.uint16).max
_QUESTIONS = 16
"""Fares asked about at once while the median is looked for."""


class BroadFound(Found):
    """All matches of a broad query."""

    def __init__(  # noqa: PLR0913 - the query as each of its readers needs it
        self,
        index: SnapshotIndex,
        ask: Ask,
        bundled: Bundled,
        reach: Reach,
        *,
        compares_all: bool,
        list_all: Callable[[], list[Side]],
    ) -> None:
        """Take the query as bundles see it, and how its matches are listed where that has to be.

        ``compares_all``: all profiles are compared with the soft words, whichever occur.
        """
        super().__init__(index, ask, [], None)
        self._bundled = bundled
        self._reach = reach
        self._compares_all = compares_all
        self._list_all = list_all
        self._measured: tuple[Yardstick, Fit | None] | None = None
        near = keep_fitting(index, bundled.near, Constraints(ask.query, 0, ask.now_minute, ask.pricing))
        self._near = row_numbers(near)
        self._near_totals = ask.pricing.totals(index, self._near)
        self._runs = self._runs_of(self._tally(reach.facts))
        self._near_fares = np.sort(index.snapshot.offers.price[self._near])
        self._total = self._runs.total + len(self._near)
        self.tried = Tried()

    @property
    def sides(self) -> list[Side]:
        """All matches, listed."""
        if not self._sides:
            self._sides = self._list_all()
        return self._sides

    @property
    def total(self) -> int:
        """How many match."""
        return self._total

    @property
    def bundles(self) -> int:
        """How many bundles have a match."""
        return len(self._selection.ids)

    @cached_property
    def goes_by_town(self) -> bool:
        """Whether the best of each town come first."""
        part = self.ask.query.slices[0]
        is_open = (part.origin is None) != (part.destination is None)
        return self.ask.query.sort is Sort.BEST and is_open and self._towns > 1

    def extremes(self) -> Extremes:
        """Return the lowest total and the shortest travel time among all matches."""
        if self.total == 0:
            return Extremes(0)
        pricing, offers = self.ask.pricing, self.index.snapshot.offers
        lowest = pricing.total(self._lowest_fare, domestic=True)
        bundles, selection, near = self._bundled.bundles, self._selection, self._near
        minutes = offers.duration_minutes[near]
        shortest = int(selection.least(bundles.shortest, "minutes", float(minutes.min(initial=_NO_MINUTES))))
        could = (selection.column(bundles.shortest) <= shortest) | (
            selection.column(bundles.lowest_fare) < pricing.first_fare(lowest + 1)
        )
        opened = selection.open(selection.ids[could])
        totals = np.concatenate([pricing.of_fares(opened.fare), self._near_totals])
        minutes = np.concatenate([opened.minutes, minutes])
        is_lowest, is_shortest = totals == lowest, minutes == shortest
        return Extremes(
            matches=self.total,
            lowest_total=lowest,
            share_lowest=int(np.count_nonzero(is_lowest)),
            shortest_minutes=shortest,
            share_shortest=int(np.count_nonzero(is_shortest)),
            total_of_shortest=int(totals[is_shortest].min()),
            minutes_of_cheapest=int(minutes[is_lowest].min()),
        )

    def lowest_total(self) -> int | None:
        """Return the lowest total in minor units; None where nothing matches."""
        return self.ask.pricing.total(self._lowest_fare, domestic=True) if self.total else None

    def first(self, offset: int, limit: int) -> list[Match]:
        """Return ``limit`` matches from ``offset`` on, in the order of the query."""
        count = min(offset + limit, self.total)
        if count <= offset:
            return []
        side = self._side_of(count)
        towns = towns_of(self.index, side.rows, self.ask.query.slices[0]) if self.goes_by_town else None
        return self._in_order(side, count, towns)[offset:]

    def facets(self) -> Facets:
        """Return what all matches are made of."""
        if self.total == 0:
            return Facets(price=PriceSummary(currency=self.ask.pricing.currency))
        pricing = self.ask.pricing
        return Facets(
            carriers=shown_carriers(self.index, self._count_carriers(), pricing),
            stops=shown_stops(self._count_stops(), pricing),
            price=self._prices(),
            **self._columns(),
        )

    def _columns(self) -> dict[str, Any]:
        """Return the facets that need every match looked at; none where those are too many."""
        if self.total > MOST_MATCHES:
            return {}
        rows = np.concatenate([self._selection.open(self._selection.ids).row, self._near])
        return column_facets(self.index, [rows], self.ask.pricing.totals(self.index, rows), self.ask.pricing)

    # ------------------------------------------------------------------------------------------- the first

    @cached_property
    def _selection(self) -> Selection:
        return Selection(self._bundled, self._reach)

    @cached_property
    def _town_of_bundle(self) -> Numbers:
        is_to = self.ask.query.slices[0].destination is None
        return self._bundled.town_to if is_to else self._bundled.town_from

    @cached_property
    def _towns(self) -> int:
        """How many towns matches have at the open end."""
        occurs = np.zeros(len(self.index.snapshot.airports.iata), dtype=bool)
        occurs[self._selection.column(self._town_of_bundle)] = True
        offers = self.index.snapshot.offers
        is_to = self.ask.query.slices[0].destination is None
        ends = offers.destination if is_to else offers.origin
        occurs[self.index.metro[ends[self._near]]] = True
        return int(np.count_nonzero(occurs))

    def _side_of(self, count: int) -> Side:
        """Return the rows that can be among the first ``count``, with their scores."""
        by_town = self.goes_by_town
        best_first = BestFirst(
            self.index,
            self._bundled,
            self._selection,
            self._near,
            self.ask.pricing,
            town=self._town_of_bundle if by_town else None,
            tried=self.tried,
        )
        if self.ask.query.sort is Sort.PRICE:
            return self._scored(best_first.by_total(count), best_first)
        if self.ask.query.sort is Sort.DURATION:
            return self._scored(best_first.by_minutes(count), best_first)
        if by_town and self._towns < count:
            # More than one round: every town has to be looked at to its second best and beyond.
            return self._scored(best_first.all_rows(), best_first)
        self._measured = self._measures(best_first)
        return self._scored(best_first.by_score(*self._measured, self.ask.wish.features, count), best_first)

    def _measures(self, best_first: BestFirst) -> tuple[Yardstick, Fit | None]:
        """Return what all matches are measured by."""
        yardstick = best_first.yardstick(self._lowest_fare)
        vector = self.ask.wish.vector
        if vector is None:
            return yardstick, None
        return yardstick, Fit(self.index, vector, best_first.occurring(), every=self._compares_all)

    def _scored(self, rows: Numbers, best_first: BestFirst) -> Side:
        """Return rows with their scores among all matches."""
        yardstick, fit = self._measured or self._measures(best_first)
        values = None
        if fit is not None:
            profiles = self.index.snapshot.offers.profile[rows]
            values = np.zeros(len(self.index.snapshot.vectors), dtype=np.float32)
            values[profiles] = fit.exact(profiles)
        scored = score_rows(self.index, rows, values, yardstick, self.ask.wish.features)
        return Side(rows, self.ask.pricing.totals(self.index, rows), scored)

    # ------------------------------------------------------------------------------------------ the facets

    @cached_property
    def _lowest_fare(self) -> int:
        far = int(self._runs.lowest().min(initial=_NONE))
        return min(far, int(self._near_fares[0])) if len(self._near_fares) else far

    @cached_property
    def _highest_fare(self) -> int:
        far = int(self._runs.highest().max(initial=-1))
        return max(far, int(self._near_fares[-1])) if len(self._near_fares) else far

    def _tally(self, facts: frozenset[str]) -> Tally:
        """Return the tally of the fewest cells that knows these facts."""
        return next(tally for tally in self._bundled.tallies if facts <= tally.facts.keys())

    def _runs_of(self, tally: Tally) -> Runs:
        fares = self._reach.fares
        return tally.within(self._reach.cells(tally), fares.lowest, fares.highest)

    def _count_carriers(self) -> Counted:
        sets, carriers = self._bundled.sets, len(self.index.snapshot.carriers.iata)
        runs = self._runs_of(self._tally(self._reach.facts | {"carriers"}))
        of_cell = runs.tally.facts["carriers"][runs.cells]
        counts = np.zeros(sets.count, dtype=np.int64)
        np.add.at(counts, of_cell, runs.counts)
        lowest = np.full(sets.count, _NONE, dtype=np.int64)
        np.minimum.at(lowest, of_cell, runs.lowest())
        far = Counted(
            sets.counts_by_carrier(counts, carriers),
            self._totals_of(sets.lowest_by_carrier(lowest, carriers)),
        )
        return _sum(far, count_carriers(self.index, [self._near], self._near_totals))

    def _count_stops(self) -> Counted:
        runs = self._runs
        near = count_stops(self.index, [self._near], self._near_totals)
        counts, lowest = np.zeros_like(near.counts), np.full_like(near.lowest, _NONE)
        of_cell = runs.tally.facts["stops"][runs.cells]
        np.add.at(counts, of_cell, runs.counts)
        np.minimum.at(lowest, of_cell, runs.lowest())
        return _sum(Counted(counts, self._totals_of(lowest)), near)

    def _totals_of(self, fares: Numbers) -> Numbers:
        """Return the totals of fares, leaving what stands for none."""
        there = fares < _NONE
        totals = np.full(len(fares), _NONE, dtype=np.int64)
        totals[there] = self.ask.pricing.of_fares(fares[there])
        return totals

    def _prices(self) -> PriceSummary:
        pricing = self.ask.pricing
        lowest = pricing.total(self._lowest_fare, domestic=True)
        highest = pricing.total(self._highest_fare, domestic=True)
        edges = histogram_edges(lowest, highest)
        inner = np.array([pricing.first_fare(edge) for edge in edges[1:-1]], dtype=np.int64)
        below = self._count_below(inner)
        counts = np.diff(np.concatenate([[0], below, [self.total]])).tolist()
        return shown_prices(
            edges, counts, pricing.total(self._median_fare(inner, below), domestic=True), pricing
        )

    def _median_fare(self, known: Numbers, below: Numbers) -> int:
        """Return the lower of the middle two fares; how many are below the ``known`` ones is known."""
        middle = (self.total - 1) // 2
        place = int(np.searchsorted(below, middle, side="right"))
        low = int(known[place - 1]) if place else self._lowest_fare
        high = int(known[place]) - 1 if place < len(known) else self._highest_fare
        while low < high:
            # Many questions at once cost about as much as one.
            steps = np.unique(np.linspace(low, high, _QUESTIONS).astype(np.int64)) + 1
            above = int(np.searchsorted(self._count_below(steps), middle, side="right"))
            low, high = (int(steps[above - 1]) if above else low), int(steps[above]) - 1
        return low

    def _count_below(self, fares: Numbers) -> Numbers:
        return self._runs.count_below(fares) + np.searchsorted(self._near_fares, fares)


def _sum(one: Counted, other: Counted) -> Counted:
    return Counted(one.counts + other.counts, np.minimum(one.lowest, other.lowest))
