"""On which days the legs of a journey are flown.

In: a ``Reading`` and the legs. Out: a ``Schedule``: a ``Timing`` for each leg and, where something was said
of it, for the way back. A date belongs to the way back when the nearest verb before it is one of returning,
or when two days were named for one leg.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from flight_search.domain.query import DateRange, Trip, Weekday
from flight_search.understand.local.hours import assign_times
from flight_search.understand.local.itinerary import Itinerary
from flight_search.understand.local.reading import Reading
from flight_search.understand.local.schedule import Schedule, Timing, speaks_of_return
from flight_search.understand.resolve.dates import DatePhrase, find_dates, find_flexibility

_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)
_LONGEST_STAY = dt.timedelta(days=270)
# The field of a date that no slice took: its words are used up all the same.
_NOT_USED = "dates"
_OUT_AND_HOME = 2
_WEEKEND = "weekend"
_ALL_DAYS = frozenset(range(7))

_CORRECTED = re.compile(r" (?:no|sorry|actually|rather|i mean|make that|instead|wait|not) ")
_ONE_WINDOW = re.compile(
    r" (?:any ?time|some ?time|any day|some day|whenever|flexible|between|window|cheapest (?:day|date"
    r"|time)|best (?:day|date|time)) "
)
_PART_OF_DAY = re.compile(r" (?:(?:early |late )?(?:morning|afternoon|evening|night)s?|tonight)(?= )")
_LEAVING_ON = re.compile(r" (?:leav\w*|depart\w*|fly\w* out)(?: [^,]{0,24})? $")
_ARRIVING_ON = re.compile(
    r" (?:arriv\w*|land\w*|get(?:ting)? (?:in|there)|be there|reach\w*)(?: in| at| on| by| _+)* $"
)


def read_schedule(  # noqa: PLR0913  what a request is read against
    reading: Reading,
    journey: Itinerary,
    trip: Trip | None,
    today: dt.date,
    *,
    day_first: bool,
    departure: DateRange | None = None,
) -> Schedule:
    """Return when the legs are flown and use up the words that say it."""
    schedule = Schedule([Timing() for _ in journey.legs], is_return_named=trip is Trip.ROUND_TRIP)
    phrases = _possible(find_dates(reading.text, day_first=day_first), reading, today)
    _assign_dates(schedule, phrases, _Context(reading, journey, trip, today, departure))
    schedule.misnamed = _misnamed(phrases, today)
    _, flexible = find_flexibility(reading.whole)
    if flexible and phrases:
        reading.take("slices.0.depart_date", *flexible)
    assign_times(schedule, reading, journey)
    return schedule


def _misnamed(phrases: Sequence[DatePhrase], today: dt.date) -> tuple[dt.date, int] | None:
    """Return the first day that falls on another weekday than was said: "friday november 13", a Saturday."""
    for phrase in phrases:
        days = phrase.resolve(today) if phrase.weekday_said is not None and phrase.is_day else None
        if days and days.from_ and days.from_ == days.to and days.from_.weekday() != phrase.weekday_said:
            return days.from_, phrase.weekday_said or 0
    return None


def _possible(phrases: Sequence[DatePhrase], reading: Reading, today: dt.date) -> list[DatePhrase]:
    """Return the days that there are; "February 30" is named as what cannot be honoured."""
    possible = []
    for phrase in phrases:
        if phrase.undated or phrase.weekdays or phrase.resolve(today) is not None:
            possible.append(phrase)
        else:
            reading.refuse_words(phrase.start, phrase.end)
    return possible


def _take_date(reading: Reading, phrase: DatePhrase, name: str) -> None:
    """Use up a date but not a part of the day within it: "wednesday evening june 2"."""
    begin = phrase.start
    for part in _PART_OF_DAY.finditer(reading.whole, phrase.start - 1, phrase.end + 1):
        reading.take(name, begin, part.start())
        begin = part.end()
        if part.group() == " tonight":
            reading.notes.append((name, part.start() + 1, part.end()))
    reading.take(name, begin, phrase.end)


@dataclass(frozen=True, slots=True)
class _Context:
    """What the days of one request are read against."""

    reading: Reading
    journey: Itinerary
    trip: Trip | None
    today: dt.date
    departure: DateRange | None = None
    """The departure of the query that is refined: "coming back on Sunday" counts from it."""


def _assign_dates(schedule: Schedule, phrases: Sequence[DatePhrase], context: _Context) -> None:
    previous: DatePhrase | None = None
    text = context.reading.whole
    legs = context.journey.legs
    # "A to B to C to A, May 3, May 8, May 14": all the places first, then a day for each leg.
    is_in_order = len(legs) == len(phrases) > 1 and phrases[0].start > legs[-1].begins
    for index, phrase in enumerate(phrases):
        leg = index if is_in_order else context.journey.leg_at(phrase.start) if len(phrases) > 1 else 0
        timing = schedule.legs[leg]
        gap = text[previous.end : phrase.start + 1] if previous else ""
        # Two days named together are out and back; alone, the words around a day say which it is.
        is_back = len(schedule.legs) == 1 and phrase.last is None and speaks_of_return(text, phrase.start)
        if timing.dates and not is_back:
            if _CORRECTED.search(gap) or _says_it_better(text, previous, phrase):
                timing.dates = None
            elif len(schedule.legs) == 1 and _is_second_day(phrase, previous, context):
                is_back = True
            elif _is_weekend_of_period(text, previous, phrase):
                # "A romantic weekend from Newark in May": some weekend of that month.
                if text[phrase.start : phrase.end] != _WEEKEND:
                    timing.dates = phrase.resolve(context.today) or timing.dates
                timing.weekdays = (Weekday.SAT, Weekday.SUN)
                _take_date(context.reading, phrase, f"slices.{leg}.depart_date")
                continue
            elif not phrase.undated:
                _take_date(context.reading, phrase, _NOT_USED)
                continue
        if is_back:
            schedule.back.dates = _day_of_return(phrase, timing.dates or context.departure, context.today)
            if previous and previous.day_number and not phrase.day_number:
                timing.dates = _same_month(
                    timing.dates, previous.day_number, schedule.back.dates, context.today
                )
            schedule.back.weekdays = _weekdays(phrase)
            schedule.is_return_named = True
        else:
            _set_dates(schedule, timing, phrase, context)
        _take_date(context.reading, phrase, f"slices.{1 if is_back else leg}.depart_date")
        previous = phrase


def _says_it_better(text: str, previous: DatePhrase | None, phrase: DatePhrase) -> bool:
    """Whether a phrase says exactly when to leave what one before says roughly.

    "A long weekend in Lisbon, leaving Thursday", "there by Tuesday, leaving on Monday",
    "over New Year's, Dec 29 to Jan 3".
    """
    if previous is None or not (phrase.is_day or phrase.weekdays):
        return False
    if text[previous.start : previous.end] == _WEEKEND:
        return True
    if phrase.last and not previous.last:
        return True
    is_bound = not (previous.is_day or previous.weekdays)
    return is_bound and bool(_LEAVING_ON.search(text[: phrase.start]))


def _is_weekend_of_period(text: str, previous: DatePhrase | None, phrase: DatePhrase) -> bool:
    """Whether one of two phrases is "weekend" and the other a period such as a month."""
    if previous is None:
        return False
    is_weekend = [text[one.start : one.end] == _WEEKEND for one in (previous, phrase)]
    return sum(is_weekend) == 1 and not (previous.is_day or phrase.is_day or phrase.weekdays)


def _same_month(
    departure: DateRange | None, day: int, back: DateRange | None, today: dt.date
) -> DateRange | None:
    """Return the departure of "leaving the 10th and returning the 17th of January": January 10."""
    if not back or not back.from_ or back.from_ != back.to or day > back.from_.day:
        return departure
    candidate = back.from_.replace(day=day)
    return DateRange(from_=candidate, to=candidate) if candidate >= today else departure


def _day_of_return(phrase: DatePhrase, departure: DateRange | None, today: dt.date) -> DateRange | None:
    """Return the first such day after the departure, unless that is most of a year away.

    "Dec 20 returning Dec 10" is a slip, to be asked about, not a journey of twelve months.
    """
    base = departure.from_ if departure else None
    if base is None:
        return phrase.resolve(today)
    after = phrase.resolve(base)
    if after and after.from_ and after.from_ - base > _LONGEST_STAY:
        plain = phrase.resolve(today)
        if plain and plain.to and plain.to < base:
            return plain
    return after


def _in_month_of(departure: DateRange | None, phrase: DatePhrase, today: dt.date) -> DateRange | None:
    """Return the day that "what if we leave on the 5th" means: of the month that was spoken of before."""
    if departure is None or departure.from_ is None or phrase.day_number is None:
        return None
    try:
        day = departure.from_.replace(day=phrase.day_number)
    except ValueError:
        return None
    return DateRange(from_=day, to=day) if day >= today else None


def _set_dates(schedule: Schedule, timing: Timing, phrase: DatePhrase, context: _Context) -> None:
    timing.weekdays = _weekdays(phrase) or timing.weekdays
    found = _in_month_of(context.departure, phrase, context.today) or phrase.resolve(context.today)
    timing.dates = found or timing.dates
    if found and len(timing.weekdays) == 1:
        timing.dates, timing.weekdays = _only_day(found, timing.weekdays)
    last = phrase.last.resolve(context.today) if phrase.last else None
    if last is None or found is None:
        return
    before = context.reading.whole[max(phrase.start - 40, 0) : phrase.start + 1]
    is_window = context.trip is Trip.ONE_WAY or (context.trip is None and _ONE_WINDOW.search(before))
    if is_window and last.to and found.from_ and last.to >= found.from_:
        timing.dates = DateRange(from_=found.from_, to=last.to)
    elif not is_window and len(schedule.legs) == 1:
        schedule.back.dates = last
        schedule.is_return_named = True
    elif not is_window and len(schedule.legs) == _OUT_AND_HOME:
        schedule.legs[1].dates = last


def _only_day(found: DateRange, weekdays: tuple[Weekday, ...]) -> tuple[DateRange, tuple[Weekday, ...]]:
    """Return the one day that "friday next week" is; longer ranges keep their weekday."""
    if found.from_ is None or found.to is None or found.to - found.from_ >= _WEEK:
        return found, weekdays
    day = found.from_ + (list(Weekday).index(weekdays[0]) - found.from_.weekday()) % 7 * _DAY
    return (DateRange(from_=day, to=day), ()) if day <= found.to else (found, weekdays)


def _is_second_day(phrase: DatePhrase, previous: DatePhrase | None, context: _Context) -> bool:
    """Whether a second day is the way back: "14MAR 21MAR", "dec 20 , jan 3", any second day of a return."""
    if previous is None or not phrase.is_day or not previous.is_day or context.trip is Trip.ONE_WAY:
        return False
    gap = context.reading.whole[previous.end : phrase.start]
    if _ARRIVING_ON.search(context.reading.text[: phrase.start]):
        return False
    return context.trip is Trip.ROUND_TRIP or gap.strip(" ,-/") in (
        "",
        "to",
        "and",
        "until",
        "return",
        "then",
    )


def _weekdays(phrase: DatePhrase) -> tuple[Weekday, ...]:
    days = list(Weekday)
    chosen = _ALL_DAYS - set(phrase.weekdays) if phrase.excluded else set(phrase.weekdays)
    return tuple(days[index] for index in sorted(chosen)) if phrase.weekdays else ()
