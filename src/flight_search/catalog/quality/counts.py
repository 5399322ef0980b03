"""Counts per source, region, route, airport, carrier and day.

In: a sound snapshot. Out: offers by name. Everything that follows from the routes is counted on their ranges
of rows, which are thousands where offers are millions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeAlias

import numpy as np

from flight_search.catalog.quality.report import DayFigures, Extent, RegionFigures
from flight_search.catalog.schema import I64, U16
from flight_search.catalog.snapshot import Snapshot
from flight_search.reference.countries import country_name
from flight_search.reference.points import load_points

Offers: TypeAlias = dict[str, int]

MOST_NAMED: Final = 12
"""Airports, routes or carriers that came or went, named one by one; of more the number is told."""
_EPOCH: Final = np.datetime64("1970-01-01", "D")
_ELSEWHERE: Final = "not known"


@dataclass(frozen=True)
class Counts:
    """Offers of one snapshot by what they belong to; only what has offers occurs."""

    sources: Offers
    airports: Offers
    """By airport of departure or arrival: each offer counts at both ends."""
    routes: Offers
    """``FRA-JFK``."""
    carriers: Offers
    """By marketing carrier of the first flight."""
    days: Offers
    """By local day of departure, ISO 8601."""
    countries: Offers
    """By country of departure, ISO 3166-1 alpha-2."""
    country_airports: Offers
    country_routes: Offers


def count(snapshot: Snapshot) -> Counts:
    """Return all counts of a snapshot."""
    offers, routes = snapshot.offers, snapshot.routes
    codes = [str(code) for code in snapshot.airports.iata]
    sizes = (routes.end - routes.start).astype(np.int64)
    departing = _sums(routes.origin, sizes, len(codes))
    both_ends = departing + _sums(routes.destination, sizes, len(codes))
    routes_from = np.bincount(routes.origin, minlength=len(codes))
    airports = _named(codes, both_ends)
    countries: Offers = {}
    country_airports: Offers = {}
    country_routes: Offers = {}
    for row, country in enumerate(snapshot.airports.country):
        if departing[row]:
            countries[country] = countries.get(country, 0) + int(departing[row])
            country_airports[country] = country_airports.get(country, 0) + 1
            country_routes[country] = country_routes.get(country, 0) + int(routes_from[row])
    pairs = [
        f"{codes[start]}-{codes[end]}" for start, end in zip(routes.origin, routes.destination, strict=True)
    ]
    names = [source.name for source in snapshot.manifest.sources]
    return Counts(
        sources=_named(names, np.bincount(offers.source, minlength=len(names))),
        airports=airports,
        routes=_named(pairs, sizes),
        carriers=_named(
            [
                f"{code} {name}"
                for code, name in zip(snapshot.carriers.iata, snapshot.carriers.name, strict=True)
            ],
            np.bincount(offers.carrier, minlength=len(snapshot.carriers.iata)),
        ),
        days=_days(snapshot),
        countries=countries,
        country_airports=country_airports,
        country_routes=country_routes,
    )


def extent(name: str, now: Offers, before: Offers | None) -> Extent:
    """Return how many there are, and which came and went."""
    said = country_name if name == "countries" else str
    added = {key: offers for key, offers in now.items() if before is not None and key not in before}
    removed = {key: offers for key, offers in (before or {}).items() if key not in now}
    return Extent(
        name=name,
        count=len(now),
        before=None if before is None else len(before),
        added=len(added),
        removed=len(removed),
        most_added=_most(added, said),
        most_removed=_most(removed, said),
    )


def country_figures(now: Counts, before: Counts | None) -> tuple[RegionFigures, ...]:
    """Return what departs from each country, most offers first."""
    return _regions(
        now, before, {code: code for code in now.countries | (before.countries if before else {})}
    )


def continent_figures(now: Counts, before: Counts | None) -> tuple[RegionFigures, ...]:
    """Return what departs from each continent, most offers first."""
    known = _continents()
    codes = now.countries | (before.countries if before else {})
    return _regions(now, before, {code: known.get(code, _ELSEWHERE) for code in codes})


def day_figures(now: Counts, before: Counts | None) -> tuple[DayFigures, ...]:
    """Return every day from the first departure to the last of both snapshots, those without offers too."""
    told = sorted(now.days.keys() | (before.days.keys() if before else ()))
    if not told:
        return ()
    days = np.arange(np.datetime64(told[0]), np.datetime64(told[-1]) + 1)
    return tuple(
        DayFigures(day=day, offers=now.days.get(day, 0), before=before.days.get(day, 0) if before else None)
        for day in map(str, days)
    )


def _regions(now: Counts, before: Counts | None, region: Mapping[str, str]) -> tuple[RegionFigures, ...]:
    def gathered(counts: Offers) -> Offers:
        sums: Offers = {}
        for code, number in counts.items():
            sums[region[code]] = sums.get(region[code], 0) + number
        return sums

    offers, airports, routes = map(gathered, (now.countries, now.country_airports, now.country_routes))
    past = gathered(before.countries) if before else None
    rows = [
        RegionFigures(
            code=code,
            name=country_name(code),
            offers=offers.get(code, 0),
            before=None if past is None else past.get(code, 0),
            airports=airports.get(code, 0),
            routes=routes.get(code, 0),
        )
        for code in set(region.values())
    ]
    return tuple(sorted(rows, key=lambda row: (-row.offers, -(row.before or 0), row.name)))


@cache
def _continents() -> dict[str, str]:
    """Return the continent of each country: that of most of its airports, as Turkey has both."""
    found: dict[str, Offers] = {}
    for point in load_points():
        if point.is_airport and point.continent:
            told = found.setdefault(point.country, {})
            told[point.continent] = told.get(point.continent, 0) + 1
    return {country: max(told, key=lambda name: told[name]) for country, told in found.items()}


def _days(snapshot: Snapshot) -> Offers:
    days = snapshot.offers.departure_day
    if not len(days):
        return {}
    first = int(days.min())
    counts = np.bincount(days - first)
    return {str(_EPOCH + first + int(row)): int(counts[row]) for row in np.flatnonzero(counts)}


def _sums(rows: U16, sizes: I64, length: int) -> I64:
    # Exact: the sums are whole numbers far below 2^53.
    return np.bincount(rows, weights=sizes, minlength=length).astype(np.int64)


def _named(names: list[str], counts: I64) -> Offers:
    return {name: int(number) for name, number in zip(names, counts, strict=True) if number}


def _most(offers: Offers, said: Callable[[str], str]) -> tuple[str, ...]:
    most = sorted(offers, key=lambda name: (-offers[name], name))[:MOST_NAMED]
    return tuple(map(said, most))
