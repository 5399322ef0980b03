"""What is said over ``WS /v1/chat``: one JSON object a message, either way.

Client: ``ChatRequest``. Server, in this order for each request: ``understood`` → ``results`` → ``reply``
(one or more, to be joined) → ``done``; or ``problem`` at any point, which ends the request.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field

from flight_search.domain.intent import IntentAnswer, Locale, RequestText
from flight_search.domain.query import Contract, CurrencyCode, FlightQuery
from flight_search.domain.result import MAX_LIMIT, AnswerResult, SearchResult


def _blank_as_empty(value: str) -> str:
    return value if value.strip() else ""


class ChatRequest(Contract):
    """A request in words (``text``), or a query that was changed by hand (``query``: no language step).

    ``previous`` is the query that a follow-up refines; without it, the last one of this connection.
    ``id`` comes back in every event of this request. A new request ends the one before.
    """

    text: Annotated[RequestText, AfterValidator(_blank_as_empty)] = ""
    session: str = Field(default="", max_length=100)
    id: str = Field(default="", max_length=100)
    query: FlightQuery | None = None
    previous: FlightQuery | None = None
    locale: Locale = "en-US"
    currency: CurrencyCode = "USD"
    limit: int = Field(default=10, ge=1, le=MAX_LIMIT)


class UnderstoodEvent(Contract):
    """What the request means; for a ``query`` of the client's, that query."""

    event: Literal["understood"] = "understood"
    id: str = ""
    intent: IntentAnswer


class ResultsEvent(Contract):
    """The offers or the answer."""

    event: Literal["results"] = "results"
    id: str = ""
    result: SearchResult | AnswerResult


class ReplyEvent(Contract):
    """A piece of the reply in words. Pieces are joined as they are, so the space between two is kept.

    One that ``replaces`` takes the place of all pieces before it.
    """

    model_config = ConfigDict(str_strip_whitespace=False)

    event: Literal["reply"] = "reply"
    id: str = ""
    text: str
    replaces: bool = False


class DoneEvent(Contract):
    """The request is answered."""

    event: Literal["done"] = "done"
    id: str = ""
    took_ms: float = Field(default=0.0, ge=0)
    degraded: tuple[str, ...] = ()
    """What the reply had to do without."""


class ProblemEvent(Contract):
    """The request cannot be answered: RFC 9457 problem details."""

    event: Literal["problem"] = "problem"
    id: str = ""
    problem: dict[str, object]
