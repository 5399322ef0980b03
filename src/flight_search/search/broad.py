"""The first of very many matches, without scoring most of them.

In: a query over all routes and days, its ``BroadMatches``. Out: ``BroadFound``, a ``Found`` like any other:
the same total, facets and first offers as if every row had been filtered and scored. The first offers come
from opening the best bundles first. Whoever asks for all rows (``sides``) gets them by filtering.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.offer import Facets
from flight_search.domain.query import Sort
from flight_search.search.best import towns_of
from flight_search.search.best_first import BestFirst, Tried
from flight_search.search.broad_matches import matches_of
from flight_search.search.bundles import Bundled
from flight_search.search.fit import Fit
from flight_search.search.found import Ask, Extremes, Found, Side
from flight_search.search.index import SnapshotIndex
from flight_search.search.offers import Match
from flight_search.search.rank import score_rows
from flight_search.search.reach import Reach

Numbers = NDArray[np.int64]


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
        self._compares_all = compares_all
        self._list_all = list_all
        self._matches = matches_of(index, bundled, reach, ask)
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
        return self._matches.total

    @property
    def bundles(self) -> int:
        """How many bundles have a match."""
        return len(self._matches.selection.ids)

    @cached_property
    def goes_by_town(self) -> bool:
        """Whether the best of each town come first."""
        part = self.ask.query.slices[0]
        is_open = (part.origin is None) != (part.destination is None)
        return self.ask.query.sort is Sort.BEST and is_open and self._towns > 1

    def extremes(self) -> Extremes:
        """Return the lowest total and the shortest travel time among all matches."""
        return self._matches.extremes

    def lowest_total(self) -> int | None:
        """Return the lowest total in minor units; None where nothing matches."""
        return self._matches.lowest_total

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
        return self._matches.facets

    # ------------------------------------------------------------------------------------------- the first

    @cached_property
    def _is_open_to(self) -> bool:
        """Whether it is the destination that is open, where an end is."""
        return self.ask.query.slices[0].destination is None

    @property
    def _towns(self) -> int:
        """How many towns matches have at the open end."""
        return self._matches.destinations if self._is_open_to else self._matches.origins

    @cached_property
    def _fit(self) -> Fit | None:
        """How well the soft words fit; None where there are none."""
        vector = self.ask.wish.vector
        if vector is None:
            return None
        return Fit(self.index, vector, self._matches.profiles, every=self._compares_all)

    def _side_of(self, count: int) -> Side:
        """Return the rows that can be among the first ``count``, with their scores."""
        by_town = self.goes_by_town
        town = self._bundled.town_to if self._is_open_to else self._bundled.town_from
        best_first = BestFirst(
            self.index,
            self._bundled,
            self._matches,
            self.ask.pricing,
            wishes=self.ask.wish.features,
            town=town if by_town else None,
            tried=self.tried,
        )
        if self.ask.query.sort is Sort.PRICE:
            return self._scored(best_first.by_total(count))
        if self.ask.query.sort is Sort.DURATION:
            return self._scored(best_first.by_minutes(count))
        if by_town and self._towns < count:
            # More than one round: every town has to be looked at to its second best and beyond.
            return self._scored(best_first.all_rows())
        return self._scored(best_first.by_score(self._fit, count))

    def _scored(self, rows: Numbers) -> Side:
        """Return rows with their scores among all matches."""
        values = None
        if self._fit is not None:
            profiles = self.index.snapshot.offers.profile[rows]
            values = np.zeros(len(self.index.snapshot.vectors), dtype=np.float32)
            values[profiles] = self._fit.exact(profiles)
        scored = score_rows(self.index, rows, values, self._matches.yardstick, self.ask.wish.features)
        return Side(rows, self.ask.pricing.totals(self.index, rows), scored)
