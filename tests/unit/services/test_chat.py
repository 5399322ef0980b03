"""One chat connection, without a socket: messages in, events out."""

import json
from contextlib import asynccontextmanager

import anyio
import pytest

from flight_search.domain.errors import FlightSearchError
from flight_search.services.ask import Asker
from flight_search.services.chat import Conversation, MessageRate
from flight_search.services.metrics import Metrics
from flight_search.services.problems import RateLimitError
from flight_search.services.settings import ChatSettings

QUERY = {"slices": [{"destination": {"label": "Paris", "airports": ["CDG"]}}]}


class Clock:
    def __init__(self):
        self.now_s = 100.0

    def __call__(self):
        return self.now_s


class Talk:
    """The client's side."""

    def __init__(self, messages, events):
        self._messages = messages
        self._events = events

    async def say(self, message):
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        await self._messages.send(body)

    async def next(self):
        with anyio.fail_after(10):
            return json.loads(await self._events.receive())

    async def until_end(self):
        events = [await self.next()]
        while events[-1]["event"] not in ("done", "problem"):
            events.append(await self.next())
        return events


@pytest.fixture
def talk(engines, settings):
    @asynccontextmanager
    async def talking(chat=None, clock=None):
        metrics = Metrics("test")
        chat = chat or settings.chat
        message_in, messages = anyio.create_memory_object_stream(10)
        event_out, events = anyio.create_memory_object_stream(100)
        async with engines.open_ports("all", settings, metrics) as ports, anyio.create_task_group() as tasks:
            conversation = Conversation(
                Asker(ports.intents, ports.offers),
                chat,
                metrics,
                event_out.send,
                monotonic_s=clock or Clock(),
            )
            tasks.start_soon(conversation.run, messages)
            yield Talk(message_in, events)
            engines.search.released.set()
            message_in.close()
        for stream in (messages, event_out, events):
            stream.close()

    return talking


async def test_a_request_is_understood_then_found_then_told(talk):
    async with talk() as client:
        await client.say({"text": "to London", "id": "7", "session": "s", "limit": 1})
        events = await client.until_end()
    assert [event["event"] for event in events[:2]] == ["understood", "results"]
    assert {event["event"] for event in events[2:-1]} == {"reply"}
    assert {event["id"] for event in events} == {"7"}
    assert events[0]["intent"]["query"] == events[1]["result"]["query"]
    reply = "".join(event["text"] for event in events[2:-1])
    assert reply.replace("\N{NO-BREAK SPACE}", " ").startswith(
        "2 flights match. The best: DL 1 from JFK to LHR"
    )
    assert "7:30\N{NO-BREAK SPACE}PM" in reply
    assert events[1]["result"]["degraded"] == ["llm: slow", "meaning: no model"]
    assert events[-1]["took_ms"] > 0


async def test_a_query_changed_by_hand_needs_no_language_step(talk, engines):
    async with talk() as client:
        await client.say({"query": QUERY})
        events = await client.until_end()
    assert engines.intents.asked == []
    assert events[1]["result"]["query"]["slices"][0]["destination"]["label"] == "Paris"


async def test_a_query_that_was_asked_for_another_answer_gets_that_answer(talk):
    async with talk() as client:
        await client.say({"query": {**QUERY, "kind": "calendar"}})
        events = await client.until_end()
    assert events[0]["intent"]["kind"] == "calendar"
    assert events[1]["result"]["text"] == "The answer to calendar."


async def test_a_follow_up_refines_the_last_query_of_the_connection(talk, engines):
    async with talk() as client:
        for message in ({"text": "first"}, {"text": "second"}, {"query": QUERY}, {"text": "third"}):
            await client.say(message)
            await client.until_end()
        await client.say({"text": "fourth", "previous": {"slices": [{"destination": {"label": "Rome"}}]}})
        await client.until_end()
    asked = [request.previous for request in engines.intents.asked]
    labels = [previous and previous.slices[0].destination.label for previous in asked]
    assert labels == [None, "first", "Paris", "Rome"]


async def test_what_cannot_be_searched_keeps_the_last_query(talk, engines):
    async with talk() as client:
        for text in ("first", "help", "second"):
            await client.say({"text": text})
            await client.until_end()
    assert engines.intents.asked[-1].previous.slices[0].destination.label == "first"


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff", 400),
        (b'{"text": "a", "text": "b"}', 400),
        ({"text": ""}, 400),
        ({"text": "   "}, 400),
        ({"text": 5}, 422),
        ({"text": "a", "wish": 1}, 422),
        ({"text": "x" * 10_001}, 422),
        ({"text": "a", "locale": "??"}, 422),
        ({"text": "a", "session": "x" * 17_000}, 413),
        ([], 422),
    ],
)
async def test_a_bad_message_is_a_problem_and_the_connection_lives_on(talk, message, status):
    async with talk() as client:
        await client.say(message)
        (event,) = await client.until_end()
        assert (event["event"], event["problem"]["status"]) == ("problem", status)
        assert event["problem"]["remedy"]
        await client.say({"text": "to London"})
        assert (await client.until_end())[-1]["event"] == "done"


async def test_a_failure_is_a_problem_with_the_id_of_its_request_and_gives_nothing_away(talk, engines):
    async with talk() as client:
        await client.say({"text": "boom", "id": "1"})
        (event,) = await client.until_end()
        assert (event["id"], event["problem"]["status"]) == ("1", 500)
        assert "secret" not in json.dumps(event)
        engines.search.usable = False
        await client.say({"text": "to London", "id": "2"})
        understood, problem = await client.until_end()
        assert understood["event"] == "understood"
        assert (problem["id"], problem["problem"]["status"]) == ("2", 503)
        assert problem["problem"]["type"].endswith("snapshot_unusable")


async def test_a_new_request_ends_the_one_before(talk, engines):
    async with talk() as client:
        await client.say({"text": "slow one", "id": "old"})
        assert (await client.next())["event"] == "understood"
        await anyio.to_thread.run_sync(engines.search.entered.wait, 10)
        await client.say({"text": "quick one", "id": "new"})
        events = await client.until_end()
        engines.search.released.set()
        assert {event["id"] for event in events} == {"new"}
        await client.say({"text": "third", "id": "third"})
        assert {event["id"] for event in await client.until_end()} == {"third"}


async def test_too_many_messages_are_refused_until_later(talk):
    clock = Clock()
    async with talk(ChatSettings(messages_per_second=2, burst=3), clock) as client:
        for _ in range(3):
            await client.say({"text": "to London"})
            assert (await client.until_end())[-1]["event"] == "done"
        await client.say({"text": "to London"})
        (event,) = await client.until_end()
        assert (event["problem"]["status"], event["problem"]["retry_after_s"]) == (429, 0.5)
        clock.now_s += 0.5
        await client.say({"text": "to London"})
        assert (await client.until_end())[-1]["event"] == "done"


def test_a_bucket_never_holds_more_than_its_burst():
    clock = Clock()
    rate = MessageRate(ChatSettings(messages_per_second=10, burst=2), clock)
    clock.now_s += 1_000
    rate.take()
    rate.take()
    with pytest.raises(RateLimitError) as raised:
        rate.take()
    assert isinstance(raised.value, FlightSearchError)
    assert raised.value.retry_after_s == pytest.approx(0.1)
