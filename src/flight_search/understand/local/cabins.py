"""Which cabin is wished: "business class", "not in economy", "premium eco", the letter J.

In: a ``Reading``. Out: a ``Cabin``; the words that named it are used up. The first pattern that fits
wins, so the narrower ones stand first.
"""

import re

from flight_search.domain.query import Cabin
from flight_search.understand.local.reading import Reading

_CABINS: tuple[tuple[re.Pattern[str], Cabin], ...] = (
    (
        re.compile(
            r" (?:in |by )?(?:premium(?: - | )?(?:economy|eco|econ|coach)|prem(?:ium)? econ\w*"
            r"|economy plus|comfort plus"
            r"|economy premium|premium select|premium cabin)(?: class)?(?: (?:seats?|tickets?|cabin))?(?= )"
        ),
        Cabin.PREMIUM_ECONOMY,
    ),
    (
        re.compile(
            r" (?:in |by )?(?:business(?: - | )class|club (?:class|world|europe)|j class|executive class"
            r"|upper class|polaris"
            r"|lie - flat|lie flat"
            r"|business(?! (?:trips?|meetings?|travel\w*|days?|hours?|cent\w*|conference|partner|people"
            r"|man|reasons?)))"
            r"(?: (?:seats?|tickets?|cabin))?(?= )"
        ),
        Cabin.BUSINESS,
    ),
    (
        re.compile(
            r" (?:in |by )?(?:(?:first|1th)(?: - | )class|first cabin"
            r"|(?:(?<= in )|(?<= cabin )|(?<= class )|(?<=fly )"
            r"|(?<=flying ))(?:first|1th)"
            r"(?! (?:week|flights?|thing|of|half|day|time|available|leg|part|place) ))(?: (?:seats?"
            r"|tickets?|cabin))?(?= )"
        ),
        Cabin.FIRST,
    ),
    (
        re.compile(
            r" (?:in |by )?(?:economy|coach|(?:standard|tourist|basic|economic) class|main cabin"
            r"|basic economy|thrift)"
            r"(?: class)?(?: (?:seats?|tickets?|cabin))?(?= )"
        ),
        Cabin.ECONOMY,
    ),
)
_ANY_CABIN = re.compile(r" (?:any|whatever|whichever) (?:cabin|class)(?= )")
_NOT_BEFORE = re.compile(r" (?:not|no|without|except|don't want|avoid)(?: in| a| any)? $")
_CABIN_LETTERS = {
    "J": Cabin.BUSINESS, "C": Cabin.BUSINESS, "F": Cabin.FIRST, "Y": Cabin.ECONOMY,
    "W": Cabin.PREMIUM_ECONOMY,
}  # fmt: skip


def read_cabin(reading: Reading) -> Cabin | None:
    """Return the cabin named first, None where none is wished."""
    found: list[tuple[int, Cabin]] = []
    for pattern, cabin in _CABINS:
        for match in list(pattern.finditer(reading.text)):
            if _NOT_BEFORE.search(reading.text[: match.start() + 1]):
                reading.refuse(match)
            else:
                found.append((match.start(), cabin))
                reading.take_match("cabin", match)
    return min(found)[1] if found else None


def wants_any_cabin(reading: Reading) -> bool:
    """Whether any cabin will do."""
    match = _ANY_CABIN.search(reading.text)
    if match:
        reading.take_match("cabin", match)
    return match is not None


def cabin_letter(reading: Reading) -> Cabin | None:
    """Return the cabin of a lone booking letter ("ORD LHR 14MAR J"), for requests written in codes."""
    for index, token in enumerate(reading.sentence.tokens):
        letter = reading.sentence.original[token.start : token.end]
        stretch = reading.sentence.stretch(index, index + 1)
        if letter in _CABIN_LETTERS and stretch and reading.text[slice(*stretch)].strip("_ "):
            reading.take("cabin", *stretch)
            return _CABIN_LETTERS[letter]
    return None
