"""What stands where both engines have read a request of which the local one was not sure.

In: the local answer, the answer of a model, the query that a follow-up refines. Out: one answer. The local
engine knows what it has read; what it does not know is what the words mean that it passed over, and whether a
text that names nothing is about flights at all. So a model speaks for those, and for nothing else:

- a field stays as the local engine read it; an empty one is filled from words that this engine left over;
- a place whose name nothing bears is replaced by one that is known;
- a kind is added where the local engine heard none;
- a request that names no place and no flight is about flights only if both engines say so; one that the local
  engine refused is, if the model found both ends of a journey in it.

A model that understands less than the local engine therefore takes nothing away.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from flight_search.domain.intent import Engine, IntentAnswer, Kind, Understood
from flight_search.domain.query import FlightQuery, Place, SliceQuery, Trip

_AGREED: Final = 0.9
"""Two engines that find words in different ways rarely make the same mistake."""

_ENDS: Final = ("origin", "destination")
_BESIDE: Final = frozenset({"slices", "trip", "kind"})
"""Fields of a query that are not filled on their own."""


def settle(local: IntentAnswer, model: IntentAnswer, previous: FlightQuery | None = None) -> IntentAnswer:
    """Return the answer that stands. Its ``question`` is that of the engine it came from."""
    if local.query is None or model.query is None:
        return _about_flights_or_not(local, model)
    filled = _Filled(local, model, previous or FlightQuery(slices=(SliceQuery(),)))
    update = dict(filled.values(local.query, model.query, filled.base, ""))
    slices, trip = _slices(filled, local.query, model.query)
    # Where nothing said what kind of answer is wanted, words that the model shows may.
    kind = model.kind if local.kind is Kind.SEARCH else local.kind
    named = None if kind is Kind.SEARCH else kind
    query = local.query.model_copy(update={**update, "slices": slices, "trip": trip, "kind": named})
    if query == local.query and kind is local.kind:
        sure = _AGREED if model.query == local.query and model.kind is local.kind else 0.0
        return local.model_copy(update={"confidence": max(local.confidence, sure)})
    understood = _understood(local, filled.taken)
    told = {one.text for one in understood if one.field == "unsupported"}
    return local.model_copy(
        update={
            "kind": kind,
            "query": query,
            "understood": understood,
            "unsupported": tuple(text for text in local.unsupported if text in told),
            "confidence": max(local.confidence, model.confidence),
            "engine": Engine.LLM,
        }
    )


@dataclass(slots=True)
class _Filled:
    """The two answers, and what was taken of the model's."""

    local: IntentAnswer
    model: IntentAnswer
    base: FlightQuery
    """What the query would be if nothing had been said."""
    taken: list[Understood] = field(default_factory=list)

    def words_for(self, name: str) -> list[Understood]:
        """Return the words behind a field of the model's, empty where the local engine read some of them."""
        words = [
            one for one in self.model.understood if one.field == name or one.field.startswith(f"{name}.")
        ]
        read = [
            one
            for one in self.local.understood
            # A place that nothing bears is not read yet.
            if one.field != "unsupported" and not (one.field == name and self._is_unknown(name))
        ]
        return [] if any(_overlap(one, other) for one in words for other in read) else words

    def values(
        self,
        mine: FlightQuery | SliceQuery,
        theirs: FlightQuery | SliceQuery,
        base: FlightQuery | SliceQuery,
        prefix: str,
    ) -> Iterator[tuple[str, Any]]:
        """Yield the fields to be filled in one part of the query."""
        for name in type(mine).model_fields:
            before, now = getattr(mine, name), getattr(theirs, name)
            is_open = before == getattr(base, name) or _is_nowhere(before)
            if name in _BESIDE or not is_open or now == before or _is_nowhere(now):
                continue
            if words := self.words_for(f"{prefix}{name}"):
                self.taken += words
                yield name, now

    def filled_slice(self, index: int) -> SliceQuery:
        """Return a slice of the local query with what only the model found."""
        mine, theirs = (answer.query.slices[index] for answer in (self.local, self.model) if answer.query)
        base = self.base.slices[index] if index < len(self.base.slices) else SliceQuery()
        return mine.model_copy(update=dict(self.values(mine, theirs, base, f"slices.{index}.")))

    def _is_unknown(self, name: str) -> bool:
        """Whether a field (``slices.0.origin``) is a place of the local answer that nothing bears."""
        part, _, rest = name.partition(".")
        index, _, end = rest.partition(".")
        slices = self.local.query.slices if self.local.query and part == "slices" else ()
        return end in _ENDS and int(index) < len(slices) and _is_nowhere(getattr(slices[int(index)], end))


def ends_named(answer: IntentAnswer) -> set[str]:
    """Return which ends of a journey, and whether a flight, were found in the text."""
    names = {one.field.rpartition(".")[2] for one in answer.understood if one.field != "unsupported"}
    return names & {*_ENDS, "flight"}


def _about_flights_or_not(local: IntentAnswer, model: IntentAnswer) -> IntentAnswer:
    if local.query is not None:
        return local if ends_named(local) else model
    if model.query is None:
        return local if local.kind is model.kind else model
    named = ends_named(model)
    return model if named >= {*_ENDS} or "flight" in named else local


def _slices(filled: _Filled, mine: FlightQuery, theirs: FlightQuery) -> tuple[tuple[SliceQuery, ...], Trip]:
    """Return the slices, filled one by one; a return, or a journey that the local engine did not see."""
    if len(mine.slices) == len(theirs.slices):
        return tuple(filled.filled_slice(index) for index in range(len(mine.slices))), mine.trip
    if all(one == SliceQuery() for one in mine.slices):
        words = [one for index in range(len(theirs.slices)) for one in filled.words_for(f"slices.{index}")]
        filled.taken += words
        return (theirs.slices, theirs.trip) if words else (mine.slices, mine.trip)
    first = filled.filled_slice(0)
    back = filled.words_for("slices.1") if theirs.trip is Trip.ROUND_TRIP and len(mine.slices) == 1 else []
    if back and (first.origin, first.destination) == (theirs.slices[0].origin, theirs.slices[0].destination):
        filled.taken += back
        return (first, theirs.slices[1]), theirs.trip
    return (first, *mine.slices[1:]), mine.trip


def _understood(local: IntentAnswer, taken: list[Understood]) -> tuple[Understood, ...]:
    """Return what both understood; words that were called unsupported and are read now are so no more."""
    both = sorted(dict.fromkeys((*local.understood, *taken)), key=lambda one: (one.start, one.end, one.field))
    read = [one for one in both if one.field != "unsupported"]
    return tuple(
        one for one in both if one.field != "unsupported" or not any(_overlap(one, other) for other in read)
    )


def _is_nowhere(value: object) -> bool:
    return isinstance(value, Place) and not value.airports


def _overlap(one: Understood, other: Understood) -> bool:
    return one.start < other.end and other.start < one.end
