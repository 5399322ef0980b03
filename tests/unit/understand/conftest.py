"""What the tests of understanding share: one engine, a fixed moment, and the judge of labelled requests."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from evaluation.compare import wrong_fields_of

from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.domain.query import FlightQuery
from flight_search.understand.local.engine import LocalEngine, load_local_engine

# A Monday: "this friday" is the 27th, "next friday" the 4th of December.
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
LABELLED = Path(__file__).parents[2] / "data" / "requests.jsonl"
OTHER_LANGUAGES = LABELLED.with_name("requests_other_languages.jsonl")
# Never read while developing, and never printed: it stands for the requests of people we have not met.
HELD_OUT = LABELLED.with_name("requests_held_out.jsonl")

Ask = Callable[..., IntentAnswer]


@pytest.fixture(scope="session")
def engine() -> LocalEngine:
    return load_local_engine()


@pytest.fixture(scope="session")
def ask(engine: LocalEngine) -> Ask:
    """Return what ``text`` means on a Monday in November 2026."""

    def understand(
        text: str, previous: FlightQuery | None = None, locale: str = "en-US", currency: str = "USD"
    ) -> IntentAnswer:
        request = IntentRequest(text=text, now=NOW, previous=previous, locale=locale, currency=currency)
        return engine.understand(request)

    return understand


def cases_of(path: Path) -> Iterator[dict]:
    """Yield labelled requests: a text or several turns, the moment, and what a careful reader expects."""
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.fixture(scope="session")
def wrong_fields(engine: LocalEngine) -> Callable[[dict], list[str]]:
    """Return the judge: which of the expected fields the engine gets wrong for a case."""

    def judge(case: dict) -> list[str]:
        turns = case["text"] if isinstance(case["text"], list) else [case["text"]]
        previous, answer = None, None
        for text in turns:
            answer = engine.understand(
                IntentRequest(
                    text=text,
                    now=case["now"],
                    locale=case.get("locale", "en-US"),
                    currency=case.get("currency", "USD"),
                    previous=previous,
                )
            )
            previous = answer.query or previous
        return wrong_fields_of(answer, case["expect"])

    return judge


@pytest.fixture(scope="session")
def labelled() -> Path:
    return LABELLED


@pytest.fixture(scope="session")
def held_out() -> Path:
    return HELD_OUT


@pytest.fixture(scope="session")
def other_languages() -> Path:
    return OTHER_LANGUAGES


@pytest.fixture(scope="session")
def read_cases() -> Callable[[Path], list[dict]]:
    return lambda path: list(cases_of(path))
