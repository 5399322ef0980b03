"""Requests that have to wait go together: one call for several, each with its own outcome.

In: single items. Out: single results. While a place is free, an item is handed on at once and alone: nobody
waits for company. When all places are taken, items queue; who is next is then joined by as many others as it
takes to empty the queue in one round of all places, up to a bound. The bound follows what works: it begins
with two, doubles as long as batches succeed, is halved by the first that is of no use, and grows by one from
then on. An item that has waited until it is hopeless is told so instead of being handed on: where more
arrives than can be answered, the places are for those that can.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Generic, TypeAlias, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

WasOfUse: TypeAlias = bool | None
"""Whether going together paid; None where the batch failed for a reason that one alone would have met too."""

_FIRST_LIMIT = 2


class Batcher(Generic[Item, Result]):
    """Gathers the items of one event loop."""

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Awaitable[tuple[Sequence[Result | Exception], WasOfUse]]],
        *,
        at_once: int,
        most: int,
        room: Callable[[int], int] = lambda most: most,
        too_late: Callable[[Item, int], Exception | None] = lambda _item, _size: None,
    ) -> None:
        """Take what answers a batch, how many of them run at the same time, and the size of the largest.

        ``run`` gives as many results as items, in their order, an exception for a failure. ``room`` gives how
        many of a number of items are answered in good time. ``too_late`` gives the failure of an item that it
        makes no sense to hand on any more in a batch of a size.
        """
        self._run = run
        self._room = room
        self._too_late = too_late
        self._at_once = at_once
        self._most = most
        self._limit = min(_FIRST_LIMIT, most)
        self._has_failed = False
        self._alone_since = 0
        self._waiting: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._running: set[asyncio.Task[None]] = set()

    @property
    def limit(self) -> int:
        """The size of the largest batch that is made now."""
        return self._limit

    async def submit(self, item: Item) -> Result:
        """Return the result for an item. Raises what its batch gave for it."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._send()
        return await future

    def _send(self) -> None:
        while len(self._running) < self._at_once and (batch := self._next()):
            task = asyncio.get_running_loop().create_task(self._answer(batch))
            self._running.add(task)
            task.add_done_callback(self._done)
            futures = [future for _, future in batch]
            for future in futures:
                future.add_done_callback(partial(_end_if_unwanted, task, futures))

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._send()

    def _next(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        # Who has given up waiting is not asked for.
        self._waiting = deque(one for one in self._waiting if not one[1].done())
        fair_share = -(-len(self._waiting) // self._at_once)
        size = self._room(min(self._limit, fair_share)) if fair_share else 0
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        while self._waiting and len(batch) < size:
            item, future = self._waiting.popleft()
            if failure := self._too_late(item, size):
                future.set_exception(failure)
            else:
                batch.append((item, future))
        return batch

    async def _answer(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        results: Sequence[Result | Exception]
        try:
            results, was_of_use = await self._run([item for item, _ in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"{len(results)} results for {len(batch)} items")  # noqa: TRY301  as any failure
        except Exception as error:  # noqa: BLE001  whatever it was, everybody who waits has to hear of it
            results, was_of_use = [error] * len(batch), False
        gone = sum(future.done() for _, future in batch)
        # Results that come too late for most of those who waited are of no use either.
        self._learn(len(batch), was_of_use and 2 * gone <= len(batch))
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)

    def _learn(self, size: int, was_of_use: WasOfUse) -> None:
        if size > 1 and was_of_use is False:
            self._limit, self._has_failed, self._alone_since = size // 2, True, 0
        elif size > 1 and was_of_use and size >= self._limit:
            self._limit = min(self._most, self._limit + 1 if self._has_failed else 2 * self._limit)
        elif size == self._limit == 1 and was_of_use:
            # Where even two together were of no use, they are tried again, but seldom.
            self._alone_since += 1
            if self._alone_since >= self._most:
                self._limit = min(_FIRST_LIMIT, self._most)


def _end_if_unwanted(task: asyncio.Task[None], batch: Sequence[asyncio.Future[Result]], _: object) -> None:
    """Stop answering when the last one who waited is gone."""
    if all(future.done() for future in batch):
        task.cancel()
