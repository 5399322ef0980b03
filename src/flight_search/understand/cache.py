"""Answers that were given before, by everything that decides what a request means.

In: requests, and the work that answers one. Out: the answer to a request with the same words on the same day,
in the same locale and currency, after the same query, by the same models and prompt; where it was kept, its
``engine`` is ``cache``. Who asks for what is just being answered waits for that answer.
"""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Final

from flight_search import __version__
from flight_search.cache.cache import Cache, key_of
from flight_search.cache.open import Caches, ModelCodec
from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, RequestText, Understood
from flight_search.domain.query import Contract
from flight_search.understand.llm.prompt import PROMPT_VERSION
from flight_search.understand.llm.settings import LanguageModelSettings

CACHE_NAME: Final = "intents"


class KeptAnswer(Contract):
    """An answer, and the text whose characters its spans count."""

    text: RequestText
    answer: IntentAnswer


def open_answers(caches: Caches, settings: LanguageModelSettings) -> "AnswerCache":
    """Return the cache for the answers of these models. Answers of another release are never met."""
    cache = caches.cache(
        CACHE_NAME,
        __version__,
        ModelCodec(KeptAnswer),
        entries=settings.cache_entries,
        ttl_s=settings.cache_ttl_s,
    )
    return AnswerCache(cache, settings)


class AnswerCache:
    """Answers kept for a while, made once however many ask meanwhile."""

    def __init__(self, cache: Cache[KeptAnswer], settings: LanguageModelSettings) -> None:
        """Take where answers are kept, and who gives them."""
        self._cache = cache
        self._givers = _givers(settings)

    async def get_or_make(
        self,
        request: IntentRequest,
        today: dt.date,
        make: Callable[[], Awaitable[tuple[IntentAnswer, bool]]],
        join_within_s: float,
    ) -> IntentAnswer | None:
        """Return the answer that is kept or made. Raises what ``make`` raises.

        ``make`` also tells whether its answer is worth keeping; a degraded one never is, so that the next
        asker may get a better one. None means that somebody else's work took longer than ``join_within_s``.
        """
        is_worth_keeping = False

        async def made() -> KeptAnswer:
            nonlocal is_worth_keeping
            answer, is_worth_keeping = await make()
            return KeptAnswer(text=request.text, answer=answer)

        key = self._key(request, today)
        # Who makes it has the deadline of the models; who only waits has its own.
        limit = join_within_s if self._cache.is_under_way(key) else None
        waiting = asyncio.timeout(limit)
        try:
            async with waiting:
                looked = await self._cache.get_or_make(
                    key, made, lambda kept: is_worth_keeping and not kept.answer.degraded
                )
        except TimeoutError:
            if waiting.expired():
                return None
            raise
        answer = looked.value.answer
        changes: dict[str, object] = {"engine": Engine.CACHE, "took_ms": 0.0} if looked.was_kept else {}
        if looked.value.text != request.text:
            changes["understood"] = _moved(answer.understood, looked.value.text, request.text)
        return answer.model_copy(update=changes)

    def _key(self, request: IntentRequest, today: dt.date) -> str:
        previous = request.previous.model_dump_json() if request.previous else ""
        return key_of(
            _normal(request.text),
            today.isoformat(),
            request.locale.lower(),
            request.currency,
            previous,
            *self._givers,
        )


def _givers(settings: LanguageModelSettings) -> tuple[str, ...]:
    """Return what decides an answer besides its request; processes with other settings may share a Redis."""
    models = (f"{name} {settings.for_model(name).base_url or ''}" for name in settings.models)
    return (PROMPT_VERSION, settings.mode, str(settings.sure_from), str(settings.accept_from), *models)


def _normal(text: str) -> str:
    """Return a text with single spaces. Capitals stay: "US" and "us" are not the same."""
    return " ".join(text.split())


def _moved(understood: tuple[Understood, ...], before: str, now: str) -> tuple[Understood, ...]:
    """Return the spans of one text in another with the same words: by what stands there apart from spaces."""
    if before.split() != now.split():
        # Forged in a store that others write to: no span rather than a wrong one.
        return ()
    places = [index for index, sign in enumerate(now) if not sign.isspace()]
    moved = []
    for one in understood:
        first = sum(not sign.isspace() for sign in before[: one.start])
        count = sum(not sign.isspace() for sign in before[one.start : one.end])
        if count:
            start, end = places[first], places[first + count - 1] + 1
            moved.append(Understood(field=one.field, text=now[start:end], start=start, end=end))
    return tuple(moved)
