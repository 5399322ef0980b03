"""What was spent on language models on one day, by this process and all that share its Redis.

In: amounts in billionths of a dollar. Out: the day's total so far. Without a Redis it is what this process
spent. With one, the total is kept there under the name of the UTC day; while it is gone, this process goes on
from the last total it heard of, and adds what it spent meanwhile when Redis is back. Releases share the name,
so that an update in the middle of a day does not double the budget.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

import structlog

from flight_search.cache.port import StoreOutageError
from flight_search.cache.redis import RedisLink

_NAME: Final = "flight-search:llm-spending-nano-usd"
_KEPT_S: Final = 40 * 86_400
"""So that a month can be looked up in Redis."""

log = structlog.get_logger("flight_search.spending")


class DayTally:
    """Bound to one event loop. ``clock`` gives the time, with its zone."""

    def __init__(self, link: RedisLink | None, clock: Callable[[], dt.datetime]) -> None:
        """Take the way to a Redis, None for this process alone."""
        self._link = link
        self._clock = clock
        self._day = self.today()
        self._total = 0
        self._unsent = 0

    def today(self) -> dt.date:
        """Return the day that is counted now: it changes at midnight UTC, everywhere at once."""
        return self._clock().astimezone(dt.UTC).date()

    def known_total(self) -> int:
        """Return today's total as far as this process has heard of it."""
        self._turn_over()
        return self._total

    async def add(self, amount: int, day: dt.date) -> int:
        """Add an amount (negative to give back) to a day; return today's total so far.

        A call that began before midnight belongs to the day on which it began.
        """
        self._turn_over()
        is_today = day == self._day
        if self._link is None:
            self._total += amount if is_today else 0
            return self._total
        sent = amount + (self._unsent if is_today else 0)
        self._unsent -= sent - amount
        try:
            total = await self._link.run(lambda redis: _added(redis, f"{_NAME}:{day}", sent))
        except (StoreOutageError, ValueError):
            # The link logs the outage; it may have counted nevertheless: then rather twice than not at all.
            self._note(amount, unsent=sent, day=day)
            return self._total
        except BaseException:
            # Cancelled while it was under way.
            self._note(amount, unsent=sent, day=day)
            raise
        if day == self._day:
            self._total = max(total, 0)
        return self._total

    def _note(self, amount: int, *, unsent: int, day: dt.date) -> None:
        if day == self._day:
            self._total += amount
            self._unsent += unsent

    def _turn_over(self) -> None:
        today = self.today()
        if today != self._day:
            log.info("spending of the day", day=str(self._day), usd=self._total / 1_000_000_000)
            # What could not be sent belongs to a day whose budget nobody asks about any more.
            self._day, self._total, self._unsent = today, 0, 0


async def _added(redis: Any, name: str, amount: int) -> int:  # noqa: ANN401 - its commands are typed for both kinds of client
    async with redis.pipeline(transaction=False) as pipeline:
        pipeline.incrby(name, amount)
        pipeline.expire(name, _KEPT_S)
        total, _ = await pipeline.execute()
    return int(total)
