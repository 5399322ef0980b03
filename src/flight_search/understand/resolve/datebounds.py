"""How the words before a day change it: "around", "before", "by", "after", "since", "the day after".

In: an ``Atom`` and the text before it. Out: rules that give dates seen from a day.
"""

import datetime as dt
import re
from collections.abc import Callable

from flight_search.domain.query import DateRange
from flight_search.understand.resolve.dayforms import Atom
from flight_search.understand.resolve.days import Span

DateRule = Callable[[dt.date], DateRange | None]
AROUND_DAYS = 3
_DAY = dt.timedelta(days=1)

_AROUND = re.compile(
    r"(?<! what)(?<! how) (?:around|about|approximately|approx|circa|roughly|near"
    r"|close to|some ?time around|~)(?: the)? $"
)
_DAY_AFTER = re.compile(r" (?:the )?day after(?: the)? $")
_DAYS_BESIDE = re.compile(
    r" (?P<n>\d+|an?|a couple of|a few) (?P<unit>days?|weeks?) (?P<side>before|after|prior to)(?: the)? $"
)
_COUNTS = {"a": 1, "an": 1, "a couple of": 2, "a few": 3}
_DAY_BEFORE = re.compile(r" (?:the )?day before(?: the)? $")
_BEFORE = re.compile(r" (?:before|prior to|ahead of|earlier than)(?: the)? $")
_BY = re.compile(r" (?:by|until|no later than|not later than|at the latest|on or before|latest)(?: the)? $")
_AFTER = re.compile(r" (?:after|later than|past)(?: the)? $")
_SINCE = re.compile(
    r" (?:since|starting|starting on|beginning|as of|not before|on or after|no earlier than"
    r"|any ?time from)(?: the)? $"
)
ONWARDS = re.compile(r" (?:onwards?|on(?= (?:,|$))|or later|and later|or after|and beyond)(?= )")


def range_of(span: Span | None) -> DateRange | None:
    """Return the days of a span as the contract writes them."""
    return DateRange(from_=span[0], to=span[1]) if span else None


def widened(inner: DateRule, days: int) -> DateRule:
    """Return a rule whose days reach ``days`` further both ways, but not from the future into the past."""

    def rule(today: dt.date) -> DateRange | None:
        found = inner(today)
        if found is None or found.from_ is None or found.to is None:
            return found
        first = found.from_ - days * _DAY
        last = found.to + days * _DAY
        return DateRange(from_=max(first, today) if found.from_ >= today else first, to=last)

    return rule


def weekday_beside(weekday: int, day: Atom, *, is_before: bool) -> DateRule:
    """Return the rule of "the friday before christmas" and "the monday after the 5th"."""

    def rule(today: dt.date) -> DateRange | None:
        span = day.resolve(today)
        if span is None:
            return None
        if is_before:
            found = span[0] - ((span[0].weekday() - weekday - 1) % 7 + 1) * _DAY
        else:
            found = span[1] + ((weekday - span[1].weekday() - 1) % 7 + 1) * _DAY
        return DateRange(from_=found, to=found)

    return rule


def _near(atom: Atom) -> DateRule:
    plain: DateRule = lambda today: range_of(atom.resolve(today))  # noqa: E731  a rule like the others
    return widened(plain, AROUND_DAYS) if atom.is_day else plain


def _up_to(days: int) -> Callable[[Atom], DateRule]:
    """Return the change for "before" (``days`` is 1) and "by" (0): from today up to that day."""

    def change(atom: Atom) -> DateRule:
        def rule(today: dt.date) -> DateRange | None:
            span = atom.resolve(today)
            if span is None:
                return None
            end = (span[0] if days else span[1]) - days * _DAY
            return DateRange(from_=min(today, end), to=end)

        return rule

    return change


def _open_after(atom: Atom) -> DateRule:
    return lambda today: DateRange(from_=span[1] + _DAY) if (span := atom.resolve(today)) else None


def open_from(atom: Atom) -> DateRule:
    """Return the rule of "from friday on": open at its end."""
    return lambda today: DateRange(from_=span[0]) if (span := atom.resolve(today)) else None


def _beside(days: int) -> Callable[[Atom], DateRule]:
    """Return the change for "the day after" (1) and "the day before" (-1)."""

    def change(atom: Atom) -> DateRule:
        def rule(today: dt.date) -> DateRange | None:
            span = atom.resolve(today)
            if span is None:
                return None
            day = (span[1] if days > 0 else span[0]) + days * _DAY
            return DateRange(from_=day, to=day)

        return rule

    return change


def days_beside(before: str) -> tuple[int, Callable[[Atom], DateRule]] | None:
    """Return where "two days before" begins in the text before a day, and what it makes of the day."""
    match = _DAYS_BESIDE.search(before)
    if match is None:
        return None
    words = match.group("n")
    count = (int(words) if words.isdigit() else _COUNTS[words]) * (7 if match.group("unit")[0] == "w" else 1)
    return match.start() + 1, _beside(count if match.group("side") == "after" else -count)


# The words, what they make of the day after them, and whether that is one day still.
CHANGES: tuple[tuple[re.Pattern[str], Callable[[Atom], DateRule], bool], ...] = (
    (_DAY_AFTER, _beside(1), True),
    (_DAY_BEFORE, _beside(-1), True),
    (_AROUND, _near, False),
    (_BEFORE, _up_to(1), False),
    (_BY, _up_to(0), False),
    (_AFTER, _open_after, False),
    (_SINCE, open_from, False),
)
