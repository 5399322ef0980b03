"""One backup → the data folder as it was, in one step; or → the proof that this would work.

Everything is written aside and checked there: the SHA-256 of each file, the soundness of each snapshot, and
vector questions against the answers that were exact when the backup was taken. Only then are folders renamed
into place and the pointers set, that of the snapshots last: in a folder that has none yet, nothing can be
seen before all of it can.
"""

import datetime as dt
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flight_search.catalog.durable import replace_text, sync_folder
from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.folder import sha256_of
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import BackupError, FlightSearchError, NotFoundError
from flight_search.domain.progress import Progress
from flight_search.operate.archive import DAMAGED_REMEDY, Archive
from flight_search.operate.contents import BackedUpFile, BackupManifest
from flight_search.operate.place import free_bytes
from flight_search.operate.probe import differences

ASIDE: Final = "restoring"
"""Folder in the data folder; what a crash left in it goes with the next restore."""


@dataclass(frozen=True)
class Restored:
    """A data folder that is back."""

    manifest: BackupManifest
    written: int
    """Bytes that were not there already."""
    notes: tuple[str, ...] = ()


def restore_backup(
    archive: Archive, name: str | None, data_dir: Path, now: dt.datetime, progress: Progress
) -> Restored:
    """Bring a data folder to the state of a backup, by default the newest one.

    Snapshots and fares that the backup does not have stay where they are. Raises BackupError, NotFoundError
    or IngestError (a build goes on); then the folder is as it was.
    """
    manifest = archive.read(name or _newest(archive))
    aside = data_dir / ASIDE / str(os.getpid())
    _take_room(aside, manifest)
    # The right to build is the right to restore: no build changes the pointer meanwhile, and none begins.
    with SnapshotStore(data_dir).build(now):
        shutil.rmtree(data_dir / ASIDE, ignore_errors=True)
        try:
            absent = _absent(manifest, data_dir, progress)
            _fetch(archive, [file for file in manifest.files if _folder(file) in absent], aside, progress)
            progress.start("Asking it vector questions")
            _check(manifest, absent, aside, aside if f"snapshots/{manifest.snapshot}" in absent else data_dir)
            with FareStore(data_dir).writing():
                notes = _notes(manifest, data_dir)
                _switch(manifest, absent, aside, data_dir)
            progress.finish()
        finally:
            shutil.rmtree(data_dir / ASIDE, ignore_errors=True)
    return Restored(manifest, sum(file.size for file in manifest.files if _folder(file) in absent), notes)


def verify_backup(archive: Archive, name: str | None, progress: Progress) -> BackupManifest:
    """Restore a backup aside, check all of it and throw it away. Raises BackupError where it is damaged."""
    manifest = archive.read(name or _newest(archive))
    with tempfile.TemporaryDirectory(prefix="flight-search-verify-") as folder:
        aside = Path(folder)
        _take_room(aside, manifest)
        _fetch(archive, list(manifest.files), aside, progress)
        progress.start("Asking it vector questions")
        _check(manifest, manifest.folders(), aside, aside)
        progress.finish()
    return manifest


def _newest(archive: Archive) -> str:
    names = archive.names()
    if not names:
        raise NotFoundError(
            "There is no backup in this archive.", remedy="Take one with `flight-search backup create`."
        )
    return names[0]


def _take_room(folder: Path, manifest: BackupManifest) -> None:
    free = free_bytes(folder)
    if free < manifest.size:
        raise BackupError(
            f"The disk is too full: {manifest.size / 1e6:.0f} MB are needed, {free / 1e6:.0f} MB are free "
            f"at {folder}.",
            remedy="Free some room, or name another disk: FLIGHT_SEARCH_DATA_DIR (restore), TMPDIR (verify).",
        )


def _absent(manifest: BackupManifest, data_dir: Path, progress: Progress) -> set[str]:
    """Return the folders of the backup that are not in a data folder, or are damaged there."""
    absent = set()
    progress.start("Looking at what is there")
    for folder in sorted(manifest.folders()):
        files = [file for file in manifest.files if _folder(file) == folder]
        if all(_is_there(data_dir / file.path, file) for file in files):
            continue
        if (data_dir / folder).exists() and _is_whole(data_dir, folder):
            raise BackupError(
                f"{folder} in {data_dir} is whole, and not the one of the backup: it is foreign.",
                remedy="Restore into another folder: set FLIGHT_SEARCH_DATA_DIR.",
            )
        absent.add(folder)
    return absent


def _is_there(path: Path, file: BackedUpFile) -> bool:
    try:
        return path.stat().st_size == file.size and sha256_of(path) == file.sha256
    except FileNotFoundError:
        return False


def _is_whole(data_dir: Path, folder: str) -> bool:
    name = Path(folder).name
    try:
        if folder.startswith("snapshots/"):
            return not SnapshotStore(data_dir).verify(name)
        FareStore(data_dir).verify(name)
    except FlightSearchError:
        return False
    return True


def _fetch(archive: Archive, files: list[BackedUpFile], aside: Path, progress: Progress) -> None:
    """Write files aside, each checked and forced to disk."""
    progress.start("Reading the backup", sum(file.size for file in files), "B")
    for file in files:
        path = aside / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as out:
            for part in archive.get(file.content):
                size += len(part)
                if size > file.size:
                    break
                digest.update(part)
                out.write(part)
                progress.advance(len(part))
            out.flush()
            os.fsync(out.fileno())
        if size != file.size or digest.hexdigest() != file.sha256:
            raise BackupError(
                f"The archive is damaged: content/{file.content[:2]}/{file.content} is not {file.path} "
                "as it was backed up (SHA-256 differs).",
                remedy=DAMAGED_REMEDY,
            )


def _check(manifest: BackupManifest, folders: set[str], aside: Path, root: Path) -> None:
    """Raise BackupError if what was fetched is not sound, or answers otherwise than it did.

    ``root`` is the data folder, or the one aside, that has the snapshot to be used.
    """
    problems: list[str] = []
    for folder in sorted(folders):
        name = Path(folder).name
        try:
            if folder.startswith("snapshots/"):
                problems += SnapshotStore(aside).verify(name)
            else:
                FareStore(aside).verify(name)
        except FlightSearchError as error:
            problems.append(error.detail)
    if not problems:
        problems = differences(SnapshotStore(root).open(manifest.snapshot), manifest.probes)
    if problems:
        raise BackupError(
            f"The backup {manifest.name} is not sound: {'; '.join(problems[:3])}.", remedy=DAMAGED_REMEDY
        )


def _notes(manifest: BackupManifest, data_dir: Path) -> tuple[str, ...]:
    """Return what stops being in use, so that one can go back to it."""
    notes = []
    for what, command, before, after in (
        ("snapshot", "snapshots", _pointer(SnapshotStore(data_dir).current_name), manifest.snapshot),
        ("fares", "fares", _pointer(FareStore(data_dir).current_name), manifest.fares),
    ):
        if before and before != after:
            notes.append(f"Before, {what} {before} was in use: `flight-search {command} use {before}`.")
    return tuple(notes)


def _pointer(read: Callable[[], str | None]) -> str | None:
    try:
        return read()
    except FlightSearchError:
        return None  # damaged: that is why one restores


def _switch(manifest: BackupManifest, absent: set[str], aside: Path, data_dir: Path) -> None:
    """Rename the folders into place and set the pointers."""
    for folder in sorted(absent):
        sync_folder(aside / folder)
        target = data_dir / folder
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            damaged = aside / "damaged" / folder
            damaged.parent.mkdir(parents=True, exist_ok=True)
            target.rename(damaged)
        (aside / folder).rename(target)
        sync_folder(target.parent)
    fares, snapshots = FareStore(data_dir), SnapshotStore(data_dir)
    if manifest.fares:
        replace_text(fares.pointer_path, manifest.fares + "\n")
    else:
        fares.pointer_path.unlink(missing_ok=True)
    replace_text(snapshots.pointer_path, manifest.snapshot + "\n")


def _folder(file: BackedUpFile) -> str:
    return file.path.rpartition("/")[0]
