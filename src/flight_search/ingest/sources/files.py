"""Files of any packing to bytes and lines, in bounded memory.

In: a path. Out: a stream of bytes, or lines of text with their numbers. Packed files (gzip, bzip2, xz, zstd,
a zip with one file) are read through; nothing is ever unpacked to disk, so names inside an archive lead
nowhere. A file that is damaged, or that changes while it is read, is a SourceError: half a file must not pass
for a whole one.
"""

import bz2
import gzip
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

import pyarrow as pa

from flight_search.domain.errors import SourceError

MOST_LINE_CHARACTERS: Final = 1_000_000
"""A longer line is no row of a table; it is skipped without being held in memory."""

_STAYS = "What was built before stays in use."
_SAMPLE_BYTES: Final = 262_144
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_LEAST_SHARE_OF_NULS = 0.2
"""Text without a mark that has this many zero bytes is UTF-16."""


class Line(NamedTuple):
    """One physical line with its end; ``text`` is None where it was too long and has been skipped."""

    number: int
    text: str | None
    start: str = ""
    """The first characters of a skipped line."""


@dataclass(frozen=True)
class OpenedFile:
    """A file that is being read."""

    stream: IO[bytes]
    size: int
    """Bytes on disk."""
    _raw: IO[bytes]

    def position(self) -> int:
        """Return how many bytes on disk have been read."""
        return self._raw.tell()


@contextmanager
def open_source(path: Path) -> Iterator[OpenedFile]:
    """Open a file for reading and see at the end that it is still the same. Raises SourceError."""
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(path.open("rb"))
        except OSError as error:
            raise SourceError(
                f"{path} cannot be opened: {error.strerror}.",
                remedy="Check the path and the rights of this user.",
            ) from error
        before = _signature(os.fstat(raw.fileno()))
        try:
            stream = stack.enter_context(_unpacked(raw, path))
            yield OpenedFile(stream, before[0], raw)
        except (
            EOFError,
            gzip.BadGzipFile,
            zlib.error,
            lzma.LZMAError,
            zipfile.BadZipFile,
            pa.ArrowInvalid,
        ) as error:
            raise _damaged(path, error) from error
        except OSError as error:
            # bz2 and zstd tell damage as an OSError without a number; those of the system have one.
            if error.errno is not None:
                raise
            raise _damaged(path, error) from error
        _check_unchanged(path, before)


def read_lines(stream: IO[bytes], encoding: str) -> Iterator[Line]:
    """Yield the lines of a stream. Bytes that are not in the encoding become U+FFFD."""
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    number = 0
    try:
        while line := text.readline(MOST_LINE_CHARACTERS):
            number += 1
            if len(line) == MOST_LINE_CHARACTERS and not line.endswith(("\n", "\r")):
                while (rest := text.readline(MOST_LINE_CHARACTERS)) and not rest.endswith(("\n", "\r")):
                    pass
                yield Line(number, None, line[:200])
            else:
                yield Line(number, line)
    finally:
        text.detach()


def guess_encoding(path: Path) -> tuple[str, bool]:
    """Return the encoding of a file's first part, and whether it is certain. Raises SourceError."""
    with open_source(path) as opened:
        sample = opened.stream.read(_SAMPLE_BYTES)
    for mark, encoding in _MARKS:
        if sample.startswith(mark):
            return encoding, True
    if sample and sample.count(0) / len(sample) >= _LEAST_SHARE_OF_NULS:
        return ("utf-16-be" if sample[:1] == b"\0" else "utf-16-le"), False
    try:
        # The sample may end in the middle of a character, so up to three bytes at its end do not count.
        sample.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(sample) - 3 or len(sample) < _SAMPLE_BYTES:
            return "cp1252", False
    return "utf-8", True


def is_parquet(path: Path) -> bool:
    """Return whether a file begins as Parquet does. Raises SourceError."""
    with open_source(path) as opened:
        return opened.stream.read(4) == b"PAR1"


def _unpacked(raw: IO[bytes], path: Path) -> IO[bytes]:
    start = raw.read(6)
    raw.seek(0)
    if start.startswith(b"\x1f\x8b"):
        return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    if start.startswith(b"BZh"):
        return cast("IO[bytes]", bz2.BZ2File(raw))
    if start.startswith(b"\xfd7zXZ\x00"):
        return cast("IO[bytes]", lzma.LZMAFile(raw))
    if start.startswith(b"\x28\xb5\x2f\xfd"):
        return cast("IO[bytes]", io.BufferedReader(_Zstd(raw)))
    if start.startswith(b"PK\x03\x04"):
        return _only_member(raw, path)
    return raw


class _Zstd(io.RawIOBase):
    """Arrow's decompressor as a raw stream, so that Python's readers can buffer it."""

    def __init__(self, raw: IO[bytes]) -> None:
        super().__init__()
        self._stream = pa.CompressedInputStream(pa.PythonFile(cast("io.IOBase", raw), mode="r"), "zstd")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # every buffer is one
        content = self._stream.read(len(buffer))
        buffer[: len(content)] = content
        return len(content)


def _only_member(raw: IO[bytes], path: Path) -> IO[bytes]:
    archive = zipfile.ZipFile(raw)
    members = [info for info in archive.infolist() if not info.is_dir()]
    for info in members:
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise SourceError(
                f"{path.name} holds a file whose name leads out of the archive ({info.filename[:100]!r}).",
                remedy=f"Do not trust it; unpack it by hand and name the file in it. {_STAYS}",
            )
    visible = [info for info in members if not info.filename.startswith("__MACOSX/")]
    if len(visible) != 1:
        named = ", ".join(info.filename[:60] for info in visible[:5]) or "none"
        raise SourceError(
            f"{path.name} holds {len(visible)} files ({named}), where one is expected.",
            remedy="Unpack it and name the files one by one.",
        )
    if visible[0].flag_bits & 1:
        raise SourceError(f"{path.name} is encrypted.", remedy="Unpack it first and name the file in it.")
    return archive.open(visible[0])


def _signature(status: os.stat_result) -> tuple[int, int, int, int]:
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev


def _check_unchanged(path: Path, before: tuple[int, int, int, int]) -> None:
    try:
        after = _signature(path.stat())
    except OSError:
        after = (0, 0, 0, 0)
    if after != before:
        raise SourceError(
            f"{path} changed while it was read.",
            remedy=f"Write it aside and rename it into place when it is whole, then try again. {_STAYS}",
        )


def _damaged(path: Path, error: Exception) -> SourceError:
    what = str(error).strip().rstrip(".") or type(error).__name__
    return SourceError(
        f"{path} is damaged or was cut off: {what[:200]}.", remedy=f"Get the file again. {_STAYS}"
    )
