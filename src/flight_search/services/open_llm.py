"""What an llm-service loads: the gazetteer and the local engine on it."""

from flight_search.domain.intent import IntentRequest
from flight_search.places.gazetteer import Gazetteer
from flight_search.services.in_process import utc_now
from flight_search.understand.local.engine import LocalEngine

_WARM_UP = "two nonstop tickets from New York to Boston next Friday evening under $300"


def load_understanding() -> tuple[LocalEngine, Gazetteer]:
    """Return the engine, ready to answer at full speed, and the gazetteer."""
    gazetteer = Gazetteer.load()
    engine = LocalEngine(gazetteer, clock=utc_now)
    engine.understand(IntentRequest(text=_WARM_UP))
    return engine, gazetteer
