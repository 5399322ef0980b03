"""One snapshot folder: write it, open it, name what is damaged.

::

    <name>/
        offers.arrow  segments.arrow  routes.arrow  airports.arrow  carriers.arrow  aircraft.arrow
        profiles.arrow  vectors.npy
        manifest.sha256     checksum of the manifest
        manifest.json       written last; names every other file with its size and SHA-256
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from flight_search.catalog.draft import Draft
from flight_search.catalog.schema import (
    SCHEMA_VERSION,
    TABLES,
    Aircraft,
    Airports,
    Carriers,
    Offers,
    Profiles,
    Routes,
    Segments,
)
from flight_search.catalog.snapshot import FileEntry, Manifest, Snapshot
from flight_search.catalog.tables import read_table, read_vectors, write_table, write_vectors
from flight_search.domain.errors import SnapshotError

MANIFEST = "manifest.json"
MANIFEST_CHECKSUM = "manifest.sha256"
VECTORS = "vectors.npy"

T = TypeVar("T")

_FILE_OF: dict[type, str] = {table: f"{name}.arrow" for name, table in TABLES.items()}

WAY_BACK = (
    "Go back to an older snapshot with `flight-search snapshots use NAME` (`flight-search snapshots list` "
    "shows the names), or build a new one with `flight-search ingest --dataset default`."
)


class _Version(BaseModel):
    """The one field of a manifest that every version has."""

    schema_version: int


def write_folder(
    folder: Path, draft: Draft, name: str, built_at: dt.datetime, checkpoint: Callable[[str], None]
) -> None:
    """Write all files of a snapshot into an empty folder, the manifest last."""
    for table, rows in draft.tables().items():
        checkpoint(f"write {table}")
        write_table(folder / f"{table}.arrow", rows)
    checkpoint("write vectors")
    write_vectors(folder / VECTORS, draft.vectors)
    files = tuple(_entry(path) for path in sorted(folder.iterdir()))
    manifest = draft.manifest(name, built_at, files).model_dump_json(indent=2).encode()
    checkpoint("write manifest")
    (folder / MANIFEST_CHECKSUM).write_text(f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n")
    (folder / MANIFEST).write_bytes(manifest)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a folder. Raises SnapshotError."""
    name = folder.name
    try:
        content = (folder / MANIFEST).read_bytes()
        # By itself and first: the manifest of another version may have fields that this one does not know.
        version = _Version.model_validate_json(content).schema_version
        manifest = Manifest.model_validate_json(content) if version == SCHEMA_VERSION else None
    except FileNotFoundError:
        raise damaged(name, MANIFEST, "is missing") from None
    except OSError as error:
        raise damaged(name, MANIFEST, f"cannot be read ({error.strerror})") from error
    except ValidationError as error:
        raise damaged(name, MANIFEST, f"does not hold a manifest ({error.error_count()} problems)") from error
    if manifest is None:
        raise SnapshotError(
            f"Snapshot {name} has schema version {version}; this program reads version {SCHEMA_VERSION}.",
            remedy=WAY_BACK,
        )
    return manifest


def open_folder(folder: Path) -> Snapshot:
    """Memory-map a snapshot after checking its version and the sizes of its files. Raises SnapshotError.

    Takes milliseconds whatever the size: contents are checked by ``verify`` alone.
    """
    manifest = read_manifest(folder)
    problems = size_problems(folder, manifest)
    if problems:
        raise SnapshotError(f"Snapshot {folder.name} is damaged: {problems[0]}.", remedy=WAY_BACK)
    try:
        vectors = read_vectors(folder / VECTORS)
    except (OSError, ValueError) as error:
        raise damaged(folder.name, VECTORS, str(error)) from error
    return Snapshot(
        manifest=manifest,
        offers=_open_table(folder, Offers),
        segments=_open_table(folder, Segments),
        routes=_open_table(folder, Routes),
        airports=_open_table(folder, Airports),
        carriers=_open_table(folder, Carriers),
        aircraft=_open_table(folder, Aircraft),
        profiles=_open_table(folder, Profiles),
        vectors=vectors,
    )


def size_problems(folder: Path, manifest: Manifest) -> list[str]:
    """Return what is wrong with the names and sizes of the files."""
    sizes = {entry.name: entry.bytes for entry in manifest.files}
    unlisted = {VECTORS, *(f"{table}.arrow" for table in TABLES)} - sizes.keys()
    problems = [f"{name} is not listed in {MANIFEST}" for name in sorted(unlisted)]
    for name, expected in sizes.items():
        try:
            found = (folder / name).stat().st_size
        except FileNotFoundError:
            problems.append(f"{name} is missing")
            continue
        if found != expected:
            problems.append(f"{name} has {found} bytes instead of {expected}")
    return problems


def checksum_problems(folder: Path, manifest: Manifest) -> list[str]:
    """Return which files do not have the contents that were written. Reads every byte."""
    problems = [
        f"{entry.name} does not have the contents it was built with (SHA-256 differs)"
        for entry in manifest.files
        if (folder / entry.name).exists() and sha256_of(folder / entry.name) != entry.sha256
    ]
    try:
        noted = (folder / MANIFEST_CHECKSUM).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        noted = ""
    if noted != f"{sha256_of(folder / MANIFEST)}  {MANIFEST}\n":
        problems.append(f"{MANIFEST} and {MANIFEST_CHECKSUM} do not belong together (SHA-256 differs)")
    return problems


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damaged(name: str, file: str, what: str) -> SnapshotError:
    """Return the error that names a damaged file and the way back."""
    return SnapshotError(f"Snapshot {name} is damaged: {file} {what}.", remedy=WAY_BACK)


def _entry(path: Path) -> FileEntry:
    return FileEntry(name=path.name, bytes=path.stat().st_size, sha256=sha256_of(path))


def _open_table(folder: Path, table: type[T]) -> T:
    name = _FILE_OF[table]
    try:
        return read_table(folder / name, table)
    except (OSError, ValueError) as error:
        raise damaged(folder.name, name, str(error)) from error
