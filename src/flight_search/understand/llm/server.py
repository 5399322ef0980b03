"""One server that speaks OpenAI's chat interface: the only module that talks to it.

In: messages, a JSON schema and a time limit. Out: the text of the answer, or a ``ModelFailure``. Connections
are pooled (HTTP/2 where the server has it), calls at the same time are bounded, attempts are repeated with
growing random pauses that honour ``Retry-After``, a model that fails several times in a row is left alone for
a while, and none is called that today's budget has no room for. All within the time limit: waiting for a free
place, attempts and pauses.
"""

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from typing import Any, Final, TypeVar

import httpx2
import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient

from flight_search.understand.llm.attempts import attempted, wait_of
from flight_search.understand.llm.breaker import Breaker
from flight_search.understand.llm.content import LONGEST_BODY_BYTES, content_of, decoded
from flight_search.understand.llm.dialect import Dialect
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.spending import Meter, Spending
from flight_search.understand.llm.stream import events_in, written_in
from flight_search.understand.llm.usage import usage_in

T = TypeVar("T")

_CONNECT_TIMEOUT_S: Final = 3.0
_KEPT_OPEN_S: Final = 60.0
"""How long an idle connection is kept: opening one with TLS takes a tenth of a second from far away."""
_OPENAI: Final = "https://api.openai.com/v1"
_SERVER_ERROR: Final = 500
_LONGEST_REST_S: Final = 600.0
"""A server that wants to be left alone for longer ("until tomorrow") is tried again after this."""
_NO_KEY: Final = "none"
"""Servers of one's own need no key, the SDK insists on one."""
_NEVER_SENT: Final = (httpx2.ConnectTimeout, httpx2.PoolTimeout)


class ModelServer:
    """Bound to one event loop. ``close`` it at the end."""

    def __init__(
        self,
        settings: LanguageModelSettings,
        spending: Spending | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the settings and the budget (None: unlimited); nothing is sent before the first call."""
        self._spending = spending or Spending.unlimited()
        self._attempts = settings.attempts
        http = DefaultAsyncHttpxClient(
            http2=True,
            # How long a call may take is bounded as a whole, whatever its parts take.
            timeout=openai.Timeout(None, connect=_CONNECT_TIMEOUT_S),
            limits=httpx2.Limits(
                max_connections=settings.connections,
                max_keepalive_connections=settings.connections,
                keepalive_expiry=_KEPT_OPEN_S,
            ),
        )
        self._client = AsyncOpenAI(
            api_key=settings.api_key.get_secret_value() or _NO_KEY,
            base_url=str(settings.base_url or _OPENAI),
            max_retries=0,
            http_client=http,
        )
        self._places = asyncio.Semaphore(settings.connections)
        self._breakers = defaultdict[str, Breaker](
            lambda: Breaker(settings.pause_after_failures, settings.pause_s, clock)
        )
        self._untried = Dialect(effort=settings.reasoning_effort)
        self._dialects: dict[str, Dialect] = {}

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
        """Return what the model answers to the system's and the user's words. Raises ModelFailure.

        ``requests`` says how many requests the words are, for who counts what one costs.
        """
        until = _clock() + within_s

        async def ask(dialect: Dialect) -> str:
            return await attempted(
                lambda: self._ask(model, messages, dialect.options(schema, most_tokens), requests),
                self._attempts,
                until - _clock(),
            )

        async with self._guarded(model, until), asyncio.timeout_at(until):
            return await self._in_its_dialect(model, ask, Dialect.simpler)

    async def stream(
        self, model: str, messages: tuple[str, str], *, most_tokens: int, within_s: float
    ) -> AsyncGenerator[str, None]:
        """Yield what the model writes, piece by piece, all within the time limit. Raises ModelFailure."""
        until = _clock() + within_s
        async with self._guarded(model, until), AsyncExitStack() as opened:
            # A time limit must not be open while the reader has its turn: it would end the reader.
            async with asyncio.timeout_at(until):
                sent_bytes = _bytes_of(messages)
                meter = await opened.enter_async_context(
                    self._spending.metered(model, sent_bytes, most_tokens)
                )

                async def begin(dialect: Dialect) -> Any:  # noqa: ANN401 - the SDK's response has no public type
                    options = dialect.stream_options(most_tokens)
                    return await attempted(
                        lambda: opened.enter_async_context(self._call(model, messages, options, stream=True)),
                        self._attempts,
                        until - _clock(),
                    )

                with _noting(meter):
                    response = await self._in_its_dialect(model, begin, Dialect.simpler_stream)
            meter.is_answered = True
            events = events_in(response.iter_bytes(), LONGEST_BODY_BYTES)
            while True:
                async with asyncio.timeout_at(until):
                    event = await anext(events, None)
                if event is None:
                    return
                # Some servers repeat the count so far in each event: the last one is the whole.
                meter.used = usage_in(event, model) or meter.used
                if piece := written_in(event):
                    meter.written_bytes += len(piece.encode())
                    yield piece

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    @asynccontextmanager
    async def _guarded(self, model: str, until: float) -> AsyncIterator[None]:
        """Hold a call to its place and its breaker, and count how it ended. Raises ModelFailure."""
        counts = self._spending.counts
        breaker = self._breakers[model]
        if not breaker.may_call():
            counts.count_call(model, Reason.RESTING)
            raise ModelFailure(Reason.RESTING)
        try:
            async with asyncio.timeout_at(until):
                await self._places.acquire()
        except TimeoutError:
            # That we ask for too much at once says nothing about the model.
            counts.count_call(model, Reason.BUSY)
            raise ModelFailure(Reason.BUSY) from None
        try:
            yield
        except Exception as error:
            # Any: the SDK lets through what a strange answer makes it stumble over.
            failure = error if isinstance(error, ModelFailure) else _failure(error)
            counts.count_call(model, failure.reason)
            if failure.reason is not Reason.BUDGET:
                breaker.failed(min(wait_of(error), _LONGEST_REST_S))
            raise failure from error
        finally:
            self._places.release()
        counts.count_call(model, "ok")
        breaker.succeeded()

    async def _in_its_dialect(
        self,
        model: str,
        ask: Callable[[Dialect], Awaitable[T]],
        simpler: Callable[[Dialect, str], Dialect | None],
    ) -> T:
        """Ask in the dialect that the model is known to understand, in ever simpler ones where it is not."""
        known = self._dialects.get(model)
        dialect = known or self._untried
        while True:
            try:
                answer = await ask(dialect)
            except openai.APIStatusError as error:
                next_one = simpler(dialect, _complaint(error)) if _may_be_dialect(error, known) else None
                if next_one is None:
                    raise
                dialect = next_one
            else:
                self._dialects[model] = dialect
                return answer

    async def _ask(
        self, model: str, messages: tuple[str, str], options: dict[str, Any], requests: int
    ) -> str:
        # The bound on the answer's length is the option whose name is learnt.
        most_tokens = next(value for name, value in options.items() if name.endswith("_tokens"))
        sent_bytes = _bytes_of(messages) + len(json.dumps(options))
        async with self._spending.metered(model, sent_bytes, most_tokens, requests) as meter:
            with _noting(meter):
                # Read piece by piece, because nothing but a bound stops a server that never ends.
                async with self._call(model, messages, options) as response:
                    meter.is_answered = True
                    body, answer = bytearray(), None
                    try:
                        async for piece in response.iter_bytes():
                            body += piece
                            meter.written_bytes += len(piece)
                            if len(body) > LONGEST_BODY_BYTES:
                                raise ModelFailure(
                                    Reason.UNREADABLE, f"an answer of more than {LONGEST_BODY_BYTES} bytes"
                                )
                        answer = decoded(bytes(body))
                    finally:
                        meter.used = usage_in(answer, model)
        return content_of(answer)

    def _call(self, model: str, messages: tuple[str, str], options: dict[str, Any], **more: bool) -> Any:  # noqa: ANN401 - the SDK's context manager has no public type
        system, user = messages
        said = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        # The SDK's type wants each option by name; here their names are learnt.
        create: Any = self._client.chat.completions.with_streaming_response.create
        return create(model=model, messages=said, **options, **more)


@contextmanager
def _noting(meter: Meter) -> Iterator[None]:
    """Note on a meter whether a call was given up after it had been sent."""
    try:
        yield
    except openai.APITimeoutError as error:
        meter.is_given_up = not isinstance(error.__cause__, _NEVER_SENT)
        raise


def _clock() -> float:
    """Return the seconds that time limits are counted in."""
    return asyncio.get_running_loop().time()


def _bytes_of(messages: tuple[str, str]) -> int:
    return sum(len(text.encode()) for text in messages)


def _may_be_dialect(error: openai.APIStatusError, known: Dialect | None) -> bool:
    """Whether a simpler way of asking may help.

    Some servers answer 500 to a schema that they cannot enforce; from one that has answered before, 500 is
    what it says.
    """
    if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return True
    return known is None and error.status_code == _SERVER_ERROR


def _complaint(error: openai.APIStatusError) -> str:
    if error.status_code == _SERVER_ERROR:
        # It breaks on what it cannot enforce, whatever it says.
        return "response_format"
    return f"{error.message} {error.body}"


def _failure(error: Exception) -> ModelFailure:
    """Return what an error of the SDK means. Its text may hold what was sent, so only its kind is kept."""
    kind = type(error).__name__
    if isinstance(error, TimeoutError | openai.APITimeoutError | httpx2.TimeoutException):
        return ModelFailure(Reason.TIMEOUT, kind)
    if isinstance(error, openai.RateLimitError):
        return ModelFailure(Reason.QUOTA, kind)
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        return ModelFailure(Reason.UNREACHABLE, kind)
    if isinstance(error, openai.APIStatusError):
        is_ours = error.status_code < _SERVER_ERROR
        return ModelFailure(Reason.REFUSED if is_ours else Reason.ERROR, f"HTTP {error.status_code}")
    return ModelFailure(Reason.UNREADABLE, kind)
