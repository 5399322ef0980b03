"""A small world for the page: returns, connections and a thousand flights, without network or weights.

Between New York (JFK) and Miami each way: three nonstops a day by three airlines and one journey that changes
in Atlanta, for 60 days from tomorrow. Embedded by hashed words.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flight_search.catalog import schema
from flight_search.catalog.draft import Draft
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.result import SourceInfo
from flight_search.embed.hashing import HashingEmbedder

DAYS = 60
OFFSET = -300
EPOCH = dt.date(1970, 1, 1)

AIRPORTS = ("ATL", "JFK", "MIA")
CARRIERS = {"AA": "American Airlines", "B6": "JetBlue", "DL": "Delta Air Lines"}

# Minute of departure, airline, number, minutes, dollars, kilograms of CO2.
NONSTOPS = ((420, "AA", 101, 190, 180, 150), (780, "B6", 303, 185, 120, 130), (1140, "DL", 505, 195, 90, 140))
CHANGE = (600, "DL", 707, 130, 70, 110)
"""The first flight of the journey with a change; the second leaves 200 minutes later."""


@dataclass(frozen=True)
class Flight:
    carrier: str
    number: int
    origin: str
    destination: str
    departs: int
    """Minutes since 1970, local."""
    minutes: int


@dataclass(frozen=True)
class Journey:
    flights: tuple[Flight, ...]
    dollars: int
    emissions: int

    @property
    def departs(self) -> int:
        return self.flights[0].departs

    @property
    def arrives(self) -> int:
        return self.flights[-1].departs + self.flights[-1].minutes

    @property
    def ends(self) -> tuple[str, str]:
        return self.flights[0].origin, self.flights[-1].destination


def build(folder: Path) -> None:
    """Build the snapshot into a data folder."""
    now = dt.datetime.now(dt.UTC)
    with SnapshotStore(folder).build(now) as building:
        building.publish(_draft(_journeys((now.date() - EPOCH).days + 1)))


def _journeys(first_day: int) -> list[Journey]:
    found = []
    for day in range(first_day, first_day + DAYS):
        for back, (origin, destination) in enumerate((("JFK", "MIA"), ("MIA", "JFK"))):
            for minute, carrier, number, minutes, dollars, emissions in NONSTOPS:
                flight = Flight(carrier, number + back, origin, destination, day * 1440 + minute, minutes)
                found.append(Journey((flight,), dollars + day % 7 * 5, emissions))
            minute, carrier, number, minutes, dollars, emissions = CHANGE
            leaves = day * 1440 + minute
            first = Flight(carrier, number + back, origin, "ATL", leaves, minutes)
            second = Flight(carrier, number + 2 + back, "ATL", destination, leaves + 200, minutes)
            found.append(Journey((first, second), dollars, 2 * emissions))
    return sorted(found, key=lambda journey: (*journey.ends, journey.departs))


def _draft(journeys: list[Journey]) -> Draft:
    flown = [flight for journey in journeys for flight in journey.flights]
    row_of = {id(flight): row for row, flight in enumerate(flown)}
    carriers = sorted(CARRIERS)

    def column(dtype: str, values: object) -> np.ndarray:
        return np.array(
            list(values) if hasattr(values, "__iter__") else [values] * len(journeys), dtype=dtype
        )

    def texts(*values: str) -> np.ndarray:
        return np.array([*values, None], dtype=object)[:-1]

    def nth(journey: Journey, number: int) -> int:
        return row_of[id(journey.flights[number])] if number < len(journey.flights) else schema.NO_SEGMENT

    places = [tuple(map(AIRPORTS.index, journey.ends)) for journey in journeys]
    routes = sorted(set(places))
    starts = [places.index(route) for route in routes]
    profile = "sunny beach, warm in winter"
    return Draft(
        offers=schema.Offers(
            key=column("uint64", range(len(journeys))),
            origin=column("uint16", (place[0] for place in places)),
            destination=column("uint16", (place[1] for place in places)),
            departure_day=column("int32", (one.departs // 1440 for one in journeys)),
            departure_minute=column("int16", (one.departs % 1440 for one in journeys)),
            arrival_day=column("int32", (one.arrives // 1440 for one in journeys)),
            arrival_minute=column("int16", (one.arrives % 1440 for one in journeys)),
            departs_utc=column("int32", (one.departs - OFFSET for one in journeys)),
            duration_minutes=column("uint16", (one.arrives - one.departs for one in journeys)),
            stops=column("uint8", (len(one.flights) - 1 for one in journeys)),
            segment_0=column("uint32", (nth(one, 0) for one in journeys)),
            segment_1=column("uint32", (nth(one, 1) for one in journeys)),
            segment_2=column("uint32", schema.NO_SEGMENT),
            carrier=column("uint16", (carriers.index(one.flights[0].carrier) for one in journeys)),
            price=column("int32", (one.dollars * 100 for one in journeys)),
            emissions_kg=column("uint16", (one.emissions for one in journeys)),
            cabin=column("uint8", 0),
            basis=column("uint8", 1),
            carry_on=column("int8", schema.UNKNOWN),
            checked=column("int8", schema.UNKNOWN),
            refundable=column("int8", schema.UNKNOWN),
            seats=column("int8", schema.UNKNOWN),
            profile=column("uint32", 0),
            source=column("uint8", 0),
        ),
        segments=schema.Segments(
            carrier=column("uint16", (carriers.index(flight.carrier) for flight in flown)),
            operating_carrier=column("uint16", (carriers.index(flight.carrier) for flight in flown)),
            number=column("uint16", (flight.number for flight in flown)),
            suffix=column("uint8", (0 for _ in flown)),
            origin=column("uint16", (AIRPORTS.index(flight.origin) for flight in flown)),
            destination=column("uint16", (AIRPORTS.index(flight.destination) for flight in flown)),
            departs_utc=column("int32", (flight.departs - OFFSET for flight in flown)),
            duration_minutes=column("uint16", (flight.minutes for flight in flown)),
            origin_offset=column("int16", (OFFSET for _ in flown)),
            destination_offset=column("int16", (OFFSET for _ in flown)),
            aircraft=column("uint16", (0 for _ in flown)),
        ),
        routes=schema.Routes(
            origin=column("uint16", (route[0] for route in routes)),
            destination=column("uint16", (route[1] for route in routes)),
            start=column("int64", starts),
            end=column("int64", [*starts[1:], len(journeys)]),
            distance_km=column("float32", (1754.0 for _ in routes)),
        ),
        airports=schema.Airports(
            iata=texts(*AIRPORTS),
            name=texts("Hartsfield-Jackson", "John F. Kennedy", "Miami International"),
            city=texts("Atlanta", "New York", "Miami"),
            subdivision=texts("Georgia", "New York", "Florida"),
            country=texts("US", "US", "US"),
            timezone=texts(*["America/New_York"] * 3),
            metro=texts("ATL", "NYC", "MIA"),
            latitude=np.array([33.64, 40.64, 25.79]),
            longitude=np.array([-84.43, -73.78, -80.29]),
        ),
        carriers=schema.Carriers(
            iata=texts(*carriers),
            name=texts(*(CARRIERS[code] for code in carriers)),
            alliance=texts("oneworld", "", "skyteam"),
            kind=texts(*["full_service"] * 3),
        ),
        aircraft=schema.Aircraft(
            name=texts("A220"), family=texts("narrow-body jet"), seats=np.array([130], dtype="uint16")
        ),
        profiles=schema.Profiles(
            text=texts(profile), digest=texts(hashlib.sha256(profile.encode()).hexdigest())
        ),
        vectors=HashingEmbedder().embed_documents((profile,)),
        currency="USD",
        embedding_model=HashingEmbedder().identity,
        sources=(SourceInfo(name="test", title="A small world", licence="CC0", data_date="2026"),),
    )
