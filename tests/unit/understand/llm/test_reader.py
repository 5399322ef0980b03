"""A model asked for the words of requests, alone and together, by a real server and the whole cascade."""

import asyncio
import datetime as dt
import json
import time

import pytest
from starlette.responses import JSONResponse

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
    found = await open_reader().read(request("Boston to Denver"), 20.0)
    assert found.legs[0].origin == "Boston"


@pytest.mark.parametrize("content", ["", "I cannot do that.", '{"answer": 42}', '{"other": [[['])
async def test_an_answer_that_cannot_be_used_is_a_failure(fake, behaviours, open_reader, content):
    fake.does(behaviours.says(content))
    with pytest.raises(ModelFailure) as caught:
        await open_reader().read(request("Boston"), 20.0)
    assert caught.value.reason is Reason.UNREADABLE


@pytest.fixture
async def crowd(fake, open_reader):
    """Return a reader of one connection whose batches have grown to sixteen, and a way to ask it at once."""

    async def make(each, **changes):
        reader = open_reader(connections=1, **changes)
        fake.does(each)
        while reader._batcher.limit < reader._settings.batch_most:
            await asyncio.gather(*(reader.read(request(f"place {n}"), 20.0) for n in range(33)))
        fake.bodies.clear()

        async def ask(names, within_s=20.0):
            # The first takes the connection, the others wait and go together.
            asked = ["first", *names]
            found = await asyncio.gather(
                *(reader.read(request(name), within_s) for name in asked), return_exceptions=True
            )
            return [getattr(one, "reason", None) or one.legs[0].destination for one in found[1:]]

        return ask

    return make


def texts_of(body):
    asked = json.loads(body["messages"][1]["content"])
    return [row["request"] for row in asked.get("requests", [asked])]


async def test_while_a_connection_is_free_each_request_is_a_call_of_its_own(fake, behaviours, open_reader):
    fake.does(reads_each(behaviours.says))
    reader = open_reader(connections=4)
    await asyncio.gather(*(reader.read(request(name), 20.0) for name in "abcd"))
    assert sorted(map(texts_of, fake.bodies)) == [["a"], ["b"], ["c"], ["d"]]


async def test_requests_that_wait_for_a_connection_are_one_call(fake, behaviours, crowd):
    ask = await crowd(reads_each(behaviours.says))
    names = [f"place {number}" for number in range(16)]
    assert await ask(names) == names
    assert list(map(texts_of, fake.bodies)) == [["first"], names]


async def test_what_one_call_leaves_out_is_asked_for_alone(fake, behaviours, crowd):
    ask = await crowd(reads_each(behaviours.says))
    fake.does(reads_each(behaviours.says, without=("b",)))
    assert await ask("abc") == ["a", "b", "c"]
    assert list(map(texts_of, fake.bodies)) == [["first"], ["a", "b", "c"], ["b"]]


async def test_an_answer_in_the_words_of_another_request_is_asked_for_alone(fake, behaviours, crowd):
    ask = await crowd(reads_each(behaviours.says))

    def mixed_up(body):
        texts = texts_of(body)
        if len(texts) == 1:
            return reads_each(behaviours.says)(body)
        rows = [{"number": n, "legs": [{"destination": texts[n % 2]}]} for n in range(1, len(texts) + 1)]
        return behaviours.says({"answers": rows})(body)

    fake.does(mixed_up)
    assert await ask(["apple", "pear", "plum"]) == ["apple", "pear", "plum"]
    assert len(fake.bodies) == 5


@pytest.mark.parametrize("spoilt", ["sorry", '{"answers": 3}', ""])
async def test_a_call_for_several_that_cannot_be_used_is_made_for_each_alone(fake, behaviours, crowd, spoilt):
    each = reads_each(behaviours.says)
    ask = await crowd(each)

    def answer(body):
        is_spoilt = len(texts_of(body)) > 1 or texts_of(body) == ["poison"]
        return (behaviours.says(spoilt) if is_spoilt else each)(body)

    fake.does(answer)
    assert await ask(["a", "poison", "c"]) == ["a", Reason.UNREADABLE, "c"]


async def test_a_refusal_because_of_one_does_not_reach_the_others(fake, behaviours, crowd):
    each = reads_each(behaviours.says)
    ask = await crowd(each)

    def answer(body):
        if "poison" in texts_of(body):
            return JSONResponse({"choices": [{"message": {"content": None, "refusal": "I cannot."}}]})
        return each(body)

    fake.does(answer)
    assert await ask(["a", "poison", "c"]) == ["a", Reason.DECLINED, "c"]


async def test_a_failure_of_the_server_is_everybodys_and_is_not_repeated_for_each(fake, behaviours, crowd):
    ask = await crowd(reads_each(behaviours.says))
    fake.does(reads_each(behaviours.says), behaviours.fails(429))
    assert await ask("abc") == [Reason.QUOTA] * 3
    assert len(fake.bodies) == 2


async def test_a_hasty_request_does_not_end_the_call_for_the_others(fake, behaviours, open_reader):
    fake.does(reads_each(behaviours.says))
    reader = open_reader(connections=1, timeout_s=8.0)
    await reader.read(request("a"), 8.0)
    fake.delay_s = 1.0
    first, hasty, patient = await asyncio.gather(
        reader.read(request("a"), 8.0),
        reader.read(request("b"), 1.9),
        reader.read(request("c"), 8.0),
        return_exceptions=True,
    )
    assert (first.legs[0].destination, patient.legs[0].destination) == ("a", "c")
    assert hasty.reason is Reason.TIMEOUT
    assert list(map(texts_of, fake.bodies)) == [["a"], ["a"], ["b", "c"]]


async def test_who_has_waited_too_long_for_a_call_to_help_is_told_at_once(fake, behaviours, open_reader):
    fake.does(reads_each(behaviours.says))
    fake.delay_s = 0.5
    reader = open_reader(connections=1, batch_most=1)
    first, late, patient = await asyncio.gather(
        reader.read(request("a"), 20.0),
        reader.read(request("b"), 0.7),
        reader.read(request("c"), 20.0),
        return_exceptions=True,
    )
    assert (first.legs[0].destination, patient.legs[0].destination) == ("a", "c")
    assert late.reason is Reason.BUSY
    assert list(map(texts_of, fake.bodies)) == [["a"], ["c"]]


async def test_who_never_got_a_connection_is_told_so(fake, open_reader):
    fake.delay_s = 0.5
    reader = open_reader(connections=1, batch_most=1)
    first, late = await asyncio.gather(
        reader.read(request("Boston"), 20.0), reader.read(request("b"), 0.1), return_exceptions=True
    )
    assert not isinstance(first, Exception)
    assert late.reason is Reason.BUSY


async def test_a_call_that_takes_too_long_tells_the_breaker(fake, open_reader):
    fake.delay_s = 5.0
    reader = open_reader(pause_after_failures=2, timeout_s=0.1)
    reasons = []
    for _ in range(3):
        with pytest.raises(ModelFailure) as caught:
            await reader.read(request("Boston"), 9.0)
        reasons.append(caught.value.reason)
    assert reasons == [Reason.TIMEOUT, Reason.TIMEOUT, Reason.RESTING]


async def test_when_the_asker_leaves_the_call_ends(fake, open_reader):
    fake.delay_s = 5.0
    reader = open_reader(connections=1)
    leaving = asyncio.create_task(reader.read(request("Boston"), 4.0))
    await asyncio.sleep(0.1)
    leaving.cancel()
    fake.delay_s = 0.0
    assert (await reader.read(request("Boston"), 1.0)).legs[0].origin == "Boston"


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
