"""Single flight: who asks for what is just being worked out waits for that work instead of doing it again.

In: a key and the work. Out: its result, for all who asked meanwhile. Who gives up leaves the others their
result; work that nobody waits for any more is cancelled. For the tasks of one event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Result = TypeVar("Result")


@dataclass(slots=True, eq=False)
class _UnderWay(Generic[Result]):
    task: asyncio.Task[Result]
    waiting: int = 0


class SingleFlight(Generic[Result]):
    """The work that is under way, by key."""

    def __init__(self) -> None:
        """Begin with none."""
        self._under_way: dict[str, _UnderWay[Result]] = {}

    def has(self, key: str) -> bool:
        """Return whether such work is under way."""
        return key in self._under_way

    async def run(self, key: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """Return the result of the work of this key, or raise what it raises."""
        current = self._under_way.get(key)
        if current is None:
            # A task of its own, so that the first who asked may give up without taking it along.
            current = _UnderWay(asyncio.create_task(_awaited(work)))
            self._under_way[key] = current
        current.waiting += 1
        try:
            return await asyncio.shield(current.task)
        finally:
            current.waiting -= 1
            if current.task.done() or not current.waiting:
                current.task.cancel()
                if self._under_way.get(key) is current:
                    del self._under_way[key]


async def _awaited(work: Callable[[], Awaitable[Result]]) -> Result:
    return await work()
