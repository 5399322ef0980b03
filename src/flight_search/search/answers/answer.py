"""The answer to an intent of any kind but ``search``."""

import datetime as dt
from collections.abc import Callable

from flight_search.domain.errors import InvalidRequestError
from flight_search.domain.intent import IntentAnswer, Kind
from flight_search.domain.result import AnswerResult, Status
from flight_search.embed.port import Embedder
from flight_search.search.answers.asked import Answer, Asked
from flight_search.search.answers.explore import answer_explore
from flight_search.search.answers.flights import (
    answer_aircraft,
    answer_airlines,
    answer_count,
    answer_flight_number,
    answer_schedule,
    typical_nonstop_minutes,
)
from flight_search.search.answers.places import answer_airport, answer_distance
from flight_search.search.answers.prices import answer_calendar, answer_fare
from flight_search.search.dates import instant_text
from flight_search.search.index import SnapshotIndex
from flight_search.search.meaning import vectors_degraded

HELP = (
    "Ask for flights in your own words: from where, where to, when, and what matters to you. For example: "
    "“nonstop from New York to Los Angeles next Friday morning under $300”, “cheapest day to fly to Miami in "
    "March”, “where can I go from Newark for $100?” or “who flies from JFK to Boston?”"
)
OUT_OF_SCOPE = "That is not about flights, so it cannot be answered here. " + HELP
NOTHING_ASKED = "Where do you want to fly from, and where to?"

_ABOUT_FLIGHTS: dict[Kind, Callable[[Asked], Answer]] = {
    Kind.CALENDAR: answer_calendar,
    Kind.EXPLORE: answer_explore,
    Kind.FARE: answer_fare,
    Kind.AIRLINES: answer_airlines,
    Kind.COUNT: answer_count,
    Kind.SCHEDULE: answer_schedule,
    Kind.FLIGHT_NUMBER: answer_flight_number,
    Kind.AIRCRAFT: answer_aircraft,
}

_NEEDS_A_PLACE = frozenset({Kind.CALENDAR, Kind.FARE, Kind.SCHEDULE})
"""Over the whole data these figures would mean nothing."""


def make_answer(
    index: SnapshotIndex, intent: IntentAnswer, now: dt.datetime, embedder: Embedder | None
) -> AnswerResult:
    """Return the answer. Raises InvalidRequestError for a search or a currency without a rate."""
    snapshot = index.snapshot
    plain = AnswerResult(
        text="",
        snapshot=snapshot.manifest.name,
        fares=snapshot.fares_name,
        as_of=instant_text(snapshot.as_of),
        degraded=(f"fares: {snapshot.fares_problem}",) if snapshot.fares_problem else (),
    )
    if intent.kind in _ABOUT_FLIGHTS and intent.query and not intent.missing:
        asked = Asked(index, intent, intent.query, now)
        wish = asked.make_wish(embedder)
        answer = _about_flights(asked)
        return _filled(plain, answer).model_copy(
            update={
                "degraded": (
                    *plain.degraded,
                    *((wish.degraded,) if wish.degraded else ()),
                    *vectors_degraded(index, wish),
                ),
                "unsupported": asked.prepared.unsupported,
                "timings_ms": asked.watch.timings_ms,
            }
        )
    if intent.kind is Kind.DISTANCE and intent.query and not intent.missing:
        asked = Asked(index, intent, intent.query, now)
        return _filled(plain, answer_distance(intent.query, asked.words, typical_nonstop_minutes(asked)))
    return _filled(plain, _about_others(intent))


def _about_flights(asked: Asked) -> Answer:
    kind = asked.intent.kind
    if kind in _NEEDS_A_PLACE and asked.names_no_place() and not asked.query.flight:
        return Answer(NOTHING_ASKED, status=Status.NEEDS)
    with asked.watch.measure("answer"):
        return _ABOUT_FLIGHTS[kind](asked)


def _about_others(intent: IntentAnswer) -> Answer:
    if intent.kind is Kind.HELP:
        return Answer(HELP)
    if intent.kind is Kind.OUT_OF_SCOPE:
        return Answer(OUT_OF_SCOPE)
    if intent.kind is Kind.SEARCH:
        raise InvalidRequestError(
            "A search is not answered here.", remedy="Send the query of the intent to /v1/search."
        )
    if intent.missing or intent.query is None:
        return Answer(intent.question or NOTHING_ASKED, status=Status.NEEDS)
    return answer_airport(intent.query)


def _filled(plain: AnswerResult, answer: Answer) -> AnswerResult:
    return plain.model_copy(
        update={
            "text": answer.text,
            "data": answer.data,
            "offers": answer.offers,
            "status": answer.status,
        }
    )
