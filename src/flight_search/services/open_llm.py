"""What an llm-service loads: the gazetteer, the local engine on it, and the way to a language model."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from flight_search.cache.open import Caches
from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest
from flight_search.domain.ports import IntentEngine
from flight_search.places.gazetteer import Gazetteer
from flight_search.services.in_process import SyncIntentEngine, utc_now
from flight_search.services.metrics import Metrics
from flight_search.understand.cache import open_answers
from flight_search.understand.cascade import Cascade
from flight_search.understand.llm.answer import WordsReader
from flight_search.understand.llm.reader import ModelReader
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.local.engine import LocalEngine

_WARM_UP = "two nonstop tickets from New York to Boston next Friday evening under $300"


def load_understanding() -> tuple[LocalEngine, Gazetteer]:
    """Return the engine, ready to answer at full speed, and the gazetteer."""
    gazetteer = Gazetteer.load()
    engine = LocalEngine(gazetteer, clock=utc_now)
    engine.understand(IntentRequest(text=_WARM_UP))
    return engine, gazetteer


@asynccontextmanager
async def open_intents(
    local: IntentEngine,
    engine: SyncIntentEngine,
    settings: LanguageModelSettings,
    metrics: Metrics,
    caches: Caches,
) -> AsyncIterator[IntentEngine]:
    """Give ``local``, with the language models before or behind it where some are set up."""
    if not settings.is_on():
        yield local
        return
    # Imported here: the SDK takes a second to load, and most installations have no use for it.
    from flight_search.understand.llm.server import ModelServer  # noqa: PLC0415

    async with AsyncExitStack() as opened:
        # Models of one server share its connections and the bound on calls at the same time.
        servers: dict[LanguageModelSettings, ModelServer] = {}
        models = []
        for name in settings.models:
            own = settings.for_model(name)
            if own not in servers:
                servers[own] = ModelServer(
                    own, on_usage=metrics.count_usage, on_unmetered=metrics.count_unmetered
                )
                opened.push_async_callback(servers[own].close)
            models.append(ModelReader(servers[own], name, settings))
        cache = open_answers(caches, settings)
        yield _Measured(Cascade(local, models, WordsReader(engine, utc_now), cache, settings), metrics)


class _Measured:
    """``IntentEngine`` that notes what the local engine does not note itself."""

    def __init__(self, intents: IntentEngine, metrics: Metrics) -> None:
        self._intents = intents
        self._metrics = metrics

    async def understand(self, request: IntentRequest) -> IntentAnswer:
        return self._noted(await self._intents.understand(request))

    async def understand_batch(self, requests: Sequence[IntentRequest]) -> list[IntentAnswer]:
        return [self._noted(answer) for answer in await self._intents.understand_batch(requests)]

    def _noted(self, answer: IntentAnswer) -> IntentAnswer:
        if answer.engine is not Engine.LOCAL:
            self._metrics.observe_understanding(answer.engine, answer.took_ms / 1_000)
        self._metrics.count_degraded(answer.degraded)
        return answer
