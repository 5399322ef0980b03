"""What the readers of files of fares have in common: rows as text, what was refused, the heads of columns."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias

import polars as pl

from flight_search.domain.errors import SourceError
from flight_search.ingest.fare_changes.columns import NAMING, SAYING, column_of

LONGEST_SHOWN: Final = 120
"""Of a row that is refused: enough to find it again."""

WRITE_AGAIN: Final = "Write the file again, as CSV, JSON lines or Parquet with the columns of docs/fares.md."

Head: TypeAlias = dict[str, str]
"""Name in the file → our column."""


@dataclass(frozen=True)
class Refused:
    """A row that says nothing that can be applied, and why."""

    line: int
    kind: str
    """``refused``, ``unknown`` (no such offer) or ``replaced`` (a later row names the same offer)."""
    reason: str
    row: str
    """What the row says, shortened."""


@dataclass
class RawRows:
    """The rows of a file: all our columns as text, and ``line``; of a Parquet file the number of the row."""

    frame: pl.DataFrame
    refused: list[Refused] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def head_of(names: list[str], name: str) -> Head:
    """Return our columns among those of a file. Raises SourceError if it lacks some or has one twice."""
    head: Head = {}
    for key in names:
        column = column_of(key)
        if column is None:
            continue
        if column in head.values() or names.count(key) > 1:
            raise SourceError(f"{name} has the column {column} twice.", remedy="Keep one of the two.")
        head[key] = column
    require_columns(set(head.values()), name)
    return head


def require_columns(found: set[str], name: str) -> None:
    """Return if the columns name offers and say something of them. Raises SourceError."""
    if not found.intersection(NAMING) or not found.intersection(SAYING):
        missing = "names no offers" if not found.intersection(NAMING) else "says nothing about offers"
        raise SourceError(
            f"{name} {missing}: its columns are {', '.join(sorted(found)) or 'none of ours'}.",
            remedy="It has to have `id`, or `carrier`, `flight` and `date`; and `price`, `sold_out` or "
            "`seats`. docs/fares.md shows examples.",
        )


def notes_on(names: list[str], head: Head) -> list[str]:
    """Return what is to be said of columns that are not ours."""
    others = [key for key in names if key not in head]
    return [f"Not read: {', '.join(repr(key[:40]) for key in others[:10])}."] if others else []
