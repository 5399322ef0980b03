"""The index that searches use, and the next one while it is made.

In: whatever snapshot is current, and the fares that go with it. Out: an index that is ready. When either
changes, the next index is made in the background, with all that is else made when it is first needed, and
searches go on with the one before until it is ready: nobody waits for a swap. What takes part in a search is
one index from beginning to end, hence one snapshot and one version of the fares.

Broad searches of large snapshots need bundles. They are made in the background as well, and anew before they
go out of date; until they are there, those searches filter row by row.

One is made at a time, and each that is made is used: were it thrown away because the next is there already,
fares that change without a pause would never be seen.
"""

import threading
from collections.abc import Callable
from typing import Protocol, TypeAlias

import structlog

from flight_search.catalog.fares.lay_over import lay_over
from flight_search.catalog.snapshot import Snapshot
from flight_search.search.bundles import bundle
from flight_search.search.index import SnapshotIndex
from flight_search.vectors.open import IndexOf, in_memory

LEAST_BUNDLED = 50_000
"""Offers from which bundles are worth their memory: fewer are filtered one by one in about a millisecond."""

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

    def __init__(
        self, live: CurrentSnapshot, background: Background, profiles_of: IndexOf = in_memory
    ) -> None:
        """Take the snapshots, the way to work in the background, and where vectors are asked for.

        Opens nothing yet.
        """
        self._live = live
        self._profiles_of = profiles_of
        self._background = background
        self._lock = threading.Lock()
        self._index: SnapshotIndex | None = None
        self._made_of: Snapshot | None = None
        """The snapshot of the index, before its fares were laid over."""
        self._is_preparing = False
        self._failed: Snapshot | None = None
        """The snapshot whose index could not be made: not tried again."""
        self._problem: str | None = None
        self._is_bundling = False
        self._not_bundled: SnapshotIndex | None = None
        """The index whose bundles could not be made: not tried again."""

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
        if index is not None and self._made_of is snapshot:
            self._problem = None
            return index
        with self._lock:
            if self._index is None:
                self._index, self._made_of = SnapshotIndex(lay_over(snapshot), self._profiles_of), snapshot
            elif self._made_of is not snapshot and self._failed is not snapshot and not self._is_preparing:
                self._is_preparing = True
                self._background(lambda: self._prepare(snapshot))
            return self._index

    def keep_bundled(self, index: SnapshotIndex, now_minute: int) -> None:
        """Have bundles made in the background where the index has none, or soon none that are good."""
        if index.size < LEAST_BUNDLED or (index.bundled and index.bundled.is_fresh_at(now_minute)):
            return
        with self._lock:
            if self._is_bundling or self._not_bundled is index:
                return
            self._is_bundling = True
        self._background(lambda: self._bundle(index, now_minute))

    def _bundle(self, index: SnapshotIndex, now_minute: int) -> None:
        try:
            index.bundled = bundle(index, now_minute)
        except Exception:  # whatever it is, searches still filter row by row
            log.exception("bundles_not_made", snapshot=index.snapshot.manifest.name)
            self._not_bundled = index
        finally:
            self._is_bundling = False

    def _prepare(self, snapshot: Snapshot) -> None:
        try:
            index = self._next_index(snapshot)
            index.warm_up()
            before = self._index
            if before and before.bundled:
                # With bundles like those in use, so that no broad search is slow after the swap.
                index.bundled = bundle(index, before.bundled.begins)
        except Exception as error:  # whatever it is, the index in use is still good
            log.exception("snapshot_not_prepared", snapshot=snapshot.manifest.name)
            with self._lock:
                self._problem = f"{type(error).__name__}: {error}"
                self._failed, self._is_preparing = snapshot, False
            return
        with self._lock:
            self._index, self._made_of = index, snapshot
            self._failed, self._problem, self._is_preparing = None, None, False

    def _next_index(self, snapshot: Snapshot) -> SnapshotIndex:
        laid = lay_over(snapshot)
        before = self._index
        if before is not None and before.snapshot.manifest is snapshot.manifest:
            return before.with_fares(laid)
        return SnapshotIndex(laid, self._profiles_of)
