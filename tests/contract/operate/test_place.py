"""Folders and object storage hold files alike.

Object storage is driven through a file system of Apache Arrow over a folder: the calls are those that reach a
bucket.
"""

import datetime as dt

import pytest

from flight_search.domain.errors import BackupError
from flight_search.operate.place import FolderPlace, ObjectPlace


@pytest.fixture(params=["folder", "object storage"])
def place(request, tmp_path):
    if request.param == "folder":
        return FolderPlace(tmp_path / "archive")
    # Buckets have no folders; a disk needs them before a file can be written.
    (tmp_path / "archive" / "content" / "ab").mkdir(parents=True)
    return ObjectPlace(f"file://{tmp_path}/archive")


def test_what_is_written_can_be_read(place):
    assert place.write("content/ab/one", iter([b"first ", b"second"])) == 12
    with place.open("content/ab/one") as file:
        assert (file.read(6), file.read(1_000), file.read(1)) == (b"first ", b"second", b"")


def test_a_file_is_replaced(place):
    place.write("content/ab/one", [b"old and longer"])
    place.write("content/ab/one", [b"new"])
    with place.open("content/ab/one") as file:
        assert file.read(100) == b"new"


def test_files_are_listed_with_size_and_time(place):
    assert list(place.list("content")) == []
    assert list(place.list("missing")) == []
    place.write("content/ab/one", [b"12345"])
    place.write("content/ab/two", [])
    found = {stored.name: stored for stored in place.list("content")}
    assert {name: stored.bytes for name, stored in found.items()} == {
        "content/ab/one": 5,
        "content/ab/two": 0,
    }
    age = dt.datetime.now(dt.UTC) - found["content/ab/one"].changed_at
    assert abs(age) < dt.timedelta(minutes=5)


def test_a_file_that_is_not_there(place):
    with pytest.raises(FileNotFoundError):
        place.open("content/ab/none")
    place.delete("content/ab/none")


def test_a_file_that_is_deleted(place):
    place.write("content/ab/one", [b"1"])
    place.delete("content/ab/one")
    assert list(place.list("content")) == []


def test_a_write_that_fails_leaves_the_old(tmp_path):
    place = FolderPlace(tmp_path)

    def chunks():
        yield b"half"
        raise OSError(28, "No space left on device")

    place.write("content/ab/one", [b"old"])
    with pytest.raises(OSError, match="No space"):
        place.write("content/ab/one", chunks())
    with place.open("content/ab/one") as file:
        assert file.read(100) == b"old"
    assert [stored.name for stored in place.list("")] == ["content/ab/one"]


def test_storage_that_refuses_is_named_without_its_credentials(tmp_path):
    with pytest.raises(BackupError, match="s3://bucket/x cannot be used") as told:
        ObjectPlace("s3://name:secret@bucket/x?no_such_option=1")
    assert "secret" not in str(told.value)
    assert told.value.remedy
    (tmp_path / "a file").write_bytes(b"")
    with pytest.raises(BackupError, match="cannot be used"):
        ObjectPlace(f"file://{tmp_path}").write("a file/one", [b"1"])
