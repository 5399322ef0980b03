"""A request in another language as the English words that the grammars read.

In: the tokens of a request and its ``Language``. Out: ``Piece``s that cover all tokens in order: each a
phrase with its English, a figure as English writes it ("1.200,50", "18h30"), or a token to be read as it
stands. Only what a search needs is known; names of places are for the gazetteer, which knows them in all
languages.
"""

import re
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flight_search.understand.local.languages import Company, Language
from flight_search.understand.local.letters import without_accents
from flight_search.understand.resolve.days import MONTHS, WEEKDAYS

_LAST_HOUR = 24
_LAST_MINUTE = 59
_LAST_DAY = 31
_THOUSANDS = re.compile(r"\d{1,3}(?:[.\u2019']\d{3})+(?:,\d{1,2})?")
_DECIMAL = re.compile(r"\d+,\d{1,2}")
_TIME = re.compile(r"\d{1,2}:\d{2}")
_GROUP_DIGITS = 3
_CURRENCIES = frozenset({"€", "$", "£", "eur", "usd", "gbp", "chf", "brl", "mxn", "r$"})
_MONEY = frozenset(
    {"euros", "dollars", "pounds", "reais", "pesos", "swiss francs", "canadian dollars", "soles"}
)
_HOUR_COMPANIES: tuple[Company, ...] = ("clock_follows", "hour_follows")
# English has "next" before the noun, Romance languages often behind it.
_BEFORE_ITS_NOUN = frozenset({"next", "this"})
_NOUNS = frozenset({*WEEKDAYS, *MONTHS, "week", "weekend", "month", "year"})
_PARTS_OF_DAY = ("in the ", "at night")


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens ``first`` up to ``end`` and their English; None where they are to be read as they stand."""

    first: int
    end: int
    english: str | None
    names_hour: bool = False
    """Whether a bare figure behind it is an hour."""


@dataclass(frozen=True, slots=True)
class _Text:
    """The words of a request in one language, without accents."""

    language: Language
    words: Sequence[str]

    def phrase_at(self, start: int, phrases: Container[str]) -> int:
        """Return how many words at ``start`` are one of the phrases, 0 for none."""
        for end in range(min(start + self.language.most_words, len(self.words)), start, -1):
            if " ".join(self.words[start:end]) in phrases:
                return end - start
        return 0

    def number_at(self, at: int) -> bool:
        """Whether a figure or a word for a number stands there."""
        if not 0 <= at < len(self.words):
            return False
        return self.words[at][0].isdigit() or self.language.phrases.get(self.words[at], "").isdigit()

    def hour_at(self, at: int) -> bool:
        """Whether a figure that can be an hour stands there."""
        if not self.number_at(at):
            return False
        word = self.language.phrases.get(self.words[at], self.words[at])
        return bool(_TIME.fullmatch(word)) or (word.isdigit() and int(word) <= _LAST_HOUR)

    def clock_at(self, at: int) -> bool:
        """Whether an hour with its "h" stands there."""
        if not self.hour_at(at):
            return False
        return bool(_TIME.fullmatch(self.words[at])) or self.is_clock(at + 1)

    def is_clock(self, at: int) -> bool:
        """Whether "h" or the like stands there."""
        return 0 <= at < len(self.words) and self.words[at] in self.language.clock

    def month_at(self, at: int) -> bool:
        """Whether a month stands there."""
        return at < len(self.words) and self.language.phrases.get(self.words[at]) in MONTHS

    def day_at(self, at: int) -> bool:
        """Whether a date may begin there with a word: "friday", "next", "may"."""
        return self.phrase_at(at, self.language.dates) > 0

    def after_number(self, start: int) -> bool:
        """Whether a figure stands before, or the full stop of an ordinal."""
        return start > 0 and (self.number_at(start - 1) or self.words[start - 1] == ".")

    def after_month(self, start: int) -> bool:
        """Whether a month stands before."""
        return start > 0 and self.month_at(start - 1)


# What each company asks of the words before ``start`` and from ``end`` on, in the order they are tried in.
_COMPANIES: Mapping[Company, Callable[[_Text, int, int], bool]] = {
    "between_numbers": lambda text, start, end: (
        (text.after_number(start) or text.is_clock(start - 1)) and text.number_at(end)
    ),
    "in_a_date": lambda text, start, end: (
        (text.after_number(start) and text.day_at(end)) or (text.after_month(start) and text.number_at(end))
    ),
    "clock_follows": lambda text, _, end: text.clock_at(end),
    "hour_follows": lambda text, _, end: text.hour_at(end),
    "month_follows": lambda text, _, end: text.month_at(end),
    "day_follows": lambda text, _, end: text.day_at(end),
    "number_follows": lambda text, _, end: text.number_at(end),
    "after_number": lambda text, start, _: text.after_number(start),
}


def translate(language: Language, words: Sequence[str]) -> list[Piece]:
    """Return the pieces of a request, ``words`` in lower case as they were written."""
    text = _Text(language, [without_accents(word) for word in words])
    return list(_in_english_order(list(_pieces(text))))


def _pieces(text: _Text) -> Iterator[Piece]:
    at = 0
    before: Piece | None = None
    while at < len(text.words):
        piece = _figure(text, at, before) or _phrase(text, at) or Piece(at, at + 1, None)
        yield piece
        at, before = piece.end, piece


def _phrase(text: _Text, at: int) -> Piece | None:
    """Return the longest phrase at a word; among equals the one that its company calls for."""
    language = text.language
    for end in range(min(at + language.most_words, len(text.words)), at, -1):
        phrase = " ".join(text.words[at:end])
        if phrase in language.names:
            # Read as they stand: the gazetteer knows them.
            return Piece(at, end, None)
        for company, is_kept in _COMPANIES.items():
            english = language.in_company.get(company, {}).get(phrase)
            if english is not None and is_kept(text, at, end):
                return Piece(at, end, english, names_hour=company in _HOUR_COMPANIES)
        if (english := language.phrases.get(phrase)) is not None:
            return Piece(at, end, english)
    return None


def _figure(text: _Text, at: int, before: Piece | None) -> Piece | None:
    """Return a figure as English writes it, None for what English writes alike."""
    if not text.number_at(at):
        return None
    word = text.language.phrases.get(text.words[at], text.words[at])
    if word.isdigit() and int(word) <= _LAST_HOUR and (hour := _hour(text, at, word, before)):
        return hour
    if word.isdigit() and before is not None and before.english == "on" and _is_day_alone(text, at, word):
        # "Retour le 19": the nineteenth.
        return Piece(at, at + 1, f"{word}th")
    if _is_group(word) and _is_thousands(text, at + 1):
        return Piece(at, at + 2, word + text.words[at + 1])
    if word.isdigit() and text.words[at + 1 : at + 2] == ["."]:
        # "am 5. Mai": the full stop makes it an ordinal.
        return Piece(at, at + 2, f"{word}th")
    if _THOUSANDS.fullmatch(word) or _DECIMAL.fullmatch(word):
        word = re.sub(r"[.'\u2019]", "", word).replace(",", ".")
    return Piece(at, at + 1, word) if word != text.words[at] else None


def _is_day_alone(text: _Text, at: int, word: str) -> bool:
    """Whether a figure is a day of no month that is named right behind it: not "le 19 avril"."""
    after = at + 1
    if text.words[after : after + 1] == ["."]:
        after += 1
    company = text.language.in_company.get("in_a_date", {})
    while after < len(text.words) and text.words[after] in company:
        after += 1
    return int(word) <= _LAST_DAY and not (text.number_at(after) or text.day_at(after))


def _hour(text: _Text, at: int, word: str, before: Piece | None) -> Piece | None:
    """Return an hour, None for a figure that is none here ("menos de 8 horas")."""
    if text.is_clock(at + 1) and not (before and before.english == "under"):
        return _clock(text, at, word)
    if before is not None and before.names_hour and not _part_of_day_at(text, at + 1):
        return Piece(at, at + 1, f"{word}:00")
    return None


def _clock(text: _Text, at: int, hour: str) -> Piece:
    """Return "18h30" and "18 Uhr" as English writes them; with a part of day the hour stays bare."""
    minutes = text.words[at + 2] if at + 2 < len(text.words) else ""
    if minutes.isdigit() and len(minutes) == len("30") and int(minutes) <= _LAST_MINUTE:
        return Piece(at, at + 3, f"{hour}:{minutes}")
    return Piece(at, at + 2, hour if _part_of_day_at(text, at + 2) else f"{hour}:00")


def _part_of_day_at(text: _Text, at: int) -> bool:
    length = text.phrase_at(at, text.language.phrases)
    english = text.language.phrases.get(" ".join(text.words[at : at + length]), "")
    return english.startswith(_PARTS_OF_DAY)


def _is_group(word: str) -> bool:
    return word.isdigit() and len(word) <= _GROUP_DIGITS and not word.startswith("0")


def _is_thousands(text: _Text, at: int) -> bool:
    """Whether three digits stand there that belong to the figure before ("1 200 euros")."""
    word, following = "".join(text.words[at : at + 1]), "".join(text.words[at + 1 : at + 2])
    if not word.isdigit() or len(word) != _GROUP_DIGITS:
        return False
    length = text.phrase_at(at + 1, text.language.phrases)
    named = text.language.phrases.get(" ".join(text.words[at + 1 : at + 1 + length]))
    return following in _CURRENCIES or named in _MONEY


def _in_english_order(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the pieces with "next" before its noun."""
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        following = pieces[at + 1].english if at + 1 < len(pieces) else None
        if piece.english in _NOUNS and following in _BEFORE_ITS_NOUN and not _leads(pieces, at + 1):
            yield Piece(piece.first, pieces[at + 1].end, f"{following} {piece.english}")
            at += 2
        else:
            yield piece
            at += 1


def _leads(pieces: Sequence[Piece], at: int) -> bool:
    """Whether the word at ``at`` belongs to the noun behind it: "lunes próxima semana"."""
    return at + 1 < len(pieces) and pieces[at + 1].english in _NOUNS
