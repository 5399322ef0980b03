"""When the legs of a journey are flown: dates, weekdays and times of day for each.

In: a ``Reading`` and the legs. Out: a ``Timing`` for each leg and, where something was said of it, for the
way back. A date belongs to the way back when the nearest verb before it is one of returning, or when two days
were named for one leg.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from flight_search.domain.query import DateRange, IntRange, TimeWindow, Trip, Weekday
from flight_search.understand.local.itinerary import Itinerary
from flight_search.understand.local.reading import Reading
from flight_search.understand.resolve.dates import DatePhrase, find_dates, find_flexibility
from flight_search.understand.resolve.times import as_window, find_times

_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(days=7)
_LONGEST_STAY = dt.timedelta(days=270)
# The field of a date that no slice took: its words are used up all the same.
_NOT_USED = "dates"
_OUT_AND_HOME = 2
_WEEKEND = "weekend"
_ALL_DAYS = frozenset(range(7))

_RETURNING = re.compile(
    r" (?:return\w*(?! (?:flights?|tickets?|trips?|fares?|journey))|rtn|inbound|(?:com|get|fly|go|head"
    r"|be|travel)\w* (?:back|home)|back|home) "
)
_LEAVING = re.compile(
    r" (?:leav\w*|depart\w*|out|outbound|go(?:ing)?(?! back| home)|fly(?:ing)?(?! back| home)|from"
    r"|start\w*|travel\w*(?! back| home)) "
)
_RETURN_AFTER = re.compile(r" (?:return|flight back|flight home|way back|inbound)(?= (?:,|flight|and)| $)")
_CORRECTED = re.compile(r" (?:no|sorry|actually|rather|i mean|make that|instead|wait|not) ")
_ONE_WINDOW = re.compile(
    r" (?:any ?time|some ?time|any day|some day|whenever|flexible|between|window|cheapest (?:day|date"
    r"|time)|best (?:day|date|time)) "
)
_OR = re.compile(r" (?:, )?or (?:in the |the |in |at )?$")
_NEGATED = re.compile(
    r" (?:can't|cannot|can not|couldn't|don't|do not|won't|will not|not|never|nothing|no flights?"
    r"|no departures?|isn't|unable to|hate to|hate) (?:\w+ ){0,4}$"
)
_PART_OF_DAY = re.compile(r" (?:(?:early |late )?(?:morning|afternoon|evening|night)s?|tonight)(?= )")
_LEAVING_ON = re.compile(r" (?:leav\w*|depart\w*|fly\w* out)(?: [^,]{0,24})? $")
_ARRIVING_ON = re.compile(
    r" (?:arriv\w*|land\w*|get(?:ting)? (?:in|there)|be there|reach\w*)(?: in| at| on| by| _+)* $"
)


@dataclass(slots=True)
class Timing:
    """When one leg is flown."""

    dates: DateRange | None = None
    weekdays: tuple[Weekday, ...] = ()
    departs: TimeWindow | None = None
    arrives: TimeWindow | None = None

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return bool(self.dates or self.weekdays or self.departs or self.arrives)


@dataclass(slots=True)
class Schedule:
    """The timing of each leg, and of the way back."""

    legs: list[Timing]
    back: Timing = field(default_factory=Timing)
    is_return_named: bool = False
    """Whether a way back was spoken of."""
    misnamed: tuple[dt.date, int] | None = None
    """A day that falls on another weekday than the one named beside it, and that weekday (Monday is 0)."""


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
    _assign_times(schedule, reading, journey)
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


def _is_back(text: str, position: int) -> bool:
    """Whether the nearest verb before ``position`` speaks of coming back."""
    before = text[: position + 1]
    back = max((match.start() for match in _RETURNING.finditer(before)), default=-1)
    if back < 0:
        return False
    return back >= max((match.start() for match in _LEAVING.finditer(before)), default=-1)


def back_after(departure: DateRange | None, nights: IntRange | None) -> DateRange | None:
    """Return the days of the return of a stay of ``nights``, None where the departure is not one day."""
    if nights is None or nights.min is None or nights.max is None or departure is None:
        return None
    first, last = departure.from_, departure.to
    if first is None or first != last:
        return None
    try:
        return DateRange(from_=first + nights.min * _DAY, to=first + nights.max * _DAY)
    except OverflowError:
        return None


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
        leg = index if is_in_order else _leg_at(context.journey, phrase.start) if len(phrases) > 1 else 0
        timing = schedule.legs[leg]
        gap = text[previous.end : phrase.start + 1] if previous else ""
        # Two days named together are out and back; alone, the words around a day say which it is.
        is_back = len(schedule.legs) == 1 and phrase.last is None and _is_back(text, phrase.start)
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


def _set_dates(schedule: Schedule, timing: Timing, phrase: DatePhrase, context: _Context) -> None:
    timing.weekdays = _weekdays(phrase) or timing.weekdays
    found = phrase.resolve(context.today)
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


def _leg_at(journey: Itinerary, position: int) -> int:
    """Return which leg is spoken of at a position: the last one whose places have begun by then."""
    begun = [index for index, leg in enumerate(journey.legs) if index == 0 or leg.begins <= position]
    return begun[-1]


def _assign_times(schedule: Schedule, reading: Reading, journey: Itinerary) -> None:
    previous_end: int | None = None
    for found in find_times(reading.text):
        text = reading.whole
        has_return = bool(schedule.back or schedule.is_return_named)
        is_back = has_return and bool(_is_back(text, found.start) or _RETURN_AFTER.match(text, found.end))
        leg = _leg_at(journey, found.start)
        timing = schedule.back if is_back else schedule.legs[leg]
        window = found.value.window
        if not found.value.negated and _NEGATED.search(text[: found.start]):
            window = _other_side(window)
        known = timing.arrives if found.value.arrives else timing.departs
        is_either = previous_end is not None and bool(_OR.fullmatch(text[previous_end : found.start]))
        joined = as_window(_joined(known, window, is_either=is_either))
        if found.value.arrives:
            timing.arrives = joined
        else:
            timing.departs = joined
        name = "arrive_time" if found.value.arrives else "depart_time"
        reading.take(f"slices.{1 if is_back else leg}.{name}", found.start, found.end)
        previous_end = found.end


def _other_side(window: tuple[str, str]) -> tuple[str, str]:
    """Return what is left of the day by "not before 11": from 11 on."""
    start, end = window
    if start == "00:00":
        return end, "23:59"
    return ("00:00", start) if end == "23:59" else window


def _joined(known: TimeWindow | None, window: tuple[str, str], *, is_either: bool) -> tuple[str, str]:
    """Return both windows together, what they share, or the one that says more."""
    if known is None:
        return window
    start, end = known.from_ or "00:00", known.to or "23:59"
    if is_either and start <= end and window[0] <= window[1]:
        return min(start, window[0]), max(end, window[1])
    shared = max(start, window[0]), min(end, window[1])
    return shared if shared[0] < shared[1] and start <= end else window
