"""Which named place is what: where from, where to, where to connect, where not to.

In: the places of a sentence and the words before each. Out: ``NamedPlace``s with a ``Role``, left to right. A
place without any sign of its role is ``LOOSE``; ``itinerary`` finds it a role among the others.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from flight_search.places.match import PlaceKind, PlaceSpan
from flight_search.understand.local.reading import Reading

# How far before a place its role is looked for, in characters.
_REACH = 72


class Role(StrEnum):
    """What a place is for."""

    ORIGIN = "origin"
    DESTINATION = "destination"
    VIA = "via"
    AVOID = "avoid"
    RETURN_TO = "return_to"
    RETURN_FROM = "return_from"
    LOOSE = "loose"


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A place at ``text[start:end]``; ``gap`` is the canonical text since the place before."""

    start: int
    end: int
    span: PlaceSpan
    role: Role
    gap: str = ""
    is_alternative: bool = False
    """Whether it was joined to the place before by "or"."""
    is_weak: bool = False
    """Whether its role was guessed from a word as weak as "in"."""


_FILLER = (
    r"(?:(?:the|sunny|beautiful|either|both|downtown|lovely|nearby|any|all|say|like|maybe|my|our|home"
    r"|and|city of|state of"
    r"|island of|(?:the )?airports? (?:in|at|of)|(?:the )?area of|somewhere in|anywhere in|places? in"
    r"|cit(?:y|ies) in|old|exotic) )*"
)
_MOVING = r"(?: (?:_+|,|on|at|that|which|it|me|us))*"
_AT_A_STOP = r"(?: ?(?:over|off))?(?: _+)? (?:in|at|through|via|over|over in|with|for)"
_STOPPING = (
    r"(?:stop ?-? ?overs?|stopping ?-? ?over|stops?|stopping|lay ?-? ?overs?|lay(?:ing|s)? over|connect\w*"
    r"|connections?|chang(?:e|es|ing)(?: planes?)?|transfer\w*|transit\w*)"
)


def _spaced(pattern: str) -> str:
    """Return a pattern for use in a verbose one, where a bare space counts for nothing."""
    return pattern.replace(" ", r"\ ")


_CUE = re.compile(
    rf"""\ (?:
      (?P<avoid>
        (?:not?|never|avoid\w*|without|don't(?:\ want\ to)?|doesn't|won't|isn't
        |aren't|exclud\w*|except|but\ not
        |skip\w*)\ (?:an?\ |any\ |to\ |go\w*\ |fly\w*\ )*
          (?:{_spaced(_STOPPING + _AT_A_STOP)}|via|through|connecting|connections?\ via)
      | avoid\w*|but\ not|except(?:\ for)?|excluding|skip(?:ping)?)
    | (?P<via>
        (?:with\ )?(?:an?\ |1\ |\d\ |one\ )?{_spaced(_STOPPING + _AT_A_STOP)}
      | via|by\ way\ of|through|(?:stops?|stopping|stop\ ?-?\ ?overs?|connecting|layover)(?:\ at|\ in)?
          |route[ds]?\ (?:via|through)|with\ an?(?=\ \^))
    | (?P<return_to>
        (?:return\w*|back|coming\ home|(?:get|go|fly)\w*\ back|home)(?:\ home|\ _+|\ flight|\ trip)*\ (?:to
        |into|in))
    | (?P<return_from>(?:return\w*|back|(?:com|fly)\w*\ back|come\ home|home)(?:\ home|\ _+|\ on
        |\ flight)*\ from)
    | (?P<between>(?:in\ )?between)
    | (?P<origin>
        from|out\ of|outta|off\ from|ex|starting\ point(?:\ is)?|origin(?:\ is|\ city|\ :)*
        |home\ (?:airport\ )?is
      | (?:leav(?:e|es|ing)|depart(?:s|ing|ure)?|originat\w+|start(?:s|ing)?|begin(?:s|ning)?|tak(?:e|es
          |ing)\ off|fly(?:ing)?\ out)
          {_spaced(_MOVING)}(?:\ from|\ out\ of|\ in|\ at)?
      | (?:based|liv(?:e|es|ing)|located|currently|i'm|i\ am|we're|we\ are|am)\ (?:in|at|out\ of|near))
    | (?P<destination>
        to|into|towards?|onto|(?:bound|headed|heading|leaving|depart\w*|destined)\ for|destination(?:\ is
        |\ city|\ of|\ :)*|reach(?:es|ing)?
      | (?:arriv(?:e|es|ing|al)|land(?:s|ing)?){_spaced(_MOVING)}(?:\ in|\ at|\ into|\ to|\ for)*
      | (?:vacation|holidays?|honeymoon|weekend|week|days|nights|time|stay\w*
          |spend\w*|trip|conference|meeting|wedding)(?:\ _+)?\ in
      | be\ (?:in|at)|end\w*\ (?:up\ )?(?:in|at)|touch\w*\ down\ in
          |get\w*\ (?:me\ |us\ )?(?:in|into|to)|_+\ in(?=\ $)|>|=\ >|-\ >)
    | (?P<for>for|serv(?:e|es|ing)|visit(?:ing)?|see|explore|go)
    | (?P<weak>in|at|near|around)
    )\ {_spaced(_FILLER)}$""",
    re.VERBOSE,
)
_ARRIVING = re.compile(
    r" (?:arriv\w*|land\w*|get(?:s|ting)?(?: me| us)? in|be|visit\w*|vacation|weekend|holiday|stay\w*"
    r"|reach\w*) "
)
_DEPARTING = re.compile(r" (?:depart\w*|leav\w*|start\w*|originat\w*|take off|taking off|live|based) ")
_OR = re.compile(r" (?:, )?(?:or|and / or|/|and|,)(?: the| either| to| from| into| maybe)? $")
# "A beach within 4 hours of Chicago".
_HOURS_OF = re.compile(r" (?:hours?|h) (?:of|from) $")
_CORRECTED = re.compile(
    r" (?:no|sorry|actually|rather|i mean|make (?:that|it)|let's say|correction|oops|wait)(?: ,)? $"
)
_FROM_TO = re.compile(r" (?:airport |area |city )?(?:to|- >|>|= >|-|until|into)(?: the)? $")
_STRONG_BEFORE_COMMON_WORDS = frozenset(
    {Role.ORIGIN, Role.DESTINATION, Role.VIA, Role.RETURN_TO, Role.RETURN_FROM, Role.AVOID}
)
# A code in lower case that is an everyday word ("sea", "the") has to be known that well.
_WELL_KNOWN_CODE = 0.15
# What may stand before the first of two places: "flights nice to paris".
_OPENING = re.compile(
    r"(?: (?:an?|any|the|show|find|get|search|me|cheap\w*|direct|non ?-? ?stop|flights?|fly|flying"
    r"|tickets?|trips?|_+))* "
)
_SHORTEST_NAME = 2
_ARTICLES = frozenset({"the", "any", "all", "and", "for"})
# After these a common word is a verb or a time, not a place: "to book", "for reading", "in march".
_LEADS_TO_VERBS = re.compile(
    r" (?:want|need|like|love|trying|try|going|have|able|how|plan\w*|wish|hope|looking|ready|possible"
    r"|prefer|used|supposed) to $| (?:for|go|see|in|at|be) $"
)


def find_places(reading: Reading, spans: Sequence[PlaceSpan]) -> list[NamedPlace]:
    """Return the places of a sentence with their roles; ``spans`` are what the gazetteer found in it."""
    chosen: list[NamedPlace] = []
    last_end = 0
    for index, span in enumerate(spans):
        stretch = reading.sentence.stretch(span.start, span.end)
        if stretch is None or stretch[0] < last_end or "_" in reading.text[slice(*stretch)]:
            continue
        leads_on = not chosen and _leads_on(reading, span, stretch, spans[index + 1 :])
        place = _with_role(reading, span, stretch, chosen[-1] if chosen else None, leads_on=leads_on)
        if place is not None:
            if _starts_pair(chosen, place):
                chosen[-1] = replace(chosen[-1], role=Role.ORIGIN)
            chosen.append(place)
            last_end = stretch[1]
    return chosen


def _leads_on(
    reading: Reading, span: PlaceSpan, stretch: tuple[int, int], following: Sequence[PlaceSpan]
) -> bool:
    """Whether a request begins with a place and goes on to another: "mobile to atlanta", "nice - paris"."""
    if not span.exact or not _OPENING.fullmatch(reading.text[: stretch[0]]):
        return False
    word = reading.sentence.tokens[span.start].word
    is_code = span.end - span.start == 1 and (word.upper(),) == span.best.airports
    if is_code and span.best.popularity < _WELL_KNOWN_CODE:
        return False
    nexts = (reading.sentence.stretch(one.start, one.end) for one in following)
    return any(one and _FROM_TO.fullmatch(reading.text[stretch[1] : one[0]]) for one in nexts)


def _starts_pair(chosen: list[NamedPlace], place: NamedPlace) -> bool:
    """Whether the place before, without a role so far, is where the journey to ``place`` starts."""
    return (
        bool(chosen)
        and (chosen[-1].role is Role.LOOSE or chosen[-1].is_weak or chosen[-1].is_alternative)
        and place.role is Role.DESTINATION
        and bool(_FROM_TO.fullmatch(place.gap))
    )


def _with_role(
    reading: Reading,
    span: PlaceSpan,
    stretch: tuple[int, int],
    previous: NamedPlace | None,
    *,
    leads_on: bool,
) -> NamedPlace | None:
    """Return the place with its role, None where the words are hardly meant as a place."""
    start, end = stretch
    begin = previous.end if previous else 0
    gap = reading.text[begin:start]
    before = reading.text[max(begin - 1, start - _REACH, 0) : start]
    if not before.startswith(" "):
        before = " " + before
    before = before.replace(" : ", " ")
    cue = _CUE.search(before)
    name = cue.lastgroup if cue else None
    role = _ROLES.get(name or "", Role.LOOSE)
    if cue is None and _HOURS_OF.search(reading.whole[:start]):
        role = Role.ORIGIN
    is_alternative = False
    is_weak = name in ("weak", "for")
    if name == "weak":
        role = _by_verb(reading.text[:start])
    if previous and (cue is None or _OR.fullmatch(gap)) and _OR.fullmatch(gap):
        role, is_alternative = _beside(previous, gap, role)
    if previous and role is Role.LOOSE and _CORRECTED.search(gap):
        role = previous.role
    if previous and role is Role.LOOSE and _FROM_TO.fullmatch(gap) and previous.role is Role.ORIGIN:
        role = Role.DESTINATION
    if _is_everyday(reading, span) and not leads_on:
        is_adjacent = previous is not None and gap.strip() in ("", "-") and role is Role.LOOSE
        is_name = span.end - span.start > 1 or _is_capitalised(reading, span)
        meant = is_name if is_adjacent else _is_meant(before, role, reading, span)
        if is_alternative or not meant or (is_weak and not is_adjacent):
            return None
    if not span.exact and role is Role.LOOSE and span.best.kind is not PlaceKind.CITY:
        return None
    return NamedPlace(start, end, span, role, gap, is_alternative, is_weak)


_ROLES = {
    "avoid": Role.AVOID,
    "via": Role.VIA,
    "return_to": Role.RETURN_TO,
    "return_from": Role.RETURN_FROM,
    "between": Role.ORIGIN,
    "origin": Role.ORIGIN,
    "destination": Role.DESTINATION,
    "for": Role.DESTINATION,
}


def _beside(previous: NamedPlace, gap: str, role: Role) -> tuple[Role, bool]:
    """Return the role of a place after "X or", "X and": X's, or the other end of "between X and"."""
    if role is not Role.LOOSE and " and" not in gap and "," not in gap:
        return role, role is previous.role
    if " and" in gap and previous.role is Role.ORIGIN and "between" in previous.gap:
        return Role.DESTINATION, False
    if role is Role.LOOSE and previous.role is not Role.LOOSE:
        is_list = gap.strip() != "," or previous.role in (Role.VIA, Role.AVOID)
        return (previous.role, True) if is_list else (role, False)
    return role, False


def _by_verb(before: str) -> Role:
    """Return what "in" and "at" mean after the last verb of arriving or leaving."""
    arriving = max((match.start() for match in _ARRIVING.finditer(before)), default=-1)
    departing = max((match.start() for match in _DEPARTING.finditer(before)), default=-1)
    if arriving == departing:
        return Role.LOOSE
    return Role.DESTINATION if arriving > departing else Role.ORIGIN


def _is_everyday(reading: Reading, span: PlaceSpan) -> bool:
    """Whether the words of a place are everyday words, or "the airport", which is no code THE."""
    token = reading.sentence.tokens[span.start]
    return (
        span.best.common_word
        or token.word == "of"
        or (token.word in _ARTICLES and (token.word.upper(),) == span.best.airports)
    )


def _is_capitalised(reading: Reading, span: PlaceSpan) -> bool:
    """Whether a word is written as a name in a text that does not capitalise everything."""
    original = reading.sentence.original
    return original[reading.sentence.tokens[span.start].start].isupper() and not original.istitle()


def _is_meant(before: str, role: Role, reading: Reading, span: PlaceSpan) -> bool:
    """Whether an everyday word is meant as the place of that name ("Nice", "reading")."""
    if role not in _STRONG_BEFORE_COMMON_WORDS:
        return False
    tokens = reading.sentence.tokens[span.start : span.end]
    written = reading.sentence.original[tokens[0].start : tokens[-1].end]
    code = reading.sentence.original[tokens[0].start : tokens[0].end]
    if code.islower() and (code.upper(),) == span.best.airports and span.best.popularity < _WELL_KNOWN_CODE:
        return False
    if len(code) <= _SHORTEST_NAME:
        # "Of" is a town, "of" is not.
        return written[:1].isupper() and not reading.sentence.original.isupper()
    if len(tokens) > 1:
        return True
    if written[:1].isupper() and not reading.sentence.original.isupper():
        return True
    return not _LEADS_TO_VERBS.search(before)
