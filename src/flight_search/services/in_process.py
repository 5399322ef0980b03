"""The ports, answered by the engines of this process.

Measured on one core: handing a call to a thread and back costs 0.1 ms when idle, and up to the interpreter's
switch interval of 5 ms when another thread computes in Python. Understanding a usual sentence (1 to 3 ms, all
of it Python) is therefore done in place: threads would add delay and no parallelism. Searches (1 to 60 ms,
mostly in NumPy, which lets other threads run), long texts and batches go to a bounded number of threads, so
that health checks and chats are answered meanwhile.
"""

import datetime as dt
import time
from collections.abc import Sequence
from typing import Final, Protocol

import anyio
from anyio import to_thread

from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, SnapshotInfo
from flight_search.places.match import PlaceMatch
from flight_search.services.metrics import Metrics
from flight_search.services.ports import PlaceSuggestion

INLINE_CHARACTERS: Final = 300
"""Texts up to this length are understood in place: a long sentence has about 150 characters."""


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


class InProcessOffers:
    """``OfferSearch`` on an engine of this process."""

    def __init__(self, engine: SyncOfferSearch, limiter: anyio.CapacityLimiter, metrics: Metrics) -> None:
        """Take the engine, the bound on threads, and where to note timings."""
        self._engine = engine
        self._limiter = limiter
        self._metrics = metrics

    async def search(self, request: SearchRequest) -> SearchResult:
        """Return the offers that satisfy every hard constraint, best first."""
        began = time.perf_counter()
        result = await to_thread.run_sync(self._engine.search, request, limiter=self._limiter)
        seconds = time.perf_counter() - began
        self._metrics.observe_search("search", seconds, result.timings_ms, result.degraded)
        return result

    async def answer(self, intent: IntentAnswer) -> AnswerResult:
        """Return the answer to an intent of any kind but ``search``."""
        began = time.perf_counter()
        result = await to_thread.run_sync(self._engine.answer, intent, limiter=self._limiter)
        seconds = time.perf_counter() - began
        self._metrics.observe_search("answer", seconds, result.timings_ms, result.degraded)
        return result

    async def snapshot(self) -> SnapshotInfo:
        """Return what is being searched. In a thread: a snapshot that has just changed is opened by it."""
        return await to_thread.run_sync(self._engine.snapshot_info, limiter=self._limiter)


class InProcessPlaces:
    """``PlaceFinder`` on the gazetteer of this process. A lookup takes well under a millisecond."""

    def __init__(self, gazetteer: SyncPlaceFinder) -> None:
        """Take the gazetteer."""
        self._gazetteer = gazetteer

    async def find(self, name: str, limit: int) -> list[PlaceSuggestion]:
        """Return up to ``limit`` places, best first."""
        return [_suggestion(match) for match in self._gazetteer.lookup(name, limit)]


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
