"""Flights of the traffic files to one clean week of departures.

In: ``Traffic``, the airports and carriers of today. Out: ``Week`` and ``CleaningReport``. All times are
UTC, as in the source; local times are made when the week is laid onto days, because they depend on the day.

What is put right rather than left out:

* The day of arrival often stands still after midnight. The day that gives the usual duration for the
  distance is taken; usual durations are hours apart from those of the wrong day.
* Airports that moved or changed their code since the files were written (``data/moved_airports.csv``).
* Operators that are a part of another airline (see ``callsigns``).
"""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.downloads import STILL_IN_USE
from flight_search.ingest.world.aircraft import world_types
from flight_search.ingest.world.callsigns import Callsigns, FlightName
from flight_search.ingest.world.rules import CleaningReport, Rule
from flight_search.ingest.world.traffic import Traffic
from flight_search.ingest.world.week import WEEK_MINUTES, Week
from flight_search.reference.airports import Airport
from flight_search.reference.carriers import Carrier
from flight_search.reference.geo import great_circle_km

ARRIVAL_DAY: Final = "arrival_day"
MOVED_AIRPORT: Final = "moved_airport"

_DAY_MINUTES = 1440
_TIME = re.compile(r"^(?:([0-6])/)?(\d{1,2}):(\d{2}):(\d{2})$")
_HOURS, _SIXTY = 24, 60
_DAILY, _WEEKLY = "24Hr", "WEEK"
_NO_DAY, _NO_TIME = -1, -1
_NOWHERE = ""

# Usual time from gate to gate: 35 minutes of taxiing and climbing, then 13.2 km a minute (792 km/h). It
# only chooses the day of arrival, so being hours off does no harm.
_USUAL_GROUND_MINUTES, _USUAL_KM_PER_MINUTE = 35.0, 13.2
# No airliner is faster than 990 km/h over ground from the first to the last minute but ten, or slower than
# three hours plus 480 km/h. Beyond lie typing errors (34 minutes from Dallas to Austin, 230 from Jeddah to
# Mumbai).
_LEAST_GROUND_MINUTES, _MOST_KM_PER_MINUTE = 10.0, 16.5
_MOST_GROUND_MINUTES, _LEAST_KM_PER_MINUTE = 180.0, 8.0

_FREIGHT, _PRIVATE = "cargo", "ga"


def clean(
    traffic: Traffic, airports: Mapping[str, Airport], carriers: Mapping[str, Carrier], progress: Progress
) -> tuple[Week, CleaningReport]:
    """Return the week of departures and what was done to get it. Raises SourceError if nothing is left."""
    progress.start("Cleaning flights", total=len(traffic.flights), unit="flights")
    flights = _read(traffic, airports, carriers)
    first_broken = _first_broken(flights)
    progress.advance(len(traffic.flights))
    passing = np.flatnonzero(first_broken == "")
    if not len(passing):
        raise SourceError(
            "No flight of the traffic files passes the rules.",
            remedy=f"Give the package flightgear-data-ai or its traffic files. {STILL_IN_USE}",
        )
    flight, day = _days_flown(flights, passing)
    week = _week(flights, flight, day, airports, carriers)
    order = _first_of_each(week)
    week, flight = week.take(order), flight[order]
    kept = np.unique(flight)
    names, counts = np.unique(first_broken[first_broken != ""], return_counts=True)
    left_out = dict(zip(names.tolist(), counts.tolist(), strict=True))
    left_out[Rule.DUPLICATE] = len(passing) - len(kept)
    report = CleaningReport(
        read=len(traffic.flights),
        kept=len(kept),
        departures=len(week),
        left_out={rule.value: left_out.get(rule, 0) for rule in Rule},
        mended={
            ARRIVAL_DAY: int(np.count_nonzero(flights.is_day_mended[kept])),
            MOVED_AIRPORT: int(np.count_nonzero(flights.is_moved[kept])),
        },
        airports=len(week.airports),
        pairs=len(np.unique(week.origin.astype(np.int64) * len(week.airports) + week.destination)),
        carriers=len(week.carriers),
    )
    progress.finish()
    return week, report


@dataclass(frozen=True)
class _Flights:
    """The flights as they were understood, as columns; what is not understood is marked, not dropped."""

    is_complete: NDArray[np.bool_]
    day: NDArray[np.int64]
    """0 is Sunday, _NO_DAY where none is given."""
    departs: NDArray[np.int64]
    """UTC minute of the day, _NO_TIME where it is none."""
    arrives: NDArray[np.int64]
    minutes: NDArray[np.int64]
    is_daily: NDArray[np.bool_]
    is_weekly: NDArray[np.bool_]
    origin: NDArray[np.str_]
    """IATA code, empty where not known."""
    destination: NDArray[np.str_]
    km: NDArray[np.float64]
    service: NDArray[np.str_]
    type: NDArray[np.str_]
    has_number: NDArray[np.bool_]
    names: list[FlightName | None]
    is_moved: NDArray[np.bool_]
    is_day_mended: NDArray[np.bool_]


def _read(traffic: Traffic, airports: Mapping[str, Airport], carriers: Mapping[str, Carrier]) -> _Flights:
    table = traffic.flights
    moved = _moved_airports(airports)
    ports = {airport.icao: code for code, airport in airports.items() if airport.icao} | moved
    origins, destinations = table["origin"].to_list(), table["destination"].to_list()
    origin = np.array([ports.get(port, _NOWHERE) for port in origins], dtype=np.str_)
    destination = np.array([ports.get(port, _NOWHERE) for port in destinations], dtype=np.str_)
    km = _distances(origin, destination, airports)
    left, landed = _clocks(table["departs"].to_list()), _clocks(table["arrives"].to_list())
    minutes = _durations(left[:, 1], landed[:, 1], km)
    stated = (landed[:, 0] - left[:, 0]) % 7 * _DAY_MINUTES + landed[:, 1] - left[:, 1]
    repeat = table["repeat"].to_numpy()
    known = [traffic.aircraft.get(name, ("", "")) for name in table["aircraft"].to_list()]
    signs = list(zip(table["file"].to_list(), table["callsign"].to_list(), strict=True))
    callsigns = Callsigns(carriers)
    return _Flights(
        is_complete=np.array(
            [
                all(row)
                for row in table.select("origin", "destination", "departs", "arrives", "repeat").rows()
            ],
            dtype=bool,
        ),
        day=left[:, 0],
        departs=left[:, 1],
        arrives=landed[:, 1],
        minutes=minutes,
        is_daily=repeat == _DAILY,
        is_weekly=repeat == _WEEKLY,
        origin=origin,
        destination=destination,
        km=km,
        service=np.array([service for _, service in known], dtype=np.str_),
        type=np.array([kind for kind, _ in known], dtype=np.str_),
        has_number=np.array([callsigns.number(sign) is not None for _, sign in signs], dtype=bool),
        names=[callsigns.read(file, sign) for file, sign in signs],
        is_moved=np.array(
            [a in moved or b in moved for a, b in zip(origins, destinations, strict=True)], dtype=bool
        ),
        is_day_mended=(left[:, 0] >= 0) & (landed[:, 0] >= 0) & (stated != minutes),
    )


def _moved_airports(airports: Mapping[str, Airport]) -> dict[str, str]:
    text = (
        files("flight_search.ingest.world").joinpath("data", "moved_airports.csv").read_text(encoding="utf-8")
    )
    rows = csv.DictReader(text.splitlines())
    return {row["icao"]: row["iata"] for row in rows if row["iata"] in airports}


def _clocks(times: list[str]) -> NDArray[np.int64]:
    """Return day and minute of each time, shape (n, 2)."""
    known = {time: _clock(time) for time in set(times)}
    return np.array([known[time] for time in times], dtype=np.int64).reshape(-1, 2)


def _clock(time: str) -> tuple[int, int]:
    match = _TIME.match(time)
    if not match:
        return _NO_DAY, _NO_TIME
    hour, minute, second = int(match[2]), int(match[3]), int(match[4])
    is_time = hour < _HOURS and minute < _SIXTY and second < _SIXTY
    return int(match[1] or _NO_DAY), hour * 60 + minute if is_time else _NO_TIME


def _distances(
    origin: NDArray[np.str_], destination: NDArray[np.str_], airports: Mapping[str, Airport]
) -> NDArray[np.float64]:
    """Return km between known airports, 0 where one is not known."""
    ends = []
    for codes in (origin, destination):
        unique, inverse = np.unique(codes, return_inverse=True)
        places = [airports[str(code)] if code else None for code in unique]
        ends.append(np.array([place.latitude if place else 0.0 for place in places])[inverse])
        ends.append(np.array([place.longitude if place else 0.0 for place in places])[inverse])
    return np.where((origin != _NOWHERE) & (destination != _NOWHERE), great_circle_km(*ends), 0.0)


def _durations(
    departs: NDArray[np.int64], arrives: NDArray[np.int64], km: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Return the minutes from gate to gate, with the day of arrival that fits the distance."""
    usual = _USUAL_GROUND_MINUTES + km / _USUAL_KM_PER_MINUTE
    within_a_day = (arrives - departs) % _DAY_MINUTES
    days = np.maximum(np.rint((usual - within_a_day) / _DAY_MINUTES), 0)
    return within_a_day + days.astype(np.int64) * _DAY_MINUTES


def _first_broken(flights: _Flights) -> NDArray[np.str_]:
    """Return the first rule that each flight breaks, empty where it breaks none."""
    is_known = (flights.origin != _NOWHERE) & (flights.destination != _NOWHERE)
    broken = {
        Rule.INCOMPLETE: ~flights.is_complete,
        Rule.UNREADABLE_TIME: (flights.departs == _NO_TIME)
        | (flights.arrives == _NO_TIME)
        | (flights.is_weekly & (flights.day == _NO_DAY)),
        Rule.UNREADABLE_REPEAT: ~(flights.is_daily | flights.is_weekly),
        Rule.CARGO: flights.service == _FREIGHT,
        Rule.GENERAL_AVIATION: flights.service == _PRIVATE,
        Rule.UNKNOWN_AIRPORT: ~is_known,
        Rule.SAME_AIRPORT: flights.origin == flights.destination,
        Rule.NO_FLIGHT_NUMBER: ~flights.has_number,
        Rule.UNKNOWN_CARRIER: np.array([name is None for name in flights.names], dtype=bool),
        Rule.IMPOSSIBLE_SPEED: (flights.minutes < _LEAST_GROUND_MINUTES + flights.km / _MOST_KM_PER_MINUTE)
        | (flights.minutes > _MOST_GROUND_MINUTES + flights.km / _LEAST_KM_PER_MINUTE),
    }
    return np.select(list(broken.values()), [rule.value for rule in broken], default="")


def _days_flown(flights: _Flights, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return flight and day of the week of each departure."""
    weekly, daily = rows[~flights.is_daily[rows]], rows[flights.is_daily[rows]]
    flight = np.concatenate([weekly, np.repeat(daily, 7)])
    return flight, np.concatenate([flights.day[weekly], np.tile(np.arange(7), len(daily))])


def _week(
    flights: _Flights,
    flight: NDArray[np.int64],
    day: NDArray[np.int64],
    airports: Mapping[str, Airport],
    carriers: Mapping[str, Carrier],
) -> Week:
    ends = np.concatenate([flights.origin[flight], flights.destination[flight]])
    ports, port = np.unique(ends, return_inverse=True)
    names = [name for name in (flights.names[row] for row in flight.tolist()) if name]
    flown_by = np.array([[name.seller for name in names], [name.operator for name in names]], dtype=np.str_)
    airlines, airline = np.unique(flown_by, return_inverse=True)
    kinds = world_types()
    types = sorted(
        {kinds[code] for code in set(flights.type[flight].tolist()) & kinds.keys()}, key=lambda t: t.name
    )
    row_of = {kind: row for row, kind in enumerate(types)}
    seller, operator = airline.reshape(2, -1)
    return Week(
        airports=tuple(airports[str(code)] for code in ports),
        carriers=tuple(carriers[str(code)] for code in airlines),
        types=tuple(types),
        origin=port[: len(flight)].astype(np.int32),
        destination=port[len(flight) :].astype(np.int32),
        departs=((day * _DAY_MINUTES + flights.departs[flight]) % WEEK_MINUTES).astype(np.int32),
        minutes=flights.minutes[flight].astype(np.int32),
        km=flights.km[flight].astype(np.float32),
        seller=seller.astype(np.int32),
        operator=operator.astype(np.int32),
        number=np.array([name.number for name in names], dtype=np.int32),
        suffix=np.array([ord(name.suffix) if name.suffix else 0 for name in names], dtype=np.uint8),
        aircraft=np.array(
            [row_of[kinds[code]] if code in kinds else -1 for code in flights.type[flight].tolist()],
            dtype=np.int32,
        ),
    )


def _first_of_each(week: Week) -> NDArray[np.int64]:
    """Return the rows in the order of a week, one of each (origin, minute, seller, number, letter)."""
    order = np.lexsort(
        (week.minutes, week.destination, week.suffix, week.number, week.seller, week.departs, week.origin)
    )
    identity: list[NDArray[Any]] = [week.origin, week.departs, week.seller, week.number, week.suffix]
    is_same = np.logical_and.reduce([column[order][1:] == column[order][:-1] for column in identity])
    rows: NDArray[np.int64] = order[np.concatenate([[True], ~is_same])]
    return rows
