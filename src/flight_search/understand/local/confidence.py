"""How sure the engine is, from what it had to guess.

In: the evidence that the request is about flights, the query and what was found. Out: the doubts, and from
these the chance that everything is right. The weights are fitted: ``evaluation.fit_confidence``.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flight_search.domain.query import FlightQuery
from flight_search.understand.local.confidence_weights import SURE, WEIGHTS
from flight_search.understand.local.found import FoundInText
from flight_search.understand.local.reading import Reading
from flight_search.understand.local.scope import IN_SCOPE

_BORDER = 0.8
# A long story is no surer to be misread than one that leaves this many words over.
_MOST_UNREAD = 6
_SHORTEST_WORD = 3
# Words that join others or ask, and what is asked for: left over in requests that were read to the end.
_FILLER = frozenset(
    (  # noqa: SIM905  a list of words reads best as text
        "the and for from with that this these those what which who how are was can could would will should "
        "have has had does did you your they them there their some any all one ones want need like love "
        "show list give get find tell see look looking know let please make take book fly flying flies go "
        "going flight flights fare fares ticket tickets airfare airfares trip travel plane planes airline "
        "airlines price prices cost costs information about between leave leaving leaves arrive arriving "
        "arrives depart departing departs available also then only just day week time via"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Doubts:
    """What may be wrong with a reading. But for ``is_refused``, more of anything never makes it surer."""

    is_refused: float = 0.0
    """Whether it was taken for something else than flights: right or wrong as a whole."""
    near_the_border: float = 0.0
    misspelt: float = 0.0
    guessed: float = 0.0
    loose: float = 0.0
    many_legs: float = 0.0
    unknown: float = 0.0
    unread: float = 0.0
    follow_up: float = 0.0
    unsupported: float = 0.0


def doubts_of(
    evidence: float,
    query: FlightQuery | None,
    found: FoundInText,
    reading: Reading,
    *,
    is_follow_up: bool,
) -> Doubts:
    """Return the doubts about a reading."""
    near = float(abs(evidence - IN_SCOPE) < _BORDER)
    if query is None:
        return Doubts(is_refused=1.0, near_the_border=near, follow_up=float(is_follow_up))
    places = [p for leg in found.journey.legs for p in (*leg.origin, *leg.destination)]
    return Doubts(
        near_the_border=near,
        misspelt=float(sum(not place.span.exact for place in places)),
        guessed=float(sum(place.is_weak for place in places)),
        loose=float(len(found.journey.loose)),
        many_legs=float(len(found.journey.legs) > 1),
        unknown=float(bool(found.unknown_origin or found.unknown_destination)),
        unread=float(min(_unread_words(reading.text), _MOST_UNREAD)),
        follow_up=float(is_follow_up),
        unsupported=float(bool(reading.unsupported)),
    )


def confidence_of(doubts: Doubts, weights: Mapping[str, float] = WEIGHTS, sure: float = SURE) -> float:
    """Return how likely everything is right: the logistic function of the weighted doubts."""
    value = sure + sum(weights[name] * amount for name, amount in asdict(doubts).items() if amount)
    return round(1 / (1 + math.exp(-value)), 3)


def _unread_words(text: str) -> int:
    """Return how many words that say something no grammar has taken."""
    return sum(
        word.isalpha() and len(word) >= _SHORTEST_WORD and word not in _FILLER for word in text.split()
    )
