"""The composition root: builds what a role needs, in order, and closes it again in the reverse order.

=========  ==========================================  ==========================================
role       understanding and places                    offers
=========  ==========================================  ==========================================
llm        local engine, gazetteer, language models    none
rag        none                                        snapshot, embedding model, search engine
console    HTTP client of the llm-service              HTTP client of the rag-service
all        as llm                                      as rag
=========  ==========================================  ==========================================
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TypeVar, assert_never

import anyio
import httpx
import structlog
from anyio import to_thread

from flight_search.cache.open import Caches, open_caches
from flight_search.domain.errors import SnapshotError
from flight_search.domain.result import SnapshotInfo
from flight_search.services.admin import HttpPeer
from flight_search.services.follow import following
from flight_search.services.in_process import (
    InProcessIntents,
    InProcessOffers,
    InProcessPlaces,
    SyncIntentEngine,
    SyncOfferSearch,
    SyncPlaceFinder,
    utc_now,
)
from flight_search.services.kept_offers import DataClock, KeptOffers
from flight_search.services.metrics import Metrics
from flight_search.services.open_models import Models, open_models
from flight_search.services.over_http import HttpIntents, HttpOffers, HttpPlaces, Upstream
from flight_search.services.ports import Ports
from flight_search.services.settings import Role, ServiceSettings, UpstreamSettings, read
from flight_search.vectors.open import open_vectors
from flight_search.vectors.settings import VectorSettings

T = TypeVar("T")

log = structlog.get_logger("flight_search.wiring")


@asynccontextmanager
async def open_ports(role: Role, settings: ServiceSettings, metrics: Metrics) -> AsyncIterator[Ports]:
    """Open what a role works with, and close it at the end. Raises SettingsError."""
    if role == "console":
        upstream = settings.upstream
        async with (
            _client(str(upstream.llm_url), upstream) as llm,
            _client(str(upstream.rag_url), upstream) as rag,
        ):
            ports = _over_http(llm, rag, upstream, metrics)
            async with open_models(settings.model, settings.cache, metrics) as models:
                yield replace(ports, replies=models.replies())
        return
    async with open_caches(settings.cache, metrics.count_cache, time.monotonic) as caches:
        if role == "rag":
            async with _offers(settings, metrics, caches) as ports:
                yield ports
            return
        async with open_models(settings.model, settings.cache, metrics) as models:
            if role == "llm":
                yield await _understanding(settings, metrics, caches, models)
            elif role == "all":
                async with _both(settings, metrics, caches, models) as ports:
                    yield ports
            else:
                assert_never(role)


async def _understanding(
    settings: ServiceSettings, metrics: Metrics, caches: Caches, models: Models
) -> Ports:
    def load() -> tuple[SyncIntentEngine, SyncPlaceFinder]:
        # Imported here, in the thread that loads: a console and a rag-service have no use for these
        # libraries, and where both are needed their loading overlaps.
        from flight_search.services.open_llm import load_understanding  # noqa: PLC0415

        return load_understanding()

    engine, gazetteer = await _timed("understanding", load)
    from flight_search.services.open_llm import with_models  # noqa: PLC0415 - loaded by now

    local = InProcessIntents(engine, anyio.CapacityLimiter(settings.server.intent_threads), metrics)
    return Ports(
        intents=with_models(local, engine, models, metrics, caches),
        places=InProcessPlaces(gazetteer),
        probes={"understanding": _always_ready},
    )


@asynccontextmanager
async def _offers(settings: ServiceSettings, metrics: Metrics, caches: Caches) -> AsyncIterator[Ports]:
    with open_vectors(read(VectorSettings), settings.storage.data_dir) as profiles_of:

        def load() -> tuple[SyncOfferSearch, Callable[[str], Awaitable[None]]]:
            from flight_search.services.open_rag import load_search  # noqa: PLC0415 - as above

            return load_search(settings, caches, profiles_of)

        engine, prepare_wish = await _timed("search", load)
        limiter = anyio.CapacityLimiter(settings.server.search_threads)
        made = InProcessOffers(engine, limiter, metrics, prepare_wish)
        when = DataClock(engine.data_identity, utc_now)
        offers = KeptOffers.open(made, when, caches, settings.cache.results, metrics)
        metrics.watch_snapshot(lambda: _snapshot_or_none(engine), utc_now)

        async def has_snapshot() -> None:
            await offers.snapshot()

        async with following(engine.data_identity):
            yield Ports(offers=offers, probes={"snapshot": has_snapshot})


@asynccontextmanager
async def _both(
    settings: ServiceSettings, metrics: Metrics, caches: Caches, models: Models
) -> AsyncIterator[Ports]:
    async with AsyncExitStack() as opened:
        offers = opened.enter_async_context(_offers(settings, metrics, caches))
        understanding = _understanding(settings, metrics, caches, models)
        llm, rag = await asyncio.gather(understanding, offers)
        yield replace(llm, offers=rag.offers, replies=models.replies(), probes={**llm.probes, **rag.probes})


def _snapshot_or_none(engine: SyncOfferSearch) -> SnapshotInfo | None:
    try:
        return engine.snapshot_info()
    except SnapshotError:
        return None


def _over_http(
    llm_client: httpx.AsyncClient, rag_client: httpx.AsyncClient, settings: UpstreamSettings, metrics: Metrics
) -> Ports:
    llm = Upstream("llm", llm_client, settings, metrics)
    rag = Upstream("rag", rag_client, settings, metrics)
    return Ports(
        intents=HttpIntents(llm),
        offers=HttpOffers(rag),
        places=HttpPlaces(llm),
        probes={llm.name: llm.check_ready, rag.name: rag.check_ready},
        peers=(HttpPeer("llm", llm_client), HttpPeer("rag", rag_client)),
    )


def _client(url: str, settings: UpstreamSettings) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        timeout=httpx.Timeout(settings.upstream_timeout_s, connect=settings.upstream_connect_timeout_s),
        limits=httpx.Limits(
            max_connections=settings.upstream_connections,
            max_keepalive_connections=settings.upstream_connections,
        ),
        # Services of one installation talk directly; a proxy meant for the internet would not know them.
        trust_env=False,
    )


async def _timed(part: str, load: Callable[[], T]) -> T:
    began = time.perf_counter()
    loaded = await to_thread.run_sync(load)
    log.info("loaded", part=part, seconds=round(time.perf_counter() - began, 3))
    return loaded


async def _always_ready() -> None:
    """Return: what is loaded into memory stays able to work."""
