"""Results that were worked out a moment ago, by everything that decides them.

In: searches and questions. Out: the result of an equal one on the same snapshot, with the same fares, asked
in the same minute (flights leave, and are then in no result any more), so none is ever out of date. Who asks
for what is just being worked out waits for that. A result that did without something, and one that shows its
plan, is made anew each time.
"""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

from flight_search import __version__
from flight_search.cache.cache import Cache, key_of
from flight_search.cache.open import Caches, ModelCodec
from flight_search.domain.intent import IntentAnswer
from flight_search.domain.ports import OfferSearch
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, SnapshotInfo
from flight_search.services.metrics import Metrics

TTL_S: Final = 120.0
"""Two minutes: a key holds for one, and clocks of processes that share a Redis differ a little."""

MOST_OFFERS: Final = 100
"""Longer pages are rare, and one takes megabytes."""

_IN_NO_ANSWER: Final = {"understood", "confidence", "engine", "took_ms", "degraded", "unsupported"}
"""How a request was understood. Named are the fields that do not decide an answer, so that a new one does."""

STAGE: Final = "cache"
"""The one stage of a result that was kept: how long it took to find."""


@dataclass(frozen=True)
class DataClock:
    """What results depend on besides the request: which data is searched, and the time."""

    data: Callable[[], str]
    """Names the snapshot and the fares in use by their contents. Raises SnapshotError."""
    now: Callable[[], dt.datetime]

    def key(self, data: str, *parts: str) -> str:
        """Return the key of a request for this data at this moment."""
        minute = int(self.now().timestamp() // 60)
        return key_of(data, str(minute), *parts)


class KeptOffers:
    """``OfferSearch`` before another one."""

    def __init__(
        self,
        offers: OfferSearch,
        when: DataClock,
        searches: Cache[SearchResult],
        answers: Cache[AnswerResult],
        metrics: Metrics,
    ) -> None:
        """Take who works results out, what they depend on, and where they are kept."""
        self._offers = offers
        self._when = when
        self._searches = searches
        self._answers = answers
        self._metrics = metrics

    @classmethod
    def open(
        cls, offers: OfferSearch, when: DataClock, caches: Caches, entries: int, metrics: Metrics
    ) -> Self:
        """Return it with caches of ``entries`` results each. Results of another release are never met."""
        searches = caches.cache(
            "searches", __version__, ModelCodec(SearchResult), entries=entries, ttl_s=TTL_S
        )
        answers = caches.cache("answers", __version__, ModelCodec(AnswerResult), entries=entries, ttl_s=TTL_S)
        return cls(offers, when, searches, answers, metrics)

    async def search(self, request: SearchRequest) -> SearchResult:
        """Return the offers that satisfy every hard constraint, best first."""
        if request.explain or request.limit > MOST_OFFERS:
            return await self._offers.search(request)
        asked = request.model_dump_json(by_alias=True)
        began, data = time.perf_counter(), self._when.data()
        looked = await self._searches.get_or_make(
            self._when.key(data, asked),
            lambda: self._offers.search(request),
            lambda result: not result.degraded and self._when.data() == data,
        )
        if not looked.was_kept:
            return looked.value
        return looked.value.model_copy(update={"timings_ms": self._told("search", began)})

    async def answer(self, intent: IntentAnswer) -> AnswerResult:
        """Return the answer to an intent of any kind but ``search``."""
        asked = intent.model_dump_json(by_alias=True, exclude=_IN_NO_ANSWER)
        began, data = time.perf_counter(), self._when.data()
        looked = await self._answers.get_or_make(
            self._when.key(data, asked),
            lambda: self._offers.answer(intent),
            lambda result: not result.degraded and self._when.data() == data,
        )
        if not looked.was_kept:
            return looked.value
        return looked.value.model_copy(update={"timings_ms": self._told("answer", began)})

    async def snapshot(self) -> SnapshotInfo:
        """Return what is being searched."""
        return await self._offers.snapshot()

    def _told(self, operation: str, began: float) -> dict[str, float]:
        """Return how long a look took that found a result, after noting it."""
        seconds = time.perf_counter() - began
        timings_ms = {STAGE: round(1000 * seconds, 3)}
        self._metrics.observe_search(operation, seconds, timings_ms, ())
        return timings_ms
