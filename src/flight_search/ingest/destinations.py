"""What a destination is like: place, sea, mountains, what people go there for, and the weather by season.

In: airports, the map of climate zones, and ``data/characters.csv``, a few words per destination that are kept
by hand from common knowledge (places without a line there are described by the map alone). Out: sentences for
profiles. No numbers: they would be compared as words.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import airportsdata

from flight_search.ingest.climate import ClimateMap, Surroundings
from flight_search.reference.airports import Airport, load_airports
from flight_search.reference.points import load_points

SEASONS = ("winter", "spring", "summer", "autumn")
"""Of the place's own hemisphere."""

# Mean temperatures behind the words are those that define the zones: A is above 18 °C in every month, C has
# its coldest month between -3 and 18 °C, D below -3 °C; the third letter a means a summer month over 22 °C,
# b at least four months over 10 °C, c fewer.
_TROPICAL = "tropical and hot, warm sea and sunshine"
_WEATHER: dict[str, tuple[str, str, str, str]] = {
    "A": (
        f"{_TROPICAL}, warm winter sun",
        _TROPICAL,
        f"{_TROPICAL}, humid with showers",
        f"{_TROPICAL}, humid with showers",
    ),
    "BWh": ("mild sunny desert", "warm dry desert", "very hot dry desert", "warm sunny desert"),
    "BSh": ("mild and sunny", "warm and dry", "very hot and dry", "warm and sunny"),
    "BWk": ("cold and dry", "mild and dry", "hot and dry", "cool and dry"),
    "BSk": ("cold and dry with some snow", "cool and dry", "warm and dry", "cool, dry and sunny"),
    "Cs": ("mild with rain", "mild and sunny", "warm, dry and sunny", "mild and sunny"),
    "Csa": ("mild with rain", "mild and sunny", "hot, dry and sunny", "warm and sunny"),
    "Cw": ("mild and dry", "warm", "warm with rain", "mild"),
    "Cfa": ("cool", "mild, spring blossom", "hot and humid", "mild, autumn leaves"),
    "Cfb": ("cool and damp", "mild", "mild and green", "cool and damp"),
    "Cfc": ("cold and damp", "cool", "cool", "cool and damp"),
    "D": ("cold and snowy", "cool", "warm", "cool and crisp, colourful fall leaves"),
    "E": ("bitterly cold and snowy", "cold", "cool", "cold"),
}
# Zone Cfa reaches from Florida to New York; what winter means there depends on how far south it is.
_WARM_WINTER_UP_TO_DEGREES, _COLD_WINTER_FROM_DEGREES = 31.0, 38.0
_CFA_SOUTH = ("mild and pleasant, winter sun", "warm and sunny", "hot and humid", "warm and sunny")
_CFA_NORTH = ("cold, some snow", "mild, spring blossom", "hot and humid", "cool, colourful autumn leaves")
# The zone BSk at a coast means a dry place whose sea keeps it mild (Los Angeles), not a cold steppe.
_BSK_COAST = ("mild and sunny", "mild and sunny", "warm, dry and sunny", "warm and sunny")
_D_HOT_SUMMER = ("cold and snowy", "cool", "hot", "cool and crisp, colourful fall leaves")
_D_COOL_SUMMER = ("very cold and snowy", "cold, some snow", "cool", "cold, some snow")

_MOUNTAIN_FEET = 4_000
"""Airports above this lie in high country: Denver, Salt Lake City, Bozeman."""
_SEASIDE_FEET = 350
_BIG_CITY, _SMALL_TOWN = 600_000, 60_000
_BEACH_ZONES = ("A", "Cs", "BS", "Cfa")
_BEACH_UP_TO_DEGREES = 37.0


@dataclass(frozen=True, slots=True)
class Destination:
    """One destination in words."""

    place: str
    """``Miami, Florida, United States``."""
    character: str
    """``big city, by the sea, beaches, nightlife``."""
    weather: tuple[str, str, str, str]
    """One phrase per season of SEASONS; all empty where the climate is not known."""
    is_southern: bool


def describe_destinations(codes: Sequence[str], climate: ClimateMap) -> list[Destination]:
    """Return the description of each airport."""
    airports, described = load_airports(), airportsdata.load("IATA")
    cities = {point.code: point for point in load_points() if point.is_city}
    characters = read_characters()
    found = []
    for code in codes:
        airport = airports[code]
        feet = float(described[code]["elevation"]) if code in described else 0.0
        around = climate.look_up(airport.latitude, airport.longitude)
        city = cities.get(airport.metro)
        size = _size(city.population if city else 0)
        words = [size, *_landscape(airport, around, feet), *characters.get(code, "").split(", ")]
        country = city.country_name if city else airport.country
        parts = dict.fromkeys(part for part in (airport.city, airport.subdivision, country) if part)
        found.append(
            Destination(
                place=", ".join(parts),
                character=", ".join(dict.fromkeys(word for word in words if word)),
                weather=_weather(around, airport.latitude),
                is_southern=airport.latitude < 0,
            )
        )
    return found


def read_characters() -> dict[str, str]:
    """Return what people go to a place for, by IATA code."""
    table = files("flight_search.ingest").joinpath("data", "characters.csv").read_text(encoding="utf-8")
    return {row["code"]: row["character"] for row in csv.DictReader(table.splitlines())}


def _size(population: int) -> str:
    if population >= _BIG_CITY:
        return "big city"
    return "small town" if 0 < population < _SMALL_TOWN else ""


def _landscape(airport: Airport, around: Surroundings, feet: float) -> list[str]:
    if around.is_small_island:
        return ["small island in the sea", "beaches"] if around.zone.startswith("A") else ["small island"]
    if feet >= _MOUNTAIN_FEET:
        return ["high country", "mountains"]
    if feet >= _SEASIDE_FEET or not around.is_near_sea:
        # The map leaves out bays, so that no sea is seen does not mean that there is none.
        return []
    is_warm = around.zone.startswith(_BEACH_ZONES) and abs(airport.latitude) <= _BEACH_UP_TO_DEGREES
    sea = "by the sea" if around.is_at_sea else "near the coast"
    return [sea, "beaches"] if is_warm and around.is_at_sea else [sea]


def _weather(around: Surroundings, latitude: float) -> tuple[str, str, str, str]:
    zone = around.zone
    if zone == "Cfa" and abs(latitude) < _WARM_WINTER_UP_TO_DEGREES:
        return _CFA_SOUTH
    if zone == "Cfa" and abs(latitude) >= _COLD_WINTER_FROM_DEGREES:
        return _CFA_NORTH
    if zone == "BSk" and around.is_near_sea:
        return _BSK_COAST
    if zone.startswith("D") and not zone.endswith("b"):
        return _D_HOT_SUMMER if zone.endswith("a") else _D_COOL_SUMMER
    best = max((key for key in _WEATHER if zone.startswith(key)), key=len, default="")
    return _WEATHER[best] if best else ("", "", "", "")
