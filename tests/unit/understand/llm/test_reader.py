"""A model asked for the words of requests, alone and together, by a real server and the whole cascade."""

import asyncio
import datetime as dt
import json
import time

import pytest

from flight_search.cache.open import Caches
from flight_search.domain.intent import Engine, IntentRequest
from flight_search.understand.cache import open_answers
from flight_search.understand.cascade import Cascade
from flight_search.understand.llm.answer import WordsReader
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.reader import ModelReader
from flight_search.understand.llm.server import ModelServer

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)


def request(text: str) -> IntentRequest:
    return IntentRequest(text=text, now=NOW)


def reads_each(says, *, without=()):
    """Answer each request with its own text as the destination, leaving some out."""

    def answer(body):
        asked = json.loads(body["messages"][1]["content"])
        if "requests" not in asked:
            return says({"legs": [{"destination": asked["request"]}]})(body)
        rows = [
            {"number": row["number"], "legs": [{"destination": row["request"]}]}
            for row in asked["requests"]
            if row["request"] not in without
        ]
        return says({"answers": rows})(body)

    return answer


@pytest.fixture
async def open_reader(fake, settings_for):
    opened = []

    def make(**changes):
        settings = settings_for(fake, **changes)
        opened.append(ModelServer(settings))
        return ModelReader(opened[-1], "small", settings)

    yield make
    for server in opened:
        await server.close()


async def test_words_come_back_typed(open_reader):
    found = await open_reader().read(request("Boston to Denver"), 2.0)
    assert found.legs[0].origin == "Boston"


@pytest.mark.parametrize("content", ["", "I cannot do that.", '{"answer": 42}', '{"other": [[['])
async def test_an_answer_that_cannot_be_used_is_a_failure(fake, behaviours, open_reader, content):
    fake.does(behaviours.says(content))
    with pytest.raises(ModelFailure) as caught:
        await open_reader().read(request("Boston"), 2.0)
    assert caught.value.reason is Reason.UNREADABLE


async def test_requests_that_arrive_together_are_one_call(fake, behaviours, open_reader):
    fake.does(reads_each(behaviours.says))
    reader = open_reader(batch_window_ms=20)
    names = [f"place {number}" for number in range(16)]
    found = await asyncio.gather(*(reader.read(request(name), 2.0) for name in names))
    assert [one.legs[0].destination for one in found] == names
    assert len(fake.bodies) == 1


async def test_what_one_call_leaves_out_is_asked_for_alone(fake, behaviours, open_reader):
    fake.does(reads_each(behaviours.says, without=("b",)))
    reader = open_reader(batch_window_ms=20)
    found = await asyncio.gather(*(reader.read(request(name), 2.0) for name in "abc"))
    assert [one.legs[0].destination for one in found] == ["a", "b", "c"]
    assert len(fake.bodies) == 2


async def test_a_call_for_several_that_cannot_be_used_is_made_for_each_alone(fake, behaviours, open_reader):
    each = reads_each(behaviours.says)
    fake.does(behaviours.says("sorry"), each, behaviours.says("sorry"), each)
    reader = open_reader(batch_window_ms=20)
    found = await asyncio.gather(*(reader.read(request(n), 2.0) for n in "abc"), return_exceptions=True)
    assert [type(one).__name__ for one in found] == ["FoundWords", "ModelFailure", "FoundWords"]


async def test_a_failure_of_the_server_is_everybodys(fake, behaviours, open_reader):
    fake.does(behaviours.fails(429))
    reader = open_reader(batch_window_ms=20)
    found = await asyncio.gather(*(reader.read(request(n), 2.0) for n in "ab"), return_exceptions=True)
    assert [one.reason for one in found] == [Reason.QUOTA, Reason.QUOTA]


async def test_each_of_a_batch_has_its_own_time_limit(fake, open_reader):
    fake.delay_s = 0.4
    reader = open_reader(batch_window_ms=10)
    hasty, patient = await asyncio.gather(
        reader.read(request("a"), 0.1), reader.read(request("Boston"), 2.0), return_exceptions=True
    )
    assert hasty.reason is Reason.TIMEOUT
    assert not isinstance(patient, ModelFailure) or patient.reason is Reason.UNREADABLE


@pytest.fixture
async def open_cascade(fake, settings_for, engine):
    opened = []

    def make(**changes):
        settings = settings_for(fake, mode="llm_first", **changes)
        opened.append(ModelServer(settings))
        models = [ModelReader(opened[-1], name, settings) for name in settings.models]

        class Local:
            async def understand(self, request):
                return engine.understand(request)

        cache = open_answers(Caches(None, lambda *_: None, time.monotonic), settings)
        return Cascade(Local(), models, WordsReader(engine, lambda: NOW), cache, settings)

    yield make
    for server in opened:
        await server.close()


async def test_from_text_to_query_through_a_real_server(open_cascade):
    answer = await open_cascade().understand(request("get me from Boston over to Denver"))
    (way,) = answer.query.slices
    assert (answer.engine, way.origin.airports, way.destination.airports) == (Engine.LLM, ("BOS",), ("DEN",))
    assert [one.text for one in answer.understood] == ["Boston", "Denver"]


async def test_whatever_the_server_does_the_local_answer_stands(fake, behaviours, open_cascade):
    text = "nonstop from Boston to Denver"
    bad = {
        "llm_quota": behaviours.fails(429),
        "llm_error": behaviours.fails(500),
        "llm_refused": behaviours.fails(401),
        "llm_unreadable": behaviours.says("no idea"),
        "llm_unsure": behaviours.says({"legs": [{"origin": "Mars", "destination": "Venus"}], "price": "1"}),
    }
    for cause, behaviour in bad.items():
        fake.does(behaviour)
        answer = await open_cascade().understand(request(text))
        assert (answer.engine, answer.query.stops.max) == (Engine.LOCAL, 0)
        assert answer.degraded[0].startswith(cause)


async def test_a_slow_server_costs_no_more_than_the_deadline(fake, open_cascade):
    fake.delay_s = 5.0
    began = time.monotonic()
    engine = open_cascade(timeout_s=0.3, deadline_s=0.4, large_model="large")
    answer = await engine.understand(request("nonstop from Boston to Denver"))
    assert time.monotonic() - began < 2.0
    assert (answer.engine, answer.degraded[0].partition(":")[0]) == (Engine.LOCAL, "llm_timeout")


async def test_what_the_small_model_cannot_is_asked_of_the_large_one(fake, behaviours, open_cascade):
    fake.does(behaviours.says("no idea"), behaviours.says(behaviours.found))
    answer = await open_cascade(large_model="large").understand(request("Boston over to Denver"))
    assert (answer.engine, answer.degraded) == (Engine.LLM, ())
    assert [body["model"] for body in fake.bodies] == ["small", "large"]
