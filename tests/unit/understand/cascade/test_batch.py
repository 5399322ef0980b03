"""Items that have to wait are answered together, each with its own outcome; nobody waits for company."""

import asyncio

import pytest

from flight_search.understand.batch import Batcher


class Runner:
    """Doubles numbers, fails for odd ones, keeps the batches; finishes when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.was_of_use: bool | None = True
        self.cancelled = 0

    async def __call__(self, items):
        self.batches.append(list(items))
        try:
            await asyncio.sleep(0)
            await self.goes_on.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return [ValueError(str(item)) if item % 2 else item * 2 for item in items], self.was_of_use


async def all_of(batcher, numbers):
    return await asyncio.gather(*map(batcher.submit, numbers), return_exceptions=True)


async def grown(batcher, runner, to):
    """Let batches succeed until they may be as large as this."""
    for _ in range(20):
        if batcher.limit >= to:
            break
        await all_of(batcher, range(0, 80, 2))
    assert batcher.limit >= to
    runner.batches.clear()


async def test_while_a_place_is_free_each_goes_at_once_and_alone():
    runner = Runner()
    assert await all_of(Batcher(runner, at_once=3, most=16), (2, 4, 6)) == [4, 8, 12]
    assert runner.batches == [[2], [4], [6]]


async def test_those_that_wait_go_together_as_soon_as_a_place_is_free():
    runner = Runner()
    batcher = Batcher(runner, at_once=1, most=16)
    await grown(batcher, runner, 16)
    assert await all_of(batcher, range(0, 16, 2)) == list(range(0, 32, 4))
    assert runner.batches == [[0], [2, 4, 6, 8, 10, 12, 14]]


async def test_a_batch_is_no_larger_than_it_takes_to_empty_the_queue_in_one_round():
    runner = Runner()
    batcher = Batcher(runner, at_once=4, most=16)
    await grown(batcher, runner, 8)
    await all_of(batcher, range(0, 24, 2))
    assert [len(batch) for batch in runner.batches] == [1, 1, 1, 1, 2, 2, 1, 1, 1, 1][: len(runner.batches)]


async def test_no_batch_is_larger_than_the_most():
    runner = Runner()
    batcher = Batcher(runner, at_once=1, most=3)
    await grown(batcher, runner, 3)
    await all_of(batcher, range(0, 20, 2))
    assert [len(batch) for batch in runner.batches] == [1, 3, 3, 3]


async def test_with_a_most_of_one_each_goes_alone():
    runner = Runner()
    await all_of(Batcher(runner, at_once=1, most=1), range(0, 20, 2))
    assert {len(batch) for batch in runner.batches} == {1}


async def test_the_size_doubles_while_it_pays_is_halved_when_it_does_not_and_grows_slowly_then():
    runner = Runner()
    batcher = Batcher(runner, at_once=1, most=16)
    seen = [batcher.limit]
    for was_of_use in (True, True, True, False, None, True, True):
        runner.was_of_use = was_of_use
        before = batcher.limit
        await all_of(batcher, range(0, 2 + 2 * before, 2))
        seen.append(batcher.limit)
    assert seen == [2, 4, 8, 16, 8, 8, 9, 10]


async def test_where_two_together_are_of_no_use_they_are_tried_again_but_seldom():
    runner = Runner()
    batcher = Batcher(runner, at_once=1, most=16)
    runner.was_of_use = False
    await all_of(batcher, (0, 2, 4))
    assert batcher.limit == 1
    runner.was_of_use = True
    for number in range(15):
        await batcher.submit(2 * number)
    assert batcher.limit == 1
    await batcher.submit(0)
    assert batcher.limit == 2


async def test_a_failure_of_one_does_not_touch_the_others():
    runner = Runner()
    batcher = Batcher(runner, at_once=1, most=16)
    await grown(batcher, runner, 4)
    results = await all_of(batcher, (0, 2, 3, 4))
    assert runner.batches == [[0], [2, 3, 4]]
    assert (results[1], type(results[2]), results[3]) == (4, ValueError, 8)


async def test_a_batch_that_fails_as_a_whole_tells_everybody_and_the_next_goes_on():
    async def broken(items):
        if 1 in items:
            raise OSError("gone")
        return [item * 2 for item in items], True

    batcher = Batcher(broken, at_once=1, most=2)
    results = await all_of(batcher, (0, 1, 3, 5))
    assert [getattr(type(result), "__name__", "") for result in results] == [
        "int",
        "OSError",
        "OSError",
        "int",
    ]


async def test_a_wrong_number_of_results_is_a_failure():
    async def short(items):
        return list(items)[1:], True

    with pytest.raises(RuntimeError, match="0 results for 1 items"):
        await Batcher(short, at_once=1, most=16).submit(1)


async def test_who_gives_up_in_the_queue_is_left_out_and_does_not_disturb_the_others():
    runner = Runner()
    runner.goes_on.clear()
    batcher = Batcher(runner, at_once=1, most=16)
    first, leaving, staying = (asyncio.create_task(batcher.submit(number)) for number in (0, 2, 4))
    await asyncio.sleep(0.01)
    leaving.cancel()
    runner.goes_on.set()
    assert (await first, await staying) == (0, 8)
    assert runner.batches == [[0], [4]]


async def test_who_gives_up_while_the_batch_is_answered_does_not_disturb_the_others():
    runner = Runner()
    runner.goes_on.clear()
    batcher = Batcher(runner, at_once=1, most=16)
    tasks = [asyncio.create_task(batcher.submit(number)) for number in (0, 2, 4)]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    await asyncio.sleep(0.01)
    assert runner.batches == [[0], [2, 4]]
    tasks[1].cancel()
    runner.goes_on.set()
    assert await tasks[2] == 8


async def test_a_batch_that_nobody_waits_for_any_more_is_ended_and_its_place_is_free():
    runner = Runner()
    runner.goes_on.clear()
    batcher = Batcher(runner, at_once=1, most=16)
    leaving = asyncio.create_task(batcher.submit(2))
    await asyncio.sleep(0.01)
    leaving.cancel()
    await asyncio.sleep(0.01)
    assert runner.cancelled == 1
    runner.goes_on.set()
    assert await batcher.submit(4) == 8


async def test_a_batch_has_no_more_than_there_is_time_for():
    runner = Runner()
    batcher = Batcher(runner, at_once=1, most=16, room=lambda most: min(most, 3))
    await grown(batcher, runner, 2)
    for _ in range(4):
        await all_of(batcher, range(0, 20, 2))
    assert max(map(len, runner.batches)) == 3


async def test_who_is_hopeless_is_told_so_and_leaves_the_room_to_others():
    runner = Runner()

    def too_late(item, size):
        return TimeoutError(f"{item} in {size}") if item == 4 else None

    batcher = Batcher(runner, at_once=1, most=16, too_late=too_late)
    results = await all_of(batcher, (0, 2, 4, 6))
    assert [type(result) for result in results] == [int, int, TimeoutError, int]
    assert runner.batches == [[0], [2, 6]]
