"""The shared cache with a real Redis: values of others, an outage under load, and its end."""

import asyncio
import time
from collections import Counter

import numpy as np
import pytest

from flight_search.cache.cache import key_of
from flight_search.cache.open import Caches, ModelCodec, open_caches
from flight_search.cache.redis import RedisLink
from flight_search.cache.settings import CacheSettings
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.embed.ahead import AheadEmbedder, VectorCodec
from flight_search.embed.hashing import HashingEmbedder

ANSWER = IntentAnswer(kind=Kind.HELP, question="Where to?")


class Process:
    """What one process of several has: its own caches on the same Redis."""

    def __init__(self, caches: Caches, outcomes: Counter[str], version: str = "1") -> None:
        self.outcomes = outcomes
        self.made = 0
        self.cache = caches.cache("intents", version, ModelCodec(IntentAnswer), entries=2, ttl_s=60)

    async def ask(self, key: str = "a") -> bool:
        async def make() -> IntentAnswer:
            self.made += 1
            return ANSWER

        looked = await self.cache.get_or_make(key, make)
        assert looked.value == ANSWER
        return looked.was_kept


@pytest.fixture
async def processes(redis_server):
    opened = []

    async def start(version="1", **changes):
        settings = CacheSettings(redis_url=redis_server.url, **{"timeout_s": 1.0, "pause_s": 0.2} | changes)
        outcomes: Counter[str] = Counter()
        context = open_caches(settings, lambda _, outcome: outcomes.update([str(outcome)]), time.monotonic)
        caches = await context.__aenter__()
        opened.append(context)
        return Process(caches, outcomes, version)

    yield start
    for context in opened:
        await context.__aexit__(None, None, None)


async def test_what_one_process_made_another_has(processes):
    one, other = await processes(), await processes()
    assert [await one.ask(), await other.ask(), await other.ask()] == [False, True, True]
    assert (one.made, other.made) == (1, 0)


async def test_another_version_is_another_cache(processes):
    one, newer = await processes(), await processes("2")
    assert [await one.ask(), await newer.ask()] == [False, False]


@pytest.mark.parametrize(
    "value",
    [
        "{",
        "null",
        "[]",
        '{"kind": "help", "exec": "rm"}',
        '{"kind": "rule the world"}',
        '{"kind": "help", "confidence": "NaN"}',
        '{"kind": "help", "query": ' + '{"slices": [' * 50_000,
        "[" * 100_000,
        "c__builtin__\neval\n(V1/0\ntR.",
        '{"kind": "help", "question": "' + "x" * 5_000_000 + '"}',
    ],
    ids=range(10),
)
async def test_a_damaged_or_forged_value_is_ignored_and_replaced(processes, redis_server, value):
    one, other = await processes(), await processes()
    redis_server.command("SET", "flight-search:intents:1:a", value)
    assert not await one.ask()
    assert one.outcomes == {"unreadable": 1}
    assert await other.ask()


async def test_a_value_of_another_type_and_a_full_redis_are_outages_of_that_look_alone(
    processes, redis_server
):
    one = await processes()
    redis_server.command("LPUSH", "flight-search:intents:1:a", "x")
    redis_server.command("CONFIG", "SET", "maxmemory", "1")
    assert [await one.ask(), await one.ask("b")] == [False, False]
    assert one.outcomes == {"outage": 1, "miss": 1, "not_stored": 2}


async def test_stopped_under_load_nobody_fails_and_everything_comes_back(processes, redis_server):
    process = await processes()
    ends = asyncio.get_running_loop().time() + 2.5
    slowest = 0.0
    asked = 0

    async def client(number: int) -> None:
        nonlocal slowest, asked
        while asyncio.get_running_loop().time() < ends:
            began = time.perf_counter()
            # Other keys than the two that stay in memory, so that each look goes to Redis.
            await process.ask(f"{number}-{asked % 50}")
            slowest = max(slowest, time.perf_counter() - began)
            asked += 1
            await asyncio.sleep(0.001)

    async def trouble() -> None:
        await asyncio.sleep(0.5)
        await asyncio.to_thread(redis_server.stop)
        await asyncio.sleep(1.0)
        before = process.outcomes["outage"]
        assert before > 0
        await asyncio.to_thread(redis_server.start)

    await asyncio.gather(trouble(), *(client(number) for number in range(16)))
    hits = process.outcomes["hit"]
    assert asked > 500
    # A wait as long as its limit twice, once for the look and once for keeping, is the most there may be.
    assert slowest < 2.0
    assert not await process.ask("afterwards")
    for number in range(3):
        assert not await process.ask(f"fill {number}")
    assert await process.ask("afterwards")
    assert process.outcomes["hit"] == hits + 1


async def test_a_redis_that_is_silent_is_soon_left_alone():
    # It accepts connections and answers nothing, as one whose machine hangs.
    async def swallow(reader, _writer):
        await reader.read()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    now = 0.0
    settings = CacheSettings(redis_url=f"redis://127.0.0.1:{port}", timeout_s=0.05, pause_s=10)
    outcomes: Counter[str] = Counter()
    async with open_caches(
        settings, lambda _, outcome: outcomes.update([str(outcome)]), lambda: now
    ) as caches:
        process = Process(caches, outcomes)
        began = time.perf_counter()
        for number in range(100):
            await process.ask(f"{number}")
        # Three commands that wait for their limit; 200 would have waited ten seconds.
        assert time.perf_counter() - began < 2.0
        assert outcomes == {"outage": 100, "not_stored": 100}
        now = 11.0
        assert isinstance(caches.link, RedisLink)
        began = time.perf_counter()
        await process.ask("one trial")
        assert time.perf_counter() - began >= 0.05
    server.close()


@pytest.mark.parametrize("url", ["http://localhost", "localhost:6379", "redis://localhost:port"])
def test_an_address_that_is_none_is_refused_without_its_password(url):
    with pytest.raises(ValueError, match="redis_url") as caught:
        CacheSettings(redis_url=url + "?password=very-secret")
    assert "Redis" in str(caught.value) or "begin with" in str(caught.value)


async def test_vectors_of_soft_words_are_shared_and_forged_ones_are_not_believed(redis_server):
    texts = []

    class Model(HashingEmbedder):
        def embed_query(self, text):
            texts.append(text)
            return super().embed_query(text)

    async def start_and_prepare():
        async with open_caches(settings, lambda *_: None, time.monotonic) as caches:
            codec = VectorCodec(HashingEmbedder().dimensions)
            ahead = AheadEmbedder(Model(), caches.cache("embeddings", "1", codec, entries=9, ttl_s=60))
            await ahead.prepare("beach")
            return ahead.embed_query("beach")

    settings = CacheSettings(redis_url=redis_server.url, timeout_s=1.0)
    made, shared = await start_and_prepare(), await start_and_prepare()
    assert np.array_equal(made, shared)
    assert texts == ["beach"]
    key = f"flight-search:embeddings:1:{key_of(HashingEmbedder().identity, 'beach')}"
    assert redis_server.command("SET", key, "x" * 4 * len(made)) == b"+OK"
    assert np.array_equal(await start_and_prepare(), made)
    assert texts == ["beach", "beach"]
