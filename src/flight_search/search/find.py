"""All that matches a query, in order, of which only what is asked for is made.

In: a prepared query. Out: ``Found``: how many match, the first of them, their facets. One slice is ranked
(``rank``), several are paired (``pair``); the rest of the search need not know which.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.offer import Facets, PriceSummary
from flight_search.domain.query import FlightQuery, IntRange, Sort
from flight_search.search.best import LIFT, first_of_best, towns_of
from flight_search.search.chain import SliceRows
from flight_search.search.facets import counted_facets, facets_of
from flight_search.search.filter import Constraints, filter_rows
from flight_search.search.index import Rows, SnapshotIndex, count_rows, row_numbers
from flight_search.search.meaning import Wish, meaning_by_profile
from flight_search.search.money import Pricing
from flight_search.search.offers import Match
from flight_search.search.pair import Bounds, Journeys
from flight_search.search.plan import plan_slice
from flight_search.search.rank import Scored, first_in_order, score_journeys, score_rows, wanted_column
from flight_search.search.trace import Stopwatch, Trace

Column = NDArray[np.int64]


@dataclass(frozen=True)
class Ask:
    """A prepared query, when it is asked and how its prices are made."""

    query: FlightQuery
    now_minute: int
    pricing: Pricing
    wish: Wish = field(default_factory=Wish)


@dataclass(frozen=True)
class Extremes:
    """The best of all matches, and how many share it; None where it was not worked out."""

    matches: int
    lowest_total: int | None = None
    share_lowest: int = 0
    shortest_minutes: int | None = None
    share_shortest: int = 0
    total_of_shortest: int | None = None
    """The lowest total among the shortest."""
    minutes_of_cheapest: int | None = None
    """The shortest time among the cheapest."""


@dataclass(frozen=True)
class Side:
    """What is left of one slice."""

    rows: Rows
    totals: Column
    scored: Scored | None


class Found:
    """All matches of a query."""

    def __init__(self, index: SnapshotIndex, ask: Ask, sides: list[Side], journeys: Journeys | None) -> None:
        """For ``find``."""
        self.index = index
        self.ask = ask
        self.sides = sides
        self.journeys = journeys

    @property
    def total(self) -> int:
        """How many match."""
        return self.journeys.total if self.journeys else len(self.sides[0].totals)

    @cached_property
    def towns(self) -> Column | None:
        """The towns whose best come first, by row: for one slice with an open end, ordered by ``best``."""
        if self.journeys or self.ask.query.sort is not Sort.BEST:
            return None
        return towns_of(self.index, self.sides[0].rows, self.ask.query.slices[0])

    @property
    def order(self) -> str:
        """How the matches are ordered, for people."""
        return (
            f"{self.ask.query.sort}, round by round of each town"
            if self.towns is not None
            else self.ask.query.sort
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the total and the order."""
        note = self.journeys.limit_note if self.journeys else None
        if self.towns is not None:
            note = "The best offer of each city comes first, then the second best of each, and so on."
        return (note,) if note else ()

    def extremes(self) -> Extremes:
        """Return the lowest total and the shortest travel time among all matches."""
        if self.total == 0:
            return Extremes(0)
        if self.journeys is None:
            totals = self.sides[0].totals
            minutes = self.index.snapshot.offers.duration_minutes[self.sides[0].rows]
        elif self.journeys.built is not None:
            totals, minutes = self.journeys.built.costs[1:]
        else:
            return Extremes(self.total)
        lowest, shortest = int(totals.min()), int(minutes.min())
        is_lowest, is_shortest = totals == lowest, minutes == shortest
        return Extremes(
            matches=len(totals),
            lowest_total=lowest,
            share_lowest=int(np.count_nonzero(is_lowest)),
            shortest_minutes=shortest,
            share_shortest=int(np.count_nonzero(is_shortest)),
            total_of_shortest=int(totals[is_shortest].min()),
            minutes_of_cheapest=int(minutes[is_lowest].min()),
        )

    def lowest_total(self) -> int | None:
        """Return the lowest total in minor units; None where nothing matches."""
        if self.journeys:
            return self.journeys.lowest_total()
        return int(self.sides[0].totals.min()) if self.total else None

    def first(self, offset: int, limit: int) -> list[Match]:
        """Return ``limit`` matches from ``offset`` on, in the order of the query."""
        if self.journeys:
            return [self.match(rows) for rows in self.journeys.first(offset + limit)[offset:]]
        side, sort = self.sides[0], self.ask.query.sort
        rows = row_numbers(side.rows)
        if sort is Sort.BEST and side.scored:
            best = first_of_best(
                self.index, side.rows, side.scored, side.totals, count=offset + limit, towns=self.towns
            )
            return [
                self.match((int(rows[place]),), lift=int(lift))
                for place, lift in zip(best.places[offset:], best.lifts[offset:], strict=True)
            ]
        wanted = _wanted(self.index, sort, side, 0, 1)
        places = first_in_order(self.index, rows, wanted, side.totals, min(offset + limit, len(rows)))
        return [self.match((int(rows[place]),)) for place in places[offset:]]

    def facets(self) -> Facets:
        """Return what all matches are made of."""
        pricing = self.ask.pricing
        if self.journeys is None:
            return facets_of(self.index, [self.sides[0].rows], self.sides[0].totals, pricing)
        if self.journeys.built is not None:
            built = self.journeys.built
            return facets_of(self.index, built.rows, built.costs[1], pricing)
        lowest = self.journeys.lowest_total()
        amount = pricing.amount(lowest) if lowest is not None else None
        price = PriceSummary(min=amount, currency=pricing.currency)
        rows = [side.rows for side in self.sides]
        return counted_facets(self.index, rows, self.total, self.journeys.count_where, price)

    def match(self, rows: tuple[int, ...], *, lift: int = 0) -> Match:
        """Return the match made of an offer row per slice, and what the order has lifted it by."""
        total = 0
        parts: dict[str, int] = {}
        for row, side in zip(rows, self.sides, strict=True):
            rows_left = side.rows
            if isinstance(rows_left, slice):
                place = row - int(rows_left.start)
            else:
                place = int(np.searchsorted(rows_left, row))
            total += int(side.totals[place])
            for name, units in side.scored.parts.items() if side.scored else ():
                parts[name] = parts.get(name, 0) + int(units[place])
        if lift:
            parts[LIFT] = lift
        return Match(rows, total, parts)


def find(index: SnapshotIndex, ask: Ask, watch: Stopwatch, *, scored: bool = True) -> Found:
    """Return all matches of a query. ``scored=False`` leaves out what only ``best`` needs."""
    query = ask.query
    left: list[tuple[Rows, Column]] = []
    for number in range(len(query.slices)):
        rows = surviving_rows(index, ask, number, watch)
        if left:
            with watch.measure("filter"):
                rows = _in_time_after(index, rows, left[-1][0], query.nights)
            if watch.trace:
                watch.trace.add("in time after the slice before", count_rows(rows))
        left.append((rows, ask.pricing.totals(index, rows)))
    sides = _scored(index, ask, left, watch) if scored else [Side(*side, None) for side in left]
    if len(sides) == 1:
        return Found(index, ask, sides, None)
    with watch.measure("pair"):
        last = len(sides) - 1
        slices = [
            SliceRows(row_numbers(side.rows), _wanted(index, query.sort, side, number, last + 1), side.totals)
            for number, side in enumerate(sides)
        ]
        journeys = Journeys(index, query, slices, Bounds(*ask.pricing.limits(query.price)))
    if watch.trace:
        _tell_of_journeys(watch.trace, journeys)
    return Found(index, ask, sides, journeys)


def _scored(index: SnapshotIndex, ask: Ask, left: list[tuple[Rows, Column]], watch: Stopwatch) -> list[Side]:
    """Return the sides with the scores of their rows."""
    with watch.measure("meaning"):
        meanings = [meaning_by_profile(index, rows, ask.wish) for rows, _ in left]
    if watch.trace and ask.wish.vector is not None:
        profiles = index.snapshot.offers.profile
        watch.trace.profiles += [len(np.unique(profiles[rows])) for rows, _ in left]
    with watch.measure("rank"):
        if len(left) == 1:
            scores = [score_rows(index, left[0][0], meanings[0], wishes=ask.wish.features)]
        else:
            scores = score_journeys(index, left, meanings, ask.wish.features)
    return [Side(*side, score) for side, score in zip(left, scores, strict=True)]


def _tell_of_journeys(trace: Trace, journeys: Journeys) -> None:
    made = "one by one, best first" if journeys.built is None else "all at once"
    combinations = math.prod(len(side.rows) for side in journeys.sides)
    trace.journeys = {"combinations": combinations, "journeys": journeys.total, "made": made}


def _in_time_after(index: SnapshotIndex, rows: Rows, before: Rows, nights: IntRange | None) -> Rows:
    """Leave out rows that can follow none of the slice before: by its first arrival and its last day.

    Without this, a return of any date would bring in the whole year.
    """
    offers = index.snapshot.offers
    if count_rows(rows) == 0 or count_rows(before) == 0:
        return slice(0, 0)
    fits = offers.departs_utc[rows] > (offers.departs_utc[before] + offers.duration_minutes[before]).min()
    if nights is not None:
        days, arrival_days = offers.departure_day[rows], offers.arrival_day[before]
        fits &= days >= arrival_days.min() + (nights.min or 0)
        if nights.max is not None:
            fits &= days <= arrival_days.max() + nights.max
    return rows if fits.all() else row_numbers(rows)[fits]


def surviving_rows(index: SnapshotIndex, ask: Ask, number: int, watch: Stopwatch) -> Rows:
    """Return the rows that satisfy all constraints of one slice."""
    if watch.trace:
        watch.trace.begin_slice()
    with watch.measure("plan"):
        plan = plan_slice(index, ask.query.slices[number], ask.now_minute)
    with watch.measure("filter"):
        return filter_rows(
            index, plan, Constraints(ask.query, number, ask.now_minute, ask.pricing), watch.trace
        )


def _wanted(index: SnapshotIndex, sort: Sort, side: Side, number: int, slices: int) -> Column:
    """Return what the order compares first; adds up over the slices of a journey."""
    leaves = sort in (Sort.DEPARTURE_TIME, Sort.DEPARTURE_TIME_DESC)
    if (leaves and number > 0) or (sort is Sort.ARRIVAL_TIME and number < slices - 1):
        # A journey departs with its first slice and arrives with its last.
        return np.zeros(count_rows(side.rows), dtype=np.int64)
    loss = side.scored.loss if side.scored else None
    if loss is None:
        # Without scores, or for one slice, whose best are ordered by ``first_of_best``.
        loss = np.zeros(count_rows(side.rows), dtype=np.int64)
    return wanted_column(index, side.rows, sort, side.totals, loss)
