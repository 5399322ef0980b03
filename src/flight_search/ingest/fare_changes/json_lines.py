"""JSON lines → rows as text: one object per line, each read by itself."""

import io
from typing import Any

import orjson
import polars as pl

from flight_search.domain.errors import SourceError
from flight_search.ingest.fare_changes.columns import COLUMNS, column_of
from flight_search.ingest.fare_changes.rows import (
    LONGEST_SHOWN,
    WRITE_AGAIN,
    Head,
    RawRows,
    Refused,
    notes_on,
    require_columns,
)


def read_json_lines(content: bytes, name: str) -> RawRows:
    """Return the rows; lines that are no object are refused one by one. Raises SourceError."""
    head: Head = {}
    seen: dict[str, None] = {}
    columns: dict[str, list[str | None]] = {column: [] for column in COLUMNS}
    lines: list[int] = []
    refused: list[Refused] = []
    for line, text in enumerate(io.BytesIO(content), start=1):
        if text.isspace():
            continue
        found = _object(text)
        if found is None:
            refused.append(_refused(line, text))
            continue
        _learn(found, seen, head)
        for values in columns.values():
            values.append(None)
        for key, column in head.items():
            if key in found:
                columns[column][-1] = _text(found[key])
        lines.append(line)
    if not lines:
        raise SourceError(f"{name} holds no line of JSON that can be read.", remedy=WRITE_AGAIN)
    require_columns(set(head.values()), name)
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return RawRows(
        frame.with_columns(line=pl.Series(lines, dtype=pl.Int64)), refused, notes_on(list(seen), head)
    )


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _refused(line: int, text: bytes) -> Refused:
    cut = "" if text.endswith(b"\n") else ": the file may be cut"
    shown = text[:LONGEST_SHOWN].decode("utf-8", "replace").strip()
    return Refused(line, "refused", f"is no JSON object{cut}", shown)


def _learn(found: dict[str, Any], seen: dict[str, None], head: Head) -> None:
    """Take names that no line before had; of two names of one column both are read, the later one wins."""
    for key in found:
        if key not in seen:
            seen[key] = None
            column = column_of(key)
            if column:
                head[key] = column


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a line holds
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    # A list or an object is no value of ours: its text is refused by whoever reads the column.
    return str(value)
