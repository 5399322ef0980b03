"""One server that speaks OpenAI's chat interface: the only module that talks to it.

In: messages, a JSON schema and a time limit. Out: the text of the answer, or a ``ModelFailure``. Connections
are pooled (HTTP/2 where the server has it), calls at the same time are bounded, attempts are repeated by the
SDK with growing random pauses that honour ``Retry-After``, and a model that fails several times in a row is
left alone for a while. All within the time limit: waiting for a free place, attempts and pauses.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from flight_search.understand.llm.breaker import Breaker
from flight_search.understand.llm.dialect import Dialect
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.stream import events_in, written_in
from flight_search.understand.llm.usage import (
    OnUnmetered,
    OnUsage,
    Usage,
    ignore_unmetered,
    ignore_usage,
    usage_in,
)

_CONNECT_TIMEOUT_S: Final = 3.0
_OPENAI: Final = "https://api.openai.com/v1"
_LONGEST_BODY_BYTES: Final = 1_000_000
_SERVER_ERROR: Final = 500
_NO_KEY: Final = "none"
"""Servers of one's own need no key, the SDK insists on one."""


class ModelServer:
    """Thread-bound to one event loop. ``close`` it at the end."""

    def __init__(
        self,
        settings: LanguageModelSettings,
        *,
        on_usage: OnUsage = ignore_usage,
        on_unmetered: OnUnmetered = ignore_unmetered,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the settings and who is told of tokens; nothing is sent before the first call."""
        self._on_usage = on_usage
        self._on_unmetered = on_unmetered
        timeout_s = settings.timeout_s
        http = DefaultAsyncHttpxClient(
            http2=True, timeout=openai.Timeout(timeout_s, connect=min(_CONNECT_TIMEOUT_S, timeout_s))
        )
        self._client = AsyncOpenAI(
            api_key=settings.api_key.get_secret_value() or _NO_KEY,
            base_url=str(settings.base_url or _OPENAI),
            max_retries=settings.attempts - 1,
            http_client=http,
        )
        self._places = asyncio.Semaphore(settings.connections)
        self._breakers = defaultdict[str, Breaker](
            lambda: Breaker(settings.pause_after_failures, settings.pause_s, clock)
        )
        self._dialects: dict[str, Dialect] = {}

    async def complete(
        self,
        model: str,
        messages: tuple[str, str],
        schema: dict[str, Any],
        *,
        most_tokens: int,
        within_s: float,
    ) -> str:
        """Return what the model answers to the system's and the user's words. Raises ModelFailure."""
        async with self._guarded(model, within_s):
            return await self._in_its_dialect(model, messages, schema, most_tokens)

    async def stream(
        self, model: str, messages: tuple[str, str], *, most_tokens: int, within_s: float
    ) -> AsyncIterator[str]:
        """Yield what the model writes, piece by piece, all within the time limit. Raises ModelFailure."""
        system, user = messages
        said: Any = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        async with self._guarded(model, within_s):
            create = self._client.chat.completions.with_streaming_response.create
            limit = self._dialects.get(model, Dialect()).limit
            # The SDK's type wants each option by name; this one's name is learnt.
            options: Any = {limit: most_tokens, "stream_options": {"include_usage": True}}
            async with create(model=model, messages=said, stream=True, **options) as response:
                used: Usage | None = None
                try:
                    async for event in events_in(response.iter_bytes(), _LONGEST_BODY_BYTES):
                        # Some servers repeat the count so far in each event: the last one is the whole.
                        used = usage_in(event, model) or used
                        if piece := written_in(event):
                            yield piece
                finally:
                    self._note(used, model)

    @asynccontextmanager
    async def _guarded(self, model: str, within_s: float) -> AsyncIterator[None]:
        """Hold a call to its time, its place among others and its breaker. Raises ModelFailure."""
        breaker = self._breakers[model]
        if not breaker.may_call():
            raise ModelFailure(Reason.RESTING)
        try:
            async with asyncio.timeout(within_s), self._places:
                yield
        except ModelFailure:
            breaker.failed()
            raise
        except Exception as error:
            # Any: the SDK lets through what a strange answer makes it stumble over.
            breaker.failed()
            raise _failure(error) from error
        breaker.succeeded()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    def _note(self, used: Usage | None, model: str) -> None:
        if used is None:
            self._on_unmetered(model)
        else:
            self._on_usage(used)

    async def _in_its_dialect(
        self, model: str, messages: tuple[str, str], schema: dict[str, Any], most_tokens: int
    ) -> str:
        """Ask in the dialect that the model is known to understand, in ever simpler ones where it is not."""
        known = self._dialects.get(model)
        dialect = known or Dialect()
        while True:
            try:
                text = await self._ask(model, messages, dialect.options(schema, most_tokens))
            except openai.APIStatusError as error:
                simpler = dialect.simpler(_complaint(error)) if _may_be_dialect(error, known) else None
                if simpler is None:
                    raise
                dialect = simpler
            else:
                self._dialects[model] = dialect
                return text

    async def _ask(self, model: str, messages: tuple[str, str], options: dict[str, Any]) -> str:
        system, user = messages
        create = self._client.chat.completions.with_streaming_response.create
        said = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        # Read piece by piece, because nothing but a bound stops a server that never ends.
        async with create(model=model, messages=cast("Any", said), **options) as response:
            body, answer = bytearray(), None
            try:
                async for piece in response.iter_bytes():
                    body += piece
                    if len(body) > _LONGEST_BODY_BYTES:
                        raise ModelFailure(
                            Reason.UNREADABLE, f"an answer of more than {_LONGEST_BODY_BYTES} bytes"
                        )
                answer = _decoded(bytes(body))
            finally:
                self._note(usage_in(answer, model), model)
        return _content(answer)


def _decoded(body: bytes) -> Any:  # noqa: ANN401 - whatever a server answers
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ModelFailure(Reason.UNREADABLE, "no JSON") from None


def _content(answer: Any) -> str:  # noqa: ANN401 - as above
    """Return what the model wrote, empty where it wrote nothing. Raises ModelFailure."""
    try:
        content = answer["choices"][0]["message"]["content"]
    except (LookupError, TypeError):
        raise ModelFailure(Reason.UNREADABLE, "no answer of OpenAI's chat interface") from None
    return content if isinstance(content, str) else ""


def _may_be_dialect(error: openai.APIStatusError, known: Dialect | None) -> bool:
    """Whether a simpler way of asking may help.

    Some servers answer 500 to a schema that they cannot enforce; from one that has answered before, 500 is
    what it says.
    """
    if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return True
    return known is None and error.status_code == _SERVER_ERROR


def _complaint(error: openai.APIStatusError) -> str:
    return f"{error.message} {error.body}"


def _failure(error: Exception) -> ModelFailure:
    """Return what an error of the SDK means. Its text may hold what was sent, so only its kind is kept."""
    kind = type(error).__name__
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return ModelFailure(Reason.TIMEOUT, kind)
    if isinstance(error, openai.RateLimitError):
        return ModelFailure(Reason.QUOTA, kind)
    if isinstance(error, openai.APIConnectionError):
        return ModelFailure(Reason.UNREACHABLE, kind)
    if isinstance(error, openai.APIStatusError):
        is_ours = error.status_code < _SERVER_ERROR
        return ModelFailure(Reason.REFUSED if is_ours else Reason.ERROR, f"HTTP {error.status_code}")
    return ModelFailure(Reason.UNREADABLE, kind)
