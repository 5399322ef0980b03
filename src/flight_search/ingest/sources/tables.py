"""Tables in files to frames of text: CSV, JSON lines, Parquet.

In: a path and how it is written. Out: batches of columns of text with the line that each row begins on, and
the lines that are no row. Everything stays text: what it means is for the mapping to say. Empty and missing
values are null. Nested JSON and Parquet values get names with points: ``price.amount``,
``segments.0.origin``.

Rows of CSV are read one by one by Python's reader, because it alone knows on which line a row with line
breaks in its fields begins, and goes on behind a broken one; all work on the columns is done by Polars.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.ingest.sources.files import Line, OpenedFile, open_source, read_lines
from flight_search.ingest.sources.rows import refused

FileFormat: TypeAlias = Literal["csv", "jsonl", "parquet"]

ROWS_PER_BATCH: Final = 50_000
"""Some 20 MB of text: enough for vectorised work, little against the memory of the whole."""

_MOST_VALUE: Final = 200
_MOST_COLUMNS: Final = 2_000
_MOST_DEPTH: Final = 8
_NOT_IN_ENCODING: Final = "\N{REPLACEMENT CHARACTER}"
_REPORT_LINES: Final = 2_000

TOO_LONG, NOT_IN_ENCODING, FIELD_COUNT, BROKEN_QUOTES, NOT_JSON = (
    "line_too_long",
    "not_in_encoding",
    "wrong_field_count",
    "broken_quotes",
    "not_json",
)


@dataclass(frozen=True)
class TableFormat:
    """How a table is written."""

    format: FileFormat = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = True
    """Whether the first row holds the names; else they are ``column 1``, ``column 2`` …"""


@dataclass(frozen=True)
class TextBatch:
    """Some rows as text."""

    columns: pl.DataFrame
    """All of type String."""
    line: list[int]
    refused: list[pl.DataFrame] = field(default_factory=list)


def read_table(path: Path, how: TableFormat, progress: Progress) -> Iterator[TextBatch]:
    """Yield the rows of a file. Raises SourceError if it cannot be read to its end."""
    with open_source(path) as opened:
        progress.start(f"Reading {path.name}", opened.size, "B")
        if how.format == "parquet":
            yield from _parquet(path, opened, progress)
        elif how.format == "jsonl":
            yield from _json_lines(_watched(opened, how, progress))
        else:
            yield from _csv(_watched(opened, how, progress), how, path)
    progress.finish()


def _watched(opened: OpenedFile, how: TableFormat, progress: Progress) -> Iterator[Line]:
    seen = 0
    for line in read_lines(opened.stream, how.encoding):
        if line.number % _REPORT_LINES == 0:
            position = opened.position()
            progress.advance(position - seen)
            seen = position
        yield line
    progress.advance(max(opened.size - seen, 0))


class _Physical:
    """Lines for the CSV reader; those that cannot be part of a row are refused and left out."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = iter(lines)
        self.number = 0
        self.began = 0
        """The line that the row that is being read begins on."""
        self.refusals: list[tuple[int, str, str, str]] = []

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.number = line.number
            self.began = self.began or line.number
            if line.text is None:
                self.refusals.append((line.number, "", TOO_LONG, line.start))
                continue
            yield line.text


def _csv(lines: Iterable[Line], how: TableFormat, path: Path) -> Iterator[TextBatch]:
    physical = _Physical(lines)
    reader = csv.reader(iter(physical), delimiter=how.delimiter)
    names: list[str] = []
    rows: list[list[str]] = []
    numbers: list[int] = []
    while True:
        physical.began = 0
        try:
            row = next(reader, None)
        except csv.Error as error:
            # A quote that is never closed swallows lines until a field is too long.
            physical.refusals.extend(
                (number, "", BROKEN_QUOTES, f"{error} (from line {physical.began} on)")
                for number in range(physical.began, physical.number + 1)
            )
            continue
        if row is None:
            break
        if not row:
            continue
        if not names:
            names = _names(row) if how.header else [f"column {number + 1}" for number in range(len(row))]
            if how.header:
                continue
        if len(row) != len(names):
            said = f"{len(row)} fields instead of {len(names)}: {how.delimiter.join(row)}"
            physical.refusals.append((physical.began, "", FIELD_COUNT, said))
            continue
        rows.append(row)
        numbers.append(physical.began)
        if len(rows) >= ROWS_PER_BATCH:
            yield _batch(rows, numbers, names, physical.refusals)
            rows, numbers, physical.refusals = [], [], []
    if not names:
        raise SourceError(
            f"{path} is empty.", remedy="Check the path, or write a first row with the names of the columns."
        )
    yield _batch(rows, numbers, names, physical.refusals)


def _names(row: list[str]) -> list[str]:
    names: list[str] = []
    for position, name in enumerate(row):
        clean = " ".join(name.replace("\ufeff", "").split()) or f"column {position + 1}"
        again = names.count(clean)
        names.append(f"{clean} ({again + 1})" if again else clean)
    return names


def _json_lines(lines: Iterable[Line]) -> Iterator[TextBatch]:
    refusals: list[tuple[int, str, str, str]] = []
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    for line in lines:
        if line.text is None:
            refusals.append((line.number, "", TOO_LONG, line.start))
            continue
        text = line.text.strip().removeprefix("\ufeff")
        if not text:
            continue
        try:
            value = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            refusals.append((line.number, "", NOT_JSON, f"{error}: {text}"))
            continue
        if not isinstance(value, dict):
            refusals.append((line.number, "", NOT_JSON, f"no object: {text}"))
            continue
        flat: dict[str, str] = {}
        _flatten(value, "", flat, 0)
        rows.append(flat)
        numbers.append(line.number)
        if len(rows) >= ROWS_PER_BATCH:
            yield _dict_batch(rows, numbers, refusals)
            rows, numbers, refusals = [], [], []
    yield _dict_batch(rows, numbers, refusals)


def _flatten(value: Any, name: str, flat: dict[str, str], depth: int) -> None:  # noqa: ANN401  any JSON
    if value is None or len(flat) >= _MOST_COLUMNS or depth > _MOST_DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(inner, f"{name}.{key}" if name else str(key), flat, depth + 1)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            _flatten(inner, f"{name}.{position}", flat, depth + 1)
    else:
        flat[name] = value if isinstance(value, str) else orjson.dumps(value).decode()


def _dict_batch(
    rows: list[dict[str, str]], numbers: list[int], refusals: list[tuple[int, str, str, str]]
) -> TextBatch:
    names = list(dict.fromkeys(name for row in rows for name in row))
    table = [[row.get(name, "") for name in names] for row in rows]
    return _batch(table, numbers, names, refusals)


def _batch(
    rows: list[list[str]], numbers: list[int], names: list[str], refusals: list[tuple[int, str, str, str]]
) -> TextBatch:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    frame = pl.DataFrame(
        [pl.Series(name, column, dtype=pl.String) for name, column in zip(names, columns, strict=True)]
    )
    frame, numbers, unreadable = _in_encoding(_trimmed(frame), numbers)
    return TextBatch(frame, numbers, [_refusals(refusals), *unreadable])


def _trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    text = pl.all().str.strip_chars()
    return frame.select(pl.when(text != "").then(text).name.keep()) if frame.width else frame


def _in_encoding(
    frame: pl.DataFrame, numbers: list[int]
) -> tuple[pl.DataFrame, list[int], list[pl.DataFrame]]:
    if not frame.width:
        return frame, numbers, []
    damaged = [
        pl.col(name).str.contains(_NOT_IN_ENCODING, literal=True).fill_null(value=False)
        for name in frame.columns
    ]
    bad = frame.select(pl.any_horizontal(damaged).alias("bad"))["bad"]
    if not bad.any():
        return frame, numbers, []
    gone = frame.filter(bad)
    lines = [number for number, is_bad in zip(numbers, bad, strict=True) if is_bad]
    kept = [number for number, is_bad in zip(numbers, bad, strict=True) if not is_bad]
    values = [
        next(f"{name}: {value}" for name, value in row.items() if value and _NOT_IN_ENCODING in value)[
            :_MOST_VALUE
        ]
        for row in gone.iter_rows(named=True)
    ]
    return frame.filter(~bad), kept, [refused(lines, "", NOT_IN_ENCODING, values)]


def _refusals(found: list[tuple[int, str, str, str]]) -> pl.DataFrame:
    frames = [refused([line], field, reason, [value[:_MOST_VALUE]]) for line, field, reason, value in found]
    return pl.concat(frames) if frames else refused([], "", "", [])


def _parquet(path: Path, opened: OpenedFile, progress: Progress) -> Iterator[TextBatch]:
    try:
        file = pq.ParquetFile(opened.stream)
        rows = max(file.metadata.num_rows, 1)
        first, told = 1, 0
        for batch in file.iter_batches(ROWS_PER_BATCH):
            frame = _text_columns(pl.from_arrow(pa.Table.from_batches([batch])))
            yield TextBatch(_trimmed(frame), list(range(first, first + frame.height)))
            first += frame.height
            done = opened.size * (first - 1) // rows
            progress.advance(done - told)
            told = done
    except (pa.ArrowException, OSError, pl.exceptions.PolarsError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise SourceError(
            f"{path} is damaged or no Parquet file: {str(error)[:200]}.",
            remedy="Get the file again. What was built before stays in use.",
        ) from error


def _text_columns(table: "pl.DataFrame | pl.Series") -> pl.DataFrame:
    frame = table if isinstance(table, pl.DataFrame) else table.to_frame()
    while structs := [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Struct)]:
        frame = frame.select(
            part
            for name in frame.columns
            for part in (
                [
                    pl.col(name).struct.field(inner.name).alias(f"{name}.{inner.name}")
                    for inner in frame.schema[name].fields  # type: ignore[attr-defined]
                ]
                if name in structs
                else [pl.col(name)]
            )
        )
    return frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items())


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if isinstance(dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S%:z" if dtype.time_zone else "%Y-%m-%dT%H:%M:%S")
    if isinstance(dtype, pl.Duration):
        return column.dt.total_minutes().cast(pl.String)
    if dtype.is_nested() or dtype == pl.Binary:
        # Named among the columns all the same, so that nobody misses it in silence.
        return pl.lit(None, dtype=pl.String).alias(name)
    return column.cast(pl.String)
