"""What writes the replies in chats, as the settings say."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from flight_search.services.metrics import Metrics
from flight_search.services.reply_writer import ModelReplies, PlainReplies, WritesReplies
from flight_search.understand.llm.prompt import REPLY_VERSION, load_instructions
from flight_search.understand.llm.settings import LanguageModelSettings


@asynccontextmanager
async def open_replies(settings: LanguageModelSettings, metrics: Metrics) -> AsyncIterator[WritesReplies]:
    """Give what puts results into words: a model where one is set up for it, else plain sentences."""
    if not (settings.replies and settings.is_on()):
        yield PlainReplies()
        return
    from flight_search.understand.llm.server import ModelServer  # noqa: PLC0415 - the SDK takes a second to load

    model = settings.models[0]
    server = ModelServer(
        settings.for_model(model), on_usage=metrics.count_usage, on_unmetered=metrics.count_unmetered
    )
    try:
        yield ModelReplies(server, model, load_instructions(REPLY_VERSION), settings.deadline_s)
    finally:
        await server.close()
