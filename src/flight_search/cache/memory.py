"""Values kept in this process.

In: keys and values. Out: the same objects, so they have to be immutable. Not to be shared between threads.
"""

from collections.abc import Callable
from typing import Generic

from cachetools import TTLCache

from flight_search.cache.port import Value


class MemoryStore(Generic[Value]):
    """A bounded number of values for a bounded time. ``clock`` gives seconds that never run backwards."""

    def __init__(self, entries: int, ttl_s: float, clock: Callable[[], float]) -> None:
        """Take how many values are kept (0: none) and how long."""
        self._kept: TTLCache[str, Value] = TTLCache(entries, ttl_s, timer=clock)

    def __len__(self) -> int:
        """Return how many values are kept."""
        return len(self._kept)

    async def get(self, key: str) -> Value | None:
        """Return what is kept, None for nothing."""
        return self._kept.get(key)

    async def put(self, key: str, value: Value) -> None:
        """Keep a value."""
        if self._kept.maxsize:
            self._kept[key] = value
