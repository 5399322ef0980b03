"""How sure the engine is, from what it had to guess.

In: the evidence that the request is about flights, the query and what was found. Out: the doubts, and from
these the chance that everything is right. The weights are fitted: ``evaluation.fit_confidence``.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Final

from flight_search.domain.query import FlightQuery, Kind
from flight_search.understand.local.confidence_weights import SURE, WEIGHTS
from flight_search.understand.local.found import FoundInText
from flight_search.understand.local.reading import Reading
from flight_search.understand.local.scope import IN_SCOPE

_BORDER: Final = 0.8
# A long story is no surer to be misread than one that leaves this many words over.
_MOST_UNREAD: Final = 6
_MOST_NUMBERS: Final = 3
_SHORTEST_WORD: Final = 3
_SMALL_WORDS: Final = frozenset(
    "to of in on at i a an is it me my we us or by be do as so if am up go he no".split()  # noqa: SIM905  as below
)
_PLAIN_LENGTH: Final = 12
"""Words up to which a request is as easy as any."""
_LENGTH_STEP: Final = 10.0
_MOST_LENGTH: Final = 4.0
# Words that join others or ask, and what is asked for: left over in requests that were read to the end.
_FILLER: Final = frozenset(
    (  # noqa: SIM905  a list of words reads best as text
        "the and for from with that this these those what which who how are was can could would will should "
        "have has had does did you your they them there their some any all one ones want need like love "
        "show list give get find tell see look looking know let please make take book fly flying flies go "
        "going flight flights fare fares ticket tickets airfare airfares trip travel plane planes airline "
        "airlines price prices cost costs information about between leave leaving leaves arrive arriving "
        "arrives depart departing departs available also then only just day week time via"
    ).split()
)
# What was said and then taken back is easily read twice.
_CORRECTS: Final = re.compile(
    r" (?:wait|scratch that|correction|i mean|i meant|rather|sorry|actually|make (?:it|that)) "
)
_REFUSES: Final = frozenset(
    ("no", "not", "don't", "without", "except", "neither", "nor", "never", "avoid", "but")
)
_ASKS: Final = re.compile(r" (?:who|which|what|when|where|how|why|whose|is there|are there|do|does) ")


@dataclass(frozen=True, slots=True)
class Doubts:
    """What may be wrong with a reading. But for ``is_refused``, more of anything never makes it surer."""

    is_refused: float = 0.0
    """Whether it was taken for something else than flights: right or wrong as a whole."""
    near_the_border: float = 0.0
    refused_facts: float = 0.0
    """Whether it was refused though it names a place, a day or an airline."""
    misspelt: float = 0.0
    guessed: float = 0.0
    loose: float = 0.0
    many_legs: float = 0.0
    unknown: float = 0.0
    unread: float = 0.0
    unread_short: float = 0.0
    """Left over words of one or two letters that are no small words: codes, abbreviations."""
    unread_numbers: float = 0.0
    unread_refusal: float = 0.0
    corrected: float = 0.0
    many_parties: float = 0.0
    """Whether people were counted in several places, which may be the same ones."""
    many_days: float = 0.0
    """Whether more days were named than there are ways to go."""
    unheard_question: float = 0.0
    """Whether it asks something and yet was taken for a search."""
    one_end: float = 0.0
    """Whether a search has but one end."""
    length: float = 0.0
    translated: float = 0.0
    follow_up: float = 0.0
    unsupported: float = 0.0


NAMES: Final = tuple(field.name for field in fields(Doubts))


def doubts_of(
    evidence: float,
    query: FlightQuery | None,
    found: FoundInText,
    reading: Reading,
    *,
    is_follow_up: bool,
) -> Doubts:
    """Return the doubts about a reading."""
    near = max(0.0, 1.0 - abs(evidence - IN_SCOPE) / _BORDER)
    words = reading.text.split()
    length = len(reading.whole.split())
    long = min(max(0, length - _PLAIN_LENGTH) / _LENGTH_STEP, _MOST_LENGTH)
    if query is None:
        return Doubts(
            is_refused=1.0,
            near_the_border=near,
            refused_facts=float(found.names_anything()),
            length=long,
            follow_up=float(is_follow_up),
        )
    places = [p for leg in found.journey.legs for p in (*leg.origin, *leg.destination)]
    leg = query.slices[0]
    is_search = query.kind is None or query.kind is Kind.SEARCH
    return Doubts(
        near_the_border=near,
        misspelt=float(sum(not place.span.exact for place in places)),
        guessed=float(sum(place.is_weak for place in places)),
        loose=float(len(found.journey.loose)),
        many_legs=float(len(found.journey.legs) > 1),
        unknown=float(bool(found.unknown_origin or found.unknown_destination)),
        unread=float(min(_unread_words(words), _MOST_UNREAD)),
        unread_short=float(min(_unread_short(words), _MOST_UNREAD)),
        unread_numbers=float(min(sum(word[0].isdigit() for word in words), _MOST_NUMBERS)),
        unread_refusal=float(any(word in _REFUSES for word in words)),
        corrected=float(bool(_CORRECTS.search(reading.whole))),
        many_parties=float(_noted(reading, "passengers") > 1),
        many_days=float(_noted(reading, "depart_date") > len(query.slices)),
        unheard_question=float(is_search and bool(_ASKS.search(reading.whole))),
        one_end=float(is_search and not is_follow_up and bool(leg.origin) != bool(leg.destination)),
        length=long,
        translated=float(bool(reading.sentence.foreign)),
        follow_up=float(is_follow_up),
        unsupported=float(bool(reading.unsupported)),
    )


def confidence_of(doubts: Doubts, weights: Mapping[str, float] = WEIGHTS, sure: float = SURE) -> float:
    """Return how likely everything is right: the logistic function of the weighted doubts."""
    value = sure
    for name in NAMES:
        amount = getattr(doubts, name)
        if amount:
            value += weights[name] * amount
    return round(1 / (1 + math.exp(-value)), 3)


def _unread_words(words: list[str]) -> int:
    """Return how many words that say something no grammar has taken."""
    return sum(word.isalpha() and len(word) >= _SHORTEST_WORD and word not in _FILLER for word in words)


def _unread_short(words: list[str]) -> int:
    return sum(word.isalpha() and len(word) < _SHORTEST_WORD and word not in _SMALL_WORDS for word in words)


def _noted(reading: Reading, field: str) -> int:
    """Return in how many places of the request a field was read."""
    return sum(field in name for name, _, _ in reading.notes)
