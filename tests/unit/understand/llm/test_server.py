"""The client of a model's server, against a real server that misbehaves."""

import asyncio
import datetime as dt
import email.utils
import json
import socket
import time

import pytest
from starlette.responses import JSONResponse, Response
from tests.misbehaving_model import drips

from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.server import ModelServer
from flight_search.understand.llm.told import schema_of_one

MESSAGES = ("Find words.", '{"request": "Boston to Denver"}')


@pytest.fixture
async def connect(fake, settings_for):
    """Return a function that opens a client with changed settings; all are closed at the end."""
    opened = []

    def make(clock=time.monotonic, **changes):
        opened.append(ModelServer(settings_for(fake, **changes), clock=clock))
        return opened[-1]

    yield make
    for server in opened:
        await server.close()


async def ask(server, within_s=2.0, model="small"):
    return await server.complete(model, MESSAGES, schema_of_one(), most_tokens=100, within_s=within_s)


async def failure_of(server, within_s=2.0):
    with pytest.raises(ModelFailure) as caught:
        await ask(server, within_s)
    return caught.value


async def test_the_request_names_model_messages_schema_and_key(fake, behaviours, connect):
    assert json.loads(await ask(connect())) == behaviours.found
    (body,) = fake.bodies
    assert body["model"] == "small"
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert body["response_format"]["json_schema"]["schema"] == schema_of_one()
    assert body["response_format"]["json_schema"]["strict"] is True
    assert fake.headers[0]["authorization"] == "Bearer sk-very-secret-key"


async def test_a_server_without_schemas_is_asked_for_json_and_that_is_remembered(fake, behaviours, connect):
    fake.does(behaviours.refuses("json_schema", behaviours.says(behaviours.found)))
    server = connect()
    await ask(server)
    await ask(server)
    formats = [body.get("response_format", {}).get("type") for body in fake.bodies]
    assert formats == ["json_schema", "json_object", "json_object"]


async def test_a_server_without_structured_output_is_asked_for_text(fake, behaviours, connect):
    fake.does(behaviours.refuses("response_format", behaviours.says(behaviours.found)))
    server = connect()
    await ask(server)
    assert "response_format" not in fake.bodies[-1]
    await ask(server)
    assert len(fake.bodies) == 4


async def test_a_server_that_breaks_on_a_schema_is_asked_in_another_way(fake, behaviours, connect):
    fake.does(behaviours.fails(500), behaviours.says(behaviours.found))
    await ask(connect())
    assert [body["response_format"]["type"] for body in fake.bodies] == ["json_schema", "json_object"]


async def test_an_error_of_a_server_that_has_answered_before_does_not_change_how_it_is_asked(
    fake, behaviours, connect
):
    server = connect()
    await ask(server)
    fake.does(behaviours.fails(500), behaviours.says(behaviours.found))
    assert (await failure_of(server)).reason is Reason.ERROR
    await ask(server)
    assert fake.bodies[-1]["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    ("refused", "instead"),
    [("max_completion_tokens", "max_tokens"), ("temperature", "max_completion_tokens")],
)
async def test_parameters_that_a_server_refuses_are_left_out(fake, behaviours, connect, refused, instead):
    fake.does(behaviours.refuses(refused, behaviours.says(behaviours.found)))
    await ask(connect())
    assert refused not in fake.bodies[-1]
    assert instead in fake.bodies[-1]
    assert fake.bodies[-1]["response_format"]["type"] == "json_schema"


async def test_a_server_that_refuses_everything_is_asked_a_bounded_number_of_times(fake, behaviours, connect):
    fake.does(behaviours.fails(400, "max_completion_tokens temperature response_format"))
    assert (await failure_of(connect())).reason is Reason.REFUSED
    assert len(fake.bodies) == 6


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Reason.REFUSED),
        (403, Reason.REFUSED),
        (404, Reason.REFUSED),
        (429, Reason.QUOTA),
        (503, Reason.ERROR),
    ],
)
async def test_each_failure_has_its_reason_and_tells_no_secret(fake, behaviours, connect, status, reason):
    fake.does(behaviours.fails(status, "your key sk-very-secret-key; Boston to Denver"))
    failure = await failure_of(connect())
    assert failure.reason is reason
    for text in (str(failure), failure.detail, failure.as_degraded()):
        assert "sk-very" not in text
        assert "Boston" not in text


async def test_quota_is_waited_for_as_long_as_the_server_says(fake, behaviours, connect):
    fake.does(behaviours.fails(429, retry_after="0.3"), behaviours.says(behaviours.found))
    began = time.monotonic()
    await ask(connect(attempts=2))
    assert 0.3 <= time.monotonic() - began < 2
    assert len(fake.bodies) == 2


@pytest.mark.parametrize("after", ["30", "29.5", "date"])
async def test_who_wants_more_patience_than_there_is_time_is_left_alone_for_that_long(
    fake, behaviours, connect, after
):
    now = [0.0]
    if after == "date":
        after = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=30), usegmt=True)
    fake.does(behaviours.fails(429, retry_after=after), behaviours.says(behaviours.found))
    server = connect(attempts=3, clock=lambda: now[0])
    began = time.monotonic()
    assert (await failure_of(server)).reason is Reason.QUOTA
    assert time.monotonic() - began < 1.0
    now[0] = 28.0
    assert (await failure_of(server)).reason is Reason.RESTING
    assert len(fake.bodies) == 1
    now[0] = 31.0
    await ask(server)


@pytest.mark.parametrize(
    ("headers", "calls"),
    [
        ({}, 3), ({"x_should_retry": "false"}, 1), ({"retry_after": "soon"}, 3), ({"retry_after": "-1"}, 3),
        ({"retry_after_ms": "1"}, 3),
    ],
)  # fmt: skip
async def test_attempts_are_as_many_as_the_settings_and_the_server_allow(
    fake, behaviours, connect, headers, calls
):
    fake.does(behaviours.fails(429, **headers))
    assert (await failure_of(connect(attempts=3), within_s=10.0)).reason is Reason.QUOTA
    assert len(fake.bodies) == calls


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_what_will_not_pass_is_not_tried_again(fake, behaviours, connect, status):
    server = connect(attempts=3)
    await ask(server)
    fake.bodies.clear()
    fake.does(behaviours.fails(status, "temperature max_completion_tokens response_format reasoning"))
    assert (await failure_of(server)).reason is Reason.REFUSED
    assert len(fake.bodies) == (6 if status == 400 else 1)


async def test_a_model_may_be_told_how_much_to_reason(fake, connect):
    await ask(connect())
    await ask(connect(reasoning_effort=""))
    assert [body.get("reasoning_effort") for body in fake.bodies] == ["minimal", None]


@pytest.mark.parametrize("complaint", ["Unsupported value: 'reasoning_effort'", "no idea what you want"])
async def test_a_model_that_does_not_reason_keeps_its_schema(fake, behaviours, connect, complaint):
    def answer(body):
        bad = "reasoning_effort" in body
        return (behaviours.fails(400, complaint) if bad else behaviours.says(behaviours.found))(body)

    fake.does(answer)
    server = connect()
    await ask(server)
    await ask(server)
    assert ["reasoning_effort" in body for body in fake.bodies] == [True, False, False]
    assert fake.bodies[-1]["response_format"]["type"] == "json_schema"


@pytest.mark.parametrize(
    ("choice", "reason", "says"),
    [
        (
            {"message": {"content": None, "refusal": "I cannot help with a secret wedding."}},
            "llm_declined",
            "",
        ),
        ({"message": {"content": "", "refusal": "no"}, "finish_reason": "stop"}, "llm_declined", ""),
        ({"message": {"content": None}, "finish_reason": "content_filter"}, "llm_declined", ""),
        ({"message": {"content": ""}, "finish_reason": "length"}, "llm_unreadable", "MAX_OUTPUT_TOKENS"),
    ],
)
async def test_a_model_that_declines_or_thinks_too_long_says_which(fake, connect, choice, reason, says):
    fake.does(lambda _: JSONResponse({"choices": [choice]}))
    failure = await failure_of(connect(pause_after_failures=1))
    assert failure.reason == reason
    assert says in failure.detail
    assert "wedding" not in f"{failure} {failure.detail}"


async def test_who_waits_for_a_place_in_vain_says_nothing_about_the_model(fake, connect):
    fake.delay_s = 0.5
    server = connect(connections=1, pause_after_failures=1)
    first = asyncio.create_task(ask(server))
    await asyncio.sleep(0.05)
    assert (await failure_of(server, within_s=0.1)).reason is Reason.BUSY
    await first
    await ask(server)


async def test_a_caller_who_leaves_frees_the_place(fake, connect):
    fake.delay_s = 5.0
    server = connect(connections=1)
    leaving = asyncio.create_task(ask(server))
    await asyncio.sleep(0.1)
    leaving.cancel()
    fake.delay_s = 0.0
    await ask(server)


async def test_a_slow_server_is_given_up(fake, connect):
    fake.delay_s = 1.0
    began = time.monotonic()
    assert (await failure_of(connect(), within_s=0.2)).reason is Reason.TIMEOUT
    assert time.monotonic() - began < 0.9


async def test_nobody_there(connect):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        assert (await failure_of(connect(base_url=url))).reason is Reason.UNREACHABLE


@pytest.mark.parametrize(
    "content",
    [
        "<html>busy</html>", "", "{", "\x1f\x8b", "[" * 100_000, "[]", "null", "3", '"no"',
        "{}", '{"choices": []}',
        '{"choices": 3}', '{"choices": {"a": 1}}', '{"choices": [{"message": "hi"}]}',
    ],
)  # fmt: skip
async def test_what_is_no_answer_of_the_interface_is_a_failure(fake, connect, content):
    fake.does(lambda _: Response(content, media_type="application/json"))
    assert (await failure_of(connect())).reason is Reason.UNREADABLE


@pytest.mark.parametrize("words", ["null", "[]", "17", '""'])
async def test_an_answer_without_words_is_empty(fake, connect, words):
    content = '{"choices": [{"message": {"content": WORDS}}]}'.replace("WORDS", words)
    fake.does(lambda _: Response(content, media_type="application/json"))
    assert await ask(connect()) == ""


async def test_an_endless_answer_is_cut_off(fake, connect):
    fake.does(drips(b" " * 65_536, 0))
    failure = await failure_of(connect(timeout_s=30.0), within_s=30.0)
    assert failure.reason is Reason.UNREADABLE
    assert "more than" in failure.detail


async def test_an_answer_that_drips_is_given_up_at_the_time_limit(fake, connect):
    fake.does(drips(b" ", 0.05))
    began = time.monotonic()
    assert (await failure_of(connect(), within_s=0.3)).reason is Reason.TIMEOUT
    assert time.monotonic() - began < 1.5


async def test_an_answer_that_is_cut_is_a_failure(fake, connect):
    fake.does(drips(b'{"choices": [{"message": {"content": "{', 0, pieces=1))
    assert (await failure_of(connect())).reason in (Reason.UNREACHABLE, Reason.UNREADABLE)


async def test_calls_at_the_same_time_are_bounded(fake, connect):
    fake.delay_s = 0.05
    server = connect(connections=3)
    await asyncio.gather(*(ask(server) for _ in range(9)))
    assert fake.most_at_once == 3


async def test_a_model_that_keeps_failing_is_left_alone_then_tried_again(fake, behaviours, connect):
    now = [0.0]
    server = connect(clock=lambda: now[0], pause_after_failures=2, pause_s=10, large_model="large")
    fake.does(behaviours.fails(503), behaviours.fails(503), behaviours.says("{}"))
    await failure_of(server)
    await failure_of(server)
    assert (await failure_of(server)).reason is Reason.RESTING
    assert len(fake.bodies) == 2
    await ask(server, model="large")
    now[0] = 11.0
    await ask(server)
    await ask(server)
