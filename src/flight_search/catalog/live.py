"""The snapshot that is current right now, with the fares in use, for a process that runs for weeks."""

import threading
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import structlog

from flight_search.catalog.fares.overlay import Overlay
from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import FaresError, FlightSearchError

Mark: TypeAlias = tuple[int, int] | None

log = structlog.get_logger("flight_search.catalog")


class LiveSnapshot:
    """Follows the pointers of the snapshots and of the fares. Safe to share between threads.

    Whoever got a snapshot keeps it: the old one stays mapped until its last reader lets go of it. ``get``
    costs two ``stat`` (4 µs) while nothing changes and a few milliseconds when a pointer has moved: fares are
    opened here, and laid over (``fares.lay_over``) by who makes something of the snapshot.
    """

    def __init__(self, store: SnapshotStore) -> None:
        """Take the store. Opens nothing yet."""
        self._store = store
        self._fares = FareStore(store.root)
        self._lock = threading.Lock()
        self._seen: tuple[Mark, Mark] | None = None
        self._snapshot: Snapshot | None = None
        self._problem: FlightSearchError | None = None

    @property
    def problem(self) -> FlightSearchError | None:
        """Why the newest snapshot is not the one in use; None if it is."""
        return self._problem

    def get(self) -> Snapshot:
        """Return the current snapshot. Raises SnapshotError if there never was one that could be opened.

        When a pointer moves to something damaged, what was before stays in use: ``problem`` says why of a
        snapshot, ``Snapshot.fares_problem`` of fares.
        """
        snapshot = self._snapshot
        if snapshot is not None and self._marks() == self._seen:
            return snapshot
        with self._lock:
            return self._refresh()

    def _marks(self) -> tuple[Mark, Mark]:
        return _mark(self._store.pointer_path), _mark(self._fares.pointer_path)

    def _refresh(self) -> Snapshot:
        # The marks are taken before opening: a swap in between is then noticed by the next call.
        marks = self._marks()
        if self._snapshot is not None and marks == self._seen:
            return self._snapshot
        before = self._snapshot
        if before is None or self._seen is None or marks[0] != self._seen[0]:
            try:
                opened = self._open()
                self._problem = None
            except FlightSearchError as error:
                self._problem = error
                if before is None:
                    raise
                opened = before
        else:
            opened = before
        self._snapshot = self._with_fares(opened, before.overlay if before else None)
        self._seen = marks
        return self._snapshot

    def _open(self) -> Snapshot:
        try:
            return self._store.open()
        except FlightSearchError:
            # The snapshot may have been retired between reading its name and opening it. Then the pointer
            # has long moved on, and a second look finds the new one.
            return self._store.open()

    def _with_fares(self, snapshot: Snapshot, before: Overlay | None) -> Snapshot:
        problem = None
        try:
            overlay = self._open_fares()
        except FaresError as error:
            overlay, problem = before, error.detail
        if overlay and overlay.manifest.currency != snapshot.manifest.currency:
            problem = (
                f"The fares {overlay.manifest.name} are in {overlay.manifest.currency}, "
                f"this data in {snapshot.manifest.currency}."
            )
            overlay = None
        if problem:
            log.warning("fares_not_used", snapshot=snapshot.manifest.name, reason=problem)
        if overlay is snapshot.overlay and problem == snapshot.fares_problem:
            return snapshot
        return replace(snapshot, overlay=overlay, fares_problem=problem)

    def _open_fares(self) -> Overlay | None:
        try:
            return self._fares.open_current()
        except FaresError:
            # As with a snapshot that was retired.
            return self._fares.open_current()


def _mark(path: Path) -> Mark:
    """Return what changes with every replacement of a file; None if it is missing."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns
