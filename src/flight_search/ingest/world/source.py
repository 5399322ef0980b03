"""Where the world's schedule comes from: the traffic files of the Debian package ``flightgear-data-ai``.

In: nothing (then the package is fetched), a package file, or a folder of traffic files. Out: the contents
of the traffic files by name, and what to say of the source. A package is an ar archive with a compressed
tar archive in it; both are read as streams, member by member, and nothing is ever written to disk or run,
so a member's name cannot lead anywhere. Members that try are refused all the same, because such an archive
is not what it claims.
"""

import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

import arpy

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.debian import PinnedDeb
from flight_search.fetch.downloads import STILL_IN_USE, file_sha256

WORLD_PACKAGE = PinnedDeb(
    name="flightgear-data-ai",
    version="1:2020.3.16+dfsg-1",
    sha256="a86b2acbf99ff2d49698abd2a2f4bc28ab0cf5a744218b4ca4d8aede8a67dc2f",
    bytes=286_529_020,
)

_TRAFFIC = ("AI", "Traffic")
"""The folders that traffic files lie in: ``.../AI/Traffic/B/BAW.xml``."""
_DATA_PREFIX = b"data.tar"
_THIN = b"!<thin>\n"
_MOST_FILE_BYTES = 64 * 2**20
"""The largest traffic file has 12 MB. More than this is no timetable."""
_MOST_BYTES = 2**30


@dataclass(frozen=True)
class TrafficFiles:
    """Contents by file name (``BAW.xml``), in the order of the names, and the hash of their package."""

    contents: dict[str, bytes]
    sha256: str
    """Empty for a folder."""


def open_traffic(given: Path | None, fetch: Callable[[PinnedDeb], Path], progress: Progress) -> TrafficFiles:
    """Return the traffic files of ``given``, or of the fetched package. Raises SourceError."""
    if given is not None and given.is_dir():
        progress.start("Reading traffic files")
        return TrafficFiles(_of_folder(given), "")
    package = given if given is not None else fetch(WORLD_PACKAGE)
    try:
        sha256 = file_sha256(package)
    except OSError as error:
        raise SourceError(
            f"{package} cannot be read ({error.strerror}).",
            remedy=f"Name a package file or a folder of traffic files. {STILL_IN_USE}",
        ) from error
    if sha256 != WORLD_PACKAGE.sha256:
        progress.note(
            f"{package.name} is not version {WORLD_PACKAGE.version} of {WORLD_PACKAGE.name}, which the "
            "rules were made with; it is read all the same."
        )
    progress.start("Unpacking traffic files", unit="files")
    return TrafficFiles(_of_package(package, progress), sha256)


def _of_folder(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    # Links are not followed: a folder from elsewhere must not make us read other files of this machine.
    files = sorted(path for path in folder.rglob("*.xml") if path.is_file() and not path.is_symlink())
    inside = [path for path in files if _is_traffic(PurePosixPath(path.as_posix()))] or files
    for path in inside:
        try:
            if path.stat().st_size > _MOST_FILE_BYTES:
                raise _not_traffic(folder, f"{path.name} is larger than any timetable")
            found[path.name] = path.read_bytes()
        except OSError as error:
            raise _not_traffic(folder, f"{path.name} cannot be read ({error.strerror})") from error
    if not found:
        raise _not_traffic(folder, "it holds no .xml file")
    return found


def _of_package(package: Path, progress: Progress) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        with package.open("rb") as file:
            if file.read(len(_THIN)) == _THIN:
                # A thin archive names files of the machine instead of holding them.
                raise _not_traffic(package, "it is a thin archive, which only points at files elsewhere")
            file.seek(0)
            archive = arpy.Archive(fileobj=file)
            for name, content in _traffic_members(package, _data_of(package, archive)):
                found[name] = content
                progress.advance()
    except (arpy.ArchiveFormatError, arpy.ArchiveAccessError) as error:
        raise _not_traffic(package, "it is no Debian package") from error
    except (tarfile.TarError, lzma.LZMAError, zlib.error, EOFError, ValueError) as error:
        raise _not_traffic(package, f"it is damaged or cut short ({str(error)[:100]})") from error
    except OSError as error:
        raise _not_traffic(package, f"it cannot be read ({error.strerror or error})") from error
    if not found:
        raise _not_traffic(package, "no traffic files are in it")
    return dict(sorted(found.items()))


def _data_of(package: Path, archive: arpy.Archive) -> IO[bytes]:
    for member in archive:
        if member.header.name.startswith(_DATA_PREFIX):
            return member  # type: ignore[no-any-return]  # arpy has no types
    raise _not_traffic(package, "it holds no data")


def _traffic_members(package: Path, data: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    total = 0
    with tarfile.open(fileobj=data, mode="r|*") as tar:
        for member in tar:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts:
                raise _not_traffic(package, f"it names a path outside of itself ({member.name[:80]})")
            if not (_is_traffic(path) and path.suffix == ".xml"):
                continue
            if not member.isreg():
                raise _not_traffic(package, f"{path.name} is a link and no file")
            total += member.size
            if member.size > _MOST_FILE_BYTES or total > _MOST_BYTES:
                raise _not_traffic(package, f"{path.name} is larger than any timetable")
            content = tar.extractfile(member)
            if content is not None:
                yield path.name, content.read()


def _is_traffic(path: PurePosixPath) -> bool:
    return any(pair == _TRAFFIC for pair in zip(path.parts, path.parts[1:], strict=False))


def _not_traffic(path: Path, why: str) -> SourceError:
    return SourceError(
        f"{path} is not a usable source of the world's schedule: {why}.",
        remedy=f"Give the package {WORLD_PACKAGE.name} (a .deb file) or a folder with its traffic files; "
        f"without --package it is fetched. {STILL_IN_USE}",
    )
