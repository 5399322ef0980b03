"""Pinned packages of a Debian archive as data sources.

In: name, version and SHA-256 of a package. Out: the package file, from the cache or by ``apt-get
download``, which needs no root and honours the sources, proxy and keys of the machine. It is never
installed and nothing in it is run. Where the machine has no package lists (a bare container, or lists that
only root may read), they are fetched into a scratch folder first.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.downloads import STILL_IN_USE, is_whole, run_client, scratch_folder
from flight_search.fetch.watching import size_of, watching

_KEPT_LINES = 20


@dataclass(frozen=True)
class PinnedDeb:
    """One package file, by its hash."""

    name: str
    version: str
    sha256: str
    bytes: int
    """Size of the download, for the progress bar."""

    @property
    def filename(self) -> str:
        """The name in the cache; a colon may not stand in file names everywhere."""
        return f"{self.name}_{self.version.replace(':', '%3a')}_all.deb"


def find_apt() -> Path | None:
    """Return apt-get of the PATH, None where there is none."""
    found = shutil.which("apt-get")
    return Path(found) if found else None


def fetch_deb(package: PinnedDeb, cache_dir: Path, progress: Progress, *, apt: Path | None) -> Path:
    """Return the package file, from the cache or by apt-get. Raises SourceError.

    A file in the cache is used only if its hash is right; a wrong one is fetched again.
    """
    folder = cache_dir / "packages"
    target = folder / package.filename
    if is_whole(target, package.sha256):
        return target
    if apt is None:
        raise SourceError(
            f"apt-get is needed to download {package.name} and was not found.",
            remedy=f"Get {package.name}_{package.version.split(':')[-1]}_all.deb from a Debian mirror and "
            f"name it with --package FILE. {STILL_IN_USE}",
        )
    with scratch_folder(folder, progress) as scratch:
        if is_whole(target, package.sha256):
            return target
        progress.start(f"Downloading {package.name} {package.version}", total=package.bytes, unit="B")
        _download(package, scratch, apt, progress)
        fetched = next(scratch.glob("*.deb"), None)
        if fetched is None or not is_whole(fetched, package.sha256):
            raise SourceError(
                f"The download of {package.name} {package.version} is not the file that was expected.",
                remedy=f"Check which archive apt uses (`apt-cache policy {package.name}`), then try again. "
                + STILL_IN_USE,
            )
        fetched.replace(target)
    progress.finish()
    return target


def _download(package: PinnedDeb, scratch: Path, apt: Path, progress: Progress) -> None:
    wanted = f"{package.name}={package.version}"
    code, said = _run(apt, ["download", wanted], scratch, package, progress)
    if code:
        own_lists = _own_lists(scratch)
        code, said = _run(apt, [*own_lists, "update"], scratch, package, progress)
        if not code:
            code, said = _run(apt, [*own_lists, "download", wanted], scratch, package, progress)
    if code:
        reasons = [line.strip() for line in said if line.startswith("E:")] or said[-2:] or ["no output"]
        raise SourceError(
            f"The download of {package.name} {package.version} failed: {' '.join(reasons)[:400]}",
            remedy=f"Check the network and which versions there are (`apt-cache policy {package.name}`), "
            f"or name a package file with --package FILE. {STILL_IN_USE}",
        )


def _own_lists(scratch: Path) -> list[str]:
    """Return the options that make apt-get keep its lists where this process may write."""
    for name in ("lists/partial", "cache/archives/partial"):
        (scratch / name).mkdir(parents=True, exist_ok=True)
    return [
        *("-o", f"Dir::State::lists={scratch / 'lists'}"),
        *("-o", f"Dir::Cache={scratch / 'cache'}"),
        *("-o", "Debug::NoLocking=true"),
    ]


def _run(
    apt: Path, arguments: list[str], scratch: Path, package: PinnedDeb, progress: Progress
) -> tuple[int, list[str]]:
    tail: list[str] = []

    def keep(line: str) -> None:
        tail.append(line)
        del tail[:-_KEPT_LINES]

    # Its messages are read here, so they have to be in English. As root, apt-get gives up its rights for
    # downloads and then may not write into our folder; it warns and goes on, so that needs no care.
    def grown() -> int:
        return sum(size_of(path) for path in scratch.glob("*.deb*"))

    command = ["env", "-C", str(scratch), "LC_ALL=C.UTF-8", str(apt), "-q", *arguments]
    try:
        with watching(grown, package.bytes, progress):
            code = run_client(command, keep, dict(os.environ))
    except OSError as error:
        raise SourceError(
            f"apt-get could not be started ({error.strerror}).",
            remedy=f"Name a package file with --package FILE. {STILL_IN_USE}",
        ) from error
    return code, tail
