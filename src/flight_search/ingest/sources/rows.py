"""The one shape that every source is brought into: a row is a leg or an offer of up to three flights.

In: whatever a source says. Out: ``Batch``, columns of ``ROW`` with what could be read, and the rows that
could not. A source knows its format and nothing of airports, time zones or prices of others; ``check`` knows
those and nothing of formats. A row without a price is a leg of a schedule and gets an estimate; one with a
price is an offer and keeps it.

Times stay as the source writes them: minutes since 1970-01-01T00:00 on the clock that was meant, and the
offset of that clock where the source says it (null: the clock of the airport).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import polars as pl

MOST_SEGMENTS: Final = 3
SEGMENTS: Final = range(1, MOST_SEGMENTS + 1)

MINUTES_OF_DAY: Final = 1440

SEGMENT_COLUMNS: Final[dict[str, pl.DataType]] = {
    "carrier": pl.String(),
    "operating_carrier": pl.String(),
    "number": pl.String(),
    "origin": pl.String(),
    "destination": pl.String(),
    "departs": pl.Int64(),
    "departs_offset": pl.Int32(),
    "arrives": pl.Int64(),
    "arrives_offset": pl.Int32(),
    "arrives_clock": pl.Int32(),
    "minutes": pl.Int64(),
    "aircraft": pl.String(),
}
"""Of one flight. ``arrives_clock`` is the local minute of the day where the source leaves the day out, and
``minutes`` the duration where it is stated."""

OFFER_COLUMNS: Final[dict[str, pl.DataType]] = {
    "line": pl.UInt64(),
    "price": pl.Int64(),
    "currency": pl.String(),
    "basis": pl.String(),
    "cabin": pl.String(),
    "carry_on": pl.Int64(),
    "checked": pl.Int64(),
    "refundable": pl.Int64(),
    "seats": pl.Int64(),
    "emissions_kg": pl.Int64(),
}
"""``price`` is in minor units of ``currency``, for one adult; ``line`` is where the row stands in its
file."""

ROW: Final[dict[str, pl.DataType]] = OFFER_COLUMNS | {
    f"{name}_{number}": dtype for number in SEGMENTS for name, dtype in SEGMENT_COLUMNS.items()
}

REFUSED: Final = pl.Schema(
    {
        "line": pl.UInt64(),
        "field": pl.String(),
        "reason": pl.String(),
        "value": pl.String(),
    }
)


@dataclass(frozen=True)
class Batch:
    """Some rows of a source, and what was refused on the way to them."""

    rows: pl.DataFrame
    """Columns of ``ROW``; those left out count as null (see ``as_rows``)."""
    refused: Sequence[pl.DataFrame] = ()
    """Columns of ``REFUSED``; one entry per row at most."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Rows that are sound and still no flight to search (cancelled, cargo), by reason."""
    notes: dict[str, int] = field(default_factory=dict)
    """What was understood with a reservation, in words, and how many rows it touches."""
    believes_offsets: bool = False
    """Whether written offsets are the clocks of the airports, as in an airline's own schedule."""
    moves_ahead: bool = False
    """Whether flights of the past stand for those of the same season to come (records of what was flown)."""


class Source(Protocol):
    """One file or feed of a format."""

    @property
    def name(self) -> str:
        """What the source is called in reports and in the snapshot."""
        ...

    @property
    def unused(self) -> Iterable[str]:
        """What it holds and nothing was made of (columns, record types), known once it has been read."""
        ...

    def batches(self) -> Iterator[Batch]:
        """Read it once, in bounded memory. Raises SourceError if it cannot be read on."""
        ...


def as_rows(columns: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with exactly the columns of ``ROW``: missing ones are null."""
    return columns.select(
        pl.col(name).cast(dtype) if name in columns.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in ROW.items()
    )


def refused(line: Sequence[int], field: str, reason: str, value: Sequence[str]) -> pl.DataFrame:
    """Return refusals of one field and reason, row by row."""
    return pl.DataFrame(
        {"line": list(line), "field": [field] * len(line), "reason": [reason] * len(line), "value": value},
        schema=REFUSED,
    )


def refuse_where(
    frame: pl.DataFrame, is_bad: pl.Expr, field: str, reason: str, value: pl.Expr
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the rows that stay, and refusals of those for which ``is_bad`` is true."""
    bad = frame.select(is_bad.fill_null(value=False).alias("bad"))["bad"]
    if not bad.any():
        return frame, pl.DataFrame(schema=REFUSED)
    gone = frame.filter(bad).select(
        pl.col("line"),
        pl.lit(field).alias("field"),
        pl.lit(reason).alias("reason"),
        value.cast(pl.String).fill_null("").alias("value"),
    )
    return frame.filter(~bad), gone.cast(REFUSED)
