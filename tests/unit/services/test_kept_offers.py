"""Results that are kept: as if made anew, never of other data or another minute, and said to be kept."""

import asyncio
import datetime as dt
from collections import Counter
from types import SimpleNamespace

import pytest

from flight_search.cache.open import Caches
from flight_search.domain.errors import InvalidRequestError, SnapshotError
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, Status
from flight_search.services.kept_offers import DataClock, KeptOffers
from flight_search.services.metrics import Metrics

NOW = dt.datetime(2026, 11, 24, 12, 0, 30, tzinfo=dt.UTC)


class Offers:
    """Counts what it is asked; each result says which it was."""

    def __init__(self):
        self.asked = 0
        self.degraded = ()
        self.error = None
        self.meanwhile = lambda: None

    async def search(self, request):
        self.asked += 1
        await asyncio.sleep(0)
        self.meanwhile()
        if self.error:
            raise self.error
        return SearchResult(
            status=Status.OK,
            query=request.query,
            total=self.asked,
            degraded=self.degraded,
            timings_ms={"filter": 1.0, "rank": 2.0},
        )

    async def answer(self, intent):
        self.asked += 1
        return AnswerResult(text=f"{intent.kind} {self.asked}", timings_ms={"answer": 3.0})

    async def snapshot(self):
        return "info"


@pytest.fixture
def state():
    return SimpleNamespace(data="one", now=NOW, outcomes=Counter(), offers=Offers(), metrics=Metrics("rag"))


@pytest.fixture
def kept(state):
    def count(cache, outcome):
        state.outcomes.update([f"{cache} {outcome}"])

    def data():
        if state.data is None:
            raise SnapshotError("There is no snapshot yet.")
        return state.data

    caches = Caches(None, count, lambda: 0.0)
    when = DataClock(data, lambda: state.now)
    return KeptOffers.open(state.offers, when, caches, 10, state.metrics)


def asking(**changes):
    query = {"slices": [{"origin": {"label": "x", "airports": ["JFK"]}}], **changes.pop("query", {})}
    return SearchRequest.model_validate({"query": query, **changes})


async def test_an_equal_search_is_made_once_and_says_that_it_was_kept(kept, state):
    first, second = await kept.search(asking()), await kept.search(asking(query={"trip": "one_way"}))
    assert (first.total, second.total, state.offers.asked) == (1, 1, 1)
    assert first.timings_ms == {"filter": 1.0, "rank": 2.0}
    assert set(second.timings_ms) == {"cache"}
    assert 0 < second.timings_ms["cache"] < 1_000
    assert second.model_copy(update={"timings_ms": first.timings_ms}) == first
    assert state.outcomes == {"searches miss": 1, "searches hit": 1}
    assert b'operation="search",stage="cache"' in state.metrics.text()


@pytest.mark.parametrize(
    "change",
    [
        {"query": {"price": {"max": "300"}}},
        {"query": {"preferences": "quiet"}},
        {"query": {"kind": "calendar"}},
        {"limit": 11},
        {"cursor": "abc"},
    ],
)
async def test_whatever_decides_a_result_makes_another(change, kept, state):
    await kept.search(asking())
    await kept.search(asking(**change))
    assert state.offers.asked == 2


async def test_nothing_is_kept_over_a_change_of_the_data_or_of_the_minute(kept, state):
    await kept.search(asking())
    state.data = "two"
    assert (await kept.search(asking())).total == 2
    state.now += dt.timedelta(seconds=30)
    assert (await kept.search(asking())).total == 3
    state.now += dt.timedelta(seconds=29)
    assert (await kept.search(asking())).total == 3


async def test_a_result_made_while_the_data_changed_is_not_kept(kept, state):
    def change():
        state.data = "two"

    state.offers.meanwhile = change
    await kept.search(asking())
    state.data = "one"
    state.offers.meanwhile = lambda: None
    assert (await kept.search(asking())).total == 2


async def test_plans_long_pages_and_degraded_results_are_made_anew(kept, state):
    for request in (asking(explain=True), asking(limit=101)):
        await kept.search(request)
        await kept.search(request)
    assert (state.offers.asked, state.outcomes) == (4, {})
    state.offers.degraded = ("soft wishes: …",)
    await kept.search(asking())
    await kept.search(asking())
    assert state.offers.asked == 6


async def test_many_at_once_are_worked_out_once(kept, state):
    results = await asyncio.gather(*(kept.search(asking()) for _ in range(50)))
    assert {result.total for result in results} == {1}
    assert state.outcomes == {"searches miss": 1, "searches joined": 49}


async def test_an_error_is_told_and_not_kept(kept, state):
    state.offers.error = InvalidRequestError("no rate")
    for _ in range(2):
        with pytest.raises(InvalidRequestError, match="no rate"):
            await kept.search(asking())
    assert state.offers.asked == 2
    state.data = None
    with pytest.raises(SnapshotError):
        await kept.search(asking())


async def test_answers_are_kept_by_what_is_asked_not_by_how_it_was_said(kept):
    query = asking().query
    one = IntentAnswer(kind=Kind.CALENDAR, query=query, confidence=0.9, took_ms=1.0)
    same = IntentAnswer(kind=Kind.CALENDAR, query=query, confidence=0.5, took_ms=9.0)
    other = IntentAnswer(kind=Kind.FARE, query=query, confidence=0.9)
    elsewhere = one.model_copy(update={"locale": "de-DE"})
    first, second, third = [await kept.answer(intent) for intent in (one, same, other)]
    assert (first.text, second.text, third.text) == ("calendar 1", "calendar 1", "fare 2")
    assert (await kept.answer(elsewhere)).text == "calendar 3"
    assert (set(first.timings_ms), set(second.timings_ms)) == ({"answer"}, {"cache"})


async def test_with_room_for_none_everything_is_made_anew(state):
    caches = Caches(None, lambda *_: None, lambda: 0.0)
    kept = KeptOffers.open(state.offers, DataClock(lambda: "x", lambda: NOW), caches, 0, state.metrics)
    for _ in range(2):
        await kept.search(asking())
    assert state.offers.asked == 2
