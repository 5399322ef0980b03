"""Two processes with language models share what one of them was answered, by a real Redis."""

import datetime as dt
import time
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from flight_search.cache.open import open_caches
from flight_search.cache.settings import CacheSettings
from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Kind
from flight_search.places.gazetteer import Gazetteer
from flight_search.understand.cache import open_answers
from flight_search.understand.cascade import Cascade
from flight_search.understand.llm.answer import WordsReader
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.words import FoundWords
from flight_search.understand.local.engine import LocalEngine

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
TEXT = "uh Boston thing, Denver maybe, you know"
WORDS = FoundWords.model_validate({"legs": [{"origin": "Boston", "destination": "Denver"}]})


class Model:
    """Finds the same words in every text and counts."""

    model = "small"

    def __init__(self) -> None:
        self.asked = 0

    async def read(self, _request, _within_s):
        self.asked += 1
        return WORDS


class Unsure:
    """A local engine that makes nothing of anything."""

    async def understand(self, _request):
        return IntentAnswer(kind=Kind.OUT_OF_SCOPE, confidence=0.4)


@pytest.fixture(scope="module")
def words():
    return WordsReader(LocalEngine(Gazetteer.load(), clock=lambda: NOW), lambda: NOW)


@pytest.fixture
async def start(redis_server, words):
    async with AsyncExitStack() as opened:

        async def process(outcomes, **changes):
            settings = LanguageModelSettings(api_key="key", **changes)
            caches = await opened.enter_async_context(
                open_caches(
                    CacheSettings(redis_url=redis_server.url, timeout_s=1.0),
                    lambda _, outcome: outcomes.update([str(outcome)]),
                    time.monotonic,
                )
            )
            model = Model()
            return Cascade(Unsure(), [model], words, open_answers(caches, settings), settings), model

        yield process


async def test_two_cascades_share_an_answer_and_each_points_into_its_own_text(start):
    outcomes = Counter()
    (one, asked), (other, not_asked) = await start(outcomes), await start(outcomes)
    first = await one.understand(IntentRequest(text=TEXT, now=NOW))
    spaced = "  " + TEXT.replace(" ", "  ")
    second = await other.understand(IntentRequest(text=spaced, now=NOW))
    assert (first.engine, second.engine) == (Engine.LLM, Engine.CACHE)
    assert (asked.asked, not_asked.asked) == (1, 0)
    assert second.query == first.query
    assert [span.text for span in second.understood] == [span.text for span in first.understood] != []
    assert all(spaced[span.start : span.end] == span.text for span in second.understood)
    assert outcomes == {"miss": 1, "hit": 1}


async def test_other_models_and_other_days_share_nothing(start):
    outcomes = Counter()
    (one, _), (other, asked) = await start(outcomes), await start(outcomes, small_model="x")
    await one.understand(IntentRequest(text=TEXT, now=NOW))
    answer = await other.understand(IntentRequest(text=TEXT, now=NOW))
    tomorrow = await one.understand(IntentRequest(text=TEXT, now=NOW + dt.timedelta(days=1)))
    assert (answer.engine, tomorrow.engine, asked.asked) == (Engine.LLM, Engine.LLM, 1)


async def test_a_redis_that_is_gone_costs_no_answer(start, redis_server):
    outcomes = Counter()
    cascade, _ = await start(outcomes)
    redis_server.stop()
    answer = await cascade.understand(IntentRequest(text=TEXT, now=NOW))
    assert (answer.engine, answer.degraded) == (Engine.LLM, ())
    assert outcomes == {"outage": 1, "not_stored": 1}
