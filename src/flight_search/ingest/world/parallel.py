"""Work on parts of the world in several processes, results in the order of the parts.

Processes and not threads, because half of the time goes into steps of NumPy that hold the interpreter. They
are started anew (``spawn``), so nothing that the parent holds open (files, threads of ONNX Runtime) leaks
into them.
"""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from typing import TypeVar

Part = TypeVar("Part")
Result = TypeVar("Result")

_AHEAD = 2
"""Parts begun per process beyond the one that is worked on, so that results do not pile up in memory."""


def in_order(work: Callable[[Part], Result], parts: Sequence[Part], processes: int) -> Iterator[Result]:
    """Yield ``work(part)`` for each part; what goes to other processes has to be picklable."""
    if processes <= 1 or len(parts) <= 1:
        yield from map(work, parts)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(processes, len(parts)), mp_context=context) as pool:
        waiting: list[Future[Result]] = []
        try:
            for part in parts:
                waiting.append(pool.submit(work, part))
                if len(waiting) > processes * _AHEAD:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            for future in waiting:
                future.cancel()
