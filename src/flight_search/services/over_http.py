"""The ports, answered by other services over HTTP.

``Upstream`` is the wrapper that every call goes through: pooled connections, a deadline for the whole call
and a shorter one for each attempt, a few attempts with jitter that honour ``Retry-After``, a bound on calls
at the same time, the identity of the request passed on. All operations only read, so that every one may be
repeated; it is, when the service was not reached or said that it is busy, never when it said what is wrong.

Errors of httpx end here: they leave as ``UpstreamError``, and problem documents as the error they tell.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeVar

import anyio
import httpx
import structlog
import tenacity
from pydantic import BaseModel, TypeAdapter, ValidationError

from flight_search.domain.errors import FlightSearchError, UpstreamError
from flight_search.domain.intent import IntentAnswer, IntentBatchAnswer, IntentBatchRequest, IntentRequest
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, SnapshotInfo
from flight_search.services.metrics import Metrics
from flight_search.services.ports import PlaceSuggestion
from flight_search.services.problems import PROBLEM_TYPE, Problem, error_of
from flight_search.services.settings import Role, UpstreamSettings
from flight_search.services.trace import current_trace

T = TypeVar("T")

_BUSY: Final = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
_FIRST_WAIT_S: Final = 0.05
_LONGEST_WAIT_S: Final = 1.0
"""Waits are random up to a bound that doubles from the first to the longest, so that clients spread."""

_JSON: Final = {"content-type": "application/json"}

log = structlog.get_logger("flight_search.upstream")


class Upstream:
    """One other service."""

    def __init__(
        self, role: Role, client: httpx.AsyncClient, settings: UpstreamSettings, metrics: Metrics
    ) -> None:
        """Take what it serves, a client with its base address, and how patient to be."""
        self.name = f"{role}-service"
        self._role = role
        self._client = client
        self._settings = settings
        self._metrics = metrics
        self._limiter = anyio.CapacityLimiter(settings.upstream_connections)

    async def post(self, path: str, body: BaseModel, answer: TypeAdapter[T]) -> T:
        """Send a request of the contract. Raises UpstreamError, or the error that the service told."""
        content = body.model_dump_json(by_alias=True).encode()
        return self._read(await self._call("POST", path, content=content, headers=_JSON), answer)

    async def get(
        self, path: str, answer: TypeAdapter[T], params: Mapping[str, str | int] | None = None
    ) -> T:
        """Ask for something. Raises UpstreamError, or the error that the service told."""
        return self._read(await self._call("GET", path, params=params), answer)

    async def check_ready(self) -> None:
        """Return if the service says that it can do its work; raise its reason otherwise. One attempt."""
        try:
            response = await self._client.get("/readyz", headers=_passed_on())
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        if not response.is_success:
            raise self._told(response)

    async def _call(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401 - httpx's own
        request["headers"] = {**request.get("headers", {}), **_passed_on()}
        retrying = tenacity.AsyncRetrying(
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self._settings.upstream_attempts),
                tenacity.stop_before_delay(self._settings.upstream_deadline_s),
            ),
            wait=_wait,
            retry=tenacity.retry_if_exception_type(_RetryableError),
            sleep=anyio.sleep,
            reraise=True,
        )
        try:
            with anyio.fail_after(self._settings.upstream_deadline_s):
                async with self._limiter:
                    return await retrying(self._attempt, method, path, request)
        except _RetryableError as error:
            raise error.final from error.__cause__
        except TimeoutError as error:
            self._metrics.count_upstream(self.name, "deadline")
            raise UpstreamError(
                f"The {self.name} did not answer within {self._settings.upstream_deadline_s:g} seconds.",
                remedy="Try again in a moment.",
            ) from error

    async def _attempt(self, method: str, path: str, request: dict[str, Any]) -> httpx.Response:
        try:
            response = await self._client.request(method, path, **request)
        except httpx.HTTPError as error:
            self._metrics.count_upstream(self.name, type(error).__name__)
            log.warning("upstream_not_reached", service=self.name, error=type(error).__name__)
            raise _RetryableError(self._unreachable(error)) from error
        self._metrics.count_upstream(self.name, str(response.status_code))
        if response.is_success:
            return response
        error_told = self._told(response)
        # A service that names its reason (no snapshot, no model) will not find a remedy within a second.
        if response.status_code in _BUSY and isinstance(error_told, UpstreamError):
            raise _RetryableError(error_told, _retry_after_s(response))
        raise error_told

    def _read(self, response: httpx.Response, answer: TypeAdapter[T]) -> T:
        try:
            return answer.validate_json(response.content)
        except ValidationError as error:
            log.warning("upstream_answer_not_as_agreed", service=self.name, problems=error.error_count())
            raise UpstreamError(
                f"The {self.name} gave an answer that does not fit the contract.",
                remedy="Run the same version of all services.",
            ) from error

    def _told(self, response: httpx.Response) -> FlightSearchError:
        if response.headers.get("content-type", "").startswith(PROBLEM_TYPE):
            try:
                return error_of(Problem.model_validate_json(response.content), self.name)
            except ValidationError:
                log.warning("upstream_problem_not_readable", service=self.name)
        return UpstreamError(
            f"The {self.name} failed with status {response.status_code}.", remedy="Try again in a moment."
        )

    def _unreachable(self, error: httpx.HTTPError) -> UpstreamError:
        slow = isinstance(error, httpx.TimeoutException) and not isinstance(error, httpx.ConnectTimeout)
        what = "did not answer in time" if slow else "cannot be reached"
        return UpstreamError(
            f"The {self.name} {what}.",
            remedy=f"Try again in a moment. Whoever runs it: `flight-search serve {self._role}` starts it.",
        )


class _RetryableError(Exception):
    """Carries what to raise when no attempt is left, and how long the service asked to be left alone."""

    def __init__(self, final: FlightSearchError, retry_after_s: float = 0.0) -> None:
        super().__init__(final.detail)
        self.final = final
        self.retry_after_s = retry_after_s


_backoff = tenacity.wait_random_exponential(
    multiplier=_FIRST_WAIT_S, max=_LONGEST_WAIT_S, min=_FIRST_WAIT_S / 2
)


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after_s if isinstance(error, _RetryableError) else 0.0
    return max(asked, _backoff(state))


def _retry_after_s(response: httpx.Response) -> float:
    """Return the seconds of ``Retry-After``; 0 where it is absent or a date (ours send none)."""
    value = response.headers.get("retry-after", "")
    return float(value) if value.isdecimal() else 0.0


def _passed_on() -> dict[str, str]:
    trace = current_trace()
    return trace.headers() if trace else {}


class HttpIntents:
    """``IntentEngine`` on an llm-service."""

    def __init__(self, upstream: Upstream) -> None:
        """Take the way to the service."""
        self._upstream = upstream
        self._one = TypeAdapter(IntentAnswer)
        self._many = TypeAdapter(IntentBatchAnswer)

    async def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what the request means."""
        return await self._upstream.post("/v1/intent", request, self._one)

    async def understand_batch(self, requests: Sequence[IntentRequest]) -> list[IntentAnswer]:
        """Return the answers in the order of the requests."""
        batch = IntentBatchRequest(requests=tuple(requests))
        return list((await self._upstream.post("/v1/intent/batch", batch, self._many)).answers)


class HttpOffers:
    """``OfferSearch`` on a rag-service."""

    def __init__(self, upstream: Upstream) -> None:
        """Take the way to the service."""
        self._upstream = upstream
        self._result = TypeAdapter(SearchResult)
        self._answer = TypeAdapter(AnswerResult)
        self._info = TypeAdapter(SnapshotInfo)

    async def search(self, request: SearchRequest) -> SearchResult:
        """Return the offers that satisfy every hard constraint, best first."""
        return await self._upstream.post("/v1/search", request, self._result)

    async def answer(self, intent: IntentAnswer) -> AnswerResult:
        """Return the answer to an intent of any kind but ``search``."""
        return await self._upstream.post("/v1/answer", intent, self._answer)

    async def snapshot(self) -> SnapshotInfo:
        """Return what is being searched."""
        return await self._upstream.get("/v1/snapshot", self._info)


class HttpPlaces:
    """``PlaceFinder`` on an llm-service."""

    def __init__(self, upstream: Upstream) -> None:
        """Take the way to the service."""
        self._upstream = upstream
        self._list = TypeAdapter(list[PlaceSuggestion])

    async def find(self, name: str, limit: int) -> list[PlaceSuggestion]:
        """Return up to ``limit`` places, best first."""
        return await self._upstream.get("/v1/places", self._list, {"q": name, "limit": limit})
