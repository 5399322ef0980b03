"""A data folder while others write to it → open files of one consistent state of it.

Snapshots and fares are never changed once they are published, only pointed to and, later, deleted. So a state
is the two pointers, read such that both held at one moment: the snapshots', the fares', and the snapshots'
again. The files are then opened at once: whoever deletes them afterwards takes their names away, not what is
in them.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from flight_search.catalog.fares.store import MANIFEST as FARES_MANIFEST
from flight_search.catalog.fares.store import TABLE as FARES_TABLE
from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.folder import MANIFEST, MANIFEST_CHECKSUM, WAY_BACK, read_manifest
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import BackupError, FlightSearchError, NotFoundError, SnapshotError

_TRIES: Final = 20
"""How often the pointers are read anew because one moved in between: it takes microseconds to read them."""


@dataclass(frozen=True)
class PinnedFile:
    """One open file."""

    path: str
    """In the data folder."""
    file: BinaryIO
    expected_sha256: str = ""
    """What its own manifest says of it; empty where none does."""


@dataclass(frozen=True)
class PinnedVersion:
    """A snapshot or a version of the fares, with all its files open."""

    name: str
    is_current: bool
    files: tuple[PinnedFile, ...]


@dataclass(frozen=True)
class Pinned:
    """One state of a data folder."""

    snapshot: Snapshot
    """The one in use."""
    as_of: dt.datetime
    snapshots: tuple[PinnedVersion, ...]
    fares: tuple[PinnedVersion, ...]
    left_out: tuple[str, ...]

    @property
    def fares_name(self) -> str | None:
        """The version of the fares in use."""
        return next((version.name for version in self.fares if version.is_current), None)


@contextmanager
def pinned(data_dir: Path, *, only_current: bool) -> Iterator[Pinned]:
    """Hold one state of a data folder open. Raises SnapshotError, FaresError, BackupError."""
    store, fares = SnapshotStore(data_dir), FareStore(data_dir)
    for _ in range(_TRIES):
        name, version = store.current_name(), fares.current_name()
        if store.current_name() != name:
            continue
        if name is None:
            raise SnapshotError(
                f"There is nothing to back up in {data_dir}: no snapshot was built.",
                remedy="Build one with `flight-search ingest`, or set FLIGHT_SEARCH_DATA_DIR.",
            )
        with ExitStack() as files:
            pin = _Pin(data_dir, files)
            try:
                state = pin.state(name, version, only_current=only_current)
            except (OSError, FlightSearchError):
                if (store.current_name(), fares.current_name()) == (name, version):
                    raise
                continue  # retired between reading its name and opening it: the pointers have moved on
            yield state
            return
    raise BackupError(
        f"The data in {data_dir} changed each time it was read.",
        remedy="Try again when the builds have ended.",
    )


class _Pin:
    """Opens files that stay open as long as a stack of them."""

    def __init__(self, data_dir: Path, files: ExitStack) -> None:
        self._data_dir = data_dir
        self._files = files
        self._left_out: list[str] = []

    def state(self, name: str, version: str | None, *, only_current: bool) -> Pinned:
        """Open what two pointers name, and, where wanted, all that one can go back to."""
        store, fares = SnapshotStore(self._data_dir), FareStore(self._data_dir)
        snapshot = store.open(name)
        snapshots, versions = [self._snapshot(name, is_current=True)], []
        as_of = snapshot.manifest.built_at
        if version is not None:
            as_of = max(as_of, fares.manifest(version).applied_at)
            versions.append(self._version(version, is_current=True))
        if not only_current:
            for one in (summary.name for summary in store.list() if summary.name != name):
                snapshots += self._older(one, self._snapshot)
            for one in (summary.name for summary in fares.list() if summary.name != version):
                versions += self._older(one, self._version)
        return Pinned(snapshot, as_of, tuple(snapshots), tuple(versions), tuple(self._left_out))

    def _older(self, name: str, opened: Callable[..., PinnedVersion]) -> list[PinnedVersion]:
        try:
            return [opened(name, is_current=False)]
        except NotFoundError:
            return []  # retired meanwhile: nobody can go back to it any more
        except FlightSearchError as error:
            self._left_out.append(error.detail)
            return []

    def _snapshot(self, name: str, *, is_current: bool) -> PinnedVersion:
        folder = SnapshotStore(self._data_dir).folder(name)
        expected = {entry.name: entry.sha256 for entry in read_manifest(folder).files}
        return self._opened(folder, {**expected, MANIFEST: "", MANIFEST_CHECKSUM: ""}, is_current=is_current)

    def _version(self, name: str, *, is_current: bool) -> PinnedVersion:
        manifest = FareStore(self._data_dir).manifest(name)
        folder = self._data_dir / "fares" / "versions" / name
        return self._opened(folder, {FARES_TABLE: manifest.sha256, FARES_MANIFEST: ""}, is_current=is_current)

    def _opened(self, folder: Path, expected: dict[str, str], *, is_current: bool) -> PinnedVersion:
        opened = []
        for name, digest in sorted(expected.items()):
            try:
                file = self._files.enter_context((folder / name).open("rb"))
            except FileNotFoundError:
                raise SnapshotError(
                    f"{folder.name} is damaged: {name} is missing.", remedy=WAY_BACK
                ) from None
            path = (folder / name).relative_to(self._data_dir).as_posix()
            opened.append(PinnedFile(path, file, digest))
        return PinnedVersion(folder.name, is_current, tuple(opened))
