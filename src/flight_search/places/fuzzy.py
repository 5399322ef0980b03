"""Names of popular places that look like a misspelt word.

Compared by optimal string alignment: an insertion, deletion, substitution or swap of neighbours costs 1.
Names are kept apart by first letter and length, because people rarely get the first letter wrong and a
difference in length is a lower bound of the distance: a word meets some hundred names, not all.
"""

from collections import defaultdict
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from flight_search.places.entries import OTHER_NAME, Entry, Names

_SHORTEST = 4
# From this many letters on, that many of them may be wrong.
_FAULTS = ((12, 3), (8, 2), (5, 1), (4, 1))
# Short names have many lookalikes: below these lengths only places with that much traffic are guessed.
_LEAST_POPULARITY = ((8, 0.01), (6, 0.03), (5, 0.08), (4, 0.2))
# In a name of so many letters, any two that have changed places are recognised: "chigaco".
_LONG_ENOUGH_TO_MIX = 6
_MIXED = 0.8
_TWO = 2
# A name run together ("newyork") is as good as the name.
_RUN_TOGETHER = 0.99


class FuzzyNames:
    """The names that misspelt words are compared with."""

    def __init__(self, names: Names, common_words: frozenset[str]) -> None:
        """Choose from the names those that are well known."""
        self._common_words = common_words
        self._buckets: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._together: dict[str, str] = {}
        self._mixed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for key, entries in names.entries.items():
            if key.isascii() and len(key) >= _SHORTEST and _is_well_known(key, entries):
                self._buckets[key[0], len(key)].append(key)
                if len(key) >= _LONG_ENOUGH_TO_MIX:
                    self._mixed[key[0], "".join(sorted(key))].append(key)
                if " " in key:
                    self._together.setdefault(key.replace(" ", ""), key)

    def could_be_a_name(self, word: str) -> bool:
        """Whether the word is long enough, of letters, and no everyday word."""
        return len(word) >= _SHORTEST and word.isalpha() and not self._is_everyday(word)

    def near(self, text: str) -> list[tuple[str, float]]:
        """Return the known names that ``text`` looks like, with the share of letters that are right."""
        if text in self._together:
            return [(self._together[text], _RUN_TOGETHER)]
        length = len(text)
        faults = next((most for least, most in _FAULTS if length >= least), 0)
        near: list[tuple[str, float]] = []
        for other in range(length - faults, length + faults + 1):
            bucket = self._buckets.get((text[0], other))
            if bucket:
                for name, distance, _ in process.extract(
                    text, bucket, scorer=OSA.distance, score_cutoff=faults, limit=3
                ):
                    near.append((name, 1 - distance / max(length, other)))
        return near or [(name, _MIXED) for name in self._with_two_letters_swapped(text)]

    def _with_two_letters_swapped(self, text: str) -> list[str]:
        if len(text) < _LONG_ENOUGH_TO_MIX:
            return []
        mixed = self._mixed.get((text[0], "".join(sorted(text))), [])
        return [name for name in mixed if sum(map(str.__ne__, text, name)) == _TWO]

    def _is_everyday(self, word: str) -> bool:
        """Whether the word or its stem is an everyday word: "flights", "landing", "cheapest"."""
        if word in self._common_words:
            return True
        for ending, instead in _ENDINGS:
            if word.endswith(ending):
                stem = word.removesuffix(ending)
                if stem + instead in self._common_words or stem[:-1] in self._common_words:
                    return True
        return False


_ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("er", ""),
    ("er", "e"), ("est", ""), ("est", "e"), ("ly", ""), ("ily", "y"), ("ness", ""), ("able", ""),
)  # fmt: skip


def _is_well_known(key: str, entries: Mapping[Entry, float]) -> bool:
    least = next(popularity for length, popularity in _LEAST_POPULARITY if len(key) >= length)
    return any(
        entry.popularity >= least and (fit > OTHER_NAME or entry.areas) for entry, fit in entries.items()
    )
