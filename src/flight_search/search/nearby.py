"""Airports around a place, for those that have no flight of their own. In: a place. Out: airports and km."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from flight_search.domain.query import Place
from flight_search.reference.airports import load_airports
from flight_search.reference.geo import great_circle_km
from flight_search.search.index import SnapshotIndex

End: TypeAlias = Literal["origin", "destination"]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One airport of the data, and how far it is."""

    row: int
    iata: str
    city: str
    km: float


def airports_with_flights(index: SnapshotIndex, end: End, other: Place | None) -> frozenset[int]:
    """Return the airports that are one end of a route whose other end is in a place, anywhere where None."""
    routes = index.snapshot.routes
    here, there = routes.origin, routes.destination
    if end == "destination":
        here, there = there, here
    if other is not None:
        here = here[np.isin(there, index.airport_rows(other.airports))]
    return frozenset(np.unique(here).tolist())


def nearest_airports(
    index: SnapshotIndex, place: Place, served: frozenset[int], *, within_km: float, most: int
) -> list[Neighbour]:
    """Return the served airports near those of a place that are not among them, the nearest first."""
    airports = index.snapshot.airports
    points = _points(index, place)
    others = sorted(served.difference(index.airport_rows(place.airports)))
    if not points or not others:
        return []
    distance = np.min(
        [
            great_circle_km(latitude, longitude, airports.latitude[others], airports.longitude[others])
            for latitude, longitude in points
        ],
        axis=0,
    )
    nearest = [at for at in np.argsort(distance, kind="stable").tolist() if distance[at] <= within_km]
    return [
        Neighbour(
            others[at], str(airports.iata[others[at]]), str(airports.city[others[at]]), float(distance[at])
        )
        for at in nearest[:most]
    ]


def _points(index: SnapshotIndex, place: Place) -> list[tuple[float, float]]:
    """Return where the airports of a place are, also of those without flights."""
    airports = index.snapshot.airports
    found = []
    for code in place.airports:
        row = index.airport_row.get(code)
        if row is not None:
            found.append((float(airports.latitude[row]), float(airports.longitude[row])))
        elif (known := load_airports().get(code)) is not None:
            found.append((known.latitude, known.longitude))
    return found
