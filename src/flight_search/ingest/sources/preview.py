"""What a mapping makes of a sample: offers as people read them, and rows that would be refused.

In: a sample of a table and its mapping. Out: ``Preview``. The same code as in a build reads and checks the
rows.
"""

import datetime as dt
from dataclasses import dataclass

from flight_search.catalog.schema import CABINS
from flight_search.ingest.sources.aircraft_codes import TYPES
from flight_search.ingest.sources.amounts import minor_per_major
from flight_search.ingest.sources.check import Checker
from flight_search.ingest.sources.codes import unpack
from flight_search.ingest.sources.mapping import Mapping
from flight_search.ingest.sources.own_files import read_batch
from flight_search.ingest.sources.rows import Batch
from flight_search.ingest.sources.staged import NO_PRICE
from flight_search.ingest.sources.tables import TextBatch

_EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  a local time


@dataclass(frozen=True)
class PreviewFlight:
    """One flight in words."""

    flight: str
    origin: str
    destination: str
    departs: str
    arrives: str
    aircraft: str


@dataclass(frozen=True)
class PreviewOffer:
    """One offer in words."""

    flights: list[PreviewFlight]
    minutes: int
    cabin: str
    price: str


@dataclass(frozen=True)
class Preview:
    """What came of a sample."""

    read: int
    kept: int
    offers: list[PreviewOffer]
    refused: list[dict[str, object]]
    left_out: dict[str, int]
    notes: dict[str, int]


def preview(sample: TextBatch, mapping: Mapping, checker: Checker, currency: str, rows: int) -> Preview:
    """Return the first offers of a sample, and every row of it that is refused."""
    return preview_batch(read_batch(sample, mapping), checker, currency, rows)


def preview_batch(batch: Batch, checker: Checker, currency: str, rows: int) -> Preview:
    """Return the first offers of a batch, and every row of it that is refused."""
    checked = checker.check(batch)
    refusals = [row for part in checked.refused for row in part.sort("line").iter_rows(named=True)]
    refused = sum(part.height for part in checked.refused)
    return Preview(
        read=checked.rows.height + refused + sum(checked.left_out.values()),
        kept=checked.rows.height,
        offers=[_offer(row, currency) for row in checked.rows.head(rows).iter_rows(named=True)],
        refused=refusals,
        left_out=checked.left_out,
        notes=checked.notes,
    )


def _offer(row: dict[str, int], currency: str) -> PreviewOffer:
    numbers = range(1, row["stops"] + 2)
    last = row["stops"] + 1
    minutes = row[f"utc_{last}"] + row[f"minutes_{last}"] - row["utc_1"]
    price = "estimated"
    if row["price"] != NO_PRICE:
        minor = minor_per_major(currency)
        price = f"{row['price'] / minor:,.2f} {currency}" if minor > 1 else f"{row['price']:,} {currency}"
    return PreviewOffer([_flight(row, number) for number in numbers], minutes, CABINS[row["cabin"]], price)


def _flight(row: dict[str, int], number: int) -> PreviewFlight:
    def value(name: str) -> int:
        return row[f"{name}_{number}"]

    left = _EPOCH + dt.timedelta(minutes=value("utc") + value("origin_offset"))
    landed = _EPOCH + dt.timedelta(minutes=value("utc") + value("minutes") + value("destination_offset"))
    days = (landed.date() - left.date()).days
    suffix = chr(value("suffix")) if value("suffix") else ""
    flown_by = unpack(value("operating"), 2)
    carrier = unpack(value("carrier"), 2)
    aircraft = TYPES[value("aircraft")].name if value("aircraft") < len(TYPES) else ""
    return PreviewFlight(
        flight=f"{carrier}{value('number') or ''}{suffix}"
        + (f" ({flown_by})" if flown_by != carrier else ""),
        origin=unpack(value("origin"), 3),
        destination=unpack(value("destination"), 3),
        departs=f"{left:%a %-d %b %Y %H:%M}",
        arrives=f"{landed:%H:%M}" + (f"{days:+d}" if days else ""),
        aircraft=aircraft,
    )
