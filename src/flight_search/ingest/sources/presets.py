"""Tables whose columns are known: on-time records of BTS, routes of OpenFlights.

In: a path. Out: sources in the shape of ``rows``. BTS on-time records say what was flown, in the past: as
for the default data the flights are moved by whole weeks onto days to come, and cancelled ones are left out.
OpenFlights names routes without times: nothing that can be searched, so all of it is left out, and said so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import polars as pl

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.ingest.sources.mapping import Columns, Mapping, SourcePart, Times
from flight_search.ingest.sources.own_files import read_batch
from flight_search.ingest.sources.propose import guess_format
from flight_search.ingest.sources.rows import Batch, as_rows, refused
from flight_search.ingest.sources.tables import FIELD_COUNT, TableFormat, TextBatch, read_table

_BTS_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "departure_date": ("FL_DATE", "FlightDate"),
    "carrier": (
        "MKT_UNIQUE_CARRIER",
        "OP_UNIQUE_CARRIER",
        "Reporting_Airline",
        "IATA_Code_Marketing_Airline",
        "OP_CARRIER",
        "UniqueCarrier",
    ),
    "operating_carrier": ("OP_UNIQUE_CARRIER", "IATA_Code_Operating_Airline"),
    "flight_number": (
        "MKT_CARRIER_FL_NUM",
        "OP_CARRIER_FL_NUM",
        "Flight_Number_Reporting_Airline",
        "Flight_Number_Marketing_Airline",
        "FlightNum",
    ),
    "origin": ("ORIGIN", "Origin"),
    "destination": ("DEST", "Dest"),
    "departure_time": ("CRS_DEP_TIME", "CRSDepTime"),
    "arrival_time": ("CRS_ARR_TIME", "CRSArrTime"),
    "duration": ("CRS_ELAPSED_TIME", "CRSElapsedTime"),
}
_CANCELLED: Final = ("CANCELLED", "Cancelled")
_NEEDED: Final = ("departure_date", "carrier", "origin", "destination", "departure_time")

_OPENFLIGHTS: Final = (
    "carrier",
    "carrier id",
    "origin",
    "origin id",
    "destination",
    "destination id",
    "codeshare",
    "stops",
    "equipment",
)


@dataclass
class BtsOnTime:
    """One file of the reporting carriers' on-time performance."""

    name: str
    path: Path
    progress: Progress
    unused: dict[str, None] = field(default_factory=dict)

    def batches(self) -> Iterator[Batch]:
        """Read the file once. Raises SourceError."""
        how, _ = guess_format(self.path)
        mapping: Mapping | None = None
        for batch in read_table(self.path, how, self.progress):
            mapping = mapping or self._mapping(batch.columns)
            kept, cancelled = _flown(batch)
            made = read_batch(kept, mapping)
            yield replace(made, left_out={"cancelled": cancelled} if cancelled else {}, moves_ahead=True)

    def _mapping(self, columns: pl.DataFrame) -> Mapping:
        found = {
            key: next((name for name in names if name in columns.columns), None)
            for key, names in _BTS_COLUMNS.items()
        }
        missing = [key for key in _NEEDED if not found[key]]
        if missing or not (found["arrival_time"] or found["duration"]):
            raise SourceError(
                f"{self.path} is no table of BTS records: there is no {', '.join(missing) or 'arrival'}.",
                remedy="Choose at least FL_DATE, the carrier, ORIGIN, DEST, CRS_DEP_TIME and CRS_ARR_TIME or "
                "CRS_ELAPSED_TIME when you download it.",
            )
        if found["operating_carrier"] == found["carrier"]:
            found["operating_carrier"] = None
        used = {*found.values(), *_CANCELLED}
        self.unused.update(dict.fromkeys(name for name in columns.columns if name not in used))
        dates = columns[str(found["departure_date"])]
        return Mapping(
            source=SourcePart(name=self.name, title=self.name),
            columns=Columns(**found),
            times=Times(order="mdy" if dates.str.contains("/").any() else "ymd"),
        )


def _flown(batch: TextBatch) -> tuple[TextBatch, int]:
    """Return the flights that were not cancelled, and how many were."""
    name = next((name for name in _CANCELLED if name in batch.columns.columns), None)
    if name is None:
        return batch, 0
    is_flown = batch.columns[name].cast(pl.Float64, strict=False).fill_null(0.0) == 0.0
    lines = pl.Series(batch.line, dtype=pl.UInt64).filter(is_flown).to_list()
    return TextBatch(batch.columns.filter(is_flown), lines, batch.refused), int((~is_flown).sum())


@dataclass
class OpenFlightsRoutes:
    """One file of routes (``routes.dat``)."""

    name: str
    path: Path
    progress: Progress
    unused: dict[str, None] = field(default_factory=dict)

    def batches(self) -> Iterator[Batch]:
        """Read the file once. Raises SourceError."""
        for batch in read_table(self.path, TableFormat(header=False), self.progress):
            told = list(batch.refused)
            if batch.columns.width != len(_OPENFLIGHTS):
                said = f"{batch.columns.width} fields instead of {len(_OPENFLIGHTS)}"
                told.append(refused(batch.line, "", FIELD_COUNT, [said] * len(batch.line)))
                yield Batch(_no_rows(), told)
                continue
            frame = batch.columns.rename(dict(zip(batch.columns.columns, _OPENFLIGHTS, strict=True)))
            shared = int((frame["codeshare"] == "Y").fill_null(value=False).sum())
            left_out = {"codeshare": shared, "no_times": frame.height - shared}
            yield Batch(_no_rows(), told, {name: count for name, count in left_out.items() if count})


def _no_rows() -> pl.DataFrame:
    return as_rows(pl.DataFrame(schema={"line": pl.UInt64()}))
