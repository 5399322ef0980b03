"""What ``run`` does before it serves: the port, the snapshot, the way back when a build fails."""

import datetime as dt
import shutil
import socket

import pytest

from flight_search.catalog.store import SnapshotStore
from flight_search.cli import running
from flight_search.cli.output import Output
from flight_search.cli.running import Start, run_all, usable_snapshot, welcome
from flight_search.domain.errors import SnapshotError, SourceError
from flight_search.services.serve import PortInUseError
from flight_search.services.settings import Settings


def now():
    return dt.datetime.now(dt.UTC)


@pytest.fixture
def output(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return Output.open()


@pytest.fixture
def storage(small_data_dir, tmp_path):
    """A copy of the small world that may be damaged."""
    shutil.copytree(small_data_dir, tmp_path / "data")
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def builds(monkeypatch):
    """Count builds, each of which fails."""
    started = []

    def fail(*_arguments):
        started.append(1)
        raise SourceError("The download did not arrive.", remedy="Check the network.")

    monkeypatch.setattr(running, "build_snapshot", fail)
    return started


def damage(store, name):
    (store.folder(name) / "offers.arrow").write_bytes(b"")


def test_a_usable_snapshot_is_not_built_again(storage, output, builds):
    manifest = usable_snapshot("default", storage, output, now)
    assert manifest.name == SnapshotStore(storage.data_dir).current_name()
    assert builds == []


def test_a_build_that_fails_falls_back_on_an_older_good_snapshot(storage, output, builds, capsys):
    store = SnapshotStore(storage.data_dir)
    good = store.current_name()
    newer = "2099-01-01T00-00-00Z"
    shutil.copytree(store.folder(good), storage.data_dir / "snapshots" / newer)
    damage(store, newer)
    store.pointer_path.write_text(newer + "\n")
    assert usable_snapshot("default", storage, output, now).name == good
    assert builds == [1]
    told = " ".join(capsys.readouterr().err.split())
    assert "the build failed: The download did not arrive." in told
    assert f"The older snapshot {good} is whole and is served instead" in told


def test_a_build_that_fails_with_nothing_to_fall_back_on_is_an_error(storage, output, builds):
    store = SnapshotStore(storage.data_dir)
    damage(store, store.current_name())
    with pytest.raises(SourceError):
        usable_snapshot("default", storage, output, now)
    assert builds == [1]
    with pytest.raises(SnapshotError):
        store.open()


def test_a_snapshot_whose_flights_have_all_departed_is_built_anew(storage, output, builds, capsys):
    def in_a_year():
        return now() + dt.timedelta(days=400)

    usable_snapshot("default", storage, output, in_a_year)
    assert builds == [1]
    assert "have departed" in " ".join(capsys.readouterr().err.split())


def test_a_port_in_use_is_told_before_anything_is_built(tmp_path, output, builds):
    empty = Settings(data_dir=tmp_path / "none", cache_dir=tmp_path / "cache")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortInUseError, match=str(port)):
            run_all(Start("default", "127.0.0.1", port), empty, output, now)
    assert builds == []


def test_the_welcome_says_where_to_look_what_to_try_and_whose_data_it_is(storage, output, capsys):
    manifest = SnapshotStore(storage.data_dir).open().manifest
    welcome("http://127.0.0.1:8080", manifest, manifest.built_at + dt.timedelta(days=1), output)
    fresh = capsys.readouterr().out
    assert "http://127.0.0.1:8080" in fresh
    for text in running.TRY:
        assert text in fresh
    assert manifest.name in fresh
    assert "CC0" in fresh
    assert running.RENEW not in fresh
    welcome("http://127.0.0.1:8080", manifest, manifest.built_at + dt.timedelta(days=9), output)
    assert "9 days old. `flight-search ingest` renews it" in " ".join(capsys.readouterr().out.split())


def test_a_snapshot_of_other_data_is_not_what_was_asked_for():
    from types import SimpleNamespace

    default = SimpleNamespace(sources=(SimpleNamespace(name="flights"),))
    world = SimpleNamespace(sources=(SimpleNamespace(name="world-schedule"),))
    assert running._is_of(default, "default")
    assert running._is_of(world, "default")
    assert running._is_of(world, "world")
    assert not running._is_of(default, "world")
