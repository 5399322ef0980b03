"""The figures behind an answer as a table, by what was asked.

In: the ``data`` of an answer, of whose members each may be missing. Out: a table, or None where the sentence
says it all (a count, a distance, a fare).
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from rich.table import Table

from flight_search.cli import wording
from flight_search.cli.tables import Column, table_of

Row: TypeAlias = Mapping[str, Any]

_BAR: Final = 24
"""Length of the longest bar."""
_MOST_DAYS: Final = 31
"""Days shown one by one; of more, those with the lowest prices are."""

_RIGHT: Final = "right"


def answer_table(data: Mapping[str, Any], limit: int) -> Table | None:
    """Return the table for an answer, of at most ``limit`` rows (a calendar: a month)."""
    currency = str(data.get("currency", "USD"))
    for member, make in _TABLES.items():
        rows = data.get(member)
        if isinstance(rows, list | tuple) and rows:
            return make(rows, currency, limit)
    return None


def left_out(data: Mapping[str, Any], limit: int) -> int:
    """Return how many rows the table leaves out."""
    for member in _TABLES:
        rows = data.get(member)
        if isinstance(rows, list | tuple) and rows:
            return max(0, len(rows) - (_MOST_DAYS if member == "days" else limit))
    return 0


def _days(rows: Sequence[Row], currency: str, _limit: int) -> Table:
    priced = sorted(rows, key=lambda row: (float(row["min"]), row["date"]))[:_MOST_DAYS]
    highest = max((float(row["min"]) for row in priced), default=0.0) or 1.0
    lowest = min((float(row["min"]) for row in priced), default=0.0)
    return table_of(
        (
            Column("Day"),
            Column("From", _RIGHT, "bold green"),
            Column("", style="cyan"),
            Column("Median", _RIGHT),
            Column("Offers", _RIGHT),
        ),
        [
            (
                wording.day(dt.date.fromisoformat(str(row["date"])))
                + (" *" if float(row["min"]) == lowest else ""),
                wording.money(row["min"], currency),
                "\N{FULL BLOCK}" * max(1, round(_BAR * float(row["min"]) / highest)),
                wording.money(row["median"], currency),
                f"{row['count']:,}",
            )
            for row in sorted(priced, key=lambda row: str(row["date"]))
        ],
    )


def _destinations(rows: Sequence[Row], currency: str, limit: int) -> Table:
    return table_of(
        (
            Column("To"),
            Column("City", fits=True),
            Column("Country"),
            Column("From", _RIGHT, "bold green"),
            Column("Day"),
            Column("°C", _RIGHT),
            Column("Offers", _RIGHT),
        ),
        [
            (
                row["airport"],
                row["city"],
                row["country"],
                wording.money(row["price"], currency),
                wording.day(dt.date.fromisoformat(str(row["date"]))),
                "" if row.get("celsius") is None else f"{row['celsius']}",
                f"{row['offers']:,}",
            )
            for row in rows[:limit]
        ],
    )


def _carriers(rows: Sequence[Row], currency: str, limit: int) -> Table:
    return table_of(
        (
            Column("Code"),
            Column("Airline", fits=True),
            Column("Flights", _RIGHT),
            Column("From", _RIGHT, "bold green"),
        ),
        [
            (row["carrier"], row["name"], f"{row['flights']:,}", wording.money(row["min_price"], currency))
            for row in rows[:limit]
        ],
    )


def _departures(rows: Sequence[Row], _currency: str, limit: int) -> Table:
    cells = []
    for row in rows[:limit]:
        leaves, lands = (dt.datetime.fromisoformat(str(row[name])) for name in ("departs_at", "arrives_at"))
        later = (lands.date() - leaves.date()).days
        cells.append(
            (
                wording.day(leaves.date()),
                f"{leaves:%H:%M}{wording.DASH}{lands:%H:%M}{f'{later:+d}' if later else ''}",
                f"{row['origin']}{wording.DASH}{row['destination']}",
            )
        )
    return table_of((Column("Day"), Column("Times", style="bold"), Column("Route")), cells)


def _aircraft(rows: Sequence[Row], _currency: str, limit: int) -> Table:
    return table_of(
        (Column("Aircraft"), Column("What it is", fits=True), Column("Flights", _RIGHT)),
        [(row["name"], row["family"], f"{row['flights']:,}") for row in rows[:limit]],
    )


def _airports(rows: Sequence[Row], _currency: str, limit: int) -> Table:
    return table_of(
        (
            Column("Code", style="bold"),
            Column("Airport", fits=True),
            Column("City", fits=True),
            Column("Country"),
            Column("Time zone"),
        ),
        [(row["iata"], row["name"], row["city"], row["country"], row["timezone"]) for row in rows[:limit]],
    )


_TABLES: Final[Mapping[str, Callable[[Sequence[Row], str, int], Table]]] = {
    "days": _days,
    "destinations": _destinations,
    "carriers": _carriers,
    "departures": _departures,
    "aircraft": _aircraft,
    "airports": _airports,
}
