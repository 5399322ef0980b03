"""A sentence about offers, cut into what it claims: prices, times, lengths, flights, names, qualities.

In: text, and the names that offers bear. Out: facts in the order of the text, with the joints between them. A
figure has one form however it is written ("8:15 AM" and "08:15"), a time knows whether it is of leaving or of
landing, a place whether it is gone from or to. A name is one piece: its words claim nothing, so that an
airline called "Free Bags" makes no bag free.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a fact is about."""

    FLIGHT = "flight"
    PRICE = "price"
    TIME = "time"
    DURATION = "duration"
    NUMBER = "number"
    DIRECTION = "direction"
    CLAIM = "claim"
    NAME = "name"
    WORD = "word"
    JOINT = "joint"
    """No fact: what stands between two parts of a sentence."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a text says. It is so if one of its forms stands in the facts of an offer."""

    kind: Kind
    forms: frozenset[str]
    text: str
    """How it stands there, in small letters."""


_AMOUNT: Final = r"\d[\d.,]*\d|\d"
_SIGNS: Final = "$€£¥₹₩₪₱₺฿"
_TOKEN: Final = re.compile(
    rf"""(?P<name>\ue000\d+\ue001)
    |(?P<time>\d{{1,2}}:\d{{2}}(?!\d)(?:\s?[ap]\.?m\b\.?)?|\d{{1,2}}\s?[ap]\.?m\b\.?)
    |(?P<price>(?:(?-i:[A-Z]{{0,3}})[{_SIGNS}]|(?-i:\b[A-Z]{{3}}\b))\s?(?:{_AMOUNT})|(?:{_AMOUNT})\s?[{_SIGNS}])
    |(?P<duration>\d{{1,3}}\s?(?:h|hrs?|hours?)\b(?:\s(?:and\s)?\d{{1,2}}\s?(?:m|mins?|minutes?)\b)?
        |\d{{1,4}}\s?(?:m|mins?|minutes?)\b)
    |(?P<flight>(?-i:\b(?:[A-Z]{{2}}|[A-Z]\d|\d[A-Z])\s?\d{{1,4}}[A-Z]?\b))
    |(?P<number>(?:{_AMOUNT})%?)
    |(?P<word>[^\W\d_]+(?:['\u2019-][^\W\d_]+)*)
    |(?P<joint>[,;:()/+&\u2013\u2014])""",
    re.IGNORECASE | re.VERBOSE,
)
_ENGLISH_AMOUNT: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_HARMLESS: Final = frozenset(" .!?'\"\u2018\u2019\u201c\u201d-\u2010\u2011")
_JOINTS: Final = frozenset({"and", "or", "but", "while", "whereas"})
_DIRECTIONS: Final = frozenset({"from", "to"})
_LEAVING: Final = ("depart", "departs", "departing", "departure", "leave", "leaves", "leaving")
_LANDING: Final = ("land", "lands", "landing", "arrive", "arrives", "arriving", "arrival", "reaches")
_ROLES: Final = {**dict.fromkeys(_LEAVING, "leaves"), **dict.fromkeys(_LANDING, "lands")}
_CODE: Final = re.compile(r"[A-Z]{3}")
_NUMBERS: Final = """
zero eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
sixty seventy eighty ninety hundred thousand million dozen couple half quarter twice double triple once
first second third noon midnight
"""
NUMBER_WORDS: Final = frozenset(_NUMBERS.split())
_UP_TO_TEN: Final = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_SMALL_NUMBERS: Final = {word: str(number) for number, word in enumerate(_UP_TO_TEN, 1)}
_PLAIN_NAME: Final = re.compile(r"[^\W\d_]+(?:[ .,'\u2019&/-]{1,2}[^\W\d_]+){0,5}\.?")
"""Up to six words: what all but one in a hundred airlines and cities are called."""

_POSSESSIVE: Final = re.compile("['\u2019]s$")
_MINUTES_OF_HOUR: Final = 60
_NOON: Final = 12


def is_plain_name(name: str) -> bool:
    """Whether a name is no more than that: a few words without a figure, also in letters."""
    words = re.findall(r"[^\W\d_]+", name.casefold())
    return _PLAIN_NAME.fullmatch(name) is not None and not {*words} & {*NUMBER_WORDS, *_UP_TO_TEN}


@dataclass(frozen=True, slots=True)
class Names:
    """The names that offers bear, so that each is read as one piece."""

    known: tuple[str, ...]

    def masked(self, text: str) -> str:
        """Return a text with a sign in the place of each name."""
        for index, name in enumerate(self.known):
            pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
            text = re.sub(pattern, f"\ue000{index}\ue001", text)
        return text

    def of(self, mask: str) -> str:
        """Return the name behind a sign, in small letters."""
        return self.known[int(mask[1:-1])].casefold()


def names_of(names: Iterable[str]) -> Names:
    """Return names, the longest first, so that "New York" is not found in "New York City"."""
    return Names(tuple(sorted({name for name in names if name}, key=lambda name: (-len(name), name))))


def has_only_plain_signs(text: str) -> bool:
    """Whether there is nothing in a text but words, figures and marks of a sentence."""
    return _HARMLESS.issuperset(_TOKEN.sub("", text))


def facts_in(text: str, names: Names, claiming: frozenset[str], *, is_record: bool = False) -> list[Fact]:
    """Return what a text says, in its order. ``is_record``: it is a line of facts; its first time leaves."""
    return _Reading(names, claiming, is_record=is_record).read(names.masked(text))


class _Reading:
    """One text while it is read."""

    def __init__(self, names: Names, claiming: frozenset[str], *, is_record: bool) -> None:
        self._names = names
        self._claiming = claiming
        self._is_record = is_record
        self._facts: list[Fact] = []
        self._role = ""
        self._way = ""
        """The "from" or "to" that the places here belong to."""

    def read(self, text: str) -> list[Fact]:
        tokens = list(_TOKEN.finditer(text))
        spoken = [token for token in tokens if token.lastgroup != "joint"]
        neighbours = {
            token.start(): (
                spoken[index - 1][0].casefold() if index else "",
                spoken[index + 1][0].casefold() if index + 1 < len(spoken) else "",
            )
            for index, token in enumerate(spoken)
        }
        for token in tokens:
            self._take(token, neighbours.get(token.start(), ("", "")), is_first=token is tokens[0])
        return self._facts

    def _take(self, token: re.Match[str], neighbours: tuple[str, str], *, is_first: bool) -> None:
        said, kind = token[0], token.lastgroup
        if kind == "word":
            self._word(said, neighbours, is_first=is_first)
            return
        if kind == "joint":
            # "New York (JFK)" is one place.
            self._way = self._way if said in "()" else ""
            self._add(Kind.JOINT, said)
            return
        if kind == "name":
            self._add(Kind.NAME, self._names.of(said))
            self._place(self._names.of(said))
            return
        self._way = ""
        if kind == "time":
            self._time(said)
        elif kind == "price":
            self._add(Kind.PRICE, _price(said))
        elif kind == "duration":
            self._add(Kind.DURATION, _minutes(said))
        elif kind == "flight":
            self._add(Kind.FLIGHT, re.sub(r"\s", "", said))
        else:
            self._number(_amount(said), neighbours)

    def _add(self, kind: Kind, said: str, *forms: str) -> None:
        text = said.casefold()
        self._facts.append(Fact(kind, frozenset(forms or (f"{kind}:{text}",)), text))

    def _word(self, said: str, neighbours: tuple[str, str], *, is_first: bool) -> None:
        said = _POSSESSIVE.sub("", said)
        word = said.casefold()
        if word in _JOINTS:
            self._way = ""
            self._add(Kind.JOINT, word)
        elif word in _DIRECTIONS:
            self._way = word
        elif word in _SMALL_NUMBERS:
            self._number(_SMALL_NUMBERS[word], neighbours)
        else:
            self._role = _ROLES.get(word, self._role)
            is_name = said != said.lower() and not is_first
            if is_name and (self._way or _CODE.fullmatch(said)):
                self._place(word)
            elif not is_name:
                self._way = ""
            self._add(Kind.CLAIM if word in self._claiming else Kind.WORD, said)

    def _place(self, name: str) -> None:
        if self._way:
            self._add(Kind.DIRECTION, f"{self._way} {name}")

    def _time(self, said: str) -> None:
        clock = _clock(said)
        role = self._role or ("leaves" if self._is_record else "")
        self._role = ""
        forms = [f"{Kind.TIME}:{clock}"] if not role or self._is_record else []
        self._add(Kind.TIME, clock, *forms, *([f"{Kind.TIME}:{role} {clock}"] if role else []))

    def _number(self, number: str, neighbours: tuple[str, str]) -> None:
        # A number is known by its neighbour: the 2 of "2 stops" is not that of "2 Dec".
        before, after = neighbours
        pairs = (f"{Kind.NUMBER}:{before} {number}", f"{Kind.NUMBER}:{number} {after}")
        self._add(Kind.NUMBER, number, *pairs)


def _amount(said: str) -> str:
    """Return a number in one form; one that is not written as in English stays as it is."""
    if not _ENGLISH_AMOUNT.fullmatch(said):
        return said
    value = Decimal(said.replace(",", ""))
    return f"{value:f}" if value % 1 else f"{value:.0f}"


def _price(said: str) -> str:
    figures = re.search(_AMOUNT, said)
    assert figures  # noqa: S101 - the pattern of a price has some
    sign = (said[: figures.start()] + said[figures.end() :]).strip()
    return f"{sign}{_amount(figures[0])}"


def _minutes(said: str) -> str:
    parts = [int(part) for part in re.findall(r"\d+", said)]
    has_hours = re.search(r"\d\s?h", said, re.IGNORECASE) is not None
    hours, minutes = (parts[0], sum(parts[1:])) if has_hours else (0, parts[0])
    return str(hours * _MINUTES_OF_HOUR + minutes)


def _clock(said: str) -> str:
    """Return a time of day as 18:05."""
    figures = [int(part) for part in re.findall(r"\d+", said)]
    hour, minute = figures[0], figures[1] if figures[1:] else 0
    half = re.search(r"[ap]", said, re.IGNORECASE)
    if half:
        hour = hour % _NOON + (_NOON if half[0].lower() == "p" else 0) if hour <= _NOON else hour + 100
    return f"{hour:02}:{minute:02}"
