"""The words of a request in Spanish, French, German, Portuguese or Italian as English ones.

In: lower-case words. Out: for a request in one of those languages, the English words for those that matter to
the grammars, each with the number of words it stands for. Only what a search needs is known; names of places
are for the gazetteer, which knows them in all languages.
"""

import csv
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flight_search.understand.resolve.days import MONTHS

_MOST_WORDS = 5
# So many words must be of a language, and more than are plainly English, before the request is read in it.
_FEWEST_WORDS = 2
# Words that several languages share with English or with names of places say nothing of the language.
_SHORTEST_SIGN = 3
# A single word shows the language of a text without plainly English ones if it is so long.
_SHORTEST_LONE_SIGN = 5
_ENGLISH = frozenset(
    (  # noqa: SIM905  a list of words reads best as text
        "from to the and or with without on in at for of flight flights fly flying return returning "
        "leaving before "
        "after under next this tomorrow today morning evening afternoon show find need want what which "
        "how cheap "
        "cheapest please me i is are my any no not stop stops ticket tickets between business class direct"
    ).split()
)
# "5 de mayo" is the fifth of May, "de Madrid" is from Madrid.
_OF = frozenset({"de", "do", "di", "del"})
# "Du 3 au 10 mars", "del 3 al 10 de marzo": from one day to another.
_FROM_A_DAY = frozenset({"del", "du", "vom", "dal"})
_TO_A_DAY = frozenset({"al", "au", "bis"})
# "Retour le 19", "vuelta el 19": the nineteenth.
_THE_DAY = frozenset({"le", "el", "il", "am", "dia"})
# "Nach Wien" is to Vienna, "nach 18 Uhr" after six.
_AFTER_AN_HOUR = "nach"


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language: phrases without accents, and the English for each."""

    phrases: Mapping[str, str]
    signs: frozenset[str]
    """Words that show that a text is in it."""


def language_of(words: Sequence[str]) -> Language | None:
    """Return the language of a text, None for English and whatever else is not known."""
    plain = {_plain(word) for word in words}
    english = len(plain & _ENGLISH)
    best, hits = None, max(english, _FEWEST_WORDS - 1)
    for language in load_languages():
        signs = plain & language.signs
        found = len(signs)
        if found == 1 and not english and len(min(signs)) >= _SHORTEST_LONE_SIGN:
            # "Berlin-Rom 12.5. 2 Personen" has one word that is no name and no figure.
            found = _FEWEST_WORDS
        if found > hits:
            best, hits = language, found
    return best


def translate(language: Language, words: Sequence[str], start: int) -> tuple[int, str] | None:
    """Return how many words at ``start`` are a known phrase, and the English for it."""
    plain = [_plain(word) for word in words[start : start + _MOST_WORDS]]
    if figure := _beside_a_figure(language, plain, words[:start]):
        return 1, figure
    for length in range(len(plain), 0, -1):
        english = language.phrases.get(" ".join(plain[:length]))
        if english == "on" and language.phrases.get(plain[length] if plain[length:] else "") in MONTHS:
            english = "in"
        if english is not None:
            return length, english
    return None


def _beside_a_figure(language: Language, plain: Sequence[str], before: Sequence[str]) -> str | None:
    """Return the English of a figure or a small word beside one: "du 3 au 10 mars", "nach 18 Uhr"."""
    last = _plain(before[-1]) if before else ""
    following = plain[1].rstrip(".") if plain[1:] else ""
    if following.isdigit() and plain[0] in _FROM_A_DAY | _TO_A_DAY:
        return "from" if plain[0] in _FROM_A_DAY else "to"
    if plain[0] == _AFTER_AN_HOUR and following[:1].isdigit():
        return "after"
    if plain[0].isdigit() and last in _THE_DAY and not _leads_to_month(language, plain):
        return f"{plain[0]}th"
    is_of = plain[0] in _OF and (last.isdigit() or language.phrases.get(last) in MONTHS)
    return "of" if is_of else None


def _leads_to_month(language: Language, plain: Sequence[str]) -> bool:
    """Whether a number stands before a month or another number: "le 19 avril", "le 19 de abril"."""
    rest = [word for word in plain[1:] if word not in _OF and word != "."]
    return bool(rest) and (rest[0][:1].isdigit() or language.phrases.get(rest[0]) in MONTHS)


@cache
def load_languages() -> tuple[Language, ...]:
    """Return the packaged languages. Kept after the first call: the table is packaged, always the same."""
    table = files("flight_search.understand.local").joinpath("data", "languages.csv")
    rows = list(csv.DictReader(table.read_text(encoding="utf-8").splitlines()))
    return tuple(_language(rows, code) for code in ("es", "fr", "de", "pt", "it"))


def _language(rows: Sequence[Mapping[str, str]], code: str) -> Language:
    phrases: dict[str, str] = {}
    for row in rows:
        for phrase in filter(None, row[code].split("|")):
            phrases.setdefault(phrase, row["en"])
    signs = frozenset(
        phrase
        for phrase in phrases
        if " " not in phrase and len(phrase) >= _SHORTEST_SIGN and phrase not in _ENGLISH
    )
    return Language(phrases, signs)


def _plain(word: str) -> str:
    if word.isascii():
        return word
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
