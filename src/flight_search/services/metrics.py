"""What a service counts and measures, for Prometheus. Each app has a registry of its own.

Labels are route templates, methods, statuses, engines, stages: closed sets. Nothing that a client can make
up (paths, texts, airports) becomes a label.
"""

import datetime as dt
import platform
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from flight_search import __version__
from flight_search.domain.result import SnapshotInfo
from flight_search.understand.llm.prices import dollars
from flight_search.understand.llm.spending import Basis, Spent
from flight_search.understand.llm.usage import share_of

METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

# Understanding takes about 2 ms and a search up to 60 ms; the slow end is for calls over the network.
_SECONDS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

# One request to find words takes some 1,300 tokens; its cost goes from a local model's nothing to a cent.
_TOKENS: Final = (16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384)
_DOLLARS: Final = (0.0, 0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1)

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "WEBSOCKET"})


class Metrics:
    """The counters and histograms of one app."""

    def __init__(self, role: str) -> None:
        """Make an empty registry for a service of this role."""
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "flight_search_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "flight_search_http_request_duration_seconds",
            "From the first byte of a request to the last of its answer.",
            ("method", "route"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "flight_search_http_requests_in_flight", "Requests being served.", registry=self.registry
        )
        self.chats = Gauge("flight_search_chat_connections", "Open chat sockets.", registry=self.registry)
        self._chat_messages = Counter(
            "flight_search_chat_messages",
            "Messages on chat sockets, by how they ended.",
            ("outcome",),
            registry=self.registry,
        )
        self._understand = Histogram(
            "flight_search_understand_duration_seconds",
            "Understanding one text.",
            ("engine",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._search = Histogram(
            "flight_search_search_duration_seconds",
            "Searching or answering; stage `total` includes waiting for a thread.",
            ("operation", "stage"),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._degraded = Counter(
            "flight_search_degraded",
            "Answers with less than all data, by cause.",
            ("cause",),
            registry=self.registry,
        )
        self._upstream = Counter(
            "flight_search_upstream_requests",
            "Attempts to call another service, by outcome.",
            ("service", "outcome"),
            registry=self.registry,
        )
        self._cache = Counter(
            "flight_search_cache_lookups",
            "Looks into a cache: hit, miss, joined (the same was under way), outage, unreadable, not_stored.",
            ("cache", "outcome"),
            registry=self.registry,
        )
        self._calls = Counter(
            "flight_search_llm_calls",
            "Calls of language models by outcome: ok, or why not.",
            ("model", "outcome"),
            registry=self.registry,
        )
        self._tokens = Counter(
            "flight_search_llm_tokens",
            "Tokens of language models (prompt, completion); basis: counted by the server, estimated from "
            "lengths where it counts none, at_most where a call was given up.",
            ("model", "direction", "basis"),
            registry=self.registry,
        )
        self._unmetered = Counter(
            "flight_search_llm_unmetered_calls",
            "Calls of language models whose tokens no server counted.",
            ("model",),
            registry=self.registry,
        )
        self._cost = Counter(
            "flight_search_llm_cost_usd",
            "US dollars for language models, by the prices of the settings; basis as for tokens.",
            ("model", "basis"),
            registry=self.registry,
        )
        self._request_tokens = Histogram(
            "flight_search_llm_request_tokens",
            "Tokens of one request to a model, its share where several went together.",
            ("model", "direction"),
            buckets=_TOKENS,
            registry=self.registry,
        )
        self._request_cost = Histogram(
            "flight_search_llm_request_cost_usd",
            "US dollars of one request to a model, its share where several went together.",
            ("model",),
            buckets=_DOLLARS,
            registry=self.registry,
        )
        build = Gauge(
            "flight_search_build", "Version; always 1.", ("version", "python", "role"), registry=self.registry
        )
        build.labels(__version__, platform.python_version(), role).set(1)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; ``route`` is a template, not a path."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def count_chat_message(self, outcome: str) -> None:
        """Count one message of a chat by how it ended: done, cancelled, refused, problem."""
        self._chat_messages.labels(outcome).inc()

    def observe_understanding(self, engine: str, seconds: float) -> None:
        """Note how long one text took."""
        self._understand.labels(engine).observe(seconds)

    def observe_search(
        self, operation: str, seconds: float, stages_ms: Mapping[str, float], degraded: Iterable[str]
    ) -> None:
        """Note how long a search or answer took in all and by stage, and what it had to do without."""
        self._search.labels(operation, "total").observe(seconds)
        for stage, milliseconds in stages_ms.items():
            self._search.labels(operation, stage).observe(milliseconds / 1000)
        self.count_degraded(degraded)

    def count_degraded(self, causes: Iterable[str]) -> None:
        """Count what an answer had to do without."""
        for cause in causes:
            # The part before a colon is the closed set; what follows may name anything.
            self._degraded.labels(cause.partition(":")[0][:60]).inc()

    def count_upstream(self, service: str, outcome: str) -> None:
        """Count one attempt to call another service."""
        self._upstream.labels(service, outcome).inc()

    def count_cache(self, cache: str, outcome: str) -> None:
        """Count how one look into a cache ended."""
        self._cache.labels(cache, outcome).inc()

    def count_call(self, model: str, outcome: str) -> None:
        """Count one call of a model. Models are those of the settings, so they are a closed set."""
        self._calls.labels(model, outcome).inc()

    def count_spent(self, spent: Spent) -> None:
        """Count what one call of a model used and cost."""
        used = spent.used
        self._tokens.labels(used.model, "prompt", spent.basis).inc(used.prompt_tokens)
        self._tokens.labels(used.model, "completion", spent.basis).inc(used.completion_tokens)
        if spent.basis is not Basis.COUNTED:
            self._unmetered.labels(used.model).inc()
        share = share_of(used, spent.requests)
        for _ in range(spent.requests):
            self._request_tokens.labels(used.model, "prompt").observe(share.prompt_tokens)
            self._request_tokens.labels(used.model, "completion").observe(share.completion_tokens)
        if spent.nano_dollars is not None:
            usd = dollars(spent.nano_dollars)
            self._cost.labels(used.model, spent.basis).inc(usd)
            for _ in range(spent.requests):
                self._request_cost.labels(used.model).observe(usd / spent.requests)

    def watch_spending(self, spent_today_usd: Callable[[], float], budget_usd: float | None) -> None:
        """Report at each scrape what was spent on language models today, and the budget if there is one."""
        Gauge(
            "flight_search_llm_spent_today_usd",
            "US dollars spent on language models since midnight UTC, with what is set aside for calls under "
            "way; of all processes that share a Redis, as of this process's last call.",
            registry=self.registry,
        ).set_function(spent_today_usd)
        if budget_usd is not None:
            Gauge(
                "flight_search_llm_daily_budget_usd",
                "US dollars that may be spent on language models in a day.",
                registry=self.registry,
            ).set(budget_usd)

    def watch_snapshot(
        self, info: Callable[[], SnapshotInfo | None], clock: Callable[[], dt.datetime]
    ) -> None:
        """Report the snapshot in use at each scrape; ``info`` returns None while there is none."""
        self.registry.register(_SnapshotCollector(info, clock))

    def text(self) -> bytes:
        """Return everything in the Prometheus text format."""
        return generate_latest(self.registry)


class _SnapshotCollector(Collector):
    """Reads the snapshot's figures when they are asked for, so that they are never stale."""

    def __init__(self, info: Callable[[], SnapshotInfo | None], clock: Callable[[], dt.datetime]) -> None:
        self._info = info
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Name the metrics without touching a snapshot."""
        return self._families()

    def collect(self) -> Iterable[Metric]:
        """Return the current figures; without a snapshot ``up`` is 0 and the rest is absent."""
        info = self._info()
        usable, age, offers, routes, airports, last_day, profiles, fares_age, fares, sold_out = (
            self._families()
        )
        usable.add_metric((), 1.0 if info else 0.0)
        if info:
            age.add_metric((), (self._clock() - info.built_at).total_seconds())
            offers.add_metric((), info.offers)
            routes.add_metric((), info.routes)
            airports.add_metric((), info.airports)
            if info.last_day:
                last_day.add_metric((), _seconds_of(info.last_day))
            profiles.add_metric((), info.profiles)
        if info and info.fares:
            fares_age.add_metric((), (self._clock() - info.fares.applied_at).total_seconds())
            fares.add_metric((), info.fares.offers)
            sold_out.add_metric((), info.fares.sold_out)
        return usable, age, offers, routes, airports, last_day, profiles, fares_age, fares, sold_out

    def _families(self) -> tuple[GaugeMetricFamily, ...]:
        return (
            GaugeMetricFamily("flight_search_snapshot_usable", "1 while there is a snapshot to search."),
            GaugeMetricFamily("flight_search_snapshot_age_seconds", "Since the snapshot was built."),
            GaugeMetricFamily("flight_search_snapshot_offers", "Offers in the snapshot."),
            GaugeMetricFamily("flight_search_snapshot_routes", "Pairs of airports with offers."),
            GaugeMetricFamily("flight_search_snapshot_airports", "Airports in the snapshot."),
            GaugeMetricFamily(
                "flight_search_snapshot_last_day_timestamp_seconds",
                "Midnight UTC of the last day with departures: after it nothing is left to search.",
            ),
            GaugeMetricFamily("flight_search_snapshot_profiles", "Profiles in the snapshot."),
            GaugeMetricFamily("flight_search_fares_age_seconds", "Since fares were last applied."),
            GaugeMetricFamily("flight_search_fares_offers", "Offers with an applied price or mark."),
            GaugeMetricFamily("flight_search_fares_sold_out", "Offers marked as sold out."),
        )


def _seconds_of(day: str) -> float:
    return dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC).timestamp()
