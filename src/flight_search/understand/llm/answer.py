"""From the words that a model found to the answer: the typed query that the local engine would build.

In: ``FoundWords`` and the request. Out: an ``IntentAnswer`` of the engine ``llm``. Whatever the model wrote,
only a valid query comes out in which every field is backed by words of the request.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Kind, Understood, today_of
from flight_search.domain.query import FlightQuery, Place
from flight_search.understand.llm.locate import Span
from flight_search.understand.llm.restate import Piece, Restatement, restate
from flight_search.understand.llm.settle import ends_named, settle
from flight_search.understand.llm.words import FoundWords
from flight_search.understand.local import questions
from flight_search.understand.resolve.places import unknown_place

log = structlog.get_logger("flight_search.understand")

_WITHOUT_QUERY: Final = {
    Kind.HELP: questions.HOW_TO_ASK,
    Kind.OUT_OF_SCOPE: questions.NOT_ABOUT_FLIGHTS,
}
_ENDS: Final = ("origin", "destination")
_LONGEST_PREFERENCES: Final = 1_000

# A model's answer starts as sure as a local one that had to guess once. What it claims and nobody said makes
# it doubtful, and so does what it found and nothing can read. Set by hand, as long as nothing is measured.
_SURE, _LEAST, _CLAIMED, _UNREAD, _NOTHING_FOUND = 0.93, 0.1, 0.15, 0.15, 0.3
_UNLIKELY = 0.5
"""That a text with both ends of a journey is not about flights."""


class Understands(Protocol):
    """The local engine."""

    def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what a request means."""
        ...


class CannotBeReadError(Exception):
    """What the model found makes no request for flights."""


@dataclass(frozen=True, slots=True)
class WordsReader:
    """Turns found words into answers. Immutable, so that threads can share it."""

    local: Understands
    clock: Callable[[], dt.datetime]

    def answer(self, found: FoundWords, request: IntentRequest) -> IntentAnswer:
        """Return what the request means by the words found in it. Raises CannotBeReadError."""
        if found.kind in _WITHOUT_QUERY:
            question = _WITHOUT_QUERY[found.kind]
            names_a_journey = ends_named(self.local.understand(request)) >= {*_ENDS}
            value = _UNLIKELY if names_a_journey else _SURE
            return IntentAnswer(kind=found.kind, question=question, confidence=value, engine=Engine.LLM)
        said = restate(found, request)
        read = self.local.understand(request.model_copy(update={"text": said.text}))
        if read.query is None:
            raise CannotBeReadError("the words found make no request for flights")
        unread = _unread(said, read)
        query = _with_unknown_places(read.query, unread, said)
        understood = _understood(said, read)
        liked, refused = _spans(said, found.preferences), _spans(said, found.unsupported)
        # An order that no rule knows ("whichever is comfiest") still is a wish.
        liked += [piece.source for piece in unread if piece.field == "sort"]
        # A model may copy the same words for two fields: what was read for one is not unsupported.
        refused += [piece.source for piece in unread if piece.field not in (*_ENDS, "sort")]
        refused = [span for span in refused if not _is_read(span, understood)]
        query = _with_preferences(query, [said.request[slice(*span)] for span in liked])
        if said.dropped or unread:
            # The words themselves are people's texts and stay out of the log.
            log.info("words of a model not used", invented=len(said.dropped), unread=len(unread))
        kind = self._kind(found, said, read, request)
        query = query.model_copy(update={"kind": None if kind is Kind.SEARCH else kind})
        missing = questions.missing_fields(kind, query)
        understood += [*_noted("preferences", liked, said), *_noted("unsupported", refused, said)]
        return IntentAnswer(
            kind=kind,
            query=query,
            missing=missing,
            unsupported=tuple(dict.fromkeys(one.text for one in understood if one.field == "unsupported")),
            question=self._question(request, read, kind, query),
            understood=tuple(
                sorted(dict.fromkeys(understood), key=lambda one: (one.start, one.end, one.field))
            ),
            confidence=_confidence(said, unread, found, request),
            engine=Engine.LLM,
        )

    def settled(self, local: IntentAnswer, model: IntentAnswer, request: IntentRequest) -> IntentAnswer:
        """Return what stands where the local engine was not sure and a model has answered as well."""
        answer = settle(local, model, request.previous)
        if answer is model or answer.query is None or answer.query == local.query:
            return answer
        missing = questions.missing_fields(answer.kind, answer.query)
        doubts = questions.Doubts(missing)
        question = questions.question_for(answer.query, doubts, today_of(request, self.clock()))
        return answer.model_copy(update={"missing": missing, "question": question})

    def _kind(self, found: FoundWords, said: Restatement, read: IntentAnswer, request: IntentRequest) -> Kind:
        """Return the model's kind if words of the request show it or the local engine hears it too."""
        if found.kind is Kind.SEARCH:
            # It is also what a model says when it has nothing to say.
            return read.kind if request.previous else found.kind
        if found.kind is Kind.FLIGHT_NUMBER and (read.query is None or read.query.flight is None):
            return read.kind
        if said.find(found.asks) or self.local.understand(request).kind is found.kind:
            return found.kind
        return read.kind

    def _question(
        self, request: IntentRequest, read: IntentAnswer, kind: Kind, query: FlightQuery
    ) -> str | None:
        if read.query and kind is read.kind and query.slices == read.query.slices:
            return read.question
        doubts = questions.Doubts(questions.missing_fields(kind, query))
        return questions.question_for(query, doubts, today_of(request, self.clock()))


def _with_preferences(query: FlightQuery, words: Iterable[str]) -> FlightQuery:
    wishes = dict.fromkeys(filter(None, (query.preferences, *words)))
    return query.model_copy(update={"preferences": ", ".join(wishes)[:_LONGEST_PREFERENCES].strip()})


def _with_unknown_places(query: FlightQuery, unread: list[Piece], said: Restatement) -> FlightQuery:
    """Return the query with names that nothing bears as places without airports, to be asked about."""
    first = query.slices[0]
    places: dict[str, Place] = {}
    for piece in unread:
        if piece.field in _ENDS and getattr(first, piece.field) is None:
            places.setdefault(piece.field, unknown_place(said.request[slice(*piece.source)]))
    slices = (first.model_copy(update=places), *query.slices[1:])
    return query.model_copy(update={"slices": slices})


def _unread(said: Restatement, read: IntentAnswer) -> list[Piece]:
    """Return the pieces of which nothing was read."""
    return [
        piece
        for piece in said.pieces
        if not any(one.start < piece.end and piece.start < one.end for one in read.understood)
    ]


def _is_read(span: Span, understood: Iterable[Understood]) -> bool:
    """Whether some of the words were read as what a flight search fulfils."""
    return any(one.start < span[1] and span[0] < one.end and one.field != "unsupported" for one in understood)


def _spans(said: Restatement, several: Iterable[str]) -> list[Span]:
    return [span for words in several if (span := said.find(words))]


def _understood(said: Restatement, read: IntentAnswer) -> list[Understood]:
    """Return which characters of the request were read as which field."""
    found = []
    for one in read.understood:
        for piece in said.pieces:
            start, end = max(one.start, piece.start), min(one.end, piece.end)
            if start >= end:
                continue
            first, last = piece.source
            if piece.is_verbatim:
                first, last = first + start - piece.start, first + end - piece.start
            found += _noted(one.field, [(first, last)], said)
    return found


def _noted(name: str, spans: Iterable[Span], said: Restatement) -> list[Understood]:
    return [
        Understood(field=name, text=said.request[start:end], start=start, end=end) for start, end in spans
    ]


def _confidence(said: Restatement, unread: list[Piece], found: FoundWords, request: IntentRequest) -> float:
    value = _SURE - _CLAIMED * len(said.dropped) - _UNREAD * len(unread)
    is_empty = not (said.pieces or found.preferences)
    if is_empty and request.previous is None:
        value = min(value, _NOTHING_FOUND)
    return round(max(value, _LEAST), 2)
