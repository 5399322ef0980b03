"""Answers about prices: the cheapest day, open destinations, what it costs."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.offer import Offer
from flight_search.search.answers.asked import SHOWN_OFFERS, Answer, Asked, counted, listed
from flight_search.search.dates import date_of, day_text
from flight_search.search.meaning import meaning_by_profile

if TYPE_CHECKING:
    from flight_search.search.offers import Match

Column = NDArray[np.int64]

NAMED_DESTINATIONS = 3


def answer_calendar(asked: Asked) -> Answer:
    """Say which day is the cheapest; data has every day with its lowest and median total."""
    pricing = asked.pricing
    data: dict[str, object] = {"currency": pricing.currency, "days": [], "cheapest": None}
    priced = asked.priced()
    if priced is None:
        return asked.too_many(data)
    rows, totals = priced
    if len(rows) == 0:
        return asked.nothing(data)
    days, lowest, median, counts = _by_group(asked.days(rows), totals)
    data["days"] = [
        {
            "date": date_of(int(day)).isoformat(),
            "min": pricing.text(int(low)),
            "median": pricing.text(int(middle)),
            "count": int(count),
        }
        for day, low, middle, count in zip(days, lowest, median, counts, strict=True)
    ]
    best = int(np.argmin(lowest))
    day, price = int(days[best]), int(lowest[best])
    data["cheapest"] = {"date": date_of(day).isoformat(), "price": pricing.text(price)}
    same = np.count_nonzero(lowest == price)
    others = f" ({counted(int(same) - 1, 'other day')} at the same price)" if same > 1 else ""
    text = (
        f"The cheapest day to fly {asked.way()} is {day_text(day)}{others}, from {pricing.words(price)}. "
        f"{counted(len(days), 'day has', 'days have')} flights; at the median, the cheapest of a day costs "
        f"{pricing.words(_middle(lowest))}."
    )
    return Answer(text, data, asked.cheapest_on(day))


def answer_explore(asked: Asked) -> Answer:
    """Say where one can go; data has every destination with its lowest total and its number of offers."""
    pricing, snapshot = asked.pricing, asked.index.snapshot
    data: dict[str, object] = {"currency": pricing.currency, "destinations": []}
    priced = asked.priced()
    if priced is None:
        return asked.too_many(data)
    rows, totals = priced
    if len(rows) == 0:
        return asked.nothing(data)
    airports, _lowest, _median, counts = _by_group(snapshot.offers.destination[rows], totals)
    best = _cheapest_rows(snapshot.offers.destination[rows], totals)
    order = _order_of_destinations(asked, rows, airports, totals[best])
    data["destinations"] = [
        _destination(
            asked, int(airports[place]), int(rows[best[place]]), int(totals[best[place]]), counts[place]
        )
        for place in order
    ]
    named = [
        f"{snapshot.airports.city[int(airports[place])]} from {pricing.words(int(totals[best[place]]))}"
        for place in order[:NAMED_DESTINATIONS]
    ]
    by_meaning = asked.wish.vector is not None
    fits = f" fit “{asked.query.preferences}” best" if by_meaning else " are the cheapest"
    text = (
        f"{counted(len(airports), 'destination matches', 'destinations match')} {asked.way()}. "
        f"{listed(named)}"
        f"{fits if len(airports) > 1 else ' is the one'}."
    )
    return Answer(text, data, _examples(asked, [int(best[place]) for place in order[:SHOWN_OFFERS]]))


def answer_fare(asked: Asked) -> Answer:
    """Say what it costs; data has the quartiles of all totals that match."""
    pricing = asked.pricing
    names = ("min", "p25", "median", "p75", "max")
    data: dict[str, object] = {"currency": pricing.currency, "count": 0, **dict.fromkeys(names)}
    priced = asked.priced()
    if priced is None:
        return asked.too_many(data)
    rows, totals = priced
    if len(rows) == 0:
        return asked.nothing(data)
    ordered = np.sort(totals)
    # A quartile is a total that there is: the lower one where two share the place.
    values = [int(ordered[(len(ordered) - 1) * quarter // 4]) for quarter in range(5)]
    data |= {"count": len(totals), **dict(zip(names, map(pricing.text, values), strict=True))}
    lowest, low, median, high, highest = map(pricing.words, values)
    estimates = " Prices are estimates." if np.any(asked.index.snapshot.offers.basis[rows]) else ""
    trip = "A journey" if len(asked.query.slices) > 1 else "A flight"
    text = (
        f"{trip} {asked.way()} costs {median} at the median of {counted(len(totals), 'offer')}; half cost "
        f"{low} to {high}, all {lowest} to {highest}.{estimates}"
    )
    return Answer(text, data, asked.cheapest())


def _by_group(groups: NDArray[Any], totals: Column) -> tuple[NDArray[Any], Column, Column, Column]:
    """Return the distinct groups, and the lowest total, the (lower) median total and the count of each."""
    order = np.lexsort((totals, groups))
    ordered_groups, ordered = groups[order], totals[order]
    names, starts, counts = np.unique(ordered_groups, return_index=True, return_counts=True)
    return names, ordered[starts], ordered[starts + (counts - 1) // 2], counts


def _cheapest_rows(groups: NDArray[Any], totals: Column) -> Column:
    """Return the place of the cheapest match of each distinct group, the first of equals."""
    order = np.lexsort((np.arange(len(totals)), totals, groups))
    return order[np.unique(groups[order], return_index=True)[1]]


def _order_of_destinations(asked: Asked, rows: Column, airports: NDArray[Any], lowest: Column) -> list[int]:
    """Return the destinations, those that fit the soft words first, else the cheapest."""
    snapshot = asked.index.snapshot
    codes = snapshot.airports.iata[airports].astype(str)
    if asked.wish.vector is None:
        return [int(place) for place in np.lexsort((codes, lowest))]
    values = meaning_by_profile(asked.index, rows, asked.wish)
    fit = np.zeros(len(snapshot.airports.iata), dtype=np.float32)
    if values is not None:
        np.maximum.at(fit, snapshot.offers.destination[rows], values[snapshot.offers.profile[rows]])
    return [int(place) for place in np.lexsort((codes, lowest, -fit[airports]))]


def _destination(asked: Asked, airport: int, row: int, total: int, count: int) -> dict[str, object]:
    snapshot = asked.index.snapshot
    airports = snapshot.airports
    return {
        "airport": str(airports.iata[airport]),
        "city": str(airports.city[airport]),
        "country": str(airports.country[airport]),
        "latitude": float(airports.latitude[airport]),
        "longitude": float(airports.longitude[airport]),
        "price": asked.pricing.text(total),
        "date": date_of(int(snapshot.offers.departure_day[row])).isoformat(),
        "offers": int(count),
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


def _middle(values: Column) -> int:
    return int(np.sort(values)[(len(values) - 1) // 2])
