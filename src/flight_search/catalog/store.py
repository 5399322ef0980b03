"""The folder of snapshots: build aside, publish by one atomic swap, open, verify, go back.

::

    <root>/
        CURRENT                  name of the snapshot in use; replaced in one step
        snapshots/<name>/        immutable, named by build time; see ``folder``
        building/<name>.<pid>/   a build that goes on, or what a crash left of one
        build.lock               held by the build that goes on; released by the kernel when it dies

A build writes aside, is checked, forced to disk, renamed into ``snapshots`` and only then pointed to. So a
crash at any point leaves the pointer on a whole snapshot. Readers that have one open keep it, even after it
is deleted, because a mapped file lives as long as its mapping.
"""

import datetime as dt
import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from flight_search.catalog.draft import Draft
from flight_search.catalog.durable import replace_text, sync_folder, sync_tree
from flight_search.catalog.folder import (
    WAY_BACK,
    checksum_problems,
    open_folder,
    read_manifest,
    size_problems,
    write_folder,
)
from flight_search.catalog.snapshot import Manifest, Snapshot
from flight_search.catalog.soundness import soundness_problems
from flight_search.catalog.versions import (
    FULL_DISK,
    HeldError,
    age_of,
    held,
    is_name,
    name_pointed_to,
    names_in,
)
from flight_search.domain.errors import IngestError, NotFoundError, SnapshotError

DEFAULT_KEEP = 3
"""Snapshots kept: the current one and two to go back to."""

POINTER = "CURRENT"

Names: TypeAlias = list[str]
"""Named here because ``SnapshotStore.list`` hides the builtin inside its class."""


@dataclass(frozen=True)
class SnapshotSummary:
    """One line of the list of snapshots. ``manifest`` is None where it cannot be read: see ``problem``."""

    name: str
    bytes: int
    is_current: bool
    manifest: Manifest | None
    problem: str = ""

    @property
    def built_at(self) -> dt.datetime | None:
        """When it was built."""
        return self.manifest.built_at if self.manifest else None

    @property
    def offers(self) -> int:
        """How many offers it holds."""
        return self.manifest.counts.get("offers", 0) if self.manifest else 0


def _no_checkpoint(step: str) -> None:
    """Go on."""


class SnapshotStore:
    """Snapshots under one folder. Makes no folder before something is built."""

    def __init__(
        self, root: Path, *, keep: int = DEFAULT_KEEP, checkpoint: Callable[[str], None] = _no_checkpoint
    ) -> None:
        """Take the folder, how many snapshots to keep, and who is told of each step of a build before it.

        ``checkpoint`` is the seam where tests let a build crash or the disk be full.
        """
        if keep < 1:
            raise ValueError("at least one snapshot must be kept")
        self.root = root
        self._keep = keep
        self._checkpoint = checkpoint

    @property
    def pointer_path(self) -> Path:
        """The file that names the snapshot in use."""
        return self.root / POINTER

    def current_name(self) -> str | None:
        """Return the name of the snapshot in use, None where nothing was built. Raises SnapshotError."""
        return name_pointed_to(
            self.pointer_path, POINTER, "snapshot", lambda what: SnapshotError(what, remedy=WAY_BACK)
        )

    def folder(self, name: str) -> Path:
        """Return the folder of a snapshot. Raises NotFoundError."""
        folder = self.root / "snapshots" / name
        if not is_name(name) or not folder.is_dir():
            raise NotFoundError(
                f"There is no snapshot named {name[:60]!r}.",
                remedy="`flight-search snapshots list` shows those that there are.",
            )
        return folder

    def open(self, name: str | None = None) -> Snapshot:
        """Memory-map a snapshot, by default the one in use. Raises SnapshotError, NotFoundError."""
        if name is not None:
            return open_folder(self.folder(name))
        current = self.current_name()
        if current is None:
            raise SnapshotError(
                "There is no snapshot yet.", remedy="Build one with `flight-search ingest --dataset default`."
            )
        try:
            return open_folder(self.folder(current))
        except NotFoundError as error:
            raise SnapshotError(f"The current snapshot {current} is missing.", remedy=WAY_BACK) from error

    def list(self) -> list[SnapshotSummary]:
        """Return the snapshots, newest first, damaged ones too."""
        try:
            current = self.current_name()
        except SnapshotError:
            # A damaged pointer must not hide the list that is needed to mend it.
            current = None
        return [self._summary(name, is_current=name == current) for name in reversed(self._names())]

    def verify(self, name: str) -> Names:
        """Return what is wrong with a snapshot, reading every byte; an empty list if nothing is.

        Raises SnapshotError if its manifest cannot be read, NotFoundError if there is no such snapshot.
        """
        return _folder_problems(self.folder(name))

    def use(self, name: str) -> None:
        """Make a snapshot the current one. Raises NotFoundError, or SnapshotError if it cannot be opened."""
        open_folder(self.folder(name))
        replace_text(self.pointer_path, name + "\n")

    def remove(self, name: str) -> None:
        """Delete a snapshot; readers that have it open keep it.

        Raises NotFoundError, or IngestError if it is the one in use.
        """
        if name == self.current_name():
            raise IngestError(
                f"Snapshot {name} is in use.",
                remedy="Choose another one first: `flight-search snapshots use`.",
            )
        shutil.rmtree(self.folder(name), ignore_errors=True)

    @contextmanager
    def build(self, built_at: dt.datetime) -> Iterator["SnapshotBuild"]:
        """Hold the right to build. What is not published at the end of the ``with`` is thrown away.

        Raises IngestError if another build goes on or the disk is full.
        """
        if built_at.tzinfo is None:
            raise ValueError("the build time needs a time zone")
        with _out_of_room(self.root), self._lock():
            self._remove_leftovers()
            name = self._free_name(built_at.astimezone(dt.UTC))
            folder = self.root / "building" / f"{name}.{os.getpid()}"
            folder.mkdir()
            try:
                yield SnapshotBuild(self, name, built_at, folder)
            finally:
                shutil.rmtree(folder, ignore_errors=True)

    def publish(self, folder: Path, name: str) -> None:
        """Make a whole, checked folder of a build the current snapshot. For ``SnapshotBuild``."""
        self._checkpoint("sync")
        sync_tree(folder)
        self._checkpoint("rename")
        target = self.root / "snapshots" / name
        folder.rename(target)
        sync_folder(target.parent)
        self._checkpoint("swap")
        replace_text(self.pointer_path, name + "\n")
        self._checkpoint("retire")
        self._retire()

    @property
    def checkpoint(self) -> Callable[[str], None]:
        """Who is told of each step of a build before it."""
        return self._checkpoint

    def _names(self) -> Names:
        return names_in(self.root / "snapshots")

    def _summary(self, name: str, *, is_current: bool) -> SnapshotSummary:
        folder = self.root / "snapshots" / name
        # A build may retire the folder at this moment: then it is empty, and its manifest is missing.
        size = sum(path.stat().st_size for path in folder.glob("*") if path.is_file())
        try:
            manifest = read_manifest(folder)
        except SnapshotError as error:
            return SnapshotSummary(name, size, is_current, None, error.detail)
        return SnapshotSummary(name, size, is_current, manifest, "; ".join(size_problems(folder, manifest)))

    def _free_name(self, built_at: dt.datetime) -> str:
        first = built_at.strftime("%Y-%m-%dT%H-%M-%SZ")
        numbers = [number for second, number in map(age_of, self._names()) if second == first]
        # One above the highest, not the lowest free one: names must sort in the order of building.
        return f"{first}-{max(numbers) + 1}" if numbers else first

    @contextmanager
    def _lock(self) -> Iterator[None]:
        for folder in ("snapshots", "building"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        with ExitStack() as lock:
            try:
                lock.enter_context(held(self.root / "build.lock"))
            except HeldError as error:
                raise IngestError(
                    f"Another build is writing into {self.root} (process {error.holder}).",
                    remedy="Wait until it has ended, then try again.",
                ) from None
            yield

    def _remove_leftovers(self) -> None:
        # This process holds the lock, so whatever is here is of a build that has ended. Whether a process of
        # that number lives says nothing: numbers are used again, and are always small in a container.
        for folder in (self.root / "building").iterdir():
            shutil.rmtree(folder, ignore_errors=True)

    def _retire(self) -> None:
        current = self.current_name()
        for name in self._names()[: -self._keep]:
            if name != current:
                shutil.rmtree(self.root / "snapshots" / name, ignore_errors=True)


class SnapshotBuild:
    """One build: hand over a draft once."""

    def __init__(self, store: SnapshotStore, name: str, built_at: dt.datetime, folder: Path) -> None:
        """For ``SnapshotStore.build``."""
        self.name = name
        self._store = store
        self._built_at = built_at
        self._folder = folder

    def publish(self, draft: Draft) -> Manifest:
        """Write, check and make it current. Raises IngestError; then what was current stays so."""
        checkpoint = self._store.checkpoint
        with _out_of_room(self._folder, draft.needed_bytes()):
            write_folder(self._folder, draft, self.name, self._built_at, checkpoint)
            checkpoint("check")
            problems = _folder_problems(self._folder)
            if problems:
                raise IngestError(
                    f"The snapshot that was built is not sound: {'; '.join(problems[:3])}.",
                    remedy="The last good snapshot stays in use. Please report this with the output.",
                )
            self._store.publish(self._folder, self.name)
        return read_manifest(self._store.folder(self.name))


def _folder_problems(folder: Path) -> list[str]:
    manifest = read_manifest(folder)
    problems = size_problems(folder, manifest) + checksum_problems(folder, manifest)
    return problems or soundness_problems(open_folder(folder))


def _reserve(folder: Path, needed: int) -> None:
    """Fail as a full disk does, before anything is written."""
    if shutil.disk_usage(folder).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _out_of_room(folder: Path, needed: int = 0) -> Iterator[None]:
    """Turn a full disk into an error that says what is needed."""
    try:
        if needed > 0:
            _reserve(folder, needed)
        yield
    except OSError as error:
        if error.errno not in FULL_DISK:
            raise
        free = shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free
        wanted = f"about {needed / 1e6:.0f} MB are needed, " if needed else ""
        raise IngestError(
            f"The disk is full: {wanted}{free / 1e6:.0f} MB are free at {folder}.",
            remedy="Free some room or set FLIGHT_SEARCH_DATA_DIR to another disk, then build again. "
            "The last good snapshot stays in use.",
        ) from error
