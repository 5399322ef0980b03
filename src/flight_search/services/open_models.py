"""The language models of one process: the ways to their servers, and the one budget that all share.

In: settings. Out: for each model the server that it is asked at. Requests and replies share connections, the
bound on calls at the same time, and what was learnt of a server.
"""

import datetime as dt
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flight_search.cache.redis import RedisLink
from flight_search.cache.settings import CacheSettings
from flight_search.services.in_process import utc_now
from flight_search.services.metrics import Metrics
from flight_search.services.reply_writer import ModelReplies, PlainReplies, WritesReplies
from flight_search.understand.llm.prices import nano_of, prices_by_model
from flight_search.understand.llm.prompt import REPLY_VERSION, load_instructions
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.spending import Spending
from flight_search.understand.llm.tally import DayTally

if TYPE_CHECKING:
    from flight_search.understand.llm.server import ModelServer


@dataclass(frozen=True)
class Models:
    """The models of one process."""

    settings: LanguageModelSettings
    servers: "dict[str, ModelServer]"
    """By the names of ``settings.models``; empty where no model is asked."""

    def replies(self) -> WritesReplies:
        """Return what puts results into words: a model where one is set up for it, else plain sentences."""
        if not (self.settings.replies and self.servers):
            return PlainReplies()
        model = self.settings.models[0]
        instructions = load_instructions(REPLY_VERSION)
        return ModelReplies(self.servers[model], model, instructions, self.settings.deadline_s)


@asynccontextmanager
async def open_models(
    settings: LanguageModelSettings,
    cache: CacheSettings,
    metrics: Metrics,
    clock: Callable[[], dt.datetime] = utc_now,
) -> AsyncIterator[Models]:
    """Give the models, and close their connections at the end. Nothing is asked before use."""
    if not settings.is_on():
        yield Models(settings, {})
        return
    # Imported here: the SDK takes a second to load, and most installations have no use for it.
    from flight_search.understand.llm.server import ModelServer  # noqa: PLC0415

    async with AsyncExitStack() as opened:
        spending = await opened.enter_async_context(_open_spending(settings, cache, metrics, clock))
        servers: dict[LanguageModelSettings, ModelServer] = {}
        for name in settings.models:
            own = settings.for_model(name)
            if own not in servers:
                servers[own] = ModelServer(own, spending)
                opened.push_async_callback(servers[own].close)
        yield Models(settings, {name: servers[settings.for_model(name)] for name in settings.models})


@asynccontextmanager
async def _open_spending(
    settings: LanguageModelSettings,
    cache: CacheSettings,
    metrics: Metrics,
    clock: Callable[[], dt.datetime],
) -> AsyncIterator[Spending]:
    link = None
    if cache.redis_url is not None:
        link = RedisLink(
            cache.redis_url.get_secret_value(),
            timeout_s=cache.timeout_s,
            pause_s=cache.pause_s,
            clock=time.monotonic,
        )
    budget = settings.daily_budget_usd
    spending = Spending(
        prices_by_model(settings.prices),
        None if budget is None else nano_of(budget),
        DayTally(link, clock),
        metrics,
    )
    metrics.watch_spending(spending.spent_today_usd, spending.budget_usd)
    try:
        yield spending
    finally:
        await spending.close()
        if link is not None:
            await link.close()
