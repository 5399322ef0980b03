"""What calls of language models use and cost, and whether today's budget still has room for one.

In: a call that is about to be made, then what its server told of it. Out: counts for the metrics, and a
``ModelFailure`` where the call could cost more than is left. Before a call the most that it can cost is set
aside, afterwards what it did cost takes its place: so calls at the same time, in any number of processes that
share a Redis, never spend more than the budget together.

What a call used is, in this order: what the server counted; an estimate from the length of what was sent and
written, where the server counts nothing or the answer was cut; the most it can have been, where it was given
up before anything came back. The metrics tell the three apart. A call that a server refuses costs nothing.
A model whose price is 0 (a server of one's own) is asked whatever was spent.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import structlog

from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.prices import ModelPrice, dollars
from flight_search.understand.llm.tally import DayTally
from flight_search.understand.llm.usage import Usage, estimated

log = structlog.get_logger("flight_search.spending")


class Basis(StrEnum):
    """How well it is known what a call used; the value is how the metrics name it."""

    COUNTED = "counted"
    ESTIMATED = "estimated"
    AT_MOST = "at_most"


@dataclass(frozen=True, slots=True)
class Spent:
    """What one call used and cost."""

    used: Usage
    basis: Basis
    nano_dollars: int | None
    """None: the model has no price."""
    requests: int
    """How many requests went together as this call."""


class CountsCalls(Protocol):
    """Is told what language models do."""

    def count_spent(self, spent: Spent) -> None:
        """Note what one call used and cost."""
        ...

    def count_call(self, model: str, outcome: str) -> None:
        """Note how one call ended: ``ok``, or the reason of its failure."""
        ...


class CountsNothing:
    """``CountsCalls`` for those who do not want to know."""

    def count_spent(self, spent: Spent) -> None:
        """Note nothing."""

    def count_call(self, model: str, outcome: str) -> None:
        """Note nothing."""


@dataclass(slots=True)
class Meter:
    """What is known of a call so far."""

    used: Usage | None = None
    """What its server counted."""
    is_answered: bool = False
    """Whether an answer has begun."""
    written_bytes: int = 0
    """How much of an answer has come."""
    is_given_up: bool = False
    """Whether it was sent, and its server had all the time there was."""


class Spending:
    """The budget of one process, for all its models. Bound to one event loop; ``close`` it at the end."""

    def __init__(
        self,
        prices: Mapping[str, ModelPrice],
        budget_nano_dollars: int | None,
        tally: DayTally,
        counts: CountsCalls,
    ) -> None:
        """Take the prices, the budget of a day (None: unlimited), where it is counted, and who is told."""
        self._prices = prices
        self._budget = budget_nano_dollars
        self._tally = tally
        self._counts = counts
        self._told_on: dt.date | None = None
        self._unfinished: set[asyncio.Task[int]] = set()

    @classmethod
    def unlimited(cls, counts: CountsCalls | None = None) -> "Spending":
        """Return one without prices and budget, which only counts."""
        return cls({}, None, DayTally(None, lambda: dt.datetime.now(dt.UTC)), counts or CountsNothing())

    @property
    def counts(self) -> CountsCalls:
        """Who is told."""
        return self._counts

    def spent_today_usd(self) -> float:
        """Return what was spent since midnight UTC, with what is set aside for calls under way."""
        return dollars(self._tally.known_total())

    @property
    def budget_usd(self) -> float | None:
        """The budget of a day, None where there is none."""
        return None if self._budget is None else dollars(self._budget)

    @asynccontextmanager
    async def metered(
        self, model: str, sent_bytes: int, most_tokens: int, requests: int = 1
    ) -> AsyncIterator[Meter]:
        """Set aside what a call can cost, and count what it did when it is over. Raises ModelFailure."""
        price = self._prices.get(model)
        at_most = estimated(model, sent_bytes, 0)
        at_most = Usage(model, at_most.prompt_tokens, most_tokens, is_estimate=True)
        day, held = self._tally.today(), 0
        if self._budget is not None and price is not None:
            held = price.nano_dollars(at_most)
            await self._hold(held, day)
        meter = Meter()
        try:
            yield meter
        except BaseException as error:
            spent = self._spent(_used(meter, model, sent_bytes, at_most, error), requests)
            # Who gives up does not wait for the books; they are kept nevertheless.
            await self._settle(spent, held, day, waits=isinstance(error, Exception))
            raise
        spent = self._spent(_used(meter, model, sent_bytes, at_most, None), requests)
        await self._settle(spent, held, day, waits=True)

    async def close(self) -> None:
        """Finish the books."""
        await asyncio.gather(*self._unfinished, return_exceptions=True)

    async def _hold(self, amount: int, day: dt.date) -> None:
        if not amount or self._budget is None:
            return
        if await self._tally.add(amount, day) <= self._budget:
            return
        self._later(-amount, day)
        if self._told_on != day:
            self._told_on = day
            log.warning(
                "budget of the day not enough for a call",
                day=str(day),
                budget_usd=self.budget_usd,
                call_usd=dollars(amount),
            )
        raise ModelFailure(Reason.BUDGET)

    def _spent(self, used: tuple[Usage, Basis] | None, requests: int) -> Spent | None:
        if used is None:
            return None
        price = self._prices.get(used[0].model)
        return Spent(*used, None if price is None else price.nano_dollars(used[0]), requests)

    async def _settle(self, spent: Spent | None, held: int, day: dt.date, *, waits: bool) -> None:
        cost = spent.nano_dollars if spent else 0
        if spent is not None:
            self._counts.count_spent(spent)
            log.info(
                "model called",
                model=spent.used.model,
                prompt_tokens=spent.used.prompt_tokens,
                completion_tokens=spent.used.completion_tokens,
                basis=str(spent.basis),
                usd=None if spent.nano_dollars is None else dollars(spent.nano_dollars),
                requests=spent.requests,
            )
        difference = (cost or 0) - held
        if difference:
            task = self._later(difference, day)
            if waits:
                await asyncio.shield(task)

    def _later(self, amount: int, day: dt.date) -> "asyncio.Task[int]":
        task = asyncio.get_running_loop().create_task(self._tally.add(amount, day))
        self._unfinished.add(task)
        task.add_done_callback(self._unfinished.discard)
        return task


def _used(
    meter: Meter, model: str, sent_bytes: int, at_most: Usage, error: BaseException | None
) -> tuple[Usage, Basis] | None:
    """Return what a call used, None where its server never took it on."""
    if meter.used is not None:
        return meter.used, Basis.COUNTED
    if meter.is_answered:
        return estimated(model, sent_bytes, meter.written_bytes), Basis.ESTIMATED
    # Cancelled, by whoever asked or by the time limit, while the server was at work.
    is_left = error is not None and not isinstance(error, Exception)
    return (at_most, Basis.AT_MOST) if meter.is_given_up or is_left else None
