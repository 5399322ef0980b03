"""The ports, answered by the engines of this process.

What takes a few milliseconds is done in place, what may take longer in a bounded number of threads, so that
health checks and chats are answered meanwhile. A hand-over to a thread costs 0.5 ms, and threads that compute
in Python hinder each other: every release of the interpreter by NumPy can cost a wait of its switch interval.
Measured with ``benchmarks/ask.py`` on two shared cores and 423,073 offers:

===========================  ============  ============  ===============
``/v1/ask``                  1 client p50  32 clients    of them p50/p99
===========================  ============  ============  ===============
every search in a thread     2.9 ms        288 / s       106 / 272 ms
short ones in place          2.4 ms        460 / s       68 / 84 ms
===========================  ============  ============  ===============

Short are usual sentences (1 to 3 ms), searches of a few pairs of airports (1 to 7 ms) and of everything
within a month (9 ms). Not short: a whole year from New York (90 to 130 ms), journeys of several open slices
(500 ms).
"""

import datetime as dt
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

import anyio
from anyio import to_thread

from flight_search.domain.intent import IntentAnswer, IntentRequest, Kind
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, SnapshotInfo
from flight_search.places.match import PlaceMatch
from flight_search.services.metrics import Metrics
from flight_search.services.ports import PlaceSuggestion

INLINE_CHARACTERS: Final = 300
"""Texts up to this length are understood in place: a long sentence has about 150 characters."""

INLINE_DAYS: Final = 31
"""Days that a search of many routes in place may cover."""

INLINE_PAIRS: Final = 24
"""Pairs of airports that a search in place may cover: New York to London has 18."""

INLINE_OFFERS: Final = 100
"""Offers that a search in place may return: writing one takes 0.1 ms."""

_KINDS_WITHOUT_SEARCH: Final = frozenset({Kind.HELP, Kind.OUT_OF_SCOPE, Kind.DISTANCE, Kind.AIRPORT})


class SyncIntentEngine(Protocol):
    """What ``understand.local`` offers: CPU only, safe to share between threads."""

    def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what the request means."""
        ...


class SyncOfferSearch(Protocol):
    """What ``search.engine`` offers: CPU and mapped memory, safe to share between threads."""

    def search(self, request: SearchRequest) -> SearchResult:
        """Return the offers, best first."""
        ...

    def answer(self, intent: IntentAnswer) -> AnswerResult:
        """Return the answer to an intent of any kind but ``search``."""
        ...

    def snapshot_info(self) -> SnapshotInfo:
        """Return what is being searched. Raises SnapshotError."""
        ...

    def data_identity(self) -> str:
        """Return what differs with every change of the data; notices one. Raises SnapshotError."""
        ...


class SyncPlaceFinder(Protocol):
    """What ``places.gazetteer`` offers."""

    def lookup(self, name: str, limit: int = 5) -> list[PlaceMatch]:
        """Return the places that the name can stand for, best first."""
        ...


class InProcessIntents:
    """``IntentEngine`` on an engine of this process."""

    def __init__(self, engine: SyncIntentEngine, limiter: anyio.CapacityLimiter, metrics: Metrics) -> None:
        """Take the engine, the bound on threads for long work, and where to note timings."""
        self._engine = engine
        self._limiter = limiter
        self._metrics = metrics

    async def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what the request means."""
        if len(request.text) <= INLINE_CHARACTERS:
            return self._understand(request)
        return await to_thread.run_sync(self._understand, request, limiter=self._limiter)

    async def understand_batch(self, requests: Sequence[IntentRequest]) -> list[IntentAnswer]:
        """Return the answers in the order of the requests."""
        return await to_thread.run_sync(self._understand_all, requests, limiter=self._limiter)

    def _understand_all(self, requests: Sequence[IntentRequest]) -> list[IntentAnswer]:
        return [self._understand(request) for request in requests]

    def _understand(self, request: IntentRequest) -> IntentAnswer:
        began = time.perf_counter()
        answer = self._engine.understand(request)
        self._metrics.observe_understanding(answer.engine, time.perf_counter() - began)
        return answer


async def prepare_nothing(_preferences: str) -> None:
    """Return: the search makes what it needs itself."""


class InProcessOffers:
    """``OfferSearch`` on an engine of this process."""

    def __init__(
        self,
        engine: SyncOfferSearch,
        limiter: anyio.CapacityLimiter,
        metrics: Metrics,
        prepare_wish: Callable[[str], Awaitable[None]] = prepare_nothing,
    ) -> None:
        """Take the engine, the bound on threads, where to note timings, and what is done for soft words.

        ``prepare_wish`` is awaited before a search with ``preferences``, so that one in place never waits
        for a cache or a model over the network.
        """
        self._engine = engine
        self._prepare_wish = prepare_wish
        self._limiter = limiter
        self._metrics = metrics

    async def search(self, request: SearchRequest) -> SearchResult:
        """Return the offers that satisfy every hard constraint, best first."""
        began = time.perf_counter()
        if request.query.preferences:
            await self._prepare_wish(request.query.preferences)
        if is_short(request.query) and request.limit <= INLINE_OFFERS:
            result = self._engine.search(request)
        else:
            result = await to_thread.run_sync(self._engine.search, request, limiter=self._limiter)
        seconds = time.perf_counter() - began
        self._metrics.observe_search("search", seconds, result.timings_ms, result.degraded)
        return result

    async def answer(self, intent: IntentAnswer) -> AnswerResult:
        """Return the answer to an intent of any kind but ``search``."""
        began = time.perf_counter()
        if intent.kind is Kind.EXPLORE and intent.query is not None and intent.query.preferences:
            await self._prepare_wish(intent.query.preferences)
        if intent.kind in _KINDS_WITHOUT_SEARCH or (intent.query is not None and is_short(intent.query)):
            result = self._engine.answer(intent)
        else:
            result = await to_thread.run_sync(self._engine.answer, intent, limiter=self._limiter)
        seconds = time.perf_counter() - began
        self._metrics.observe_search("answer", seconds, result.timings_ms, result.degraded)
        return result

    async def snapshot(self) -> SnapshotInfo:
        """Return what is being searched. In a thread: a snapshot that has just changed is opened by it.

        Does not wait for searches: it also says whether this service is ready.
        """
        return await to_thread.run_sync(self._engine.snapshot_info)


class InProcessPlaces:
    """``PlaceFinder`` on the gazetteer of this process. A lookup takes well under a millisecond."""

    def __init__(self, gazetteer: SyncPlaceFinder) -> None:
        """Take the gazetteer."""
        self._gazetteer = gazetteer

    async def find(self, name: str, limit: int) -> list[PlaceSuggestion]:
        """Return up to ``limit`` places, best first."""
        return [_suggestion(match) for match in self._gazetteer.lookup(name, limit)]


def is_short(query: FlightQuery) -> bool:
    """Return whether a search looks at few offers: those of a few routes, or of one direction and a month."""
    if len(query.slices) != 1:
        return False
    (way,) = query.slices
    if way.origin and way.destination:
        pairs = len(way.origin.airports) * len(way.destination.airports)
        if pairs <= INLINE_PAIRS:
            return True
    first, last = (way.depart_date.from_, way.depart_date.to) if way.depart_date else (None, None)
    return first is not None and last is not None and (last - first).days < INLINE_DAYS


def utc_now() -> dt.datetime:
    """Return the present instant: the clock that a process passes to what it builds."""
    return dt.datetime.now(dt.UTC)


def _suggestion(match: PlaceMatch) -> PlaceSuggestion:
    return PlaceSuggestion(
        label=match.label,
        kind=match.kind,
        airports=match.airports,
        country=match.country,
        subdivision=match.subdivision,
        popularity=round(match.popularity, 4),
        score=round(match.score, 4),
    )
