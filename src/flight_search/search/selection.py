"""The bundles that a query selects: how many of their offers match, and which offers a bundle holds.

In: bundles and the ``Reach`` of a query. Out: ``Selection``. Everything but the price is decided per bundle;
by price a bundle matches as a whole or in part, and only the latter are ever opened to decide something.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flight_search.search.bundles import Bundled
from flight_search.search.plan import spread
from flight_search.search.rank import Features
from flight_search.search.reach import Reach

Numbers = NDArray[np.int64]

_FEW_SETS = 0.2
"""Up to this share of the sets of carriers, their lists of bundles are read instead of all bundles."""
_BATCH = 64
"""Bundles that are opened at once while each may settle the question for the rest."""


@dataclass(frozen=True)
class Opened:
    """Offers of some bundles that match, a column each."""

    bundle: Numbers
    row: Numbers
    fare: NDArray[np.int32]
    minutes: NDArray[np.uint16]
    slowness: NDArray[np.float32]
    intensity: NDArray[np.float32]
    connection: NDArray[np.float32] | None


class Selection:
    """Bundles with at least one match, by their numbers, ascending."""

    def __init__(self, bundled: Bundled, reach: Reach) -> None:
        self._bundled = bundled
        self._reach = reach
        self.ids = self._selected()
        self.is_all = len(self.ids) == len(bundled.bundles.profile)

    def column(self, values: NDArray[np.generic]) -> NDArray:  # type: ignore[type-arg]
        """Return the values of a column of all bundles for those selected."""
        return values if self.is_all else values[self.ids]

    @cached_property
    def best(self) -> Features:
        """The best features of each."""
        best = self._bundled.bundles.best
        return Features(
            fares=self.column(best.fares),
            slowness=self.column(best.slowness),
            stops=self.column(best.stops),
            departure=self.column(best.departure),
            intensity=self.column(best.intensity),
            connection=self.column(best.connection) if best.connection is not None else None,
        )

    @cached_property
    def is_part(self) -> NDArray[np.bool_] | None:
        """Whether only a part of each matches; None where all match as a whole."""
        fares, bundles = self._reach.fares, self._bundled.bundles
        if fares.is_open:
            return None
        return (self.column(bundles.lowest_fare) < fares.lowest) | (
            self.column(bundles.highest_fare) > fares.highest
        )

    @cached_property
    def everything(self) -> Opened:
        """All offers that match: for few."""
        return self.open(self.ids)

    def places_of(self, ids: Numbers) -> Numbers:
        """Return where these bundles stand among those selected, leaving out those that are not."""
        if self.is_all:
            return ids
        if not len(self.ids):
            return self.ids
        places: Numbers = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        is_there: NDArray[np.bool_] = self.ids[places] == ids
        return places[is_there]

    def open(self, ids: Numbers) -> Opened:
        """Return the offers of some of the bundles that match."""
        start, offers, fares = self._bundled.bundles.start, self._bundled.offers, self._reach.fares
        places = spread(start[ids], start[ids + 1])
        bundle = np.repeat(ids, start[ids + 1] - start[ids])
        fare = offers.fare[places]
        if not fares.is_open:
            fits = (fare >= fares.lowest) & (fare <= fares.highest)
            places, bundle, fare = places[fits], bundle[fits], fare[fits]
        return Opened(
            bundle=bundle,
            row=offers.row[places].astype(np.int64),
            fare=fare,
            minutes=offers.minutes[places],
            slowness=offers.slowness[places],
            intensity=offers.intensity[places],
            connection=offers.connection[places] if offers.connection is not None else None,
        )

    def count(self, ids: Numbers) -> tuple[Numbers, Numbers]:
        """Return how many offers of some bundles match, and the lowest fare (any where none does) of each."""
        if not len(ids):
            return ids, ids
        start, fares = self._bundled.bundles.start, self._reach.fares
        sizes = start[ids + 1] - start[ids]
        fare = self._bundled.offers.fare[spread(start[ids], start[ids + 1])]
        fits = (fare >= fares.lowest) & (fare <= fares.highest)
        begins = np.cumsum(sizes) - sizes
        found: Numbers = np.add.reduceat(fits, begins, dtype=np.int64)
        lowest = np.minimum.reduceat(np.where(fits, fare, np.iinfo(np.int32).max), begins)
        return found, lowest.astype(np.int64)

    def least(self, of_bundle: NDArray[np.generic], name: str, known: float) -> float:
        """Return the least value of a column of ``Opened`` among all matches, or ``known`` if that is less.

        ``of_bundle`` is the least of each bundle. One that matches as a whole has it; one that matches in
        part is opened, while its least would change the answer.
        """
        values = self.column(of_bundle)
        if not len(values):
            return known
        if self.is_part is None:
            return float(np.fmin(known, np.fmin.reduce(values)))
        whole = values[~self.is_part]
        least = float(np.fmin(known, np.fmin.reduce(whole))) if len(whole) else known
        parts = np.flatnonzero(self.is_part & ~(values >= least) & ~np.isnan(values))
        parts = parts[np.argsort(values[parts], kind="stable")]
        for begin in range(0, len(parts), _BATCH):
            batch = parts[begin : begin + _BATCH]
            if values[batch[0]] >= least:
                break
            found = getattr(self.open(self.ids[batch]), name)
            if len(found):
                least = float(np.fmin(least, found.min()))
        return least

    def _selected(self) -> Numbers:
        reach, bundles = self._reach, self._bundled.bundles
        ids = self._of_carriers()
        tests = []
        if reach.stops is not None:
            tests.append((bundles.best.stops, *reach.stops))
        if reach.cabin is not None:
            tests.append((bundles.cabin, reach.cabin, reach.cabin))
        for column, low, high in tests:
            values = column if ids is None else column[ids]
            ids = _among(ids, (values >= low) & (values <= high))
        if reach.hours is not None:
            ids = _among(ids, reach.hours[bundles.hour if ids is None else bundles.hour[ids]])
        if not reach.fares.is_open:
            ids = self._priced(ids)
        return np.arange(len(bundles.profile), dtype=np.int64) if ids is None else ids

    def _of_carriers(self) -> Numbers | None:
        sets, bundles, lists = self._reach.sets, self._bundled.bundles, self._bundled.by_carriers
        if sets is None:
            return None
        allowed = np.flatnonzero(sets)
        if len(allowed) > _FEW_SETS * len(sets):
            return np.flatnonzero(sets[bundles.carriers])
        return np.sort(lists.ids[spread(lists.start[allowed], lists.start[allowed + 1])])

    def _priced(self, ids: Numbers | None) -> Numbers:
        fares, bundles = self._reach.fares, self._bundled.bundles
        lowest, highest = bundles.lowest_fare, bundles.highest_fare
        if ids is not None:
            lowest, highest = lowest[ids], highest[ids]
        fits = (lowest <= fares.highest) & (highest >= fares.lowest)
        ids, lowest, highest = _among(ids, fits), lowest[fits], highest[fits]
        # Cheaper and dearer offers than allowed: whether there is one between them is seen by opening.
        doubtful = np.flatnonzero((lowest < fares.lowest) & (highest > fares.highest))
        if not len(doubtful):
            return ids
        has_match = np.ones(len(ids), dtype=bool)
        has_match[doubtful] = np.isin(ids[doubtful], self.open(ids[doubtful]).bundle)
        return ids[has_match]


def _among(ids: Numbers | None, fits: NDArray[np.bool_]) -> Numbers:
    return np.flatnonzero(fits) if ids is None else ids[fits]
