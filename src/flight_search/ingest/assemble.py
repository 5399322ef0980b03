"""Departures, fares and meanings to the tables of a snapshot."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import (
    BASES,
    CABINS,
    NO_AIRCRAFT,
    NO_SEGMENT,
    UNKNOWN,
    Aircraft,
    Airports,
    Carriers,
    Offers,
    Profiles,
    Routes,
    Segments,
)
from flight_search.ingest.aircraft import AircraftType, aircraft_type
from flight_search.ingest.embedding_cache import text_digest
from flight_search.ingest.emissions import economy_co2_kg
from flight_search.ingest.fares import KIND_EFFECT, FareInputs, FareTable, estimate_cents
from flight_search.ingest.keys import offer_keys
from flight_search.ingest.schedule import Departures
from flight_search.reference.airports import Airport
from flight_search.reference.carriers import Carrier

_MINUTES_OF_DAY = 1440
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday
_ECONOMY = CABINS[0]


@dataclass(frozen=True)
class Nonstops:
    """All tables but the profiles; ``offers.profile`` is still empty. Row i of offers flies segment i."""

    offers: Offers
    segments: Segments
    routes: Routes
    airports: Airports
    carriers: Carriers
    aircraft: Aircraft
    month: NDArray[np.uint8]
    """Local month of departure of each offer, 1 to 12."""


def assemble_nonstops(
    departures: Departures, fares: FareTable, airports: dict[str, Airport], carriers: dict[str, Carrier]
) -> Nonstops:
    """Return one offer per departure, in the order that ``schema`` asks for."""
    departures, key = _in_order(departures, _keys(departures))
    flights = departures.flights
    codes, ends = np.unique(np.concatenate([flights.origin, flights.destination]), return_inverse=True)
    origin, destination = np.split(ends, 2)
    airlines, carrier = np.unique(flights.carrier, return_inverse=True)
    routes, route = route_table(origin, destination, departures.distance_km)
    types, aircraft = _aircraft(flights.model)

    landed = departures.arrives_utc + departures.destination_offset
    month = months_of(flights.day)
    route_codes = [
        (str(codes[start]), str(codes[end]))
        for start, end in zip(routes.origin, routes.destination, strict=True)
    ]
    kinds = np.array([KIND_EFFECT[carriers[str(code)].kind] for code in airlines])
    price = estimate_cents(
        FareInputs(
            route=route,
            weekday=(flights.day.astype(np.int64) + _EPOCH_WEEKDAY) % 7,
            month=month.astype(np.int64),
            departure_minute=flights.departure_minute,
            kind_effect=kinds[carrier],
            key=key,
        ),
        fares.levels(route_codes, airports),
    )
    rows = len(key)
    unknown = np.full(rows, UNKNOWN, dtype=np.int8)
    none = np.full(rows, NO_SEGMENT, dtype=np.uint32)
    offers = Offers(
        key=key,
        origin=origin.astype(np.uint16),
        destination=destination.astype(np.uint16),
        departure_day=flights.day,
        departure_minute=flights.departure_minute,
        arrival_day=(landed // _MINUTES_OF_DAY).astype(np.int32),
        arrival_minute=(landed % _MINUTES_OF_DAY).astype(np.int16),
        departs_utc=departures.departs_utc.astype(np.int32),
        duration_minutes=departures.duration_minutes.astype(np.uint16),
        stops=np.zeros(rows, dtype=np.uint8),
        segment_0=np.arange(rows, dtype=np.uint32),
        segment_1=none,
        segment_2=none,
        carrier=carrier.astype(np.uint16),
        price=price,
        emissions_kg=economy_co2_kg(departures.distance_km),
        cabin=np.full(rows, CABINS.index(_ECONOMY), dtype=np.uint8),
        basis=np.full(rows, BASES.index("estimate"), dtype=np.uint8),
        carry_on=unknown,
        checked=unknown,
        refundable=unknown,
        seats=unknown,
        profile=np.zeros(rows, dtype=np.uint32),
        source=np.zeros(rows, dtype=np.uint8),
    )
    segments = Segments(
        carrier=offers.carrier,
        # The source names the airline that flew. Under whose code it was sold is not in it.
        operating_carrier=offers.carrier,
        number=flights.number,
        suffix=np.zeros(rows, dtype=np.uint8),
        origin=offers.origin,
        destination=offers.destination,
        departs_utc=offers.departs_utc,
        duration_minutes=offers.duration_minutes,
        origin_offset=departures.origin_offset,
        destination_offset=departures.destination_offset,
        aircraft=aircraft,
    )
    return Nonstops(
        offers,
        segments,
        routes,
        airport_table([airports[str(code)] for code in codes]),
        carrier_table([carriers[str(code)] for code in airlines]),
        aircraft_table(types),
        month,
    )


def profile_table(profile_texts: Sequence[str]) -> Profiles:
    """Return the profiles with their digests."""
    return Profiles(text=_text(profile_texts), digest=_text([text_digest(text) for text in profile_texts]))


def _keys(departures: Departures) -> NDArray[np.uint64]:
    flights = departures.flights
    minutes = flights.day.astype(np.int64) * _MINUTES_OF_DAY + flights.departure_minute
    left = np.datetime_as_string(minutes.astype("datetime64[m]"))
    columns = (flights.carrier.tolist(), flights.number.tolist(), flights.origin.tolist(), left.tolist())
    return offer_keys(
        f"{carrier}{number}|{origin}|{moment};{_ECONOMY}"
        for carrier, number, origin, moment in zip(*columns, strict=True)
    )


def _in_order(departures: Departures, key: NDArray[np.uint64]) -> tuple[Departures, NDArray[np.uint64]]:
    """Return both sorted by (origin, destination, day, moment, key)."""
    flights = departures.flights
    order = np.lexsort((key, departures.departs_utc, flights.day, flights.destination, flights.origin))
    return departures.take(order), key[order]


def route_table(
    origin: NDArray[np.int64], destination: NDArray[np.int64], distance: NDArray[np.float64]
) -> tuple[Routes, NDArray[np.int64]]:
    """Return the routes of sorted offers, and the row of the route of each offer."""
    changes = (origin[1:] != origin[:-1]) | (destination[1:] != destination[:-1])
    start = np.concatenate([[0], np.flatnonzero(changes) + 1]).astype(np.int64)
    end = np.append(start[1:], len(origin)).astype(np.int64)
    routes = Routes(
        origin=origin[start].astype(np.uint16),
        destination=destination[start].astype(np.uint16),
        start=start,
        end=end,
        distance_km=distance[start].astype(np.float32),
    )
    return routes, np.repeat(np.arange(len(start)), end - start)


def months_of(day: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return the month (1 to 12) of days since 1970-01-01."""
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months % 12 + 1).astype(np.uint8)


def _aircraft(models: NDArray[np.object_]) -> tuple[list[AircraftType], NDArray[np.uint16]]:
    """Return the types that occur, by name, and the row of each flight's type."""
    kinds = {model: aircraft_type(model) for model in set(models.tolist())}
    types = sorted({kind for kind in kinds.values() if kind}, key=lambda kind: kind.name)
    row = {kind: number for number, kind in enumerate(types)}
    by_model = {model: row[kind] if kind else NO_AIRCRAFT for model, kind in kinds.items()}
    return types, np.array([by_model[model] for model in models.tolist()], dtype=np.uint16)


def airport_table(rows: Sequence[Airport]) -> Airports:
    """Return airports, sorted by code, as the catalog's table."""
    return Airports(
        iata=_texts(rows, lambda row: row.iata),
        name=_texts(rows, lambda row: row.name),
        city=_texts(rows, lambda row: row.city),
        subdivision=_texts(rows, lambda row: row.subdivision),
        country=_texts(rows, lambda row: row.country),
        timezone=_texts(rows, lambda row: row.timezone),
        metro=_texts(rows, lambda row: row.metro),
        latitude=np.array([row.latitude for row in rows]),
        longitude=np.array([row.longitude for row in rows]),
    )


def carrier_table(rows: Sequence[Carrier]) -> Carriers:
    """Return carriers, sorted by code, as the catalog's table."""
    return Carriers(
        iata=_texts(rows, lambda row: row.iata),
        name=_texts(rows, lambda row: row.name),
        alliance=_texts(rows, lambda row: row.alliance or ""),
        kind=_texts(rows, lambda row: row.kind),
    )


def aircraft_table(rows: Sequence[AircraftType]) -> Aircraft:
    """Return aircraft types, sorted by name, as the catalog's table."""
    return Aircraft(
        name=_texts(rows, lambda row: row.name),
        family=_texts(rows, lambda row: row.family),
        seats=np.array([row.seats for row in rows], dtype=np.uint16),
    )


def _texts(rows: Sequence[Any], value: Callable[[Any], str]) -> NDArray[np.object_]:
    return _text([str(value(row)) for row in rows])


def _text(values: Sequence[str]) -> NDArray[np.object_]:
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
