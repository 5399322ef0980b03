"""One model of a server, asked for the words of requests: alone, or together with others that wait as well.

In: requests. Out: ``FoundWords`` for each, or a ``ModelFailure``. What one call for several leaves open or
unreadable, and what it says in words that are not in the request (but in another), is asked for alone.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from flight_search.domain.intent import IntentRequest
from flight_search.understand.batch import Batcher, WasOfUse
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.locate import locate
from flight_search.understand.llm.pace import Pace
from flight_search.understand.llm.parse import UnreadableAnswerError, parse_one, parse_several
from flight_search.understand.llm.prompt import load_instructions, messages_for
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.told import schema_of_one, schema_of_several
from flight_search.understand.llm.words import FoundWords

_SLACK_S: Final = 0.1
"""How much longer a request waits for its call than the call may take: so the call itself tells what went
wrong, and the breaker hears of it."""

_WORTH_IT: Final = 0.5
"""Share of a batch that has to be answered by it: below, as many calls for one would have been quicker."""

_MAY_BE_ONE_S_FAULT: Final = frozenset({Reason.UNREADABLE, Reason.DECLINED})
"""Failures of a call for several that one of them can have caused: the others may fare better alone."""


class Completes(Protocol):
    """A server of language models."""

    async def complete(  # noqa: PLR0913 - each is one thing that a call needs
        self,
        model: str,
        messages: tuple[str, str],
        schema: dict[str, Any],
        *,
        most_tokens: int,
        within_s: float,
        requests: int = 1,
    ) -> str:
        """Return what a model answers. Raises ModelFailure."""
        ...


@dataclass(slots=True)
class _Asked:
    """A request on its way."""

    request: IntentRequest
    until: float
    is_sent: bool = False


class ModelReader:
    """Reads requests with one model."""

    def __init__(self, server: Completes, model: str, settings: LanguageModelSettings) -> None:
        """Take the server, the model's name there, and the settings."""
        self.model = model
        self._server = server
        self._settings = settings
        self._instructions = load_instructions()
        self._batcher: Batcher[_Asked, FoundWords] = Batcher(
            self._read_several,
            at_once=settings.connections,
            most=settings.batch_most,
            room=lambda most: self._pace.most_within(settings.timeout_s / 2, most),
            too_late=self._too_late,
        )
        self._pace = Pace()

    async def read(self, request: IntentRequest, within_s: float) -> FoundWords:
        """Return the words found in a request. Raises ModelFailure."""
        within_s = min(within_s, self._settings.timeout_s)
        asked = _Asked(request, _clock() + within_s)
        try:
            # The others of a batch go on waiting: each has a time limit of its own.
            async with asyncio.timeout_at(asked.until + _SLACK_S):
                return await self._batcher.submit(asked)
        except TimeoutError:
            raise ModelFailure(Reason.TIMEOUT if asked.is_sent else Reason.BUSY) from None

    async def _read_several(self, several: Sequence[_Asked]) -> tuple[list[FoundWords | Exception], WasOfUse]:
        """Return what was found in each, and whether one call for all of them paid."""
        for asked in several:
            asked.is_sent = True
        if len(several) == 1:
            alone = await self._alone(several[0])
            return [alone], not isinstance(alone, Exception)
        found: list[FoundWords | None] = [None] * len(several)
        requests = [asked.request for asked in several]
        try:
            text = await self._ask(requests, max(asked.until for asked in several))
            found = [*map(_backed, parse_several(text, len(several)), requests)]
        except UnreadableAnswerError:
            # One request may have spoilt the answer of all: each gets a call of its own below.
            pass
        except ModelFailure as failure:
            if failure.reason not in _MAY_BE_ONE_S_FAULT:
                return [failure] * len(several), None if failure.reason is not Reason.TIMEOUT else False
        left = [asked for one, asked in zip(found, several, strict=True) if one is None]
        by_itself = iter(await asyncio.gather(*map(self._alone, left)))
        results = [next(by_itself) if one is None else one for one in found]
        return results, len(left) <= _WORTH_IT * len(several)

    def _too_late(self, asked: _Asked, requests: int) -> ModelFailure | None:
        """Return the failure of a request whose time is not enough for a call as calls are of late."""
        # No call is for more than go into half of the time, so that who has that left gets its try: and it is
        # found out when calls are quick again.
        needed_s = min(self._pace.expected_s(requests), self._settings.timeout_s / 2)
        return ModelFailure(Reason.BUSY) if asked.until - _clock() < needed_s else None

    async def _alone(self, asked: _Asked) -> FoundWords | Exception:
        try:
            return parse_one(await self._ask([asked.request], asked.until))
        except UnreadableAnswerError as error:
            return ModelFailure(Reason.UNREADABLE, str(error))
        except ModelFailure as failure:
            return failure

    async def _ask(self, requests: Sequence[IntentRequest], until: float) -> str:
        began, count = _clock(), len(requests)
        try:
            text = await self._server.complete(
                self.model,
                messages_for(self._instructions, requests),
                schema_of_one() if count == 1 else schema_of_several(),
                most_tokens=self._settings.max_output_tokens * count,
                within_s=until - began,
                requests=count,
            )
        except ModelFailure as failure:
            if failure.reason is Reason.TIMEOUT:
                self._pace.learn_given_up(count, _clock() - began)
            raise
        self._pace.learn(count, _clock() - began)
        return text


def _backed(found: FoundWords | None, request: IntentRequest) -> FoundWords | None:
    """Return what was found, None where it holds words that are not in the request."""
    if found is None or any(locate(words, request.text) is None for words in found.said()):
        return None
    return found


def _clock() -> float:
    return asyncio.get_running_loop().time()
