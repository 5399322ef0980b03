"""Very many matches, counted without being listed.

In: a query over all routes and days as bundles see it. Out: ``BroadMatches``: their total, facets and
extremes, and the bundles that hold them. Totals and facets come from the tallies. What leaves within hours is
in no bundle and counted row by row. None of this depends on soft words, order or page, so it is kept for the
next request that asks for the same within the minute (``Bundled.known``).
"""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import UNKNOWN_EMISSIONS
from flight_search.domain.offer import Facets, PriceSummary
from flight_search.search.bundles import Bundled
from flight_search.search.facet_columns import MOST_MATCHES, Lengths, Piles, connections_of, piled_facets
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
from flight_search.search.found import Ask, Extremes
from flight_search.search.index import SnapshotIndex, row_numbers
from flight_search.search.rank import Features, Yardstick, features_of, yardstick_of
from flight_search.search.reach import Reach
from flight_search.search.selection import Selection
from flight_search.search.tallies import Runs, Tally

Numbers = NDArray[np.int64]

_NONE = np.iinfo(np.int64).max
_NO_MINUTES = np.iinfo(np.uint16).max
_QUESTIONS = 16
"""Fares asked about at once while the median is looked for."""


def matches_of(index: SnapshotIndex, bundled: Bundled, reach: Reach, ask: Ask) -> "BroadMatches":
    """Return the matches of a query, those known from before where nothing has changed."""
    key = (ask.now_minute, reach.key, ask.pricing)
    known: BroadMatches = bundled.known.get(key, lambda: BroadMatches(index, bundled, reach, ask))
    return known


class BroadMatches:
    """All matches of a broad query. Safe to share between threads."""

    def __init__(self, index: SnapshotIndex, bundled: Bundled, reach: Reach, ask: Ask) -> None:
        """Take the query as bundles see it; its soft words, order and page are not looked at."""
        self._index = index
        self._bundled = bundled
        self._reach = reach
        self._pricing = ask.pricing
        near = keep_fitting(index, bundled.near, Constraints(ask.query, 0, ask.now_minute, ask.pricing))
        self.near = row_numbers(near)
        """Rows of the matches that leave within hours."""
        self._near_totals = ask.pricing.totals(index, self.near)
        self._near_fares = np.sort(index.snapshot.offers.price[self.near])
        self._runs = self._runs_of(self._tally(reach.facts))
        self.total = self._runs.total + len(self.near)

    @cached_property
    def selection(self) -> Selection:
        """The bundles of the others."""
        return Selection(self._bundled, self._reach)

    @cached_property
    def extremes(self) -> Extremes:
        """The lowest total and the shortest travel time among all matches."""
        if self.total == 0:
            return Extremes(0)
        pricing, offers = self._pricing, self._index.snapshot.offers
        lowest = pricing.total(self._lowest_fare, domestic=True)
        bundles, selection, near = self._bundled.bundles, self.selection, self.near
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

    @cached_property
    def lowest_total(self) -> int | None:
        """The lowest total in minor units; None where nothing matches."""
        return self._pricing.total(self._lowest_fare, domestic=True) if self.total else None

    @cached_property
    def facets(self) -> Facets:
        """What all matches are made of."""
        if self.total == 0:
            return Facets(price=PriceSummary(currency=self._pricing.currency))
        pricing = self._pricing
        return Facets(
            carriers=shown_carriers(self._index, self._count_carriers(), pricing),
            stops=shown_stops(self._count_stops(), pricing),
            price=self._prices(),
            **self._columns(),
        )

    @cached_property
    def yardstick(self) -> Yardstick:
        """What the scores of all matches are measured by; there must be one."""
        near = yardstick_of(self.near_features) if len(self.near) else None
        best, selection = self._bundled.bundles.best, self.selection
        slowness = near.slowness if near else float("inf")
        intensity = near.intensity if near else float("nan")
        return Yardstick(
            fare=max(self._lowest_fare, 1),
            slowness=selection.least(best.slowness, "slowness", slowness),
            intensity=selection.least(best.intensity, "intensity", intensity),
        )

    @cached_property
    def near_features(self) -> Features:
        """Features of what leaves within hours."""
        return features_of(self._index, self.near)

    @cached_property
    def profiles(self) -> Numbers:
        """The profiles of all matches, ascending."""
        if self.selection.is_all:
            occurs = self._bundled.profiles.copy()
        else:
            occurs = np.zeros(len(self._bundled.profiles), dtype=bool)
            occurs[self.selection.column(self._bundled.bundles.profile)] = True
        occurs[self._index.snapshot.offers.profile[self.near]] = True
        return np.flatnonzero(occurs)

    @cached_property
    def origins(self) -> int:
        """How many towns matches depart from."""
        return self._towns(self._bundled.town_from, self._index.snapshot.offers.origin)

    @cached_property
    def destinations(self) -> int:
        """How many towns matches arrive in."""
        return self._towns(self._bundled.town_to, self._index.snapshot.offers.destination)

    def _towns(self, of_bundle: Numbers, of_offer: NDArray[np.uint16]) -> int:
        occurs = np.zeros(len(self._index.snapshot.airports.iata), dtype=bool)
        occurs[self.selection.column(of_bundle)] = True
        occurs[self._index.metro[of_offer[self.near]]] = True
        return int(np.count_nonzero(occurs))

    def _columns(self) -> dict[str, Any]:
        """Return the facets that need every match looked at; none where those are too many."""
        if self.total > MOST_MATCHES:
            return {}
        sizes, fares = self._piles()
        filled = np.flatnonzero(sizes)
        ids, size = self.selection.ids[filled], sizes[filled]
        offers, bundles, near = self._index.snapshot.offers, self._bundled.bundles, self.near
        route = bundles.route[ids]
        routes = self._index.snapshot.routes
        vias = zip([column[ids] for column in bundles.via], connections_of(self._index, [near]), strict=True)
        hours = offers.departure_minute[near] // 60, offers.arrival_minute[near] // 60
        piles = Piles(
            size=np.concatenate([size, np.ones(len(near), dtype=np.int64)]),
            lowest_total=np.concatenate([self._pricing.of_fares(fares[filled]), self._near_totals]),
            origin=np.concatenate([routes.origin[route], offers.origin[near]]),
            destination=np.concatenate([routes.destination[route], offers.destination[near]]),
            connections=tuple(np.concatenate(column) for column in vias),
            departure_hour=np.concatenate([bundles.hour[ids], hours[0]]),
            arrival_hour=np.concatenate([bundles.arrival_hour[ids], hours[1]]),
        )
        minutes = self._lengths(ids, size, (bundles.shortest, bundles.longest), offers.duration_minutes)
        kg = self._lengths(ids, size, bundles.emissions, offers.emissions_kg)
        known = kg.value != UNKNOWN_EMISSIONS
        emissions = Lengths(kg.value[known], kg.size[known])
        return piled_facets(self._index, piles, minutes, emissions, self._pricing)

    def _piles(self) -> tuple[Numbers, Numbers]:
        """Return how many offers of each selected bundle match, and their lowest fare."""
        selection, bundles = self.selection, self._bundled.bundles
        sizes = selection.column(np.diff(bundles.start))
        fares = selection.column(bundles.lowest_fare).astype(np.int64)
        if selection.is_part is None:
            return sizes, fares
        parts = np.flatnonzero(selection.is_part)
        sizes = sizes.copy()
        sizes[parts], fares[parts] = selection.count(selection.ids[parts])
        return sizes, fares

    def _lengths(
        self,
        ids: Numbers,
        size: Numbers,
        of_bundle: tuple[NDArray[np.uint16], NDArray[np.uint16]],
        of_offer: NDArray[np.uint16],
    ) -> Lengths:
        """Return how many matches have each value; bundles whose offers differ are opened."""
        least, most = of_bundle[0][ids], of_bundle[1][ids]
        alike = least == most
        rows = np.concatenate([self.selection.open(ids[~alike]).row, self.near])
        return Lengths(
            value=np.concatenate([least[alike], of_offer[rows]]),
            size=np.concatenate([size[alike], np.ones(len(rows), dtype=np.int64)]),
        )

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
        sets, carriers = self._bundled.sets, len(self._index.snapshot.carriers.iata)
        runs = self._runs_of(self._tally(self._reach.facts | {"carriers"}))
        of_cell = runs.tally.facts["carriers"][runs.cells]
        counts = np.bincount(of_cell, weights=runs.counts, minlength=sets.count).astype(np.int64)
        lowest = np.full(sets.count, _NONE, dtype=np.int64)
        np.minimum.at(lowest, of_cell, runs.lowest())
        far = Counted(
            sets.counts_by_carrier(counts, carriers),
            self._totals_of(sets.lowest_by_carrier(lowest, carriers)),
        )
        return _sum(far, count_carriers(self._index, [self.near], self._near_totals))

    def _count_stops(self) -> Counted:
        runs = self._runs
        near = count_stops(self._index, [self.near], self._near_totals)
        counts, lowest = np.zeros_like(near.counts), np.full_like(near.lowest, _NONE)
        of_cell = runs.tally.facts["stops"][runs.cells]
        np.add.at(counts, of_cell, runs.counts)
        np.minimum.at(lowest, of_cell, runs.lowest())
        return _sum(Counted(counts, self._totals_of(lowest)), near)

    def _totals_of(self, fares: Numbers) -> Numbers:
        """Return the totals of fares, leaving what stands for none."""
        there = fares < _NONE
        totals = np.full(len(fares), _NONE, dtype=np.int64)
        totals[there] = self._pricing.of_fares(fares[there])
        return totals

    def _prices(self) -> PriceSummary:
        pricing = self._pricing
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
