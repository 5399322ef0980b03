"""A server on this machine that speaks OpenAI's chat interface and misbehaves on demand."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.spending import Spending

KEY = "sk-very-secret-key"
FOUND = {"kind": "search", "legs": [{"origin": "Boston", "destination": "Denver"}]}

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

    def does(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)

    async def answer(self, request: Request) -> Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            body = await request.json()
            self.bodies.append(body)
            self.headers.append(dict(request.headers))
            await asyncio.sleep(self.delay_s)
            behaviour = self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]
            return behaviour(body)
        finally:
            self.at_once -= 1


def says(content: object, **more: object) -> Behaviour:
    """Answer with this content: a text as it is, anything else as JSON. ``more`` stands beside it."""
    text = content if isinstance(content, str) else json.dumps(content)

    def answer(body: dict) -> Response:
        message = {"role": "assistant", "content": text}
        choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
        return JSONResponse(
            {
                "id": "1",
                "object": "chat.completion",
                "created": 0,
                "model": body["model"],
                "choices": choices,
                **more,
            }
        )

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


@asynccontextmanager
async def running(server: FakeServer) -> AsyncIterator[FakeServer]:
    app = Starlette(routes=[Route("/v1/chat/completions", server.answer, methods=["POST"])])
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
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


@pytest.fixture
async def fake() -> AsyncIterator[FakeServer]:
    async with running(FakeServer()) as server:
        yield server


@pytest.fixture
def behaviours():
    """The ways to behave: ``says``, ``fails``, ``refuses``, and what a good answer holds."""

    class Behaviours:
        found = FOUND
        says = staticmethod(says)
        fails = staticmethod(fails)
        refuses = staticmethod(refuses)

    return Behaviours


class Counts:
    """Notes what it is told of calls."""

    def __init__(self) -> None:
        self.spent = []
        self.calls: list[tuple[str, str]] = []

    def count_spent(self, spent) -> None:
        self.spent.append(spent)

    def count_call(self, model, outcome) -> None:
        self.calls.append((model, str(outcome)))

    def used(self) -> list[tuple]:
        """What each call used, and how well that is known."""
        return [
            (spent.used.prompt_tokens, spent.used.completion_tokens, str(spent.basis)) for spent in self.spent
        ]


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def counting(counts) -> Spending:
    """A budget without bound that tells ``counts``."""
    return Spending.unlimited(counts)


@pytest.fixture
def settings_for():
    def make(fake: FakeServer, **changes: object) -> LanguageModelSettings:
        values = {
            "base_url": fake.url,
            "api_key": KEY,
            "small_model": "small",
            "attempts": 1,
            "timeout_s": 2.0,
            "deadline_s": 4.0,
            **changes,
        }
        return LanguageModelSettings.model_validate(values)

    return make
