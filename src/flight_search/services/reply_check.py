"""Whether a sentence about offers says only what the offers say.

In: the facts of each offer, the line about all of them; a sentence that a model wrote. Out: whether every
figure, name and quality in it is so. The vocabulary is closed: a word that is neither in the facts nor common
English is taken for an invention, which is why sentences in other languages never pass. What is refused
wrongly costs nice wording; what would pass wrongly costs trust.

A sentence may speak of several offers. It is cut at its joints ("and", commas), and each part belongs to the
flight that it names, or else to the one named before; all that is said of a flight has to be so of one offer.
What is said of one and not of another named beside it may be meant for both ("DL 1 at 8:15 AM and DL 2 cost
$95"): it has to be so of both, unless the words leave no doubt ("and DL 2 costs", "while").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from flight_search.places.words import load_common_words
from flight_search.reference.carriers import load_carriers
from flight_search.services.reply import OfferFacts
from flight_search.services.reply_facts import (
    NUMBER_WORDS,
    Fact,
    Kind,
    Names,
    facts_in,
    has_only_plain_signs,
    names_of,
)

_MARKUP: Final = re.compile(r"[<>\[\]{}*#|`\\_=~^]|https?:|www\.|//", re.IGNORECASE)

_QUALITIES: Final = """
best cheap cheaper cheapest lowest low fast faster fastest quick quicker quickest short shorter shortest early
earlier earliest late later latest last only nonstop direct free included refundable flexible guaranteed
discount sale upgrade lounge bag bags baggage meal meals wifi seat seats economy premium business exclusive
limited remaining left expensive less more most least never always today tomorrow tonight morning afternoon
evening night monday tuesday wednesday thursday friday saturday sunday january february march april may june
july august september october november december
nice split mobile reading
"""
"""Common words that claim something, the last line being cities spelt like such words."""

_TURNING: Final = """
not no without neither nor cannot except unless than under over below above before after until till within up
nearly almost then per person each connect connects connecting connection transfer change changes followed
"""
"""Words that turn what stands beside them into something else, or join flights into one journey."""

_CLAIMING: Final = NUMBER_WORDS | frozenset((_QUALITIES + _TURNING).split())
"""Words that have to stand in the facts as well."""

_LABELS: Final = frozenset({"best", "cheapest", "fastest", "first", "last"})
"""Words that single out one offer, as its flight does."""

_PARTING: Final = frozenset({";", "while", "whereas", "but"})
"""Joints after which nothing is meant for what stands before."""

_OF_ONE: Final = frozenset(
    {"is", "costs", "departs", "leaves", "takes", "lands", "arrives", "flies", "goes", "has"}
)
"""Verbs that speak of one flight: what follows is not meant for two."""

_BETWEEN_NAME_AND_VERB: Final = frozenset({Kind.FLIGHT, Kind.NAME, Kind.WORD, Kind.CLAIM})

_ALIKE: Final = frozenset(
    {
        "as",
        "so",
        "too",
        "also",
        "both",
        "all",
        "same",
        "similarly",
        "equally",
        "do",
        "does",
        "either",
        "every",
    }
)
"""Words by which what is said of one flight is said of the others, in whatever order."""

_PLEASANTRIES: Final = frozenset(
    {
        "matching",
        "criteria",
        "alternatively",
        "additionally",
        "meanwhile",
        "itinerary",
        "traveler",
        "travelers",
    }
)
"""Words of replies that claim nothing and are not among the commonest."""

_HEDGES: Final = frozenset({"about", "around", "roughly", "approximately", "estimate", "estimated"})
"""Words by which an amount is told as the estimate that it is."""

_WORDS_IN_A_ROW: Final = 8
_SHORTEST_NAME: Final = 5
"""Shorter words in the names of airlines are mostly of the kind of "air" and "the"."""


@dataclass(slots=True)
class _Part:
    """What a sentence says between two joints, or of one flight."""

    joint: str = ""
    facts: list[Fact] = field(default_factory=list)

    def names_flight(self) -> bool:
        return any(fact.kind is Kind.FLIGHT for fact in self.facts)

    def singles_out(self) -> bool:
        """Whether it speaks of another offer by its quality: "and the cheapest is at 8:15"."""
        return any(map(_singles_out, self.facts)) and self.joint in {"and", *_PARTING}

    def speaks_of_one(self) -> bool:
        """Whether nothing in it can be meant for what stands before."""
        if self.joint in _PARTING:
            return True
        named = [index for index, fact in enumerate(self.facts) if _singles_out(fact)]
        for fact in self.facts[named[0] :] if named else ():
            if fact.kind is Kind.WORD and fact.text in _OF_ONE:
                return True
            if fact.kind not in _BETWEEN_NAME_AND_VERB:
                return False
        return False


def _singles_out(fact: Fact) -> bool:
    return fact.kind is Kind.FLIGHT or (fact.kind is Kind.CLAIM and fact.text in _LABELS)


@dataclass(frozen=True)
class ReplyCheck:
    """The facts that one reply may tell."""

    offers: tuple[frozenset[str], ...]
    names: Names
    secret: str
    """Instructions that must not be recited, as words with single spaces."""
    common: frozenset[str]

    @classmethod
    def of(cls, offers: Sequence[OfferFacts], overall: str, instructions: str) -> Self:
        """Take the facts of each offer, the line about all, and what the model was told."""
        names = names_of(name for offer in offers for name in offer.names)
        about_all = _record(overall, names)
        records = tuple(about_all | _record(offer.line, names) for offer in offers) or (about_all,)
        common = load_common_words() - _CLAIMING - _words_of_carriers()
        return cls(records, names, _plain(instructions), common)

    def passes(self, sentence: str) -> bool:
        """Whether a sentence says nothing but what is so."""
        plain = sentence.replace("\N{NO-BREAK SPACE}", " ")
        if _MARKUP.search(plain) or not plain.isprintable() or self._recites(plain):
            return False
        if not has_only_plain_signs(plain):
            return False
        facts = facts_in(plain, self.names, _CLAIMING)
        told = self._told_of_each(_parts(_hedged(facts)))
        if told is None or (len(told) > 1 and not all(any(map(_singles_out, part.facts)) for part in told)):
            # Facts that are said before anybody knows of which flight could be meant for any.
            return False
        is_alike = any(fact.kind is Kind.WORD and fact.text in _ALIKE for fact in facts)
        pairs = [(one, other) for index, one in enumerate(told) for other in told[index + 1 :]]
        return all(
            ((other.speaks_of_one() and not is_alike) or self._is_so_of(one, other))
            and (not is_alike or self._is_so_of(other, one))
            for one, other in pairs
        )

    def _told_of_each(self, parts: Sequence[_Part]) -> list[_Part] | None:
        """Return the parts put together by the offer that they speak of, None where one is not so."""
        told: list[_Part] = []
        for part in parts:
            if told and self._is_so([*told[-1].facts, *part.facts]):
                told[-1].facts += part.facts
            elif self._is_so(part.facts) and (not told or part.names_flight() or part.singles_out()):
                told.append(part)
            else:
                return None
        return told

    def _is_so(self, facts: Sequence[Fact]) -> bool:
        """Whether all of this is so of one offer."""
        needed = [
            fact.forms for fact in facts if not (fact.kind is Kind.WORD and self._is_mere_word(fact.text))
        ]
        return any(all(forms & offer for forms in needed) for offer in self.offers)

    def _is_so_of(self, one: _Part, other: _Part) -> bool:
        """Whether what is said of another flight, and of this one not, is so of this one as well."""
        said = {fact.kind for fact in one.facts}
        more = [fact for fact in other.facts if fact.kind not in {*said, Kind.FLIGHT, Kind.NAME, Kind.WORD}]
        # Qualities differ by the word: that one is nonstop says nothing about the cheapest.
        claims = {fact.text for fact in one.facts if fact.kind is Kind.CLAIM}
        more += [
            fact
            for fact in other.facts
            if fact.kind is Kind.CLAIM and Kind.CLAIM in said and fact.text not in claims
        ]
        return self._is_so([*one.facts, *more])

    def _is_mere_word(self, word: str) -> bool:
        return word in self.common or word in _OF_ONE or word in _PLEASANTRIES

    def _recites(self, sentence: str) -> bool:
        words = _plain(sentence).split()
        return any(
            " ".join(words[start : start + _WORDS_IN_A_ROW]) in self.secret
            for start in range(len(words) - _WORDS_IN_A_ROW + 1)
        )


def _is_identified(part: _Part) -> bool:
    return part.names_flight() or any(fact.kind is Kind.CLAIM and fact.text in _LABELS for fact in part.facts)


def _parts(facts: Sequence[Fact]) -> list[_Part]:
    parts = [_Part()]
    for fact in facts:
        if fact.kind is not Kind.JOINT:
            parts[-1].facts.append(fact)
        elif parts[-1].facts:
            parts.append(_Part(fact.text))
        elif fact.text not in ",()":
            # ", and": the word says more than the comma.
            parts[-1].joint = fact.text
    return [part for part in parts if part.facts]


def _hedged(facts: Sequence[Fact]) -> list[Fact]:
    """Return facts in which a price that is called an estimate may be one."""
    if not any(fact.text in _HEDGES for fact in facts):
        return list(facts)
    return [
        Fact(fact.kind, fact.forms | {f"about {form}" for form in fact.forms}, fact.text)
        if fact.kind is Kind.PRICE
        else fact
        for fact in facts
    ]


def _record(line: str, names: Names) -> frozenset[str]:
    """Return what a line of facts says, in every form in which it may be said again."""
    facts = facts_in(line.replace("\N{NO-BREAK SPACE}", " "), names, _CLAIMING, is_record=True)
    is_estimate = any(fact.text == "estimate" for fact in facts)
    said: set[str] = set()
    for fact in facts:
        is_about = fact.kind is Kind.PRICE and is_estimate
        said |= {f"about {form}" for form in fact.forms} if is_about else fact.forms
        if fact.kind is Kind.NAME or fact.kind is Kind.DIRECTION:
            # "Delta" for "Delta Air Lines"; words that claim something only as part of the whole name.
            way, _, name = fact.text.partition(" ") if fact.kind is Kind.DIRECTION else ("", "", fact.text)
            words = [word for word in re.findall(r"[^\W\d_]+", name) if word not in _CLAIMING]
            said |= {f"{Kind.DIRECTION}:{way} {word}" if way else f"{Kind.WORD}:{word}" for word in words}
        elif fact.kind is Kind.CLAIM:
            said.add(f"{Kind.WORD}:{fact.text}")
    return frozenset(said)


def _words_of_carriers() -> frozenset[str]:
    names = (_plain(carrier.name).split() for carrier in load_carriers().values())
    return frozenset(word for name in names for word in name if len(word) >= _SHORTEST_NAME)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
