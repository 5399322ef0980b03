"""The index that searches use, and the next one while it is made.

In: whatever snapshot is current. Out: an index that is ready. When the snapshot changes, its index is made in
the background, with all that is else made when it is first needed, and searches go on with the one before
until it is ready: nobody waits for a swap. What takes part in a search is one index from beginning to end.
"""

import threading
from collections.abc import Callable
from typing import Protocol, TypeAlias

import structlog

from flight_search.catalog.snapshot import Snapshot
from flight_search.search.index import SnapshotIndex

log = structlog.get_logger("flight_search.search")

Background: TypeAlias = Callable[[Callable[[], None]], None]
"""Begins some work and returns at once."""


class CurrentSnapshot(Protocol):
    """Where the snapshot in use comes from: ``catalog.live.LiveSnapshot``, or a test's own."""

    def get(self) -> Snapshot:
        """Return the current snapshot. Raises SnapshotError."""
        ...


def in_a_thread(work: Callable[[], None]) -> None:
    """Do the work in a thread that does not keep the process alive."""
    threading.Thread(target=work, name="prepare-snapshot", daemon=True).start()


class CurrentIndex:
    """Follows the current snapshot, one step behind while the next index is made. Shared between threads."""

    def __init__(self, live: CurrentSnapshot, background: Background) -> None:
        """Take the snapshots and the way to work in the background. Opens nothing yet."""
        self._live = live
        self._background = background
        self._lock = threading.Lock()
        self._index: SnapshotIndex | None = None
        self._tried: Snapshot | None = None
        """The snapshot whose index is being made, or could not be made."""
        self._problem: str | None = None

    @property
    def problem(self) -> str | None:
        """Why the newest snapshot is not the one in use; None if it is, or will be in a moment."""
        return self._problem

    def get(self) -> SnapshotIndex:
        """Return the index to search with. Raises SnapshotError where there is no snapshot at all.

        Only the first of a process is made while somebody waits (``SearchEngine.warm_up`` does that before
        the first request).
        """
        snapshot = self._live.get()
        index = self._index
        if index is not None and index.snapshot is snapshot:
            return index
        with self._lock:
            if self._index is None:
                self._index = SnapshotIndex(snapshot)
            elif self._index.snapshot is not snapshot and self._tried is not snapshot:
                self._tried = snapshot
                self._background(lambda: self._prepare(snapshot))
            return self._index

    def _prepare(self, snapshot: Snapshot) -> None:
        try:
            index = SnapshotIndex(snapshot)
            index.warm_up()
        except Exception as error:  # whatever it is, the index in use is still good
            log.exception("snapshot_not_prepared", snapshot=snapshot.manifest.name)
            self._problem = f"{type(error).__name__}: {error}"
            return
        with self._lock:
            if self._tried is snapshot:
                self._index, self._tried, self._problem = index, None, None
