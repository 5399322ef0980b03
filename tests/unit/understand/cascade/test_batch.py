"""Items that arrive together are answered together, each with its own outcome."""

import asyncio

import pytest

from flight_search.understand.batch import Batcher


class Runner:
    """Doubles numbers, fails for odd ones, keeps the batches."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []

    async def __call__(self, items):
        self.batches.append(list(items))
        await asyncio.sleep(0.01)
        return [ValueError(str(item)) if item % 2 else item * 2 for item in items]


async def test_what_arrives_within_the_window_goes_together():
    runner = Runner()
    batcher = Batcher(runner, window_s=0.02, most=16)
    assert await asyncio.gather(*(batcher.submit(number) for number in (2, 4, 6))) == [4, 8, 12]
    assert await batcher.submit(8) == 16
    assert runner.batches == [[2, 4, 6], [8]]


async def test_a_full_batch_does_not_wait():
    runner = Runner()
    batcher = Batcher(runner, window_s=60, most=3)
    async with asyncio.timeout(5):
        await asyncio.gather(*(batcher.submit(number) for number in (0, 2, 4, 6, 8, 10)))
    assert runner.batches == [[0, 2, 4], [6, 8, 10]]


async def test_a_failure_of_one_does_not_touch_the_others():
    batcher = Batcher(Runner(), window_s=0.01, most=16)
    results = await asyncio.gather(*(batcher.submit(n) for n in (2, 3, 4)), return_exceptions=True)
    assert results[0] == 4
    assert isinstance(results[1], ValueError)
    assert results[2] == 8


async def test_a_batch_that_fails_as_a_whole_tells_everybody():
    async def broken(_):
        raise OSError("gone")

    batcher = Batcher(broken, window_s=0.01, most=16)
    results = await asyncio.gather(*(batcher.submit(n) for n in (1, 2)), return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]


async def test_a_wrong_number_of_results_is_a_failure():
    async def short(items):
        return list(items)[1:]

    with pytest.raises(RuntimeError, match="0 results for 1 items"):
        await Batcher(short, window_s=0, most=16).submit(1)


async def test_who_gives_up_is_left_out_and_does_not_disturb_the_others():
    runner = Runner()
    batcher = Batcher(runner, window_s=0.05, most=16)
    leaving = asyncio.create_task(batcher.submit(2))
    staying = asyncio.create_task(batcher.submit(4))
    await asyncio.sleep(0.01)
    leaving.cancel()
    assert await staying == 8
    assert runner.batches == [[4]]


async def test_who_gives_up_while_the_batch_is_answered_does_not_disturb_the_others():
    batcher = Batcher(Runner(), window_s=0, most=2)
    leaving = asyncio.create_task(batcher.submit(2))
    staying = asyncio.create_task(batcher.submit(4))
    await asyncio.sleep(0.005)
    leaving.cancel()
    assert await staying == 8
