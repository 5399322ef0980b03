"""Values kept in Redis, which several processes share; the only module that talks to it.

In: keys and values. Out: what any of the processes put there, checked anew: others may write to a Redis, so
what is read is JSON that has to fit, never code. Every command has a short time limit and is tried once;
after a few failures in a row nobody asks for a while, so that an outage costs next to nothing.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, Generic, TypeVar

import structlog
from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from flight_search.cache.port import Codec, StoreOutageError, UnreadableValueError, Value

Result = TypeVar("Result")

_CONNECTIONS: Final = 32
"""Commands at the same time; more wait within their time limit. One takes a fraction of a millisecond."""

_FAILURES_TO_REST: Final = 3
"""In a row. One alone may come from this process: while it computes, an answer waits to be read."""

_LONGEST_VALUE_BYTES: Final = 4_000_000
"""What is longer is neither kept nor read: a page of 100 offers has about 150 kB."""

log = structlog.get_logger("flight_search.cache")


class RedisLink:
    """The connections of one process to one Redis, bound to one event loop. ``close`` it at the end."""

    def __init__(self, url: str, *, timeout_s: float, pause_s: float, clock: Callable[[], float]) -> None:
        """Take the address, the limit of each command, and how long a failing Redis is left alone."""
        pool = aioredis.BlockingConnectionPool.from_url(
            url,
            max_connections=_CONNECTIONS,
            timeout=timeout_s,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
        )
        self._client = aioredis.Redis.from_pool(pool)
        self._pause_s = pause_s
        self._clock = clock
        self._failures = 0
        self._rests_until = 0.0

    async def run(self, command: Callable[["aioredis.Redis"], Awaitable[Result]]) -> Result:
        """Return what a command answers. Raises StoreOutageError."""
        is_down = self._failures >= _FAILURES_TO_REST
        if is_down:
            if self._clock() < self._rests_until:
                raise StoreOutageError("Redis is left alone for a while")
            # The pause begins anew, so that others stay out until this trial has told how it went.
            self._rests_until = self._clock() + self._pause_s
        try:
            result = await command(self._client)
        except ResponseError as error:
            # It is alive and refuses: no memory left, no right, another type under this key.
            raise StoreOutageError(type(error).__name__) from error
        except (RedisError, OSError, TimeoutError) as error:
            self._note_failure(error)
            raise StoreOutageError(type(error).__name__) from error
        if is_down:
            log.info("cache back")
        self._failures = 0
        return result

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _note_failure(self, error: Exception) -> None:
        self._failures += 1
        self._rests_until = self._clock() + self._pause_s
        if self._failures == _FAILURES_TO_REST:
            # The kind alone: the text of an error may hold the address with its password.
            log.warning("cache down", kind=type(error).__name__, pause_s=self._pause_s)


class RedisStore(Generic[Value]):
    """Values of one kind in Redis."""

    def __init__(self, link: RedisLink, prefix: str, codec: Codec[Value], ttl_s: float) -> None:
        """Take the connections, what stands before every key, and how values are written and long kept."""
        self._link = link
        self._prefix = prefix
        self._codec = codec
        self._ttl_ms = max(1, round(ttl_s * 1_000))

    async def get(self, key: str) -> Value | None:
        """Return what is kept, None for nothing. Raises StoreOutageError, UnreadableValueError."""
        # A range, because nothing else bounds what somebody may have put there.
        name = self._prefix + key
        data: Any = await self._link.run(lambda redis: redis.getrange(name, 0, _LONGEST_VALUE_BYTES))
        if not data:
            return None
        if len(data) > _LONGEST_VALUE_BYTES:
            raise UnreadableValueError("too long")
        try:
            return self._codec.decode(data)
        except (ValueError, RecursionError) as error:
            raise UnreadableValueError(type(error).__name__) from error

    async def put(self, key: str, value: Value) -> None:
        """Keep a value. Raises StoreOutageError."""
        data = self._codec.encode(value)
        if len(data) <= _LONGEST_VALUE_BYTES:
            await self._link.run(lambda redis: redis.set(self._prefix + key, data, px=self._ttl_ms))
