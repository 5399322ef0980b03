"""Looking for changed data goes on whatever a look finds, and ends with the block."""

import asyncio

from flight_search.domain.errors import SnapshotError
from flight_search.services.follow import following


async def test_it_looks_again_and_again_whatever_a_look_meets_and_then_stops():
    looks = []
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()

    def look():
        looks.append(1)
        if len(looks) >= 3:
            loop.call_soon_threadsafe(enough.set)
        if len(looks) == 1:
            raise SnapshotError("There is no snapshot yet.")
        raise OSError("The disk is away.")

    async with following(look, every_s=0.001):
        await asyncio.wait_for(enough.wait(), 30)
    seen = len(looks)
    await asyncio.sleep(0.05)
    assert len(looks) == seen
