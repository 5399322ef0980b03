"""Text to intent: the request and the answer of ``POST /v1/intent``."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from flight_search.domain.query import Contract, CurrencyCode, FlightQuery

# The kind of an intent is named here as well, for those who speak of intents alone.
from flight_search.domain.query import Kind as Kind  # noqa: PLC0414  a name to be imported from here

MAX_TEXT_CHARACTERS = 10_000
MAX_BATCH_REQUESTS = 256


class Engine(StrEnum):
    """Who found what was said."""

    LOCAL = "local"
    LLM = "llm"
    CACHE = "cache"


# Kept as it was sent, spaces at its ends too, because ``Understood`` counts characters from its beginning.
RequestText = Annotated[str, StringConstraints(strip_whitespace=False, max_length=MAX_TEXT_CHARACTERS)]


Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$", max_length=35)]


class IntentRequest(Contract):
    """A request in plain words. ``now`` defaults to the server's clock.

    A text that says nothing is no error: the answer asks where to fly.
    """

    text: RequestText
    now: AwareDatetime | None = None
    locale: Locale = "en-US"
    currency: CurrencyCode = "USD"
    previous: FlightQuery | None = None


class Understood(Contract):
    """Which characters of the text were read as which field; ``text == request.text[start:end]``."""

    model_config = ConfigDict(str_strip_whitespace=False)

    field: str
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class IntentAnswer(Contract):
    """What a request means. ``query`` is null for ``help`` and ``out_of_scope``."""

    kind: Kind
    query: FlightQuery | None = None
    missing: tuple[Literal["origin", "destination", "depart_date"], ...] = ()
    unsupported: tuple[str, ...] = ()
    question: str | None = None
    understood: tuple[Understood, ...] = ()
    confidence: float = Field(default=1.0, ge=0, le=1)
    engine: Engine = Engine.LOCAL
    degraded: tuple[str, ...] = ()
    took_ms: float = Field(default=0.0, ge=0)
    locale: Locale | None = None
    """How the sentences of an answer write times and money; null: en-US. Set by who asks for it."""


class IntentBatchRequest(Contract):
    """Up to 256 requests, answered in the same order."""

    requests: tuple[IntentRequest, ...] = Field(min_length=1, max_length=MAX_BATCH_REQUESTS)


class IntentBatchAnswer(Contract):
    """The answers of a batch, in the order of its requests."""

    answers: tuple[IntentAnswer, ...]


def today_of(request: IntentRequest, clock_now: dt.datetime) -> dt.date:
    """Return the day that ``today`` means in this request."""
    return (request.now or clock_now).date()
