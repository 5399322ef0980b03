"""At which times of day the legs of a journey are flown.

In: a ``Reading`` whose dates are used up, the legs, their ``Schedule``. Out: the same schedule with windows
of departure and arrival; the words that named them are used up.
"""

import re

from flight_search.domain.query import TimeWindow
from flight_search.understand.local.itinerary import Itinerary
from flight_search.understand.local.reading import Reading
from flight_search.understand.local.schedule import Schedule, speaks_of_return
from flight_search.understand.resolve.times import as_window, find_times

_RETURN_AFTER = re.compile(r" (?:return|flight back|flight home|way back|inbound)(?= (?:,|flight|and)| $)")
_OR = re.compile(r" (?:, )?or (?:in the |the |in |at )?$")
_NEGATED = re.compile(
    r" (?:can't|cannot|can not|couldn't|don't|do not|won't|will not|not|never|nothing|no flights?"
    r"|no departures?|isn't|unable to|hate to|hate) (?:\w+ ){0,4}$"
)


def assign_times(schedule: Schedule, reading: Reading, journey: Itinerary) -> None:
    """Give each leg, and the way back, the windows that a sentence names."""
    previous_end: int | None = None
    for found in find_times(reading.text):
        text = reading.whole
        has_return = bool(schedule.back or schedule.is_return_named)
        is_back = has_return and bool(
            speaks_of_return(text, found.start) or _RETURN_AFTER.match(text, found.end)
        )
        leg = journey.leg_at(found.start)
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
