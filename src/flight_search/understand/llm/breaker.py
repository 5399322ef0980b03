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
    _closed_until: float | None = field(default=None, init=False)

    def may_call(self) -> bool:
        """Whether a call may be made now; after the pause the first asker gets the one trial."""
        if self._closed_until is None:
            return True
        if self.clock() < self._closed_until:
            return False
        # The pause begins anew, so that others stay out until this trial has told how it went.
        self._closed_until = self.clock() + self.pause_s
        return True

    def succeeded(self) -> None:
        """Note that a call went well: everybody may call."""
        self._failures = 0
        self._closed_until = None

    def failed(self, pause_s: float = 0.0) -> None:
        """Note that a call failed; ``pause_s`` is what the server asked for, if it did."""
        self._failures += 1
        if pause_s or self._failures >= self.failures_to_open:
            until = self.clock() + (pause_s or self.pause_s)
            self._closed_until = max(until, self._closed_until or until)
