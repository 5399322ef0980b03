"""Settings to caches: in the memory of this process, before a Redis where one is set up."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel

from flight_search.cache.cache import Cache
from flight_search.cache.layered import LayeredStore
from flight_search.cache.memory import MemoryStore
from flight_search.cache.port import Codec, OnOutcome, Store, Value
from flight_search.cache.redis import RedisLink, RedisStore
from flight_search.cache.settings import CacheSettings

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ModelCodec(Generic[Model]):
    """Writes a pydantic model as JSON and checks every field when it is read again."""

    model: type[Model]

    def encode(self, value: Model) -> bytes:
        """Return the model as JSON."""
        return value.model_dump_json().encode()

    def decode(self, data: bytes) -> Model:
        """Return the model. Raises ValueError."""
        return self.model.model_validate_json(data)


@dataclass(frozen=True, slots=True)
class Caches:
    """Makes the caches of one process; ``link`` leads to its Redis, None without one."""

    link: RedisLink | None
    on_outcome: OnOutcome
    clock: Callable[[], float]

    def cache(
        self, name: str, version: str, codec: Codec[Value], *, entries: int, ttl_s: float
    ) -> Cache[Value]:
        """Return a cache. Values of another ``version`` are never met: it stands in the names of Redis.

        ``entries`` bounds what this process keeps (0: nothing is kept, not in Redis either); what Redis
        keeps is bounded by its own ``maxmemory``.
        """
        near: MemoryStore[Value] = MemoryStore(entries, ttl_s, self.clock)
        store: Store[Value] = near
        if self.link is not None and entries:
            prefix = f"flight-search:{name}:{version}:"
            store = LayeredStore(near, RedisStore(self.link, prefix, codec, ttl_s))
        return Cache(name, store, self.on_outcome)


@asynccontextmanager
async def open_caches(
    settings: CacheSettings, on_outcome: OnOutcome, clock: Callable[[], float]
) -> AsyncIterator[Caches]:
    """Give the caches of a process, and close their connections at the end. Nothing is asked before use."""
    if settings.redis_url is None:
        yield Caches(None, on_outcome, clock)
        return
    link = RedisLink(
        settings.redis_url.get_secret_value(),
        timeout_s=settings.timeout_s,
        pause_s=settings.pause_s,
        clock=clock,
    )
    try:
        yield Caches(link, on_outcome, clock)
    finally:
        await link.close()
