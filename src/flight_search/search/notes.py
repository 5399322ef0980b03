"""What the data does not cover of what was asked.

In: a prepared query. Out: sentences that name the place or the days. They are facts about the data, so they
are said whether or not something matches, but most of them explain why nothing does.
"""

import datetime as dt
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from flight_search.domain.query import FlightQuery, Place, SliceQuery
from flight_search.reference.countries import country_name
from flight_search.search.contradictions import contradictions
from flight_search.search.index import SnapshotIndex
from flight_search.search.money import Pricing
from flight_search.search.nearby import End, airports_with_flights, nearest_airports
from flight_search.search.nights import runs_over_midnight
from flight_search.search.plan import airport_table

_FEW_AIRPORTS, _FEW_COUNTRIES = 6, 3

_WORTH_GOING_KM = 1_000.0
"""Beyond this the nearest airport with flights is no help."""

_LATEST_ZONE = dt.timedelta(hours=12)
"""How far the clocks of the last place on earth are behind UTC: until then a day is not over everywhere."""


def notes_on(
    index: SnapshotIndex, query: FlightQuery, now: dt.datetime, *, is_empty: bool = True
) -> list[str]:
    """Return the notes on places and days and, where nothing matches, on what contradicts itself."""
    notes: list[str] = []
    for part in query.slices:
        notes += _place_notes(index, part)
        notes += _day_notes(index, part, now)
    if is_empty:
        notes += contradictions(index, query)
    notes += _night_notes(query)
    return list(dict.fromkeys(notes))


def price_notes(index: SnapshotIndex, query: FlightQuery, pricing: Pricing) -> list[str]:
    """Return how the prices shown were made, where it is not plain."""
    manifest, passengers = index.snapshot.manifest, query.passengers
    notes = []
    if pricing.currency != manifest.currency:
        notes.append(
            f"Prices were converted from {manifest.currency} at the reference rate"
            f"{f' of {manifest.exchange_rates_date}' if manifest.exchange_rates_date else ''}."
        )
    if len(query.slices) > 1:
        notes.append(_sum_note(index))
    if passengers.children or passengers.infants:
        notes.append(
            "Totals count children at the adult fare and infants on a lap at 10 %, "
            "within one country at nothing."
        )
    return notes


def _sum_note(index: SnapshotIndex) -> str:
    """Say what the prices of journeys are sums of."""
    parts = "one-way estimates" if index.bases == {"estimate"} else "one-way prices"
    return f"The price of a journey is the sum of its {parts}; a ticket for the whole of it can cost less."


def _place_notes(index: SnapshotIndex, part: SliceQuery) -> list[str]:
    origin, destination = part.origin, part.destination
    if origin and destination and _is_one_town(index, origin, destination):
        return [f"Origin and destination are the same: {_named(origin)}."]
    served_by = {"from": index.airports_with_departures, "to": index.airports_with_arrivals}
    unserved = [
        (place, direction, _only(index, served_by[direction], direction))
        for place, direction in ((origin, "from"), (destination, "to"))
        if place
        and place.airports
        and not served_by[direction].intersection(index.airport_rows(place.airports))
    ]
    notes = [
        f"No airport is known for “{place.label}”."
        for place in (origin, destination)
        if place and not place.airports
    ]
    if unserved:
        named = " ".join(f"{direction} {_named(place)}" for place, direction, _ in unserved)
        # Of two reasons the first is enough.
        notes.append(f"This data has no flights {named}{unserved[0][2]}.")
        for place, direction, _ in unserved:
            notes += (
                _nearest(index, place, destination, "origin")
                if direction == "from"
                else _nearest(index, place, origin, "destination")
            )
    if notes or origin is None or destination is None:
        return notes
    return _pair_notes(index, origin, destination)


def _is_one_town(index: SnapshotIndex, origin: Place, destination: Place) -> bool:
    """Return whether both ends are the same airports, of one city: a country has flights within."""
    if not origin.airports or set(origin.airports) != set(destination.airports):
        return False
    return len({index.metro[row] for row in index.airport_rows(origin.airports)}) <= 1


def _only(index: SnapshotIndex, served: frozenset[int], direction: str) -> str:
    """Return what there is instead, where that is little enough to be named."""
    airports = index.snapshot.airports
    if not served:
        return ""
    if len(served) <= _FEW_AIRPORTS:
        named = sorted(f"{airports.city[row]} ({airports.iata[row]})" for row in served)
        return f", only {direction} {_listed(named)}"
    countries = sorted({country_name(str(airports.country[row])) for row in served})
    if len(countries) <= _FEW_COUNTRIES:
        return f", only {direction} {len(served)} airports in {_listed(countries)}"
    return ""


def _nearest(index: SnapshotIndex, place: Place, other: Place | None, end: End) -> list[str]:
    """Name the airport nearest to a place that has the flights which the place has not."""
    served = airports_with_flights(index, end, other)
    found = nearest_airports(index, place, served, within_km=_WORTH_GOING_KM, most=1)
    return [
        f"The nearest airport to {place.label or place.airports[0]} with such flights is "
        f"{airport.city} ({airport.iata}), {airport.km:,.0f} km away."
        for airport in found
    ]


def _listed(names: list[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _pair_notes(index: SnapshotIndex, origin: Place, destination: Place) -> list[str]:
    routes = index.snapshot.routes
    if np.any(
        airport_table(index, origin)[routes.origin] & airport_table(index, destination)[routes.destination]
    ):
        return []
    return [
        f"This data has no flights from {_named(origin)} to {_named(destination)}.",
        *_nearest(index, origin, destination, "origin"),
        *_nearest(index, destination, origin, "destination"),
    ]


def _today_at_origin(index: SnapshotIndex, part: SliceQuery, now: dt.datetime) -> dt.date:
    """Return the day it is at the origin; the earliest of them where it is not one day everywhere."""
    rows = index.airport_rows(part.origin.airports) if part.origin else []
    latest = (now.astimezone(dt.UTC) - _LATEST_ZONE).date()
    zones = {str(index.snapshot.airports.timezone[row]) for row in rows}
    try:
        return min((now.astimezone(ZoneInfo(zone)).date() for zone in zones), default=latest)
    except (ZoneInfoNotFoundError, ValueError):
        # The data's own name for a zone may be one that this machine does not know.
        return latest


def _day_notes(index: SnapshotIndex, part: SliceQuery, now: dt.datetime) -> list[str]:
    manifest, dates = index.snapshot.manifest, part.depart_date
    if dates is None or not manifest.last_day:
        return []
    first, last = dt.date.fromisoformat(manifest.first_day), dt.date.fromisoformat(manifest.last_day)
    over_midnight = runs_over_midnight(part.depart_time)
    today = _today_at_origin(index, part, now)
    # The night of the last day is over when the next day begins: some of it may still be to come.
    if dates.to and dates.to < (today - dt.timedelta(days=1) if over_midnight else today):
        return ["Those dates are over."]
    if dates.from_ and dates.from_ > last:
        return [f"The data ends on {last.isoformat()}."]
    if dates.to and dates.to < first:
        return [f"The data begins on {first.isoformat()}."]
    if dates.to and dates.to > last:
        return [f"The data ends on {last.isoformat()}; later days are not covered."]
    return []


def _night_notes(query: FlightQuery) -> list[str]:
    for part in query.slices:
        if runs_over_midnight(part.depart_time) and (part.depart_date or part.weekdays):
            return ["Departures after midnight count as the night before: they leave on the next day's date."]
    return []


def _named(place: Place) -> str:
    shown = ", ".join(place.airports[:4]) + (" …" if len(place.airports) > 4 else "")  # noqa: PLR2004
    return f"{place.label} ({shown})" if place.label and place.label.upper() not in place.airports else shown
