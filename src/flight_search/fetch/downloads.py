"""What all downloads share: a cache of files that are named by their hash.

A file in the cache is used only if its hash is right; a wrong one is fetched again. A download appears under
its final name only when it is whole, so a crash or a full disk leaves nothing half done behind.
"""

import contextlib
import errno
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from flight_search.domain.errors import SourceError

STILL_IN_USE = "What was built before stays in use."
_FULL_DISK = (errno.ENOSPC, errno.EDQUOT)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_whole(path: Path, sha256: str) -> bool:
    """Return whether there is a file with that hash."""
    return path.is_file() and file_sha256(path) == sha256


@contextlib.contextmanager
def scratch_folder(beside: Path) -> Iterator[Path]:
    """Give an empty folder on the disk of ``beside`` that is removed at the end. Raises SourceError."""
    try:
        beside.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=beside, prefix="download-") as scratch:
            yield Path(scratch)
    except OSError as error:
        if error.errno in _FULL_DISK:
            free = shutil.disk_usage(next(path for path in (beside, *beside.parents) if path.exists())).free
            raise SourceError(
                f"The disk is full: {free / 1e6:.0f} MB are free at {beside}.",
                remedy="Free some room or set FLIGHT_SEARCH_CACHE_DIR to another disk, then start again. "
                + STILL_IN_USE,
            ) from error
        raise SourceError(
            f"The cache folder {beside} cannot be used ({error.strerror}).",
            remedy=f"Make it writable or set FLIGHT_SEARCH_CACHE_DIR to another folder. {STILL_IN_USE}",
        ) from error


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
