"""Requests that arrive together go together: one call for several, each with its own outcome.

In: single items. Out: single results. The first item opens a window of a few milliseconds; what arrives
within it, up to a bound, is handed on as one batch. Each item gets its own result or its own failure.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Gathers the items of one event loop."""

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        window_s: float,
        most: int,
    ) -> None:
        """Take what answers a batch: as many results as items, in their order, an exception for a failure."""
        self._run = run
        self._window_s = window_s
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._window: asyncio.TimerHandle | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def submit(self, item: Item) -> Result:
        """Return the result for an item. Raises what its batch gave for it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if len(self._waiting) >= self._most:
            self._send()
        elif self._window is None:
            self._window = loop.call_later(self._window_s, self._send)
        return await future

    def _send(self) -> None:
        if self._window is not None:
            self._window.cancel()
            self._window = None
        # Who has given up waiting is not asked for.
        batch = [(item, future) for item, future in self._waiting if not future.done()]
        self._waiting = []
        if batch:
            task = asyncio.get_running_loop().create_task(self._answer(batch))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _answer(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._run([item for item, _ in batch])
            if len(results) != len(batch):
                raise RuntimeError(f"{len(results)} results for {len(batch)} items")  # noqa: TRY301  as any failure
        except Exception as error:  # noqa: BLE001  whatever it was, everybody who waits has to hear of it
            results = [error] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
