"""Words that come piece by piece from a real server, which may also misbehave piece by piece."""

import asyncio
import json
import time

import pytest
from starlette.responses import StreamingResponse

from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.server import ModelServer
from flight_search.understand.llm.usage import Usage


def event(content):
    return b"data: " + json.dumps({"choices": [{"delta": {"content": content}}]}).encode() + b"\n\n"


def streams(*pieces, pause_s=0.0, forever=b""):
    async def body():
        for piece in pieces:
            yield piece
            await asyncio.sleep(pause_s)
        while forever:
            yield forever
            await asyncio.sleep(pause_s)

    return lambda _: StreamingResponse(body(), media_type="text/event-stream")


END = b"data: [DONE]\n\n"


@pytest.fixture
async def read(fake, settings_for):
    """Return a function that reads a stream to its end, and what it was told of tokens."""
    used = []
    server = ModelServer(settings_for(fake), on_usage=used.append)

    async def run(within_s=2.0):
        pieces = server.stream("small", ("Tell.", "{}"), most_tokens=50, within_s=within_s)
        return "".join([piece async for piece in pieces]), used

    yield run
    await server.close()


async def test_pieces_are_joined_across_any_cut_and_tokens_are_counted(fake, read):
    usage = b'data: {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 4}}\n\n'
    whole = b": ping\n\n" + event("Grü") + event("ße,\n") + event(None) + event("you") + usage + END
    fake.does(streams(*(whole[start : start + 7] for start in range(0, len(whole), 7))))
    assert await read() == ("Grüße,\nyou", [Usage("small", 9, 4)])
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


async def test_each_stream_counts_once_by_its_last_count_or_as_unknown(fake, settings_for):
    used, unmetered = [], []
    server = ModelServer(settings_for(fake), on_usage=used.append, on_unmetered=unmetered.append)

    def so_far(written):
        counts = {"prompt_tokens": 9, "completion_tokens": written}
        return b"data: " + json.dumps({"choices": [], "usage": counts}).encode() + b"\n\n"

    async def all_of(*pieces):
        fake.does(streams(*pieces))
        said = server.stream("small", ("Tell.", "{}"), most_tokens=50, within_s=2.0)
        return [piece async for piece in said]

    await all_of(event("a"), so_far(1), event("b"), so_far(2), END)
    assert (used, unmetered) == ([Usage("small", 9, 2)], [])
    await all_of(event("a"), END)
    with pytest.raises(ModelFailure):
        await all_of(event("cut"))
    await server.close()
    assert (len(used), unmetered) == (1, ["small", "small"])
