"""Files that are packed, damaged, changed or tricky."""

import bz2
import gzip
import io
import lzma
import zipfile

import pyarrow as pa
import pytest

from flight_search.domain.errors import SourceError
from flight_search.ingest.sources.files import guess_encoding, open_source

TEXT = b"from,to\nJFK,LHR\n" * 1_000


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__up__", "../"), content)
    return buffer.getvalue()


def zstd(content):
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(content)
    return sink.getvalue().to_pybytes()


PACKED = {
    "plain": TEXT,
    "gzip": gzip.compress(TEXT),
    "bzip2": bz2.compress(TEXT),
    "xz": lzma.compress(TEXT),
    "zstd": zstd(TEXT),
    "zip": zipped(**{"flights.csv": TEXT}),
}


def content_of(path):
    with open_source(path) as opened:
        return opened.stream.read()


@pytest.mark.parametrize("kind", PACKED)
def test_every_packing_reads_the_same(tmp_path, kind):
    path = tmp_path / "flights"
    path.write_bytes(PACKED[kind])
    assert content_of(path) == TEXT


@pytest.mark.parametrize("kind", [kind for kind in PACKED if kind != "plain"])
def test_a_packed_file_that_was_cut_off_is_told(tmp_path, kind):
    path = tmp_path / "flights"
    path.write_bytes(PACKED[kind][: len(PACKED[kind]) // 2])
    with pytest.raises(SourceError, match="damaged or was cut off") as error:
        content_of(path)
    assert "Get the file again" in error.value.remedy


@pytest.mark.parametrize("kind", ["gzip", "bzip2", "xz", "zip"])
def test_a_packed_file_with_changed_bytes_is_told(tmp_path, kind):
    content = bytearray(PACKED[kind])
    middle = len(content) // 2
    content[middle : middle + 4] = bytes(byte ^ 0xFF for byte in content[middle : middle + 4])
    path = tmp_path / "flights"
    path.write_bytes(bytes(content))
    with pytest.raises(SourceError):
        content_of(path)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"__up__etc/passwd": TEXT}, "leads out of the archive"),
        ({"/etc/passwd": TEXT}, "leads out of the archive"),
        ({"a.csv": TEXT, "b.csv": TEXT}, "holds 2 files"),
        ({}, "damaged|holds 0 files"),
    ],
)
def test_archives_with_tricks_or_several_files_are_refused(tmp_path, members, told):
    path = tmp_path / "flights.zip"
    path.write_bytes(zipped(**members) if members else b"PK\x03\x04 and nothing")
    with pytest.raises(SourceError, match=told):
        content_of(path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_changes_while_it_is_read_is_told(tmp_path):
    path = tmp_path / "flights.csv"
    path.write_bytes(TEXT)
    with pytest.raises(SourceError, match="changed while it was read"), open_source(path):
        path.write_bytes(TEXT + b"JFK,MIA\n")


def test_a_file_that_is_replaced_while_it_is_read_is_told(tmp_path):
    path, other = tmp_path / "flights.csv", tmp_path / "other"
    path.write_bytes(TEXT)
    other.write_bytes(TEXT)
    with pytest.raises(SourceError, match="changed while it was read"), open_source(path):
        other.replace(path)


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(SourceError, match="cannot be opened"):
        content_of(tmp_path / "nothing.csv")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"from,to\n", "utf-8"),
        ("Zürich,Genève\n".encode(), "utf-8"),
        ("Zürich,Genève\n".encode("cp1252"), "cp1252"),
        (b"\xef\xbb\xbffrom\n", "utf-8-sig"),
        ("from,to\n".encode("utf-16"), "utf-16"),
        ("from,to\n".encode("utf-16-le"), "utf-16-le"),
    ],
)
def test_encodings_are_guessed(tmp_path, content, encoding):
    path = tmp_path / "flights.csv"
    path.write_bytes(content)
    assert guess_encoding(path)[0] == encoding
