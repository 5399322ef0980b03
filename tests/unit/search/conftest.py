"""A small world of flights, as plain rows and as the snapshot made of them.

The rows (``RawOffer``) are what the brute force of the tests reads; the snapshot is what the engine reads.
Values are drawn from few choices on purpose, so that ties, edges and empty results are common.
"""

# ruff: noqa: S311 - test data, no secret

import datetime as dt
import hashlib
import random
from dataclasses import dataclass, field

import numpy as np
import pytest

from flight_search.catalog.draft import Draft
from flight_search.catalog.schema import (
    CABINS,
    NO_AIRCRAFT,
    NO_SEGMENT,
    UNKNOWN_EMISSIONS,
    Aircraft,
    Airports,
    Carriers,
    Offers,
    Profiles,
    Routes,
    Segments,
)
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.soundness import soundness_problems
from flight_search.domain.errors import EmbeddingError
from flight_search.domain.result import SourceInfo
from flight_search.search.engine import SearchEngine

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
FIRST_DAY = dt.date(2026, 12, 1)
NOW = dt.datetime(2026, 12, 2, 9, 30, tzinfo=dt.UTC)

AIRPORTS = {  # metro, country, minutes ahead of UTC in winter, latitude, longitude
    "AMS": ("AMS", "NL", 60, 52.31, 4.76),
    "BOS": ("BOS", "US", -300, 42.36, -71.01),
    "EWR": ("NYC", "US", -300, 40.69, -74.17),
    "HNL": ("HNL", "US", -600, 21.32, -157.92),
    "JFK": ("NYC", "US", -300, 40.64, -73.78),
    "LGW": ("LON", "GB", 0, 51.15, -0.19),
    "LHR": ("LON", "GB", 0, 51.47, -0.46),
    "NRT": ("TYO", "JP", 540, 35.76, 140.39),
}
CARRIERS = {"AA": "American", "B6": "JetBlue", "BA": "British", "KL": "KLM"}
AIRCRAFT = {"A320": "narrow-body jet", "777": "wide-body jet"}
WORDS = ("beach warm", "city cold", "quiet", "long haul", "island", "night")


@dataclass(frozen=True)
class RawSegment:
    carrier: str
    operating: str
    number: int
    suffix: str
    origin: str
    destination: str
    departs: dt.datetime
    arrives: dt.datetime
    aircraft: str | None

    @property
    def minutes(self) -> int:
        return int((self.arrives - self.departs).total_seconds() // 60)


@dataclass(frozen=True)
class RawOffer:
    key: int
    segments: tuple[RawSegment, ...]
    cabin: str
    fare: int
    carry_on: int
    checked: int
    refundable: int
    seats: int
    emissions: int | None
    profile: int

    @property
    def id(self) -> str:
        return f"o_{self.key:016x}"

    @property
    def departs(self) -> dt.datetime:
        return self.segments[0].departs

    @property
    def arrives(self) -> dt.datetime:
        return self.segments[-1].arrives

    @property
    def origin(self) -> str:
        return self.segments[0].origin

    @property
    def destination(self) -> str:
        return self.segments[-1].destination

    @property
    def minutes(self) -> int:
        return int((self.arrives - self.departs).total_seconds() // 60)


@dataclass
class World:
    offers: list[RawOffer]
    snapshot: Snapshot
    rates: dict[str, float] = field(default_factory=dict)


class Fixed:
    """A source of snapshots that is told which."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def get(self) -> Snapshot:
        return self.snapshot


class WordEmbedder:
    """Embeds a text as the mean of the directions of its known words; fails on demand."""

    identity = "words"
    dimensions = 8

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken

    def embed_query(self, text: str) -> np.ndarray:
        if self.broken:
            raise EmbeddingError("the model is out of reach.")
        return self.embed_documents([text])[0]

    def embed_documents(self, texts: list[str]) -> np.ndarray:
        rows = []
        for text in texts:
            vector = np.full(8, 1e-3, dtype=np.float32)
            for word in text.split():
                vector[int(hashlib.sha256(word.encode()).hexdigest(), 16) % 8] += 1
            rows.append(vector / np.linalg.norm(vector))
        return np.array(rows, dtype=np.float32)


def texts(values) -> np.ndarray:
    column = np.empty(len(values), dtype=object)
    column[:] = list(values)
    return column


def zone(airport: str, moment: dt.datetime) -> dt.timezone:
    """Return the zone; New York and Boston change their clocks in the middle of the data."""
    offset = AIRPORTS[airport][2]
    if offset == -300 and moment >= dt.datetime(2026, 12, 6, 7, tzinfo=dt.UTC):
        offset += 60
    return dt.timezone(dt.timedelta(minutes=offset))


def random_segment(rng: random.Random, days: int) -> RawSegment:
    origin, destination = rng.sample(sorted(AIRPORTS), 2)
    start = dt.datetime.combine(FIRST_DAY, dt.time(), dt.UTC)
    departs = start + dt.timedelta(minutes=rng.randrange(0, days * 1440, 20))
    arrives = departs + dt.timedelta(minutes=rng.choice((60, 60, 90, 300, 600, 840)))
    carrier = rng.choice(sorted(CARRIERS))
    return RawSegment(
        carrier,
        rng.choice((carrier, carrier, rng.choice(sorted(CARRIERS)))),
        rng.choice((1, 7, 100, 100, 4321)),
        rng.choice(("", "", "", "A")),
        origin,
        destination,
        departs.astimezone(zone(origin, departs)),
        arrives.astimezone(zone(destination, arrives)),
        rng.choice((None, *AIRCRAFT)),
    )


def chains(rng: random.Random, segments: list[RawSegment], count: int) -> list[tuple[RawSegment, ...]]:
    """Return random journeys of two and three segments, some of which change airports on the way."""
    found = []
    for _ in range(count):
        chain = [rng.choice(segments)]
        for _ in range(rng.choice((1, 1, 2))):
            last = chain[-1]
            following = [
                segment
                for segment in segments
                if AIRPORTS[segment.origin][0] == AIRPORTS[last.destination][0]
                and 20 <= (segment.departs - last.arrives).total_seconds() / 60 <= 900
                and segment.destination not in {part.origin for part in chain}
            ]
            if not following:
                break
            chain.append(rng.choice(following))
        if len(chain) > 1:
            found.append(tuple(chain))
    return found


def random_offers(  # noqa: PLR0913 - the sizes and choices of a world
    rng: random.Random, *, segments: int, connections: int, days: int, knows: bool, one_cabin: bool
) -> list[RawOffer]:
    flown = [random_segment(rng, days) for _ in range(segments)]
    journeys = {(segment,) for segment in flown} | set(chains(rng, flown, connections))
    # Sets have no order of their own that is the same in every run.
    journeys = sorted(
        journeys, key=lambda parts: [(part.departs, part.carrier, part.origin) for part in parts]
    )
    return [
        RawOffer(
            key=rng.getrandbits(64),
            segments=journey,
            cabin=cabin,
            fare=rng.choice((0, 4_999, 5_000, 12_345, 12_345, 30_010, rng.randrange(1, 90_000))),
            carry_on=rng.choice((-1, 0, 1, 2)) if knows else -1,
            checked=rng.choice((-1, 0, 1, 2)) if knows else -1,
            refundable=rng.choice((-1, 0, 1)) if knows else -1,
            seats=rng.choice((-1, 0, 1, 3, 9, 127)) if knows else -1,
            emissions=rng.choice((None, 90, 90, 250, 900)),
            profile=rng.randrange(len(WORDS)),
        )
        for journey in journeys
        for cabin in (["economy"] if one_cabin else rng.sample(CABINS, rng.choice((1, 1, 2))))
    ]


def minute(moment: dt.datetime) -> int:
    return int((moment - EPOCH).total_seconds() // 60)


def local_day(moment: dt.datetime) -> int:
    return (moment.date() - dt.date(1970, 1, 1)).days


def offset(moment: dt.datetime) -> int:
    return int(moment.utcoffset().total_seconds() // 60)


def snapshot_of(raw: list[RawOffer], rates: dict[str, float], name: str) -> Snapshot:
    codes, airlines, types = sorted(AIRPORTS), sorted(CARRIERS), sorted(AIRCRAFT)
    raw = sorted(
        raw,
        key=lambda offer: (
            offer.origin,
            offer.destination,
            local_day(offer.departs),
            minute(offer.departs),
            offer.key,
        ),
    )
    flown = list(dict.fromkeys(segment for offer in raw for segment in offer.segments))
    row_of = {segment: row for row, segment in enumerate(flown)}

    def column(values, dtype) -> np.ndarray:
        return np.array(list(values), dtype=dtype)

    def nth(offer: RawOffer, number: int) -> int:
        return row_of[offer.segments[number]] if number < len(offer.segments) else NO_SEGMENT

    offers = Offers(
        key=column((offer.key for offer in raw), np.uint64),
        origin=column((codes.index(offer.origin) for offer in raw), np.uint16),
        destination=column((codes.index(offer.destination) for offer in raw), np.uint16),
        departure_day=column((local_day(offer.departs) for offer in raw), np.int32),
        departure_minute=column((offer.departs.hour * 60 + offer.departs.minute for offer in raw), np.int16),
        arrival_day=column((local_day(offer.arrives) for offer in raw), np.int32),
        arrival_minute=column((offer.arrives.hour * 60 + offer.arrives.minute for offer in raw), np.int16),
        departs_utc=column((minute(offer.departs) for offer in raw), np.int32),
        duration_minutes=column((offer.minutes for offer in raw), np.uint16),
        stops=column((len(offer.segments) - 1 for offer in raw), np.uint8),
        segment_0=column((nth(offer, 0) for offer in raw), np.uint32),
        segment_1=column((nth(offer, 1) for offer in raw), np.uint32),
        segment_2=column((nth(offer, 2) for offer in raw), np.uint32),
        carrier=column((airlines.index(offer.segments[0].carrier) for offer in raw), np.uint16),
        price=column((offer.fare for offer in raw), np.int32),
        emissions_kg=column(
            (UNKNOWN_EMISSIONS if offer.emissions is None else offer.emissions for offer in raw), np.uint16
        ),
        cabin=column((CABINS.index(offer.cabin) for offer in raw), np.uint8),
        basis=column((1 for _ in raw), np.uint8),
        carry_on=column((offer.carry_on for offer in raw), np.int8),
        checked=column((offer.checked for offer in raw), np.int8),
        refundable=column((offer.refundable for offer in raw), np.int8),
        seats=column((offer.seats for offer in raw), np.int8),
        profile=column((offer.profile for offer in raw), np.uint32),
        source=column((0 for _ in raw), np.uint8),
    )
    segments = Segments(
        carrier=column((airlines.index(segment.carrier) for segment in flown), np.uint16),
        operating_carrier=column((airlines.index(segment.operating) for segment in flown), np.uint16),
        number=column((segment.number for segment in flown), np.uint16),
        suffix=column((ord(segment.suffix) if segment.suffix else 0 for segment in flown), np.uint8),
        origin=column((codes.index(segment.origin) for segment in flown), np.uint16),
        destination=column((codes.index(segment.destination) for segment in flown), np.uint16),
        departs_utc=column((minute(segment.departs) for segment in flown), np.int32),
        duration_minutes=column((segment.minutes for segment in flown), np.uint16),
        origin_offset=column((offset(segment.departs) for segment in flown), np.int16),
        destination_offset=column((offset(segment.arrives) for segment in flown), np.int16),
        aircraft=column(
            (NO_AIRCRAFT if segment.aircraft is None else types.index(segment.aircraft) for segment in flown),
            np.uint16,
        ),
    )
    pairs = sorted({(codes.index(offer.origin), codes.index(offer.destination)) for offer in raw})
    starts = [
        next(
            row
            for row, offer in enumerate(raw)
            if (codes.index(offer.origin), codes.index(offer.destination)) == pair
        )
        for pair in pairs
    ]
    described = [AIRPORTS[code] for code in codes]
    draft = Draft(
        offers=offers,
        segments=segments,
        routes=Routes(
            origin=column((pair[0] for pair in pairs), np.uint16),
            destination=column((pair[1] for pair in pairs), np.uint16),
            start=column(starts, np.int64),
            end=column([*starts[1:], len(raw)][: len(starts)], np.int64),
            distance_km=column((1000.0 + 500 * pair[1] for pair in pairs), np.float32),
        ),
        airports=Airports(
            iata=texts(codes),
            name=texts([f"{code} Airport" for code in codes]),
            city=texts([f"City of {code}" for code in codes]),
            subdivision=texts(["" for _ in codes]),
            country=texts([row[1] for row in described]),
            timezone=texts(["UTC" for _ in codes]),
            metro=texts([row[0] for row in described]),
            latitude=column((row[3] for row in described), np.float64),
            longitude=column((row[4] for row in described), np.float64),
        ),
        carriers=Carriers(
            iata=texts(airlines),
            name=texts([CARRIERS[code] for code in airlines]),
            alliance=texts(["" for _ in airlines]),
            kind=texts(["full_service" for _ in airlines]),
        ),
        aircraft=Aircraft(
            name=texts(types),
            family=texts([AIRCRAFT[name] for name in types]),
            seats=column((0 for _ in types), np.uint16),
        ),
        profiles=Profiles(
            text=texts(WORDS), digest=texts([hashlib.sha256(text.encode()).hexdigest() for text in WORDS])
        ),
        vectors=WordEmbedder().embed_documents(list(WORDS)),
        currency="USD",
        embedding_model="words",
        sources=(SourceInfo(name="test", title="Test", licence="none", data_date="2026"),),
        exchange_rates=rates,
        exchange_rates_date="2026-11-20",
    )
    snapshot = draft.in_memory(name, NOW)
    assert soundness_problems(snapshot) == []
    return snapshot


RATES = {"EUR": 0.9, "GBP": 0.8, "JPY": 150.25}


@pytest.fixture(scope="session")
def make_world():
    """Make a world: ``make_world(seed, segments=…, connections=…, days=…, knows=…, one_cabin=…)``."""

    def make(  # noqa: PLR0913 - the sizes and choices of a world
        seed: int,
        *,
        segments: int = 120,
        connections: int = 80,
        days: int = 9,
        knows: bool = True,
        one_cabin: bool = False,
        name: str = "2026-12-01T00-00-00Z",
    ) -> World:
        rng = random.Random(seed)
        raw = random_offers(
            rng, segments=segments, connections=connections, days=days, knows=knows, one_cabin=one_cabin
        )
        return World(raw, snapshot_of(raw, RATES, name), RATES)

    return make


@pytest.fixture(scope="session")
def rebuild():
    """Make the snapshot of raw offers: ``rebuild(offers)``, as if a build had found them so."""
    return lambda raw: snapshot_of(raw, RATES, "2026-12-01T00-00-00Z")


@pytest.fixture(scope="session")
def engine_of():
    """Make an engine over a world or snapshot whose clock stands still."""

    def make(world, *, embedder=None, now: dt.datetime = NOW) -> SearchEngine:
        snapshot = world.snapshot if isinstance(world, World) else world
        return SearchEngine(Fixed(snapshot), embedder, clock=lambda: now)

    return make


@pytest.fixture(scope="session")
def word_embedder():
    """Make the embedder that the worlds' vectors were made with: ``word_embedder(broken=True)`` fails."""
    return WordEmbedder


@pytest.fixture(scope="session")
def now() -> dt.datetime:
    """When the tests ask: flights of the first days have departed."""
    return NOW


@pytest.fixture(scope="module")
def world(make_world):
    return make_world(21, segments=200, connections=150)


@pytest.fixture(scope="module")
def plain_world(make_world):
    return make_world(22, segments=200, connections=0, knows=False, one_cabin=True)
