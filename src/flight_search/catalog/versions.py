"""What folders of versions have in common: names that are times, a pointer to the one in use, one writer.

In: the folder and the files of a store. Out: the names in the order of making, the name that is pointed to,
the lock. Snapshots and fares are kept this way; what their errors say is theirs.
"""

import datetime as dt
import errno
import fcntl
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FULL_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT})

NAME_PATTERN: Final = r"^(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z)(?:-(\d{1,6}))?$"
"""A UTC second, and a number where there are several of that second."""

_NAME = re.compile(NAME_PATTERN)


class HeldError(Exception):
    """Another process has the lock; ``holder`` is its number, or "unknown"."""

    def __init__(self, holder: str) -> None:
        """Take what the lock file says of who holds it."""
        super().__init__(holder)
        self.holder = holder


def is_name(name: str) -> bool:
    """Whether a text is the name of a version."""
    return _NAME.match(name) is not None


def age_of(name: str) -> tuple[str, int]:
    """Return the second and the number of a name, which sort in the order of making."""
    match = _NAME.match(name)
    return (match[1], int(match[2] or 1)) if match else ("", 0)


def name_after(names: Iterable[str], at: dt.datetime) -> str:
    """Return a name for a moment (UTC) that sorts after all others, whatever the clock says."""
    wanted = at.strftime("%Y-%m-%dT%H-%M-%SZ")
    second, number = max(map(age_of, names), default=("", 0))
    return f"{second}-{number + 1}" if second >= wanted else wanted


def names_in(folder: Path) -> list[str]:
    """Return the names of the versions in a folder, oldest first; none where there is no folder."""
    found = [path.name for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
    return sorted(filter(is_name, found), key=age_of)


def name_pointed_to(pointer: Path, shown: str, what: str, damaged: Callable[[str], Exception]) -> str | None:
    """Return the name that a pointer file holds, None where there is no such file.

    Args:
        pointer: The file.
        shown: How errors call it.
        what: What it should name: "snapshot".
        damaged: Makes the error that is raised where it cannot be read or names none.
    """
    try:
        name = pointer.read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise damaged(f"The file {shown} cannot be read ({error.strerror}).") from error
    if not is_name(name):
        raise damaged(f"The file {shown} is damaged: it names no {what}.")
    return name


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock of a file, which the kernel releases when this process ends. Raises HeldError at once."""
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise HeldError(lock.read().strip() or "unknown") from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
