"""The snapshot that is current right now, for a process that runs for weeks."""

import threading
from pathlib import Path

from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import FlightSearchError


class LiveSnapshot:
    """Follows the pointer of a store. Safe to share between threads.

    Whoever got a snapshot keeps it: the old one stays mapped until its last reader lets go of it. ``get``
    costs one ``stat`` (2 µs) while nothing changes and a few milliseconds when the pointer has moved.
    """

    def __init__(self, store: SnapshotStore) -> None:
        """Take the store. Opens nothing yet."""
        self._store = store
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._snapshot: Snapshot | None = None
        self._problem: FlightSearchError | None = None

    @property
    def problem(self) -> FlightSearchError | None:
        """Why the newest snapshot is not the one in use; None if it is."""
        return self._problem

    def get(self) -> Snapshot:
        """Return the current snapshot. Raises SnapshotError if there never was one that could be opened.

        When the pointer moves to a damaged snapshot, the one before stays in use and ``problem`` says why.
        """
        snapshot = self._snapshot
        if snapshot is not None and _mark(self._store.pointer_path) == self._seen:
            return snapshot
        with self._lock:
            return self._refresh()

    def _refresh(self) -> Snapshot:
        # The mark is taken before opening: a swap in between is then noticed by the next call.
        mark = _mark(self._store.pointer_path)
        if self._snapshot is not None and mark == self._seen:
            return self._snapshot
        try:
            self._snapshot = self._open()
            self._problem = None
        except FlightSearchError as error:
            self._problem = error
            if self._snapshot is None:
                raise
        self._seen = mark
        return self._snapshot

    def _open(self) -> Snapshot:
        try:
            return self._store.open()
        except FlightSearchError:
            # The snapshot may have been retired between reading its name and opening it. Then the pointer
            # has long moved on, and a second look finds the new one.
            return self._store.open()


def _mark(path: Path) -> tuple[int, int] | None:
    """Return what changes with every replacement of a file; None if it is missing."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns
