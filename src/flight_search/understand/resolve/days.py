"""The rules that make days and periods dates: "the 5th", "next friday", "in March", seen from a day.

Each function takes what was said and returns a ``Rule``: given a day, the first and last date meant. So the
same words can count from today or, for a return, from the departure.
"""

import datetime as dt
import re
from collections.abc import Callable

from flight_search.understand.resolve.holidays import month_end, next_holiday, nth_weekday

Span = tuple[dt.date, dt.date]
Rule = Callable[[dt.date], Span | None]
_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)

MONTHS = {
    name: index // 3 + 1
    for index, name in enumerate(
        "january jan jan february feb febr march mar mar april apr apr may may may june jun jun july jul jul "  # noqa: SIM905  a list of words reads best as text
        "august aug aug september sep sept october oct oct november nov nov december dec dec".split()
    )
}
WEEKDAYS = {
    name: index // 5
    for index, name in enumerate(
        "monday mon mon mondays mon tuesday tue tues tuesdays tue wednesday wed weds wednesdays wed "  # noqa: SIM905  a list of words reads best as text
        "thursday thu thurs thursdays thur friday fri fri fridays fri saturday sat sat saturdays sat "
        "sunday sun sun sundays sun".split()
    )
}
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 2)}
_TUESDAY, _SATURDAY = 1, 5
ORDINALS = {
    "first": 1,
    "1th": 1,
    "second": 2,
    "2th": 2,
    "third": 3,
    "3th": 3,
    "fourth": 4,
    "4th": 4,
    "last": -1,
}


def next_month(day: dt.date, months: int = 1) -> dt.date:
    """Return the same day ``months`` later, or the last day of that month where it has none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year < dt.MAXYEAR:
        return day
    return day.replace(year=year, month=month + 1, day=min(day.day, month_end(year, month + 1).day))


def _month_span(year: int, month: int) -> Span:
    return dt.date(year, month, 1), month_end(year, month)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def full_year(text: str | None) -> int | None:
    """Return a year of two or four digits in full, None where there is none."""
    if not text:
        return None
    return int(text) if len(text) == 4 else 2000 + int(text)  # noqa: PLR2004  a year of four digits


def month_day(month: int, day: int, year: int | None = None) -> Rule:
    """Return the rule of "march 5": that day of ``year``, else the next one (leap days wait for theirs)."""

    def resolve(today: dt.date) -> Span | None:
        years = (year,) if year else range(today.year, today.year + 9)
        for candidate in years:
            found = _date(candidate, month, day)
            if found and (year or found >= today):
                return found, found
        return None

    return resolve


def day_of_month(day: int) -> Rule:
    """Return the rule of "the 5th": that day of this month, or of the next month that has one ahead."""

    def resolve(today: dt.date) -> Span | None:
        for months in range(13):
            first = next_month(today.replace(day=1), months)
            found = _date(first.year, first.month, day)
            if found and found >= today:
                return found, found
        return None

    return resolve


def month_of(month: int, year: int | None) -> Rule:
    """Return the rule of "in March": the next one that is not over, from today on if it has begun."""

    def resolve(today: dt.date) -> Span:
        chosen = year or (today.year if month >= today.month else today.year + 1)
        first, last = _month_span(chosen, month)
        return (max(first, today), last) if last >= today else (first, last)

    return resolve


def weekday(index: int, which: str) -> Rule:
    """Return the rule of "friday" (the next one after today) or "next friday" (that of the next week)."""

    def resolve(today: dt.date) -> Span:
        monday = today - today.weekday() * _DAY
        if which == "next":
            found = monday + _WEEK + index * _DAY
        else:
            found = today + ((index - today.weekday() - 1) % 7 + 1) * _DAY
        return found, found

    return resolve


def weekend(which: str) -> Rule:
    """Return the rule of "this weekend" and "next weekend": Saturday and Sunday, from today on."""

    def resolve(today: dt.date) -> Span:
        saturday = today - today.weekday() * _DAY + _SATURDAY * _DAY
        if which == "next":
            saturday += _WEEK
        return max(saturday, today), saturday + _DAY

    return resolve


def week(which: str) -> Rule:
    """Return the rule of "this week", "next week" and "the week after next": Monday to Sunday."""

    def resolve(today: dt.date) -> Span:
        monday = today - today.weekday() * _DAY
        weeks = {"this": 0, "next": 1, "after": 2}[which]
        return max(monday + weeks * _WEEK, today), monday + weeks * _WEEK + 6 * _DAY

    return resolve


def season(name: str, year: int | None) -> Rule:
    """Return the rule of "this summer" or "winter 2027", by whole months of the northern half."""
    first, last = _SEASONS[name]

    def resolve(today: dt.date) -> Span:
        years = (year,) if year else (today.year - 1, today.year, today.year + 1)
        for candidate in years:
            end = month_end(candidate + (last < first), last)
            if year or end >= today:
                break
        start = dt.date(candidate, first, 1)
        return (max(start, today), end) if end >= today else (start, end)

    return resolve


def shift(unit: str, count: int) -> Rule:
    """Return the rule of "in 3 weeks": one day, ``count`` units later."""

    def resolve(today: dt.date) -> Span | None:
        try:
            found = shift_day(today, unit, count)
        except OverflowError:
            return None
        return found, found

    return resolve


def shift_day(day: dt.date, unit: str, count: int) -> dt.date:
    """Return the day ``count`` days, weeks, fortnights, months or years later."""
    if unit.startswith("month"):
        return next_month(day, count)
    if unit.startswith("year"):
        return next_month(day, 12 * count)
    return day + count * {"d": 1, "w": 7, "f": 14}[unit[0]] * _DAY


def within(unit: str, count: int) -> Rule:
    """Return the rule of "in the next 3 weeks": from today until then."""
    shifted = shift(unit, count)

    def resolve(today: dt.date) -> Span | None:
        end = shifted(today)
        return (today, end[1]) if end else None

    return resolve


def relative_month(months: int, *, unit: str = "month") -> Rule:
    """Return the rule of "this month", "next month", "this year", "next year"."""

    def resolve(today: dt.date) -> Span:
        if unit == "year":
            year = today.year + months
            return max(dt.date(year, 1, 1), today), dt.date(year, 12, 31)
        first = next_month(today.replace(day=1), months)
        return max(first, today), month_end(first.year, first.month)

    return resolve


def month_in(month: int, years: int) -> Rule:
    """Return the rule of "june next year"."""
    return lambda today: month_of(month, today.year + years)(today)


def next_named_month(month: int) -> Rule:
    """Return the rule of "next november": in November that of the year after, else the coming one."""
    return lambda today: (month_in(month, 1) if today.month == month else month_of(month, None))(today)


def day_in_next_month(day: int) -> Rule:
    """Return the rule of "the 5th of next month"."""

    def resolve(today: dt.date) -> Span | None:
        first = next_month(today.replace(day=1))
        found = _date(first.year, first.month, day)
        return (found, found) if found else None

    return resolve


def week_after(rule: Rule) -> Rule:
    """Return the rule of "friday week": a week after what ``rule`` says."""

    def resolve(today: dt.date) -> Span | None:
        span = rule(today)
        return (span[0] + _WEEK, span[1] + _WEEK) if span else None

    return resolve


def nth_of_month(ordinal: int, weekday: int, month: int | None, year: int | None, *, weekend: bool) -> Rule:
    """Return the rule of "first friday of march" and "last weekend in june"; without a month, of the next."""

    def resolve(today: dt.date) -> Span | None:
        first = (
            next_month(today.replace(day=1))
            if month is None
            else (month_of(month, year)(today) or (today,))[0]
        )
        for years in (0, 1):
            found = nth_weekday(first.year + years, first.month, weekday, ordinal)
            if found and (found >= today or year):
                return found, found + _DAY if weekend else found
        return None

    return resolve


def holiday(name: str, year: int | None, period: str) -> Rule:
    """Return the rule of "easter", "thanksgiving weekend" or "christmas week"."""

    def resolve(today: dt.date) -> Span | None:
        day = next_holiday(name, today, year)
        if day is None:
            return None
        if period == "weekend":
            return weekend_around(day)
        return week_around(day) if period == "week" else (day, day)

    return resolve


def weekend_around(day: dt.date) -> Span:
    """Return the Saturday and Sunday that a day lies on or next to: those before a Monday or Tuesday."""
    saturday = day + (_SATURDAY - day.weekday()) * _DAY
    if day.weekday() <= _TUESDAY:
        saturday -= _WEEK
    return saturday, saturday + _DAY


def weekend_by(day: dt.date, word: str) -> Span:
    """Return the weekend "of" or "around" a day, or the one that ends "before" or begins "after" it."""
    if word == "before":
        saturday = day - ((day.weekday() - _SATURDAY - 2) % 7 + 2) * _DAY
        return saturday, saturday + _DAY
    if word == "after":
        saturday = day + ((_SATURDAY - day.weekday() - 1) % 7 + 1) * _DAY
        return saturday, saturday + _DAY
    return weekend_around(day)


def edge_of(period: Rule, *, is_last: bool) -> Rule:
    """Return the rule of "the last day of december" and "the first day of next month"."""

    def resolve(today: dt.date) -> Span | None:
        span = period(today)
        if span is None:
            return None
        day = span[1] if is_last else span[0]
        return day, day

    return resolve


def week_around(day: dt.date) -> Span:
    """Return the Monday to Sunday of a day."""
    monday = day - day.weekday() * _DAY
    return monday, monday + 6 * _DAY


def whole_year(year: int) -> Rule:
    """Return the rule of "in 2027": what is left of that year."""

    def resolve(today: dt.date) -> Span:
        first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
        return (max(first, today) if last >= today else first), last

    return resolve


def month_part(part: str, month: Rule) -> Rule:
    """Return the rule of a part of a month: early, mid, late, first week, second half ..."""

    def resolve(today: dt.date) -> Span | None:
        span = month(today)
        if span is None:
            return None
        end = span[1].day
        first, last = _part(part, end)
        found = span[1].replace(day=first), span[1].replace(day=last)
        if found[1] < today and span[0] <= today <= span[1]:
            return resolve(span[1] + _DAY)
        return found

    return resolve


def _part(part: str, end: int) -> tuple[int, int]:
    ordinal = next((number for word, number in ORDINALS.items() if word in part.split()), 0)
    if "half" in part:
        return (1, 15) if ordinal == 1 else (16, end)
    if "2 weeks" in part:
        return (end - 13, end) if ordinal < 0 else (1, 14)
    if "week" in part:
        return (end - 6, end) if ordinal < 0 else (7 * ordinal - 6, min(7 * ordinal, end))
    if "mid" in part:
        return 11, 20
    return (21, end) if "late" in part or "end" in part else (1, 10)


def slashed(text: str, *, day_first: bool) -> Rule | None:
    """Return the rule of "3/4", "3/4/27", "5.12.": by locale, but a first number over 12 is a day."""
    dotted = "." in text
    numbers = [part for part in re.split(r"[/.-]", text) if part]
    first, second = int(numbers[0]), int(numbers[1])
    year = full_year(numbers[2]) if len(numbers) > 2 else None  # noqa: PLR2004  day, month, year
    day, month = (first, second) if day_first or dotted else (second, first)
    if month > 12:  # noqa: PLR2004  months of a year
        day, month = month, day
    if not (1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004  months and days
        return None
    return month_day(month, day, year)


def iso(text: str) -> Rule | None:
    """Return the rule of "2026-12-05"."""
    year, month, day = (int(part) for part in text.split("-"))
    return month_day(month, day, year) if _date(year, month, day) else None
