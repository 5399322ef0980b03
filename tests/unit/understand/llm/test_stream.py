"""Words that come piece by piece from a real server, which may also misbehave piece by piece."""

import asyncio
import json
import time

import pytest
from tests.misbehaving_model import END, declines, event, streams

from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.server import ModelServer


@pytest.fixture
async def open_stream(fake, settings_for, counting):
    """Return a function that begins a stream of a server, opened with changed settings."""
    opened = []

    def begin(within_s=2.0, **changes):
        if not opened:
            opened.append(ModelServer(settings_for(fake, **changes), counting))
        return opened[0].stream("small", ("Tell.", "{}"), most_tokens=50, within_s=within_s)

    yield begin
    for server in opened:
        await server.close()


@pytest.fixture
def read(open_stream):
    """Return a function that reads a stream to its end."""

    async def run(within_s=2.0):
        return "".join([piece async for piece in open_stream(within_s)])

    return run


async def test_pieces_are_joined_across_any_cut_and_tokens_are_counted(fake, read, counts):
    usage = b'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}\n\n'
    whole = b": ping\n\n" + event("Grü") + event("ße,\n") + event(None) + event("you") + usage + END
    fake.does(streams(*(whole[start : start + 7] for start in range(0, len(whole), 7))))
    assert await read() == "Grüße,\nyou"
    assert (counts.used(), counts.calls) == ([(9, 4, "counted")], [("small", "ok")])
    assert fake.bodies[0]["stream"] is True


@pytest.mark.parametrize(
    "pieces",
    [
        [event("cut")], [b"data: {\n\n", END], [b"data: [1]\n\n", END],
        [b"data: " + b"[" * 90_000 + b"\n\n", END],
        [b"<html>busy</html>"],
    ],
)  # fmt: skip
async def test_what_is_no_stream_of_the_interface_is_a_failure(fake, read, pieces):
    fake.does(streams(*pieces))
    with pytest.raises(ModelFailure) as caught:
        await read()
    assert caught.value.reason is Reason.UNREADABLE


@pytest.mark.parametrize("endless", [b"x" * 65_536, event("more and more ") * 2_000])
async def test_an_endless_stream_ends(fake, read, endless):
    fake.does(streams(forever=endless))
    with pytest.raises(ModelFailure) as caught:
        await read(30.0)
    assert caught.value.reason is Reason.UNREADABLE


async def test_a_drip_ends_at_the_time_limit(fake, read):
    fake.does(streams(event("slow"), forever=b": ping\n\n", pause_s=0.05))
    began = time.monotonic()
    with pytest.raises(ModelFailure) as caught:
        await read(0.3)
    assert caught.value.reason is Reason.TIMEOUT
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    ("status", "reason"), [(429, Reason.QUOTA), (500, Reason.ERROR), (401, Reason.REFUSED)]
)
async def test_errors_have_their_reasons(fake, behaviours, read, status, reason):
    fake.does(behaviours.fails(status))
    with pytest.raises(ModelFailure) as caught:
        await read()
    assert caught.value.reason is reason


async def test_each_stream_counts_once_by_its_last_count_or_by_its_length(fake, read, counts):
    def so_far(written):
        used = {"prompt_tokens": 9, "completion_tokens": written}
        return b"data: " + json.dumps({"choices": [], "usage": used}).encode() + b"\n\n"

    fake.does(streams(event("a"), so_far(1), event("b"), so_far(2), END))
    await read()
    assert counts.used() == [(9, 2, "counted")]
    fake.does(streams(event("twelve bytes"), END))
    await read()
    # "Tell." and "{}" have seven bytes.
    assert counts.used()[1:] == [(3, 4, "estimated")]
    fake.does(streams(event("cut")))
    with pytest.raises(ModelFailure):
        await read()
    assert counts.used()[2:] == [(3, 1, "estimated")]


async def test_a_server_that_cannot_count_streams_is_not_asked_to(fake, behaviours, read, counts):
    fake.does(behaviours.refuses("stream_options", streams(event("abc"), END)))
    assert [await read(), await read()] == ["abc", "abc"]
    assert ["stream_options" in body for body in fake.bodies] == [True, False, False]
    assert counts.used() == [(3, 1, "estimated")] * 2


async def test_a_stream_begins_again_where_the_server_is_busy(fake, behaviours, open_stream):
    fake.does(behaviours.fails(429, retry_after_ms="5"), streams(event("abc"), END))
    assert [piece async for piece in open_stream(attempts=2)] == ["abc"]


async def test_a_reader_that_takes_longer_than_the_limit_is_not_disturbed_in_its_own_work(fake, open_stream):
    fake.does(streams(event("a"), forever=event("b"), pause_s=0.02))
    began = time.monotonic()
    pieces = open_stream(1.0)
    assert await anext(pieces) == "a"
    # As a client does that reads slowly what it is sent.
    await asyncio.sleep(1.2)
    with pytest.raises(ModelFailure) as caught:
        await anext(pieces)
    assert caught.value.reason is Reason.TIMEOUT
    assert time.monotonic() - began < 4


async def test_a_reader_that_has_enough_frees_the_place(fake, open_stream, counts):
    fake.does(streams(event("abc"), forever=event("d"), pause_s=0.01))
    for _ in range(2):
        pieces = open_stream(connections=1)
        assert await anext(pieces) == "abc"
        await pieces.aclose()
    assert [basis for _, _, basis in counts.used()] == ["estimated", "estimated"]


async def test_a_refusal_that_streams_is_a_failure(fake, read):
    fake.does(declines("I cannot."))
    with pytest.raises(ModelFailure) as caught:
        await read()
    assert caught.value.reason is Reason.DECLINED
