"""``flight-search backup`` and ``restore`` as a user meets them."""

import json
import shutil

import pytest


@pytest.fixture
def kept(environment, small_data_dir, tmp_path, monkeypatch):
    """A data folder of this test's own, and an archive named by the environment."""
    data_dir = tmp_path / "data"
    shutil.copytree(small_data_dir, data_dir)
    monkeypatch.setitem(environment, "FLIGHT_SEARCH_DATA_DIR", str(data_dir))
    monkeypatch.setitem(environment, "FLIGHT_SEARCH_BACKUP_ARCHIVE", str(tmp_path / "archive"))
    return data_dir


def values(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_from_a_backup_to_the_data_and_back(cli, kept):
    created = values(cli("backup", "create", "--json"))
    assert created["new_files"] > 0
    assert created["offers"] == 240
    assert [line["name"] for line in values(cli("backup", "list", "--json"))] == [created["name"]]
    assert values(cli("backup", "verify", "--json"))[0]["snapshot"] == created["snapshot"]
    shutil.rmtree(kept)
    restored = values(cli("restore", "--json"))
    assert (restored["snapshot"], restored["written_bytes"]) == (created["snapshot"], created["bytes"])
    assert values(cli("snapshots", "verify", "--json"))["problems"] == []
    assert values(cli("backup", "prune", "--json")) == {"removed": [], "files": 0, "bytes": 0}


@pytest.mark.usefixtures("kept")
def test_what_people_read(cli):
    assert "not encrypted" in " ".join(cli("backup", "create").stdout.split())
    assert "240" in cli("backup", "list").stdout
    assert "is whole" in cli("backup", "verify", "--all").stdout
    told = " ".join(cli("restore").stdout.split())
    assert "is in use now" in told
    assert "0.0 MB were written" in told
    assert "0 files less" in cli("backup", "prune", "--keep", "1").stdout


@pytest.mark.usefixtures("kept")
def test_no_archive_is_named(cli):
    told = cli("backup", "list", FLIGHT_SEARCH_BACKUP_ARCHIVE="")
    assert told.exit_code == 2
    assert "--archive PLACE" in told.stderr


@pytest.mark.usefixtures("kept")
def test_a_place_that_is_no_archive(cli, tmp_path):
    for arguments in (("backup", "list"), ("backup", "verify"), ("backup", "prune"), ("restore",)):
        told = cli(*arguments, "--archive", str(tmp_path))
        assert told.exit_code == 12
        assert "no archive of flight-search" in told.stderr


def test_a_damaged_archive_is_refused_by_name_and_nothing_is_restored(cli, kept, tmp_path):
    cli("backup", "create")
    files = [path for path in (tmp_path / "archive" / "content").rglob("*") if path.is_file()]
    victim = max(files, key=lambda path: path.stat().st_size)
    victim.write_bytes(victim.read_bytes()[:-1])
    shutil.rmtree(kept)
    for arguments in (("backup", "verify"), ("restore",)):
        told = cli(*arguments)
        assert told.exit_code == 12
        assert victim.name in "".join(told.stderr.split())
    assert not (kept / "CURRENT").exists()


@pytest.mark.usefixtures("kept")
def test_a_damaged_list_of_files_is_listed_with_the_rest(cli, tmp_path):
    name = values(cli("backup", "create", "--json"))["name"]
    path = tmp_path / "archive" / "backups" / f"{name}.backup"
    path.write_bytes(path.read_bytes()[:40])
    assert "damaged" in cli("backup", "list").stdout
    assert "damaged" in values(cli("backup", "list", "--json"))[0]["problem"]


def test_nothing_to_back_up_makes_no_archive(cli, kept, tmp_path):
    shutil.rmtree(kept)
    told = cli("backup", "create")
    assert told.exit_code == 4
    assert not (tmp_path / "archive").exists()


@pytest.mark.usefixtures("kept")
def test_a_key_that_is_too_short_is_told_without_showing_it(cli):
    told = cli("backup", "create", FLIGHT_SEARCH_BACKUP_KEY="hunter2")
    assert told.exit_code == 9
    assert "FLIGHT_SEARCH_BACKUP_KEY" in told.stderr
    assert "hunter2" not in told.stderr


@pytest.mark.usefixtures("kept")
def test_keys(cli):
    key = {"FLIGHT_SEARCH_BACKUP_KEY": "correct horse battery"}
    assert ", encrypted" in " ".join(cli("backup", "create", **key).stdout.split())
    assert cli("backup", "verify").exit_code == 12
    assert cli("backup", "verify", FLIGHT_SEARCH_BACKUP_KEY="another passphrase").exit_code == 12
    assert cli("backup", "verify", **key).exit_code == 0
