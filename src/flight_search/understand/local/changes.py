"""What a follow-up does to the query before, other than to say something anew.

In: a ``Reading``. Out: ``Changes``: turn the journey round, drop a wish ("forget the price"), move the days
("a day later").
"""

import re
from dataclasses import dataclass
from typing import Literal

from flight_search.understand.local.reading import Reading

Dropped = Literal["carriers", "price", "stops", "cabin", "dates", "times", "bags", "return"]

_SWAP = re.compile(
    r" (?:(?:the )?other way(?: ?a?round)?|the other direction|(?:in )?(?:the )?(?:reverse"
    r"|opposite)(?: direction| route| way| trip)?|reversed?(?: it| them| that)?"
    r"|swap(?: them| it| the (?:cities|airports|places|directions?))?|vice versa|switch (?:them"
    r"|the cities|directions?)|turn it (?:a?round)|back the other way)(?= )"
)
_DROP = re.compile(
    r" (?:drop|forget(?: about)?|remove|ignore|clear|lose|don't care about|never ?mind|scrap"
    r"|without(?= (?:the |any |a )?\w+ (?:limit|filter|restriction|constraint|preference) )"
    r"|take (?:out|off|away)) (?:the |that "
    r"|any |my )?"
    r"(?P<what>airlines?|carriers?|price|budget|cost|stops?|cabin|class|dates?|days?|times?|bags?"
    r"|return(?: (?:flight|trip|leg|part))?|way back)"
    r"(?: limit| filter| restriction| constraint| preference| of day)?(?= )"
)
_ANY_WILL_DO = re.compile(
    r" (?:at )?any (?P<what>time|hour|day|date)(?: of (?:the )?day)? (?:is|'s|works?|will|would)"
    r"(?: (?:fine|ok(?:ay)?|good|be fine|be ok|do|works?|for me|with me))*(?= (?:,|$))"
)
_DROPPED: dict[str, Dropped] = {
    "airline": "carriers", "carrier": "carriers", "price": "price", "budget": "price", "cost": "price",
    "stop": "stops", "cabin": "cabin", "class": "cabin", "date": "dates", "day": "dates", "time": "times",
    "bag": "bags", "return": "return", "way back": "return", "hour": "times",
}  # fmt: skip
_MOVE = re.compile(
    r"(?:^|(?<=return)|(?<=back)|(?<=^ and)|(?<= ,)|(?<=leave)|(?<=depart)|(?<=go)|(?<=fly)|(?<=it)"
    r"|(?<=about)|(?<=try)|(?<=instead)"
    r"|(?<=start)"
    r"|(?<=leaving)) (?:(?P<n>\d|a|an|1) (?P<unit>day|week)s? (?P<way>later|earlier|after|before|sooner)"
    r"|(?:the )?(?P<next>next|following|previous) (?P<what>day|week)|the day (?P<beside>after"
    r"|before)) (?:instead )?(?:,|$)"
)
_OF_THE_RETURN = re.compile(r" (?:return\w*|back)$")
_SINGULAR = re.compile(r"(?<!s)s$")
_BACKWARDS = frozenset({"earlier", "before", "sooner", "previous"})
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the query before."""

    swaps: bool = False
    dropped: frozenset[Dropped] = frozenset()
    moved_days: int = 0
    moves_return: bool = False
    """Whether only the way back is moved: "return a day later"."""


_ANY_LIMIT = re.compile(
    r" (?:(?:at )?any (?P<a>price|budget|cost|time|hour)(?: (?:of day|is fine|is ok))?|no (?P<b>budget"
    r"|price|time) (?:limit|cap)?"
    r"|(?P<c>price|money|cost|time) (?:doesn't|does not|is no) (?:matter|object|limit|issue))(?= (?:,|$))"
)


def read_changes(reading: Reading, *, has_return: bool) -> Changes:
    """Return the changes that a text asks for and use up their words.

    "Back a week later" moves the way back where there is one; else it says how long the stay is.
    """
    swap = _SWAP.search(reading.text)
    if swap:
        reading.take_match("slices", swap)
    dropped: set[Dropped] = set()
    while match := _DROP.search(reading.text) or _ANY_WILL_DO.search(reading.text):
        what = re.sub(r"(?<=return) \w+$", "", match.group("what"))
        dropped.add(_DROPPED[_SINGULAR.sub("", what)])
        reading.take_match("dropped", match)
    if limit := _ANY_LIMIT.search(reading.text):
        what = limit.group("a") or limit.group("b") or limit.group("c")
        dropped.add("times" if what in ("time", "hour") else "price")
        reading.take_match("dropped", limit)
    move = _MOVE.search(reading.text)
    moves_return = bool(move and _OF_THE_RETURN.search(reading.whole[: move.start()]))
    if moves_return and not has_return:
        move = None
    if move:
        reading.take_match("slices.0.depart_date", move)
    return Changes(swap is not None, frozenset(dropped), _days(move) if move else 0, moves_return)


def _days(move: re.Match[str]) -> int:
    way = move.group("way") or move.group("next") or move.group("beside")
    count = move.group("n") or "1"
    days = (int(count) if count.isdigit() else 1) * (
        _WEEK if "week" in (move.group("unit"), move.group("what")) else 1
    )
    return -days if way in _BACKWARDS else days
