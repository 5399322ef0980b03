"""The order of ``best`` for offers of one slice.

In: rows that satisfy everything, their scores and totals. Out: ``Best``: the first of them and what each was
lifted by. The order, in full:

1. An offer *beats* another if it is worse in none of total, travel time and stops and better in one of them
   (and, where the query has soft words, fits them at least as well). Whoever beats an offer of a higher score
   is lifted to that score; the lift is a part of its score, named ``dominance``. Equal scores are ordered by
   total, travel time, stops, departure and key. So whatever beats an offer stands before it: beating is
   transitive, hence the beaten one's score is never above its better's, and at equal scores the better comes
   first by total, time or stops.
2. Where the query leaves an end of the journey open ("beach in February"), offers to different towns are no
   alternatives to each other: beating is within one town (metropolitan area), and the list goes round by
   round: the best offer of each town, then the second best of each, and so on; within a round by score. In
   one town whoever beats an offer is still in an earlier round, so 1 holds there.

Only the first ``MOST_LIFTING`` offers of a town (by score) lift others; beyond them the order is that of the
scores. What is not needed is not done: a few passes over all rows, then work on about as many as are shown.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.query import SliceQuery
from flight_search.search.index import Rows, SnapshotIndex, count_rows
from flight_search.search.rank import Scored

Column = NDArray[np.int64]

LIFT = "dominance"
"""The name of the part of a score that an offer gains by standing before those that it beats."""

MOST_LIFTING = 1_000
"""As many as the longest page. Each costs a pass over the offers that could beat it."""

_FEW_ROUNDS = 4
"""Up to here it is faster to look for the highest of each town again and again than to sort all rows once
(423,000 rows of 100 towns: 2 ms a round against 25 ms)."""


@dataclass(frozen=True)
class Best:
    """Positions among the rows, first to last, and what each was lifted by, in millionths."""

    places: Column
    lifts: Column


def towns_of(index: SnapshotIndex, rows: Rows, part: SliceQuery) -> Column | None:
    """Return a number per row for the town at the end that the query leaves open.

    None where it names both ends or neither (a flight by its number), and where all are in one town.
    """
    if (part.origin is None) == (part.destination is None) or count_rows(rows) == 0:
        return None
    offers = index.snapshot.offers
    towns = index.metro[(offers.destination if part.destination is None else offers.origin)[rows]]
    return None if np.all(towns == towns[0]) else towns


def first_of_best(  # noqa: PLR0913 - all of them make the order
    index: SnapshotIndex, rows: Rows, scored: Scored, totals: Column, *, count: int, towns: Column | None
) -> Best:
    """Return the first ``count`` rows in the order of ``best``."""
    size = count_rows(rows)
    if size == 0 or count <= 0:
        empty = np.zeros(0, dtype=np.int64)
        return Best(empty, empty)
    return _Order(index, rows, scored, totals, towns).first(min(count, size))


class _Order:
    """The columns that make the order, by position among the rows."""

    def __init__(
        self, index: SnapshotIndex, rows: Rows, scored: Scored, totals: Column, towns: Column | None
    ) -> None:
        offers = index.snapshot.offers
        self.score = scored.total
        self.totals = totals
        self.minutes = offers.duration_minutes[rows]
        self.stops = offers.stops[rows]
        self.departs = offers.departs_utc[rows]
        self.key = offers.key[rows]
        self.wish = scored.wish
        self.towns = towns
        self.sizes = np.bincount(towns) if towns is not None else np.array([len(self.score)])

    def first(self, count: int) -> Best:
        rounds = self._rounds_for(count)
        near = np.flatnonzero(self.score >= self._of_town(self._lowest_needed(rounds)))
        ordered = self._sorted(near, self.score, self.towns)
        # All that tie with the last needed lift as well: what they lift may stand before them.
        lifting = ordered[self._place_in_town(ordered) < MOST_LIFTING]
        lifted, new_score = self._lifted(self._without_twins(lifting))
        score = self.score.copy()
        score[lifted] = new_score
        order = self._sorted(np.union1d(near, lifted), score, self.towns)
        if self.towns is not None:
            turn = np.zeros(len(score), dtype=np.int64)
            turn[order] = self._place_in_town(order)
            order = self._sorted(order[turn[order] < rounds], score, turn)
        places = order[:count]
        return Best(places, (score[places] - self.score[places]).astype(np.int64))

    def _rounds_for(self, count: int) -> int:
        """Return how many of each town are needed to have ``count`` in all."""
        if self.towns is None:
            return count
        low, high = 1, int(self.sizes.max())
        while low < high:
            middle = (low + high) // 2
            if int(np.minimum(self.sizes, middle).sum()) >= count:
                high = middle
            else:
                low = middle + 1
        return low

    def _lowest_needed(self, rounds: int) -> NDArray[np.int32]:
        """Return per town a score that at least ``rounds`` of its offers reach, or all of them do."""
        if self.towns is None:
            last = len(self.score) - rounds
            return np.asarray(np.partition(self.score, last)[last : last + 1])
        if rounds <= _FEW_ROUNDS:
            left = self.score
            highest = self._highest(left, self.towns)
            for _ in range(rounds - 1):
                left = np.where(left >= highest[self.towns], np.int32(-1), left)
                highest = self._highest(left, self.towns)
            return highest
        order = np.argsort((self.towns << 32) - self.score, kind="stable")
        last = np.cumsum(self.sizes) - self.sizes + np.minimum(self.sizes, rounds) - 1
        return np.asarray(self.score[order[np.maximum(last, 0)]])

    def _highest(self, values: NDArray[np.int32], towns: Column) -> NDArray[np.int32]:
        highest = np.full(len(self.sizes), -1, dtype=np.int32)
        np.maximum.at(highest, towns, values)
        return highest

    def _towns_at(self, places: Column) -> Column:
        return np.zeros(len(places), dtype=np.int64) if self.towns is None else self.towns[places]

    def _of_town(self, values: NDArray[Any], where: Column | None = None) -> NDArray[Any]:
        """Return the value of each row's town, of those at ``where`` or of all; one for all in one town."""
        if self.towns is None:
            return values[:1]
        return values[self.towns if where is None else self.towns[where]]

    def _sorted(self, places: Column, score: NDArray[np.int32], first: Column | None) -> Column:
        """Return places by ``first``, then by score and what decides between equals."""
        ties: list[NDArray[Any]] = [self.key, self.departs, self.stops, self.minutes, self.totals]
        columns = [column[places] for column in ties] + [-score[places].astype(np.int64)]
        columns += [first[places]] if first is not None else []
        return places[np.lexsort(columns)]

    def _place_in_town(self, ordered: Column) -> Column:
        """Return the place of each in its town; those of one town lie together."""
        numbers = np.arange(len(ordered), dtype=np.int64)
        if self.towns is None or len(ordered) == 0:
            return numbers
        towns = self.towns[ordered]
        begins = np.flatnonzero(np.append(True, towns[1:] != towns[:-1]))
        return numbers - np.repeat(begins, np.diff(np.append(begins, len(ordered))))

    def _without_twins(self, ordered: Column) -> Column:
        """Leave out what would lift the same as the one before it: the same flight on another day."""
        compared: list[NDArray[Any]] = [self.score, self.totals, self.minutes, self.stops]
        compared += [column for column in (self.wish, self.towns) if column is not None]
        differs = np.zeros(max(len(ordered) - 1, 0), dtype=bool)
        for column in compared:
            values = column[ordered]
            differs |= values[1:] != values[:-1]
        stays: NDArray[np.bool_] = np.append(True, differs)[: len(ordered)]
        return np.asarray(ordered[stays])

    def _lifted(self, lifting: Column) -> tuple[Column, NDArray[np.int32]]:
        """Return the rows that are lifted by those given (in their towns' order), and their new scores."""
        could = self._could_beat(lifting)
        compared: list[NDArray[Any]] = [self.totals, self.minutes, self.stops]
        columns = [column[could] for column in compared]
        score = self.score[could]
        place = self._place_in_town(lifting)
        for number in range(int(place.max(initial=-1)) + 1):
            of_place = lifting[place == number]
            other = np.full(len(self.sizes), -1, dtype=np.int64)
            other[self._towns_at(of_place)] = of_place
            beaten = np.broadcast_to(self._of_town(other, could), could.shape)
            beats = (beaten >= 0) & (score < self.score[beaten])
            is_better = np.zeros(len(could), dtype=bool)
            for mine, column in zip(columns, compared, strict=True):
                theirs = column[beaten]
                beats &= mine <= theirs
                is_better |= mine < theirs
            if self.wish is not None:
                beats &= self.wish[could] >= self.wish[beaten]
            beats &= is_better
            score[beats] = self.score[beaten[beats]]
        gained = score > self.score[could]
        return could[gained], score[gained]

    def _could_beat(self, lifting: Column) -> Column:
        """Return the rows that are as good as the worst of those given in their town, in each way."""
        fits = np.ones(len(self.score), dtype=bool)
        for column in (self.totals, self.minutes, self.stops):
            worst = np.full(len(self.sizes), -1, dtype=np.int64)
            np.maximum.at(worst, self._towns_at(lifting), column[lifting])
            fits &= column <= self._of_town(worst)
        return np.flatnonzero(fits)
