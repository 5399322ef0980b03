"""Whether a sentence about offers says only what the offers say.

In: lines of facts, one for each offer and one about all of them; a sentence that a model wrote. Out: whether
every number, time, price, name and quality in it stands in one of the lines. The vocabulary is closed: a word
that is neither in the line nor common English is taken for an invention, and so is a true fact of another
offer. What is refused wrongly costs nice wording; what would pass wrongly costs trust.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from flight_search.places.words import load_common_words
from flight_search.reference.carriers import load_carriers

_TOKEN: Final = re.compile(
    r"\d{1,2}:\d{2}(?:\s?[ap]\.?m\b\.?)?"  # a time of day, with its half
    r"|(?:[A-Z]{1,3}\$|[$€£¥₹₩₪₱₺฿])\s?\d+(?:,\d{3})*(?:\.\d+)?"  # a price
    r"|\d+(?:,\d{3})*(?:\.\d+)?%?"
    r"|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"[<>\[\]{}*#|`\\_=~^]|https?:|www\.|//", re.IGNORECASE)

_NUMBER_WORDS: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
dozen couple half quarter twice double triple once first second third noon midnight
"""
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

_CLAIMING: Final = frozenset((_NUMBER_WORDS + _QUALITIES).split())
"""Words that have to stand in the line as well."""

_WORDS_IN_A_ROW: Final = 8
_SHORTEST_NAME: Final = 5
"""Shorter words in the names of airlines are mostly of the kind of "air" and "the"."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What a text claims, and its other words."""

    claims: frozenset[str]
    numbers: tuple[frozenset[str], ...]
    """Each bare number with the word before and with the word after it; one of the two has to be known."""
    words: frozenset[str]
    capitalised: frozenset[str]


@dataclass(frozen=True)
class ReplyCheck:
    """The facts that one reply may tell."""

    lines: tuple[frozenset[str], ...]
    secret: str
    """Instructions that must not be recited, as words with single spaces."""
    common: frozenset[str]

    @classmethod
    def of(cls, offers: Sequence[str], overall: str, instructions: str) -> Self:
        """Take one line of facts for each offer, the line about all, and what the model was told."""
        about_all = _facts(overall)
        lines = tuple(about_all | _facts(line) for line in offers) or (about_all,)
        common = load_common_words() - _CLAIMING - _words_of_carriers()
        return cls(lines, _plain(instructions), common)

    def passes(self, sentence: str) -> bool:
        """Whether a sentence says nothing but what one of the lines says."""
        plain = sentence.replace("\N{NO-BREAK SPACE}", " ")
        if _MARKUP.search(plain) or not plain.isprintable() or self._recites(plain):
            return False
        said = _said(plain)
        unknown = said.claims | said.capitalised | (said.words - self.common)
        return any(unknown <= line and all(pairs & line for pairs in said.numbers) for line in self.lines)

    def _recites(self, sentence: str) -> bool:
        words = _plain(sentence).split()
        return any(
            " ".join(words[start : start + _WORDS_IN_A_ROW]) in self.secret
            for start in range(len(words) - _WORDS_IN_A_ROW + 1)
        )


def _words_of_carriers() -> frozenset[str]:
    names = (_plain(carrier.name).split() for carrier in load_carriers().values())
    return frozenset(word for name in names for word in name if len(word) >= _SHORTEST_NAME)


def _facts(line: str) -> frozenset[str]:
    said = _said(line)
    return said.claims.union(said.words, *said.numbers)


def _said(text: str) -> _Said:
    """Read a text. A number is known by its neighbour: the 2 of "2 stops" is not that of "2 Dec"."""
    tokens = list(_TOKEN.finditer(text.replace("\N{NO-BREAK SPACE}", " ")))
    claims, words, capitalised, numbers = set[str](), set[str](), set[str](), list[frozenset[str]]()
    for index, match in enumerate(tokens):
        token = match[0]
        folded = token.casefold()
        if token[0].isalpha() and not any(sign.isdigit() for sign in token):
            words.add(folded)
            if folded in _CLAIMING:
                claims.add(folded)
            if token != token.lower() and index:
                capitalised.add(folded)
        elif ":" in token or not token[0].isdigit():
            claims.add(re.sub(r"[\s.]", "", folded) if ":" in token else folded.replace(" ", ""))
        else:
            before = tokens[index - 1][0].casefold() if index else ""
            after = tokens[index + 1][0].casefold() if index + 1 < len(tokens) else ""
            numbers.append(frozenset({f"{before} {folded}", f"{folded} {after}"}))
    return _Said(frozenset(claims), tuple(numbers), frozenset(words), frozenset(capitalised))


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
