"""A file's bytes → its rows as text, with their lines.

In: CSV (comma, semicolon, tab or bar), JSON lines or Parquet, also compressed by gzip. Out: ``RawRows``: our
columns as text, null where a row says nothing, and the lines that could not be read at all. Nothing is
guessed of values here; a row of too many or too few fields is refused, because which of them is cut is not to
be known.
"""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from typing import Any, Final, Literal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet

from flight_search.domain.errors import SourceError
from flight_search.ingest.fare_changes.columns import COLUMNS
from flight_search.ingest.fare_changes.json_lines import read_json_lines
from flight_search.ingest.fare_changes.rows import (
    LONGEST_SHOWN,
    WRITE_AGAIN,
    Head,
    RawRows,
    Refused,
    head_of,
    notes_on,
)

_SEPARATORS: Final = ",;\t|"
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"
_UTF_8_MARK: Final = b"\xef\xbb\xbf"
_OTHER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def read_rows(content: bytes, name: str) -> RawRows:
    """Return the rows of a file. Raises SourceError, which says what is wrong with the file as a whole."""
    content = _unpacked(content, name)
    if content.startswith(_PARQUET):
        return _read_parquet(content, name)
    content = content.removeprefix(_UTF_8_MARK)
    _require_text(content, name)
    first = content.lstrip()[:1]
    if not first:
        raise SourceError(f"{name} is empty.", remedy=WRITE_AGAIN)
    if first == b"[":
        raise SourceError(
            f"{name} holds a JSON list.", remedy="Write one JSON object per line, without the list around."
        )
    return read_json_lines(content, name) if first == b"{" else _read_csv(content, name)


def _unpacked(content: bytes, name: str) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error) as error:
        raise SourceError(
            f"{name} cannot be unpacked: it is cut or damaged ({error}).", remedy="Fetch or write it again."
        ) from error


def _require_text(content: bytes, name: str) -> None:
    if content.startswith(_OTHER_MARKS):
        raise SourceError(f"{name} is UTF-16, not UTF-8.", remedy="Save it as UTF-8.")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceError(f"{name} is not UTF-8 (line {line}).", remedy="Save it as UTF-8.") from None
    if b"\0" in content:
        raise SourceError(f"{name} is no text.", remedy=WRITE_AGAIN)


# ------------------------------------------------------------------------------------------------- CSV


def _read_csv(content: bytes, name: str) -> RawRows:
    first = content[: content.find(b"\n") + 1 or None].decode("utf-8")
    separator = max(_SEPARATORS, key=first.count)
    names = next(csv.reader(io.StringIO(first), delimiter=separator), [])
    head = head_of(names, name)
    refused: list[Refused] = []
    skipped: list[int] = []

    def refuse(row: "pa_csv.InvalidRow") -> Literal["skip"]:
        line = row.number or 0
        skipped.append(line)
        if row.text.strip():
            reason = f"has {row.actual_columns} fields, the first line names {row.expected_columns}"
            refused.append(Refused(line, "refused", reason, row.text[:LONGEST_SHOWN]))
        return "skip"

    try:
        table = pa_csv.read_csv(
            io.BytesIO(content),
            # One thread: only then are lines numbered.
            read_options=pa_csv.ReadOptions(use_threads=False),
            parse_options=pa_csv.ParseOptions(
                delimiter=separator,
                invalid_row_handler=refuse,
                newlines_in_values=True,
                ignore_empty_lines=False,
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.utf8()),
                strings_can_be_null=True,
                null_values=[""],
                include_columns=list(head),
            ),
        )
    except pa.ArrowException as error:
        raise SourceError(f"{name} cannot be read as CSV: {error}.", remedy=WRITE_AGAIN) from error
    lines = np.delete(np.arange(1, table.num_rows + len(skipped) + 2), [0, *(line - 1 for line in skipped)])
    rows = RawRows(_frame(table, head, lines), refused, notes_on(names, head))
    if not content.endswith(b"\n"):
        rows.notes.append("The last line has no end, so the file may have been cut there: look at its price.")
    return rows


# --------------------------------------------------------------------------------------------- Parquet


def _read_parquet(content: bytes, name: str) -> RawRows:
    try:
        file = pa_parquet.ParquetFile(pa.BufferReader(content))
        names = list(file.schema_arrow.names)
        head = head_of(names, name)
        table = file.read(columns=list(head))
        text = pa.table({key: _as_text(table.column(key)) for key in head})
    except (pa.ArrowException, OSError) as error:
        raise SourceError(
            f"{name} cannot be read as Parquet: {error}. It may be cut.", remedy="Fetch or write it again."
        ) from error
    return RawRows(_frame(text, head, np.arange(1, table.num_rows + 1)), [], notes_on(names, head))


def _as_text(column: "pa.ChunkedArray[Any]") -> "pa.ChunkedArray[Any]":
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.date32())
    if pa.types.is_floating(column.type):
        # Python's shortest form: 129.99, never 1e+02.
        texts = [None if value is None else repr(float(value)) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(texts, pa.utf8())])
    return column.cast(pa.utf8())


def _frame(table: "pa.Table", head: Head, lines: np.ndarray[Any, Any]) -> pl.DataFrame:
    """Return all our columns, those that the file lacks as nulls, without blank lines."""
    frame = pl.DataFrame(dict(_columns(table, head)), schema=dict.fromkeys(COLUMNS, pl.String))
    frame = frame.with_columns(line=pl.Series(lines.astype(np.int64)))
    return frame.filter(~pl.all_horizontal(pl.col(*COLUMNS).is_null()))


def _columns(table: "pa.Table", head: Head) -> Iterator[tuple[str, pl.Series]]:
    for key, column in head.items():
        yield column, pl.Series(column, pl.from_arrow(table.column(key)), dtype=pl.String)
    for column in COLUMNS.keys() - head.values():
        yield column, pl.Series(column, [None] * table.num_rows, dtype=pl.String)
