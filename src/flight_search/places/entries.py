"""The places that can be named, made from the reference tables and our own lists of names.

In: airports (``reference.airports``), cities with names in thirty languages (``reference.points``),
``data/nicknames.csv`` and ``data/regions.csv``. Out: ``Entry`` objects and, for each name in its one spelling
(``folding.key_of``), the entries that bear it.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files

from flight_search.places.folding import key_of
from flight_search.places.match import PlaceKind
from flight_search.reference.airports import Airport, load_airports
from flight_search.reference.points import Point, load_points

# How well a name fits the place that bears it: chosen by ourselves, the name of the city, its name in another
# language or an older one, a part of an airport's name. Regions stand behind cities: "New York" is the city.
OWN_NAME, FIRST_NAME, OTHER_NAME, AIRPORT_NAME = 1.0, 0.97, 0.85, 0.8
COUNTRY_NAME, REGION_NAME, PROVINCE_NAME = 0.95, 0.75, 0.7

# Fewer letters than this make no name of a city in another language; such names are words in too many others.
_SHORTEST_OTHER_NAME = 4
_SHORTEST_PART = 5

# A region is searched through its busiest airports; the others have hardly any flights.
MOST_AIRPORTS_OF_A_REGION = 200

# "St Petersburg-Clearwater" stays whole, "Dallas/Fort Worth" is two towns.
_PARTS_OF_TOWNS = re.compile(r"[/(),\u2013]")
_TYPE_OF_AIRPORT = re.compile(
    r"\b(international|regional|municipal|metropolitan|domestic|national|county|city|airport|airfield|aerodrome"
    r"|airpark|jetport|aeropuerto|aeroporto|flughafen|aeroport|memorial|field|executive|de|do|of|the)\b"
)


@dataclass(frozen=True, slots=True)
class Area:
    """A country, or one subdivision of it where that is not empty."""

    country: str
    subdivision: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One place: what ``PlaceMatch`` tells of it, without the sentence."""

    label: str
    kind: PlaceKind
    airports: tuple[str, ...]
    popularity: float
    country: str
    subdivision: str
    areas: frozenset[Area] = frozenset()
    """What a region covers; empty for cities and airports."""
    code: str = ""

    def lies_in(self, region: "Entry") -> bool:
        """Whether the region's name after this one's name can say which place is meant."""
        if region.areas:
            return bool(region.areas & {Area(self.country), Area(self.country, self.subdivision)})
        return set(self.airports) <= set(region.airports)


@dataclass
class Names:
    """Names in their one spelling, each with the entries that bear it and how well it fits them."""

    common_words: frozenset[str]
    """A word of these names no city in another language and no part of an airport's name."""
    entries: dict[str, dict[Entry, float]] = field(default_factory=lambda: defaultdict(dict))
    codes: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    """IATA codes, upper case."""
    abbreviations: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    """Of states, lower case: they only say which place is meant, "portland or"."""

    def add(self, key: str, entry: Entry, quality: float) -> None:
        """Note that ``entry`` is called ``key``; of two qualities the better one counts."""
        if key and not (
            key in self.common_words and AIRPORT_NAME <= quality <= OTHER_NAME and not entry.areas
        ):
            known = self.entries[key]
            known[entry] = max(quality, known.get(entry, 0.0))


def load_names(common_words: frozenset[str]) -> tuple[Names, Mapping[str, Airport]]:
    """Build all entries and names (0.6 s); also return the airports that they consist of."""
    airports = load_airports()
    points = load_points()
    names = Names(common_words)
    cities = _add_cities(names, airports, points)
    fields = _add_airports(names, airports, points)
    _add_nicknames(names, airports, cities, fields)
    _add_regions(names, airports, points)
    return names, airports


def combined(airports: Mapping[str, Airport], codes: Iterable[str]) -> tuple[tuple[str, ...], float]:
    """Return the codes, the busiest first, and their popularity together (at most 1)."""
    ordered = tuple(sorted(codes, key=lambda code: -airports[code].popularity))
    return ordered, min(1.0, sum(airports[code].popularity for code in ordered))


def _add_cities(names: Names, airports: Mapping[str, Airport], points: Iterable[Point]) -> dict[str, Entry]:
    """Add the cities that airports serve; return them by the code of the city."""
    serving, listing = _airports_of_cities(airports, points)
    cities: dict[str, Entry] = {}
    for point in points:
        codes = serving.get(point.code) or listing.get(point.code)
        if point.is_city and codes:
            entry = _city(airports, codes, point.name, point, point.code)
            cities.setdefault(point.code, entry)
            names.codes[point.code].append(entry)
            names.add(key_of(point.name), entry, FIRST_NAME)
            for name in point.names:
                key = key_of(name)
                if len(key) >= _SHORTEST_OTHER_NAME:
                    names.add(key, entry, OTHER_NAME)
    for code in serving.keys() - cities.keys():
        # The table has no line for this city: what the airport says of it is all there is.
        airport = airports[serving[code][0]]
        cities[code] = _city(airports, serving[code], airport.city, airport, code)
        names.codes[code].append(cities[code])
    for airport in airports.values():
        for part in _PARTS_OF_TOWNS.split(airport.city):
            key = key_of(part)
            if len(key) >= _SHORTEST_OTHER_NAME and key not in names.entries:
                names.add(key, cities[airport.metro], OTHER_NAME)
    return cities


def _airports_of_cities(
    airports: Mapping[str, Airport], points: Iterable[Point]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return the airports by the city whose they are, and by each city that they claim to serve."""
    serving, listing = defaultdict(list), defaultdict(list)
    for point in points:
        airport = airports.get(point.code)
        if airport and point.is_airport:
            serving[airport.metro].append(point.code)
            for code in point.cities:
                listing[code].append(point.code)
    for code in airports.keys() - {point.code for point in points if point.is_airport}:
        # An airport whose code is newer than the table of points.
        serving[airports[code].metro].append(code)
    return serving, listing


def _city(
    airports: Mapping[str, Airport], codes: Iterable[str], name: str, where: Point | Airport, code: str
) -> Entry:
    ordered, popularity = combined(airports, set(codes))
    label = "New York" if code == "NYC" else name
    return Entry(label, PlaceKind.CITY, ordered, popularity, where.country, where.subdivision, code=code)


def _add_airports(names: Names, airports: Mapping[str, Airport], points: Iterable[Point]) -> dict[str, Entry]:
    fields: dict[str, Entry] = {}
    for point in points:
        airport = airports.get(point.code)
        if not airport or not point.is_airport:
            continue
        entry = Entry(
            airport.name,
            PlaceKind.AIRPORT,
            (airport.iata,),
            airport.popularity,
            airport.country,
            airport.subdivision,
            code=airport.iata,
        )
        fields[airport.iata] = entry
        names.codes[airport.iata].insert(0, entry)
        towns = {key_of(airport.city), *(key_of(city) for city in point.city_names)}
        for name in (airport.name, *point.names):
            key = key_of(name)
            if " " in key:
                names.add(key, entry, AIRPORT_NAME)
            bare = " ".join(_TYPE_OF_AIRPORT.sub(" ", key).split())
            for town in towns:
                bare = bare.removeprefix(town).strip()
            if len(bare) >= _SHORTEST_PART:
                names.add(bare, entry, AIRPORT_NAME)
    return fields


def _add_nicknames(
    names: Names, airports: Mapping[str, Airport], cities: Mapping[str, Entry], fields: Mapping[str, Entry]
) -> None:
    for row in _table("nicknames.csv"):
        codes, label = row["codes"].split(), row["label"]
        if label:
            popularity = combined(airports, codes)[1]
            first = airports[codes[0]]
            entry = Entry(
                label, PlaceKind(row["kind"]), tuple(codes), popularity, first.country, first.subdivision
            )
        else:
            entry = (cities if row["kind"] == PlaceKind.CITY else fields)[codes[0]]
        for name in row["names"].split("|"):
            names.add(key_of(name), entry, OWN_NAME)


def _add_regions(names: Names, airports: Mapping[str, Airport], points: Iterable[Point]) -> None:
    continents = {point.country: point.continent for point in points}
    members = _airports_of_areas(airports, points)
    named: set[Area] = set()
    for row in _table("regions.csv"):
        areas = frozenset(area for text in row["areas"].split("|") for area in _areas(text, continents))
        entry = _region(airports, row["label"], PlaceKind(row["kind"]), areas, members)
        if entry is None:
            continue
        named |= areas
        is_state = len(areas) == 1 and all(area.subdivision for area in areas)
        quality = REGION_NAME if is_state else COUNTRY_NAME
        for name in row["names"].split("|"):
            names.add(key_of(name), entry, quality)
        if row["abbreviation"]:
            names.abbreviations[row["abbreviation"]].append(entry)
    _add_provinces(names, airports, members, named)


def _airports_of_areas(airports: Mapping[str, Airport], points: Iterable[Point]) -> dict[Area, set[str]]:
    """Return the airports of each country and subdivision, the latter by the names of both tables."""
    members: dict[Area, set[str]] = defaultdict(set)
    for point in points:
        airport = airports.get(point.code)
        if airport and point.is_airport:
            for subdivision in ("", airport.subdivision, point.subdivision):
                members[Area(airport.country, subdivision)].add(airport.iata)
    return members


def _add_provinces(
    names: Names, airports: Mapping[str, Airport], members: Mapping[Area, set[str]], named: set[Area]
) -> None:
    """Add all other provinces of the world by their own names."""
    for area in members:
        key = key_of(area.subdivision)
        if len(key) >= _SHORTEST_PART and key not in names.common_words and area not in named:
            entry = _region(airports, area.subdivision, PlaceKind.REGION, frozenset({area}), members)
            if entry:
                names.add(key, entry, PROVINCE_NAME)


def _areas(text: str, continents: Mapping[str, str]) -> Iterable[Area]:
    if text.startswith("#"):
        return [Area(country) for country, continent in continents.items() if continent == text[1:]]
    country, _, subdivision = text.partition("/")
    return [Area(country, subdivision)]


def _region(
    airports: Mapping[str, Airport],
    label: str,
    kind: PlaceKind,
    areas: frozenset[Area],
    members: Mapping[Area, set[str]],
) -> Entry | None:
    codes = set().union(*(members.get(area, set()) for area in areas))
    if not codes:
        return None
    ordered, popularity = combined(airports, codes)
    countries = {area.country for area in areas}
    subdivisions = {area.subdivision for area in areas}
    return Entry(
        label,
        kind,
        ordered[:MOST_AIRPORTS_OF_A_REGION],
        popularity,
        countries.pop() if len(countries) == 1 else "",
        subdivisions.pop() if len(subdivisions) == 1 else "",
        areas=areas,
    )


def _table(name: str) -> list[dict[str, str]]:
    text = files("flight_search.places").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
