"""Query to offers: requests and results of ``/v1/search``, ``/v1/answer`` and ``/v1/ask``."""

from enum import StrEnum

from pydantic import AwareDatetime, Field

from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.domain.offer import Facets, Offer, Relaxation
from flight_search.domain.query import Contract, FlightQuery

MAX_LIMIT = 1_000


class Status(StrEnum):
    """How a search ended. Empty, incomplete and unanswerable are three different things."""

    OK = "ok"
    NO_MATCH = "no_match"
    PARTIAL = "partial"
    NEEDS = "needs"


class SearchRequest(Contract):
    """A structured query, how many offers to return, and the marker of the page to continue from.

    ``explain`` asks for the plan of the search: what each step was expected to leave, and what it left.
    """

    query: FlightQuery
    limit: int = Field(default=10, ge=1, le=MAX_LIMIT)
    cursor: str | None = Field(default=None, max_length=2_000)
    explain: bool = False


class SearchResult(Contract):
    """Offers that satisfy every hard constraint, best first."""

    status: Status
    query: FlightQuery
    offers: tuple[Offer, ...] = ()
    total: int = 0
    facets: Facets = Facets()
    relaxations: tuple[Relaxation, ...] = ()
    notes: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    snapshot: str = ""
    fares: str = ""
    as_of: str = ""
    next_cursor: str | None = None
    timings_ms: dict[str, float] = Field(default_factory=dict)
    plan: dict[str, object] | None = None


class AnswerResult(Contract):
    """An answer in words, the figures behind it, and offers that show it."""

    text: str
    data: dict[str, object] = Field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    status: Status = Status.OK
    degraded: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    snapshot: str = ""
    fares: str = ""
    as_of: str = ""
    timings_ms: dict[str, float] = Field(default_factory=dict)


class AskRequest(IntentRequest):
    """A request in plain words, answered in one call."""

    limit: int = Field(default=10, ge=1, le=MAX_LIMIT)


class AskResult(Contract):
    """What was understood, and the search result or answer to it."""

    intent: IntentAnswer
    result: SearchResult | AnswerResult


class SourceInfo(Contract):
    """Where a part of the data comes from."""

    name: str
    title: str
    licence: str
    data_date: str
    sha256: str = ""
    note: str = ""


class FaresInfo(Contract):
    """What users are told of the prices that were applied since the build."""

    name: str
    applied_at: AwareDatetime
    offers: int
    sold_out: int


class SnapshotInfo(Contract):
    """What users are told of the data that they search.

    ``as_of`` is when it was last changed: the build, or the fares that were applied after it.
    """

    name: str
    built_at: AwareDatetime
    offers: int
    profiles: int
    airports: int
    first_day: str
    last_day: str
    currency: str
    embedding_model: str
    sources: tuple[SourceInfo, ...]
    as_of: AwareDatetime | None = None
    fares: FaresInfo | None = None
    routes: int = 0
    """Pairs of airports with offers."""
