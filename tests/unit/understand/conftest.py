"""What the tests of understanding share: one engine, a fixed moment, and the judge of labelled requests."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.domain.query import FlightQuery
from flight_search.understand.local.engine import LocalEngine, load_local_engine

# A Monday: "this friday" is the 27th, "next friday" the 4th of December.
NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.timezone(dt.timedelta(hours=-5)))
LABELLED = Path(__file__).parents[2] / "data" / "requests.jsonl"
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
        return [name for name, value in case["expect"].items() if not _is_right(name, answer, value)]

    return judge


def _is_right(name: str, answer: IntentAnswer, wanted: object) -> bool:
    # A request that was wrongly refused has no query: every field of it is wrong.
    return (name == "i" or answer.query is not None) and bool(_JUDGES[name](answer, wanted))


def _first(answer: IntentAnswer):
    return answer.query.slices[0] if answer.query else None


def _days(leg) -> list[str | None] | None:
    if leg is None or leg.depart_date is None:
        return None
    return [str(day) if day else None for day in (leg.depart_date.from_, leg.depart_date.to)]


def _window(window) -> list[str] | None:
    return [window.from_ or "00:00", window.to or "23:59"] if window else None


def _serves(place, wanted: list[str]) -> bool:
    return place is not None and set(wanted) <= set(place.airports)


def _is_kind(answer: IntentAnswer, wanted: str | list[str]) -> bool:
    return answer.kind in ([wanted] if isinstance(wanted, str) else wanted)


def _includes(answer: IntentAnswer, wanted: list[str]) -> bool:
    included = set(answer.query.carriers.include)
    return set(wanted) <= included if wanted else not included


def _party(answer: IntentAnswer) -> list[int]:
    people = answer.query.passengers
    return [people.adults, people.children, people.infants]


def _nights(answer: IntentAnswer) -> list[int | None] | None:
    nights = answer.query.nights
    return [nights.min, nights.max] if nights else None


def _returns(answer: IntentAnswer, wanted: list[str]) -> bool:
    return len(answer.query.slices) > 1 and _days(answer.query.slices[-1]) == wanted


_JUDGES: dict[str, Callable[[IntentAnswer, object], bool]] = {
    "i": _is_kind,
    "o": lambda answer, wanted: _serves(_first(answer) and _first(answer).origin, wanted),
    "d": lambda answer, wanted: _serves(_first(answer) and _first(answer).destination, wanted),
    "dates": lambda answer, wanted: _days(_first(answer)) == wanted,
    "ret": _returns,
    "t": lambda answer, wanted: _window(_first(answer).depart_time) == wanted,
    "at": lambda answer, wanted: _window(_first(answer).arrive_time) == wanted,
    "pmax": lambda answer, wanted: answer.query.price.max == wanted,
    "pmin": lambda answer, wanted: answer.query.price.min == wanted,
    "cur": lambda answer, wanted: answer.query.price.currency == wanted,
    "stops": lambda answer, wanted: answer.query.stops.max == wanted,
    "cabin": lambda answer, wanted: answer.query.cabin == wanted,
    "inc": _includes,
    "exc": lambda answer, wanted: set(wanted) <= set(answer.query.carriers.exclude),
    "pax": lambda answer, wanted: _party(answer) == wanted,
    "sort": lambda answer, wanted: answer.query.sort == wanted,
    "trip": lambda answer, wanted: answer.query.trip == wanted,
    "dur": lambda answer, wanted: answer.query.duration.max_minutes == wanted,
    "lay": lambda answer, wanted: answer.query.layover.max_minutes == wanted,
    "via": lambda answer, wanted: set(wanted) <= set(answer.query.connections.via),
    "avoid": lambda answer, wanted: set(wanted) <= set(answer.query.connections.avoid),
    "nights": lambda answer, wanted: _nights(answer) == wanted,
}


@pytest.fixture(scope="session")
def labelled() -> Path:
    return LABELLED


@pytest.fixture(scope="session")
def held_out() -> Path:
    return HELD_OUT


@pytest.fixture(scope="session")
def read_cases() -> Callable[[Path], list[dict]]:
    return lambda path: list(cases_of(path))
