"""What a rag-service opens: the snapshot in use, the embedding model, the search engine on both."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from flight_search.cache.open import Caches
from flight_search.cache.settings import CacheSettings
from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import EmbeddingError, FlightSearchError, SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.embed.ahead import AheadEmbedder, VectorCodec
from flight_search.embed.open import open_embedder
from flight_search.embed.port import Embedder
from flight_search.embed.settings import EmbeddingSettings
from flight_search.search.engine import SearchEngine
from flight_search.search.wishes import read_wishes
from flight_search.services.in_process import utc_now
from flight_search.services.settings import ServiceSettings, read
from flight_search.vectors.open import IndexOf

PrepareWish: TypeAlias = Callable[[str], Awaitable[None]]

log = structlog.get_logger("flight_search.wiring")


def load_search(
    settings: ServiceSettings, caches: Caches, profiles_of: IndexOf
) -> tuple[SearchEngine, PrepareWish]:
    """Return the engine, and what is to be awaited before a search with soft words.

    Without a snapshot it can be had all the same: one may be built while it runs.
    """
    live = LiveSnapshot(SnapshotStore(settings.storage.data_dir))
    embedder = _embedder(settings)
    ahead = _ahead(embedder, settings.cache, caches) if embedder else None
    engine = SearchEngine(live, ahead, clock=utc_now, profiles_of=profiles_of)
    _warm_up(engine)

    async def prepare_wish(preferences: str) -> None:
        words = read_wishes(preferences).rest
        if ahead is not None and words:
            await ahead.prepare(words)

    return engine, prepare_wish


def _ahead(embedder: Embedder, settings: CacheSettings, caches: Caches) -> AheadEmbedder:
    codec = VectorCodec(embedder.dimensions)
    cache = caches.cache(
        "embeddings", "1", codec, entries=settings.embeddings, ttl_s=settings.embeddings_ttl_s
    )
    return AheadEmbedder(embedder, cache)


def _embedder(settings: ServiceSettings) -> Embedder | None:
    """Return the embedding model, or None, said aloud: then soft wishes do not rank, which results tell."""
    try:
        return open_embedder(read(EmbeddingSettings), settings.storage.cache_dir, SilentProgress())
    except (EmbeddingError, SourceError) as error:
        log.warning("embedding_unavailable", reason=error.detail, remedy=error.remedy)
        return None


def _warm_up(engine: SearchEngine) -> None:
    """Map the files and work out what is kept between searches, before somebody waits for it."""
    try:
        engine.warm_up()
    except FlightSearchError as error:
        log.warning("not_ready", part="snapshot", reason=error.detail, remedy=error.remedy)
