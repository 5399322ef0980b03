"""A circuit breaker: after several failures in a row, calls are refused for a while, then one is let through.

In: the outcomes of calls. Out: whether the next may be made. One event loop uses one breaker; nothing waits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """Counts failures in a row. ``clock`` gives seconds that never run backwards."""

    failures_to_open: int
    pause_s: float
    clock: Callable[[], float]
    _failures: int = field(default=0, init=False)
    _opened_at: float | None = field(default=None, init=False)

    def may_call(self) -> bool:
        """Whether a call may be made now; after the pause the first asker gets the one trial."""
        if self._opened_at is None:
            return True
        if self.clock() - self._opened_at < self.pause_s:
            return False
        # The pause begins anew, so that others stay out until this trial has told how it went.
        self._opened_at = self.clock()
        return True

    def succeeded(self) -> None:
        """Note that a call went well: everybody may call."""
        self._failures = 0
        self._opened_at = None

    def failed(self) -> None:
        """Note that a call failed."""
        self._failures += 1
        if self._failures >= self.failures_to_open:
            self._opened_at = self.clock()
