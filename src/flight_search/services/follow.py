"""Looks whether the data has changed, so that the first request after a change is not the one that notices.

A swap of the snapshot or of the fares is a file that is replaced; a look costs a few microseconds, and what
follows from it is done in the background by the engine.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

import structlog
from anyio import to_thread

from flight_search.domain.errors import SnapshotError

log = structlog.get_logger("flight_search.follow")

EVERY_S: Final = 0.5
"""New fares are in use within a second; a thread that looks twice a second costs nothing to be measured."""


@asynccontextmanager
async def following(look: Callable[[], object], every_s: float = EVERY_S) -> AsyncIterator[None]:
    """Look again and again while the block runs. ``look`` may raise SnapshotError: readiness tells it."""

    async def follow() -> None:
        told = ""
        while True:
            await asyncio.sleep(every_s)
            try:
                # In a thread: what has changed is opened by who looks.
                await to_thread.run_sync(look)
                told = ""
            except SnapshotError:
                continue
            except Exception as error:  # a disk that is away for a while must not end the looking
                if str(error) != told:
                    log.exception("look_failed")
                told = str(error)

    task = asyncio.create_task(follow())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
