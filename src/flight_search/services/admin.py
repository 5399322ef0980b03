"""The operators' view: how this service is, what it holds, what it was asked, what it spent.

In: the settings, the metrics, the tally, the probes. Out: ``ServiceReport``; and the switch to another
snapshot. ``HttpPeer`` asks another service for its own, with the same token.
"""

import datetime as dt
import hmac
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol

import anyio
import httpx
from anyio import to_thread
from prometheus_client import CollectorRegistry
from pydantic import AwareDatetime, Field, SecretStr, TypeAdapter, ValidationError

from flight_search import __version__
from flight_search.catalog.store import SnapshotStore, SnapshotSummary
from flight_search.domain.errors import (
    FlightSearchError,
    InvalidRequestError,
    NotFoundError,
    SnapshotError,
    UpstreamError,
)
from flight_search.domain.query import Contract
from flight_search.services.admin_tally import Tally, told
from flight_search.services.metrics import Metrics
from flight_search.services.ports import Probe
from flight_search.services.problems import Problem, RateLimitError, error_of

_PROBE_TIMEOUT_S: Final = 2.0
_PEER_TIMEOUT_S: Final = 5.0

WRONG_TOKENS: Final = 10
"""Wrong tokens in ``WRONG_WITHIN_S`` before nobody is let in for a while: guessing must not pay."""
WRONG_WITHIN_S: Final = 60.0


class Count(Contract):
    """A name and how often it occurred."""

    name: str
    count: int


class Part(Contract):
    """A part of a service that can or cannot do its work."""

    name: str
    is_ready: bool
    detail: str = ""


class SnapshotRow(Contract):
    """One snapshot that is kept."""

    name: str
    built_at: AwareDatetime | None
    offers: int
    bytes: int
    first_day: str
    last_day: str
    is_current: bool
    problem: str


class RouteRow(Contract):
    """Requests to one operation that ended in one way."""

    method: str
    route: str
    status: str
    count: int


class ModelRow(Contract):
    """What one language model was used for and cost."""

    model: str
    calls: int
    failed: int
    prompt_tokens: int
    completion_tokens: int
    cost_usd: float


class CacheRow(Contract):
    """How looks into one cache ended."""

    cache: str
    hits: int
    misses: int
    others: int


class Asked(Contract):
    """What people asked for since the process began. No text is kept; rare names are left out."""

    kinds: tuple[Count, ...]
    routes: tuple[Count, ...]
    empty: tuple[Count, ...]
    problems: tuple[Count, ...]
    unread: tuple[Count, ...]
    unsupported: tuple[Count, ...]
    doubtful: int


class ServiceReport(Contract):
    """One service, as it is now."""

    role: str
    version: str = ""
    started_at: AwareDatetime | None = None
    parts: tuple[Part, ...] = ()
    snapshots: tuple[SnapshotRow, ...] = ()
    requests: tuple[RouteRow, ...] = ()
    asked: Asked | None = None
    caches: tuple[CacheRow, ...] = ()
    models: tuple[ModelRow, ...] = ()
    degraded: tuple[Count, ...] = ()
    problem: str = ""
    """Why another service could not be asked."""


class Overview(Contract):
    """All services that this one knows: itself first."""

    now: AwareDatetime
    services: tuple[ServiceReport, ...]


class UseSnapshot(Contract):
    """Which snapshot is to be searched from now on."""

    name: str = Field(min_length=1, max_length=100)


class SnapshotUsed(Contract):
    """What is searched now and what was before."""

    name: str
    before: str | None


class AdminTokenError(InvalidRequestError):
    """The operators' view was asked for without its token."""

    code = "admin_token"
    title = "This needs the operators' token"
    status = 401


class Peer(Protocol):
    """Another service that has a report of its own."""

    async def report(self, token: str) -> list[ServiceReport]:
        """Return its reports; where it cannot be asked, one that says why."""
        ...

    async def use_snapshot(self, token: str, name: str) -> SnapshotUsed:
        """Let it search another snapshot. Raises what it told."""
        ...


class Gate:
    """Lets in whoever has the token; after too many wrong ones nobody, for a while."""

    def __init__(self, token: SecretStr | None, monotonic_s: Callable[[], float]) -> None:
        """Take the token; None shuts the gate for good."""
        self._token = token
        self._monotonic_s = monotonic_s
        self._wrong: list[float] = []

    def check(self, authorization: str) -> str:
        """Return the token. Raises NotFoundError where there is no view, AdminTokenError, RateLimitError."""
        if self._token is None:
            raise NotFoundError(
                "There is no operators' view here.", remedy="Set FLIGHT_SEARCH_ADMIN_TOKEN to have one."
            )
        now = self._monotonic_s()
        self._wrong = [moment for moment in self._wrong if now - moment < WRONG_WITHIN_S]
        if len(self._wrong) >= WRONG_TOKENS:
            raise RateLimitError(
                "Too many wrong tokens.", retry_after_s=WRONG_WITHIN_S, remedy="Wait a minute."
            )
        given = authorization.removeprefix("Bearer ").strip()
        if not hmac.compare_digest(given.encode(), self._token.get_secret_value().encode()):
            self._wrong.append(now)
            raise AdminTokenError(
                "The token is missing or wrong.",
                remedy="Send `Authorization: Bearer …` with the value of FLIGHT_SEARCH_ADMIN_TOKEN.",
            )
        return given


class Admin:
    """The operators' view of one process, and of those behind it."""

    def __init__(  # noqa: PLR0913 - each is one thing that the view tells of
        self,
        *,
        role: str,
        data_dir: Path,
        metrics: Metrics,
        tally: Tally,
        probes: Mapping[str, Probe],
        peers: Sequence[Peer],
        clock: Callable[[], dt.datetime],
    ) -> None:
        """Take what is told of; nothing is read before it is asked for."""
        self._role = role
        self._store = SnapshotStore(data_dir) if role in ("all", "rag") else None
        self._metrics = metrics
        self._tally = tally
        self._probes = probes
        self._peers = peers
        self._clock = clock
        self._started_at = clock()

    async def overview(self, token: str) -> Overview:
        """Return the report of this service and of those behind it."""
        reports = [await self._own_report()]
        for peer in self._peers:
            reports += await peer.report(token)
        return Overview(now=self._clock(), services=tuple(reports))

    async def use_snapshot(self, token: str, name: str) -> SnapshotUsed:
        """Make a snapshot the current one, where they are kept. Raises NotFoundError, SnapshotError."""
        store = self._store
        if store is not None:
            return await to_thread.run_sync(_use, store, name)
        for peer in self._peers:
            if isinstance(peer, HttpPeer) and peer.role == "rag":
                return await peer.use_snapshot(token, name)
        raise NotFoundError("This service keeps no snapshots.", remedy="Ask the rag-service or the console.")

    async def _own_report(self) -> ServiceReport:
        store = self._store
        kept = await to_thread.run_sync(store.list) if store is not None else []
        figures = _Figures(self._metrics.registry)
        return ServiceReport(
            role=self._role,
            version=__version__,
            started_at=self._started_at,
            parts=tuple([await _part(name, probe) for name, probe in self._probes.items()]),
            snapshots=tuple(map(_snapshot_row, kept)),
            requests=figures.requests(),
            asked=_asked(self._tally) if self._role in ("all", "console") else None,
            caches=figures.caches(),
            models=figures.models(),
            degraded=figures.degraded(),
        )


class HttpPeer:
    """Another service, asked over HTTP with the token that the operator gave."""

    def __init__(self, role: str, client: httpx.AsyncClient) -> None:
        """Take what it serves and a client with its base address."""
        self.role = role
        self._client = client

    async def report(self, token: str) -> list[ServiceReport]:
        """Return its reports; where it cannot be asked, one that says why."""
        try:
            answer = await self._ask("GET", "/v1/admin", token)
            return list(_overview.validate_json(answer.content).services)
        except (FlightSearchError, ValidationError) as error:
            detail = error.detail if isinstance(error, FlightSearchError) else "Its report cannot be read."
            return [ServiceReport(role=self.role, problem=detail)]

    async def use_snapshot(self, token: str, name: str) -> SnapshotUsed:
        """Let it search another snapshot. Raises what it told."""
        answer = await self._ask("POST", "/v1/admin/snapshot", token, UseSnapshot(name=name))
        return SnapshotUsed.model_validate_json(answer.content)

    async def _ask(
        self, method: str, path: str, token: str, body: UseSnapshot | None = None
    ) -> httpx.Response:
        headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        content = body.model_dump_json().encode() if body else None
        try:
            answer = await self._client.request(
                method, path, headers=headers, content=content, timeout=_PEER_TIMEOUT_S
            )
        except httpx.HTTPError as error:
            raise UpstreamError(
                f"The {self.role}-service cannot be reached.",
                remedy=f"`flight-search serve {self.role}` starts it.",
            ) from error
        if not answer.is_success:
            raise error_of(Problem.model_validate_json(answer.content), f"{self.role}-service")
        return answer


_overview = TypeAdapter(Overview)


class _Figures:
    """Reads the counters of this process, so that the view and Prometheus tell the same."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._samples = {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in registry.collect()
            for sample in family.samples
        }

    def _of(self, name: str) -> list[tuple[dict[str, str], float]]:
        return [(dict(labels), value) for (known, labels), value in self._samples.items() if known == name]

    def requests(self) -> tuple[RouteRow, ...]:
        rows = [
            RouteRow(
                method=labels["method"], route=labels["route"], status=labels["status"], count=int(value)
            )
            for labels, value in self._of("flight_search_http_requests_total")
        ]
        return tuple(sorted(rows, key=lambda row: (-row.count, row.route, row.status)))

    def caches(self) -> tuple[CacheRow, ...]:
        found: dict[str, dict[str, int]] = {}
        for labels, value in self._of("flight_search_cache_lookups_total"):
            outcomes = found.setdefault(labels["cache"], {})
            outcomes[labels["outcome"]] = outcomes.get(labels["outcome"], 0) + int(value)
        return tuple(
            CacheRow(
                cache=cache,
                hits=outcomes.get("hit", 0) + outcomes.get("joined", 0),
                misses=outcomes.get("miss", 0),
                others=sum(
                    count for name, count in outcomes.items() if name not in ("hit", "joined", "miss")
                ),
            )
            for cache, outcomes in sorted(found.items())
        )

    def models(self) -> tuple[ModelRow, ...]:
        calls, tokens = self._of("flight_search_llm_calls_total"), self._of("flight_search_llm_tokens_total")
        costs = self._of("flight_search_llm_cost_usd_total")
        names = sorted({labels["model"] for labels, _ in [*calls, *tokens, *costs]})

        def total(samples: list[tuple[dict[str, str], float]], **wanted: str) -> float:
            return sum(value for labels, value in samples if wanted.items() <= labels.items())

        return tuple(
            ModelRow(
                model=name,
                calls=int(total(calls, model=name)),
                failed=int(total(calls, model=name) - total(calls, model=name, outcome="ok")),
                prompt_tokens=int(total(tokens, model=name, direction="prompt")),
                completion_tokens=int(total(tokens, model=name, direction="completion")),
                cost_usd=round(total(costs, model=name), 6),
            )
            for name in names
        )

    def degraded(self) -> tuple[Count, ...]:
        rows = [
            Count(name=labels["cause"], count=int(value))
            for labels, value in self._of("flight_search_degraded_total")
        ]
        return tuple(sorted(rows, key=lambda row: -row.count))


def _asked(tally: Tally) -> Asked:
    def counts(found: list[tuple[str, int]]) -> tuple[Count, ...]:
        return tuple(Count(name=name, count=count) for name, count in found)

    return Asked(
        kinds=counts(told(tally.kinds, 1)),
        routes=counts(told(tally.routes)),
        empty=counts(told(tally.empty)),
        problems=counts(told(tally.problems, 1)),
        unread=counts(told(tally.unread)),
        unsupported=counts(told(tally.unsupported)),
        doubtful=tally.doubtful,
    )


async def _part(name: str, probe: Probe) -> Part:
    try:
        with anyio.fail_after(_PROBE_TIMEOUT_S):
            await probe()
    except FlightSearchError as error:
        return Part(name=name, is_ready=False, detail=error.detail)
    except TimeoutError:
        return Part(name=name, is_ready=False, detail=f"No sign of life within {_PROBE_TIMEOUT_S:g} seconds.")
    return Part(name=name, is_ready=True)


def _use(store: SnapshotStore, name: str) -> SnapshotUsed:
    try:
        before = store.current_name()
    except SnapshotError:
        # The pointer is damaged: using a snapshot is the way to mend it.
        before = None
    store.use(name)
    return SnapshotUsed(name=name, before=before)


def _snapshot_row(kept: SnapshotSummary) -> SnapshotRow:
    manifest = kept.manifest
    return SnapshotRow(
        name=kept.name,
        built_at=kept.built_at,
        offers=kept.offers,
        bytes=kept.bytes,
        first_day=str(manifest.first_day) if manifest else "",
        last_day=str(manifest.last_day) if manifest else "",
        is_current=kept.is_current,
        problem=kept.problem,
    )
