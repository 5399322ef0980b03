"""What one snapshot's searches share, worked out once per snapshot.

In: an open ``Snapshot``. Out: ``SnapshotIndex``, all of whose arrays are read-only by agreement.

The offers are sorted by (route, day), so *groups* are runs of rows with the same route and departure day.
They are a small table (60,000 groups for 435,000 offers) on which dates and weekdays are selected without
touching a row. Everything that costs more than this table is made when it is first needed.
"""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import BASES, UNKNOWN, UNKNOWN_EMISSIONS
from flight_search.catalog.snapshot import Snapshot
from flight_search.search.derived import MonthlyClimate, monthly_climate, shortest_waits
from flight_search.search.estimate import ColumnStatistics, statistics_of
from flight_search.vectors.open import IndexOf, in_memory
from flight_search.vectors.port import ProfileIndex
from flight_search.vectors.screen import Screen

if TYPE_CHECKING:
    from flight_search.search.bundles import Bundled

Rows: TypeAlias = slice | NDArray[np.int64]
"""Rows of the offers: a slice where they lie together (then a column is a view), else their numbers."""

IDEAL_SPEED_KMH = 850.0
"""Cruising speed of airliners: what a flight of no detour would make."""
IDEAL_GROUND_MINUTES = 30.0
"""Taxi, climb and approach, that every flight needs whatever its distance."""


_WITHOUT_FARES = frozenset(
    {
        "profiles",
        "screen",
        "country",
        "metro",
        "has_connections",
        "slowness",
        "intensity",
        "shortest_wait",
        "climate",
        "airports_with_departures",
        "airports_with_arrivals",
    }
)
"""What is made when it is first needed and depends on neither price nor basis nor seats. What is not named
here is made anew with every change of fares, so what is forgotten costs time and is never wrong."""


class SnapshotIndex:
    """Codes, groups and comparisons of one snapshot. Safe to share between threads."""

    def __init__(self, snapshot: Snapshot, profiles_of: IndexOf = in_memory) -> None:
        """Take the snapshot and where its vectors are asked for.

        Makes the table of groups (0.1 s for ten million offers).
        """
        self.snapshot = snapshot
        self._profiles_of = profiles_of
        offers, routes = snapshot.offers, snapshot.routes
        self.airport_row = {str(code): row for row, code in enumerate(snapshot.airports.iata)}
        self.carrier_row = {str(code): row for row, code in enumerate(snapshot.carriers.iata)}
        begins = np.ones(len(offers.key), dtype=bool)
        np.not_equal(offers.departure_day[1:], offers.departure_day[:-1], out=begins[1:])
        begins[routes.start] = True
        starts = np.flatnonzero(begins)
        self.group_start = np.append(starts, len(offers.key)).astype(np.int64)
        """First row of each group; the last entry is the number of offers."""
        self.group_day = offers.departure_day[starts]
        self.route_group = np.append(np.searchsorted(starts, routes.start), len(starts)).astype(np.int64)
        """First group of each route; the last entry is the number of groups."""
        self._medians: dict[tuple[int, int], int] = {}
        self.bundled: Bundled | None = None
        """What broad searches look at, made and renewed in the background (``bundles``)."""
        self._emissions: dict[int, int | None] = {}

    @property
    def size(self) -> int:
        """How many offers there are."""
        return len(self.snapshot.offers.key)

    @cached_property
    def profiles(self) -> ProfileIndex:
        """The vectors of the profiles."""
        return self._profiles_of(self.snapshot)

    @cached_property
    def screen(self) -> Screen:
        """Bounds on the similarity of profiles."""
        return Screen(self.snapshot.vectors)

    @cached_property
    def country(self) -> NDArray[np.int64]:
        """A number for the country of each airport."""
        return _numbered(self.snapshot.airports.country)

    @cached_property
    def carrier_names(self) -> list[tuple[str, str]]:
        """Code and name of each carrier; the code again where there is no name."""
        carriers = self.snapshot.carriers
        return [
            (str(code), str(name) or str(code))
            for code, name in zip(carriers.iata, carriers.name, strict=True)
        ]

    @cached_property
    def codes_with_departures(self) -> frozenset[str]:
        """Codes of the airports that offers depart from."""
        iata = self.snapshot.airports.iata
        return frozenset(str(iata[row]) for row in self.airports_with_departures)

    @cached_property
    def codes_with_arrivals(self) -> frozenset[str]:
        """Codes of the airports that offers arrive at."""
        iata = self.snapshot.airports.iata
        return frozenset(str(iata[row]) for row in self.airports_with_arrivals)

    @cached_property
    def metro(self) -> NDArray[np.int64]:
        """A number for the metropolitan area of each airport."""
        return _numbered(self.snapshot.airports.metro)

    @cached_property
    def has_connections(self) -> bool:
        """Whether any offer has more than one segment."""
        return bool(np.any(self.snapshot.offers.stops > 0))

    @cached_property
    def known_facts(self) -> frozenset[str]:
        """Those of the optional columns that at least one offer knows."""
        offers = self.snapshot.offers
        columns = ("carry_on", "checked", "refundable", "seats")
        return frozenset(name for name in columns if np.any(getattr(offers, name) != UNKNOWN))

    @cached_property
    def bases(self) -> frozenset[str]:
        """Where the prices come from: those of BASES that occur."""
        return frozenset(BASES[code] for code in np.unique(self.snapshot.offers.basis).tolist())

    @cached_property
    def statistics(self) -> ColumnStatistics:
        """Histograms that row counts are estimated from."""
        return statistics_of(self.snapshot.offers, len(self.snapshot.carriers.iata))

    @cached_property
    def slowness(self) -> NDArray[np.float32]:
        """Duration of each offer over the ideal one of its distance: comparable between routes."""
        distance = self.snapshot.routes.distance_km
        ideal = IDEAL_GROUND_MINUTES + 60.0 * distance / IDEAL_SPEED_KMH
        minutes = self.snapshot.offers.duration_minutes.astype(np.float32)
        return (np.maximum(minutes, 1) / self._per_offer(ideal)).astype(np.float32)

    @cached_property
    def intensity(self) -> NDArray[np.float32]:
        """CO2 of each offer in kg per km of its distance; NaN where not known."""
        emissions = self.snapshot.offers.emissions_kg
        distance = np.maximum(self.snapshot.routes.distance_km, 1)
        known = np.where(emissions == UNKNOWN_EMISSIONS, np.nan, np.maximum(emissions, 1))
        return (known / self._per_offer(distance)).astype(np.float32)

    @cached_property
    def shortest_wait(self) -> NDArray[np.int16]:
        """The shortest wait between two flights of each offer, in minutes."""
        return shortest_waits(self.snapshot)

    @cached_property
    def climate(self) -> MonthlyClimate:
        """How warm and how wet it is at each airport, by month."""
        return monthly_climate(self.snapshot)

    @cached_property
    def airports_with_departures(self) -> frozenset[int]:
        """Airports that offers depart from."""
        return frozenset(np.unique(self.snapshot.routes.origin).tolist())

    @cached_property
    def airports_with_arrivals(self) -> frozenset[int]:
        """Airports that offers arrive at."""
        return frozenset(np.unique(self.snapshot.routes.destination).tolist())

    def with_fares(self, snapshot: Snapshot) -> "SnapshotIndex":
        """Return the index of the same snapshot with other fares; what no fare changes is handed over."""
        other = SnapshotIndex(snapshot, self._profiles_of)
        vars(other).update({name: value for name, value in vars(self).items() if name in _WITHOUT_FARES})
        return other

    def warm_up(self) -> None:
        """Make all that else is made when it is first needed. Reads some columns once."""
        properties = (name for name, kind in vars(type(self)).items() if isinstance(kind, cached_property))
        for name in properties:
            getattr(self, name)

    def airport_rows(self, codes: Iterable[str]) -> list[int]:
        """Return the rows of those airports that occur in the offers."""
        return [self.airport_row[code] for code in codes if code in self.airport_row]

    def route_of(self, row: int) -> int:
        """Return the route of an offer."""
        return int(np.searchsorted(self.snapshot.routes.start, row, side="right")) - 1

    def day_of_route(self, row: int) -> slice:
        """Return the rows of the offers of the same route and day as this one."""
        group = int(np.searchsorted(self.group_start, row, side="right")) - 1
        return slice(int(self.group_start[group]), int(self.group_start[group + 1]))

    def median_fare(self, route: int, cabin: int) -> int:
        """Return the median adult fare (the lower of the middle two) of a route's offers on sale in a cabin.

        There must be such an offer.
        """
        if (route, cabin) not in self._medians:
            routes, offers = self.snapshot.routes, self.snapshot.offers
            rows = slice(int(routes.start[route]), int(routes.end[route]))
            fits = offers.cabin[rows] == cabin
            if self.snapshot.sold_out is not None:
                fits &= ~self.snapshot.sold_out[rows]
            fares = offers.price[rows][fits]
            middle = (len(fares) - 1) // 2
            self._medians[route, cabin] = int(np.partition(fares, middle)[middle])
        return self._medians[route, cabin]

    def median_emissions(self, route: int) -> int | None:
        """Return the median CO2 (the lower middle) of a route's offers on sale in kg, None if unknown."""
        if route not in self._emissions:
            routes, column = self.snapshot.routes, self.snapshot.offers.emissions_kg
            rows = slice(int(routes.start[route]), int(routes.end[route]))
            fits = column[rows] != UNKNOWN_EMISSIONS
            if self.snapshot.sold_out is not None:
                fits &= ~self.snapshot.sold_out[rows]
            known = column[rows][fits]
            middle = (len(known) - 1) // 2
            self._emissions[route] = int(np.partition(known, middle)[middle]) if len(known) else None
        return self._emissions[route]

    def _per_offer(self, per_route: NDArray[np.float32]) -> NDArray[np.float32]:
        routes = self.snapshot.routes
        return np.repeat(per_route, routes.end - routes.start)


def row_numbers(rows: Rows) -> NDArray[np.int64]:
    """Return the numbers of the rows, whichever way they are given."""
    return np.arange(rows.start, rows.stop, dtype=np.int64) if isinstance(rows, slice) else rows


def count_rows(rows: Rows) -> int:
    """Return how many rows there are."""
    return int(rows.stop - rows.start) if isinstance(rows, slice) else len(rows)


def _numbered(names: NDArray[np.object_]) -> NDArray[np.int64]:
    return np.unique(names.astype(str), return_inverse=True)[1].astype(np.int64)
