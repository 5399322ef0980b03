"""Archives that are damaged, foreign or hostile: each is refused by name, and the data stays as it was."""

import io
import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.operate.conftest import contents

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import BackupError
from flight_search.domain.progress import SilentProgress
from flight_search.operate import seal as sealing
from flight_search.operate.archive import open_archive
from flight_search.operate.place import FolderPlace, open_place, shown
from flight_search.operate.restore import verify_backup
from flight_search.operate.seal import Key, SealError, seal, unseal

KEY = Key(b"k" * 32)


def refused(desk, match):
    before = contents(desk.data_dir)
    with pytest.raises(BackupError, match=match) as told:
        verify_backup(desk.archive(), None, SilentProgress())
    assert told.value.remedy
    with pytest.raises(BackupError, match=match):
        desk.restore(into=desk.data_dir.parent / "new")
    assert contents(desk.data_dir) == before
    assert not (desk.data_dir.parent / "new" / "CURRENT").exists()


def flip(path, at=-1):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def test_every_damaged_file_is_named(desk):
    desk.create()
    archive = desk.archive()
    for path in desk.content_files():
        whole = path.read_bytes()
        for damage in (flip, lambda path: flip(path, 30), lambda path: path.unlink()):
            damage(path)
            with pytest.raises(BackupError, match=path.name):
                verify_backup(archive, None, SilentProgress())
            path.write_bytes(whole)
    verify_backup(archive, None, SilentProgress())


def test_a_file_that_is_cut_off_or_longer(desk):
    desk.create()
    path = desk.content_files()[0]
    whole = path.read_bytes()
    for content in (b"", whole[:10], whole[:-1], whole + b"more"):
        path.write_bytes(content)
        refused(desk, path.name)


def test_files_that_were_swapped(desk):
    desk.create()
    one, other = desk.content_files()[:2]
    one_content, other_content = one.read_bytes(), other.read_bytes()
    one.write_bytes(other_content)
    other.write_bytes(one_content)
    refused(desk, "damaged")


def test_a_damaged_list_of_files(desk):
    name = desk.create().manifest.name
    path = desk.root / "backups" / f"{name}.backup"
    flip(path, len(path.read_bytes()) // 2)
    refused(desk, name)


def test_a_backup_of_another_archive(desk):
    name = desk.create().manifest.name
    header = json.loads((desk.root / "archive.json").read_text())
    if desk.key is None:
        header["id"] = "0" * 32
        (desk.root / "archive.json").write_text(json.dumps(header))
        refused(desk, "foreign")
    else:
        shutil.copy(
            desk.root / "backups" / f"{name}.backup", desk.root / "backups" / "2030-01-01T00-00-00Z.backup"
        )
        refused(desk, "2030-01-01T00-00-00Z.backup cannot be read")


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        "/etc/passwd",
        "snapshots/../../x.arrow",
        "CURRENT",
        "snapshots/2026-11-24T02-00-00Z/../a.b",
    ],
)
def test_a_hostile_list_of_files_cannot_name_a_file_elsewhere(desk, path):
    manifest = desk.create().manifest
    bad = manifest.files[0].model_copy(update={"path": path})
    archive = desk.archive()
    archive.write(manifest.model_copy(update={"files": (bad, *manifest.files[1:])}))
    refused(desk, "does not say what a backup holds")


def test_a_list_that_lacks_the_snapshot_in_use_or_lists_a_file_twice(desk):
    manifest = desk.create().manifest
    archive = desk.archive()
    for files in ((), (*manifest.files, manifest.files[0])):
        archive.write(manifest.model_copy(update={"files": files}))
        refused(desk, "does not say what a backup holds")


def test_checksums_that_fit_but_other_answers(desk):
    manifest = desk.create().manifest
    lying = manifest.probes[0].model_copy(update={"cosines": tuple(0.1 for _ in manifest.probes[0].cosines)})
    desk.archive().write(manifest.model_copy(update={"probes": (lying,)}))
    refused(desk, "nearest to profile")
    beyond = lying.model_copy(update={"profile": 10**9})
    desk.archive().write(manifest.model_copy(update={"probes": (beyond,)}))
    refused(desk, "is not in the snapshot")


def test_a_restored_snapshot_that_is_not_sound_is_not_put_in_place(desk):
    # As a program with a mistake would have backed it up: every checksum of the archive fits.
    manifest = desk.create().manifest
    current = f"snapshots/{manifest.snapshot}/offers.arrow"
    files = {file.path: file for file in manifest.files}
    other = next(file for path, file in files.items() if path.endswith("airports.arrow"))
    files[current] = other.model_copy(update={"path": current})
    desk.archive().write(manifest.model_copy(update={"files": tuple(files.values())}))
    refused(desk, "not sound")


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"null", b"\x00\xff", b'{"kind": "something else"}', b"[" * 9_999]
)
def test_a_folder_that_is_no_archive(tmp_path, content):
    with pytest.raises(BackupError, match="no archive of flight-search"):
        open_archive(FolderPlace(tmp_path / "none"), None)
    (tmp_path / "archive.json").write_bytes(content)
    with pytest.raises(BackupError, match="no archive of flight-search"):
        open_archive(FolderPlace(tmp_path), None)


def test_an_archive_of_a_later_format(desk):
    desk.create()
    header = json.loads((desk.root / "archive.json").read_text())
    (desk.root / "archive.json").write_text(json.dumps({**header, "format": 2}))
    with pytest.raises(BackupError, match="has format 2"):
        desk.archive()


def test_keys_that_do_not_fit(desk):
    desk.create()
    wrong = {None: "not encrypted, but a key", "correct horse battery": "with another key"}[desk.key]
    desk.key = "some other passphrase"
    with pytest.raises(BackupError, match=wrong):
        desk.archive()


def test_an_encrypted_archive_without_its_key(desk):
    desk.create()
    if desk.key:
        desk.key = None
        with pytest.raises(BackupError, match="is encrypted"):
            desk.archive()
        assert SnapshotStore(desk.data_dir).current_name()


def test_addresses():
    with pytest.raises(BackupError, match="no storage for ftp"):
        open_place("ftp://host/x")
    assert shown("s3://name:secret@bucket/x?region=eu") == "s3://bucket/x"
    assert shown("/var/backups/a@b?") == "/var/backups/a@b?"


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
@given(content=st.binary(max_size=5_000))
@settings(max_examples=60, deadline=None)
def test_what_is_sealed_comes_back(key, content):
    sealed = b"".join(seal(io.BytesIO(content), "name", key))
    assert b"".join(unseal(io.BytesIO(sealed), "name", key)) == content


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 32, 33, 160])
def test_chunks_meet_without_a_gap(monkeypatch, size):
    monkeypatch.setattr(sealing, "CHUNK", 16)
    content = bytes(range(size))
    for key in (None, KEY):
        sealed = b"".join(seal(io.BytesIO(content), "name", key))
        assert b"".join(unseal(io.BytesIO(sealed), "name", key)) == content


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_no_change_of_what_is_encrypted_goes_unnoticed(data):
    sealed = bytearray(b"".join(seal(io.BytesIO(b"flights" * 50), "name", KEY)))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealError):
        list(unseal(io.BytesIO(sealed), "name", KEY))


def test_chunks_cannot_be_left_out_repeated_or_moved(monkeypatch):
    monkeypatch.setattr(sealing, "CHUNK", 16)
    salt, first, second, last = seal(io.BytesIO(bytes(range(40))), "name", KEY)
    for parts in (
        (salt, first, second),
        (salt, second, first, last),
        (salt, first, last),
        (salt, first, first, last),
    ):
        with pytest.raises(SealError):
            list(unseal(io.BytesIO(b"".join(parts)), "name", KEY))
    with pytest.raises(SealError):
        list(unseal(io.BytesIO(b"".join((salt, first, second, last))), "other", KEY))
