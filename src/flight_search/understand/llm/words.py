"""What a language model may say: words that it copied out of a request, and the kind of the request.

In: what a model wrote. Out: ``FoundWords``. Nothing here is a date, an airport or an amount: what the words
mean is for the code that the local engine uses too.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

from flight_search.domain.intent import Kind

_LONGEST_WORDS = 200
_MOST_IN_A_LIST = 8
_MOST_LEGS = 6
_NOTHING = frozenset({"any", "none", "null", "n/a", "not specified", "unspecified", "unknown"})


def _text_or_nothing(value: object) -> object:
    """Take for nothing said what models write then: null, false, [], "any"."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or value.strip().lower() in _NOTHING:
        return ""
    return value[: _LONGEST_WORDS + 1]


def _some(value: object) -> object:
    """Take a lone text for a list of one, and no more than a list may hold."""
    if isinstance(value, str):
        return [value] if value else []
    return value[:_MOST_IN_A_LIST] if isinstance(value, list) else []


def _choice_or_nothing(value: object) -> object:
    return value.strip().lower().replace(" ", "_").replace("-", "_") if isinstance(value, str) else ""


Words = Annotated[
    str,
    BeforeValidator(_text_or_nothing),
    StringConstraints(strip_whitespace=True, max_length=_LONGEST_WORDS),
]
WordsList = Annotated[tuple[Words, ...], BeforeValidator(_some)]


class _Said(BaseModel):
    # What a model adds of its own is dropped here: only the fields below exist.
    model_config = ConfigDict(frozen=True, extra="ignore")


class LegWords(_Said):
    """What was said of one direction."""

    origin: Words = ""
    destination: Words = ""
    dates: Words = ""
    departs: Words = ""
    arrives: Words = ""


def _some_legs(value: object) -> object:
    return [leg for leg in value if isinstance(leg, dict)][:_MOST_LEGS] if isinstance(value, list) else []


Legs = Annotated[tuple[LegWords, ...], BeforeValidator(_some_legs)]
Choice = BeforeValidator(_choice_or_nothing)


def _leg_or_empty(value: object) -> object:
    return value if isinstance(value, dict) else {}


class FoundWords(_Said):
    """What a model found in one request."""

    kind: Annotated[Kind, Choice] = Kind.SEARCH
    asks: Words = ""
    """The words that show the kind, where it is no search."""
    legs: Legs = ()
    trip: Words = ""
    back: Annotated[LegWords, BeforeValidator(_leg_or_empty)] = LegWords()
    stay: Words = ""
    people: Words = ""
    cabin: Words = ""
    stops: Words = ""
    airlines: WordsList = ()
    airlines_refused: WordsList = ()
    price: Words = ""
    duration: Words = ""
    layover: Words = ""
    via: WordsList = ()
    avoid: WordsList = ()
    bags: Words = ""
    refundable: Words = ""
    flight: Words = ""
    sort: Words = ""
    preferences: WordsList = ()
    unsupported: WordsList = ()
    changes: WordsList = ()

    def said(self) -> Iterator[str]:
        """Yield everything that was copied, wherever it belongs."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            parts = value if isinstance(value, tuple) else (value,)
            for part in parts:
                if isinstance(part, LegWords):
                    yield from filter(None, (getattr(part, leg_name) for leg_name in LegWords.model_fields))
                elif isinstance(part, str) and not isinstance(part, Kind) and part:
                    yield part
