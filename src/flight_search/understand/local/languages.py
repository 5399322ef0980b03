"""What is known of languages other than English: their words, and which of them a text is in.

In: the files ``data/languages/*.toml``, one for each language: its phrases and the English that the
grammars read, in a section for each field. Out: a ``Language``. A section under ``[where.…]`` holds only in
the company that its name says; ``translation`` reads a request with it. A further language is a further file.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, cast, get_args

from flight_search.places.words import load_common_words
from flight_search.understand.local.letters import without_accents

Company = Literal[
    "clock_follows", "hour_follows", "month_follows", "number_follows", "day_follows",
    "between_numbers", "in_a_date", "after_number",
]  # fmt: skip
"""What stands around a phrase: ``clock`` is a figure with its "h", ``hour`` any figure that can be one."""

# Words that several languages share with English or with names of places say nothing of the language.
_SHORTEST_SIGN = 3
# One word alone shows a language only where it is long enough, and nothing is English.
_SHORTEST_LONE_SIGN = 4
# So many words of a language beside one sign show it too, where nothing is English ("fin mai de Lille").
_ENOUGH_WORDS = 3
_WEIGHT_OF_SHORT_WORDS = 0.1
_ENGLISH = frozenset(
    (  # noqa: SIM905  a list of words reads best as text
        "from to the and or with without on in at for of flight flights fly flying return returning "
        "leaving before after under next this tomorrow today morning evening afternoon show find need want "
        "what which how cheap cheapest please me i is are my any no not stop stops ticket tickets between "
        "business class direct"
    ).split()
)
_DATES = "dates"
_TABLES_APART = frozenset({"names", "where"})
_SIGNS = re.compile(r"\s*([-/&.])\s*")


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of one language. All phrases are lower case and without accents."""

    phrases: Mapping[str, str]
    """Each phrase with its English."""
    in_company: Mapping[Company, Mapping[str, str]]
    """Phrases whose English depends on what stands around them."""
    names: frozenset[str]
    """Names of places that are made of words of the language."""
    dates: frozenset[str]
    """Phrases that begin or make a date."""
    clock: frozenset[str]
    """What follows an hour: "h", "Uhr"."""
    elisions: frozenset[str]
    """Words that lose their vowel before another: the "d" of "d'Alger"."""
    most_words: int
    """The length of the longest phrase."""
    words: frozenset[str]
    """Every word of every phrase."""
    signs: frozenset[str]
    """Words that show that a text is in it."""


def language_of(words: Sequence[str]) -> Language | None:
    """Return the language of a text, None for English and whatever else is not known."""
    plain = {part for word in words for part in without_accents(word).split("'") if part.isalpha()}
    english = plain & _ENGLISH
    best, most = None, 0.0
    for language in load_languages():
        signs = plain & language.signs
        against = len(english - language.words)
        score = len(signs) + _WEIGHT_OF_SHORT_WORDS * len(plain & language.words)
        if len(signs) > against and score > most and _shows(signs, plain, language, against):
            best, most = language, score
    return best


def _shows(signs: set[str], plain: set[str], language: Language, against: int) -> bool:
    """Whether these words are enough of a sign."""
    known = plain & language.words
    if not against and (len(known) >= _ENOUGH_WORDS or known == plain):
        return True
    if len(signs) > 1:
        return any(len(sign) >= _SHORTEST_LONE_SIGN for sign in signs)
    sign = next(iter(signs))
    return not against and len(sign) >= _SHORTEST_LONE_SIGN and sign in language.phrases


@cache
def load_languages() -> tuple[Language, ...]:
    """Return the packaged languages. Kept after the first call: the files are packaged, always the same."""
    folder = files("flight_search.understand.local").joinpath("data", "languages")
    texts = [
        file.read_text(encoding="utf-8") for file in sorted(folder.iterdir(), key=lambda file: file.name)
    ]
    return tuple(_language(tomllib.loads(text)) for text in texts)


def _language(table: Mapping[str, object]) -> Language:
    sections = {
        name: dict(_phrases_in(section))
        for name, section in table.items()
        if isinstance(section, dict) and name not in _TABLES_APART
    }
    phrases: dict[str, str] = {}
    for section in sections.values():
        for phrase, english in section.items():
            phrases.setdefault(phrase, english)
    where = cast("Mapping[str, object]", table.get("where", {}))
    companies = get_args(Company)
    if unknown := where.keys() - set(companies):
        raise ValueError(f"a language file knows no section [where.{min(unknown)}]")
    in_company = {name: dict(_phrases_in(where[name])) for name in companies if name in where}
    names = {form for name in _list(table.get("names"), "keep") for form in _forms(name)}
    everything = [*phrases, *(phrase for section in in_company.values() for phrase in section)]
    words = frozenset(word for phrase in everything for word in phrase.split(" "))
    in_names = {word for name in names for word in name.split(" ")}
    return Language(
        phrases=phrases,
        in_company=cast("Mapping[Company, Mapping[str, str]]", in_company),
        names=frozenset(names),
        dates=frozenset(sections.get(_DATES, {})),
        clock=frozenset(_list(table, "clock")),
        elisions=frozenset(_list(table, "elisions")),
        most_words=max(len(phrase.split(" ")) for phrase in (*everything, *names)),
        words=words,
        signs=frozenset(
            word
            for word in words - in_names - _ENGLISH - load_common_words()
            if len(word) >= _SHORTEST_SIGN and word.isalpha()
        ),
    )


def _list(table: object, name: str) -> list[str]:
    return list(table.get(name, ())) if isinstance(table, dict) else []


def _phrases_in(section: object) -> Iterator[tuple[str, str]]:
    """Yield the phrases of a section and of those inside it, each with its English."""
    for english, value in cast("Mapping[str, object]", section).items():
        if isinstance(value, dict):
            yield from _phrases_in(value)
        else:
            for phrase in cast("Sequence[str]", value):
                yield from ((form, english) for form in _forms(phrase))


def _forms(phrase: str) -> set[str]:
    """Return a phrase as tokens have it, with "ä" as "a" and as "ae"."""
    phrase = " ".join(_SIGNS.sub(r" \1 ", phrase.lower()).split())
    spelt_out = re.sub("[äöü]", lambda match: {"ä": "ae", "ö": "oe", "ü": "ue"}[match.group()], phrase)
    return {without_accents(phrase), without_accents(spelt_out)}
