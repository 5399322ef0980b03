"""Engines with canned answers, and apps on them."""

import datetime as dt
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from asgi_lifespan import LifespanManager

from flight_search.cache.settings import CacheSettings
from flight_search.domain.errors import CursorError, SnapshotError
from flight_search.domain.intent import IntentAnswer, IntentRequest, Kind
from flight_search.domain.offer import Offer, Price, PriceBasis, Segment, Slice
from flight_search.domain.query import Cabin, FlightQuery, Place, SliceQuery
from flight_search.domain.result import (
    AnswerResult,
    SearchRequest,
    SearchResult,
    SnapshotInfo,
    SourceInfo,
    Status,
)
from flight_search.places.match import PlaceKind, PlaceMatch
from flight_search.services.app import create_app
from flight_search.services.in_process import InProcessIntents, InProcessOffers, InProcessPlaces
from flight_search.services.ports import Ports
from flight_search.services.settings import (
    AdminSettings,
    ChatSettings,
    LogSettings,
    ServerSettings,
    ServiceSettings,
    Settings,
    UpstreamSettings,
)
from flight_search.understand.llm.settings import LanguageModelSettings

ADMIN_TOKEN = "let-me-see-everything"
BUILT_AT = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)


def offer(number: str = "1", amount: str = "412.00", carrier: str = "DL") -> Offer:
    segment = Segment(
        carrier=carrier,
        operating_carrier=carrier,
        flight_number=number,
        aircraft="767-300",
        origin="JFK",
        destination="LHR",
        departs_at="2026-12-04T19:30-05:00",
        arrives_at="2026-12-05T07:25+00:00",
        duration_minutes=415,
        cabin=Cabin.ECONOMY,
    )
    return Offer(
        id=f"o_{number}",
        score=0.9,
        score_parts={"price": 0.9},
        price=Price(amount=amount, currency="USD", basis=PriceBasis.ESTIMATE),
        emissions_kg=310,
        slices=(Slice(duration_minutes=415, stops=0, segments=(segment,)),),
    )


def query(origin: str = "New York", destination: str = "London") -> FlightQuery:
    return FlightQuery(
        slices=(
            SliceQuery(
                origin=Place(label=origin, airports=("JFK",)),
                destination=Place(label=destination, airports=("LHR",)),
            ),
        )
    )


class CannedEngine:
    """Understands by the first word; notes what it was asked, and on which thread."""

    def __init__(self):
        self.asked: list[IntentRequest] = []
        self.threads: list[int] = []

    def understand(self, request: IntentRequest) -> IntentAnswer:
        self.asked.append(request)
        self.threads.append(threading.get_ident())
        word = request.text.split()[0]
        if word == "boom":
            raise RuntimeError("the secret of the engine")
        if word == "help":
            return IntentAnswer(kind=Kind.HELP)
        if word == "needs":
            return IntentAnswer(kind=Kind.SEARCH, query=query(), missing=("origin",), question="From where?")
        kind = Kind.CALENDAR if word == "calendar" else Kind.SEARCH
        wanted = query(destination=request.text[:50])
        if word == "slow":  # a search of everything, which is not done in place
            wanted = FlightQuery(slices=(SliceQuery(destination=wanted.slices[0].destination),))
        return IntentAnswer(kind=kind, query=wanted, unsupported=("a window seat",), degraded=("llm: slow",))


class CannedSearch:
    """Finds two offers; the destination's label says what goes wrong or takes long."""

    def __init__(self):
        self.usable = True
        self.entered = threading.Event()
        self.released = threading.Event()
        self.threads: list[int] = []

    def search(self, request: SearchRequest) -> SearchResult:
        self.threads.append(threading.get_ident())
        self._check()
        place = request.query.slices[0].destination
        label = place.label if place else ""
        if label.startswith("slow"):
            self.entered.set()
            self.released.wait(20)
        if request.cursor is not None:
            raise CursorError("The cursor belongs to another search.", remedy="Search again without it.")
        if label.startswith("nowhere"):
            return SearchResult(status=Status.NO_MATCH, query=request.query, snapshot="s")
        offers = (offer("1", "412.00"), offer("3", "380.00"))[: request.limit]
        return SearchResult(
            status=Status.OK,
            query=request.query,
            offers=offers,
            total=2,
            unsupported=("bags",),
            degraded=("meaning: no model",),
            snapshot="s",
            timings_ms={"filter": 0.5},
        )

    def answer(self, intent: IntentAnswer) -> AnswerResult:
        self._check()
        self.threads.append(threading.get_ident())
        return AnswerResult(text=f"The answer to {intent.kind}.", data={"currency": "USD", "days": []})

    def snapshot_info(self) -> SnapshotInfo:
        self._check()
        return SnapshotInfo(
            name="2026-11-24T02-00-00Z",
            built_at=BUILT_AT,
            offers=2,
            profiles=1,
            airports=2,
            first_day="2026-12-04",
            last_day="2026-12-04",
            currency="USD",
            embedding_model="none",
            sources=(SourceInfo(name="t", title="Test", licence="CC0", data_date="2026-11-24"),),
            routes=1,
        )

    def _check(self) -> None:
        if not self.usable:
            raise SnapshotError("There is no snapshot.", remedy="`flight-search ingest` builds one.")


class CannedPlaces:
    def lookup(self, name: str, limit: int = 5) -> list[PlaceMatch]:
        match = PlaceMatch(
            label=name.title(),
            kind=PlaceKind.CITY,
            airports=("LHR", "LGW"),
            popularity=0.81234567,
            country="GB",
            subdivision="England",
            score=0.9,
            common_word=False,
            matched=name,
        )
        return [match] * min(limit, 2)


class Engines:
    """The three canned engines of one app, and the way to open ports on them."""

    def __init__(self):
        self.intents = CannedEngine()
        self.search = CannedSearch()
        self.opened = 0

    @asynccontextmanager
    async def open_ports(self, _role, _settings, metrics) -> AsyncIterator[Ports]:
        self.opened += 1
        offers = InProcessOffers(self.search, anyio.CapacityLimiter(4), metrics)

        async def has_snapshot() -> None:
            await offers.snapshot()

        try:
            yield Ports(
                intents=InProcessIntents(self.intents, anyio.CapacityLimiter(2), metrics),
                offers=offers,
                places=InProcessPlaces(CannedPlaces()),
                probes={"snapshot": has_snapshot},
            )
        finally:
            self.opened -= 1


@pytest.fixture
def canned_offer():
    return offer


@pytest.fixture
def canned_query():
    return query


@pytest.fixture
def engines() -> Engines:
    return Engines()


@pytest.fixture
def settings(tmp_path, monkeypatch) -> ServiceSettings:
    monkeypatch.setenv("FLIGHT_SEARCH_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("FLIGHT_SEARCH_CACHE_DIR", str(tmp_path / "cache"))
    return ServiceSettings(
        storage=Settings(),
        server=ServerSettings(max_body_bytes=65_536),
        upstream=UpstreamSettings(),
        chat=ChatSettings(max_message_bytes=16_384),
        admin=AdminSettings(token=ADMIN_TOKEN),
        log=LogSettings(),
        model=LanguageModelSettings(),
        cache=CacheSettings(),
    )


@pytest.fixture
def static(tmp_path):
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>page</title>")
    (folder / "admin.html").write_text("<!doctype html><title>operations</title>")
    (folder / "assets" / "app-1a2b3c.js").write_text("export {};" * 20)
    (folder / "assets" / "app-1a2b3c.js.br").write_bytes(b"brotli bytes")
    (folder / "assets" / "app-1a2b3c.js.gz").write_bytes(b"gzip bytes")
    (folder / "favicon.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@pytest.fixture
def make_app(engines, settings, static):
    def make(role="all"):
        return create_app(role, settings, engines.open_ports, static=static)

    return make


@pytest.fixture
def connect(make_app):
    """Return an async context manager: an HTTP client of a running app of the role."""

    @asynccontextmanager
    async def connected(role="all") -> AsyncIterator[httpx.AsyncClient]:
        async with LifespanManager(make_app(role)) as running:
            transport = httpx.ASGITransport(app=running.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                yield client

    return connected


@pytest.fixture
async def client(connect) -> AsyncIterator[httpx.AsyncClient]:
    async with connect() as connected:
        yield connected
