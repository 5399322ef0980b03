"""Processes that share a Redis share the budget of the day; without it each goes on by what it knows."""

import asyncio
import datetime as dt
import time
from contextlib import AsyncExitStack

import pytest

from flight_search.cache.redis import RedisLink
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.prices import ModelPrice
from flight_search.understand.llm.spending import CountsNothing, Spending
from flight_search.understand.llm.tally import DayTally
from flight_search.understand.llm.usage import Usage

# A call as below can cost 0.5 millidollars at most and does cost 0.2.
PRICES = {"small": ModelPrice(model="small", input=0, output=1)}
MOST_TOKENS, WRITTEN = 500, 200
KEY = "flight-search:llm-spending-nano-usd:2026-11-24"


class Clock:
    now = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def process(redis_server, clock):
    """Return a function that starts what each process has: its own connections and its own count."""
    async with AsyncExitStack() as opened:

        def start(budget_millidollars=1.0):
            link = RedisLink(redis_server.url, timeout_s=1.0, pause_s=0.05, clock=time.monotonic)
            opened.push_async_callback(link.close)
            budget = round(budget_millidollars * 1_000_000)
            return Spending(PRICES, budget, DayTally(link, clock), CountsNothing())

        yield start


async def call(spending):
    async with spending.metered("small", 0, MOST_TOKENS) as meter:
        meter.is_answered, meter.used = True, Usage("small", 0, WRITTEN)


async def calls_until_spent(*processes):
    """Return how many calls the budget lets through, made by one process after the other."""
    made: list[int] = []

    async def until_refused():
        while len(made) < 20:
            await call(processes[len(made) % len(processes)])
            made.append(1)

    with pytest.raises(ModelFailure) as caught:
        await until_refused()
    assert caught.value.reason is Reason.BUDGET
    return len(made)


async def test_two_processes_spend_one_budget(process, redis_server):
    one, other = process(), process()
    # After three calls 0.6 are spent, and another one could take it over 1.0.
    assert await calls_until_spent(one, other) == 3
    assert await calls_until_spent(other) == 0
    await asyncio.gather(one.close(), other.close())
    assert redis_server.command("GET", KEY) != b""
    assert one.spent_today_usd() == pytest.approx(0.0006)
    assert int(redis_server.command("TTL", KEY)[1:]) > 86_400


async def test_calls_at_the_same_time_in_several_processes_do_not_exceed_it_together(process):
    processes = [process(2.0) for _ in range(4)]
    results = await asyncio.gather(
        *(call(processes[number % 4]) for number in range(40)), return_exceptions=True
    )
    assert {type(result) for result in results} == {type(None), ModelFailure}
    await asyncio.gather(*(one.close() for one in processes))
    late = process(2.0)
    await calls_until_spent(late)
    await late.close()
    assert late.spent_today_usd() <= 0.002


async def test_tomorrow_both_begin_anew(process, clock):
    one, other = process(), process()
    assert await calls_until_spent(one, other) == 3
    clock.now += dt.timedelta(hours=12)
    assert await calls_until_spent(other, one) == 3


async def test_while_redis_is_gone_each_goes_on_from_what_it_knew_and_tells_it_later(process, redis_server):
    one, other = process(), process()
    await call(one)
    await call(other)
    redis_server.stop()
    # Known are 0.4: one more is 0.6, a fourth could exceed 1.0.
    assert await calls_until_spent(other) == 1
    await other.close()
    redis_server.start()
    await asyncio.sleep(0.1)
    # This Redis has forgotten everything; what was spent without it is not lost all the same.
    assert await calls_until_spent(other) < 4
    await other.close()
    assert other.spent_today_usd() < 0.001
    assert one.spent_today_usd() == pytest.approx(0.0002)


async def test_another_value_under_the_name_costs_no_request(process, redis_server):
    redis_server.command("SET", KEY, "not a number")
    assert await calls_until_spent(process()) == 3
