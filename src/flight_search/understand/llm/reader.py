"""One model of a server, asked for the words of requests: alone, or together with those that arrive with it.

In: requests. Out: ``FoundWords`` for each, or a ``ModelFailure``.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Protocol

from flight_search.domain.intent import IntentRequest
from flight_search.understand.batch import Batcher
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.parse import UnreadableAnswerError, parse_one, parse_several
from flight_search.understand.llm.prompt import load_instructions, messages_for
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.told import schema_of_one, schema_of_several
from flight_search.understand.llm.words import FoundWords


class Completes(Protocol):
    """A server of language models."""

    async def complete(
        self,
        model: str,
        messages: tuple[str, str],
        schema: dict[str, Any],
        *,
        most_tokens: int,
        within_s: float,
    ) -> str:
        """Return what a model answers. Raises ModelFailure."""
        ...


class ModelReader:
    """Reads requests with one model."""

    def __init__(self, server: Completes, model: str, settings: LanguageModelSettings) -> None:
        """Take the server, the model's name there, and the settings."""
        self.model = model
        self._server = server
        self._settings = settings
        self._instructions = load_instructions()
        self._batcher: Batcher[IntentRequest, FoundWords] | None = None
        if settings.batch_window_ms > 0 and settings.batch_most > 1:
            self._batcher = Batcher(
                self.read_several, window_s=settings.batch_window_ms / 1_000, most=settings.batch_most
            )

    async def read(self, request: IntentRequest, within_s: float) -> FoundWords:
        """Return the words found in a request. Raises ModelFailure."""
        within_s = min(within_s, self._settings.timeout_s)
        if self._batcher is None:
            return await self._read_alone(request, within_s)
        try:
            # The others of the batch go on waiting: each has a time limit of its own.
            async with asyncio.timeout(within_s):
                return await self._batcher.submit(request)
        except TimeoutError:
            raise ModelFailure(Reason.TIMEOUT, "together with others") from None

    async def read_several(self, requests: Sequence[IntentRequest]) -> list[FoundWords | Exception]:
        """Return what was found in each, by one call; those that it leaves open are asked for alone."""
        found: list[FoundWords | Exception | None] = [None] * len(requests)
        if len(requests) > 1:
            try:
                found = [*parse_several(await self._ask(requests, self._settings.timeout_s), len(requests))]
            except UnreadableAnswerError:
                # One request may have spoilt the answer of all: each gets a call of its own below.
                pass
            except ModelFailure as failure:
                return [failure] * len(requests)
        left = [request for one, request in zip(found, requests, strict=True) if one is None]
        alone = iter(await asyncio.gather(*map(self._alone, left)))
        return [next(alone) if one is None else one for one in found]

    async def _alone(self, request: IntentRequest) -> FoundWords | Exception:
        try:
            return await self._read_alone(request, self._settings.timeout_s)
        except ModelFailure as failure:
            return failure

    async def _read_alone(self, request: IntentRequest, within_s: float) -> FoundWords:
        try:
            return parse_one(await self._ask([request], within_s))
        except UnreadableAnswerError as error:
            raise ModelFailure(Reason.UNREADABLE, str(error)) from None

    async def _ask(self, requests: Sequence[IntentRequest], within_s: float) -> str:
        return await self._server.complete(
            self.model,
            messages_for(self._instructions, requests),
            schema_of_one() if len(requests) == 1 else schema_of_several(),
            most_tokens=self._settings.max_output_tokens * len(requests),
            within_s=within_s,
        )
