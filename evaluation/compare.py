"""Hold an answer against what a careful reader expects of a request.

In: an answer, and the expectation of one labelled case (the keys of ``_JUDGES``). Out: the fields that
are wrong. Only what a case states is compared; airports beyond the expected ones are allowed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from flight_search.domain.intent import IntentAnswer
from flight_search.domain.query import FlightQuery


def wrong_fields_of(answer: IntentAnswer, expected: Mapping[str, Any]) -> list[str]:
    """Return the expected fields that the answer has not, or has otherwise."""
    return [name for name, wanted in expected.items() if not _is_right(name, answer, wanted)]


def _is_right(name: str, answer: IntentAnswer, wanted: Any) -> bool:  # noqa: ANN401 - what a case's JSON holds
    if name in _OF_ANSWER:
        return _OF_ANSWER[name](answer, wanted)
    # A request that was wrongly refused has no query: every field of it is wrong.
    return answer.query is not None and _JUDGES[name](answer.query, wanted)


def _days(days: Any) -> list[str | None] | None:  # noqa: ANN401 - a range of days or nothing
    return [str(day) if day else None for day in (days.from_, days.to)] if days else None


def _window(window: Any) -> list[str] | None:  # noqa: ANN401 - a window of times or nothing
    return [window.from_ or "00:00", window.to or "23:59"] if window else None


def _of_first(field: str, shape: Callable[[Any], Any]) -> Callable[[FlightQuery, Any], bool]:
    def judge(query: FlightQuery, wanted: Any) -> bool:  # noqa: ANN401
        return bool(query.slices) and bool(shape(getattr(query.slices[0], field)) == wanted)

    return judge


def _serves(field: str) -> Callable[[FlightQuery, Any], bool]:
    def judge(query: FlightQuery, wanted: Any) -> bool:  # noqa: ANN401
        place = getattr(query.slices[0], field) if query.slices else None
        return place is not None and set(wanted) <= set(place.airports)

    return judge


def _returns(query: FlightQuery, wanted: Any) -> bool:  # noqa: ANN401
    return len(query.slices) > 1 and _days(query.slices[-1].depart_date) == wanted


def _includes(query: FlightQuery, wanted: Any) -> bool:  # noqa: ANN401
    included = set(query.carriers.include)
    return set(wanted) <= included if wanted else not included


def _party(query: FlightQuery) -> list[int]:
    return [query.passengers.adults, query.passengers.children, query.passengers.infants]


def _nights(query: FlightQuery) -> list[int | None] | None:
    return [query.nights.min, query.nights.max] if query.nights else None


def _says(texts: Iterable[str], wanted: Sequence[str]) -> bool:
    said = " ".join(texts).lower()
    return all(word in said for word in wanted)


def _of_return(field: str) -> Callable[[FlightQuery, Any], bool]:
    def judge(query: FlightQuery, wanted: Any) -> bool:  # noqa: ANN401
        return len(query.slices) > 1 and _window(getattr(query.slices[-1], field)) == wanted

    return judge


def _legs(query: FlightQuery, wanted: Sequence[Sequence[str]]) -> bool:
    """Return whether there are just these slices, each given as one airport of each end."""
    return len(query.slices) == len(wanted) and all(
        way.origin is not None
        and way.destination is not None
        and origin in way.origin.airports
        and destination in way.destination.airports
        for way, (origin, destination) in zip(query.slices, wanted, strict=True)
    )


def _flight(query: FlightQuery, wanted: Sequence[str]) -> bool:
    return query.flight is not None and [query.flight.carrier, query.flight.number] == wanted


_OF_ANSWER: dict[str, Callable[[IntentAnswer, Any], bool]] = {
    "i": lambda answer, wanted: answer.kind in ([wanted] if isinstance(wanted, str) else wanted),
    "miss": lambda answer, wanted: sorted(answer.missing) == sorted(wanted),
    # Words in what cannot be honoured.
    "unsup": lambda answer, wanted: _says(answer.unsupported, wanted),
    # Words that may rank or be refused, but may not be dropped.
    "soft": lambda answer, wanted: _says(
        [*answer.unsupported, answer.query.preferences if answer.query else ""], wanted
    ),
}

_JUDGES: dict[str, Callable[[FlightQuery, Any], bool]] = {
    "o": _serves("origin"),
    "d": _serves("destination"),
    "dates": _of_first("depart_date", _days),
    "ret": _returns,
    "t": _of_first("depart_time", _window),
    "at": _of_first("arrive_time", _window),
    "pmax": lambda query, wanted: query.price.max == wanted,
    "pmin": lambda query, wanted: query.price.min == wanted,
    "cur": lambda query, wanted: query.price.currency == wanted,
    "stops": lambda query, wanted: query.stops.max == wanted,
    "cabin": lambda query, wanted: query.cabin == wanted,
    "inc": _includes,
    "exc": lambda query, wanted: set(wanted) <= set(query.carriers.exclude),
    "pax": lambda query, wanted: _party(query) == wanted,
    "sort": lambda query, wanted: query.sort == wanted,
    "trip": lambda query, wanted: query.trip == wanted,
    "dur": lambda query, wanted: query.duration.max_minutes == wanted,
    "lay": lambda query, wanted: query.layover.max_minutes == wanted,
    "via": lambda query, wanted: set(wanted) <= set(query.connections.via),
    "avoid": lambda query, wanted: set(wanted) <= set(query.connections.avoid),
    "nights": lambda query, wanted: _nights(query) == wanted,
    "rt": _of_return("depart_time"),
    "rat": _of_return("arrive_time"),
    "wd": lambda query, wanted: [str(day) for day in query.slices[0].weekdays] == wanted,
    "smin": lambda query, wanted: query.stops.min == wanted,
    "laymin": lambda query, wanted: query.layover.min_minutes == wanted,
    "bags": lambda query, wanted: [query.bags.carry_on, query.bags.checked] == wanted,
    "ref": lambda query, wanted: query.refundable == wanted,
    "num": _flight,
    "legs": _legs,
    "pref": lambda query, wanted: _says([query.preferences], wanted),
}

KEYS: Final = frozenset((*_OF_ANSWER, *_JUDGES))
"""All that a case can expect."""
