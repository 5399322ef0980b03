"""Answers are kept by all that decides them, for a while, and never where they were degraded."""

import asyncio
import datetime as dt
from collections import Counter

import pytest

from flight_search.cache.cache import Cache
from flight_search.cache.open import Caches
from flight_search.cache.port import StoreOutageError
from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Kind, Understood
from flight_search.domain.query import FlightQuery, SliceQuery, Sort
from flight_search.understand import cache as module
from flight_search.understand.cache import AnswerCache, open_answers
from flight_search.understand.llm.settings import LanguageModelSettings

TODAY = dt.date(2026, 11, 23)
QUERY = FlightQuery(slices=(SliceQuery(),))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Memory:
    """A store without bounds that several caches share, as processes share a Redis."""

    def __init__(self) -> None:
        self.kept = {}

    async def get(self, key):
        return self.kept.get(key)

    async def put(self, key, value):
        self.kept[key] = value


class Down:
    """A store that gives no answer."""

    async def get(self, _key):
        raise StoreOutageError

    async def put(self, _key, _value):
        raise StoreOutageError


def request(text="to  Boston", **changes) -> IntentRequest:
    return IntentRequest(text=text, **changes)


def answer(**changes) -> IntentAnswer:
    span = Understood(field="slices.0.destination", text="Boston", start=4, end=10)
    values = {"kind": Kind.SEARCH, "query": QUERY, "understood": (span,), "engine": Engine.LLM, **changes}
    return IntentAnswer(**values)


def over(store, **changes) -> AnswerCache:
    return AnswerCache(
        Cache("intents", store, lambda *_: None), LanguageModelSettings(api_key="key", **changes)
    )


def bounded(entries: int, clock=None, outcomes=None) -> AnswerCache:
    counted = outcomes if outcomes is not None else Counter()
    caches = Caches(None, lambda name, outcome: counted.update([(name, str(outcome))]), clock or Clock())
    return open_answers(caches, LanguageModelSettings(api_key="key", cache_entries=entries, cache_ttl_s=100))


async def ask(cache, of=None, day=TODAY, made=None, *, is_worth_keeping=True) -> IntentAnswer:
    async def make():
        return made or answer(), is_worth_keeping

    return await cache.get_or_make(of or request(), day, make, join_within_s=5)


async def is_kept(cache, of=None, day=TODAY) -> bool:
    return (await ask(cache, of, day, is_worth_keeping=False)).engine is Engine.CACHE


@pytest.fixture
def cache():
    return bounded(3)


async def test_the_same_request_gets_the_same_answer_and_its_engine_says_so(cache):
    assert await ask(cache, made=answer(took_ms=900)) == answer(took_ms=900)
    assert await ask(cache) == answer(engine=Engine.CACHE)


@pytest.mark.parametrize("text", ["to Boston", "  to\tBoston \n", "to  Boston"])
async def test_spaces_do_not_matter_and_spans_point_into_the_text_that_was_sent(cache, text):
    await ask(cache)
    kept = await ask(cache, request(text))
    (span,) = kept.understood
    assert kept.engine is Engine.CACHE
    assert text[span.start : span.end] == span.text == "Boston"


@pytest.mark.parametrize(
    "other",
    [
        {"text": "to boston"},
        {"text": "to Boston!"},
        {"text": "to Bosto\u0301n"},
        {"locale": "en-GB"},
        {"currency": "EUR"},
        {"previous": QUERY},
    ],
)
async def test_whatever_can_change_the_meaning_is_part_of_the_key(cache, other):
    await ask(cache)
    assert not await is_kept(cache, request(**other))


async def test_letters_composed_otherwise_are_another_text_as_their_spans_differ(cache):
    await ask(cache, request("to Zürich"))
    assert not await is_kept(cache, request("to Zu\u0308rich"))


async def test_tomorrow_never_goes_stale(cache):
    await ask(cache)
    assert not await is_kept(cache, day=TODAY + dt.timedelta(days=1))


async def test_follow_ups_of_different_queries_are_different(cache):
    await ask(cache, request(previous=QUERY))
    by_price = QUERY.model_copy(update={"sort": Sort.PRICE})
    assert not await is_kept(cache, request(previous=by_price))
    assert await is_kept(cache, request(previous=QUERY))


@pytest.mark.parametrize(
    "other",
    [
        {"small_model": "another"},
        {"large_model": "larger"},
        {"base_url": "http://127.0.0.1:9/v1"},
        {"mode": "llm_first"},
        {"sure_from": 0.5},
        {"accept_from": 0.7},
    ],
)
async def test_answers_of_others_in_a_shared_store_are_not_met(other):
    store = Memory()
    await ask(over(store))
    assert await is_kept(over(store))
    assert not await is_kept(over(store, **other))


async def test_another_prompt_is_another_answer(monkeypatch):
    store = Memory()
    await ask(over(store))
    monkeypatch.setattr(module, "PROMPT_VERSION", "find_v0")
    assert not await is_kept(over(store))


async def test_nothing_that_people_typed_stands_in_a_key():
    store = Memory()
    await ask(over(store), request("to my secret wedding"), made=answer(understood=()))
    assert all("wedding" not in key for key in store.kept)


async def test_an_answer_forged_for_another_text_gets_no_spans():
    store = Memory()
    await ask(over(store))
    (key,) = store.kept
    store.kept[key] = store.kept[key].model_copy(update={"text": "by bus to Boston"})
    assert (await ask(over(store))).understood == ()


@pytest.mark.parametrize(
    ("made", "is_worth_keeping"), [(answer(degraded=("llm_timeout: ...",)), True), (answer(), False)]
)
async def test_degraded_and_cheap_answers_are_not_kept(cache, made, is_worth_keeping):
    assert await ask(cache, made=made, is_worth_keeping=is_worth_keeping) == made
    assert not await is_kept(cache)


async def test_answers_are_kept_for_a_while_only():
    clock = Clock()
    cache = bounded(3, clock)
    await ask(cache)
    clock.now = 99.9
    assert await is_kept(cache)
    clock.now = 100.0
    assert not await is_kept(cache)


async def test_the_least_recently_used_goes_first(cache):
    for text in "abc":
        await ask(cache, request(text), made=answer(understood=()))
    await is_kept(cache, request("a"))
    await ask(cache, request("d"), made=answer(understood=()))
    assert [text for text in "abcd" if await is_kept(cache, request(text))] == ["a", "c", "d"]


async def test_a_cache_of_nothing_keeps_nothing():
    cache = bounded(0)
    await ask(cache)
    assert not await is_kept(cache)


async def test_an_outage_of_the_store_costs_no_answer():
    cache = over(Down())
    assert [await ask(cache), await ask(cache)] == [answer(), answer()]


async def test_equal_requests_at_the_same_time_are_answered_once_each_with_its_own_spans():
    outcomes = Counter()
    cache = bounded(3, outcomes=outcomes)
    made = []

    async def make():
        made.append(1)
        await asyncio.sleep(0.01)
        return answer(), True

    texts = ["to  Boston", " to Boston", "to\nBoston"]
    answers = await asyncio.gather(*(cache.get_or_make(request(text), TODAY, make, 5) for text in texts))
    assert (len(made), [one.engine for one in answers]) == (1, [Engine.LLM] * 3)
    for text, one in zip(texts, answers, strict=True):
        assert [text[span.start : span.end] for span in one.understood] == ["Boston"]
    await is_kept(cache)
    assert outcomes == {("intents", "miss"): 1, ("intents", "joined"): 2, ("intents", "hit"): 1}


async def test_who_waits_for_another_waits_no_longer_than_it_may_and_leaves_the_other_its_answer():
    cache = bounded(3)
    go_on = asyncio.Event()

    async def make():
        await go_on.wait()
        return answer(), True

    first = asyncio.create_task(cache.get_or_make(request(), TODAY, make, 0.02))
    await asyncio.sleep(0)
    assert await cache.get_or_make(request(), TODAY, make, 0.02) is None
    go_on.set()
    assert await first == answer()
    assert await is_kept(cache)


async def test_a_time_limit_inside_the_work_is_not_taken_for_that_of_who_waits(cache):
    async def make():
        raise TimeoutError

    with pytest.raises(TimeoutError):
        await cache.get_or_make(request(), TODAY, make, 5)
