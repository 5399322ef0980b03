"""Finds the places that a sentence names.

In: the words of a sentence, in any case. Out: ``PlaceSpan`` objects, each with the places it can stand for.
What a place *is for* (origin, destination, connection) is for ``understand`` to say.

How a sentence is read: each word is folded (``folding``), then every run of up to seven words is looked up in
one dictionary of names. A state or country right after a name decides which bearer is meant; else the score
says it (``company``). Words that nothing knows are compared with names of popular places by edit distance
(``fuzzy``).
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from flight_search.places.company import best_first, in_company, score_of
from flight_search.places.entries import Entry, Names, load_names
from flight_search.places.folding import Word, folded_words, windows
from flight_search.places.fuzzy import FuzzyNames
from flight_search.places.match import PlaceKind, PlaceMatch, PlaceSpan
from flight_search.places.words import load_common_words
from flight_search.reference.airports import Airport

_MOST_WORDS = 7
_CODE_LENGTH = 3
# "Love Field" can be everyday words; of three ("Salt Lake City") that is hardly ever so.
_MOST_EVERYDAY_WORDS = 2

# A name fits as well as ``entries`` says; these say it of codes and of the places around a name.
_UPPER_CODE, _LOWER_CODE = 0.99, 0.9
_CITY_OF_THAT_CODE = 0.8
_QUALIFIED = 1.0
_MISSPELT = 0.9

# A code in lower case is believed without a preposition only when that many people know it.
_KNOWN_CODE = 0.05

_TYPES_OF_AIRPORT = (("international", "airport"), ("regional", "airport"), ("airport",), ("airports",))


class Gazetteer:
    """Names of places and what they stand for. Immutable after loading, so threads can share it."""

    def __init__(self, names: Names, airports: Mapping[str, Airport], common_words: frozenset[str]) -> None:
        """Take the tables; ``load`` reads the packaged ones."""
        self._names = names.entries
        self._codes = names.codes
        self._abbreviations = names.abbreviations
        self._airports = airports
        self._common_words = common_words
        self._fuzzy = FuzzyNames(names, common_words)
        self._firsts = {key.split(" ", 1)[0] for key in names.entries}
        self._sorted = sorted(names.entries)

    @classmethod
    def load(cls) -> Self:
        """Build the gazetteer from the packaged tables (0.6 s, 40 MB)."""
        common_words = load_common_words()
        names, airports = load_names(common_words)
        return cls(names, airports, common_words)

    def airport(self, code: str) -> Airport | None:
        """Return the commercial airport with this IATA code, in any case."""
        return self._airports.get(code.upper())

    def scan(self, words: Sequence[str]) -> list[PlaceSpan]:
        """Return every run of words that names a place, by position, the longest first at each.

        ``words`` are the tokens of one sentence; punctuation may stand in tokens of its own. Spans overlap
        wherever the text can be read in several ways ("new york city", "new york", "york"): the caller keeps
        those that fit its grammar, usually the first at each position. Misspelt names are looked for only
        among words that no exact span covers.
        """
        folded = folded_words(words)
        found = self._exact(folded)
        covered = {token for span in found for token in range(span.start, span.end)}
        found += self._misspelt(folded, covered)
        return in_company(found, self._airports)

    def lookup(self, name: str, limit: int = 5) -> list[PlaceMatch]:
        """Return the places that ``name`` can stand for, best first: by code, name, beginning or likeness."""
        words = name.split()
        end = len(words)
        folded = folded_words(words)
        best: dict[tuple[str, PlaceKind, tuple[str, ...]], PlaceMatch] = {}

        def keep(matches: Iterable[PlaceMatch]) -> None:
            for match in matches:
                best.setdefault((match.label, match.kind, match.airports), match)

        spans = [span for span in self._exact(folded) if span.start == 0 and span.end == end]
        keep(match for span in spans for match in span.matches)
        if len(best) < limit:
            keep(self._beginning_with(" ".join(word.text for word in folded), limit))
        if not best:
            keep(match for span in self._misspelt(folded, set()) for match in span.matches)
        return list(best.values())[:limit]

    # ------------------------------------------------------------------ exact names, codes, qualifiers

    def _exact(self, folded: Sequence[Word]) -> list[PlaceSpan]:
        spans: list[PlaceSpan] = []
        for start, first in enumerate(folded):
            found: list[_Candidates] = []
            if first.text in self._firsts or first.possessive:
                found += self._names_from(folded, start)
            if len(first.text) == _CODE_LENGTH and first.text.upper() in self._codes:
                found = _with_code(found, self._code(first, start))
            longer = [wider for candidates in found for wider in self._widened(candidates, folded)]
            found = sorted(longer + found, key=lambda candidates: -candidates.end)
            spans += [candidates.span(folded) for candidates in found]
        return _one_for_each_run(spans)

    def _names_from(self, folded: Sequence[Word], start: int) -> list["_Candidates"]:
        found: list[_Candidates] = []
        key = ""
        for end in range(start, min(start + _MOST_WORDS, len(folded))):
            word = folded[end]
            if end > start and word.apart:
                break
            key = f"{key} {word.text}" if key else word.text
            entries = self._names.get(key)
            if entries is None and word.possessive:
                entries = self._names.get(key[:-1])
            if entries:
                is_common = self._is_common(key)
                found.append(
                    _Candidates(start, end + 1, [(entry, q, is_common) for entry, q in entries.items()], key)
                )
        return found

    def _is_common(self, key: str) -> bool:
        words = key.split(" ")
        return len(words) <= _MOST_EVERYDAY_WORDS and all(word in self._common_words for word in words)

    def _code(self, word: Word, start: int) -> "_Candidates":
        entries = self._codes[word.text.upper()]
        quality = _UPPER_CODE if word.upper else _LOWER_CODE
        known = entries[0].popularity >= _KNOWN_CODE and word.text not in self._common_words
        common = not (word.upper or known)
        # The airport comes first in the table: DFW is the airport, only CHI has to be the city.
        fits = [quality] + [quality * _CITY_OF_THAT_CODE] * (len(entries) - 1)
        return _Candidates(
            start, start + 1, [(e, fit, common) for e, fit in zip(entries, fits, strict=True)], word.text
        )

    def _widened(self, candidates: "_Candidates", folded: Sequence[Word]) -> list["_Candidates"]:
        """Return the candidates with "airport" after them, or with the state or country that says which."""
        wider: list[_Candidates] = []
        end = candidates.end
        for words in _TYPES_OF_AIRPORT:
            if tuple(word.text for word in folded[end : end + len(words)]) == words:
                fields = [c for c in candidates.entries if c[0].kind in _WITH_AIRPORTS_OF_THEIR_OWN]
                end += len(words)
                if fields:
                    certain = [(entry, quality, False) for entry, quality, _ in fields]
                    candidates = replace(candidates, end=end, entries=certain)
                    wider.append(candidates)
                break
        for after, regions in self._regions_from(folded, candidates.end):
            inside = [
                (entry, _QUALIFIED, False)
                for entry, _, _ in candidates.entries
                if entry.kind in _WITH_AIRPORTS_OF_THEIR_OWN and any(entry.lies_in(r) for r in regions)
            ]
            if inside:
                wider.append(replace(candidates, end=after, entries=inside))
        return wider

    def _regions_from(self, folded: Sequence[Word], start: int) -> list[tuple[int, list[Entry]]]:
        """Return the states and countries whose names begin at ``start``, with the ends of their names."""
        if start >= len(folded):
            return []
        found: list[tuple[int, list[Entry]]] = []
        word = folded[start]
        if word.text in self._abbreviations and (
            word.upper or word.apart or word.text not in self._common_words
        ):
            found.append((start + 1, self._abbreviations[word.text]))
        if word.text in self._firsts:
            for named in self._names_from(folded, start):
                regions = [entry for entry, _, _ in named.entries if entry.areas]
                if regions:
                    found.append((named.end, regions))
        return found

    # ------------------------------------------------------------------ misspelt names, beginnings

    def _misspelt(self, folded: Sequence[Word], covered: set[int]) -> list[PlaceSpan]:
        spans: list[PlaceSpan] = []
        for at, word in enumerate(folded):
            if word.token in covered or not self._fuzzy.could_be_a_name(word.text):
                continue
            best: tuple[float, _Candidates] | None = None
            for start, end in windows(folded, at):
                text = " ".join(part.text for part in folded[start:end])
                for key, likeness in self._fuzzy.near(text):
                    entries = [(e, q * likeness * _MISSPELT, False) for e, q in self._names[key].items()]
                    candidates = _Candidates(start, end, entries, key)
                    score = max(score_of(q, e.popularity) for e, q, _ in entries) * likeness
                    if best is None or score > best[0]:
                        best = (score, candidates)
            if best:
                wider = self._widened(best[1], folded)
                spans += [replace(c.span(folded), exact=False) for c in (*wider, best[1])]
        return _one_for_each_run(spans)

    def _beginning_with(self, key: str, limit: int) -> list[PlaceMatch]:
        if not key:
            return []
        matches: dict[Entry, PlaceMatch] = {}
        for name in self._sorted[bisect_left(self._sorted, key) :]:
            if not name.startswith(key):
                break
            for entry, quality in self._names[name].items():
                matches.setdefault(entry, _match(entry, quality, name, common_word=False))
        return sorted(matches.values(), key=best_first)[:limit]


_WITH_AIRPORTS_OF_THEIR_OWN = (PlaceKind.CITY, PlaceKind.AIRPORT, PlaceKind.METRO)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Folded words ``start`` to ``end`` and what they can stand for: entry, fit, whether an everyday word."""

    start: int
    end: int
    entries: list[tuple[Entry, float, bool]]
    key: str

    def span(self, folded: Sequence[Word]) -> PlaceSpan:
        matches = [_match(entry, fit, self.key, common_word=common) for entry, fit, common in self.entries]
        return PlaceSpan(
            folded[self.start].token,
            folded[self.end - 1].token + 1,
            tuple(sorted(matches, key=best_first)),
            exact=True,
        )


def _match(entry: Entry, fit: float, key: str, *, common_word: bool) -> PlaceMatch:
    return PlaceMatch(
        label=entry.label,
        kind=entry.kind,
        airports=entry.airports,
        popularity=entry.popularity,
        country=entry.country,
        subdivision=entry.subdivision,
        score=score_of(fit, entry.popularity),
        common_word=common_word,
        matched=key,
    )


def _with_code(found: list[_Candidates], code: _Candidates) -> list[_Candidates]:
    """Return the candidates with the code's added to those of the same word."""
    for position, candidates in enumerate(found):
        if candidates.end == code.end:
            known = {entry for entry, _, _ in candidates.entries}
            added = [c for c in code.entries if c[0] not in known]
            found[position] = replace(candidates, entries=candidates.entries + added)
            return found
    return [*found, code]


def _one_for_each_run(spans: list[PlaceSpan]) -> list[PlaceSpan]:
    """Return the spans without those that cover the same words as one before."""
    first: dict[tuple[int, int], PlaceSpan] = {}
    for span in spans:
        first.setdefault((span.start, span.end), span)
    return list(first.values())
