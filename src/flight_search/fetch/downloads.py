"""What all downloads share: a cache folder that one process at a time writes into, file by whole file."""

import contextlib
import errno
import fcntl
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress

STILL_IN_USE = "What was built before stays in use."

_LOCK, _SCRATCH = "download.lock", "download-"
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_whole(path: Path, sha256: str) -> bool:
    """Return whether there is a file with that hash."""
    return path.is_file() and file_sha256(path) == sha256


@contextlib.contextmanager
def scratch_folder(cache: Path, progress: Progress) -> Iterator[Path]:
    """Hold the right to download into a cache folder, and give an empty folder on the same disk.

    What is finished there is renamed into the cache; the rest is removed at the end, and so is what a killed
    process left behind. Whoever waited for the right should look into the cache again. Raises SourceError.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with (cache / _LOCK).open("a") as lock:
            _wait_for(lock, cache, progress)
            for leftover in cache.glob(f"{_SCRATCH}*/"):
                shutil.rmtree(leftover, ignore_errors=True)
            scratch_dir = tempfile.TemporaryDirectory(dir=cache, prefix=_SCRATCH, ignore_cleanup_errors=True)
            with scratch_dir as scratch:
                yield Path(scratch)
    except OSError as error:
        raise _unusable(cache, error) from error


def run_client(command: list[str], on_line: Callable[[str], None], env: dict[str, str] | None = None) -> int:
    """Run a package client, hand over each line that it prints, and return its exit code. Raises OSError."""
    with (
        subprocess.Popen(  # noqa: S603  the command is ours, only the place of the client comes from outside
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=env
        ) as client,
        contextlib.ExitStack() as on_interrupt,
    ):
        # Ctrl-C here must not leave a download running on its own.
        on_interrupt.callback(client.kill)
        for line in client.stdout or ():
            on_line(line)
        client.wait()
        on_interrupt.pop_all()
    return client.returncode


def _wait_for(lock: TextIO, cache: Path, progress: Progress) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        progress.note(f"Another process is downloading into {cache}; waiting for it.")
        fcntl.flock(lock, fcntl.LOCK_EX)


def _unusable(cache: Path, error: OSError) -> SourceError:
    if error.errno in _FULL_DISK:
        free = shutil.disk_usage(next(path for path in (cache, *cache.parents) if path.exists())).free
        return SourceError(
            f"The disk is full: {free / 1e6:.0f} MB are free at {cache}.",
            remedy="Free some room or set FLIGHT_SEARCH_CACHE_DIR to another disk, then start again. "
            + STILL_IN_USE,
        )
    return SourceError(
        f"The cache folder {cache} cannot be used ({error.strerror or error}).",
        remedy=f"Make it writable or set FLIGHT_SEARCH_CACHE_DIR to another folder. {STILL_IN_USE}",
    )
