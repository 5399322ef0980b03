"""What has to be asked, and what has to be said, before the query is worth a search.

In: a query, its kind, and what could not be read. Out: the ``missing`` fields, and one ``question`` in plain
words that names every doubt, the most important first.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from flight_search.domain.intent import Kind
from flight_search.domain.query import FlightQuery, SliceQuery, Trip
from flight_search.places.match import PlaceMatch
from flight_search.understand.local.assemble import same_ends

Missing = Literal["origin", "destination", "depart_date"]

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NEEDS: dict[Kind, tuple[Missing, ...]] = {
    Kind.SEARCH: ("origin", "destination"),
    Kind.CALENDAR: ("origin", "destination"),
    Kind.FARE: ("origin", "destination"),
    Kind.DISTANCE: ("origin", "destination"),
    Kind.EXPLORE: ("origin",),
}
_ASKED: dict[tuple[Missing, ...], str] = {
    ("origin",): "Where do you want to fly from?",
    ("destination",): "Where do you want to fly to?",
    ("origin", "destination"): "Where do you want to fly from, and where to?",
}
NOT_ABOUT_FLIGHTS = "I can only help with flights. Where would you like to fly, and when?"
OTHER_LANGUAGE = (
    "I do not read this language well enough. Please ask in English, or in Spanish, French, German, "
    'Portuguese or Italian; for example: "from Tel Aviv to London tomorrow".'
)
HOW_TO_ASK = (
    "Tell me where you want to fly from and to, and when; for example: "
    '"nonstop from New York to Miami next Friday under $300".'
)
NOTHING_SAID = "I did not find any words in that. Where would you like to fly, and when?"


def missing_fields(kind: Kind, query: FlightQuery) -> tuple[Missing, ...]:
    """Return what must be known before this kind of request can be answered."""
    first = query.slices[0]
    if query.flight is not None:
        return ()
    named: dict[Missing, bool] = {
        "origin": first.origin is not None,
        "destination": first.destination is not None,
        "depart_date": True,
    }
    return tuple(name for name in _NEEDS.get(kind, ()) if not named[name])


@dataclass(frozen=True, slots=True)
class Doubts:
    """What could not be settled without asking, apart from what the query itself shows."""

    missing: tuple[Missing, ...] = ()
    rivals: Sequence[PlaceMatch] = ()
    is_price_negative: bool = False
    misnamed: tuple[dt.date, int] | None = None
    """A day and the weekday, another one's, that was named beside it (Monday is 0)."""
    seated_infants: int = 0
    """How many infants have no adult's lap."""
    recast: str = ""
    """The limit of the price before, now taken to be in another currency."""
    unread: str = ""
    """How the part begins that was too long to be read."""


def question_for(query: FlightQuery, doubts: Doubts, today: dt.date) -> str | None:
    """Return one question with all doubts, None where there is none."""
    parts = [_ASKED[doubts.missing]] if doubts.missing else []
    parts += _about_places(query)
    parts += _about_dates(query, today)
    if doubts.misnamed:
        day, weekday = doubts.misnamed
        parts.append(
            f"{day.day} {_MONTHS[day.month - 1]} {day.year} is a {_WEEKDAYS[day.weekday()]}, not a"
            f" {_WEEKDAYS[weekday]}; which day do you mean?"
        )
    if doubts.seated_infants:
        few = doubts.seated_infants
        parts.append(
            "Each infant needs the lap of an adult, so I gave"
            f" {few} of them {'a seat of its own' if few == 1 else 'seats of their own'}; is that right?"
        )
    if doubts.is_price_negative:
        parts.append("A price cannot be negative, so I left it out; how much would you spend?")
    if doubts.recast:
        parts.append(f"I took the limit from before as {doubts.recast}; is that what you would spend?")
    if doubts.rivals:
        others = ", ".join(dict.fromkeys(_described(match) for match in doubts.rivals[:3]))
        parts.append(f"Or did you mean {others}?")
    if doubts.unread:
        parts.append(f"The text was too long to be read whole; I stopped before “{doubts.unread}”.")
    return " ".join(parts) or None


def _described(match: PlaceMatch) -> str:
    where = match.subdivision or match.country
    return f"{match.label} ({where})" if where else match.label


def _about_places(query: FlightQuery) -> list[str]:
    parts = []
    unknown = dict.fromkeys(
        place.label
        for leg in query.slices
        for place in (leg.origin, leg.destination)
        if place and not place.airports
    )
    parts += [f"I know no airport or city called “{label}”; which one do you mean?" for label in unknown]
    if any(same_ends(leg) for leg in query.slices):
        parts.append("Origin and destination are the same place; where do you want to fly to?")
    return parts


def _about_dates(query: FlightQuery, today: dt.date) -> list[str]:
    parts = []
    if any((end := _last_day(leg)) and end < today for leg in query.slices):
        parts.append("The date you named is in the past; which day do you mean?")
    if query.trip is Trip.ROUND_TRIP and _is_before(query.slices[1], query.slices[0]):
        parts.append("The return is before the departure; which days do you mean?")
    elif query.trip is Trip.MULTI_CITY and any(
        _is_before(later, earlier) for earlier, later in zip(query.slices, query.slices[1:], strict=False)
    ):
        parts.append("A later flight is before an earlier one; which days do you mean?")
    return parts


def _last_day(leg: SliceQuery) -> dt.date | None:
    return leg.depart_date.to if leg.depart_date else None


def _is_before(later: SliceQuery, earlier: SliceQuery) -> bool:
    end = _last_day(later)
    return bool(end and earlier.depart_date and earlier.depart_date.from_ and end < earlier.depart_date.from_)
