"""Backups hold one state of the data, cost what is new, and come back as they were."""

import datetime as dt
import shutil

import numpy as np
import pytest
from tests.unit.operate.conftest import NOW, apply_fares, build, contents

from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import BackupError, IngestError, NotFoundError, SnapshotError
from flight_search.domain.progress import SilentProgress
from flight_search.operate import restore as restoring
from flight_search.operate.backup import GRACE, prune_backups
from flight_search.operate.place import FolderPlace
from flight_search.operate.restore import verify_backup


def test_what_was_backed_up_comes_back_byte_for_byte(desk):
    before = contents(desk.data_dir)
    created = desk.create()
    shutil.rmtree(desk.data_dir)
    restored = desk.restore()
    assert contents(desk.data_dir) == before
    assert restored.written == created.manifest.size
    assert restored.notes == ()


def test_a_second_backup_stores_only_what_changed(desk):
    first = desk.create()
    again = desk.create(minutes=1)
    assert (again.new_files, again.new_bytes) == (0, 0)
    name = apply_fares(desk.data_dir, 300, hours=3)
    third = desk.create(minutes=2)
    assert third.new_files == 2
    assert third.new_bytes < first.new_bytes / 5
    assert third.manifest.fares == name
    assert desk.archive().names() == [
        third.manifest.name,
        again.manifest.name,
        first.manifest.name,
    ]


def test_an_older_backup_is_an_older_state(desk):
    first = desk.create()
    newer = build(desk.data_dir, hours=5, seed=5)
    fares = apply_fares(desk.data_dir, 300, hours=5)
    desk.create(minutes=1)
    restored = desk.restore(first.manifest.name)
    assert SnapshotStore(desk.data_dir).current_name() == first.manifest.snapshot
    assert FareStore(desk.data_dir).current_name() == first.manifest.fares
    # What came later is still there, and the notes say how to go back to it.
    assert SnapshotStore(desk.data_dir).verify(newer) == []
    assert newer in restored.notes[0]
    assert fares in restored.notes[1]


def test_fares_that_came_after_a_backup_without_fares_are_in_effect_no_more(desk):
    shutil.rmtree(desk.data_dir / "fares")
    created = desk.create()
    apply_fares(desk.data_dir, 100)
    desk.restore(created.manifest.name)
    assert FareStore(desk.data_dir).current_name() is None


def test_only_the_state_in_use_where_that_is_wanted(desk):
    created = desk.create(only_current=True)
    shutil.rmtree(desk.data_dir)
    desk.restore()
    assert [one.name for one in SnapshotStore(desk.data_dir).list()] == [created.manifest.snapshot]
    assert [one.name for one in FareStore(desk.data_dir).list()] == [created.manifest.fares]


def test_a_backup_says_what_it_holds(desk):
    manifest = desk.create().manifest
    snapshot = SnapshotStore(desk.data_dir).open()
    assert manifest.snapshot == snapshot.manifest.name
    assert manifest.offers == len(snapshot.offers.key)
    assert manifest.as_of == dt.datetime(2026, 11, 24, 4, tzinfo=dt.UTC)
    assert len(manifest.probes) == len(snapshot.vectors)
    assert verify_backup(desk.archive(), None, SilentProgress()) == manifest


def test_nothing_of_an_encrypted_archive_can_be_read(desk):
    desk.create()
    stored = b"".join(path.read_bytes() for path in desk.root.rglob("*") if path.is_file())
    names = "".join(path.name for path in desk.content_files())
    digests = [file.sha256 for file in desk.archive().read(desk.archive().names()[0]).files]
    is_readable = any(digest in names for digest in digests)
    assert is_readable == (desk.key is None)
    assert b"snapshots/" not in stored


def test_a_build_that_retires_the_snapshot_meanwhile_takes_nothing_from_the_backup(desk):
    class Retiring(SilentProgress):
        """Builds and retires while the files are stored."""

        def start(self, stage, total=None, unit=""):  # noqa: ARG002 - as the port has it
            if stage.startswith("Storing"):
                shutil.rmtree(desk.data_dir / "snapshots" / first)
                build(desk.data_dir, hours=9, seed=9)

    first = SnapshotStore(desk.data_dir).current_name()
    before = contents(desk.data_dir)
    from flight_search.operate.archive import create_archive
    from flight_search.operate.backup import create_backup

    archive = create_archive(FolderPlace(desk.root), desk.key, NOW)
    create_backup(desk.data_dir, archive, NOW, Retiring())
    shutil.rmtree(desk.data_dir)
    desk.restore()
    assert contents(desk.data_dir) == before


def test_a_snapshot_in_use_that_is_damaged_is_not_backed_up_as_if_it_were_good(desk):
    current = SnapshotStore(desk.data_dir).current_name()
    path = desk.data_dir / "snapshots" / current / "offers.arrow"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(SnapshotError, match=r"offers\.arrow is damaged"):
        desk.create()
    assert desk.archive().names() == []


def test_an_older_snapshot_that_is_damaged_is_left_out_and_named(desk):
    store = SnapshotStore(desk.data_dir)
    older = store.list()[1].name
    (store.folder(older) / "vectors.npy").unlink()
    manifest = desk.create().manifest
    assert older not in {file.path.split("/")[1] for file in manifest.files}
    assert [older in reason for reason in manifest.left_out] == [True]


def test_prune_keeps_what_the_rest_needs(desk):
    for minute in range(4):
        apply_fares(desk.data_dir, 100 + minute, hours=3 + minute)
        desk.create(minutes=minute, only_current=True)
    names = desk.archive().names()
    (desk.root / "content" / "ab").mkdir(exist_ok=True)
    (desk.root / "content" / "ab" / "abc.1234.new").write_bytes(b"of a crash")
    pruned = prune_backups(desk.archive(), NOW, keep=2, days=0)
    assert pruned.backups == tuple(names[2:])
    assert pruned.files == 4
    assert desk.archive().names() == names[:2]
    assert list(desk.root.rglob("*.new")) == []
    for name in names[:2]:
        verify_backup(desk.archive(), name, SilentProgress())


def test_prune_keeps_by_age_too(desk):
    for minute in (0, 1, 60 * 24 * 3):
        desk.create(minutes=minute)
    now = NOW + dt.timedelta(days=3, minutes=1)
    assert prune_backups(desk.archive(), now, keep=1, days=4).backups == ()
    assert len(prune_backups(desk.archive(), now, keep=1, days=2).backups) == 2
    with pytest.raises(ValueError, match="at least one"):
        prune_backups(desk.archive(), now, keep=0, days=0)


def test_prune_removes_nothing_while_a_backup_that_stays_cannot_be_read(desk):
    desk.create()
    newest = desk.create(minutes=1).manifest.name
    path = desk.root / "backups" / f"{newest}.backup"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(BackupError, match=newest):
        prune_backups(desk.archive(), NOW, keep=1, days=0)
    assert len(desk.archive().names()) == 2


def test_prune_spares_what_is_young_where_there_are_no_locks(desk, monkeypatch):
    desk.create()
    monkeypatch.setattr(FolderPlace, "has_lock", False)
    orphan = desk.content_files()[0]
    archive = desk.archive()
    archive.forget(archive.names()[0])
    now = dt.datetime.fromtimestamp(orphan.stat().st_mtime, dt.UTC)
    assert prune_backups(archive, now + GRACE / 2, keep=1, days=0).files == 0
    assert prune_backups(archive, now + GRACE * 2, keep=1, days=0).files > 0
    assert desk.content_files() == []


def test_two_that_change_an_archive_at_once(desk):
    desk.create()
    with FolderPlace(desk.root).locked(), pytest.raises(BackupError, match="Another process"):
        desk.create(minutes=1)


def test_nothing_to_back_up(desk, tmp_path):
    desk.data_dir = tmp_path / "empty"
    with pytest.raises(SnapshotError, match="nothing to back up"):
        desk.create()


def test_no_backup_of_that_name(desk):
    desk.create()
    with pytest.raises(NotFoundError, match="no backup named"):
        desk.restore("2020-01-01T00-00-00Z")
    with pytest.raises(NotFoundError, match="no backup named"):
        desk.restore("../../etc/passwd")


def test_no_restore_while_a_build_goes_on(desk):
    desk.create()
    before = contents(desk.data_dir)
    with (
        SnapshotStore(desk.data_dir).build(NOW),
        pytest.raises(IngestError, match="Another build"),
    ):
        desk.restore()
    assert contents(desk.data_dir) == before


def test_a_restore_mends_what_is_damaged(desk):
    before = contents(desk.data_dir)
    desk.create()
    (desk.data_dir / "CURRENT").write_text("nonsense")
    current = desk.archive().read(desk.archive().names()[0]).snapshot
    (desk.data_dir / "snapshots" / current / "profiles.arrow").unlink()
    desk.restore()
    assert contents(desk.data_dir) == before


def test_another_snapshot_of_the_same_name_is_not_written_over(desk, tmp_path):
    desk.create()
    elsewhere = tmp_path / "elsewhere"
    build(elsewhere, seed=77)
    before = contents(elsewhere)
    with pytest.raises(BackupError, match="foreign"):
        desk.restore(into=elsewhere)
    assert contents(elsewhere) == before


def test_a_full_disk_is_told_before_anything_is_written(desk, tmp_path, monkeypatch):
    desk.create()
    monkeypatch.setattr(restoring, "free_bytes", lambda _: 10)
    with pytest.raises(BackupError, match="too full"):
        desk.restore(into=tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_crash_before_the_pointer_leaves_what_was_in_use(desk, monkeypatch):
    first = desk.create().manifest
    newer = build(desk.data_dir, hours=5, seed=5)
    before = SnapshotStore(desk.data_dir).open().vectors.copy()

    def crash(*_):
        raise RuntimeError("power cut")

    with monkeypatch.context() as powerless:
        powerless.setattr(restoring, "replace_text", crash)
        with pytest.raises(RuntimeError, match="power cut"):
            desk.restore(first.name)
    assert SnapshotStore(desk.data_dir).current_name() == newer
    assert np.array_equal(SnapshotStore(desk.data_dir).open().vectors, before)
    desk.restore(first.name)
    assert SnapshotStore(desk.data_dir).current_name() == first.snapshot
    assert not (desk.data_dir / "restoring").exists()
