"""What date words mean: days and periods together with the words around them.

In: canonical text. Out: ``DatePhrase``s, from left to right: "june 5 to 8" is a pair, "before friday" open at
its start, "any saturday in january" a month with a weekday. ``resolve`` gives the dates seen from a day.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flight_search.domain.query import DateRange
from flight_search.understand.resolve.datebounds import (
    AROUND_DAYS,
    CHANGES,
    ONWARDS,
    DateRule,
    days_beside,
    open_from,
    range_of,
    weekday_beside,
    widened,
)
from flight_search.understand.resolve.dayforms import Atom, find_days

_DAY = dt.timedelta(days=1)
_MOST_FLEXIBLE_DAYS = 60
_REACH = 40

_PAIR = re.compile(r" (?:, )?(?:to|-|through|until) (?:on )?(?:the )?$")
_ALTERNATIVE = re.compile(r" (?:, )?(?:or|and|,|and or) (?:on )?(?:a )?$")
_BESIDE = re.compile(r"(?: , | | the | , the )$")
_INSIDE = re.compile(r" (?:(?:in|of|during|within|for|some time in|sometime in|,) )?(?:the )?(?:month of )?$")
# "monday morning next week": the part of the day may stand between.
_PART_OF_DAY = re.compile(r" (?:early |late )?(?:in the )?(?:morning|afternoon|evening|night)s?(?= )")
_ON = re.compile(r" (?:, )?(?:on )?(?:a |any |the )?$")
_BETWEEN = re.compile(
    r" (?:between|anytime between|any day between|sometime between|somewhere between)(?: the)? $"
)
_ANY_DAY = re.compile(r" (?:any ?time|some ?time|any day|whenever)(?: from| in)? $")
_WEEKDAY_BESIDE = re.compile(r" (before|after)(?: the)? $")
_NOT = re.compile(
    r" (?:not|except|excluding|but not|no|never|other than|avoid|avoiding|don't want)(?: on| a"
    r"| for)*(?: the| any)? $"
)
_FLEXIBLE = re.compile(
    r" (?:(?:±|\+ / -|\+ -|\+/-|plus or minus|plus minus|give or take|plus / minus|within|flexible by"
    r"|flexible within|flexible)"
    r" (?P<before>\d+|a|an|a couple of|a few)"
    r"(?: (?P<unit>days?|weeks?)(?! of the)|(?= (?:,|from|to|for|between|please) | $))"
    r"|(?P<after>\d+|a|a couple of|a few)(?P<or_two> days? or 2th?| days? or 2)? ?(?P<unit2>days?"
    r"|weeks?)? (?:either side|either way|each way|before or after|earlier or later)"
    r"|(?P<vague>(?:my )?(?:dates?|days?)(?: are| is)? flexible|flexible (?:on |with )?(?:the "
    r"|my )?(?:dates?|days?)))(?= )"
)
_AROUND_A_DAY = re.compile(r" (?:around|about) ")
_VAGUE_COUNTS = {"a": 1, "an": 1, "a couple of": 2, "a few": 3}


@dataclass(frozen=True, slots=True)
class DatePhrase:
    """Dates named at ``text[start:end]``; ``last`` is the last day where two were named as a pair."""

    start: int
    end: int
    rule: DateRule
    weekdays: tuple[int, ...] = ()
    last: "DatePhrase | None" = None
    is_day: bool = False
    is_pair_of_journeys: bool = False
    """Whether the pair can be read as out on the first and back on the last day."""
    excluded: bool = False
    """Whether the weekdays are those on which not to fly."""
    day_number: int | None = None
    """Set for a bare day of some month ("the 5th")."""
    undated: bool = False
    """Whether only weekdays were named ("on fridays"), no date."""
    weekday_said: int | None = None
    """The weekday that was named beside a day ("friday june 5"), which may be another one's."""

    def resolve(self, today: dt.date) -> DateRange | None:
        """Return the dates seen from ``today``, None where there is no such day or none was named."""
        if self.undated:
            return None
        try:
            return self.rule(today)
        except (OverflowError, ValueError):
            # Beyond the calendar's last year there are no days: "after 9999-12-31".
            return None


def find_dates(text: str, *, day_first: bool) -> list[DatePhrase]:
    """Return the date phrases of a canonical text, from left to right."""
    atoms = find_days(text, day_first=day_first)
    widen, flexible = find_flexibility(text) if atoms else (0, None)
    if widen and flexible:
        # "Plus or minus 1 day around Dec 10": the figure says how far.
        text = _AROUND_A_DAY.sub(lambda match: " " + "_" * (len(match.group()) - 2) + " ", text)
    phrases: list[DatePhrase] = []
    index = 0
    while index < len(atoms):
        used, phrase = _phrase(atoms, index, text)
        if widen and phrase.is_day:
            phrase = _widened(phrase, widen)
        if flexible and 0 <= flexible[0] - phrase.end <= 1:
            phrase = replace(phrase, end=flexible[1])
        phrases.append(phrase)
        index += used
    return phrases


def find_flexibility(text: str) -> tuple[int, tuple[int, int] | None]:
    """Return by how many days dates may move ("± 2 days"), and where that was said."""
    match = _FLEXIBLE.search(text)
    if match is None:
        return 0, None
    where = match.start() + 1, match.end()
    if match.group("vague"):
        return AROUND_DAYS, where
    words = match.group("before") or match.group("after")
    count = 2 if match.group("or_two") else _VAGUE_COUNTS.get(words) or int(words)
    unit = match.group("unit") or match.group("unit2") or "days"
    return min(count * (7 if unit.startswith("week") else 1), _MOST_FLEXIBLE_DAYS), where


def resolve_dates(text: str, today: dt.date, *, day_first: bool) -> DateRange | None:
    """Return what a phrase alone means ("next friday"), for an engine that has found the words itself."""
    phrases = find_dates(f" {text.strip()} ", day_first=day_first)
    return phrases[0].resolve(today) if phrases else None


def _phrase(atoms: Sequence[Atom], index: int, text: str) -> tuple[int, DatePhrase]:
    """Return how many atoms the phrase at ``index`` takes, and the phrase."""
    atom = atoms[index]
    before = text[max(atoms[index - 1].end if index else 0, atom.start - _REACH) : atom.start]
    if atom.second:
        if " or " in text[atom.start : atom.end]:
            return 1, _window(atom, atom.second, atom.start, atom.end)
        return 1, _pair(atom, atom.second, before, atom.end)
    if index + 1 < len(atoms) and (joined := _joined(atoms, index, text, before)):
        return joined
    return 1, _single(atom, before, text)


def _joined(atoms: Sequence[Atom], index: int, text: str, before: str) -> tuple[int, DatePhrase] | None:
    """Return the phrase that the atom at ``index`` makes with those after it, None where it stands alone."""
    atom, following = atoms[index], atoms[index + 1]
    gap = _PART_OF_DAY.sub("", text[atom.end : following.start])
    if _PAIR.fullmatch(gap) or (gap == " and " and _BETWEEN.search(before)):
        return 2, _pair(atom, following, before, following.end)
    if atom.weekdays and following.weekdays and _ALTERNATIVE.fullmatch(gap):
        return _alternatives(atoms, index, text, before)
    if atom.is_day and following.is_day and gap in (" or ", " or on "):
        return 2, _window(atom, following, atom.start, following.end)
    return _on_named_days(atom, following, text, before)


def _on_named_days(atom: Atom, following: Atom, text: str, before: str) -> tuple[int, DatePhrase] | None:
    """Read "friday june 5" and "any saturday in june"."""
    gap = _PART_OF_DAY.sub("", text[atom.end : following.start])
    beside = _WEEKDAY_BESIDE.fullmatch(gap)
    if beside and len(atom.weekdays) == 1 and following.is_day:
        rule = weekday_beside(atom.weekdays[0], following, is_before=beside.group(1) == "before")
        return 2, DatePhrase(atom.start, following.end, rule, is_day=True)
    if bool(atom.weekdays) == bool(following.weekdays):
        return None
    named, other = (atom, following) if atom.weekdays else (following, atom)
    start, end = atom.start, following.end
    if other.is_day and _BESIDE.fullmatch(gap):
        day = _single(replace(other, start=start, end=end), before, text)
        return 2, replace(day, weekday_said=named.weekdays[0] if len(named.weekdays) == 1 else None)
    inside = _INSIDE if named is atom else _ON
    if not other.is_day and inside.fullmatch(gap):
        return 2, _on_weekdays(other, named.weekdays, start, end)
    return None


def _pair(first: Atom, last: Atom, before: str, end: int) -> DatePhrase:
    if not (first.is_day and last.is_day) or _BETWEEN.search(before) or _ANY_DAY.search(before):
        return _window(first, last, first.start, end)
    if first.day_number and not last.day_number:
        # "the 5th to june 8": the first day counts back from the last.
        first = replace(first, day_number=None)
    back = DatePhrase(first.start, end, _after(first, last), is_day=True)
    return DatePhrase(
        first.start,
        end,
        lambda today: range_of(first.resolve(today)),
        last=back,
        is_day=True,
        is_pair_of_journeys=True,
    )


def _after(first: Atom, last: Atom) -> DateRule:
    """Return the rule of the last day of a pair: the first such day after the first one."""

    def rule(today: dt.date) -> DateRange | None:
        begin = first.resolve(today)
        if begin is None:
            return None
        if last.weekdays and not last.every:
            back = (last.weekdays[0] - begin[0].weekday() - 1) % 7 + 1
            return DateRange(from_=begin[0] + back * _DAY, to=begin[0] + back * _DAY)
        return range_of(last.resolve(today if last.explicit else begin[0]))

    return rule


def _window(first: Atom, last: Atom, start: int, end: int) -> DatePhrase:
    after = _after(first, last) if last.is_day else lambda today: range_of(last.resolve(_begin(first, today)))

    def rule(today: dt.date) -> DateRange | None:
        begin, final = first.resolve(today), after(today)
        if begin is None or final is None or final.to is None or final.to < begin[0]:
            return range_of(begin)
        return DateRange(from_=begin[0], to=final.to)

    return DatePhrase(start, end, rule)


def _begin(first: Atom, today: dt.date) -> dt.date:
    span = first.resolve(today)
    return span[0] if span else today


def _alternatives(atoms: Sequence[Atom], index: int, text: str, before: str) -> tuple[int, DatePhrase]:
    """Read "monday, wednesday or friday": those weekdays from the first to the last of them."""
    used = 1
    while (
        index + used < len(atoms)
        and atoms[index + used].weekdays
        and _ALTERNATIVE.fullmatch(text[atoms[index + used - 1].end : atoms[index + used].start])
    ):
        used += 1
    chosen = atoms[index : index + used]
    weekdays = tuple(sorted({day for atom in chosen for day in atom.weekdays}))
    excluded = bool(_NOT.search(before))
    if index + used < len(atoms) and not atoms[index + used].is_day:
        following = atoms[index + used]
        if not following.weekdays and _INSIDE.fullmatch(text[chosen[-1].end : following.start]):
            return used + 1, _on_weekdays(following, weekdays, chosen[0].start, following.end)

    def rule(today: dt.date) -> DateRange | None:
        # "next tuesday or wednesday": the others are those after the first.
        first = chosen[0].resolve(today)
        if first is None:
            return None
        spans = [first, *(span for atom in chosen[1:] if (span := atom.resolve(first[0])))]
        return DateRange(from_=first[0], to=max(span[1] for span in spans))

    undated = excluded or any(atom.every for atom in chosen)
    return used, DatePhrase(
        chosen[0].start, chosen[-1].end, rule, weekdays=weekdays, excluded=excluded, undated=undated
    )


def _on_weekdays(period: Atom, weekdays: tuple[int, ...], start: int, end: int) -> DatePhrase:
    return DatePhrase(start, end, lambda today: range_of(period.resolve(today)), weekdays=weekdays)


def _single(atom: Atom, before: str, text: str) -> DatePhrase:
    start, end = atom.start, atom.end
    plain = DatePhrase(
        start,
        end,
        lambda today: range_of(atom.resolve(today)),
        is_day=atom.is_day,
        day_number=atom.day_number,
    )
    if atom.weekdays and _NOT.search(before):
        return replace(plain, weekdays=atom.weekdays, excluded=True, undated=True)
    if atom.every:
        return replace(plain, weekdays=atom.weekdays, undated=True)
    if atom.is_day and (beside := days_beside(before)):
        begin, change = beside
        return replace(plain, start=start - len(before) + begin, rule=change(atom), day_number=None)
    for pattern, change, is_day in CHANGES:
        if match := pattern.search(before):
            begin = start - len(before) + match.start() + 1
            return replace(plain, start=begin, rule=change(atom), is_day=is_day and atom.is_day)
    if onwards := ONWARDS.match(text, end):
        return replace(plain, end=onwards.end(), rule=open_from(atom), is_day=False)
    return plain


def _widened(phrase: DatePhrase, days: int) -> DatePhrase:
    last = replace(phrase.last, rule=widened(phrase.last.rule, days)) if phrase.last else None
    return replace(phrase, rule=widened(phrase.rule, days), last=last)
