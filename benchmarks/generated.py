"""Make a snapshot of as many offers as wanted: real airports and airlines, drawn flights.

    python benchmarks/generated.py DATA_DIR [--offers 1000000] [--days 330] [--seed 0] [--dimensions 384]

What is drawn follows what is known of air traffic: an airport has departures by its rank in the traffic
statistics, and flights go where many people go and not too far, so few routes have many flights and many
routes have few. Most airlines fly from their own country. A third of what is sold is nonstop, the rest are
connections of the same flights at a hub, some of two airlines, some of two stops. Each of these *services*
flies on most days of the horizon, with a fare that moves with season, weekday and chance. The profiles are
those of the real ingest; their vectors are hashed words, because a model would take minutes.

More offers are more services on the same days, as with a real inventory: what one route has on one day stays
about the same. The same seed gives the same snapshot.
"""

import argparse
import datetime as dt
import time
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from flight_search.catalog.draft import Draft
from flight_search.catalog.schema import (
    CABINS,
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
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.result import SourceInfo
from flight_search.embed.hashing import HashingEmbedder
from flight_search.ingest.assemble import profile_table
from flight_search.ingest.climate import ClimateMap
from flight_search.ingest.destinations import describe_destinations
from flight_search.ingest.profiles import assign_profiles, profile_inputs
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers
from flight_search.reference.geo import great_circle_km

MOST_AIRPORTS = 1_500
"""The busiest; together they have nearly all of the world's traffic."""
SHARE_NONSTOP, SHARE_ONE_STOP = 0.4, 0.45
SHARE_SECOND_CABIN = 0.25
SHARE_OF_DAYS = 0.88
"""Of the days of the horizon, on which a service flies: some do not fly on two days of the week."""
DAY = 1440
_MOST_ROUNDS = 1_000
"""Draws of connections before it is taken that there are no more."""
TYPES = (  # name, family, seats, longest flight in km
    ("737-800", "narrow-body jet", 180, 5_500),
    ("787-9", "wide-body jet", 290, 99_000),
    ("A320", "narrow-body jet", 180, 4_500),
    ("A350-900", "wide-body jet", 320, 99_000),
    ("ATR 72", "turboprop", 70, 900),
    ("E190", "regional jet", 100, 2_500),
)


@dataclass
class Flights:
    """Daily flights: columns of one length, sorted by origin and departure."""

    origin: np.ndarray
    destination: np.ndarray
    carrier: np.ndarray
    number: np.ndarray
    departs: np.ndarray
    """UTC, minute of the day."""
    minutes: np.ndarray
    aircraft: np.ndarray
    km: np.ndarray


@dataclass
class World:
    """What flights are drawn from."""

    airports: list
    carriers: list
    offset: np.ndarray
    """Minutes that local time is ahead of UTC, in winter, all year: clocks that change are not the point."""
    popularity: np.ndarray
    latitude: np.ndarray
    longitude: np.ndarray
    country: np.ndarray


def draw_world() -> World:
    busiest = sorted(load_airports().values(), key=lambda airport: -airport.popularity)[:MOST_AIRPORTS]
    airports = sorted(busiest, key=lambda airport: airport.iata)
    winter = dt.datetime(2027, 1, 15, tzinfo=dt.UTC)
    offsets = [winter.astimezone(ZoneInfo(airport.timezone)).utcoffset() for airport in airports]
    carriers = [load_carriers()[code] for code in sorted(load_carriers())]
    countries = sorted({airport.country for airport in airports} | {carrier.country for carrier in carriers})
    number = {country: row for row, country in enumerate(countries)}
    return World(
        airports=airports,
        carriers=carriers,
        offset=np.array([int(offset.total_seconds() // 60) for offset in offsets]),
        popularity=np.array([airport.popularity for airport in airports]) ** 1.3,
        latitude=np.array([airport.latitude for airport in airports]),
        longitude=np.array([airport.longitude for airport in airports]),
        country=np.array([number[airport.country] for airport in airports]),
    )


def draw_flights(rng: np.random.Generator, world: World, count: int) -> Flights:
    share = world.popularity / world.popularity.sum()
    origin = rng.choice(len(share), size=4 * count, p=share)
    destination = rng.choice(len(share), size=4 * count, p=share)
    km = great_circle_km(
        world.latitude[origin],
        world.longitude[origin],
        world.latitude[destination],
        world.longitude[destination],
    )
    domestic = world.country[origin] == world.country[destination]
    wanted = np.where(domestic, 1.0, 0.5) * np.exp(-km / 4_000)
    flown = (km > 150) & (km < 14_500) & (rng.random(len(km)) < wanted)  # noqa: PLR2004 - km that are flown
    kept = np.flatnonzero(flown)[:count]
    if len(kept) < count:
        more = draw_flights(rng, world, count - len(kept))
        origin = np.concatenate([origin[kept], more.origin])
        destination, km = (
            np.concatenate([destination[kept], more.destination]),
            np.concatenate([km[kept], more.km]),
        )
    else:
        origin, destination, km = origin[kept], destination[kept], km[kept]
    departs_local = np.clip(rng.normal(13 * 60, 5 * 60, count), 5, DAY - 1).astype(int) // 5 * 5
    # A tenth leave at night, long ones above all: red-eyes.
    departs_local = np.where(rng.random(count) < 0.1, rng.integers(21 * 60, 27 * 60, count), departs_local)  # noqa: PLR2004
    departs = (departs_local - world.offset[origin]) % DAY
    aircraft = np.array([_aircraft_for(rng, distance) for distance in km])
    order = np.lexsort((departs, origin))
    return Flights(
        origin=origin[order],
        destination=destination[order],
        carrier=_draw_carriers(rng, world, origin, destination)[order],
        number=rng.integers(1, 9_000, count)[order],
        departs=departs[order],
        minutes=(30 + km / 850 * 60 + rng.integers(0, 25, count)).astype(int)[order],
        aircraft=aircraft[order],
        km=km[order],
    )


def _aircraft_for(rng: np.random.Generator, km: float) -> int:
    fits = sorted((longest, row) for row, (_, _, _, longest) in enumerate(TYPES) if km <= longest)
    return int(fits[min(rng.geometric(0.6) - 1, len(fits) - 1)][1])


def _draw_carriers(
    rng: np.random.Generator, world: World, origin: np.ndarray, destination: np.ndarray
) -> np.ndarray:
    names = {airport.country for airport in world.airports}
    by_country: dict[str, list[int]] = {name: [] for name in names}
    for row, carrier in enumerate(world.carriers):
        by_country.setdefault(carrier.country, []).append(row)
    chosen = np.empty(len(origin), dtype=int)
    for place, (start, end) in enumerate(zip(origin.tolist(), destination.tolist(), strict=True)):
        at_home = by_country[world.airports[start].country] or by_country[world.airports[end].country]
        # The first of a country are its large ones, by a power law.
        pool = at_home or range(len(world.carriers))
        chosen[place] = pool[min(int(rng.pareto(1.1) * 1.5), len(pool) - 1)]
    return chosen


def connect(rng: np.random.Generator, flights: Flights, first: np.ndarray, count: int) -> np.ndarray:
    """Return ``count`` chains that go on from given ones by a flight; shape (flights, count)."""
    # An airport may be flown to and from nowhere, behind the last that is flown from.
    places = max(flights.origin.max(), flights.destination.max()) + 1
    begin = np.searchsorted(flights.origin, np.arange(places + 1))
    found: list[np.ndarray] = []
    have = 0
    for _ in range(_MOST_ROUNDS):
        if have >= count:
            break
        chains = first[:, rng.integers(0, first.shape[1], 2 * count)]
        last = chains[-1]
        hub = flights.destination[last]
        low, high = begin[hub], begin[hub + 1]
        following = low + (rng.random(len(last)) * np.maximum(high - low, 1)).astype(int)
        following = np.minimum(following, len(flights.origin) - 1)
        landed = flights.departs[last] + flights.minutes[last]
        wait = (flights.departs[following] - landed) % DAY
        ends = flights.destination[following]
        good = (high > low) & (wait >= 40) & (wait <= 400)  # noqa: PLR2004 - minutes between flights
        for before in chains:
            good &= ends != flights.origin[before]
        detour = sum(flights.km[part] for part in chains) + flights.km[following]
        good &= detour < 18_000  # noqa: PLR2004 - km
        # Airlines sell connections on their own flights above all.
        good &= (flights.carrier[following] == flights.carrier[last]) | (rng.random(len(last)) < 0.2)  # noqa: PLR2004
        found.append(np.vstack([chains[:, good], following[good]]))
        have += int(good.sum())
    # Of very few flights hardly any connect: then there are fewer services than were wanted.
    return np.concatenate(found, axis=1)[:, :count]


def draw_services(rng: np.random.Generator, flights: Flights, count: int) -> np.ndarray:
    """Return the flights of each service, shape (3, count), -1 where there is none."""
    one_stops = int(SHARE_ONE_STOP * count)
    nonstops = np.arange(len(flights.origin))[None, :]
    two_stops = count - one_stops - nonstops.shape[1]
    ones = connect(rng, flights, nonstops, one_stops)
    twos = connect(rng, flights, ones, two_stops)
    widened = [
        np.vstack([chains, np.full((3 - len(chains), chains.shape[1]), -1)])
        for chains in (nonstops, ones, twos)
    ]
    return np.concatenate(widened, axis=1)


def make_draft(offers: int, *, days: int, first_day: dt.date, seed: int, dimensions: int) -> Draft:
    """Return a draft of about ``offers`` offers on ``days`` days."""
    rng = np.random.default_rng(seed)
    world = draw_world()
    services = max(10, round(offers / (days * SHARE_OF_DAYS * (1 + SHARE_SECOND_CABIN))))
    flights = draw_flights(rng, world, max(4, int(SHARE_NONSTOP * services)))
    chains = draw_services(rng, flights, services)
    day_zero = (first_day - dt.date(1970, 1, 1)).days
    tables = _offers_and_segments(rng, world, flights, chains, days, day_zero)
    offer_table, segments = tables
    routes = _routes(offer_table, world)
    airports, carriers, aircraft = _small_tables(world)
    inputs = profile_inputs(offer_table, segments, routes, carriers, aircraft)
    described = describe_destinations([str(code) for code in airports.iata], ClimateMap.load())
    profile, texts = assign_profiles(inputs, described)
    profiles: Profiles = profile_table(texts)
    embedder = HashingEmbedder(dimensions)
    return Draft(
        offers=replace(offer_table, profile=profile),
        segments=segments,
        routes=routes,
        airports=airports,
        carriers=carriers,
        aircraft=aircraft,
        profiles=profiles,
        vectors=embedder.embed_documents(texts),
        currency="USD",
        embedding_model=embedder.identity,
        sources=(
            SourceInfo(name="generated", title="Drawn flights", licence="CC0-1.0", data_date=str(first_day)),
        ),
        exchange_rates={"EUR": 0.9},
        exchange_rates_date=str(first_day),
    )


def _offers_and_segments(  # noqa: PLR0913, PLR0917 - what both are made of
    rng: np.random.Generator, world: World, flights: Flights, chains: np.ndarray, days: int, day_zero: int
) -> tuple[Offers, Segments]:
    sold = np.concatenate(
        [np.arange(chains.shape[1]), np.flatnonzero(rng.random(chains.shape[1]) < SHARE_SECOND_CABIN)]
    )
    cabin = np.zeros(len(sold), dtype=np.uint8)
    cabin[chains.shape[1] :] = CABINS.index("business")
    first = chains[0, sold]
    stops = (chains[:, sold] >= 0).sum(axis=0) - 1
    last = chains[stops, sold]
    km = np.where(chains[:, sold] >= 0, flights.km[chains[:, sold]], 0).sum(axis=0)
    # Minutes after the departure of the first flight, as the chain goes on.
    leaves = np.zeros((3, len(sold)), dtype=np.int64)
    minutes = flights.minutes[first].astype(np.int64)
    for number in (1, 2):
        here, before = chains[number, sold], chains[number - 1, sold]
        there = here >= 0
        landed = leaves[number - 1] + flights.minutes[before]
        wait = (flights.departs[here] - flights.departs[before] - flights.minutes[before]) % DAY
        leaves[number] = np.where(there, landed + wait, 0)
        minutes = np.where(there, leaves[number] + flights.minutes[here], minutes)
    is_daily = rng.random(len(sold)) < 2 * SHARE_OF_DAYS - 1
    free_day = rng.integers(0, 7, len(sold))
    service, day = (column.ravel() for column in np.divmod(np.arange(len(sold) * days), days))
    flies = is_daily[service] | ((day % 7 != free_day[service]) & ((day + 2) % 7 != free_day[service]))
    service, day = service[flies].astype(np.int32), day[flies].astype(np.int32)

    utc = (day_zero + day.astype(np.int64)) * DAY + flights.departs[first[service]]
    origin, destination = flights.origin[first], flights.destination[last]
    local = utc + world.offset[origin[service]]
    arrives = utc + minutes[service] + world.offset[destination[service]]
    key = _mixed(service.astype(np.uint64) * np.uint64(10_007) + day.astype(np.uint64))
    route = origin[service].astype(np.int64) << 16 | destination[service]
    order = np.lexsort(
        (key, route << 36 | (local // DAY - day_zero + 1) << 24 | (utc - day_zero * DAY + DAY))
    )
    service, day, utc, local, arrives, key = (
        column[order] for column in (service, day, utc, local, arrives, key)
    )
    base = (40 + 0.075 * km**0.95) * rng.lognormal(0, 0.25, len(sold)) * (1 - 0.08 * stops)
    base *= np.where(cabin > 0, 3.2, 1.0)
    season = 1 + 0.2 * np.sin(2 * np.pi * (day / 365 - 0.3))
    weekday = np.array([1.0, 0.95, 0.93, 1.0, 1.12, 1.05, 1.1])[day % 7]
    price = base[service] * season * weekday * rng.lognormal(0, 0.12, len(service))
    at = np.where(chains >= 0, chains, 0)[:, sold]
    rows = [
        np.where(
            chains[number, sold][service] >= 0,
            # The day on which that flight of the chain leaves, counted from the first day of the data.
            at[number][service] * (days + 4) + (utc - day_zero * DAY + leaves[number][service]) // DAY,
            NO_SEGMENT,
        ).astype(np.uint32)
        for number in range(3)
    ]
    unknown = np.full(len(service), UNKNOWN, dtype=np.int8)
    offers = Offers(
        key=key,
        origin=origin[service].astype(np.uint16),
        destination=destination[service].astype(np.uint16),
        departure_day=(local // DAY).astype(np.int32),
        departure_minute=(local % DAY).astype(np.int16),
        arrival_day=(arrives // DAY).astype(np.int32),
        arrival_minute=(arrives % DAY).astype(np.int16),
        departs_utc=utc.astype(np.int32),
        duration_minutes=minutes[service].astype(np.uint16),
        stops=stops[service].astype(np.uint8),
        segment_0=rows[0],
        segment_1=rows[1],
        segment_2=rows[2],
        carrier=flights.carrier[first][service].astype(np.uint16),
        price=np.maximum(1_900, (100 * price).astype(np.int32) // 100 * 100),
        emissions_kg=np.minimum(60_000, 20 + 0.085 * km)[service].astype(np.uint16),
        cabin=cabin[service],
        basis=np.ones(len(service), dtype=np.uint8),
        carry_on=unknown,
        checked=unknown,
        refundable=unknown,
        seats=unknown,
        profile=np.zeros(len(service), dtype=np.uint32),
        source=np.zeros(len(service), dtype=np.uint8),
    )
    return offers, _segments(world, flights, days, day_zero)


def _segments(world: World, flights: Flights, days: int, day_zero: int) -> Segments:
    flight, day = np.divmod(np.arange(len(flights.origin) * (days + 4)), days + 4)
    carrier = flights.carrier[flight].astype(np.uint16)
    return Segments(
        carrier=carrier,
        operating_carrier=carrier,
        number=flights.number[flight].astype(np.uint16),
        suffix=np.zeros(len(flight), dtype=np.uint8),
        origin=flights.origin[flight].astype(np.uint16),
        destination=flights.destination[flight].astype(np.uint16),
        departs_utc=((day_zero + day) * DAY + flights.departs[flight]).astype(np.int32),
        duration_minutes=flights.minutes[flight].astype(np.uint16),
        origin_offset=world.offset[flights.origin[flight]].astype(np.int16),
        destination_offset=world.offset[flights.destination[flight]].astype(np.int16),
        aircraft=flights.aircraft[flight].astype(np.uint16),
    )


def _mixed(numbers: np.ndarray) -> np.ndarray:
    """Return numbers in no order, all different (the finaliser of splitmix64)."""
    numbers = (numbers ^ numbers >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ numbers >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return numbers ^ numbers >> np.uint64(31)


def _routes(offers: Offers, world: World) -> Routes:
    pairs = offers.origin.astype(np.int64) << 16 | offers.destination
    start = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1]))
    origin, destination = offers.origin[start], offers.destination[start]
    distance = great_circle_km(
        world.latitude[origin],
        world.longitude[origin],
        world.latitude[destination],
        world.longitude[destination],
    )
    return Routes(origin, destination, start, np.append(start[1:], len(pairs)), distance.astype(np.float32))


def _small_tables(world: World) -> tuple[Airports, Carriers, Aircraft]:
    def text(values: list[str]) -> np.ndarray:
        return np.array([*values, None], dtype=object)[:-1]

    airports, carriers = world.airports, world.carriers
    order = sorted(range(len(TYPES)), key=lambda row: TYPES[row][0])
    if order != list(range(len(TYPES))):
        names = [TYPES[row][0] for row in range(len(TYPES))]
        raise ValueError(f"the types of aircraft have to be sorted by name: {names}")
    return (
        Airports(
            iata=text([airport.iata for airport in airports]),
            name=text([airport.name for airport in airports]),
            city=text([airport.city for airport in airports]),
            subdivision=text([airport.subdivision for airport in airports]),
            country=text([airport.country for airport in airports]),
            timezone=text([airport.timezone for airport in airports]),
            metro=text([airport.metro for airport in airports]),
            latitude=world.latitude,
            longitude=world.longitude,
        ),
        Carriers(
            iata=text([carrier.iata for carrier in carriers]),
            name=text([carrier.name for carrier in carriers]),
            alliance=text([str(carrier.alliance or "") for carrier in carriers]),
            kind=text([str(carrier.kind) for carrier in carriers]),
        ),
        Aircraft(
            name=text([name for name, *_ in TYPES]),
            family=text([family for _, family, *_ in TYPES]),
            seats=np.array([seats for _, _, seats, _ in TYPES], dtype=np.uint16),
        ),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--offers", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=330)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dimensions", type=int, default=384, help="of the vectors; a service hashes to 64")
    parser.add_argument("--first-day", type=dt.date.fromisoformat, default=dt.datetime.now(dt.UTC).date())
    chosen = parser.parse_args()
    began = time.perf_counter()
    draft = make_draft(
        chosen.offers,
        days=chosen.days,
        first_day=chosen.first_day,
        seed=chosen.seed,
        dimensions=chosen.dimensions,
    )
    drawn = time.perf_counter()
    with SnapshotStore(chosen.data_dir).build(dt.datetime.now(dt.UTC)) as build:
        manifest = build.publish(draft)
    published = time.perf_counter() - drawn
    offers = manifest.counts["offers"]
    print(
        f"{offers:,} offers, {manifest.counts['routes']:,} routes, {manifest.counts['profiles']:,} profiles "
        f"drawn in {drawn - began:.1f} s, written and checked in {published:.1f} s "
        f"({offers / published:,.0f} offers/s)"
    )


if __name__ == "__main__":
    main()
