"""Answers about flights: who flies, how many, when, with what."""

import numpy as np
from numpy.typing import NDArray

from flight_search.catalog.schema import NO_AIRCRAFT, NO_SEGMENT
from flight_search.domain.result import Status
from flight_search.reference.carriers import load_carriers
from flight_search.search.answers.asked import Answer, Asked, counted, listed
from flight_search.search.dates import clock_text, day_text, duration_text, local_text, minute_of
from flight_search.search.facets import facets_of
from flight_search.search.filter import named_flight

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
    carriers = _carriers(asked, rows)
    data["carriers"] = carriers
    names = [f"{carrier['name']} ({carrier['carrier']})" for carrier in carriers[:NAMED]]
    more = f" and {len(carriers) - NAMED} more" if len(carriers) > NAMED else ""
    text = (
        f"{counted(len(carriers), 'airline flies', 'airlines fly')} {asked.way()}: "
        f"{', '.join(names) + more if more else listed(names)}."
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
    when = (
        f"on {counted(days, 'day')}, about {_average(per_day)} a day"
        if days > 1
        else f"on {day_text(int(asked.days(rows[:1])[0]))}"
    )
    text = f"{counted(len(rows), 'flight')} {asked.way()} {when}."
    return Answer(text, data)


def answer_schedule(asked: Asked) -> Answer:
    """Say when flights leave and how long they take: nonstops, where there are any."""
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
    leave = f"leaves at {first}" if len(rows) == 1 else f"leave between {first} and {last}"
    text = (
        f"{counted(len(rows), kind)} {asked.way()} {leave}, about {_average(per_day)} on a day with flights. "
        f"The typical travel time is {duration_text(typical)}."
    )
    return Answer(text, data)


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
        answer = asked.nothing(data)
        return Answer(f"This data has no coming flight {name}. {answer.text}", data, status=answer.status)
    wanted.sort(key=lambda segment: int(segments.departs_utc[segment]))
    departures = [_departure(asked, segment) for segment in wanted[:LISTED_DEPARTURES]]
    data["departures"] = departures
    first = departures[0]
    more = "" if len(wanted) == 1 else f" It departs {len(wanted):,} times in this data."
    text = (
        f"{name} next flies from {first['origin']} to {first['destination']} on "
        f"{_local_day(asked, wanted[0])}, leaving at {first['departs_at'][11:16]} and landing at "
        f"{first['arrives_at'][11:16]}.{more}"
    )
    return Answer(text, data, asked.cheapest())


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
    others = [str(entry["name"]) for entry in entries[1:NAMED]]
    also = f" Also: {listed(others)}{' and more' if len(entries) > NAMED else ''}." if others else ""
    text = (
        f"Of {counted(len(flown), 'flight')} {asked.way()}, {counts[order[0]]:,} use the {most['name']} "
        f"({most['family']}).{also}"
    )
    return Answer(text, data)


def _average(per_day: float) -> str:
    """Return an average with no more digits than anybody wants."""
    return f"{per_day:,.0f}" if per_day >= 10 or per_day == int(per_day) else f"{per_day:.1f}"  # noqa: PLR2004


def _named_airlines(asked: Asked) -> Answer:
    known = load_carriers()
    named = asked.query.carriers.include
    found = {carrier["carrier"]: carrier for carrier in _carriers(asked, asked.flights)}
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


def _carriers(asked: Asked, rows: Column) -> list[dict[str, object]]:
    facets = facets_of(asked.index, [rows], asked.pricing.totals(asked.index, rows), asked.pricing)
    return [
        {
            "carrier": facet.value,
            "name": facet.label,
            "flights": facet.count,
            "min_price": None if facet.min_price is None else f"{facet.min_price}",
        }
        for facet in facets.carriers
    ]


def _days(asked: Asked, rows: Column) -> int:
    return len(np.unique(asked.days(rows)))


def _segments_of(asked: Asked, rows: Column) -> NDArray[np.uint32]:
    """Return the distinct segments of offers."""
    offers = asked.index.snapshot.offers
    flown = np.concatenate([offers.segment_0[rows], offers.segment_1[rows], offers.segment_2[rows]])
    return np.unique(flown[flown != NO_SEGMENT])


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


def _local_day(asked: Asked, segment: int) -> str:
    segments = asked.index.snapshot.segments
    return day_text((int(segments.departs_utc[segment]) + int(segments.origin_offset[segment])) // 1440)
