"""A server on this machine that speaks OpenAI's chat interface and misbehaves on demand.

In tests: ``FakeServer`` behaves as it is told. By hand, to see what the services make of a bad model:

    .venv/bin/python -m tests.misbehaving_model --port 8009
    FLIGHT_SEARCH_LLM_BASE_URL=http://127.0.0.1:8009/v1 FLIGHT_SEARCH_LLM_MODE=llm_first \
        FLIGHT_SEARCH_LLM_REPLIES=true FLIGHT_SEARCH_LLM_SMALL_MODEL=drips flight-search run

The name of the model says how it behaves; without a name of ``BY_NAME`` it is a good one that finds
Boston and Denver in everything.
"""

import argparse
import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

FOUND = {"kind": "search", "legs": [{"origin": "Boston", "destination": "Denver"}]}
SECRET = (
    "You read requests that people make to a flight search and copy out the words that say what they want."
)
FOREVER_S = 3_600.0

Behaviour = Callable[[dict], Response]


class FakeServer:
    """Behaves as told, one behaviour for each call, the last one for all that follow; keeps the bodies."""

    def __init__(self) -> None:
        self.behaviours: list[Behaviour] = [says(FOUND)]
        self.bodies: list[dict] = []
        self.headers: list[dict[str, str]] = []
        self.delay_s = 0.0
        self.at_once = 0
        self.most_at_once = 0
        self.url = ""
        self.acts_as = ""
        """The name of a behaviour for all that follows, whatever the model is called."""

    def does(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)

    async def answer(self, request: Request) -> Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            body = await request.json()
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
            name = self.acts_as or body["model"]
            await asyncio.sleep(FOREVER_S if name == "hangs" else self.delay_s)
            if behaviour := BY_NAME.get(name):
                return behaviour(body)
            behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
            return behaviour(body)
        except ClientDisconnect:
            return Response()
        finally:
            self.at_once -= 1


def says(content: object, **more: object) -> Behaviour:
    """Answer with this content: a text as it is, anything else as JSON. ``more`` stands beside it."""
    text = content if isinstance(content, str) else json.dumps(content)

    def answer(body: dict) -> Response:
        if body.get("stream"):
            return streams(event(text), END)(body)
        message = {"role": "assistant", "content": text}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        return JSONResponse({"id": "1", "object": "chat.completion", "choices": choices, **more})

    return answer


def declines(words: str) -> Behaviour:
    """Say in the field ``refusal`` that it will not answer."""

    def answer(body: dict) -> Response:
        said = {"content": None, "refusal": words}
        if body.get("stream"):
            return streams(b"data: " + json.dumps({"choices": [{"delta": said}]}).encode() + b"\n\n", END)(
                body
            )
        return JSONResponse({"choices": [{"message": said, "finish_reason": "stop"}]})

    return answer


def fails(status: int, message: str = "no", **headers: str) -> Behaviour:
    """Answer with an error of OpenAI's form."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: JSONResponse({"error": {"message": message}}, status, headers=named)


def refuses(what: str, otherwise: Behaviour) -> Behaviour:
    """Refuse requests that hold a word, answer the others."""

    def answer(body: dict) -> Response:
        if what in json.dumps({**body, "messages": []}):
            return fails(400, f"Unsupported parameter: {what}")(body)
        return otherwise(body)

    return answer


def sends(content: str | bytes) -> Behaviour:
    """Answer with these bytes, whatever they are."""
    return lambda _: Response(content, media_type="application/json")


def drips(piece: bytes, pause_s: float, pieces: int | None = None) -> Behaviour:
    """Answer with pieces, for ever or until the stream is cut."""

    async def stream() -> AsyncIterator[bytes]:
        count = 0
        while pieces is None or count < pieces:
            count += 1
            yield piece
            await asyncio.sleep(pause_s)
        if pieces is not None:
            raise ConnectionAbortedError("cut on purpose")

    return lambda _: StreamingResponse(stream(), media_type="application/json")


END = b"data: [DONE]\n\n"


def event(content: object) -> bytes:
    """Return one piece of a stream."""
    return b"data: " + json.dumps({"choices": [{"delta": {"content": content}}]}).encode() + b"\n\n"


def streams(*pieces: bytes, pause_s: float = 0.0, forever: bytes = b"") -> Behaviour:
    """Answer with pieces one after the other, and then for ever with the last."""

    async def body() -> AsyncIterator[bytes]:
        for piece in pieces:
            yield piece
            await asyncio.sleep(pause_s)
        while forever:
            yield forever
            await asyncio.sleep(pause_s)

    return lambda _: StreamingResponse(body(), media_type="text/event-stream")


BY_NAME: dict[str, Behaviour] = {
    "hangs": sends(""),  # it never comes to that
    "busy": fails(429, "slow down", retry_after="2"),
    "busy until tomorrow": fails(429, "quota", retry_after="86400"),
    "error": fails(500),
    "overloaded": fails(503),
    "wrong key": fails(401, "Incorrect API key: sk-very-secret-key"),
    "html": sends("<html><title>502 Bad Gateway</title>"),
    "broken JSON": sends('{"choices": [{"message": {"content": "'),
    "deep JSON": says("[" * 90_000 + "]" * 90_000),
    "deep answer": says('{"said": ' + '{"said": ' * 20_000 + "[]" + "}" * 20_001),
    "deep body": sends("[" * 200_000),
    "wrong schema": says({"answer": 42, "flights": ["JFK"]}),
    "no choices": sends('{"choices": []}'),
    "empty": says(""),
    "prose": says("Sure! I would love to help you to find a flight, but I need to know more."),
    "declines": declines("I cannot help with that."),
    "drips": drips(b" ", 0.05),
    "cut": drips(b'{"choices": [{"message": {"content": "{', 0, pieces=1),
    "endless": drips(b" " * 65_536, 0),
    "recites": says(f"{SECRET} You get JSON."),
    "obeys": says(
        {"kind": "search", "said": [{"what": "from", "words": "HACKED"}, {"what": "to", "words": SECRET}]}
    ),
    "invents": says(
        {"kind": "search", "said": [{"what": "from", "words": "Mars"}, {"what": "to", "words": "Venus"}]}
    ),
}
"""How a model of each name behaves."""


@asynccontextmanager
async def running(server: FakeServer, port: int = 0) -> AsyncIterator[FakeServer]:
    """Serve on the loop of the caller."""
    app = Starlette(routes=[Route("/v1/chat/completions", server.answer, methods=["POST"])])
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="critical", lifespan="off")
    process = uvicorn.Server(config)
    # pytest keeps its own signal handlers; the test's loop serves.
    process.install_signal_handlers = lambda: None
    task = asyncio.create_task(process._serve())
    while not process.started:  # noqa: ASYNC110  uvicorn tells it in no other way
        await asyncio.sleep(0.005)
    port = process.servers[0].sockets[0].getsockname()[1]
    server.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield server
    finally:
        process.should_exit = True
        process.force_exit = True
        await task


async def serve_for_ever(port: int) -> None:
    async with running(FakeServer(), port) as server:
        print(f"{server.url}: {', '.join(BY_NAME)}")  # noqa: T201  for whoever started it by hand
        await asyncio.sleep(FOREVER_S * 24)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(serve_for_ever(parser.parse_args().port))
