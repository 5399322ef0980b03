"""Answers about flights: who flies, how many, when, with what."""

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_AIRCRAFT, NO_SEGMENT
from flight_search.domain.offer import FacetCount
from flight_search.domain.result import Status
from flight_search.domain.wording import counted, listed
from flight_search.reference.carriers import load_carriers
from flight_search.search.answers.asked import Answer, Asked
from flight_search.search.dates import clock_text, local_text, minute_of
from flight_search.search.facets import facets_of
from flight_search.search.filter import named_flight
from flight_search.search.notes import notes_on

Column = NDArray[np.int64]

LISTED_DEPARTURES = 60
"""Two months of a daily flight; the text says how many more there are."""

NAMED = 5


def answer_airlines(asked: Asked) -> Answer:
    """Say who flies; where only airlines are named, say who they are."""
    if asked.query.carriers.include and asked.names_no_place():
        return _named_airlines(asked)
    data: dict[str, object] = {"currency": asked.pricing.currency, "carriers": []}
    rows = asked.flights
    if len(rows) == 0:
        return asked.nothing(data)
    found = _facets(asked, rows)
    data["carriers"] = [_carrier(facet) for facet in found]
    names = [
        f"{carrier.label} ({carrier.value}: {counted(carrier.count, 'flight')}"
        f"{asked.from_price(carrier.min_price)})"
        for carrier in found[:NAMED]
    ]
    more = [f"{len(found) - NAMED} more"] if len(found) > NAMED else []
    text = (
        f"{counted(len(found), 'airline flies', 'airlines fly')} {asked.way()}{asked.when()}: "
        f"{listed(names + more)}."
    )
    return Answer(text, data, asked.cheapest())


def answer_count(asked: Asked) -> Answer:
    """Say how many flights there are."""
    rows = asked.flights
    data: dict[str, object] = {"count": len(rows), "days": 0, "per_day": 0.0}
    if len(rows) == 0:
        return asked.nothing(data)
    days = _days(asked, rows)
    per_day = round(len(rows) / days, 1)
    data |= {"days": days, "per_day": per_day}
    on_days = (
        f"{asked.when()}: {counted(days, 'day')} with flights, about {_average(per_day)} a day"
        if days > 1
        else f" on {asked.day(int(asked.days(rows[:1])[0]))}"
    )
    verb = "is" if len(rows) == 1 else "are"
    return Answer(f"There {verb} {counted(len(rows), 'flight')} {asked.way()}{on_days}.", data)


def answer_schedule(asked: Asked) -> Answer:
    """Say when flights leave and how long they take: nonstops, where there are any."""
    if asked.query.flight and asked.names_no_place():
        return answer_flight_number(asked)
    offers = asked.index.snapshot.offers
    data: dict[str, object] = dict.fromkeys(("first", "last", "typical_duration_minutes", "flights_per_day"))
    rows = asked.flights
    if len(rows) == 0:
        return asked.nothing(data)
    nonstop = offers.stops[rows] == 0
    if nonstop.any():
        rows = rows[nonstop]
    kind = "nonstop" if nonstop.any() else "connection"
    minutes = offers.departure_minute[rows]
    durations = np.sort(offers.duration_minutes[rows])
    typical = int(durations[(len(durations) - 1) // 2])
    per_day = round(len(rows) / _days(asked, rows), 1)
    first, last = clock_text(int(minutes.min())), clock_text(int(minutes.max()))
    data |= {
        "first": first,
        "last": last,
        "typical_duration_minutes": typical,
        "flights_per_day": per_day,
    }
    shown = [asked.clock(int(minute)) for minute in (minutes.min(), minutes.max())]
    leave = f"leave between {shown[0]} and {shown[1]}"
    if first == last:
        leave = f"{'leaves' if len(rows) == 1 else 'leave'} at {shown[0]}"
    often = f", about {_average(per_day)} on a day with flights" if len(rows) > 1 else ""
    text = (
        f"{counted(len(rows), kind)} {asked.way()}{asked.when()} {leave}{often}. "
        f"The typical travel time is {asked.words.duration(typical)}."
    )
    return Answer(text, data, asked.first_to_leave(nonstop=bool(nonstop.any())))


def typical_nonstop_minutes(asked: Asked) -> int | None:
    """Return how long nonstops between the two places typically take; None where none flies."""
    first = asked.query.slices[0]
    if first.origin is None or first.destination is None:
        return None
    rows, offers = asked.flights, asked.index.snapshot.offers
    durations = np.sort(offers.duration_minutes[rows[offers.stops[rows] == 0]])
    return int(durations[(len(durations) - 1) // 2]) if len(durations) else None


def answer_flight_number(asked: Asked) -> Answer:
    """Say when and where one named flight flies."""
    flight = asked.query.flight
    if flight is None:
        return Answer(
            "Which flight? Give its number, for example DL 100.",
            {"flight": None, "departures": []},
            status=Status.NEEDS,
        )
    name = f"{flight.carrier} {flight.number.lstrip('0')}"
    data: dict[str, object] = {"flight": name, "departures": []}
    segments = asked.index.snapshot.segments
    flown = _segments_of(asked, asked.flights)
    fits = named_flight(asked.index, flight)(flown) & (segments.departs_utc[flown] > minute_of(asked.now))
    wanted = [int(segment) for segment in flown[fits]]
    if not wanted:
        notes = notes_on(asked.index, asked.query, asked.now)
        text = " ".join([f"This data has no coming flight {name}{asked.when()}.", *notes])
        return Answer(text, data, status=Status.NO_MATCH)
    wanted.sort(key=lambda segment: int(segments.departs_utc[segment]))
    departures = [_departure(asked, segment) for segment in wanted[:LISTED_DEPARTURES]]
    data["departures"] = departures
    return Answer(_next_departure(asked, name, wanted), data, asked.cheapest())


def _next_departure(asked: Asked, name: str, wanted: list[int]) -> str:
    """Say when and where a flight next departs, how often it does, and on which other routes."""
    segments, airports = asked.index.snapshot.segments, asked.index.snapshot.airports
    first = wanted[0]
    departs, minutes = int(segments.departs_utc[first]), int(segments.duration_minutes[first])
    left = departs + int(segments.origin_offset[first])
    landed = departs + minutes + int(segments.destination_offset[first])
    ways = [(int(segments.origin[one]), int(segments.destination[one])) for one in wanted]
    here, there = ((f"{airports.city[end]} ({airports.iata[end]})") for end in ways[0])
    later = asked.words.days_later(landed // 1440 - left // 1440)
    text = (
        f"{name} next flies from {here} to {there} on {asked.day(left // 1440)}, leaving at "
        f"{asked.clock(left % 1440)} and landing at {asked.clock(landed % 1440)}{later}, "
        f"{asked.words.duration(minutes)}."
    )
    if len(wanted) > 1:
        last = wanted[-1]
        until = (int(segments.departs_utc[last]) + int(segments.origin_offset[last])) // 1440
        text += f" It departs {len(wanted):,} times until {asked.day(until)}."
    others = [f"{airports.iata[a]}\N{EN DASH}{airports.iata[b]}" for a, b in dict.fromkeys(ways)][1:]
    if others:
        more = [f"{len(others) - NAMED} more"] if len(others) > NAMED else []
        text += f" The same number is also used for {listed(others[:NAMED] + more)}."
    return text


def answer_aircraft(asked: Asked) -> Answer:
    """Say which types of aircraft fly."""
    snapshot = asked.index.snapshot
    data: dict[str, object] = {"aircraft": []}
    rows = asked.flights
    if len(rows) == 0:
        return asked.nothing(data)
    flown = _segments_of(asked, rows)
    types = snapshot.segments.aircraft[flown]
    known = types[types != NO_AIRCRAFT]
    if len(known) == 0:
        return Answer(f"This data does not say with which aircraft airlines fly {asked.way()}.", data)
    found, counts = np.unique(known, return_counts=True)
    order = np.lexsort((found, -counts))
    entries = [
        {
            "name": str(snapshot.aircraft.name[found[place]]),
            "family": str(snapshot.aircraft.family[found[place]]),
            "flights": int(counts[place]),
        }
        for place in order
    ]
    data["aircraft"] = entries
    most = entries[0]
    others = [f"{entry['name']} ({entry['flights']:,})" for entry in entries[1:NAMED]]
    more = [f"{counted(len(entries) - NAMED, 'other type')}"] if len(entries) > NAMED else []
    also = f" Also: {listed(others + more)}." if others else ""
    share = round(100 * int(counts[order[0]]) / len(flown))
    text = (
        f"Of {counted(len(flown), 'flight')} {asked.way()}{asked.when()}, {counts[order[0]]:,} ({share} %) "
        f"use the {most['name']}, a {most['family']}.{also}"
    )
    return Answer(text, data)


def _average(per_day: float) -> str:
    """Return an average with no more digits than anybody wants."""
    return f"{per_day:,.0f}" if per_day >= 10 or per_day == int(per_day) else f"{per_day:.1f}"  # noqa: PLR2004


def _named_airlines(asked: Asked) -> Answer:
    known = load_carriers()
    named = asked.query.carriers.include
    found = {facet.value: _carrier(facet) for facet in _facets(asked, asked.flights)}
    carriers: list[dict[str, object]] = []
    sentences = []
    for code in named:
        carrier = known.get(code)
        if carrier is None:
            sentences.append(f"{code} is not the code of an airline that is known here.")
            continue
        entry = found.get(code, {"carrier": code, "name": carrier.name, "flights": 0, "min_price": None})
        carriers.append(entry)
        kind = carrier.kind.value.replace("_", "-")
        alliance = f", {_ALLIANCES[carrier.alliance.value]}" if carrier.alliance else ""
        flights = entry["flights"]
        sentences.append(
            f"{code} is {carrier.name} ({kind}{alliance}), with "
            f"{f'{flights:,}' if flights else 'no'} coming flights in this data."
        )
    status = Status.OK if carriers else Status.NO_MATCH
    data: dict[str, object] = {"currency": asked.pricing.currency, "carriers": carriers}
    return Answer(" ".join(sentences), data, status=status)


_ALLIANCES = {"star": "Star Alliance", "oneworld": "oneworld", "skyteam": "SkyTeam"}


def _facets(asked: Asked, rows: Column) -> tuple[FacetCount, ...]:
    return facets_of(asked.index, [rows], asked.pricing.totals(asked.index, rows), asked.pricing).carriers


def _carrier(facet: FacetCount) -> dict[str, object]:
    return {
        "carrier": facet.value,
        "name": facet.label,
        "flights": facet.count,
        "min_price": None if facet.min_price is None else f"{facet.min_price}",
    }


def _days(asked: Asked, rows: Column) -> int:
    return len(np.unique(asked.days(rows)))


def _segments_of(asked: Asked, rows: Column) -> NDArray[np.uint32]:
    """Return the distinct segments of offers, ascending."""
    offers = asked.index.snapshot.offers
    is_flown = np.zeros(len(asked.index.snapshot.segments.origin), dtype=bool)
    for column in (offers.segment_0, offers.segment_1, offers.segment_2):
        flown = column[rows]
        is_flown[flown[flown != NO_SEGMENT]] = True
    return np.flatnonzero(is_flown).astype(np.uint32)


def _departure(asked: Asked, segment: int) -> dict[str, str]:
    segments, airports = asked.index.snapshot.segments, asked.index.snapshot.airports
    departs, minutes = int(segments.departs_utc[segment]), int(segments.duration_minutes[segment])
    departs_at = local_text(departs, int(segments.origin_offset[segment]))
    return {
        "date": departs_at[:10],
        "departs_at": departs_at,
        "arrives_at": local_text(departs + minutes, int(segments.destination_offset[segment])),
        "origin": str(airports.iata[int(segments.origin[segment])]),
        "destination": str(airports.iata[int(segments.destination[segment])]),
    }
