"""A data folder → one more backup in an archive; an archive → one with fewer backups.

What is in the archive already is not stored again, so a backup costs what changed. A backup exists from the
moment its list of files is written, which is last: an interrupted one leaves contents that nobody refers to,
which the next backup uses and ``prune`` removes.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flight_search.domain.errors import BackupError, SnapshotError
from flight_search.domain.progress import Progress
from flight_search.operate.archive import Archive
from flight_search.operate.contents import BackedUpFile, BackupManifest
from flight_search.operate.pin import Pinned, PinnedFile, PinnedVersion, pinned
from flight_search.operate.probe import ask

GRACE: Final = dt.timedelta(days=1)
"""Where there are no locks, contents younger than this are not pruned: a backup may need them."""

_BLOCK: Final = 1 << 20
_UNFINISHED: Final = ".new"


@dataclass(frozen=True)
class Created:
    """A backup that was taken."""

    manifest: BackupManifest
    new_files: int
    new_bytes: int
    """Added to the archive, after compression."""


@dataclass(frozen=True)
class Pruned:
    """What was removed from an archive."""

    backups: tuple[str, ...]
    files: int
    bytes: int


def create_backup(
    data_dir: Path, archive: Archive, now: dt.datetime, progress: Progress, *, only_current: bool = False
) -> Created:
    """Back up a data folder while it is used. Raises SnapshotError, FaresError, BackupError: none is taken.

    ``only_current`` leaves out the snapshots and fares that one could go back to.
    """
    with archive.place.locked(), pinned(data_dir, only_current=only_current) as state:
        files, left_out = _checked(state, archive, progress)
        known = {name: file.bytes for name, file in archive.stored().items()}
        new_files = new_bytes = 0
        missing = {file.content: (file, pinned) for file, pinned in files if file.content not in known}
        progress.start("Storing what is new", sum(file.size for file, _ in missing.values()), "B")
        for content, (file, source) in missing.items():
            source.file.seek(0)
            new_bytes += archive.put(content, source.file)
            new_files += 1
            progress.advance(file.size)
        manifest = BackupManifest(
            archive_id=archive.header.id,
            name=archive.free_name(now),
            created_at=now,
            as_of=state.as_of,
            snapshot=state.snapshot.manifest.name,
            fares=state.fares_name,
            offers=len(state.snapshot.offers.key),
            files=tuple(file for file, _ in files),
            probes=ask(state.snapshot),
            left_out=left_out,
        )
        lost = {file.content for file in manifest.files} - archive.stored().keys()
        if lost:
            raise BackupError(
                "Contents of the archive were removed while they were backed up.",
                remedy="Do not prune while a backup is taken. Take it again.",
            )
        archive.write(manifest)
        progress.finish()
    return Created(manifest, new_files, new_bytes)


def prune_backups(archive: Archive, now: dt.datetime, *, keep: int, days: int) -> Pruned:
    """Remove all backups but the newest ``keep`` and those of the last ``days``, and what only they needed.

    Raises BackupError, before anything is removed, if a backup that stays cannot be read: what it needs would
    not be known. Safe to interrupt: what is left over goes the next time.
    """
    if keep < 1:
        raise ValueError("at least one backup must be kept")
    with archive.place.locked():
        names = archive.names()
        since = now - dt.timedelta(days=days)
        going = [name for name in names[keep:] if days == 0 or _taken_at(name) < since]
        staying = [archive.read(name) for name in names if name not in going]
        needed = {file.content for manifest in staying for file in manifest.files}
        for name in going:
            archive.forget(name)
        files = size = 0
        for content, stored in archive.stored().items():
            is_young = not archive.place.has_lock and stored.changed_at > now - GRACE
            if content not in needed and not is_young:
                archive.delete(content)
                files, size = files + 1, size + stored.bytes
        if archive.place.has_lock:
            for left in [file.name for file in archive.place.list("") if file.name.endswith(_UNFINISHED)]:
                archive.place.delete(left)
    return Pruned(tuple(going), files, size)


def _checked(
    state: Pinned, archive: Archive, progress: Progress
) -> tuple[list[tuple[BackedUpFile, PinnedFile]], tuple[str, ...]]:
    """Read every byte; return the files that are what their manifests say, and what was left out."""
    versions = (*state.snapshots, *state.fares)
    total = sum(_size(file) for version in versions for file in version.files)
    progress.start("Reading and checking", total, "B")
    found: list[tuple[BackedUpFile, PinnedFile]] = []
    left_out = list(state.left_out)
    for version in versions:
        read = [(file, _digest(file, progress)) for file in version.files]
        wrong = [file.path for file, digest in read if file.expected_sha256 not in ("", digest)]
        if wrong:
            _refuse_if_current(version, wrong[0])
            left_out.append(f"{wrong[0]} does not have the contents it was written with")
            continue
        for file, digest in read:
            content = archive.content_name(digest)
            found.append(
                (BackedUpFile(path=file.path, size=_size(file), sha256=digest, content=content), file)
            )
    return found, tuple(left_out)


def _refuse_if_current(version: PinnedVersion, path: str) -> None:
    if version.is_current:
        raise SnapshotError(
            f"{path} is damaged: it does not have the contents it was written with (SHA-256 differs). "
            "Nothing was backed up.",
            remedy="Restore it (`flight-search restore`), or go back to an older one that is whole.",
        )


def _digest(file: PinnedFile, progress: Progress) -> str:
    digest = hashlib.sha256()
    while block := file.file.read(_BLOCK):
        digest.update(block)
        progress.advance(len(block))
    return digest.hexdigest()


def _size(file: PinnedFile) -> int:
    here = file.file.tell()
    size = file.file.seek(0, 2)
    file.file.seek(here)
    return size


def _taken_at(name: str) -> dt.datetime:
    return dt.datetime.strptime(name.partition("Z")[0], "%Y-%m-%dT%H-%M-%S").replace(tzinfo=dt.UTC)
