"""All that matches a query, in order, of which only what is asked for is made.

In: what the plan of a search has left. Out: ``Found``: how many match, the first of them, their facets. One
slice is ranked (``rank``), several are paired (``pair``); the rest of the search need not know which.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.offer import Facets, PriceSummary
from flight_search.domain.query import FlightQuery, Sort
from flight_search.search.best import LIFT, first_of_best, towns_of
from flight_search.search.facets import counted_facets, facets_of
from flight_search.search.index import Rows, SnapshotIndex, count_rows, row_numbers
from flight_search.search.meaning import Wish
from flight_search.search.money import Pricing
from flight_search.search.offers import Match
from flight_search.search.pair import Journeys
from flight_search.search.rank import Scored, first_in_order, wanted_column

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
        self.journeys = journeys
        self._sides = sides

    @property
    def sides(self) -> list[Side]:
        """All that is left of each slice."""
        return self._sides

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
    def goes_by_town(self) -> bool:
        """Whether the best of each town come first."""
        return self.towns is not None

    @property
    def order(self) -> str:
        """How the matches are ordered, for people."""
        sort = self.ask.query.sort
        return f"{sort}, round by round of each town" if self.goes_by_town else sort

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the total and the order."""
        note = self.journeys.limit_note if self.journeys else None
        if self.goes_by_town:
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
        return self._in_order(self.sides[0], offset + limit, self.towns)[offset:]

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

    def match(self, rows: tuple[int, ...]) -> Match:
        """Return the match made of an offer row per slice."""
        return self._match_among(self.sides, rows)

    def _in_order(self, side: Side, count: int, towns: Column | None) -> list[Match]:
        """Return the first ``count`` of one slice, among rows that hold them."""
        sort, rows = self.ask.query.sort, row_numbers(side.rows)
        if sort is Sort.BEST and side.scored:
            best = first_of_best(self.index, side.rows, side.scored, side.totals, count=count, towns=towns)
            return [
                self._match_among([side], (int(rows[place]),), lift=int(lift))
                for place, lift in zip(best.places, best.lifts, strict=True)
            ]
        wanted = wanted_of(self.index, sort, side, 0, 1)
        places = first_in_order(self.index, rows, wanted, side.totals, min(count, len(rows)))
        return [self._match_among([side], (int(rows[place]),)) for place in places]

    @staticmethod
    def _match_among(sides: Sequence[Side], rows: tuple[int, ...], *, lift: int = 0) -> Match:
        total = 0
        parts: dict[str, int] = {}
        for row, side in zip(rows, sides, strict=True):
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


def wanted_of(index: SnapshotIndex, sort: Sort, side: Side, number: int, slices: int) -> Column:
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
