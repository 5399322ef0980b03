"""Legs with periods and days of operation → dated rows, and the through flights that they make up.

In: legs of whole flights. Out: rows in the shape of ``rows.ROW``. Two legs of one flight and itinerary
variation make a through flight where the second starts at the airport of the first, within a day of its
arrival.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.catalog.schema import CABINS
from flight_search.ingest.sources.rows import MINUTES_OF_DAY, MOST_SEGMENTS, as_rows

_EPOCH: Final = dt.date(1970, 1, 1)
_WEEK: Final = 7
_ECONOMY: Final = CABINS[0]
"""A schedule sells what it flies; the estimate of a fare is for economy."""


@dataclass
class Leg:
    """One record of type 3, and what records of type 4 say of it."""

    line: int
    flight: str
    """Suffix, carrier and number as in the record: the same for all legs of a flight."""
    carrier: str
    number: str
    variation: str
    sequence: int
    start: dt.date
    end: dt.date
    weekdays: frozenset[int]
    """0 is Monday."""
    weeks: int
    """1: every week; 2: every second."""
    origin: str
    destination: str
    departs: int
    """Local minutes after the start of the day of operation; more than a day, or less than 0, on other days.
    """
    arrives: int
    origin_offset: int
    destination_offset: int
    aircraft: str
    restrictions: str
    """One sign per leg of the flight: of traffic from this origin to the destination of that leg."""
    operating_carrier: str = ""
    other_numbers: list[str] = field(default_factory=list)
    segment_restrictions: dict[tuple[str, str], str] = field(default_factory=dict)


def dated_rows(legs: Sequence[Leg], sold: frozenset[str]) -> tuple[pl.DataFrame, int]:
    """Return a row per flight and day that can be bought, and how many rows a restriction forbids."""
    dated = _dated(legs)
    if not dated.height:
        return as_rows(pl.DataFrame(schema={"line": pl.UInt64()})), 0
    runs = [dated.rename(lambda name: name if name in _SHARED else f"{name}_1")]
    for number in range(2, MOST_SEGMENTS + 1):
        runs.append(_onward(runs[-1], dated, number))
    rows, unsold = [], 0
    for number, run in enumerate(runs, start=1):
        is_sold = _sold(run, legs, sold, number)
        unsold += int((~is_sold).sum())
        rows.append(
            as_rows(
                run.filter(is_sold).with_columns(
                    pl.col("line_1").alias("line"), pl.lit(_ECONOMY).alias("cabin")
                )
            )
        )
    return pl.concat(rows), unsold


_SHARED: Final = frozenset({"flight", "variation"})


def _dated(legs: Sequence[Leg]) -> pl.DataFrame:
    """Return a row per leg and day of operation."""
    days = [_days(leg) for leg in legs]
    counts = [len(one) for one in days]
    row = np.repeat(np.arange(len(legs)), counts)
    day = np.concatenate(days) * MINUTES_OF_DAY if days else np.zeros(0, dtype=np.int64)
    fixed = pl.DataFrame(
        {
            "row": np.arange(len(legs)),
            "line": [leg.line for leg in legs],
            "flight": [leg.flight for leg in legs],
            "variation": [leg.variation for leg in legs],
            "sequence": [leg.sequence for leg in legs],
            "carrier": [leg.carrier for leg in legs],
            "operating_carrier": [leg.operating_carrier or None for leg in legs],
            "number": [leg.number for leg in legs],
            "origin": [leg.origin for leg in legs],
            "destination": [leg.destination for leg in legs],
            "departs": [leg.departs for leg in legs],
            "arrives": [leg.arrives for leg in legs],
            "departs_offset": [leg.origin_offset for leg in legs],
            "arrives_offset": [leg.destination_offset for leg in legs],
            "aircraft": [leg.aircraft or None for leg in legs],
        },
        schema_overrides={"line": pl.UInt64, "operating_carrier": pl.String, "aircraft": pl.String},
    )
    return fixed[row].with_columns(pl.col("departs") + day, pl.col("arrives") + day) if legs else fixed


def _days(leg: Leg) -> NDArray[np.int64]:
    first, last = (leg.start - _EPOCH).days, (leg.end - _EPOCH).days
    days = np.arange(first, last + 1, dtype=np.int64)
    weekday = (days + 3) % _WEEK  # 1970-01-01 was a Thursday
    # Every second week is counted from the week of the first day.
    week = (days - first + (first + 3) % _WEEK) // _WEEK
    chosen: NDArray[np.int64] = days[np.isin(weekday, list(leg.weekdays)) & (week % max(leg.weeks, 1) == 0)]
    return chosen


def _onward(run: pl.DataFrame, dated: pl.DataFrame, number: int) -> pl.DataFrame:
    """Return runs of legs made longer by the next leg of the same flight."""
    before = number - 1
    left = run.with_columns(
        (pl.col(f"arrives_{before}") - pl.col(f"arrives_offset_{before}")).alias("moment"),
        (pl.col(f"sequence_{before}") + 1).alias("next"),
    ).sort("moment")
    right = (
        dated.with_columns((pl.col("departs") - pl.col("departs_offset")).alias("moment"))
        .rename({name: f"{name}_{number}" for name in dated.columns if name not in _SHARED})
        .with_columns(pl.col(f"sequence_{number}").alias("next"))
        .sort("moment")
    )
    joined = left.join_asof(
        right,
        on="moment",
        by=["flight", "variation", "next"],
        strategy="forward",
        tolerance=MINUTES_OF_DAY,
        check_sortedness=False,
    )
    joined = joined.filter(pl.col(f"origin_{number}") == pl.col(f"destination_{before}"))
    return joined.drop("moment", "next")


def _sold(run: pl.DataFrame, legs: Sequence[Leg], sold: frozenset[str], number: int) -> pl.Series:
    """Return whether a ticket between the ends of each run may be sold."""

    def restriction(first: int, last: int) -> str:
        start, end = legs[first], legs[last]
        position = end.sequence - 1
        coded = start.restrictions[position] if position < len(start.restrictions) else " "
        return start.segment_restrictions.get((start.origin, end.destination), coded)

    pairs = run.select(pl.col("row_1"), pl.col(f"row_{number}").alias("last")).unique()
    allowed = pairs.with_columns(
        pl.Series("is_sold", [restriction(*pair) in sold for pair in pairs.iter_rows()], dtype=pl.Boolean)
    )
    ends = run.select(pl.col("row_1"), pl.col(f"row_{number}").alias("last"))
    return ends.join(allowed, on=["row_1", "last"], how="left", maintain_order="left")["is_sold"]
