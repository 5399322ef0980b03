"""What an llm-service loads: the gazetteer, the local engine on it, and the way to a language model."""

from collections.abc import Sequence

from flight_search.cache.open import Caches
from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest
from flight_search.domain.ports import IntentEngine
from flight_search.places.gazetteer import Gazetteer
from flight_search.services.in_process import SyncIntentEngine, utc_now
from flight_search.services.metrics import Metrics
from flight_search.services.open_models import Models
from flight_search.understand.cache import open_answers
from flight_search.understand.cascade import Cascade
from flight_search.understand.llm.answer import WordsReader
from flight_search.understand.llm.reader import ModelReader
from flight_search.understand.local.engine import LocalEngine

_WARM_UP = "two nonstop tickets from New York to Boston next Friday evening under $300"


def load_understanding() -> tuple[LocalEngine, Gazetteer]:
    """Return the engine, ready to answer at full speed, and the gazetteer."""
    gazetteer = Gazetteer.load()
    engine = LocalEngine(gazetteer, clock=utc_now)
    engine.understand(IntentRequest(text=_WARM_UP))
    return engine, gazetteer


def with_models(
    local: IntentEngine, engine: SyncIntentEngine, models: Models, metrics: Metrics, caches: Caches
) -> IntentEngine:
    """Return ``local``, with the language models before or behind it where some are set up."""
    if not models.servers:
        return local
    settings = models.settings
    readers = [ModelReader(server, name, settings) for name, server in models.servers.items()]
    cache = open_answers(caches, settings)
    return _Measured(Cascade(local, readers, WordsReader(engine, utc_now), cache, settings), metrics)


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
