"""The folder of fares: write a version aside, switch to it in one step, go back.

::

    <data dir>/fares/
        CURRENT             name of the version in use; replaced in one step
        versions/<name>/    immutable, named by when it was applied: fares.arrow, manifest.json
        writing/            a version that is being written, or what a crash left of one
        lock                held by who writes; released by the kernel when it dies

The folder stands beside those of the snapshots, not in one: fares outlive the snapshot that they were applied
to. A version holds all that is in effect, so switching to one is switching to a state, whichever was before.
"""

import datetime as dt
import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
from pydantic import ValidationError

from flight_search.catalog.durable import replace_text, sync_folder, sync_tree
from flight_search.catalog.fares.overlay import FARES_SCHEMA_VERSION, FareManifest, Fares, Overlay
from flight_search.catalog.folder import sha256_of
from flight_search.catalog.tables import read_table, table_bytes, write_table
from flight_search.catalog.versions import (
    FULL_DISK,
    HeldError,
    held,
    is_name,
    name_after,
    name_pointed_to,
    names_in,
)
from flight_search.domain.errors import FaresError, NotFoundError

KEEP: Final = 8
"""Versions kept to go back to: 22 MB each for a million fares."""

WAIT_S: Final = 30.0
"""How long one writer waits for another: a million fares take a few seconds."""

POINTER: Final = "CURRENT"
TABLE: Final = "fares.arrow"
MANIFEST: Final = "manifest.json"

WAY_BACK: Final = (
    "Go back with `flight-search fares use NAME` (`flight-search fares list` shows the names), or take all "
    "fares away with `flight-search fares clear`."
)

Names: TypeAlias = list[str]
"""Named here because ``FareStore.list`` hides the builtin inside its class."""

_NOT_OURS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BETWEEN_TRIES_S = 0.05


@dataclass(frozen=True)
class Applied:
    """What is to be known of a version besides its fares."""

    at: dt.datetime
    currency: str
    snapshot: str
    source: str
    changed: int


@dataclass(frozen=True)
class FareSummary:
    """One line of the list of versions. ``manifest`` is None where it cannot be read: see ``problem``."""

    name: str
    is_current: bool
    manifest: FareManifest | None
    problem: str = ""


def _no_checkpoint(step: str) -> None:
    """Go on."""


class FareStore:
    """Versions of the fares under one data folder. Makes no folder before something is written."""

    def __init__(
        self, data_dir: Path, *, keep: int = KEEP, checkpoint: Callable[[str], None] = _no_checkpoint
    ) -> None:
        """Take the data folder, how many versions to keep, and who is told of each step before it.

        ``checkpoint`` is the seam where tests let a writer crash or the disk be full.
        """
        self.root = data_dir / "fares"
        self._keep = keep
        self._checkpoint = checkpoint

    @property
    def pointer_path(self) -> Path:
        """The file that names the version in use."""
        return self.root / POINTER

    def current_name(self) -> str | None:
        """Return the name of the version in use, None where nothing was ever applied. Raises FaresError."""
        return name_pointed_to(
            self.pointer_path, f"fares/{POINTER}", "version", lambda what: FaresError(what, remedy=WAY_BACK)
        )

    def open(self, name: str) -> Overlay:
        """Memory-map a version. Raises FaresError, NotFoundError."""
        manifest = self.manifest(name)
        try:
            return Overlay(manifest, read_table(self._folder(name) / TABLE, Fares))
        except (OSError, ValueError) as error:
            raise _damaged(name, f"{TABLE} {error}") from error

    def open_current(self) -> Overlay | None:
        """Return the version in use; None where there is none or it holds no fare. Raises FaresError."""
        name = self.current_name()
        if name is None:
            return None
        try:
            overlay = self.open(name)
        except NotFoundError as error:
            raise FaresError(f"The fares in use, {name}, are missing.", remedy=WAY_BACK) from error
        return overlay if len(overlay.fares.key) else None

    def manifest(self, name: str) -> FareManifest:
        """Return what is to be known of a version of the right size. Raises FaresError, NotFoundError."""
        folder = self._folder(name)
        try:
            manifest = FareManifest.model_validate_json((folder / MANIFEST).read_bytes())
            size = (folder / TABLE).stat().st_size
        except OSError as error:
            raise _damaged(name, f"a file cannot be read ({error.strerror})") from error
        except ValidationError as error:
            raise _damaged(name, f"{MANIFEST} does not hold a manifest") from error
        if manifest.schema_version != FARES_SCHEMA_VERSION:
            raise _damaged(name, f"version {manifest.schema_version} of the format is not read here")
        if size != manifest.bytes:
            raise _damaged(name, f"{TABLE} has {size} bytes instead of {manifest.bytes}")
        return manifest

    def verify(self, name: str) -> None:
        """Read every byte of a version. Raises FaresError where it is damaged, NotFoundError."""
        manifest = self.manifest(name)
        if sha256_of(self._folder(name) / TABLE) != manifest.sha256:
            raise _damaged(name, f"{TABLE} does not have the contents it was written with (SHA-256 differs)")

    def list(self) -> list[FareSummary]:
        """Return the versions, newest first, damaged ones too."""
        try:
            current = self.current_name()
        except FaresError:
            # A damaged pointer must not hide the list that is needed to mend it.
            current = None
        return [self._summary(name, is_current=name == current) for name in reversed(self._names())]

    def use(self, name: str) -> FareManifest:
        """Make a version the current one. Raises FaresError where it is damaged, NotFoundError."""
        self.verify(name)
        with self.writing():
            replace_text(self.pointer_path, name + "\n")
        return self.manifest(name)

    @contextmanager
    def writing(self, *, wait_s: float = WAIT_S) -> Iterator["FareWriter"]:
        """Hold the right to change the fares. Raises FaresError if another has it or the disk is full."""
        with _out_of_room(self.root), self._lock(wait_s):
            # This process holds the lock, so whatever is here is of a writer that has ended.
            for folder in (self.root / "writing").iterdir():
                shutil.rmtree(folder, ignore_errors=True)
            yield FareWriter(self)

    def publish(self, fares: Fares, applied: Applied, previous: str | None) -> FareManifest:
        """Write a version and make it current. For ``FareWriter``, which holds the lock."""
        name = name_after(self._names(), applied.at.astimezone(dt.UTC))
        folder = self.root / "writing" / f"{name}.{os.getpid()}"
        with _out_of_room(self.root, table_bytes(fares)):
            folder.mkdir()
            try:
                self._checkpoint("write fares")
                write_table(folder / TABLE, fares)
                manifest = FareManifest(
                    name=name,
                    applied_at=applied.at,
                    currency=applied.currency,
                    snapshot=applied.snapshot,
                    source=applied.source[-300:],
                    changed=applied.changed,
                    offers=len(fares.key),
                    sold_out=int(np.count_nonzero(fares.sold_out)),
                    previous=previous,
                    bytes=(folder / TABLE).stat().st_size,
                    sha256=sha256_of(folder / TABLE),
                )
                self._checkpoint("write manifest")
                (folder / MANIFEST).write_text(manifest.model_dump_json(indent=2), encoding="utf-8")
                self._checkpoint("sync")
                sync_tree(folder)
                self._checkpoint("rename")
                folder.rename(self.root / "versions" / name)
                sync_folder(self.root / "versions")
                self._checkpoint("switch")
                replace_text(self.pointer_path, name + "\n")
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        self._checkpoint("retire")
        self._retire(name)
        return manifest

    def _folder(self, name: str) -> Path:
        folder = self.root / "versions" / name
        if not is_name(name) or not folder.is_dir():
            raise NotFoundError(
                f"There are no fares named {name[:60]!r}.",
                remedy="`flight-search fares list` shows the versions that are kept.",
            )
        return folder

    def _names(self) -> Names:
        return names_in(self.root / "versions")

    def _summary(self, name: str, *, is_current: bool) -> FareSummary:
        try:
            return FareSummary(name, is_current, self.manifest(name))
        except (FaresError, NotFoundError) as error:
            return FareSummary(name, is_current, None, error.detail)

    @contextmanager
    def _lock(self, wait_s: float) -> Iterator[None]:
        for folder in ("versions", "writing"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + wait_s
        with ExitStack() as lock:
            while True:
                try:
                    lock.enter_context(held(self.root / "lock"))
                    break
                except HeldError as error:
                    if time.monotonic() >= until:
                        raise FaresError(
                            f"Another process ({error.holder}) is changing the fares.",
                            remedy="Wait until it has ended, then try again.",
                        ) from None
                    time.sleep(_BETWEEN_TRIES_S)
            yield

    def _retire(self, current: str) -> None:
        for name in self._names()[: -self._keep]:
            if name != current:
                shutil.rmtree(self.root / "versions" / name, ignore_errors=True)


class FareWriter:
    """The right to change the fares: nothing changes under who holds it."""

    def __init__(self, store: FareStore) -> None:
        """For ``FareStore.writing``."""
        self._store = store

    def publish(self, fares: Fares, applied: Applied) -> FareManifest:
        """Write a version and make it current. Raises FaresError; then what was in use stays so."""
        return self._store.publish(fares, applied, self._current_or_none())

    def undo(self) -> FareManifest:
        """Go back to the version before the one in use. Raises FaresError, NotFoundError if there is none."""
        current = self._store.current_name()
        previous = self._store.manifest(current).previous if current else None
        if previous is None:
            raise NotFoundError(
                "There is nothing to undo: no fares were in use before.",
                remedy="`flight-search fares clear` takes all fares away.",
            )
        self._store.verify(previous)
        replace_text(self._store.pointer_path, previous + "\n")
        return self._store.manifest(previous)

    def _current_or_none(self) -> str | None:
        try:
            return self._store.current_name()
        except FaresError:
            return None


def _damaged(name: str, what: str) -> FaresError:
    return FaresError(f"The fares {name} are damaged: {what}.", remedy=WAY_BACK)


@contextmanager
def _out_of_room(folder: Path, needed: int = 0) -> Iterator[None]:
    """Turn a full disk, or one that may not be written, into an error that says what is needed."""
    place = next(path for path in (folder, *folder.parents) if path.exists())
    try:
        if needed and shutil.disk_usage(place).free < needed:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # noqa: TRY301 - as a write would
        yield
    except OSError as error:
        if error.errno in _NOT_OURS:
            raise FaresError(
                f"{folder} cannot be written ({error.strerror}).",
                remedy="Apply fares as a user, and on a machine, that may write to the data folder.",
            ) from error
        if error.errno not in FULL_DISK:
            raise
        wanted = f"about {needed / 1e6:.1f} MB are needed, " if needed else ""
        raise FaresError(
            f"The disk is full: {wanted}{shutil.disk_usage(place).free / 1e6:.1f} MB are free at {folder}.",
            remedy="Free some room, then apply the fares again. Those in effect before still are.",
        ) from error
