"""Soft words that speak of a weighted feature, and what is left for the comparison with profiles.

In: ``preferences``, the words of a person or of a model. Out: ``Wishes``. The set is closed: what is listed
here raises the weight of a feature that is computed from facts. A sentence model could not do it: to it "no
red-eye" is as near to a red-eye as can be. Words that are read here are therefore not embedded; all others
are.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from flight_search.reference.carriers import CarrierKind


class Weather(StrEnum):
    """What a destination should feel like."""

    HOT = "hot"
    WARM = "warm"
    SUNNY = "sunny"
    MILD = "mild"
    COLD = "cold"


@dataclass(frozen=True)
class Wishes:
    """What is wished of the weighted features; ``rest`` is what no feature speaks of."""

    raised: frozenset[str] = frozenset()
    """Names of features in the table of weights."""
    carrier_kind: CarrierKind | None = None
    weather: tuple[Weather, ...] = ()
    rest: str = ""


NO_WISHES: Final = Wishes()

_AVOID = (
    r"(?:avoid(?:ing)?|no|not|without|hates?|dislikes?|(?:don't|do not|dont)(?: like| want)?|never|nothing"
    r"|skip|anything but)(?: too| so| very| any| an?| the| many| more)*"
)
_CHANGE = r"(?:connections?|connecting|layovers?|lay-?overs?|transfers?|changes?|stop ?-?overs?)"
_FLIGHT = r"(?:flights?|departures?|starts?|trips?|journeys?|travel|planes?|ones?)"
_AIRLINE = r"(?:airlines?|carriers?|flights?)"

_FEATURES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(rf"\b(?:{pattern})(?![\w-])"))
    for name, pattern in (
        ("duration", rf"{_AVOID} (?:(?:long|endless) (?:{_CHANGE}|waits?|{_FLIGHT})|overnight {_CHANGE})"),
        (
            "connection",
            (
                rf"{_AVOID} (?:tight|short|risky|rushed|close|stressful) {_CHANGE}"
                rf"|(?:comfortable|relaxed|easy|safe|long(?:er)?|generous|unhurried) {_CHANGE}"
                r"|(?:enough|plenty of|more) time (?:to (?:change|connect|transfer)|between (?:the )?flights"
                rf"|for (?:the |a )?{_CHANGE})"
            ),
        ),
        (
            "duration",
            (
                rf"short {_CHANGE}|(?:quick|fast|speedy)(?:er|est|ly)?(?: {_FLIGHT})?"
                rf"|short(?:er|est)? (?:{_FLIGHT}|(?:travel )?time)|in a hurry|save time|least time"
            ),
        ),
        (
            "departure",
            (
                rf"{_AVOID} (?:red ?-?eyes?|overnight|(?:late )?nights?|(?:early )?mornings?|early|late"
                rf"|crack of dawn)(?: {_FLIGHT})?"
                rf"|(?:(?:in|during) the day|(?:by day(?!s))|daytime)(?: {_FLIGHT})?"
                rf"|(?:civili[sz]ed|reasonable|decent|convenient|normal|humane) (?:hours?|times?)"
            ),
        ),
        (
            "stops",
            (
                rf"(?:{_AVOID}|as few|few(?:er|est)?|less) (?:{_CHANGE}|stops?|changing(?: planes)?)"
                r"(?: as possible)?"
                r"|(?:(?:prefer(?:ably|red)?|ideally|rather|if possible),? )?(?:non ?-?stop|direct)"
                rf"(?: {_FLIGHT})?(?:,? (?:if possible|preferred|preferably|ideally))?"
            ),
        ),
        (
            "emissions",
            (
                r"(?:low(?:er|est)?|less|least|few(?:er|est)?|little|reduced?) (?:carbon|co ?2|emissions?)"
                r"(?: emissions?| footprint| output)?"
                rf"|(?:eco|climate|environmentally|planet) ?-?(?:friendly|conscious)(?: {_FLIGHT})?"
                rf"|green(?:er|est)? {_FLIGHT}|sustainab(?:le|ly)(?: {_FLIGHT})?|least polluting"
            ),
        ),
    )
)
_PRICE = re.compile(
    rf"\b(?:cheap(?:er|est|ly)?|inexpensive|affordabl[ey]|{_AVOID} expensive|good value|value for money"
    r"|(?:reasonabl[ey]|fair|low(?:er|est)?|good) (?:fares?|prices?|priced)|bargains?)(?![\w-])"
)
_LOW_COST = rf"(?:low ?-?cost|budget|no ?-?frills|discount)(?: {_AIRLINE})?"
_FULL_SERVICE = re.compile(
    rf"\b(?:{_AVOID} (?:{_LOW_COST}|cheap {_AIRLINE})|full ?-?service(?: {_AIRLINE})?"
    r"|(?:flag|legacy) carriers?"
    rf"|(?:good|reputable|reliable|proper|major|quality|decent|better|nice) (?:airlines?|carriers?)"
    r"|(?:good|great|better|excellent) service)(?![\w-])"
)
_LOW_COST_WISH = re.compile(rf"\b{_LOW_COST}(?![\w-])")
_COMFORT = re.compile(
    rf"\b(?:comfort(?:abl[ey])?|comfy|luxur(?:y|ious)|relaxed|(?:low|less) ?-?stress|stress ?-?free"
    rf"|hassle ?-?free|(?:easy|smooth|relaxing) (?={_FLIGHT}))(?: {_FLIGHT})?(?![\w-])"
)
_COMFORT_FEATURES = frozenset({"departure", "connection", "stops", "carrier"})
_COMFORT_IN_FULL = "big wide-body jet"
"""What a profile says of an aircraft that people find comfortable."""

_WEATHER: Final[tuple[tuple[Weather, re.Pattern[str]], ...]] = tuple(
    (weather, re.compile(rf"\b(?:{pattern})(?![\w-])"))
    for weather, pattern in (
        (Weather.WARM, rf"{_AVOID} (?:cold|freezing|chilly|snowy?)"),
        (Weather.MILD, rf"{_AVOID} (?:hot|humid|warm)|mild(?:er)?|cool(?:er)?|pleasant temperatures?"),
        (Weather.HOT, r"hot(?:ter)?|heat|scorching"),
        (Weather.WARM, r"warm(?:er|th)?|balmy|summery|tropical"),
        (Weather.SUNNY, rf"sun(?:ny|nier|shine)?|{_AVOID} rain(?:y)?|dry weather"),
        (Weather.COLD, r"cold|snow(?:y|ier)?|wintry|freezing|white christmas"),
    )
)
_ALSO_A_KIND_OF_PLACE = re.compile(r"\b(?:tropical|snow(?:y|ier)?|white christmas)\b")
"""Words for the weather that profiles have words of their own for: they are compared as well."""

_SAYS_NOTHING: Final = frozenset(
    "a an and any anything anywhere as but by destination destinations enjoy flight flights for get"  # noqa: SIM905 - words
    " getting go going i i'd if in is it it's journey just like love me my no nice nicely of on only option"
    " options or place places please possible possibly prefer preferably preferring quite rather really so"
    " some somewhere something thanks that that's the there to too trip very want weather we we'd where"
    " where's with would".split()
)


def read_wishes(preferences: str) -> Wishes:
    """Return what the soft words wish of the weighted features, and the words that are left."""
    text = _Text(preferences)
    raised = {name for name, pattern in _FEATURES if text.takes(pattern)}
    kind = None
    if text.takes(_FULL_SERVICE):
        kind = CarrierKind.FULL_SERVICE
    elif text.takes(_LOW_COST_WISH):
        kind = CarrierKind.LOW_COST
    added = ""
    if text.takes(_COMFORT):
        raised |= _COMFORT_FEATURES
        kind = kind or CarrierKind.FULL_SERVICE
        added = _COMFORT_IN_FULL
    if text.takes(_PRICE):
        raised.add("price")
    kept = " ".join(_ALSO_A_KIND_OF_PLACE.findall(text.left))
    weather = tuple(dict.fromkeys(each for each, pattern in _WEATHER if text.takes(pattern)))
    raised |= {"carrier"} if kind else set()
    raised |= {"climate"} if weather else set()
    rest = ", ".join(filter(None, (text.meaningful(), kept, added)))
    return Wishes(frozenset(raised), kind, weather, rest)


class _Text:
    """Words of which those that were read are taken out."""

    def __init__(self, text: str) -> None:
        self.left = " ".join(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())

    def takes(self, pattern: re.Pattern[str]) -> bool:
        """Take out what fits a pattern; return whether anything does."""
        self.left, times = pattern.subn("|", self.left)
        return times > 0

    def meaningful(self) -> str:
        """Return the parts that are left and say something."""
        parts = [part.strip(" .!?") for part in re.split(r"[|,;]", self.left)]
        return ", ".join(
            part for part in parts if any(word not in _SAYS_NOTHING for word in re.findall(r"[\w'-]+", part))
        )
