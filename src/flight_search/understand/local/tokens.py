"""The first step: characters to words that know where they stood.

In: the text of a request. Out: a ``Sentence``: its words in one canonical spelling (lower case, numbers in
digits, keywords without typing errors, fillers gone), joined by single spaces so that grammars are regular
expressions, and for each stretch of that canonical text the exact characters it came from.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

from flight_search.understand.local.languages import language_of
from flight_search.understand.local.spelling import correct_spelling
from flight_search.understand.local.translation import translate
from flight_search.understand.resolve.days import MONTHS, WEEKDAYS
from flight_search.understand.resolve.numbers import ORDINALS, read_number

# A request is a few sentences. What follows this many tokens is named as not read, so that time is bounded.
MAX_TOKENS = 400

# Letters with the marks that stand on them: accents apart from their letters, vowel signs of several scripts.
_MARKS = r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u0900-\u0903\u093a-\u0963]"
_LETTERS = rf"(?:[^\W\d_]{_MARKS}*)+"
_TOKEN = re.compile(
    r"""
      </?[A-Za-z][^<>]{0,80}>                          # markup, which says nothing
    | \d{4}-\d{1,2}-\d{1,2}(?!\d)                      # 2026-12-05
    | (?<![\d-])\d{1,2}-\d{1,2}-\d{4}(?![\d-])          # 12-05-2026
    | \d{1,2}/\d{1,2}(?:/\d{2,4})?(?![\d/])            # 12/5, 5/12/2026
    | \d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2})?(?!\d)         # 5.12., 5.12.2026
    | \d{1,2}:\d{2}(?!\d)                              # 19:30
    | \d{1,3}(?:\.\d{3})+,\d{1,2}(?!\d)               # 1.200,50
    | \d{1,3}(?:[,'\u2019]\d{2,3})+(?:\.\d+)?(?!\d)    # 1,200.50 and 1,20,000
    | (?<!\d)\d[A-Z](?=\ ?\d{2,4}\b)                   # 6E 234
    | \d+(?:\.\d+)?                                    # 500, 1.2
    | ['\u2019][sS]\b                                  # the 's of "tomorrow's"
    | [Cc][Oo]2(?!\w)                                  # CO2: no airline "CO"
    | [A-Za-z]\d(?!\w) | [Bb]6(?=\d{2,4}\b)             # B6, B6 123
    | <letters>(?:['\u2019.](?![sS]\b)<letters>)*      # words, o'clock, don't, a.m
    | [^\w\s]                                          # each other sign for itself
    """.replace("<letters>", _LETTERS),
    re.VERBOSE,
)
_FILLERS = frozenset(
    "uh um umm uhh er erm hmm hm please pls plz well okay ok basically kinda just actually_ really_ "  # noqa: SIM905  a list of words reads best as text
    "maybe_".split()
)
# Words of speech that say nothing together.
_FILLER_PHRASES = frozenset(
    {
        ("you", "know"),
        ("let", "'s", "see"),
        ("so", "yeah"),
        ("i", "guess"),
        ("i", "suppose"),
        ("or", "something"),
    }
)
_LONGEST_FILLER = 3
# "What do you know" asks.
_ASKING = frozenset(("do", "did", "that", "what", "if", "can", "should", "things", "information"))
# "On like the 19th": after these "like" is no verb.
_BEFORE_LIKE = frozenset(
    (
        "on",
        "at",
        "for",
        "around",
        "from",
        "under",
        "in",
        "by",
        "after",
        "before",
        "about",
        "maybe",
        "is",
        "and",
        "the",
    )
)
# Signs that say nothing; those that part sentences become a comma.
_PARTING = frozenset(",;.?")
_SILENT = _PARTING | frozenset("'\"\u201c\u201d\u2018\u2019*#!()[]{}|_") | {"'s", "\u2019s"}
_ABBREVIATIONS = frozenset(name for name in (*MONTHS, *WEEKDAYS) if len(name) <= len("sept")) - {"may"}
_SUFFIXES = frozenset(("st", "nd", "rd", "th"))
_SPELLINGS = {
    "a.m": "am", "p.m": "pm", "u.s": "us", "u.s.a": "usa", "u.k": "uk", "d.c": "dc", "n.y": "ny", "l.a": "la",
    "&": "and", "@": "at", "\u2013": "-", "\u2014": "-", "\u2212": "-", "→": "to", "➡": "to", "⇒": "to",
    "wanna": "want to", "gonna": "going to", "gotta": "have to", "lemme": "let me", "gimme": "give me",
    "non": "non", "w/o": "without", "mins": "minutes", "min": "min", "hrs": "hours", "hr": "hour",
    "tmrw": "tomorrow", "tmr": "tomorrow", "tomorow": "tomorrow",
    "tommorow": "tomorrow", "2morrow": "tomorrow",
    "wknd": "weekend", "nite": "night", "tonite": "tonight", "thru": "through",
    "til": "until", "till": "until",
    "rtn": "return", "ret": "return",
    "adt": "adults", "chd": "children", "inf": "infant", "biz": "business", "econ": "economy",
    "xmas": "christmas", "pax": "passengers",
    "co₂": "co2",
    "aint": "not", "dont": "don't", "cant": "can't", "doesnt": "doesn't", "whats": "what", "hows": "how",
    "im": "i'm", "id": "i'd", "aren't": "aren't",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text: ``word`` in lower case, from character ``start`` up to ``end``."""

    word: str
    start: int
    end: int


@dataclass(slots=True)
class Sentence:
    """The canonical text of a request and the way back to its characters.

    ``text`` begins and ends with a space. A grammar that has read a stretch ``claim``s it, which blanks it,
    so that no later grammar reads the same words as something else.
    """

    original: str
    tokens: list[Token]
    text: str
    starts: list[int]
    """Where each canonical word begins in ``text``."""
    sources: list[tuple[int, int]]
    """First and last token of each canonical word."""
    unread_from: int | None = None
    """The character from which on the text was too long to be read."""
    foreign: frozenset[int] = frozenset()
    """Tokens that were translated: they are words, whatever place may bear such a name ("para", Pará)."""
    whole: str = field(default="")
    """``text`` as it was before anything was claimed."""

    def __post_init__(self) -> None:
        """Keep the unclaimed text."""
        self.whole = self.text

    def claim(self, start: int, end: int) -> None:
        """Blank the canonical characters from ``start`` up to ``end``."""
        self.text = self.text[:start] + "_" * (end - start) + self.text[end:]

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """Return the characters of the original from which ``text[start:end]`` was made."""
        while start < end and self.whole[start] == " ":
            start += 1
        while end > start and self.whole[end - 1] == " ":
            end -= 1
        first = max(bisect_right(self.starts, start) - 1, 0)
        last = max(bisect_right(self.starts, max(end - 1, start)) - 1, 0)
        return self.tokens[self.sources[first][0]].start, self.tokens[self.sources[last][1]].end

    def stretch(self, first_token: int, end_token: int) -> tuple[int, int] | None:
        """Return the canonical stretch made from the tokens ``first_token`` up to ``end_token``."""
        inside = [
            index
            for index, (first, last) in enumerate(self.sources)
            if first >= first_token and last < end_token
        ]
        if not inside:
            return None
        end = self.starts[inside[-1] + 1] - 1 if inside[-1] + 1 < len(self.starts) else len(self.whole) - 1
        return self.starts[inside[0]], end


def tokenise(text: str) -> tuple[list[Token], int | None]:
    """Cut a text into at most ``MAX_TOKENS`` tokens; the second value is where the unread rest begins."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        if len(tokens) == MAX_TOKENS:
            return tokens, match.start()
        tokens.append(Token(_plain(match.group()), match.start(), match.end()))
    return tokens, None


def _plain(word: str) -> str:
    """Return a word in lower case, composed, with digits of any script as 0 to 9."""
    if word.isascii():
        return word.lower()
    word = unicodedata.normalize("NFC", word).lower().replace("\u2019", "'")
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in word)


def read_sentence(text: str) -> Sentence:
    """Return the canonical sentence of a request."""
    tokens, unread_from = tokenise(text)
    language = language_of([token.word for token in tokens])
    if language and language.elisions:
        tokens = _parted(tokens, language.elisions)
    words = [_SPELLINGS.get(token.word, token.word) for token in tokens]
    canonical: list[str] = []
    sources: list[tuple[int, int]] = []
    foreign: set[int] = set()
    pieces = translate(language, [token.word for token in tokens]) if language else []
    stretches = [(piece.first, piece.end, piece.english) for piece in pieces] or [(0, len(words), None)]
    for first, end, english in stretches:
        position = first
        while position < end:
            length, word = (end - first, english) if english is not None else _canonical_word(words, position)
            if english is not None:
                foreign.update(range(first, end))
            if word:
                canonical.append(word)
                sources.append((position, position + length - 1))
            position += length
    starts, column = [], 1
    for word in canonical:
        starts.append(column)
        column += len(word) + 1
    return Sentence(
        text, tokens, f" {' '.join(canonical)} ", starts, sources, unread_from, frozenset(foreign)
    )


def _parted(tokens: list[Token], elisions: frozenset[str]) -> list[Token]:
    """Return the tokens with "d'Alger" as two, of which only the second is a name."""
    parted: list[Token] = []
    for token in tokens:
        head, mark, rest = token.word.partition("'")
        if mark and rest and head in elisions:
            cut = token.start + len(head) + 1
            parted += [Token(f"{head}'", token.start, cut), Token(rest, cut, token.end)]
        else:
            parted.append(token)
    return parted


def _silent(words: list[str], position: int) -> int:
    """Return how many words from ``position`` on are speech that says nothing, none being 0."""
    word, before = words[position], words[position - 1] if position else ""
    for length in range(_LONGEST_FILLER, 1, -1):
        if tuple(words[position : position + length]) in _FILLER_PHRASES and before not in _ASKING:
            return length
    shortens = word == "." and before in _ABBREVIATIONS
    return int(word in _FILLERS or shortens or (word == "like" and before in _BEFORE_LIKE))


def _canonical_word(words: list[str], position: int) -> tuple[int, str]:
    """Return how many tokens make the canonical word at ``position``, and the word ("" for silence)."""
    word = words[position]
    if silent := _silent(words, position):
        return silent, ""
    is_markup = word.startswith("<") and word.endswith(">")
    if is_markup or word in _SILENT:
        return 1, "," if is_markup or word in _PARTING else ""
    if word[0].isdigit():
        following = words[position + 1] if position + 1 < len(words) else ""
        if word.isdigit() and following in _SUFFIXES:
            return 2, f"{word}th"
        return 1, word.replace(",", "").replace("'", "") if "/" not in word else word
    if (number := read_number(words, position)) and not _is_idiom(words, position, number.length):
        return number.length, number.text
    return 1, correct_spelling(word)


_BEFORE_A_DAY = frozenset(("the", "on", "by", "until", "to", "through", "before", "after"))
_AFTER_A_DAY = frozenset(("of", "week", "half", "weekend", "to", "through", "until", "-"))
_BEFORE_A_PRONOUN = frozenset(
    ("earliest", "latest", "last", "first", "next", "cheapest", "fastest", "this", "that")
)


def _is_idiom(words: list[str], position: int, length: int) -> bool:
    """Whether a number is none: "first class", "a second", "the one that"."""
    following = words[position + length] if position + length < len(words) else ""
    word = words[position]
    if length == 1 and word in ORDINALS:
        before = words[position - 1] if position else ""
        if (
            before not in _BEFORE_A_DAY
            and before not in MONTHS
            and following not in _AFTER_A_DAY | MONTHS.keys()
        ):
            return True
        return following in {
            "class",
            "flight",
            "flights",
            "or",
            "thing",
            "available",
            "time",
            "cabin",
            "fare",
        }
    if word == "one" and position and words[position - 1] in _BEFORE_A_PRONOUN:
        return True
    return length == 1 and word == "one" and following in {"that", "which", "is", "with"}
