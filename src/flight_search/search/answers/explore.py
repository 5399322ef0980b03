"""Open destinations: where one can go, by price, by what is wished of the place, by its climate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.offer import Offer
from flight_search.domain.wording import counted, listed
from flight_search.search.answers.asked import SHOWN_OFFERS, Answer, Asked
from flight_search.search.answers.prices import by_group
from flight_search.search.dates import date_of
from flight_search.search.features import climate_values
from flight_search.search.meaning import meaning_by_profile
from flight_search.search.weights import WARM_FROM_CELSIUS
from flight_search.search.wishes import Weather

if TYPE_CHECKING:
    from flight_search.search.offers import Match

Column = NDArray[np.int64]

NAMED_DESTINATIONS = 5
FIT_STEPS = 20
"""Fits within a step of each other are alike, and the price decides: a degree is worth no money."""


@dataclass(frozen=True)
class _Destinations:
    """What was found, per destination; all columns have one length."""

    airports: NDArray[Any]
    counts: Column
    best: Column
    """Place of the cheapest match."""
    lowest: Column
    month: NDArray[np.int64]
    """Of the cheapest match, 1 to 12."""


def answer_explore(asked: Asked) -> Answer:
    """Say where one can go; data has every destination with its lowest total and its number of offers."""
    data: dict[str, object] = {"currency": asked.pricing.currency, "destinations": []}
    priced = asked.priced()
    if priced is None:
        return asked.too_many(data)
    rows, totals = priced
    if len(rows) == 0:
        return asked.nothing(data)
    found = _destinations(asked, rows, totals)
    order = _order(asked, rows, found)
    data["destinations"] = [_described(asked, found, place, int(rows[found.best[place]])) for place in order]
    shown = [int(found.best[place]) for place in order[:SHOWN_OFFERS]]
    return Answer(_text(asked, found, order), data, _examples(asked, shown))


def _destinations(asked: Asked, rows: Column, totals: Column) -> _Destinations:
    offers = asked.index.snapshot.offers
    to = offers.destination[rows]
    airports, lowest, _median, counts = by_group(to, totals)
    best = _cheapest_places(to, totals, airports, lowest)
    days = offers.departure_day[rows[best]]
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1
    return _Destinations(airports, counts, best, lowest, months)


def _text(asked: Asked, found: _Destinations, order: list[int]) -> str:
    """Say how many there are and which come first, each city once."""
    airports, wishes = asked.index.snapshot.airports, asked.wish.features
    cities: dict[str, str] = {}
    for place in order:
        airport = int(found.airports[place])
        degrees = asked.index.climate.celsius[airport, found.month[place] - 1]
        weather = f"{degrees:.0f} °C, " if wishes.weather and not np.isnan(degrees) else ""
        cities.setdefault(
            str(airports.city[airport]), f"({weather}from {asked.money(int(found.lowest[place]))})"
        )
    named = listed([f"{city} {figures}" for city, figures in list(cities.items())[:NAMED_DESTINATIONS]])
    limit = asked.query.price.max
    most = f" for at most {asked.words.money(limit, asked.query.price.currency)}" if limit is not None else ""
    reach = counted(len(cities), "city can be reached", "cities can be reached")
    text = f"{reach} {asked.way()}{asked.when()}{most}."
    if len(cities) == 1:
        return f"{text[:-1]}: {named}."
    if wishes.weather:
        return f"{text} {_warm_ones(asked, found)}{_fitting(asked)}: {named}."
    return f"{text} {_fitting(asked) if asked.wish.vector is not None else 'The cheapest'}: {named}."


def _warm_ones(asked: Asked, found: _Destinations) -> str:
    """Say how many are warm, where that was wished."""
    if Weather.WARM not in asked.wish.features.weather and Weather.HOT not in asked.wish.features.weather:
        return ""
    celsius = asked.index.climate.celsius[found.airports, found.month - 1]
    warm = int(np.count_nonzero(celsius >= WARM_FROM_CELSIUS))
    if not warm:
        return f"None has {WARM_FROM_CELSIUS:.0f} °C on average then. "
    having = counted(warm, "airport has", "airports have")
    return f"{having} {WARM_FROM_CELSIUS:.0f} °C or more on average then. "


def _fitting(asked: Asked) -> str:
    return f"What fits “{asked.query.preferences}” best"


def _cheapest_places(
    groups: NDArray[Any], totals: Column, names: NDArray[Any], lowest: Column
) -> NDArray[np.int64]:
    """Return the place of the cheapest match of each distinct group, the first of equals."""
    cheapest = np.flatnonzero(totals == lowest[np.searchsorted(names, groups)])
    places: NDArray[np.int64] = cheapest[np.unique(groups[cheapest], return_index=True)[1]]
    return places


def _order(asked: Asked, rows: Column, found: _Destinations) -> list[int]:
    """Return the destinations, those that fit the soft words first, else the cheapest."""
    codes = asked.index.snapshot.airports.iata[found.airports].astype(str)
    fit = _fit(asked, rows)[found.airports]
    step = np.floor(fit * FIT_STEPS + 0.5)
    return [int(place) for place in np.lexsort((codes, found.lowest, -step))]


def _fit(asked: Asked, rows: Column) -> NDArray[np.float64]:
    """Return per airport of the snapshot how well it fits, from 0 to 1: the mean of weather and meaning."""
    snapshot = asked.index.snapshot
    to = snapshot.offers.destination[rows]
    fits = []
    if asked.wish.features.weather:
        count = np.maximum(np.bincount(to, minlength=len(snapshot.airports.iata)), 1)
        weather = climate_values(asked.index, rows, asked.wish.features.weather)
        fits.append(np.bincount(to, weights=weather, minlength=len(count)) / count)
    values = meaning_by_profile(asked.index, rows, asked.wish)
    if values is not None:
        best = np.zeros(len(snapshot.airports.iata), dtype=np.float64)
        np.maximum.at(best, to, values[snapshot.offers.profile[rows]])
        fits.append(best)
    return np.mean(fits, axis=0) if fits else np.zeros(len(snapshot.airports.iata))


def _described(asked: Asked, found: _Destinations, place: int, row: int) -> dict[str, object]:
    snapshot, airport = asked.index.snapshot, int(found.airports[place])
    airports = snapshot.airports
    climate, month = asked.index.climate, int(found.month[place]) - 1
    celsius, rain = climate.celsius[airport, month], climate.rain_mm[airport, month]
    return {
        "airport": str(airports.iata[airport]),
        "city": str(airports.city[airport]),
        "country": str(airports.country[airport]),
        "latitude": float(airports.latitude[airport]),
        "longitude": float(airports.longitude[airport]),
        "price": asked.pricing.text(int(found.lowest[place])),
        "date": date_of(int(snapshot.offers.departure_day[row])).isoformat(),
        "offers": int(found.counts[place]),
        "celsius": None if np.isnan(celsius) else round(float(celsius)),
        "rain_mm": None if np.isnan(rain) else round(float(rain)),
    }


def _examples(asked: Asked, places: list[int]) -> tuple[Offer, ...]:
    """Return the offers at these places among the matches."""
    found = asked.found
    if found.journeys is not None and found.journeys.built is not None:
        chosen = [tuple(int(rows[place]) for rows in found.journeys.built.rows) for place in places]
    else:
        rows = asked.priced()
        chosen = [(int(rows[0][place]),) for place in places] if rows else []
    matches: list[Match] = [found.match(rows) for rows in chosen]
    return asked.offers_of(found, matches)
