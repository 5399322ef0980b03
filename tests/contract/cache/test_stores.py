"""What every store does alike: in memory, in a real Redis, and one before the other."""

import asyncio

import pytest

from flight_search.cache.layered import LayeredStore
from flight_search.cache.memory import MemoryStore
from flight_search.cache.open import ModelCodec
from flight_search.cache.redis import RedisLink, RedisStore
from flight_search.domain.intent import Understood

TTL_S = 0.3
ONE = Understood(field="slices.0.origin", text="Zürich\u2028 ", start=0, end=8)
OTHER = Understood(field="price", text="", start=0, end=0)


def clock() -> float:
    return asyncio.get_running_loop().time()


@pytest.fixture(params=["memory", "redis", "layered"])
async def store(request):
    near = MemoryStore(8, TTL_S, clock)
    if request.param == "memory":
        yield near
        return
    server = request.getfixturevalue("redis_server")
    link = RedisLink(server.url, timeout_s=5.0, pause_s=1.0, clock=clock)
    far = RedisStore(link, "test:", ModelCodec(Understood), TTL_S)
    yield far if request.param == "redis" else LayeredStore(near, far)
    await link.close()


async def test_what_was_put_is_got_and_nothing_else(store):
    await store.put("a", ONE)
    assert await store.get("a") == ONE
    assert await store.get("b") is None


async def test_the_last_value_stands(store):
    await store.put("a", ONE)
    await store.put("a", OTHER)
    assert await store.get("a") == OTHER


async def test_nothing_is_kept_beyond_its_time(store):
    await store.put("a", ONE)
    await asyncio.sleep(TTL_S + 0.1)
    assert await store.get("a") is None


async def test_many_at_once(store):
    await asyncio.gather(
        *(store.put(f"{n}", Understood(field="f", text="", start=n, end=n)) for n in range(8))
    )
    found = await asyncio.gather(*(store.get(f"{n}") for n in range(8)))
    assert [one.start for one in found] == list(range(8))
