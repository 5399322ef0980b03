"""Equal work at the same time is done once, and whoever gives up takes nobody along."""

import asyncio

import pytest

from flight_search.cache.flight import SingleFlight


class Work:
    """Counts how often it was begun; ends when told."""

    def __init__(self) -> None:
        self.begun = 0
        self.cancelled = 0
        self.may_end = asyncio.Event()
        self.outcome: object = "done"

    async def __call__(self):
        self.begun += 1
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def flights() -> SingleFlight:
    return SingleFlight()


async def asked(flights, work, count, key="a"):
    tasks = [asyncio.create_task(flights.run(key, work)) for _ in range(count)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    return tasks


async def test_equal_work_at_the_same_time_is_done_once(flights):
    work = Work()
    tasks = await asked(flights, work, 50)
    work.may_end.set()
    assert await asyncio.gather(*tasks) == ["done"] * 50
    assert (work.begun, flights.has("a")) == (1, False)


async def test_other_keys_are_other_work(flights):
    work = Work()
    tasks = await asked(flights, work, 1) + await asked(flights, work, 1, "b")
    work.may_end.set()
    await asyncio.gather(*tasks)
    assert work.begun == 2


async def test_a_leader_who_gives_up_does_not_fail_the_followers(flights):
    work = Work()
    leader, *followers = await asked(flights, work, 3)
    leader.cancel()
    await asyncio.sleep(0)
    work.may_end.set()
    assert await asyncio.gather(*followers) == ["done", "done"]
    assert leader.cancelled()
    assert (work.begun, work.cancelled) == (1, 0)


async def test_work_that_nobody_waits_for_is_cancelled_and_can_be_begun_anew(flights):
    work = Work()
    tasks = await asked(flights, work, 2)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.sleep(0)
    assert (work.cancelled, flights.has("a")) == (1, False)
    (again,) = await asked(flights, work, 1)
    work.may_end.set()
    assert await again == "done"


async def test_a_failure_is_everybodys_and_is_not_remembered(flights):
    work = Work()
    work.outcome = ValueError("broken")
    tasks = await asked(flights, work, 3)
    work.may_end.set()
    assert [type(one) for one in await asyncio.gather(*tasks, return_exceptions=True)] == [ValueError] * 3
    work.outcome = "well"
    assert await flights.run("a", work) == "well"
