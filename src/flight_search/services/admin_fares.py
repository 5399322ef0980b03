"""Fares changed over HTTP: what ``flight-search fares`` does, for those who cannot reach the machine.

In: the bytes of a file. Out: what was applied and what was left out. The data folder of this process alone is
changed; processes that share it follow by themselves. The work is done in a thread, one change at a time.
"""

import datetime as dt
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

import anyio
from anyio import to_thread

from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import InvalidRequestError, SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.domain.query import Contract

MOST_LEFT_OUT: Final = 100
"""Rows that an answer names; the counts are of all."""

NAME: Final = "upload"
"""How versions that came over HTTP name their file."""


class LeftOut(Contract):
    """A row of the file that was not applied, and why."""

    line: int
    kind: str
    reason: str
    row: str


class FaresApplied(Contract):
    """What a file changed; ``name`` is null after a dry run."""

    name: str | None
    snapshot: str
    rows: int
    applied: int
    sold_out: int
    unknown: int
    refused: int
    replaced: int
    in_effect: int
    notes: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    seconds: float


class FaresUsed(Contract):
    """The version that is in use now."""

    name: str


class AdminFares:
    """Changes to the fares of one data folder."""

    def __init__(self, data_dir: Path, *, limit_bytes: int, clock: Callable[[], dt.datetime]) -> None:
        """Take the folder, the size of the largest file and the clock."""
        self.limit_bytes = limit_bytes
        self._snapshots, self._store = SnapshotStore(data_dir), FareStore(data_dir)
        self._clock = clock
        # A file takes up to some hundred MB while it is read: one at a time, however many are sent.
        self._limiter = anyio.CapacityLimiter(1)

    async def apply(
        self, content: bytes, *, currency: str | None, strict: bool, any_price: bool, dry_run: bool
    ) -> FaresApplied:
        """Apply a file. Raises InvalidRequestError (the file), SnapshotError, FaresError."""
        work = partial(self._apply, content, currency, strict=strict, any_price=any_price, dry_run=dry_run)
        return await to_thread.run_sync(work, limiter=self._limiter)

    async def undo(self) -> FaresUsed:
        """Go back to the version before. Raises NotFoundError, FaresError."""
        return await to_thread.run_sync(self._undo, limiter=self._limiter)

    async def clear(self) -> FaresUsed:
        """Take all fares away. Raises SnapshotError, FaresError."""
        return await to_thread.run_sync(self._clear, limiter=self._limiter)

    def _apply(
        self, content: bytes, currency: str | None, *, strict: bool, any_price: bool, dry_run: bool
    ) -> FaresApplied:
        # Imported where it is needed: most processes never change a fare.
        from flight_search.ingest.fare_changes.apply import FareFiles, Options  # noqa: PLC0415

        files = FareFiles(self._snapshots, self._store, SilentProgress(), self._clock)
        try:
            report = files.apply(content, NAME, Options(currency, strict, any_price, dry_run))
        except SourceError as error:
            # The file is the request here, not something that we fetched.
            raise InvalidRequestError(error.detail, remedy=error.remedy) from error
        return FaresApplied(
            name=report.version,
            snapshot=report.snapshot,
            rows=report.rows,
            applied=report.applied,
            sold_out=report.sold_out,
            unknown=report.unknown,
            refused=report.refused,
            replaced=report.replaced,
            in_effect=report.in_effect,
            notes=report.notes,
            left_out=tuple(
                LeftOut.model_validate(row) for row in report.left_out.head(MOST_LEFT_OUT).to_dicts()
            ),
            seconds=report.seconds,
        )

    def _undo(self) -> FaresUsed:
        with self._store.writing() as writer:
            return FaresUsed(name=writer.undo().name)

    def _clear(self) -> FaresUsed:
        from flight_search.ingest.fare_changes.apply import clear_fares  # noqa: PLC0415 - as above

        return FaresUsed(name=clear_fares(self._snapshots, self._store, self._clock).name)
