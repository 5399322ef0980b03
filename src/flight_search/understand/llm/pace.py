"""How long calls for one and for several requests take of late, and how many go into a given time.

In: calls with the number of their requests and their seconds. Out: what to expect of the next. A call takes
as long as one for a single request and a bit more for each further one: a model writes an answer for each.
"""

from dataclasses import dataclass
from typing import Final

_NEWEST: Final = 0.2
"""Weight of the newest call: some ten calls are remembered."""


@dataclass(slots=True)
class Pace:
    """The pace of one model."""

    one_s: float = 0.0
    further_s: float | None = None
    """For each further request; None as long as no call was for several."""

    def learn(self, requests: int, seconds: float) -> None:
        """Note a call that was answered."""
        if requests == 1:
            self.one_s = self._mean(self.one_s or seconds, seconds)
            return
        each = max(0.0, seconds - self.one_s) / (requests - 1)
        self.further_s = self._mean(each if self.further_s is None else self.further_s, each)

    def learn_given_up(self, requests: int, seconds: float) -> None:
        """Note a call that was given up after so long: had it been answered, then later still."""
        if seconds > self.expected_s(requests):
            self.learn(requests, seconds)

    def expected_s(self, requests: int) -> float:
        """Return how long a call should take; 0 before anything is known."""
        # Before it is known better, several take as long as one after the other.
        further_s = self.one_s if self.further_s is None else self.further_s
        return self.one_s + further_s * (requests - 1)

    def most_within(self, seconds: float, most: int) -> int:
        """Return how many requests of one call go into a time, at least one and at most ``most``."""
        count = 1
        while count < most and self.expected_s(count + 1) <= seconds:
            count += 1
        return count

    def _mean(self, before: float, now: float) -> float:
        return before + _NEWEST * (now - before)
