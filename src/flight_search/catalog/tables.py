"""Tables to files and back.

In: one of the dataclasses of ``schema``. Out: an Arrow IPC file that other tools can read too (Polars,
DuckDB, pandas), laid out so that opening it costs nothing: uncompressed, one record batch, no nulls. A
numeric column read back is a read-only view into the memory-mapped file.
"""

import tokenize
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from flight_search.catalog.schema import F32, column_types


class Table(Protocol):
    """One of the dataclasses of ``schema``."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


T = TypeVar("T")


def row_count(table: Table) -> int:
    """Return the number of rows."""
    return len(next(iter(vars(table).values())))


def table_bytes(table: Table) -> int:
    """Return about how many bytes the file of a table takes (text is counted with its length)."""
    return sum(
        sum(len(text.encode()) + 4 for text in column) if column.dtype == object else column.nbytes
        for column in vars(table).values()
    )


def write_table(path: Path, table: Table) -> None:
    """Write a table. Raises TypeError if a column is not of its dtype, ValueError if lengths differ."""
    types = column_types(type(table))
    columns = [_to_arrow(getattr(table, name), dtype, name) for name, dtype in types.items()]
    if len({len(column) for column in columns}) != 1:
        raise ValueError(f"{path.name}: columns have different lengths")
    batch = pa.record_batch(columns, names=list(types))
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def read_table(path: Path, table: type[T]) -> T:
    """Open a table of the given class. Raises OSError, or ValueError if the file is not such a table."""
    types = column_types(table)
    try:
        reader = pa.ipc.open_file(pa.memory_map(str(path)))
        if reader.num_record_batches != 1:
            raise ValueError(f"has {reader.num_record_batches} batches where one is expected")
        batch = reader.get_batch(0)
        # Without this a changed byte in an offset or a length makes a reader touch memory that is not its
        # own, which ends the process. It reads the text columns, which are small, and no number.
        batch.validate(full=True)
    except pa.ArrowException as error:
        raise ValueError(f"is not a readable Arrow file ({error})") from error
    if batch.schema.names != list(types):
        raise ValueError("has other columns than this version expects")
    return table(**{name: _to_numpy(batch.column(name), dtype, name) for name, dtype in types.items()})


def write_vectors(path: Path, vectors: F32) -> None:
    """Write vectors, shape (profiles, dimensions), as ``.npy`` in C order."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, np.lib.format.header_data_from_array_1_0(rows))
        # Not by ``np.save``: it writes past Python's file, and does not tell when the disk is full.
        file.write(rows.data)


def read_vectors(path: Path) -> F32:
    """Open vectors as a read-only view. Raises OSError or ValueError."""
    try:
        vectors = np.load(path, mmap_mode="r", allow_pickle=False)
    except (EOFError, SyntaxError, tokenize.TokenError) as error:
        raise ValueError(f"is not a readable .npy file ({error})") from error
    if vectors.dtype != np.float32 or vectors.ndim != 2 or not vectors.flags.c_contiguous:  # noqa: PLR2004  a matrix
        raise ValueError("does not hold a matrix of float32")
    return cast("F32", np.asarray(vectors))


def _to_arrow(column: NDArray[Any], dtype: str, name: str) -> "pa.Array[Any]":
    if dtype == "text":
        return pa.array(list(column), type=pa.utf8())
    if column.dtype != np.dtype(dtype):
        raise TypeError(f"column {name} is {column.dtype}, not {dtype}")
    return cast("pa.Array[Any]", pa.array(np.ascontiguousarray(column)))


def _to_numpy(column: "pa.Array[Any]", dtype: str, name: str) -> NDArray[Any]:
    expected = pa.utf8() if dtype == "text" else pa.from_numpy_dtype(np.dtype(dtype))
    if column.type != expected or column.null_count:
        raise ValueError(f"has nulls or another type than {dtype} in column {name}")
    if dtype != "text":
        values = column.buffers()[1]
        if values is None:
            return np.zeros(0, dtype=dtype)
        # Not by ``to_numpy``: where pandas is installed, that imports it, which takes a second.
        numbers: NDArray[Any] = np.frombuffer(values, dtype=dtype)  # type: ignore[call-overload]
        return numbers[column.offset : column.offset + len(column)]
    texts = np.array([*column.to_pylist(), None], dtype=object)[:-1]
    texts.flags.writeable = False
    return texts
