"""Where an archive is kept: a folder, or object storage. In: a name and bytes. Out: the same bytes later.

Both hold files by name, with ``/`` between folders. A file is whole or not there: a folder writes aside and
renames, object storage shows an object only after its upload has ended.
"""

import datetime as dt
import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, Protocol, cast

from flight_search.catalog.durable import sync_folder
from flight_search.domain.errors import BackupError

OBJECT_STORES: Final = ("s3://", "gs://", "gcs://", "abfs://")
"""Addresses that are read by the file systems of Apache Arrow; anything else is a folder."""

LOCK: Final = "lock"


@dataclass(frozen=True)
class Stored:
    """One file of a place."""

    name: str
    bytes: int
    changed_at: dt.datetime


class Place(Protocol):
    """Files by name."""

    @property
    def has_lock(self) -> bool:
        """Whether ``locked`` keeps others out."""
        ...

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading, front to back. Raises FileNotFoundError."""
        ...

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Write a file in one step and return its size; an old one of that name is replaced."""
        ...

    def list(self, folder: str) -> Iterator[Stored]:
        """Yield the files under a folder, in no order; none where the folder is missing."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file; nothing happens where there is none."""
        ...

    def locked(self) -> AbstractContextManager[None]:
        """Hold the right to change the archive, where the place can give one."""
        ...


class FolderPlace(Place):
    """A folder of this machine, or one that is mounted. Makes none before something is written."""

    def __init__(self, root: Path) -> None:
        """Take the folder."""
        self._root = root

    @property
    def has_lock(self) -> bool:
        """Yes, by the kernel."""
        return True

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading. Raises FileNotFoundError."""
        return (self._root / name).open("rb")

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Write a file aside, force it to disk and rename it."""
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with aside.open("wb") as file:
                for chunk in chunks:
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                size = file.tell()
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        sync_folder(path.parent)
        return size

    def list(self, folder: str) -> Iterator[Stored]:
        """Yield the files under a folder."""
        for path in (self._root / folder).rglob("*"):
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # a file that was being written, and has its name now
            if path.is_file():
                changed = dt.datetime.fromtimestamp(status.st_mtime, dt.UTC)
                yield Stored(path.relative_to(self._root).as_posix(), status.st_size, changed)

    def delete(self, name: str) -> None:
        """Delete a file."""
        (self._root / name).unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the folder. Raises BackupError if another process has it."""
        self._root.mkdir(parents=True, exist_ok=True)
        with (self._root / LOCK).open("a+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BackupError(
                    f"Another process is changing the archive {self._root}.",
                    remedy="Wait until it has ended, then try again.",
                ) from None
            yield


class ObjectPlace(Place):
    """A bucket and a prefix of object storage, through the file systems of Apache Arrow."""

    def __init__(self, address: str) -> None:
        """Take an address such as ``s3://bucket/prefix?region=eu-central-1``. Raises BackupError."""
        from pyarrow import fs  # noqa: PLC0415 - takes longer to load than a folder takes to back up

        self._shown = shown(address)
        with self._told():
            self._files, self._root = fs.FileSystem.from_uri(address)
        self._fs = fs

    @property
    def has_lock(self) -> bool:
        """No: object storage has none."""
        return False

    def open(self, name: str) -> BinaryIO:
        """Open an object for reading. Raises FileNotFoundError."""
        with self._told():
            return cast("BinaryIO", self._files.open_input_stream(self._path(name)))

    def write(self, name: str, chunks: Iterable[bytes]) -> int:
        """Upload an object; it is there once the stream is closed."""
        size = 0
        with self._told(), self._files.open_output_stream(self._path(name)) as stream:
            for chunk in chunks:
                stream.write(chunk)
                size += len(chunk)
        return size

    def list(self, folder: str) -> Iterator[Stored]:
        """Yield the objects under a prefix."""
        chosen = self._fs.FileSelector(self._path(folder), allow_not_found=True, recursive=True)
        with self._told():
            found = self._files.get_file_info(chosen)
        for info in found:
            if info.type == self._fs.FileType.File:
                changed = info.mtime or dt.datetime.now(dt.UTC)
                yield Stored(info.path.removeprefix(f"{self._root}/"), int(info.size), changed)

    def delete(self, name: str) -> None:
        """Delete an object."""
        with self._told(), suppress(FileNotFoundError):
            self._files.delete_file(self._path(name))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold nothing: object storage has no locks. ``prune`` spares what is young for that reason."""
        yield

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn whatever the store says into an error that names the archive."""
        try:
            yield
        except FileNotFoundError:
            raise
        except (OSError, ValueError) as error:
            raise BackupError(
                f"The archive {self._shown} cannot be used: {error}.",
                remedy="Check the address, and the credentials in the environment (docs/operations.md).",
            ) from error


def open_place(address: str) -> Place:
    """Return the place of an address: an object store, or a folder. Raises BackupError."""
    if address.startswith(OBJECT_STORES):
        return ObjectPlace(address)
    if "://" in address:
        raise BackupError(
            f"There is no storage for {address.partition('://')[0]}:// addresses.",
            remedy=f"Name a folder, or an address with {', '.join(OBJECT_STORES)}.",
        )
    return FolderPlace(Path(address).expanduser().absolute())


def shown(address: str) -> str:
    """Return an address without the credentials that may stand in it."""
    scheme, separator, rest = address.partition("?")[0].rpartition("://")
    return scheme + separator + rest.rpartition("@")[2] if separator else address


def free_bytes(folder: Path) -> int:
    """Return how much room there is at a folder that may not exist yet."""
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free
