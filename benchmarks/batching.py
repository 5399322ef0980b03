"""What it gains to send requests that have to wait to a language model together.

usage: python benchmarks/batching.py [--requests N] [--rate R ...] [--url URL --model NAME] [--json FILE]

Requests arrive at random at a mean rate and are read by one model over a few connections: each alone
(``batch_most`` 1), then as the services do it (16). The server is one of this script that takes as long as a
real one would: ``--fixed`` seconds for a call and ``--per-token`` for each token that it writes, ``--slots``
calls at the same time, those that were given up too; or, with ``--url``, a real one. Told are how many
requests the model answered within their time limit, how long they took, and what they used. Both ways see the
same arrivals.
"""

import argparse
import asyncio
import json
import logging
import random
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from flight_search.domain.intent import IntentRequest
from flight_search.understand.llm.failure import ModelFailure
from flight_search.understand.llm.reader import ModelReader
from flight_search.understand.llm.server import ModelServer
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.spending import Spending, Spent

CITIES = ("Boston", "Denver", "Paris", "Oslo", "Lima", "Tokyo", "Miami", "Dallas", "Rome", "Cairo", "Dublin")
TOKENS_OF_AN_ANSWER = 60
"""What the wanted JSON for a request with four or five facts has."""


@dataclass(frozen=True)
class Outcome:
    """How one way did at one rate."""

    rate_per_s: float
    batch_most: int
    answered: float
    p50_s: float
    p95_s: float
    calls: int
    prompt_tokens: int
    completion_tokens: int


class Simulated:
    """A server that takes its time: a fixed part, and one for each token."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Take how slow it is."""
        self._options = options
        self._slots = asyncio.Semaphore(options.slots)

    async def answer(self, request: Request) -> JSONResponse:
        """Answer after a while with the first word of each request as its origin."""
        try:
            body = await request.json()
        except ClientDisconnect:
            return JSONResponse({})
        asked = json.loads(body["messages"][1]["content"])
        rows = asked.get("requests", [asked])
        async with self._slots:
            tokens = TOKENS_OF_AN_ANSWER * len(rows)
            await asyncio.sleep(self._options.fixed + self._options.per_token * tokens)
        said = [
            {
                "number": number,
                "kind": "search",
                "said": [{"what": "from", "words": row["request"].split()[0]}],
            }
            for number, row in enumerate(rows, 1)
        ]
        content = json.dumps({"answers": said} if "requests" in asked else said[0])
        sent = sum(len(message["content"]) for message in body["messages"]) // 4
        return JSONResponse(
            {
                "choices": [{"message": {"content": content}, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": sent, "completion_tokens": tokens},
            }
        )


@asynccontextmanager
async def simulated(options: argparse.Namespace) -> AsyncIterator[str]:
    """Give the address of a simulated server."""
    server = Simulated(options)
    app = Starlette(routes=[Route("/v1/chat/completions", server.answer, methods=["POST"])])
    running = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    task = asyncio.create_task(running.serve())
    while not running.started:  # noqa: ASYNC110  it tells in no other way
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}/v1"
    finally:
        running.should_exit = True
        await task


class Counts:
    """What the calls of one run used."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.spent: list[Spent] = []

    def count_spent(self, spent: Spent) -> None:
        """Note one call."""
        self.spent.append(spent)

    def count_call(self, model: str, outcome: str) -> None:
        """Note nothing."""


async def run(url: str, options: argparse.Namespace, rate: float, batch_most: int) -> Outcome:
    """Let requests arrive and see how they fare."""
    settings = LanguageModelSettings.model_validate(
        {
            "base_url": url,
            "small_model": options.model,
            "connections": options.connections,
            "timeout_s": options.timeout,
            "deadline_s": options.timeout,
            "attempts": 1,
            "batch_most": batch_most,
            "max_output_tokens": options.max_tokens,
            # That a server is left alone for a while would hide what happens to those who wait.
            "pause_after_failures": 1_000,
        }
    )
    counts = Counts()
    server = ModelServer(settings, Spending.unlimited(counts))
    reader = ModelReader(server, options.model, settings)
    chance = random.Random(1)  # noqa: S311 - both ways shall see the same
    took: list[float] = []

    async def one(text: str) -> None:
        began = time.monotonic()
        try:
            await reader.read(IntentRequest(text=text), options.timeout)
        except ModelFailure:
            return
        took.append(time.monotonic() - began)

    async with asyncio.TaskGroup() as tasks:
        for number in range(options.requests):
            origin, destination = chance.sample(CITIES, 2)
            tasks.create_task(one(f"{origin} to {destination} for {number + 2} people on friday"))
            await asyncio.sleep(chance.expovariate(rate))
    await server.close()
    took.sort()
    return Outcome(
        rate_per_s=rate,
        batch_most=batch_most,
        answered=round(len(took) / options.requests, 3),
        p50_s=round(statistics.median(took), 2) if took else 0.0,
        p95_s=round(took[int(0.95 * len(took))], 2) if took else 0.0,
        calls=len(counts.spent),
        prompt_tokens=sum(spent.used.prompt_tokens for spent in counts.spent),
        completion_tokens=sum(spent.used.completion_tokens for spent in counts.spent),
    )


async def measure(options: argparse.Namespace) -> list[Outcome]:
    """Return how each way did at each rate."""
    outcomes = []
    for rate in options.rate:
        for most in (1, 16):
            # A server of its own for each, because what one gave up keeps it busy.
            async with nullcontext(options.url) if options.url else simulated(options) as url:
                outcomes.append(await run(url, options, rate, most))
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=150, help="at each rate")
    parser.add_argument("--rate", type=float, nargs="+", default=[1.0, 4.0, 8.0, 16.0], help="a second")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--timeout", type=float, default=6.0)
    parser.add_argument("--max-tokens", type=int, default=800)
    parser.add_argument("--fixed", type=float, default=0.6, help="seconds of a call")
    parser.add_argument("--per-token", type=float, default=0.01, help="seconds of a token")
    parser.add_argument("--slots", type=int, default=4, help="calls that it works on at the same time")
    parser.add_argument("--url", help="of a real server instead")
    parser.add_argument("--model", default="simulated")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    outcomes = asyncio.run(measure(options))
    print("rate/s  most  answered  p50 s  p95 s  calls  tokens sent + written")
    for one in outcomes:
        times = f"{one.answered:8.3f}  {one.p50_s:5.2f}  {one.p95_s:5.2f}"
        tokens = f"{one.prompt_tokens:,} + {one.completion_tokens:,}"
        print(f"{one.rate_per_s:6g}  {one.batch_most:4}  {times}  {one.calls:5}  {tokens}")
    if options.json:
        told = {name: str(value) for name, value in vars(options).items()}
        options.json.write_text(
            json.dumps({"options": told, "outcomes": [asdict(one) for one in outcomes]}, indent=1)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
