"""The best of very many matches, without looking at most of them.

In: the bundles that a query selects, and the matches of the next hours, which are in none. Out: the rows that
can be among the first, few of many, and what all matches are measured by. Bundles are opened in the order of
the best that their offers can be, until no bundle that is left can hold a better one than those found: so the
rows are exactly those that a look at every row would have led to. What beats one of them is looked for by the
same bounds, because ``best`` puts it before.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.search.broad_matches import BroadMatches
from flight_search.search.bundles import Bundled
from flight_search.search.features import carrier_values, climate_table, climate_values
from flight_search.search.fit import Fit
from flight_search.search.index import SnapshotIndex
from flight_search.search.money import Pricing
from flight_search.search.plan import spread
from flight_search.search.rank import (
    Features,
    Yardstick,
    features_of,
    meaning_units,
    score_features,
)
from flight_search.search.selection import Opened, Selection
from flight_search.search.wishes import Wishes

Numbers = NDArray[np.int64]

_FIRST_BATCH = 32
"""Bundles that are opened before anything is known: enough offers that the best of them are good."""
_NONE = np.iinfo(np.int64).max
_FIRST_WIDTH = 16_384
"""Of the bounds of the first batch, in millionths of a score."""
_MANY = 1_024
"""Bundles that are opened at once at most, while opening the best of them may settle the rest."""
_FEW_SELECTED = 0.25
"""Up to this share of all bundles, only the bounds of those selected are worked out."""


@dataclass(frozen=True)
class Looked:
    """Offers that were looked at: their rows, what they are ordered by (the least first) and their towns."""

    row: Numbers
    value: Numbers
    town: Numbers
    fare: NDArray[np.int32]
    minutes: NDArray[np.uint16]
    stops: NDArray[np.uint8]


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
        matches: BroadMatches,
        pricing: Pricing,
        *,
        wishes: Wishes,
        town: NDArray[np.int64] | None,
        tried: Tried,
    ) -> None:
        """Take what matches.

        ``town`` is one per bundle where the best of each town come first; ``tried`` is told what is opened.
        """
        self._index = index
        self._bundled = bundled
        self._matches = matches
        self._selection = matches.selection
        self._near = matches.near
        self._pricing = pricing
        self._town = town
        self._tried = tried
        self._wishes = wishes

    @cached_property
    def _near_features(self) -> Features:
        if not self._wishes.raised:
            return self._matches.near_features
        return features_of(self._index, self._near, self._wishes)

    @cached_property
    def _near_profiles(self) -> NDArray[np.uint32]:
        return self._index.snapshot.offers.profile[self._near]

    # ------------------------------------------------------------------------------ the rows

    def by_score(self, fit: Fit | None, count: int) -> Numbers:
        """Return the rows that can be among the first ``count`` of ``best``, ascending."""
        bundles, wishes, selection = self._bundled.bundles, self._wishes, self._selection
        yardstick = self._matches.yardstick
        carrier = self._carrier_values()
        bound = self._facts_bound(yardstick, carrier, has_meaning=fit is not None)
        if fit is not None:
            profile = selection.column(bundles.profile)
            bound = bound + meaning_units(fit.at_most(profile), wishes.raised)

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
            return -score_features(features, exact, yardstick, wishes.raised).total.astype(np.int64)

        def value_of_near(places: Numbers) -> Numbers:
            exact = fit.exact(self._near_profiles[places]) if fit else None
            features = _taken(self._near_features, places)
            return -score_features(features, exact, yardstick, wishes.raised).total.astype(np.int64)

        nearly = fit.at_most(self._near_profiles) if fit else None
        near_bound = score_features(self._near_features, nearly, yardstick, wishes.raised).total
        looked, was_opened = self._look(-bound, value_of, -near_bound, value_of_near, count)
        return self._with_what_beats(self._first_of(looked, count), looked, was_opened)

    def _facts_bound(
        self, yardstick: Yardstick, carrier: NDArray[np.float32] | None, *, has_meaning: bool
    ) -> NDArray[np.int32]:
        """Return the most that the facts can give each selected bundle, without its meaning."""
        wishes, selection, bundles = self._wishes, self._selection, self._bundled.bundles

        def bound_of(chosen: Selection | None) -> NDArray[np.int32]:
            best = chosen.best if chosen else bundles.best
            column = chosen.column if chosen else _itself
            best = replace(
                best,
                carrier=column(carrier) if carrier is not None else None,
                climate=column(self._climate_bound()) if wishes.weather else None,
            )
            # A meaning of nothing, so that the facts have the shares that they have beside one.
            nothing = np.zeros(len(best.fares), dtype=np.float32) if has_meaning else None
            # One that is not selected may be better than the best match by more than a number holds.
            with np.errstate(invalid="ignore"):
                return score_features(best, nothing, yardstick, wishes.raised).total

        if len(selection.ids) < _FEW_SELECTED * len(bundles.profile):
            return bound_of(selection)
        if np.isnan(yardstick.intensity):
            # Bundles that are not selected may know their emissions all the same.
            yardstick = replace(yardstick, intensity=0.0)
        known_by = (yardstick.fare, yardstick.slowness, yardstick.intensity)
        key = (*known_by, has_meaning, wishes.raised, wishes.carrier_kind, wishes.weather)
        every: NDArray[np.int32] = selection.column(self._bundled.bounds.get(key, lambda: bound_of(None)))
        return every

    def _carrier_values(self) -> NDArray[np.float32] | None:
        """Return how well each bundle's airlines fit a wish for a kind of them; all its offers have them."""
        kind = self._wishes.carrier_kind
        return carrier_values(self._index, self._bundled.bundles.first_row, kind) if kind else None

    def _climate_bound(self) -> NDArray[np.float32]:
        """Return the best that the climate of each bundle fits in any month of its offers."""
        bundled = self._bundled
        table = climate_table(self._index, self._wishes.weather)
        best = np.stack([table[:, months].max(axis=1) for months in bundled.month_sets])
        ends = self._index.snapshot.routes.destination[bundled.bundles.route]
        return np.asarray(best[bundled.bundles.months, ends])

    def by_total(self, count: int) -> Numbers:
        """Return the rows that can be among the first ``count`` by price, ascending."""
        totals, fares = self._pricing.of_fares, self._bundled.bundles.lowest_fare
        near = totals(self._index.snapshot.offers.price[self._near])
        bound = totals(self._selection.column(fares))
        looked, _ = self._look(
            bound, lambda opened: totals(opened.fare), near, lambda places: near[places], count
        )
        return np.sort(self._first_of(looked, count).row)

    def by_minutes(self, count: int) -> Numbers:
        """Return the rows that can be among the first ``count`` by travel time, ascending."""
        near = self._index.snapshot.offers.duration_minutes[self._near].astype(np.int64)
        bound = self._selection.column(self._bundled.bundles.shortest).astype(np.int64)
        looked, _ = self._look(
            bound, lambda opened: opened.minutes.astype(np.int64), near, lambda places: near[places], count
        )
        return np.sort(self._first_of(looked, count).row)

    def all_rows(self) -> Numbers:
        """Return the rows of all matches, ascending: for few."""
        everything = self._selection.everything
        self._tried.bundles += len(self._selection.ids)
        self._tried.offers += len(everything.row)
        return np.sort(np.concatenate([self._near, everything.row]))

    # ------------------------------------------------------------------------------ looking

    def _look(
        self,
        bound: NDArray[np.integer[Any]],
        value_of: Callable[[Opened], Numbers],
        near_bound: NDArray[np.integer[Any]],
        value_of_near: Callable[[Numbers], Numbers],
        count: int,
    ) -> tuple[Looked, NDArray[np.bool_]]:
        """Return offers among which are all whose value is within the first ``count`` (towns, if there are).

        ``bound`` is the least value that an offer of each selected bundle can have, ``near_bound`` the same
        of each offer that leaves soon.
        """
        ids = self._selection.ids
        found: list[Looked] = []
        was_opened = np.zeros(len(ids), dtype=bool)
        left, last = _lowest_few(bound), None
        while len(left):
            opened = self._opened(ids[left])
            was_opened[left] = True
            found.append(self._looked_at(opened, value_of(opened)))
            last = self._last_needed(_joined(found), count)
            left = np.flatnonzero(~was_opened if last is None else (bound <= last) & ~was_opened)
            if len(left) > _MANY:
                left = left[np.argpartition(bound[left], _MANY)[:_MANY]]
        near = np.flatnonzero(near_bound <= last) if last is not None else np.arange(len(near_bound))
        found.append(self._near_looked_at(near, value_of_near(near)))
        return _joined(found), was_opened

    def _with_what_beats(self, first: Looked, looked: Looked, was_opened: NDArray[np.bool_]) -> Numbers:
        """Return the rows of the first and of all that beat one of them (see ``best``)."""
        bundles = self._bundled.bundles
        towns = 1 if self._town is None else len(self._index.snapshot.airports.iata)
        limits = {name: np.full(towns, -1, dtype=np.int64) for name in ("fare", "minutes", "stops")}
        np.maximum.at(limits["fare"], first.town, first.fare)
        np.maximum.at(limits["minutes"], first.town, first.minutes)
        np.maximum.at(limits["stops"], first.town, first.stops)
        of_first = np.unique(first.town)
        for town in of_first.tolist():
            # A fare that is rounded to the same total is no worse.
            total = self._pricing.total(int(limits["fare"][town]), domestic=True)
            limits["fare"][town] = self._pricing.first_fare(total + 1) - 1
        selection = self._selection
        places = self._places_in(of_first)
        ids = selection.ids[places[~was_opened[places]]]
        # The fare first: it leaves few.
        ids = ids[bundles.lowest_fare[ids] <= limits["fare"][self._towns_of(ids)]]
        of_bundle = self._towns_of(ids)
        could = (bundles.shortest[ids] <= limits["minutes"][of_bundle]) & (
            bundles.best.stops[ids] <= limits["stops"][of_bundle]
        )
        more = self._opened(ids[could])
        rest = np.flatnonzero(self._matches.near_features.fares <= limits["fare"].max(initial=0) + 1)
        every = _joined(
            [
                looked,
                self._looked_at(more, np.zeros(len(more.row), dtype=np.int64)),
                self._near_looked_at(rest, rest),
            ]
        )
        fits = (
            (every.fare <= limits["fare"][every.town])
            & (every.minutes <= limits["minutes"][every.town])
            & (every.stops <= limits["stops"][every.town])
        )
        return np.unique(np.concatenate([first.row, every.row[fits]]))

    def _looked_at(self, opened: Opened, value: Numbers) -> Looked:
        stops = self._bundled.bundles.best.stops[opened.bundle]
        town = self._towns_of(opened.bundle)
        return Looked(opened.row, value, town, opened.fare, opened.minutes, stops)

    def _near_looked_at(self, places: Numbers, value: Numbers) -> Looked:
        offers, rows = self._index.snapshot.offers, self._near[places]
        town = self._towns_of_rows(rows)
        return Looked(
            rows, value, town, offers.price[rows], offers.duration_minutes[rows], offers.stops[rows]
        )

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
        return Looked(*(column[fits] for column in vars(looked).values()))

    def _places_in(self, towns: Numbers) -> Numbers:
        """Return where the bundles of some towns stand among those selected."""
        if self._town is None:
            return np.arange(len(self._selection.ids), dtype=np.int64)
        is_from = self._town is self._bundled.town_from
        lists = self._bundled.by_town_from if is_from else self._bundled.by_town_to
        return self._selection.places_of(lists.ids[spread(lists.start[towns], lists.start[towns + 1])])

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


def _itself(values: NDArray[Any]) -> NDArray[Any]:
    return values


def _taken(features: Features, places: Numbers) -> Features:
    """Return some rows of features."""
    columns = {name: column[places] for name, column in vars(features).items() if column is not None}
    return Features(**columns)


def _lowest_few(bound: NDArray[np.integer[Any]]) -> Numbers:
    """Return where the lowest bounds stand, ``_FIRST_BATCH`` to twice as many; all if there are fewer."""
    if len(bound) <= _FIRST_BATCH:
        return np.arange(len(bound), dtype=np.int64)
    lowest, width = int(bound.min()), _FIRST_WIDTH
    # Passes with a wider and wider limit are faster than a partition: the first mostly is enough.
    while len(near := np.flatnonzero(bound <= lowest + width)) < _FIRST_BATCH:
        width *= 4
    if len(near) > 2 * _FIRST_BATCH:
        near = near[np.argpartition(bound[near], _FIRST_BATCH)[:_FIRST_BATCH]]
    return near


def _joined(found: list[Looked]) -> Looked:
    columns = zip(*(vars(part).values() for part in found), strict=True)
    return Looked(*(np.concatenate(column) for column in columns))


def _least_by_town(looked: Looked) -> Numbers:
    """Return the least value of each town, the highest number for those that do not occur."""
    least = np.full(int(looked.town.max(initial=0)) + 1, _NONE, dtype=np.int64)
    np.minimum.at(least, looked.town, looked.value)
    return least
