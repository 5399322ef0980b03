"""Which engine answers: the local one, a small language model, a large one, or what was answered before.

In: requests. Out: answers; this is the ``IntentEngine`` where a language model is set up. Whatever happens to
the models, the local answer stands and ``degraded`` says why: a request never fails because of a model.

::

    cache ── hit ─────────────────────────────────────────────────────────► answer
      │ miss
    local ── sure (mode auto) ────────────────────────────────────────────► answer
      │ not sure, or mode llm_first
    small model ── sure enough ── settled with the local answer ──────────► answer
      │ failed or unsure
    large model ── sure enough ── settled with the local answer ──────────► answer
      │ failed, unsure or out of time
    the local answer, with ``degraded`` ──────────────────────────────────► answer

In mode ``llm_first`` the model's answer stands as it is, and where all are unsure, the surest one does.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from flight_search.domain.intent import IntentAnswer, IntentRequest, today_of
from flight_search.domain.ports import IntentEngine
from flight_search.understand.cache import AnswerCache
from flight_search.understand.llm.answer import CannotBeReadError, WordsReader
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.settings import LanguageModelSettings, Mode
from flight_search.understand.llm.words import FoundWords

log = structlog.get_logger("flight_search.understand")


class ReadsWords(Protocol):
    """A language model that finds words."""

    @property
    def model(self) -> str:
        """Its name."""
        ...

    async def read(self, request: IntentRequest, within_s: float) -> FoundWords:
        """Return the words found in a request. Raises ModelFailure."""
        ...


@dataclass(slots=True)
class _Outcome:
    """What the models made of one request."""

    accepted: IntentAnswer | None = None
    doubtful: list[IntentAnswer] = field(default_factory=list)
    failures: list[ModelFailure] = field(default_factory=list)


class Cascade:
    """``IntentEngine`` over a local engine and language models."""

    def __init__(
        self,
        local: IntentEngine,
        models: Sequence[ReadsWords],
        words: WordsReader,
        cache: AnswerCache,
        settings: LanguageModelSettings,
    ) -> None:
        """Take the engines, the models in the order in which they are asked."""
        self._local = local
        self._models = models
        self._words = words
        self._cache = cache
        self._settings = settings

    async def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what the request means. Never fails because of a model."""
        return await self._understand(request, None)

    async def understand_batch(self, requests: Sequence[IntentRequest]) -> list[IntentAnswer]:
        """Return the answers in the order of the requests."""
        local: Sequence[IntentAnswer | None] = [None] * len(requests)
        if self._settings.mode is not Mode.LLM_FIRST:
            local = await self._local.understand_batch(requests)
        return list(await asyncio.gather(*map(self._understand, requests, local)))

    async def _understand(self, request: IntentRequest, local: IntentAnswer | None) -> IntentAnswer:
        began = time.perf_counter()
        if self._settings.mode is Mode.LOCAL_ONLY:
            return local or await self._local.understand(request)
        today = today_of(request, self._words.clock())
        answer = await self._cache.get_or_make(
            request, today, lambda: self._made(request, local), self._settings.deadline_s
        )
        if answer is None:
            # Somebody asked the same before, and is not answered within the time that this request has.
            outcome = _Outcome(failures=[ModelFailure(Reason.TIMEOUT)])
            answer = self._fallen_back(outcome, local or await self._local.understand(request))
        took_ms = round((time.perf_counter() - began) * 1_000, 3)
        return answer.model_copy(update={"took_ms": took_ms})

    async def _made(self, request: IntentRequest, local: IntentAnswer | None) -> tuple[IntentAnswer, bool]:
        """Return an answer, and whether it is worth keeping: one without a model is had again quickly."""
        if self._settings.mode is not Mode.LLM_FIRST:
            local = local or await self._local.understand(request)
            if local.confidence >= self._settings.sure_from:
                return local, False
        return await self._with_models(request, local), True

    async def _with_models(self, request: IntentRequest, local: IntentAnswer | None) -> IntentAnswer:
        outcome = _Outcome()
        if len(request.text) > self._settings.max_text_characters:
            outcome.failures.append(ModelFailure(Reason.TOO_LONG))
        else:
            await self._ask_models(request, local, outcome)
        for failure in outcome.failures:
            log.warning("model failed", reason=str(failure.reason), detail=failure.detail)
        if outcome.accepted is not None:
            return outcome.accepted
        return self._fallen_back(outcome, local or await self._local.understand(request))

    async def _ask_models(
        self, request: IntentRequest, local: IntentAnswer | None, outcome: _Outcome
    ) -> None:
        """Ask one model after the other until one is sure enough."""
        until = time.monotonic() + self._settings.deadline_s
        for model in self._models:
            left_s = until - time.monotonic()
            if left_s <= 0:
                break
            try:
                answer = self._words.answer(await model.read(request, left_s), request)
            except ModelFailure as failure:
                outcome.failures.append(failure)
            except CannotBeReadError as error:
                outcome.failures.append(ModelFailure(Reason.UNREADABLE, str(error)))
            except Exception:
                # A model may write anything; should our reading stumble over it, the request must not.
                log.exception("words of a model could not be read", model=model.model)
                outcome.failures.append(ModelFailure(Reason.UNREADABLE, "see the error before"))
            else:
                if answer.confidence >= self._settings.accept_from:
                    outcome.accepted = (
                        answer if local is None else self._words.settled(local, answer, request)
                    )
                    return
                outcome.doubtful.append(answer)
                outcome.failures.append(ModelFailure(Reason.UNSURE, model.model))

    def _fallen_back(self, outcome: _Outcome, local: IntentAnswer) -> IntentAnswer:
        """Return the local answer, in mode ``llm_first`` a surer one of a model, and what went wrong."""
        rivals = outcome.doubtful if self._settings.mode is Mode.LLM_FIRST else []
        best = max((local, *rivals), key=lambda answer: answer.confidence)
        causes = [*local.degraded, *(failure.as_degraded() for failure in outcome.failures)]
        return best.model_copy(update={"degraded": tuple(dict.fromkeys(causes))})
