"""A damaged snapshot is named by its file, with the way back; nothing that was whole is lost by it."""

import json
import subprocess
import sys

import pytest

from flight_search.catalog.schema import SCHEMA_VERSION, TABLES
from flight_search.domain.errors import SnapshotError

FILES = ("vectors.npy", *(f"{table}.arrow" for table in TABLES))


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def grow(path):
    path.write_bytes(path.read_bytes() + b"x")


def empty(path):
    path.write_bytes(b"")


def remove(path):
    path.unlink()


def flip(path, at):
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("damage", [truncate, grow, empty, remove])
def test_a_file_of_another_size_is_named_when_it_is_opened(store, build, damage, file):
    good, name = build(store), build(store, hours=1)
    damage(store.folder(name) / file)
    with pytest.raises(SnapshotError, match=rf"Snapshot {name} is damaged: {file}") as told:
        store.open()
    assert "snapshots use" in told.value.remedy
    assert "ingest" in told.value.remedy
    assert any(file in problem for problem in store.verify(name))
    assert file in store.list()[0].problem
    store.use(good)
    assert store.open().manifest.name == good


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_one_changed_byte_anywhere_is_found_by_verify(store, build, file, where):
    name = build(store, rows=200)
    path = store.folder(name) / file
    flip(path, int(path.stat().st_size * where))
    problems = store.verify(name)
    assert any(file in problem and "SHA-256" in problem for problem in problems)


@pytest.mark.parametrize("file", FILES)
def test_a_header_that_is_no_longer_one_is_an_error_not_a_crash(store, build, file):
    name = build(store)
    path = store.folder(name) / file
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(SnapshotError, match=rf"damaged: {file}"):
        store.open()


# In a process of its own, because what it looks for ends the process that meets it.
READER = """
import pathlib, sys
from flight_search.catalog.schema import Profiles
from flight_search.catalog.tables import read_table, read_vectors

path = pathlib.Path(sys.argv[1])
content, refused = path.read_bytes(), 0
for at in range(len(content)):
    for bits in (0x80, 0x7F):
        changed = bytearray(content)
        changed[at] ^= bits
        path.write_bytes(changed)
        try:
            if path.suffix == ".npy":
                read_vectors(path).sum()
            else:
                table = read_table(path, Profiles)
                "".join([*table.text, *table.digest])
        except (OSError, ValueError):
            refused += 1
print(refused)
"""


@pytest.mark.parametrize("file", ["profiles.arrow", "vectors.npy"])
def test_no_changed_byte_makes_a_reader_crash(store, build, file):
    path = store.folder(build(store)) / file
    ended = subprocess.run(
        [sys.executable, "-c", READER, str(path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 100


@pytest.mark.parametrize("table", list(TABLES))
def test_a_table_in_the_place_of_another_is_named(store, build, table):
    name = build(store)
    folder = store.folder(name)
    other = "carriers" if table != "carriers" else "airports"
    content = (folder / f"{other}.arrow").read_bytes()
    (folder / f"{table}.arrow").write_bytes(content)
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["name"] == f"{table}.arrow":
            entry["bytes"] = len(content)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError, match=rf"{table}\.arrow has other columns"):
        store.open()


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"name": 3}'])
def test_a_manifest_that_is_none_is_named(store, build, content):
    name = build(store)
    (store.folder(name) / "manifest.json").write_bytes(content)
    for act in (store.open, lambda: store.verify(name), lambda: store.use(name)):
        with pytest.raises(SnapshotError, match=r"manifest\.json does not hold a manifest") as told:
            act()
        assert "snapshots use" in told.value.remedy
    (summary,) = store.list()
    assert summary.manifest is None
    assert "manifest.json" in summary.problem


def test_a_missing_manifest_is_named(store, build):
    name = build(store)
    (store.folder(name) / "manifest.json").unlink()
    with pytest.raises(SnapshotError, match=r"manifest\.json is missing"):
        store.open()
    assert "manifest.json is missing" in store.list()[0].problem


def test_a_manifest_of_another_schema_version_says_both_versions(store, build):
    good, name = build(store), build(store, hours=1)
    path = store.folder(name) / "manifest.json"
    # Another version may know other fields: that is no damage.
    path.write_text(path.read_text().replace('"schema_version": 1', '"schema_version": 99, "new": 1'))
    with pytest.raises(
        SnapshotError, match=f"schema version 99; this program reads version {SCHEMA_VERSION}"
    ) as told:
        store.open()
    assert "snapshots use" in told.value.remedy
    with pytest.raises(SnapshotError):
        store.use(name)
    store.use(good)


def test_a_manifest_that_was_edited_is_found_by_its_checksum(store, build):
    name = build(store)
    path = store.folder(name) / "manifest.json"
    path.write_text(path.read_text().replace('"cancelled": 1', '"cancelled": 2'))
    store.open()
    assert "manifest.json and manifest.sha256 do not belong together" in store.verify(name)[0]


def test_a_checksum_that_is_missing_is_found(store, build):
    name = build(store)
    (store.folder(name) / "manifest.sha256").unlink()
    assert "manifest.sha256" in store.verify(name)[0]


def test_a_file_that_the_manifest_does_not_list_is_found(store, build):
    name = build(store)
    path = store.folder(name) / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"] = [entry for entry in manifest["files"] if entry["name"] != "routes.arrow"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError, match=r"routes\.arrow is not listed"):
        store.open()


@pytest.mark.parametrize("name", ["../../secret", "/etc/passwd", "a\0b", "x" * 300 + ".arrow", ""])
def test_a_manifest_names_files_of_its_own_folder_only(store, build, name):
    path = store.folder(build(store)) / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["files"].append({"name": name, "bytes": 1, "sha256": ""})
    path.write_text(json.dumps(manifest))
    with pytest.raises(SnapshotError, match=r"manifest\.json does not hold a manifest"):
        store.open()
