"""Single stages of the world's schedule, to be looked at: each as a table with codes instead of row numbers.

In: a plan and a stage. Out: the table of what the stage hands on. Nothing is built and no snapshot changes.
"""

import datetime as dt
from enum import StrEnum
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.domain.errors import IngestError
from flight_search.domain.progress import Progress
from flight_search.ingest.world.build import WorldPlan, plan_ways, read_flights
from flight_search.ingest.world.clean import clean
from flight_search.ingest.world.rules import CleaningReport
from flight_search.ingest.world.ways import NO_LEG, Ticket, Ways, moments
from flight_search.ingest.world.week import Week
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers

_NONE = ""


class Stage(StrEnum):
    """What can be looked at."""

    FLIGHTS = "flights"
    """As they stand in the traffic files."""
    LEGS = "legs"
    """Departures of one week that pass the rules."""
    WAYS = "ways"
    """Nonstops and connections of one week."""


def run_stage(
    stage: Stage, plan: WorldPlan, cache_dir: Path, today: dt.date, progress: Progress
) -> tuple[pl.DataFrame, CleaningReport | None]:
    """Return what a stage hands on, and what the rules did if it comes after them. Raises SourceError."""
    traffic, _ = read_flights(plan, cache_dir, progress)
    if stage is Stage.FLIGHTS:
        return traffic.flights, None
    week, report = clean(traffic, load_airports(), load_carriers(), progress)
    if stage is Stage.LEGS:
        return legs_table(week), report
    return ways_table(week, plan_ways(week, plan, today, progress)), report


def legs_table(week: Week) -> pl.DataFrame:
    """Return the departures of a week; times are UTC, the week begins on Sunday."""
    types = np.array([*(kind.name for kind in week.types), _NONE], dtype=object)
    return pl.DataFrame(
        {
            "flight": _flight_names(week),
            "operator": _codes([carrier.iata for carrier in week.carriers], week.operator),
            "origin": _codes([airport.iata for airport in week.airports], week.origin),
            "destination": _codes([airport.iata for airport in week.airports], week.destination),
            "day": week.departs // 1440,
            "departs": week.departs % 1440,
            "minutes": week.minutes,
            "km": week.km,
            "aircraft": types[week.aircraft].tolist(),
        }
    )


def ways_table(week: Week, ways: Ways) -> pl.DataFrame:
    """Return the ways of a week: their flights, stops, tickets and minutes."""
    names = np.array([*_flight_names(week), _NONE], dtype=object)
    airports = [airport.iata for airport in week.airports]
    stops = np.array([*_codes(airports, week.destination), _NONE], dtype=object)
    leaves, arrives = moments(week, ways)
    via_first = np.where(ways.second == NO_LEG, NO_LEG, ways.first)
    via_second = np.where(ways.third == NO_LEG, NO_LEG, ways.second)
    tickets = np.array([ticket.name.lower() for ticket in Ticket], dtype=object)
    return pl.DataFrame(
        {
            "origin": _codes(airports, week.origin[ways.first]),
            "via": stops[via_first].tolist(),
            "then_via": stops[via_second].tolist(),
            "destination": _codes(airports, week.destination[ways.last]),
            "first": names[ways.first].tolist(),
            "second": names[ways.second].tolist(),
            "third": names[ways.third].tolist(),
            "tickets": tickets[ways.ticket].tolist(),
            "day": leaves[0] // 1440,
            "departs": leaves[0] % 1440,
            "minutes": arrives - leaves[0],
        }
    )


def write_table(table: pl.DataFrame, path: Path) -> None:
    """Write a table as Parquet. Raises IngestError where that cannot be."""
    try:
        table.write_parquet(path)
    except OSError as error:
        raise IngestError(
            f"{path} cannot be written ({error.strerror or error}).",
            remedy="Name a file in a folder that exists and has room: --output FILE.parquet",
        ) from error


def _codes(names: list[str], row: NDArray[np.int32]) -> list[str]:
    found: list[str] = np.array(names, dtype=object)[row].tolist()
    return found


def _flight_names(week: Week) -> list[str]:
    sellers = _codes([carrier.iata for carrier in week.carriers], week.seller)
    letters = [chr(code) if code else _NONE for code in week.suffix.tolist()]
    return [
        f"{seller}{number}{letter}"
        for seller, number, letter in zip(sellers, week.number.tolist(), letters, strict=True)
    ]
