"""A near store before a far one: what this process has seen costs no way over the network.

In: keys and values. Out: what the near one keeps, else what the far one keeps, which is near from then on.
Keys of this project say everything that a value depends on, so what is near is never older than what is far.
"""

from typing import Generic

from flight_search.cache.port import Store, Value


class LayeredStore(Generic[Value]):
    """Two stores as one."""

    def __init__(self, near: Store[Value], far: Store[Value]) -> None:
        """Take the quick one and the shared one."""
        self._near = near
        self._far = far

    async def get(self, key: str) -> Value | None:
        """Return what is kept, None for nothing. Raises StoreOutageError, UnreadableValueError."""
        value = await self._near.get(key)
        if value is None:
            value = await self._far.get(key)
            if value is not None:
                await self._near.put(key, value)
        return value

    async def put(self, key: str, value: Value) -> None:
        """Keep a value in both. Raises StoreOutageError, after the near one has it."""
        await self._near.put(key, value)
        await self._far.put(key, value)
