"""Airports with scheduled flights.

In: the packages ``airportsdata`` (codes, coordinates, time zones, states) and ``neobase`` (traffic, the
cities served), and our corrections to them. Out: ``Airport`` by IATA code. Heliports, railway stations,
closed fields and fields without scheduled passengers are left out.
"""

import re
from dataclasses import dataclass
from functools import cache

import airportsdata

from flight_search.reference.points import Point, load_points
from flight_search.reference.tables import read_table


@dataclass(frozen=True, slots=True)
class Airport:
    """One commercial airport."""

    iata: str
    icao: str
    name: str
    city: str
    subdivision: str
    country: str
    """ISO 3166-1 alpha-2."""
    latitude: float
    longitude: float
    timezone: str
    metro: str
    """IATA code of the city or metropolitan area that it serves."""
    popularity: float
    """Relative traffic, 0 to 1 (the busiest)."""


# What the table of OpenTravelData gets wrong for travellers, by IATA code: the city that an airport serves
# where it names several or another, or "-" for fields that it ranks for charters and private jets alone.
_CORRECTIONS = "airport_corrections.csv"
_NO_SCHEDULED_SEATS = "-"

# Airports whose code is newer than that table: their code, the city that they serve, their rank there.
_ADDITIONS = "airport_additions.csv"

_MILITARY = re.compile(r"\b(Air Base|AFB|Army|Naval|Heliport|Marine Corps|Air Force|Seaplane|Sea Plane)\b")

# Above this rank a field with a military name is used by airlines as well.
_MILITARY_RANK = 0.02


@cache
def load_airports() -> dict[str, Airport]:
    """Return the commercial airports by IATA code, in alphabetical order. Treat the answer as read-only.

    Kept after the first call (0.4 s): it is made from packaged data alone, so it is the same every time.
    """
    described = airportsdata.load("IATA")
    corrections = {row["code"]: row["metro"] for row in read_table(_CORRECTIONS)}
    served = [point for point in load_points() if _sells_seats(point, corrections)]
    busiest = max(point.rank for point in served)
    airports = [
        _airport(
            point,
            described.get(point.code),
            metro=corrections.get(point.code) or _metro(point),
            popularity=point.rank / busiest,
        )
        for point in served
    ]
    known = {airport.iata for airport in airports}
    airports += [
        _added(described[row["code"]], row["metro"], float(row["rank"]) / busiest)
        for row in read_table(_ADDITIONS)
        if row["code"] not in known
    ]
    return {airport.iata: airport for airport in sorted(airports, key=lambda airport: airport.iata)}


def _sells_seats(point: Point, corrections: dict[str, str]) -> bool:
    return (
        point.is_airport
        and corrections.get(point.code) != _NO_SCHEDULED_SEATS
        and not (_MILITARY.search(point.name) and point.rank < _MILITARY_RANK)
    )


def _airport(
    point: Point, described: "airportsdata.Airport | None", *, metro: str, popularity: float
) -> Airport:
    city = described["city"] if described and described["city"] else point.city_names[0]
    return Airport(
        iata=point.code,
        icao=point.icao or (described["icao"] if described else ""),
        name=point.name,
        city=city or point.name,
        subdivision=(described["subd"] if described else "") or point.subdivision,
        country=point.country,
        latitude=described["lat"] if described else point.latitude,
        longitude=described["lon"] if described else point.longitude,
        timezone=(described["tz"] if described else "") or point.timezone,
        metro=metro,
        popularity=popularity,
    )


def _added(described: "airportsdata.Airport", metro: str, popularity: float) -> Airport:
    return Airport(
        iata=described["iata"],
        icao=described["icao"],
        name=described["name"],
        city=described["city"],
        subdivision=described["subd"],
        country=described["country"],
        latitude=described["lat"],
        longitude=described["lon"],
        timezone=described["tz"],
        metro=metro,
        popularity=popularity,
    )


def _metro(point: Point) -> str:
    return point.code if point.code in point.cities else point.cities[0] or point.code
