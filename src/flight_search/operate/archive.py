"""An archive: backups of one data folder, each file of them kept once.

::

    <archive>/
        archive.json               that it is an archive of ours, of which format, encrypted or not
        content/ab/abcd...         sealed files (``seal``), named by the SHA-256 of what is in them
        backups/<name>.backup      what a backup holds (``contents``), sealed; written last
        lock                       held by who changes it (folders only)

With a key all but ``archive.json`` is encrypted, and names say nothing of the contents.
"""

import datetime as dt
import hashlib
import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from pydantic import ValidationError

from flight_search.catalog.versions import age_of, is_name, name_after
from flight_search.domain.errors import BackupError, NotFoundError
from flight_search.operate.contents import ARCHIVE_FORMAT, ArchiveHeader, BackupManifest
from flight_search.operate.place import Place, Stored
from flight_search.operate.seal import Key, SealError, seal, unseal

HEADER: Final = "archive.json"
BACKUPS: Final = "backups"
CONTENT: Final = "content"
_ENDING: Final = ".backup"
_MOST_HEADER: Final = 10_000
_MOST_MANIFEST: Final = 16 << 20

DAMAGED_REMEDY: Final = (
    "Restore another backup (`flight-search backup list` shows them), or take a new one while the data is "
    "still there."
)


class Archive:
    """One open archive."""

    def __init__(self, place: Place, header: ArchiveHeader, key: Key | None) -> None:
        """For ``open_archive`` and ``create_archive``."""
        self.place = place
        self.header = header
        self._key = key

    @property
    def is_encrypted(self) -> bool:
        """Whether a key is needed to read it."""
        return self._key is not None

    def content_name(self, digest: str) -> str:
        """Return the name under which contents of a SHA-256 are kept."""
        return self._key.name(digest) if self._key else digest

    def stored(self) -> dict[str, Stored]:
        """Return the sealed files that there are, by content name."""
        found = self.place.list(CONTENT)
        return {file.name.rpartition("/")[2]: file for file in found if not file.name.endswith(".new")}

    def put(self, content: str, file: BinaryIO) -> int:
        """Seal and store a file under its content name; return the size that it takes."""
        return self.place.write(_content_path(content), seal(file, content, self._key))

    def get(self, content: str) -> Iterator[bytes]:
        """Yield the contents of a stored file. Raises BackupError where it is missing or damaged."""
        path = _content_path(content)
        with _told_damage(path), self.place.open(path) as sealed:
            yield from unseal(sealed, content, self._key)

    def names(self) -> list[str]:
        """Return the names of the backups, newest first."""
        found = (file.name.removeprefix(f"{BACKUPS}/") for file in self.place.list(BACKUPS))
        names = [name.removesuffix(_ENDING) for name in found if name.endswith(_ENDING)]
        return sorted(filter(is_name, names), key=age_of, reverse=True)

    def read(self, name: str) -> BackupManifest:
        """Return what a backup holds. Raises NotFoundError, or BackupError where it is damaged or foreign."""
        if name not in self.names():
            raise NotFoundError(
                f"There is no backup named {name[:60]!r} in this archive.",
                remedy="`flight-search backup list` shows those that there are.",
            )
        path = f"{BACKUPS}/{name}{_ENDING}"
        with _told_damage(path), self.place.open(path) as sealed:
            parts, size = [], 0
            for part in unseal(sealed, path, self._key):
                parts.append(part)
                size += len(part)
                if size > _MOST_MANIFEST:
                    raise SealError("it is larger than any backup's list of files")
        noted, _, text = b"".join(parts).partition(b"\n")
        if noted.decode("ascii", "replace") != hashlib.sha256(text).hexdigest():
            raise _damaged(path, "does not have the contents it was written with (SHA-256 differs)")
        try:
            manifest = BackupManifest.model_validate_json(text)
        except ValidationError as error:
            raise _damaged(
                path, f"does not say what a backup holds ({error.error_count()} problems)"
            ) from error
        if manifest.archive_id != self.header.id or manifest.name != name:
            raise BackupError(
                f"The backup {name} is foreign: it was written as {manifest.name} into another archive.",
                remedy="Restore it from the archive that it belongs to.",
            )
        return manifest

    def write(self, manifest: BackupManifest) -> None:
        """Write what a backup holds: from here on there is a backup."""
        text = manifest.model_dump_json().encode()
        path = f"{BACKUPS}/{manifest.name}{_ENDING}"
        content = io.BytesIO(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)
        self.place.write(path, seal(content, path, self._key))

    def forget(self, name: str) -> None:
        """Delete a backup's list of files; its contents go with ``prune``."""
        self.place.delete(f"{BACKUPS}/{name}{_ENDING}")

    def delete(self, content: str) -> None:
        """Delete a stored file."""
        self.place.delete(_content_path(content))

    def free_name(self, now: dt.datetime) -> str:
        """Return a name that sorts after all others, whatever the clock says."""
        return name_after(self.names(), now.astimezone(dt.UTC))


def create_archive(place: Place, passphrase: str | None, now: dt.datetime) -> Archive:
    """Make an archive where there is none yet, and open it. Raises BackupError, as ``open_archive``."""
    if _header_bytes(place) is not None:
        return open_archive(place, passphrase)
    if next(iter(place.list(BACKUPS)), None):
        raise _foreign(f"it holds backups, but {HEADER} is missing")
    archive_id = uuid.uuid4().hex
    salt = uuid.uuid4().hex if passphrase else ""
    key = Key.of(passphrase, bytes.fromhex(salt)) if passphrase else None
    header = ArchiveHeader(
        id=archive_id, created_at=now, salt=salt, key_check=key.check(archive_id) if key else ""
    )
    place.write(HEADER, [header.model_dump_json(indent=2).encode()])
    return Archive(place, header, key)


def open_archive(place: Place, passphrase: str | None) -> Archive:
    """Open an archive. Raises BackupError: none, a foreign one, of another format, or under another key."""
    content = _header_bytes(place)
    if content is None:
        raise _foreign(f"there is no {HEADER}")
    try:
        header = ArchiveHeader.model_validate_json(content)
    except ValidationError as error:
        raise _foreign(f"{HEADER} is not one of flight-search, or damaged") from error
    if header.format != ARCHIVE_FORMAT:
        raise BackupError(
            f"The archive has format {header.format}; this program reads format {ARCHIVE_FORMAT}.",
            remedy="Use the version of flight-search that wrote it.",
        )
    if not header.salt:
        if passphrase:
            raise BackupError(
                "The archive is not encrypted, but a key is set.",
                remedy="Leave FLIGHT_SEARCH_BACKUP_KEY out, or back up to a new place: it will be encrypted.",
            )
        return Archive(place, header, None)
    if not passphrase:
        raise BackupError("The archive is encrypted.", remedy="Set its key in FLIGHT_SEARCH_BACKUP_KEY.")
    key = Key.of(passphrase, bytes.fromhex(header.salt))
    if key.check(header.id) != header.key_check:
        raise BackupError(
            "The archive is encrypted with another key.",
            remedy="Set the key that it was created with in FLIGHT_SEARCH_BACKUP_KEY.",
        )
    return Archive(place, header, key)


def _header_bytes(place: Place) -> bytes | None:
    try:
        with place.open(HEADER) as file:
            return bytes(file.read(_MOST_HEADER))
    except FileNotFoundError:
        return None


def _foreign(why: str) -> BackupError:
    return BackupError(
        f"This is no archive of flight-search: {why}.",
        remedy="Name the place that `flight-search backup create` wrote to.",
    )


def _damaged(path: str, what: str) -> BackupError:
    return BackupError(f"The archive is damaged: {path} {what}.", remedy=DAMAGED_REMEDY)


@contextmanager
def _told_damage(path: str) -> Iterator[None]:
    """Turn what goes wrong while a file is read into an error that names it."""
    try:
        yield
    except FileNotFoundError:
        raise _damaged(path, "is missing") from None
    except SealError as error:
        raise _damaged(path, f"cannot be read: {error}") from error
    except OSError as error:
        # The store, or the disk under it, gave up: that says nothing of what is in the file.
        raise BackupError(
            f"The archive cannot be read at {path}: {error}.", remedy="Try again when its storage works."
        ) from error


def _content_path(content: str) -> str:
    return f"{CONTENT}/{content[:2]}/{content}"
