"""The local engine: what a request means, without a language model and without a network.

In: ``IntentRequest``. Out: ``IntentAnswer`` in one to three milliseconds. The way: text → ``tokens`` → one
pass of grammars (``read``) → is it about flights (``scope``), what is asked (``kinds``) → ``assemble`` or
``followup`` → what is missing (``questions``). Nothing is kept between requests, so threads can share one
engine.
"""

import datetime as dt
import re
import time
from collections.abc import Callable, Mapping
from typing import Self

from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Kind, today_of
from flight_search.places.gazetteer import Gazetteer
from flight_search.places.words import load_common_words
from flight_search.reference.carriers import Carrier, load_carriers
from flight_search.understand.local import questions
from flight_search.understand.local.assemble import new_query
from flight_search.understand.local.confidence import Doubts, confidence_of, doubts_of
from flight_search.understand.local.followup import (
    asks_of_it,
    kind_after,
    merge,
    opens_destination,
    recast_limit,
    without_destination,
)
from flight_search.understand.local.found import FoundInText
from flight_search.understand.local.kinds import kind_said
from flight_search.understand.local.languages import load_languages
from flight_search.understand.local.letters import is_in_latin
from flight_search.understand.local.read import Reader
from flight_search.understand.local.reading import Reading
from flight_search.understand.local.scope import IN_SCOPE, evidence_of, is_help
from flight_search.understand.local.tokens import Sentence, read_sentence
from flight_search.understand.resolve.carriers import CarrierNames
from flight_search.understand.resolve.places import rivals

_MONTH_FIRST = frozenset({"US", "PH", "PW", "FM", "MH"})
_UNREAD_SHOWN = 30
# A text in another script may well be about flights: a language model, if there is one, has to say.
_NOT_READ = 0.3


def utc_now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(tz=dt.UTC)


class LocalEngine:
    """Understands requests by grammar and gazetteer."""

    def __init__(
        self,
        gazetteer: Gazetteer,
        carriers: Mapping[str, Carrier] | None = None,
        *,
        clock: Callable[[], dt.datetime] = utc_now,
        confidence: Callable[[Doubts], float] = confidence_of,
    ) -> None:
        """Take the names of places and carriers, the clock for requests that name no time, how sure to be."""
        names = CarrierNames(load_carriers() if carriers is None else carriers)
        # Read from their files now, not while the first request in another language waits.
        load_languages()
        self._reader = Reader(gazetteer, names, load_common_words())
        self._clock = clock
        self._confidence = confidence

    @classmethod
    def load(cls) -> Self:
        """Build the engine from the packaged tables (about 1 s)."""
        return cls(Gazetteer.load())

    def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what a request means. Raises nothing, whatever the text."""
        started = time.perf_counter()
        sentence = read_sentence(request.text)
        answer = self._answer(request, sentence)
        took = round((time.perf_counter() - started) * 1_000, 3)
        return answer.model_copy(update={"took_ms": took})

    def _answer(self, request: IntentRequest, sentence: Sentence) -> IntentAnswer:
        if not sentence.whole.strip(" ,_"):
            return _without_query(Kind.OUT_OF_SCOPE, questions.NOTHING_SAID, 1.0)
        today = today_of(request, self._clock())
        found, reading, without_carriers = self._reader.read(
            sentence,
            today,
            day_first=_is_day_first(request.locale),
            currency=request.currency,
            previous=request.previous,
        )
        evidence = evidence_of(sentence.whole, found, reading.text)
        refines = request.previous is not None and (
            found.names_anything() or found.describes_destination or asks_of_it(sentence.whole)
        )
        if evidence < IN_SCOPE and is_help(sentence.whole):
            return _without_query(Kind.HELP, questions.HOW_TO_ASK, 0.95)
        if evidence < IN_SCOPE and not refines and not is_in_latin(request.text):
            return _without_query(Kind.OUT_OF_SCOPE, questions.OTHER_LANGUAGE, _NOT_READ)
        if evidence < IN_SCOPE and not (refines and evidence > -IN_SCOPE):
            doubts = doubts_of(evidence, None, found, reading, is_follow_up=request.previous is not None)
            return _without_query(Kind.OUT_OF_SCOPE, questions.NOT_ABOUT_FLIGHTS, self._confidence(doubts))
        return self._about_flights(request, found, reading, without_carriers, evidence)

    def _about_flights(
        self, request: IntentRequest, found: FoundInText, reading: Reading, text: str, evidence: float
    ) -> IntentAnswer:
        previous = request.previous
        if previous and opens_destination(text, found, previous):
            previous = without_destination(previous)
        query = merge(found, previous) if previous else None
        leg = query.slices[0] if query else found.journey.legs[0]
        has_origin = bool(leg.origin) or found.unknown_origin is not None
        has_destination = bool(leg.destination) or found.unknown_destination is not None
        said = kind_said(
            text,
            has_number=found.carriers.flight is not None,
            has_origin=has_origin,
            has_destination=has_destination,
        )
        if said is None and found.describes_destination and not (has_destination or found.journey.loose):
            said = Kind.EXPLORE
        kind = kind_after(previous, said, text, found) if previous else said or Kind.SEARCH
        _place_loose(found, reading, kind)
        if query is None:
            query = new_query(found)
        query = query.model_copy(update={"kind": None if kind is Kind.SEARCH else kind})
        missing = questions.missing_fields(kind, query)
        named = [place.span for one in found.journey.legs for place in (*one.origin, *one.destination)]
        unread = reading.sentence.unread_from
        doubts = questions.Doubts(
            missing,
            rivals(named),
            is_price_negative=found.price.is_negative,
            misnamed=found.schedule.misnamed,
            seated_infants=found.party.seated_infants if found.party else 0,
            recast=recast_limit(found, previous, query),
            unread="" if unread is None else request.text[unread : unread + _UNREAD_SHOWN],
        )
        return IntentAnswer(
            kind=kind,
            query=query,
            missing=missing,
            unsupported=tuple(reading.unsupported),
            question=questions.question_for(query, doubts, found.today),
            understood=reading.understood(),
            confidence=self._confidence(
                doubts_of(evidence, query, found, reading, is_follow_up=previous is not None)
            ),
            engine=Engine.LOCAL,
        )


def load_local_engine() -> LocalEngine:
    """Return an engine with the packaged tables (about 1 s)."""
    return LocalEngine.load()


_ASKS_ABOUT_A_PLACE = frozenset(
    {Kind.AIRPORT, Kind.AIRLINES, Kind.COUNT, Kind.DISTANCE, Kind.SCHEDULE, Kind.AIRCRAFT}
)


def _place_loose(found: FoundInText, reading: Reading, kind: Kind) -> None:
    """Give the only place of a request, if nothing says what it is for, the end that its kind asks about."""
    leg = found.journey.legs[0]
    if kind is Kind.AIRPORT and leg.destination and not leg.origin:
        # "The code for Albuquerque", "airports serving New York": it is about the place, not a way there.
        leg.origin, leg.destination = leg.destination, []
        reading.rename("slices.0.destination", "slices.0.origin")
    if leg.origin or leg.destination or not found.journey.loose:
        return
    place = found.journey.loose.pop(0)
    if kind in _ASKS_ABOUT_A_PLACE or kind is Kind.EXPLORE:
        leg.origin = [place]
        reading.notes.append(("slices.0.origin", place.start, place.end))
    else:
        leg.destination = [place]
        reading.notes.append(("slices.0.destination", place.start, place.end))


def _without_query(kind: Kind, question: str, confidence: float) -> IntentAnswer:
    return IntentAnswer(kind=kind, question=question, confidence=confidence, engine=Engine.LOCAL)


def _is_day_first(locale: str) -> bool:
    """Whether 3/4 is the third of April: everywhere but in the United States and a few islands."""
    parts = re.split(r"[-_]", locale)
    regions = [part.upper() for part in parts[1:] if len(part) == len("US")]
    if regions:
        return regions[-1] not in _MONTH_FIRST
    return parts[0].lower() != "en"
