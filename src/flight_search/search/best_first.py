"""The best of very many matches, without looking at most of them.

In: the bundles that a query selects, and the matches of the next hours, which are in none. Out: the rows that
can be among the first, few of many, and what all matches are measured by. Bundles are opened in the order of
the best that their offers can be, until no bundle that is left can hold a better one than those found: so the
rows are exactly those that a look at every row would have led to. What beats one of them is looked for by the
same bounds, because ``best`` puts it before.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from flight_search.search.bundles import Bundled
from flight_search.search.features import carrier_values, climate_table, climate_values
from flight_search.search.fit import Fit
from flight_search.search.index import SnapshotIndex
from flight_search.search.money import Pricing
from flight_search.search.rank import Features, Yardstick, features_of, score_features, yardstick_of
from flight_search.search.selection import Opened, Selection
from flight_search.search.wishes import Wishes

Numbers = NDArray[np.int64]

_FIRST_BATCH = 32
"""Bundles that are opened before anything is known: enough offers that the best of them are good."""
_NONE = np.iinfo(np.int64).max
_GROWTH = 4
"""Each batch is so many times the one before, while the bound still leaves more than a batch."""


@dataclass(frozen=True)
class Looked:
    """Offers that were looked at: their rows, what they are ordered by (the least first) and their towns."""

    row: Numbers
    value: Numbers
    town: Numbers


@dataclass
class Tried:
    """How much was looked at, for whoever asks for the plan."""

    bundles: int = 0
    offers: int = 0


class BestFirst:
    """Finds the rows that can be among the first."""

    def __init__(  # noqa: PLR0913 - what matches, and how it is compared
        self,
        index: SnapshotIndex,
        bundled: Bundled,
        selection: Selection,
        near: Numbers,
        pricing: Pricing,
        *,
        town: NDArray[np.int64] | None,
        tried: Tried,
    ) -> None:
        """Take what matches.

        ``town`` is one per bundle where the best of each town come first; ``tried`` is told what is opened.
        """
        self._index = index
        self._bundled = bundled
        self._selection = selection
        self._near = near
        self._pricing = pricing
        self._town = town
        self._tried = tried

    # ------------------------------------------------------------------------------ what all are measured by

    def yardstick(self, lowest_fare: int) -> Yardstick:
        """Return the best of each feature among all matches; ``lowest_fare`` is known from the tallies."""
        near = yardstick_of(features_of(self._index, self._near)) if len(self._near) else None
        best, selection = self._bundled.bundles.best, self._selection
        slowness = near.slowness if near else float("inf")
        intensity = near.intensity if near else float("nan")
        return Yardstick(
            fare=max(lowest_fare, 1),
            slowness=selection.least(best.slowness, "slowness", slowness),
            intensity=selection.least(best.intensity, "intensity", intensity),
        )

    def occurring(self) -> Numbers:
        """Return the profiles of all matches, ascending."""
        occurs = np.zeros(len(self._index.snapshot.vectors), dtype=bool)
        occurs[self._selection.column(self._bundled.bundles.profile)] = True
        occurs[self._index.snapshot.offers.profile[self._near]] = True
        return np.flatnonzero(occurs)

    # ------------------------------------------------------------------------------ the rows

    def by_score(self, yardstick: Yardstick, fit: Fit | None, wishes: Wishes, count: int) -> Numbers:
        """Return the rows that can be among the first ``count`` of ``best``, ascending."""
        bundles, offers = self._bundled.bundles, self._index.snapshot.offers
        profile = self._selection.column(bundles.profile)
        raised, carrier = wishes.raised, self._carrier_values(wishes)
        best = replace(
            self._selection.best,
            carrier=self._selection.column(carrier) if carrier is not None else None,
            climate=self._climate_bound(wishes),
        )
        bound = score_features(best, fit.at_most(profile) if fit else None, yardstick, raised).total

        def value_of(opened: Opened) -> Numbers:
            features = Features(
                fares=np.maximum(opened.fare, 1),
                slowness=opened.slowness,
                stops=bundles.best.stops[opened.bundle],
                departure=bundles.best.departure[opened.bundle],
                intensity=opened.intensity,
                connection=opened.connection,
                carrier=carrier[opened.bundle] if carrier is not None else None,
                climate=climate_values(self._index, opened.row, wishes.weather) if wishes.weather else None,
            )
            exact = fit.exact(bundles.profile[opened.bundle]) if fit else None
            return -score_features(features, exact, yardstick, raised).total.astype(np.int64)

        near = self._near
        exact = fit.exact(offers.profile[near]) if fit and len(near) else None
        near_features = features_of(self._index, near, wishes)
        scores = score_features(near_features, exact, yardstick, raised).total.astype(np.int64)
        looked, was_opened = self._look(-bound.astype(np.int64), value_of, -scores, count)
        first = self._first_of(looked, count)
        return self._with_what_beats(first, looked, was_opened)

    def _carrier_values(self, wishes: Wishes) -> NDArray[np.float32] | None:
        """Return how well each bundle's airlines fit a wish for a kind of them; all its offers have them."""
        if wishes.carrier_kind is None:
            return None
        return carrier_values(self._index, self._bundled.bundles.first_row, wishes.carrier_kind)

    def _climate_bound(self, wishes: Wishes) -> NDArray[np.float32] | None:
        """Return the best that the climate of each selected bundle fits in any month of its offers."""
        if not wishes.weather:
            return None
        selection, bundled = self._selection, self._bundled
        table = climate_table(self._index, wishes.weather)
        best = np.stack([table[:, months].max(axis=1) for months in bundled.month_sets])
        routes = self._index.snapshot.routes
        ends = routes.destination[selection.column(bundled.bundles.route)]
        return np.asarray(best[selection.column(bundled.bundles.months), ends])

    def by_total(self, count: int) -> Numbers:
        """Return the rows that can be among the first ``count`` by price, ascending."""
        totals, fares = self._pricing.of_fares, self._bundled.bundles.lowest_fare
        near = totals(self._index.snapshot.offers.price[self._near])
        bound = totals(self._selection.column(fares))
        looked, _ = self._look(bound, lambda opened: totals(opened.fare), near, count)
        return np.sort(self._first_of(looked, count).row)

    def by_minutes(self, count: int) -> Numbers:
        """Return the rows that can be among the first ``count`` by travel time, ascending."""
        near = self._index.snapshot.offers.duration_minutes[self._near].astype(np.int64)
        bound = self._selection.column(self._bundled.bundles.shortest).astype(np.int64)
        looked, _ = self._look(bound, lambda opened: opened.minutes.astype(np.int64), near, count)
        return np.sort(self._first_of(looked, count).row)

    def all_rows(self) -> Numbers:
        """Return the rows of all matches, ascending: for few."""
        return np.sort(np.concatenate([self._near, self._opened(self._selection.ids).row]))

    # ------------------------------------------------------------------------------ looking

    def _look(
        self, bound: Numbers, value_of: Callable[[Opened], Numbers], near_value: Numbers, count: int
    ) -> tuple[Looked, NDArray[np.bool_]]:
        """Return offers among which are all whose value is within the first ``count`` (towns, if there are).

        ``bound`` is the least value that an offer of each selected bundle can have.
        """
        ids = self._selection.ids
        found = [Looked(self._near, near_value, self._towns_of_rows(self._near))]
        was_opened = np.zeros(len(ids), dtype=bool)
        batch, left = _FIRST_BATCH, np.arange(len(ids))
        while len(left):
            chosen = left
            if len(left) > batch:
                chosen = left[np.argpartition(bound[left], batch)[:batch]]
            opened = self._opened(ids[chosen])
            was_opened[chosen] = True
            found.append(Looked(opened.row, value_of(opened), self._towns_of(opened.bundle)))
            last = self._last_needed(_joined(found), count)
            left = np.flatnonzero(~was_opened if last is None else (bound <= last) & ~was_opened)
            batch *= _GROWTH
        return _joined(found), was_opened

    def _with_what_beats(self, first: Looked, looked: Looked, was_opened: NDArray[np.bool_]) -> Numbers:
        """Return the rows of the first and of all that beat one of them (see ``best``)."""
        offers, bundles = self._index.snapshot.offers, self._bundled.bundles
        towns = 1 if self._town is None else len(self._index.snapshot.airports.iata)
        limits = {name: np.full(towns, -1, dtype=np.int64) for name in ("fare", "minutes", "stops")}
        np.maximum.at(limits["fare"], first.town, offers.price[first.row])
        np.maximum.at(limits["minutes"], first.town, offers.duration_minutes[first.row])
        np.maximum.at(limits["stops"], first.town, offers.stops[first.row])
        for town in np.unique(first.town).tolist():
            # A fare that is rounded to the same total is no worse.
            total = self._pricing.total(int(limits["fare"][town]), domestic=True)
            limits["fare"][town] = self._pricing.first_fare(total + 1) - 1
        selection = self._selection
        of_bundle = self._towns_of(selection.ids)
        could = (
            ~was_opened
            & (selection.column(bundles.lowest_fare) <= limits["fare"][of_bundle])
            & (selection.column(bundles.shortest) <= limits["minutes"][of_bundle])
            & (selection.column(bundles.best.stops) <= limits["stops"][of_bundle])
        )
        more = self._opened(selection.ids[could])
        rows = np.concatenate([looked.row, more.row])
        of_row = np.concatenate([looked.town, self._towns_of(more.bundle)])
        fits = (
            (offers.price[rows] <= limits["fare"][of_row])
            & (offers.duration_minutes[rows] <= limits["minutes"][of_row])
            & (offers.stops[rows] <= limits["stops"][of_row])
        )
        return np.unique(np.concatenate([first.row, rows[fits]]))

    def _last_needed(self, looked: Looked, count: int) -> int | None:
        """Return the value that the last of the first ``count`` has so far; None where they are fewer."""
        values = looked.value
        if self._town is not None:
            least = _least_by_town(looked)
            values = least[least < _NONE]
        if len(values) < count:
            return None
        return int(np.partition(values, count - 1)[count - 1])

    def _first_of(self, looked: Looked, count: int) -> Looked:
        """Return the offers within the first ``count``, with all that tie; of towns the first of each."""
        last = self._last_needed(looked, count)
        fits = np.ones(len(looked.row), dtype=bool) if last is None else looked.value <= last
        if self._town is not None:
            fits &= looked.value <= _least_by_town(looked)[looked.town]
        return Looked(looked.row[fits], looked.value[fits], looked.town[fits])

    def _opened(self, ids: Numbers) -> Opened:
        opened = self._selection.open(ids)
        self._tried.bundles += len(ids)
        self._tried.offers += len(opened.row)
        return opened

    def _towns_of(self, bundles: Numbers) -> Numbers:
        return self._town[bundles] if self._town is not None else np.zeros(len(bundles), dtype=np.int64)

    def _towns_of_rows(self, rows: Numbers) -> Numbers:
        if self._town is None:
            return np.zeros(len(rows), dtype=np.int64)
        offers, is_from = self._index.snapshot.offers, self._town is self._bundled.town_from
        return self._index.metro[(offers.origin if is_from else offers.destination)[rows]]


def _joined(found: list[Looked]) -> Looked:
    return Looked(
        np.concatenate([part.row for part in found]),
        np.concatenate([part.value for part in found]),
        np.concatenate([part.town for part in found]),
    )


def _least_by_town(looked: Looked) -> Numbers:
    """Return the least value of each town, the highest number for those that do not occur."""
    least = np.full(int(looked.town.max(initial=0)) + 1, _NONE, dtype=np.int64)
    np.minimum.at(least, looked.town, looked.value)
    return least
