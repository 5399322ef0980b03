"""Parts of the day: "morning", "late evening", "red-eye", "no nights".

In: canonical text. Out: windows of the day as HH:MM, by the table of the contract.
"""

import re

_DAY_MINUTES = 24 * 60
PARTS: dict[str, tuple[str, str]] = {
    "early morning": ("05:00", "08:59"),
    "late morning": ("09:00", "11:59"),
    "morning": ("05:00", "11:59"),
    "early afternoon": ("12:00", "14:29"),
    "late afternoon": ("15:00", "16:59"),
    "afternoon": ("12:00", "16:59"),
    "early evening": ("17:00", "18:59"),
    "late evening": ("19:00", "20:59"),
    "evening": ("17:00", "20:59"),
    "late night": ("21:00", "23:59"),
    "night": ("21:00", "23:59"),
    "tonight": ("17:00", "23:59"),
    "day time": ("05:00", "16:59"),
    "daytime": ("05:00", "16:59"),
    "red eye": ("21:00", "02:59"),
    "overnight": ("21:00", "02:59"),
    "midday": ("11:00", "13:00"),
    "lunchtime": ("11:00", "13:59"),
    "after work": ("17:00", "23:59"),
    "am": ("05:00", "11:59"),
    "pm": ("12:00", "23:59"),
}
_NOT_RED_EYE = ("03:00", "20:59")
_PART = (
    r"(?:(?:early|late|mid) )?(?:- )?(?:(?:in|during|at) the |in )?(?:mornings?|afternoons?|evenings?"
    r"|nights?)(?: time)?"
    r"|tonight|day ?time|midday|mid day|lunch ?time|red - eyes?|red eyes?|redeyes?|overnights?|after work"
    # "Thursday am": the day is used up by then.
    r"|(?:in the |(?<=_ ))(?:am|pm)"
)
PART_OF_DAY = re.compile(
    rf" (?P<neg>(?:no|not|avoid|avoiding|without|except|don't want|hate|not on|not a|no more)(?: any| a"
    rf"| an| the| in the)? )?(?P<part>{_PART})(?= )"
)


def clock_time(minutes: int) -> str:
    """Return minutes after midnight as HH:MM, wrapped around the day."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def part_of_day(match: re.Match[str], blank: str) -> tuple[str, str] | None:
    """Return the window of a match of ``PART_OF_DAY``, None where its words mean something else here."""
    words = match.group("part")
    if (
        re.match(r"(?:nights?|overnights?)", words)
        and re.search(r" (?:\d+|a|an|per|two|one|few|week) $", blank[: match.start() + 1])
        and not blank.startswith((" flight", " fare"), match.end())
    ):
        return None
    if words in ("night", "nights") and re.search(
        r" (?:for|stay\w*|spend\w*) [^,]{0,12}$", blank[: match.start() + 1]
    ):
        return None
    name = re.sub(r"\b(?:in|during|at|the)\b|-", " ", words)
    name = re.sub(r" +", " ", name).strip().removesuffix(" time")
    name = "red eye" if name.startswith("red") else name.removesuffix("s") if name not in PARTS else name
    name = {
        "day time": "day time",
        "day": "day time",
        "mid day": "midday",
        "lunch time": "lunchtime",
        "lunch": "lunchtime",
    }.get(name, name)
    window = PARTS.get(name) or PARTS.get(name.removeprefix("mid "))
    if window is None:
        return None
    if match.group("neg"):
        return _without(window)
    return window


def _without(window: tuple[str, str]) -> tuple[str, str] | None:
    """Return the part of the day that avoids a window: what lies after a morning, before an evening."""
    if window == PARTS["red eye"]:
        return _NOT_RED_EYE
    start, end = (int(edge[:2]) * 60 + int(edge[3:]) for edge in window)
    if start < _DAY_MINUTES - end:
        return clock_time(end + 1), "23:59"
    return "00:00", clock_time(start - 1)
