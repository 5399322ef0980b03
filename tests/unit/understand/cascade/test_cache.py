"""Answers are kept by all that decides them, for a while, and never where they were degraded."""

import datetime as dt

import pytest

from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Kind, Understood
from flight_search.domain.query import FlightQuery, SliceQuery, Sort
from flight_search.understand.cache import AnswerCache

TODAY = dt.date(2026, 11, 23)
QUERY = FlightQuery(slices=(SliceQuery(),))


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def request(text="to  Boston", **changes) -> IntentRequest:
    return IntentRequest(text=text, **changes)


def answer(**changes) -> IntentAnswer:
    span = Understood(field="slices.0.destination", text="Boston", start=4, end=10)
    values = {"kind": Kind.SEARCH, "query": QUERY, "understood": (span,), "engine": Engine.LLM, **changes}
    return IntentAnswer(**values)


@pytest.fixture
def cache():
    return AnswerCache(entries=3, ttl_s=100, clock=Clock())


def test_the_same_request_gets_the_same_answer_and_its_engine_says_so(cache):
    cache.put(request(), TODAY, answer(took_ms=900))
    kept = cache.get(request(), TODAY)
    assert kept == answer(engine=Engine.CACHE)


@pytest.mark.parametrize("text", ["to Boston", "  to\tBoston \n", "to  Boston"])
def test_spaces_do_not_matter_and_spans_point_into_the_text_that_was_sent(cache, text):
    cache.put(request(), TODAY, answer())
    (span,) = cache.get(request(text), TODAY).understood
    assert text[span.start : span.end] == span.text == "Boston"


def test_another_composition_of_letters_gets_the_answer_without_spans(cache):
    span = Understood(field="slices.0.destination", text="Zürich", start=3, end=9)
    cache.put(request("to Zürich"), TODAY, answer(understood=(span,)))
    kept = cache.get(request("to Zu\u0308rich"), TODAY)
    assert kept.query == QUERY
    assert kept.understood == ()


@pytest.mark.parametrize(
    "other",
    [
        {"text": "to boston"},
        {"text": "to Boston!"},
        {"locale": "en-GB"},
        {"currency": "EUR"},
        {"previous": QUERY},
    ],
)
def test_whatever_can_change_the_meaning_is_part_of_the_key(cache, other):
    cache.put(request(), TODAY, answer())
    assert cache.get(request(**other), TODAY) is None


def test_tomorrow_never_goes_stale(cache):
    cache.put(request(), TODAY, answer())
    assert cache.get(request(), TODAY + dt.timedelta(days=1)) is None


def test_follow_ups_of_different_queries_are_different(cache):
    cache.put(request(previous=QUERY), TODAY, answer())
    by_price = QUERY.model_copy(update={"sort": Sort.PRICE})
    assert cache.get(request(previous=by_price), TODAY) is None
    assert cache.get(request(previous=QUERY), TODAY)


def test_degraded_answers_are_not_kept(cache):
    cache.put(request(), TODAY, answer(degraded=("llm_timeout: ...",)))
    assert len(cache) == 0


def test_answers_are_kept_for_a_while_only():
    clock = Clock()
    cache = AnswerCache(3, ttl_s=100, clock=clock)
    cache.put(request(), TODAY, answer())
    clock.now = 99.9
    assert cache.get(request(), TODAY)
    clock.now = 100.0
    assert cache.get(request(), TODAY) is None
    assert len(cache) == 0


def test_the_least_recently_used_goes_first(cache):
    for text in "abc":
        cache.put(request(text), TODAY, answer())
    cache.get(request("a"), TODAY)
    cache.put(request("d"), TODAY, answer())
    assert [text for text in "abcd" if cache.get(request(text), TODAY)] == ["a", "c", "d"]


def test_a_cache_of_nothing_keeps_nothing():
    cache = AnswerCache(0, ttl_s=100, clock=Clock())
    cache.put(request(), TODAY, answer())
    assert cache.get(request(), TODAY) is None
