"""Two services share results by a real Redis: equal to those made anew, and none is missed without it."""

import datetime as dt
import time
from collections import Counter
from contextlib import AsyncExitStack
from types import SimpleNamespace

import anyio
import pytest
from redis import Redis

from flight_search.cache.open import open_caches
from flight_search.cache.settings import CacheSettings
from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.result import SearchRequest
from flight_search.search.engine import SearchEngine
from flight_search.services.in_process import InProcessOffers
from flight_search.services.kept_offers import DataClock, KeptOffers
from flight_search.services.metrics import Metrics

REQUESTS = [
    SearchRequest.model_validate(
        {"query": {"slices": [{"origin": {"label": "JFK", "airports": ["JFK"]}}], **more}}
    )
    for more in ({}, {"sort": "price"}, {"price": {"max": "90"}}, {"price": {"max": "1"}})
]


@pytest.fixture
async def start(redis_server, small_data_dir):
    """Return what starts a service of its own, with its memory and a link to the Redis that all share."""
    now = dt.datetime.now(dt.UTC)
    async with AsyncExitStack() as opened:

        async def service(*, data="", url=redis_server.url):
            outcomes = Counter()
            caches = await opened.enter_async_context(
                open_caches(
                    CacheSettings(redis_url=url, timeout_s=1.0),
                    lambda _, outcome: outcomes.update([str(outcome)]),
                    time.monotonic,
                )
            )
            live = LiveSnapshot(SnapshotStore(small_data_dir))
            engine = SearchEngine(live, None, clock=lambda: now)
            made = InProcessOffers(engine, anyio.CapacityLimiter(2), Metrics("rag"))
            when = DataClock(lambda: engine.data_identity() + data, lambda: now)
            kept = KeptOffers.open(made, when, caches, 100, Metrics("rag"))
            return SimpleNamespace(kept=kept, made=made, outcomes=outcomes)

        yield service


def said(result):
    return result.model_copy(update={"timings_ms": {}})


async def test_what_one_service_worked_out_another_finds_and_it_is_the_same(start):
    one, other = await start(), await start()
    for request in REQUESTS:
        first, second = await one.kept.search(request), await other.kept.search(request)
        assert said(first) == said(second) == said(await one.made.search(request))
        assert set(second.timings_ms) == {"cache"}
    assert one.outcomes == {"miss": len(REQUESTS)}
    assert other.outcomes == {"hit": len(REQUESTS)}


async def test_pages_and_answers_are_shared_too(start):
    one, other = await start(), await start()
    request = REQUESTS[0]
    following = request.model_copy(update={"cursor": (await one.kept.search(request)).next_cursor})
    assert said(await one.kept.search(following)) == said(await other.kept.search(following))
    intent = IntentAnswer(kind=Kind.CALENDAR, query=request.query, confidence=1.0)
    assert said(await one.kept.answer(intent)) == said(await other.kept.answer(intent))
    assert other.outcomes == {"hit": 2}


async def test_services_on_other_data_share_nothing(start):
    one, other = await start(), await start(data="other")
    for service in (one, other):
        await service.kept.search(REQUESTS[0])
    assert other.outcomes == {"miss": 1}


async def test_a_redis_that_goes_and_comes_back_costs_no_result(start, redis_server):
    one = await start()
    await one.kept.search(REQUESTS[0])
    redis_server.stop()
    for request in REQUESTS:
        assert said(await one.kept.search(request)) == said(await one.made.search(request))
    assert one.outcomes["outage"] == len(REQUESTS) - 1
    assert one.outcomes["hit"] == 1  # what is near is found all the same
    redis_server.start()
    other = await start()
    await other.kept.search(REQUESTS[0])
    assert other.outcomes == {"miss": 1}


async def test_what_others_wrote_into_redis_is_never_shown(start, redis_server):
    one = await start()
    await one.kept.search(REQUESTS[0])
    for content in ("{}", "not json", '{"status": "ok"}', "\x00"):
        with Redis.from_url(redis_server.url) as redis:
            (name,) = redis.keys("flight-search:searches:*")
            redis.set(name, content)
        other = await start()
        assert said(await other.kept.search(REQUESTS[0])) == said(await one.made.search(REQUESTS[0]))
        assert other.outcomes == {"unreadable": 1}
