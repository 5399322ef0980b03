"""How names are brought to one spelling: without case, accents, full stops and hyphens.

Both sides go through ``fold``: the names of the gazetteer when it is built, the words of a sentence when
it is read. ``fold("St. John's") == ("st", "johns")``, ``fold("Saint-Étienne") == ("st", "etienne")``.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

# Letters that stand for others, and marks that people leave out: apostrophes, quotes, stops.
_LETTERS = str.maketrans(
    {
        "\u00df": "ss", "\u00f8": "o", "\u00e6": "ae", "\u0153": "oe", "\u0142": "l", "\u0111": "d",
        "\u00f0": "d", "\u00fe": "th", "\u0131": "i", "\u0259": "a", "&": " and ",
        **dict.fromkeys("'.`\u2018\u2019\u00b4\u02bb\u02bc\u02bf"),
    }
)  # fmt: skip
_APART = re.compile(r"[\W_]+")

# Words that are written out or shortened at will in names of places.
_SHORT = {"saint": "st", "sankt": "st", "sainte": "ste", "fort": "ft", "mount": "mt", "intl": "international"}

# Marks that stand within names: "st . louis", "winston - salem", "o ' hare".
_JOINERS = frozenset({".", "-", "\u2013", "'", "\u2019", ""})
_STOPS = ",;:!?)."

# With more words than this in capitals and none in lower case, capitals are a habit and not a sign of a code.
_MOST_CODES = 3


@dataclass(frozen=True, slots=True)
class Word:
    """One folded word, the token it comes from, and whether a comma or the like stands before it."""

    text: str
    token: int
    apart: bool
    upper: bool
    possessive: bool


def fold(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` in their one spelling; none if it has no letters or digits."""
    text = text.casefold().translate(_LETTERS)
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    if text.isalnum():
        return (_SHORT.get(text, text),)
    return tuple([_SHORT.get(word, word) for word in _APART.split(text) if word])


def key_of(text: str) -> str:
    """Return the words of ``text`` in their one spelling, joined by single spaces."""
    return " ".join(fold(text))


def windows(folded: Sequence[Word], at: int) -> list[tuple[int, int]]:
    """Return the runs of one to three words around the word at ``at`` that no comma cuts."""
    return [
        (start, end)
        for start in range(max(0, at - 2), at + 1)
        for end in range(at + 1, min(len(folded), start + 3) + 1)
        if not any(word.apart for word in folded[start + 1 : end])
    ]


def folded_words(words: Sequence[str]) -> list[Word]:
    """Return the words of a sentence folded, each with the token that it comes from."""
    is_shouting = sum(word.isupper() for word in words) > _MOST_CODES and not any(
        character.islower() for word in words for character in word
    )
    folded: list[Word] = []
    apart = False
    for token, word in enumerate(words):
        parts = fold(word)
        possessive = bool(parts) and word.replace("\u2019", "'").casefold().rstrip(_STOPS).endswith("'s")
        for part in parts:
            folded.append(Word(part, token, apart, word.isupper() and not is_shouting, possessive))
            apart = False
        if not parts:
            apart = apart or word not in _JOINERS
        elif word[-1] in _STOPS:
            apart = word[-1] != "."
    return folded
