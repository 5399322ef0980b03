"""Offers that differ in little but day and fare, put together: what broad searches look at instead of rows.

In: the index of a snapshot and the minute of now. Out: ``Bundled``. All offers of one *bundle* have the same
route, connections, profile, carriers, stops, cabin and hours of departure and arrival: a daily flight is
about one bundle per season. Ten million offers on 330 days are 125,000 bundles. Each knows the best that its
offers have of each feature of a score, hence a bound on the score of all of them (``rank.Features``): most
bundles are never opened.

What leaves within the next hours is kept apart as ``near`` and looked at row by row, because what has left
by now changes every minute and everything else here does not. What is sold out is in neither.
"""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import numpy as np
from cachetools import LRUCache
from numpy.typing import NDArray

from flight_search.catalog.schema import CABINS
from flight_search.search.carrier_sets import CarrierSets, carrier_sets
from flight_search.search.facet_columns import connections_of
from flight_search.search.features import connection_values, month_of
from flight_search.search.index import SnapshotIndex
from flight_search.search.rank import Features, departure_value
from flight_search.search.tallies import Tally

T = TypeVar("T")

NEAR_MINUTES = 3 * 60
"""How long bundles are good for: longer, and more rows are looked at one by one; shorter, and the bundles
are made anew more often (a few seconds for ten million offers, in the background)."""

_RENEWAL_MINUTES = NEAR_MINUTES // 4
"""Before they go out of date, bundles are made anew while they are still in use."""

_MOST_QUERIES = 32
"""About a megabyte each for ten million offers where most bundles match."""
_MOST_YARDSTICKS = 8
"""Half a megabyte each for ten million offers."""

HOURS = 24
_MONTHS = 12
_STOPS = 3


@dataclass(frozen=True)
class Bundles:
    """A column each; ``offers[start[b]:start[b + 1]]`` are the offers of bundle b."""

    start: NDArray[np.int64]
    route: NDArray[np.int64]
    profile: NDArray[np.uint32]
    carriers: NDArray[np.int32]
    """Row of the carrier sets."""
    cabin: NDArray[np.uint8]
    hour: NDArray[np.uint8]
    best: Features
    """The best that its offers have of each feature. ``stops`` and ``departure`` are those of all of them."""
    lowest_fare: NDArray[np.int32]
    highest_fare: NDArray[np.int32]
    shortest: NDArray[np.uint16]
    """Minutes of the offer that takes the least time."""
    first_row: NDArray[np.int64]
    """One offer of each, for what all of them have in common."""
    via: tuple[NDArray[np.int64], ...]
    """Airports where one changes; a number beyond all airports where one does not."""
    arrival_hour: NDArray[np.int64]
    longest: NDArray[np.uint16]
    emissions: tuple[NDArray[np.uint16], NDArray[np.uint16]]
    """The least and the most CO2 of its offers, in kg; both unknown where they are."""
    months: NDArray[np.int64]
    """Row of ``Bundled.month_sets``: the months that its offers leave in."""


@dataclass(frozen=True)
class BundledOffers:
    """Columns of the offers in the order of their bundles, so that a bundle is read in one piece."""

    row: NDArray[np.uint32]
    fare: NDArray[np.int32]
    minutes: NDArray[np.uint16]
    slowness: NDArray[np.float32]
    intensity: NDArray[np.float32]
    connection: NDArray[np.float32] | None
    """None where no offer has a connection."""


@dataclass(frozen=True)
class Lists:
    """Numbers of bundles by a value of theirs, ascending: ``ids[start[v]:start[v + 1]]`` have value v."""

    ids: NDArray[np.int64]
    start: NDArray[np.int64]


class Kept(Generic[T]):
    """The last few results of a kind, the least recently used first to go. Shared between threads."""

    def __init__(self, most: int) -> None:
        self._known: LRUCache[Hashable, T] = LRUCache(maxsize=most)
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what is known for a key, made where it is not."""
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = make()
            with self._lock:
                self._known[key] = known
        return known


@dataclass(frozen=True)
class Bundled:
    """One snapshot in bundles, good for searches from ``begins`` until ``ends`` (minutes UTC)."""

    begins: int
    ends: int
    near: NDArray[np.int64]
    """Rows that leave in between."""
    bundles: Bundles
    offers: BundledOffers
    sets: CarrierSets
    by_carriers: Lists
    by_town_from: Lists
    by_town_to: Lists
    tallies: tuple[Tally, ...]
    """From few cells to many: by stops and cabin; by carriers too; by the hour too."""
    month_sets: NDArray[np.bool_]
    """Shape (sets, 12)."""
    town_from: NDArray[np.int64]
    town_to: NDArray[np.int64]
    """Metropolitan area at each end of each bundle."""

    profiles: NDArray[np.bool_]
    """Per profile whether it occurs in a bundle."""
    bounds: "Kept[NDArray[np.int32]]"
    """Bounds on the scores of all bundles by what they are measured by. The best of all matches is the same
    offer for most broad searches, whatever else they ask."""
    known: "Kept[Any]"
    """What was worked out of the matches of the last broad queries (``broad_matches``)."""

    def is_good_at(self, now_minute: int) -> bool:
        """Return whether a search at this minute can use it."""
        return self.begins <= now_minute < self.ends

    def is_fresh_at(self, now_minute: int) -> bool:
        """Return whether there is time left before it has to be made anew."""
        return self.begins <= now_minute < self.ends - _RENEWAL_MINUTES


def bundle(index: SnapshotIndex, now_minute: int) -> Bundled:
    """Put all offers that have not left into bundles (``benchmarks/search_engine.py`` measures how long)."""
    offers = index.snapshot.offers
    ends = now_minute + NEAR_MINUTES
    here = offers.departs_utc > now_minute
    # No seat left, or sold out: nobody is shown it.
    here &= offers.seats != 0
    if index.snapshot.sold_out is not None:
        here &= ~index.snapshot.sold_out
    is_near = here & (offers.departs_utc <= ends)
    rows = np.flatnonzero(here & ~is_near)
    sets = carrier_sets(offers, index.snapshot.segments, len(index.snapshot.carriers.iata))
    facts = {
        "stops": offers.stops[rows].astype(np.int64),
        "cabin": offers.cabin[rows].astype(np.int64),
        "carriers": sets.of_offer[rows].astype(np.int64),
        "hour": offers.departure_minute[rows].astype(np.int64) // 60,
    }
    sizes = {"stops": _STOPS, "cabin": len(CABINS), "carriers": sets.count, "hour": HOURS}
    fares = offers.price[rows]
    tallies = tuple(
        Tally.of({name: facts[name] for name in names}, sizes, fares)
        for names in (("stops", "cabin"), ("stops", "cabin", "carriers"), tuple(facts))
    )
    bundles, bundled = _bundles(index, rows, facts, sizes)
    month_codes, months = np.unique(bundles.months, return_inverse=True)
    routes = index.snapshot.routes
    town_from = index.metro[routes.origin[bundles.route]]
    town_to = index.metro[routes.destination[bundles.route]]
    return Bundled(
        begins=now_minute,
        ends=ends,
        near=np.flatnonzero(is_near),
        bundles=replace(bundles, months=months),
        offers=bundled,
        sets=sets,
        by_carriers=_listed(bundles.carriers, sets.count),
        by_town_from=_listed(town_from, len(index.snapshot.airports.iata)),
        by_town_to=_listed(town_to, len(index.snapshot.airports.iata)),
        tallies=tallies,
        month_sets=(month_codes[:, None] >> np.arange(_MONTHS) & 1).astype(bool),
        town_from=town_from,
        town_to=town_to,
        profiles=np.bincount(bundles.profile, minlength=len(index.snapshot.vectors)) > 0,
        bounds=Kept(_MOST_YARDSTICKS),
        known=Kept(_MOST_QUERIES),
    )


def _listed(values: NDArray[np.integer[Any]], most: int) -> Lists:
    return Lists(
        ids=np.argsort(values, kind="stable"),
        start=np.concatenate([[0], np.cumsum(np.bincount(values, minlength=most))]).astype(np.int64),
    )


def _bundles(
    index: SnapshotIndex,
    rows: NDArray[np.int64],
    facts: dict[str, NDArray[np.int64]],
    sizes: dict[str, int],
) -> tuple[Bundles, BundledOffers]:
    offers, routes = index.snapshot.offers, index.snapshot.routes
    route = np.repeat(np.arange(len(routes.start)), routes.end - routes.start)[rows]
    unknown = np.isnan(index.intensity[rows])
    nowhere = len(index.snapshot.airports.iata)
    via = connections_of(index, [rows])
    # Rows come sorted by route, which makes a stable sort by route first nearly one pass.
    order, start = _grouped(
        [
            (route, len(routes.start)),
            (offers.profile[rows].astype(np.int64), len(index.snapshot.vectors)),
            *((facts[name], sizes[name]) for name in ("carriers", "stops", "cabin", "hour")),
            (unknown.astype(np.int64), 2),
            (offers.arrival_minute[rows].astype(np.int64) // 60, HOURS),
            *((column, nowhere + 1) for column in via),
        ]
    )
    first = order[start[:-1]]
    sorted_rows = rows[order]
    bundled = BundledOffers(
        row=sorted_rows.astype(np.uint32),
        fare=offers.price[sorted_rows],
        minutes=offers.duration_minutes[sorted_rows],
        slowness=index.slowness[sorted_rows],
        intensity=index.intensity[sorted_rows],
        connection=connection_values(index, sorted_rows) if index.has_connections else None,
    )
    lowest, kg = _least(bundled.fare, start), offers.emissions_kg[sorted_rows]
    bundles = Bundles(
        start=start,
        route=route[first],
        profile=offers.profile[rows[first]],
        carriers=facts["carriers"][first].astype(np.int32),
        cabin=facts["cabin"][first].astype(np.uint8),
        hour=facts["hour"][first].astype(np.uint8),
        best=Features(
            fares=np.maximum(lowest, 1),
            slowness=_least(bundled.slowness, start),
            stops=facts["stops"][first].astype(np.uint8),
            departure=-_least(-departure_value(offers.departure_minute[sorted_rows]), start),
            intensity=_least(bundled.intensity, start),
            connection=-_least(-bundled.connection, start) if bundled.connection is not None else None,
        ),
        lowest_fare=lowest,
        highest_fare=_most(bundled.fare, start),
        shortest=_least(bundled.minutes, start),
        first_row=rows[first],
        via=tuple(column[first] for column in via),
        arrival_hour=offers.arrival_minute[rows[first]].astype(np.int64) // 60,
        longest=_most(bundled.minutes, start),
        emissions=(_least(kg, start), _most(kg, start)),
        months=_any_bit(np.left_shift(1, month_of(offers.departure_day[sorted_rows]) - 1), start),
    )
    return bundles, bundled


def _grouped(columns: list[tuple[NDArray[np.int64], int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return an order in which equal rows stand together, and where each group begins, with the end."""
    size = len(columns[0][0])
    order = np.arange(size, dtype=np.int64)
    key, room = np.zeros(size, dtype=np.int64), 1
    for column, values in columns:
        if room * values >= 1 << 63:
            # More combinations than a number holds: those that occur so far are numbered, in their order.
            sequence = np.argsort(key, kind="stable")
            order, key = order[sequence], key[sequence]
            key = np.cumsum(np.append(0, key[1:] != key[:-1])[:size], dtype=np.int64)
            room = size
        key = key * values + column[order]
        room *= values
    sequence = np.argsort(key, kind="stable")
    order, key = order[sequence], key[sequence]
    changes = np.flatnonzero(key[1:] != key[:-1]) + 1 if size else np.zeros(0, dtype=np.int64)
    return order, np.concatenate([[0] if size else [], changes, [size]]).astype(np.int64)


def _most(column: NDArray[np.generic], start: NDArray[np.int64]) -> NDArray:  # type: ignore[type-arg]
    """Return the greatest value of each group."""
    if len(start) <= 1:
        return column[:0]
    return np.maximum.reduceat(column, start[:-1])


def _any_bit(codes: NDArray[np.int64], start: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the bits that any of each group has."""
    if len(start) <= 1:
        return codes[:0]
    return np.bitwise_or.reduceat(codes, start[:-1])


def _least(column: NDArray[np.generic], start: NDArray[np.int64]) -> NDArray:  # type: ignore[type-arg]
    """Return the least value of each group."""
    if len(start) <= 1:
        return column[:0]
    return np.minimum.reduceat(column, start[:-1])
