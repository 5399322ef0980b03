"""What in a query excludes itself, or names what this data does not have at all.

In: a prepared query that nothing matches. Out: sentences that say why, as far as it can be told without a
search.
"""

import datetime as dt

from flight_search.catalog.schema import CABINS
from flight_search.domain.query import FlightQuery, SliceQuery, Weekday
from flight_search.reference.carriers import load_carriers
from flight_search.search.index import SnapshotIndex

_DAYS_OF_WEEK = 7
_DATE_LINE_DAYS = 1
"""An arrival may carry the date before the departure's: nights are then one more."""

_WEEKDAYS = dict(
    zip(
        Weekday,
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        strict=True,
    )
)


def contradictions(index: SnapshotIndex, query: FlightQuery) -> list[str]:
    """Return why nothing can match, as far as the query alone and the data's tables tell."""
    notes = [*_carrier_notes(index, query), *_connection_notes(index, query), *_order_notes(query)]
    for part in query.slices:
        notes += _weekday_notes(part)
    share = index.statistics.cabin
    if query.cabin is not None and index.size and not share[CABINS.index(query.cabin.value)]:
        has = [_cabin_name(name) for name, part in zip(CABINS, share, strict=True) if part]
        notes.append(f"This data has no fares in {_cabin_name(query.cabin.value)}, only in {_either(has)}.")
    return notes


def _cabin_name(cabin: str) -> str:
    return cabin.replace("_", " ") + (" class" if cabin in {"business", "first"} else "")


def _carrier_notes(index: SnapshotIndex, query: FlightQuery) -> list[str]:
    wanted, refused = query.carriers.include, query.carriers.exclude
    if not wanted:
        return []
    if set(wanted) <= set(refused):
        return [f"Every airline that is asked for is refused as well: {_either([*map(_airline, wanted)])}."]
    if not any(code in index.carrier_row for code in wanted):
        return [f"This data has no flights of {_either([*map(_airline, wanted)])}."]
    return []


def _airline(code: str) -> str:
    known = load_carriers().get(code)
    return f"{known.name} ({code})" if known else code


def _connection_notes(index: SnapshotIndex, query: FlightQuery) -> list[str]:
    via, avoid, stops = query.connections.via, query.connections.avoid, query.stops
    if via and set(via) <= set(avoid):
        return [f"Connections at {_either([*via])} are asked for and to be avoided."]
    if via and stops.max == 0:
        return [f"A nonstop has no connection, so it cannot go via {_either([*via])}."]
    if via and not index.airport_rows(via):
        return [f"This data has no flights to {_either([*via])}."]
    if (via or stops.min) and not index.has_connections:
        return ["This data has nonstops only."]
    return []


def _weekday_notes(part: SliceQuery) -> list[str]:
    """Say that a range of less than a week has none of the weekdays."""
    dates = part.depart_date
    if not part.weekdays or dates is None or dates.from_ is None or dates.to is None:
        return []
    days = (dates.to - dates.from_).days + 1
    if days >= _DAYS_OF_WEEK:
        return []
    names = list(Weekday)
    has = {names[(dates.from_ + dt.timedelta(days=day)).weekday()] for day in range(days)}
    if has.intersection(part.weekdays):
        return []
    wanted = _either([_WEEKDAYS[day] for day in part.weekdays])
    which = "That day is" if days == 1 else "None of those days is"
    return [f"{which} {'not ' if days == 1 else ''}a {wanted}."]


def _order_notes(query: FlightQuery) -> list[str]:
    for before, after in zip(query.slices, query.slices[1:], strict=False):
        out, back = before.depart_date, after.depart_date
        if out is None or back is None or out.from_ is None or back.to is None:
            continue
        if back.to < out.from_:
            return ["The way back is before the way out."]
        fewest = query.nights.min if query.nights else None
        if fewest is not None and (back.to - out.from_).days + _DATE_LINE_DAYS < fewest:
            return [f"Those days do not leave room for {fewest} nights."]
    return []


def _either(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
