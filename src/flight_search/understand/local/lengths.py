"""How long things may take: the journey, a layover, the stay.

In: a ``Reading``. Out: ``Lengths`` in minutes and nights; the words that named them are used up.
"""

import re
from dataclasses import dataclass

from flight_search.domain.query import IntRange
from flight_search.understand.local.reading import Reading

_HOUR_MINUTES = 60
_LONGEST_MINUTES = 100_000
_LONGEST_NIGHTS = 365
_WEEK = 7

_AMOUNT = (
    r"(?:(?P<h>\d+(?:\.\d+)?|an?|half an|1 and a half)(?: and a (?P<half>half))? ?-? ?(?:hours?"
    r"|h)(?: ?(?:and )?(?P<hm>\d{1,2}) ?(?:minutes?|m|min))?"
    r"|(?P<m>\d+) ?-? ?(?:minutes?|min))"
)
_MOST = (
    r"(?:under|less than|nothing (?:over|longer than|more than|above)|fewer than|below|at most|up to"
    r"|no longer than|no more than|not more than"
    r"|not longer than|shorter than|within"
    r"|max(?:imum)?(?: of)?|not over|not exceed\w*|doesn't exceed|takes? less than|in)"
)
_LEAST = (
    r"(?:over|more than|at least|longer than|min(?:imum)?(?: of)?|no less than|no shorter than|not less than)"
)
_WAIT = (
    r"(?:lay ?overs?|lay - overs?|stop ?overs?|connections?|connecting time|connection times?|transfers?"
    r"|transit|wait\w*|changes?|stops?(?= of))"
)
_LAYOVER = re.compile(
    rf" (?P<no>no |avoid |without (?:any )?|not )?{_WAIT}(?: times?)?(?: (?:of|is|are|be|should be"
    rf"|must be|to|:|that (?:is|are)|time))*"
    rf" (?:(?P<least1>{_LEAST})|(?P<most1>{_MOST}))?(?: a)? ?{_AMOUNT}(?P<tail1> or (?:less|more|longer)"
    rf"| max(?:imum)?| min(?:imum)?)?(?= )"
)
_LAYOVER_AFTER = re.compile(
    rf" (?P<no>no |without (?:any )?)?(?:(?P<least>{_LEAST})|(?P<most>{_MOST}))?(?: a"
    rf"| an)? ?{_AMOUNT}(?: or (?P<tail>less|more|longer))?"
    rf"(?: max(?:imum)?| min(?:imum)?)? ?(?:(?:of|for|in|as|long) )?(?:the |a |my "
    rf"|any )?{_WAIT}(?: time)?(?= )"
)
# "Avoid long layovers, nothing over 3 hours".
_LAYOVER_LIMIT = re.compile(
    rf" (?:long )?{_WAIT} ,? ?(?:nothing|none|no more than|not|never|max(?:imum)?)"
    rf"(?: over| more than| longer than| above| of)? {_AMOUNT}(?= )"
)
_LAYOVER_RANGE = re.compile(
    rf" {_WAIT}(?: times?)?(?: (?:of|is|are|should be|must be))* (?:between |from )?(?P<lo>\d+)(?: ?(?:hours?"
    rf"|h|minutes?|min))? ?(?:and|to|-) ?(?P<hi>\d+) ?(?P<u>hours?|h|minutes?|min)(?= )"
    rf"| {_WAIT}(?: times?)?(?: (?:of|is|are|should be|must be))* at least (?P<lo3>\d+)(?: ?(?:hours?|h"
    rf"|minutes?|min))?"
    rf" (?:but|and) (?:no more than|not more than|at most|less than"
    rf"|under) (?P<hi3>\d+)(?: ?(?P<u3>hours?|h|minutes?|min))?(?= )"
    rf"| (?P<lo2>\d+) ?(?:to|-) ?(?P<hi2>\d+) ?-? ?(?P<u2>hours?|h|minutes?|min) {_WAIT}(?= )"
)
_DURATION = re.compile(
    rf" (?:(?:travel|flight|flying|total|journey)(?: (?:time|duration|travel))*(?: (?:of|is|be|should be"
    rf"|must be|:))? )?"
    rf"(?P<most>{_MOST})(?: a| an| about)? {_AMOUNT}(?: or less)?"
    r"(?: (?:total|of travel|travel(?:ling)?(?: time)?|flight(?: time)?|flying(?: time)?|journey|long"
    r"|each way|in the air|overall|duration|tops))*(?= )"
    r"| (?P<no_cue>(?P<h2>\d+) ?-? ?(?:hours?|h) (?:or less|max(?:imum)?|tops|at most))(?= )"
)
_STAY = re.compile(
    r" (?P<later>(?:return\w*|back|com\w+ (?:back|home)) (?:in |after )?)?(?:for |stay\w*(?: for)? |of "
    r"|about |around )*(?:the |just |only |up to )?"
    r"(?P<a>\d+|a|an|a couple of|a few)(?: ?(?:to|-|or|and) ?(?P<b>\d+))? ?-? ?(?P<unit>nights?|days?"
    r"|weeks?|fortnights?)"
    r"(?P<after> (?:later|afterwards|after(?= (?:,|that|and) | $)|stay|trip|vacation|holiday"
    r"|getaway|break|there|long|away|tour|visit))?(?= )"
)
_STAY_CUE = re.compile(
    r" (?:for|stay\w*|spend\w*|trip|vacation|holiday|round ?-? ?trip|return\w*|of|back|getaway|lasting"
    r"|about|around) $"
)
_LONG = re.compile(
    r" (?:a )?(?:(?P<n>\d+) ?(?:- )?)?(?P<unit>night|day|week|fortnight|month) ?(?:- )?long(?= )"
    r"|(?<= )(?P<one>weeklong|monthlong)(?= )"
)
_MONTH_NIGHTS = 30
_SAME_DAY = re.compile(
    r"(?<!\d)(?<! -)(?<! few)(?<! of) (?:(?:and |then )?"
    r"(?:return\w*|(?:(?:com|fly|get|head|go|be)\w* )?(?:back|home))(?: again)?(?: on| in)? (?:the |that )?"
    r"same day|same(?= (?:evening|afternoon|night) )|same (?:- )?day (?:return|round trip|turnaround)"
    r"|(?:as )?(?:a |an |the )?day ?-? ?(?:trip|return))(?= )"
)
_COUNTS = {"a": 1, "an": 1, "a couple of": 2, "a few": 3}


@dataclass(frozen=True, slots=True)
class Lengths:
    """Bounds on how long things take; None where nothing was said."""

    journey_minutes: int | None = None
    least_layover_minutes: int | None = None
    most_layover_minutes: int | None = None
    nights: IntRange | None = None


def read_lengths(reading: Reading) -> Lengths:
    """Return the lengths named in a sentence and use up their words."""
    least, most = _layover(reading)
    return Lengths(_journey(reading), least, most, _nights(reading))


def _minutes(match: re.Match[str]) -> int:
    if match.group("m"):
        return min(int(match.group("m")), _LONGEST_MINUTES)
    words = match.group("h")
    hours = {"a": 1.0, "an": 1.0, "half an": 0.5, "1 and a half": 1.5}.get(words) or float(words)
    half = 0.5 if match.group("half") else 0.0
    minutes = int((hours + half) * _HOUR_MINUTES) + int(match.group("hm") or 0)
    return min(minutes, _LONGEST_MINUTES)


def _layover(reading: Reading) -> tuple[int | None, int | None]:
    least = most = None
    if both := _LAYOVER_RANGE.search(reading.text):
        low, high, unit = (
            both.group(name) or both.group(f"{name}2") or both.group(f"{name}3") or "hours"
            for name in ("lo", "hi", "u")
        )
        each = _HOUR_MINUTES if unit.startswith("h") else 1
        if int(low) <= int(high):
            reading.take_match("layover", both)
            return min(int(low) * each, _LONGEST_MINUTES), min(int(high) * each, _LONGEST_MINUTES)
    if limit := _LAYOVER_LIMIT.search(reading.text):
        most = _minutes(limit)
        reading.take_match("layover", limit)
        return None, most
    for _ in range(2):
        match = _LAYOVER.search(reading.text) or _LAYOVER_AFTER.search(reading.text)
        if match is None:
            break
        groups = match.groupdict()
        tail = groups.get("tail1") or groups.get("tail") or ""
        is_least = bool(groups.get("least") or groups.get("least1") or "more" in tail or "min" in tail)
        if groups["no"]:
            is_least = not is_least
        if is_least:
            least = _minutes(match)
        else:
            most = _minutes(match)
        reading.take_match("layover", match)
    if least is not None and most is not None and least > most:
        least = None
    return least, most


def _journey(reading: Reading) -> int | None:
    match = _DURATION.search(reading.text)
    if match is None:
        return None
    if (
        match.group("most") == "in"
        and "in under" not in match.group()
        and not match.group().endswith(("total", "less"))
    ):
        return None
    minutes = int(match.group("h2")) * _HOUR_MINUTES if match.group("no_cue") else _minutes(match)
    if minutes < 1:
        return None
    reading.take_match("duration", match)
    return min(minutes, _LONGEST_MINUTES)


def _nights(reading: Reading) -> IntRange | None:
    for match in _STAY.finditer(reading.text):
        unit, words = match.group("unit"), match.group("a")
        before = reading.text[: match.start() + 1]
        inside = match.group()[: match.start("a") - match.start()]
        is_stay = (
            unit.startswith("night")
            or match.group("after")
            or reading.text.startswith(" in ", match.end())
            or match.group("later")
            or _STAY_CUE.search(before + inside.lstrip())
        )
        if unit == "night" and reading.text.startswith((" flight", " fare"), match.end()):
            continue
        is_stay = is_stay or (before.endswith(" , ") and reading.text[match.end() :].strip() in ("", ","))
        if not is_stay or before.endswith((" in ", " within ", " next ", " every ", " ± ", " - ")):
            continue
        times = _WEEK if unit.startswith("week") else 2 * _WEEK if unit.startswith("fortnight") else 1
        first = (_COUNTS.get(words) or int(words)) * times
        last = int(match.group("b")) * times if match.group("b") else first
        if not 0 < first <= last <= _LONGEST_NIGHTS:
            continue
        reading.take_match("nights", match)
        return IntRange(min=first, max=last)
    if long := _LONG.search(reading.text):
        unit = long.group("unit") or long.group("one").removesuffix("long")
        each = {"week": _WEEK, "fortnight": 2 * _WEEK, "month": _MONTH_NIGHTS}.get(unit, 1)
        nights = int(long.group("n") or 1) * each
        if 0 < nights <= _LONGEST_NIGHTS:
            reading.take_match("nights", long)
            return IntRange(min=nights, max=nights)
    if same_day := _SAME_DAY.search(reading.text):
        reading.take_match("nights", same_day)
        return IntRange(min=0, max=0)
    return None
