"""How names are brought to one spelling: without case, accents, full stops and hyphens.

Both sides go through ``fold``: the names of the gazetteer when it is built, the words of a sentence when
it is read. ``fold("St. John's") == ("st", "johns")``, ``fold("Saint-Étienne") == ("st", "etienne")``.
"""

import re
import unicodedata

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
