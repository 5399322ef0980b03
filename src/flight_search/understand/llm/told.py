"""The form in which a language model answers: a list of what was said, and the JSON schema of that list.

In: the JSON of an answer. Out: ``FoundWords``. A list holds only what was said, so that small models, which
like to fill every field that they are shown, have nothing to fill, and an answer is a third as long.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from flight_search.domain.intent import Kind
from flight_search.understand.llm.words import FoundWords

_MOST_SAID: Final = 60
"""More than anybody says in one request; what comes after is a model that goes in circles."""


class What(StrEnum):
    """What words can be about, as the instructions name it."""

    FROM = "from"
    TO = "to"
    DATE = "date"
    LEAVE_TIME = "leave_time"
    ARRIVE_TIME = "arrive_time"
    RETURN_DATE = "return_date"
    RETURN_TIME = "return_time"
    TRIP = "trip"
    STAY = "stay"
    PEOPLE = "people"
    CABIN = "cabin"
    STOPS = "stops"
    AIRLINE = "airline"
    NOT_AIRLINE = "not_airline"
    PRICE = "price"
    DURATION = "duration"
    LAYOVER = "layover"
    VIA = "via"
    NOT_VIA = "not_via"
    BAGS = "bags"
    REFUND = "refund"
    FLIGHT_NUMBER = "flight_number"
    SORT = "sort"
    LIKE = "like"
    OTHER = "other"
    CHANGE = "change"


_OF_A_LEG: Final = {
    What.FROM: "origin",
    What.TO: "destination",
    What.DATE: "dates",
    What.LEAVE_TIME: "departs",
    What.ARRIVE_TIME: "arrives",
}
_OF_THE_WAY_BACK: Final = {What.RETURN_DATE: "dates", What.RETURN_TIME: "departs"}
_IN_LISTS: Final = {
    What.AIRLINE: "airlines",
    What.NOT_AIRLINE: "airlines_refused",
    What.VIA: "via",
    What.NOT_VIA: "avoid",
    What.LIKE: "preferences",
    What.OTHER: "unsupported",
    What.CHANGE: "changes",
}
_ALONE: Final = {
    What.TRIP: "trip",
    What.STAY: "stay",
    What.PEOPLE: "people",
    What.CABIN: "cabin",
    What.STOPS: "stops",
    What.PRICE: "price",
    What.DURATION: "duration",
    What.LAYOVER: "layover",
    What.BAGS: "bags",
    What.REFUND: "refundable",
    What.FLIGHT_NUMBER: "flight",
    What.SORT: "sort",
}


@dataclass(slots=True)
class _Gathered:
    """The fields so far."""

    legs: list[dict[str, str]] = field(default_factory=lambda: [{}])
    back: dict[str, str] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: What, words: str) -> None:
        """Put words into their field. What has no room left is said among the changes, as it stands."""
        if what in _OF_A_LEG:
            self._add_to_leg(what, words)
        elif what in _OF_THE_WAY_BACK:
            self._add_once(self.back, _OF_THE_WAY_BACK[what], words)
        elif what in _ALONE:
            self._add_once(self.alone, _ALONE[what], words)
        else:
            self.lists.setdefault(_IN_LISTS[what], []).append(words)

    def _add_to_leg(self, what: What, words: str) -> None:
        last = self.legs[-1]
        # Where a leg would begin or end twice, the next one begins.
        if what in (What.FROM, What.TO) and _OF_A_LEG[what] in last:
            self.legs.append({_OF_A_LEG[what]: words})
        else:
            self._add_once(last, _OF_A_LEG[what], words)

    def _add_once(self, target: dict[str, str], name: str, words: str) -> None:
        if name not in target:
            target[name] = words
        elif words != target[name]:
            self.lists.setdefault("changes", []).append(words)


def found_in(answer: Mapping[str, Any]) -> FoundWords:
    """Return the words of one answer. Raises pydantic's ValidationError."""
    gathered = _Gathered()
    for what, words in _said(answer.get("said")):
        gathered.add(what, words)
    rest = {name: answer[name] for name in ("kind", "asks") if name in answer}
    legs = [leg for leg in gathered.legs if leg]
    return FoundWords.model_validate(
        {**rest, "legs": legs, "back": gathered.back, **gathered.alone, **gathered.lists}
    )


def _said(rows: object) -> Iterable[tuple[What, str]]:
    """Yield the entries that are of the form; a model without a schema may write others among them."""
    for row in rows[:_MOST_SAID] if isinstance(rows, list) else ():
        words, what = (row.get("words"), row.get("what")) if isinstance(row, dict) else (None, None)
        if isinstance(words, str) and words.strip() and what in list(What):
            yield What(what), words


def schema_of_one() -> dict[str, Any]:
    """Return the JSON schema of one request's answer, in the strict form that servers enforce."""
    words: dict[str, Any] = {"type": "string"}
    row = _strict({"what": {"type": "string", "enum": list(What)}, "words": words})
    return _strict(
        {
            "kind": {"type": "string", "enum": list(Kind)},
            "asks": words,
            "said": {"type": "array", "items": row},
        }
    )


def schema_of_several() -> dict[str, Any]:
    """Return the JSON schema of the answers to several numbered requests."""
    one = schema_of_one()
    numbered = _strict({"number": {"type": "integer"}, **one["properties"]})
    return _strict({"answers": {"type": "array", "items": numbered}})


def _strict(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
