"""One chat connection: messages in, the events of ``domain.chat`` out.

A message is answered by ``understood`` → ``results`` → ``reply`` … → ``done``, or by ``problem``, after which
the connection lives on. A new message ends the one before it. What a follow-up refines is the query that the
client sends, or else the last one of this connection: nothing outlives the connection.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import anyio
import orjson
import structlog

from flight_search.domain.chat import (
    ChatRequest,
    DoneEvent,
    ProblemEvent,
    ReplyEvent,
    ResultsEvent,
    UnderstoodEvent,
)
from flight_search.domain.errors import FlightSearchError, InvalidRequestError
from flight_search.domain.intent import IntentRequest
from flight_search.domain.query import Contract, FlightQuery
from flight_search.services.ask import Asker, intent_of_query
from flight_search.services.bodies import parse_body, revalidate
from flight_search.services.metrics import Metrics
from flight_search.services.problems import BodyTooLargeError, RateLimitError, problem_json, problem_of
from flight_search.services.reply_writer import PlainReplies, WritesReplies
from flight_search.services.settings import ChatSettings
from flight_search.services.trace import current_trace

log = structlog.get_logger("flight_search.chat")


class MessageRate:
    """A token bucket: ``burst`` messages at once, ``messages_per_second`` in the long run."""

    def __init__(self, settings: ChatSettings, monotonic_s: Callable[[], float]) -> None:
        """Start with a full bucket."""
        self._rate = settings.messages_per_second
        self._burst = float(settings.burst)
        self._monotonic_s = monotonic_s
        self._tokens = self._burst
        self._seen_s = monotonic_s()

    def take(self) -> None:
        """Take one message from the bucket. Raises RateLimitError while it is empty."""
        now = self._monotonic_s()
        self._tokens = min(self._burst, self._tokens + (now - self._seen_s) * self._rate)
        self._seen_s = now
        if self._tokens < 1:
            wait_s = (1 - self._tokens) / self._rate
            raise RateLimitError(
                "Too many messages on this connection.",
                retry_after_s=round(wait_s, 3),
                remedy=f"Wait {max(wait_s, 0.1):.1f} seconds and send the last one again.",
            )
        self._tokens -= 1


class Conversation:
    """The state of one connection: its last query and the request that is being answered."""

    def __init__(  # noqa: PLR0913 - each is one thing that a connection works with
        self,
        asker: Asker,
        settings: ChatSettings,
        metrics: Metrics,
        send: Callable[[str], Awaitable[None]],
        *,
        replies: WritesReplies | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take what answers, what is accepted, where to count, how to send a message, who writes replies."""
        self._replies = replies or PlainReplies()
        self._asker = asker
        self._settings = settings
        self._metrics = metrics
        self._send_text = send
        self._rate = MessageRate(settings, monotonic_s)
        self._last: FlightQuery | None = None
        self._current = anyio.CancelScope()

    async def run(self, messages: AsyncIterator[bytes]) -> None:
        """Answer messages until there are no more; then the request that is being answered ends too."""
        async with anyio.create_task_group() as tasks:
            async for message in messages:
                try:
                    request = self._read(message)
                except FlightSearchError as error:
                    self._metrics.count_chat_message("refused")
                    await self._send(_problem(error, ""))
                    continue
                self._current.cancel()
                self._current = anyio.CancelScope()
                tasks.start_soon(self._serve, request, self._current)
            tasks.cancel_scope.cancel()

    def _read(self, message: bytes) -> ChatRequest:
        self._rate.take()
        if len(message) > self._settings.max_message_bytes:
            raise BodyTooLargeError(
                f"The message is larger than {self._settings.max_message_bytes:,} bytes.", remedy="Send less."
            )
        request = parse_body(ChatRequest, message)
        if not request.text and request.query is None:
            raise InvalidRequestError(
                "There is nothing to answer.", remedy="Say in `text` where you want to go, or send a `query`."
            )
        return request

    async def _serve(self, request: ChatRequest, scope: anyio.CancelScope) -> None:
        outcome = "cancelled"
        with scope:
            try:
                await self._answer(request)
                outcome = "done"
            except FlightSearchError as error:
                outcome = "problem"
                await self._send(_problem(error, request.id))
            except Exception:
                # One request must not take the connection with it, nor the requests after it.
                outcome = "problem"
                log.exception("chat_request_failed")
                unexpected = FlightSearchError(
                    "Something went wrong in this service; it has been logged.", remedy="Try again."
                )
                await self._send(_problem(unexpected, request.id))
        self._metrics.count_chat_message(outcome)

    async def _answer(self, request: ChatRequest) -> None:
        began = time.perf_counter()
        intent = (
            intent_of_query(request.query)
            if request.query is not None
            else await self._asker.understand(self._intent_request(request))
        )
        if intent.query is not None:
            self._last = intent.query
        await self._send(UnderstoodEvent(id=request.id, intent=intent))
        result = await self._asker.carry_out(intent, request.limit, request.locale)
        await self._send(ResultsEvent(id=request.id, result=result))
        degraded: dict[str, None] = {}
        async with aclosing(self._replies.write(result, request.locale)) as pieces:
            async for piece in pieces:
                degraded |= {piece.degraded: None} if piece.degraded else {}
                await self._send(ReplyEvent(id=request.id, text=piece.text, replaces=piece.replaces))
        self._metrics.count_degraded(degraded)
        took_ms = round(1000 * (time.perf_counter() - began), 2)
        await self._send(DoneEvent(id=request.id, took_ms=took_ms, degraded=tuple(degraded)))

    def _intent_request(self, request: ChatRequest) -> IntentRequest:
        return revalidate(
            IntentRequest,
            {
                "text": request.text,
                "locale": request.locale,
                "currency": request.currency,
                "previous": request.previous or self._last,
            },
        )

    async def _send(self, event: Contract) -> None:
        await self._send_text(event.model_dump_json(by_alias=True))


def _problem(error: FlightSearchError, request: str) -> ProblemEvent:
    trace = current_trace()
    problem = problem_of(error, instance="/v1/chat", request_id=trace.request_id if trace else "")
    return ProblemEvent(id=request, problem=orjson.loads(problem_json(problem)))
