"""Answers about places, for any airport in the world: how far, which codes and names."""

from collections.abc import Iterable

from flight_search.domain.query import FlightQuery, Place
from flight_search.domain.result import Status
from flight_search.domain.wording import Wording, counted, listed
from flight_search.reference.airports import Airport, load_airports
from flight_search.reference.countries import country_name
from flight_search.reference.geo import great_circle_km
from flight_search.search.answers.asked import Answer, place_name

KM_PER_MILE = 1.609344
"""The international mile, exactly."""

NAMED = 6


def answer_distance(query: FlightQuery, words: Wording, nonstop_minutes: int | None = None) -> Answer:
    """Say how far it is along the great circle, between the busiest airports of both places.

    ``nonstop_minutes`` is what a nonstop of the data typically takes between them.
    """
    first = query.slices[0]
    data: dict[str, object] = dict.fromkeys(
        ("distance_km", "distance_miles", "origin", "destination", "nonstop_minutes")
    )
    if first.origin is None or first.destination is None:
        return Answer("From where to where?", data, status=Status.NEEDS)
    origin, destination = _busiest(first.origin), _busiest(first.destination)
    if origin is None or destination is None:
        unknown = first.origin if origin is None else first.destination
        return Answer(f"No airport is known for “{place_name(unknown)}”.", data, status=Status.NO_MATCH)
    km = float(
        great_circle_km(origin.latitude, origin.longitude, destination.latitude, destination.longitude)
    )
    miles = km / KM_PER_MILE
    data |= {
        "distance_km": round(km),
        "distance_miles": round(miles),
        "origin": origin.iata,
        "destination": destination.iata,
        "nonstop_minutes": nonstop_minutes,
    }
    lengths = [f"{round(km):,} km", f"{round(miles):,} miles"]
    first_said, also = reversed(lengths) if words.thinks_in_miles else lengths
    text = (
        f"From {origin.city} ({origin.iata}) to {destination.city} ({destination.iata}) it is "
        f"{first_said} ({also}) along the great circle."
    )
    if nonstop_minutes is not None:
        text += f" A nonstop typically takes {words.duration(nonstop_minutes)}."
    return Answer(text, data)


def answer_airport(query: FlightQuery) -> Answer:
    """Say which airports a place has, and their codes."""
    places = [place for part in query.slices for place in (part.origin, part.destination) if place]
    if not places:
        return Answer("Which airport or city?", {"airports": []}, status=Status.NEEDS)
    found: dict[str, Airport] = {}
    sentences = []
    for place in places:
        airports = _known(place.airports)
        found |= {airport.iata: airport for airport in airports}
        sentences.append(_sentence(place, airports))
    data: dict[str, object] = {"airports": [_described(airport) for airport in found.values()]}
    return Answer(" ".join(dict.fromkeys(sentences)), data, status=Status.OK if found else Status.NO_MATCH)


def _sentence(place: Place, airports: list[Airport]) -> str:
    if not airports:
        return f"No airport is known for “{place_name(place)}”."
    if len(airports) == 1:
        airport = airports[0]
        icao = f" (ICAO code {airport.icao})" if airport.icao else ""
        where = [airport.city, airport.subdivision, country_name(airport.country)]
        named = ", ".join(dict.fromkeys(part for part in where if part))
        return f"{airport.iata} is {airport.name}{icao} in {named}."
    names = [f"{airport.name} ({airport.iata})" for airport in airports[:NAMED]]
    more = f", and {len(airports) - NAMED} more" if len(airports) > NAMED else ""
    shown = ", ".join(names) + more if more else listed(names)
    return f"{place_name(place)} has {counted(len(airports), 'airport')}: {shown}."


def _known(codes: Iterable[str]) -> list[Airport]:
    airports = load_airports()
    return [airports[code] for code in codes if code in airports]


def _busiest(place: Place) -> Airport | None:
    return max(_known(place.airports), key=lambda airport: airport.popularity, default=None)


def _described(airport: Airport) -> dict[str, object]:
    return {
        "iata": airport.iata,
        "icao": airport.icao,
        "name": airport.name,
        "city": airport.city,
        "country": airport.country,
        "country_name": country_name(airport.country),
        "timezone": airport.timezone,
        "latitude": airport.latitude,
        "longitude": airport.longitude,
    }
