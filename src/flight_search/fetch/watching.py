"""A progress bar for downloads by clients that say nothing into a pipe.

In: a look at how much there is by now, and how much it will be. Out: the progress, told meanwhile.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flight_search.domain.progress import Progress

_LOOK_EVERY_S = 0.2


@contextmanager
def watching(bytes_so_far: Callable[[], int], total: int, progress: Progress) -> Iterator[None]:
    """Look often at how many bytes there are and tell the progress of those that are new, up to ``total``."""
    ended = threading.Event()

    def look() -> None:
        told = 0
        while not ended.wait(_LOOK_EVERY_S):
            size = min(bytes_so_far(), total)
            if size > told:
                progress.advance(size - told)
                told = size

    watcher = threading.Thread(target=look, name="watch-download", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def size_of(path: Path) -> int:
    """Return the size of a file, 0 where it has gone since it was listed."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
