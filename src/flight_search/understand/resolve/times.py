"""Times of day: "after 6", "between 10 am and 2 pm", "in the evening", "8ish", "red-eye".

In: canonical text. Out: ``TimePhrase``s with a window of the day and whether it bounds arrival. A bare hour
takes the half of the day that the rest of the sentence suggests, else the one between 07:00 and 18:59.
"""

import re
from dataclasses import dataclass

from flight_search.domain.query import TimeWindow
from flight_search.understand.resolve.dayparts import PART_OF_DAY, clock_time, part_of_day
from flight_search.understand.resolve.found import Found

_DAY_MINUTES = 24 * 60
_AROUND_MINUTES = 60
_AT_MINUTES = 30
_NOON = 12
_HOUR_MINUTES = 60
_LAST_HOUR = 23
# How far before a figure a verb of flying says that it is a time, in characters.
_REACH = 32
_VERBS_OF_TIMES = re.compile(r" (?:arriv\w*|land\w*|leav\w*|depart\w*|tak(?:e|es|ing) off|times?|return\w*) ")

_HOUR = (
    r"(?:(?P<{0}word>(?:12 (?:o'?clock )?)?(?:noon|midnight))"
    r"|(?:(?P<{0}beside>half past|(?:a )?quarter (?:past|after|to|of|before)) )?"
    r"(?P<{0}clock>(?:[01]?\d|2[0-4])(?::[0-5]\d| [0-5]\d(?= (?:am|pm))|[0-5]\d)?)"
    r"(?: ?(?P<{0}half>am|pm|h|hours|hrs)| o'?clock(?: (?P<{0}half2>am|pm))?)?"
    r"(?: (?:in the|at) (?P<{0}part>morning|afternoon|evening|night))?)"
)


def _hour(name: str) -> str:
    return _HOUR.format(name)


_UNIT = (
    r"(?! (?:stops?|days?|weeks?|nights?|hours?|minutes?|months?|people|passengers?|adults?|kids?|children"
    r"|dollars|bucks|%|euros?|pounds?|usd|eur|th|k|bags?|/|connections?|layovers?|changes?|or less|percent"
    r"|january|february|march|april|june|july|august|september|october|november|december)(?= ))"
)
_END = rf"(?= ){_UNIT}"
_BETWEEN = re.compile(
    rf" (?:(?P<cue>between|from|anytime from|anytime between) )?{_hour('a')} (?:and|to|-|until|till"
    rf"|through) {_hour('b')}{_END}"
)
_ONE = re.compile(
    r" (?:(?P<cue>(?:any ?time |sometime |right |just |shortly )?(?:before|by|after|past|around|about|at"
    r"|at around|at about|approximately|roughly|"
    r"no later than|not later than|later than|earlier than|no earlier than|not before|not after|until"
    r"|prior to|close to|near|from|"
    r"on or before|on or after|latest|at the latest|between|since|as of|nearest|starting at|~|@)) )?"
    rf"{_hour('a')}(?P<ish> ?-? ?ish)?(?P<open> or (?:later|after)| onwards?| or (?:earlier|before)"
    rf"| at the latest| latest)?{_END}"
)
_BEFORE = {
    "before", "by", "no later than", "not later than", "earlier than", "not after", "until", "prior to",
    "on or before", "latest", "at the latest",
}  # fmt: skip
_AFTER = {
    "after", "past", "later than", "no earlier than", "not before", "from", "on or after", "since", "as of",
    "starting at",
}  # fmt: skip
_AROUND = {
    "around",
    "about",
    "at around",
    "at about",
    "approximately",
    "roughly",
    "close to",
    "near",
    "nearest",
    "~",
}
_ARRIVING = re.compile(
    r" (?:arriv\w*|land\w*|get (?:me |us )?(?:in|there|to|into|home|back)|getting (?:in|there|to)"
    r"|gets (?:in|there|to)|reach\w*|touch\w* down|be (?:in|at|there|home|back)|in by|there by"
    r"|there before|into) "
)
_DEPARTING = re.compile(
    r" (?:depart\w*|leav\w*|tak(?:e|es|ing) off|fly(?:ing)? out|set(?:ting)? off|go(?:es|ing)? out"
    r"|head(?:ing)? out|start\w*|return\w*|com(?:e|ing) back) "
)
# "Get from Charlotte to Boston by 10" has to be there by then.
_GETTING = re.compile(r" get(?:ting)? (?:me |us )?from ")
_CUES_OF_HOURS = (_BEFORE | _AFTER | _AROUND | {"at", "@"}) - {"from", "near", "past", "since", "as of", "~"}


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A window of the day, as minutes after midnight, and whether it bounds the arrival."""

    window: tuple[str, str]
    arrives: bool
    negated: bool = False


def as_window(window: tuple[str, str]) -> TimeWindow:
    """Return the contract's window; bounds that bind nothing are open."""
    start, end = window
    return TimeWindow(from_=None if start == "00:00" else start, to=None if end == "23:59" else end)


def find_times(text: str) -> list[Found[TimePhrase]]:
    """Return the times of day of a canonical text, from left to right; overlaps are already decided."""
    found: list[Found[TimePhrase]] = []
    blank = text
    grammars = (
        (_BETWEEN, lambda match, _: _between(match, text)),
        (_ONE, lambda match, blank: _one(match, text, blank)),
        (PART_OF_DAY, part_of_day),
    )
    for pattern, read in grammars:
        position = 0
        while match := pattern.search(blank, position):
            position = max(match.end() - 1, match.start() + 1)
            window = read(match, blank)
            if window is None:
                continue
            start = match.start() + 1
            arrives = _is_arrival(text, start, match.groupdict().get("cue") or "")
            negated = bool(match.groupdict().get("neg"))
            found.append(Found(start, match.end(), TimePhrase(window, arrives, negated)))
            blank = blank[:start] + "_" * (match.end() - start) + blank[match.end() :]
    return sorted(found, key=lambda one: one.start)


def _is_arrival(text: str, start: int, cue: str) -> bool:
    """Whether the nearest verb before a time is one of arriving ("leave at 5 and land by 9")."""
    before = text[:start] + cue + " "
    arriving = max((match.start() for match in _ARRIVING.finditer(before)), default=-1)
    departing = max((match.start() for match in _DEPARTING.finditer(before)), default=-1)
    if arriving < 0 and departing < 0 and cue == "by" and _GETTING.search(before):
        return True
    if arriving < 0 and departing < 0:
        after = text[start:]
        return bool(re.match(r"[^,]{0,14} arrivals? ", after))
    return arriving > departing


def _minutes(match: re.Match[str], name: str, suggests_evening: bool | None) -> int | None:  # noqa: FBT001  three-valued
    """Return the minutes after midnight of an hour in a match, None where its figures are no time."""
    if word := match.group(f"{name}word"):
        return 0 if "midnight" in word else _NOON * 60
    digits = re.sub(r"[: ]", "", match.group(f"{name}clock"))
    hour, minute = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)  # noqa: PLR2004  730 is 7:30
    half = match.group(f"{name}half") or match.group(f"{name}half2")
    part = match.group(f"{name}part")
    if half not in ("am", "pm") and part:
        half = "am" if part == "morning" or (part == "night" and hour < 5) else "pm"  # noqa: PLR2004  3 at night
    if half in ("am", "pm"):
        hour = hour % _NOON + (_NOON if half == "pm" else 0) if hour <= _NOON else hour
    elif half is None and 0 < hour < _NOON and ":" not in match.group(f"{name}clock"):
        hour = _half_of_day(hour, suggests_evening)
    elif (
        half is None
        and 0 < hour < _NOON
        and ":" in match.group(f"{name}clock")
        and not digits.startswith("0")
    ):
        hour = _half_of_day(hour, suggests_evening) if suggests_evening is not None else hour
    minute += _beside(match.group(f"{name}beside") or "")
    return (hour % 24 * 60 + minute) % _DAY_MINUTES if minute < 60 else None  # noqa: PLR2004  minutes of an hour


def _beside(words: str) -> int:
    """Return the minutes that "half past" and "a quarter to" add to an hour."""
    if not words:
        return 0
    if words.startswith("half"):
        return 30
    return -15 if words.endswith(("to", "of", "before")) else 15


def _half_of_day(hour: int, suggests_evening: bool | None) -> int:  # noqa: FBT001  three-valued
    if suggests_evening is None:
        return hour if hour >= 7 else hour + _NOON  # noqa: PLR2004  07:00 to 18:59 by the contract
    return hour + _NOON if suggests_evening else hour


def _suggestion(text: str) -> bool | None:
    """Return whether a sentence speaks of the evening (True), the morning (False), or neither."""
    if re.search(r" (?:evenings?|nights?|tonight|afternoons?|dinner|after work|pm) ", text):
        return True
    return False if re.search(r" (?:mornings?|breakfast|dawn|sunrise) ", text) else None


def _between(match: re.Match[str], text: str) -> tuple[str, str] | None:
    marked = any(match.group(f"{side}{kind}") for side in "ab" for kind in ("word", "half", "half2", "part"))
    figures = [match.group("aclock") or ":", match.group("bclock") or ":"]
    if not marked and not any(":" in figure for figure in figures):
        # "between 5 and 7" are hours, "between 445 and 515" only next to a verb of flying: else it is money.
        verbs = _VERBS_OF_TIMES.search(text[max(match.start() - _REACH, 0) : match.start() + 1])
        short = all(len(figure) <= len("12") for figure in figures)
        if not (verbs and match.group("cue")) and not (short and match.group("cue") == "between"):
            return None
    suggestion = _suggestion(text)
    end = _minutes(match, "b", suggestion)
    half = match.group("ahalf") or match.group("ahalf2")
    start = _minutes(match, "a", suggestion)
    if start is None or end is None:
        return None
    if not half and match.group("aclock") and ":" not in match.group("aclock") and end is not None:
        clock = match.group("aclock")
        hour = int(clock[:-2] or clock) if len(clock) > len("12") else int(clock)
        same_half = hour % _NOON * 60 + (end // 720) * 720 + start % 60
        start = same_half if same_half < end else start
    return clock_time(start), clock_time(end)


def _one(match: re.Match[str], text: str, blank: str) -> tuple[str, str] | None:
    cue = re.sub(r"^(?:any ?time|sometime|right|just|shortly) ", "", match.group("cue") or "")
    if not _is_a_time(match, cue, blank):
        return None
    moment = _minutes(match, "a", _suggestion(text))
    if moment is None:
        return None
    tail = match.group("open") or ""
    if cue in _BEFORE or "earlier" in tail or "before" in tail or "latest" in tail:
        return "00:00", clock_time(moment) if moment else "23:59"
    if cue in _AFTER or tail:
        return clock_time(moment), "23:59"
    width = _AROUND_MINUTES if cue in _AROUND or match.group("ish") else _AT_MINUTES
    return clock_time(moment - width), clock_time(moment + width)


def _is_a_time(match: re.Match[str], cue: str, blank: str) -> bool:
    """Whether a figure is a time of day, by a sign of its own ("7 pm") or the word before it ("after 7")."""
    clock, half = match.group("aclock"), match.group("ahalf")
    if half in ("hours", "hrs") and not (clock and len(clock) == len("1900")):
        return False
    signs = (
        match.group("abeside"),
        match.group("aword"),
        half in ("am", "pm", "h"),
        match.group("ahalf2"),
        match.group("apart"),
    )
    if any(signs) or (clock and ":" in clock) or match.group("ish") or " o'" in match.group():
        return True
    return cue in _CUES_OF_HOURS and _can_be_an_hour(match, cue, blank)


def _can_be_an_hour(match: re.Match[str], cue: str, blank: str) -> bool:
    """Whether a bare figure after "by", "after" or "around" is a time: no price, no day of a month."""
    digits = match.group("aclock")
    if re.match(r" (?:of |th )", blank[match.end() :]):
        return False
    if len(digits) > len("12"):
        before = blank[max(match.start() - _REACH, 0) : match.start() + 1]
        return int(digits[-2:]) < _HOUR_MINUTES and (
            cue not in _AROUND or bool(_VERBS_OF_TIMES.search(before))
        )
    return 1 <= int(digits) <= _LAST_HOUR
