"""What is written is what is read."""

import dataclasses
import json

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flight_search.catalog.schema import TABLES, Profiles, column_types
from flight_search.catalog.tables import read_table, read_vectors, row_count, write_table, write_vectors


def assert_same_tables(snapshot, draft):
    for name, table in draft.tables().items():
        for column in column_types(type(table)):
            found, wanted = (getattr(part, column) for part in (getattr(snapshot, name), table))
            assert found.dtype == wanted.dtype, (name, column)
            np.testing.assert_array_equal(found, wanted, err_msg=f"{name}.{column}")
    np.testing.assert_array_equal(snapshot.vectors, draft.vectors)


@pytest.mark.parametrize("rows", [0, 1, 500])
def test_a_snapshot_holds_what_the_draft_held(store, build, make_draft, rows):
    name = build(store, rows=rows, seed=4)
    assert store.verify(name) == []
    snapshot = store.open()
    assert_same_tables(snapshot, make_draft(rows=rows, seed=4))
    assert snapshot.manifest.counts["offers"] == rows
    assert snapshot.manifest.dropped == {"cancelled": 1}
    assert {entry.name for entry in snapshot.manifest.files} == {
        "vectors.npy",
        *(f"{table}.arrow" for table in TABLES),
    }


def test_the_manifest_tells_the_first_and_last_day_of_departure(store, build):
    build(store, rows=50)
    offers, manifest = store.open().offers, store.open().manifest
    days = offers.departure_day.astype("datetime64[D]")
    assert (manifest.first_day, manifest.last_day) == (str(days.min()), str(days.max()))


def test_a_snapshot_in_memory_is_the_one_on_disk(store, build, make_draft):
    name = build(store, rows=40, seed=2)
    draft = make_draft(rows=40, seed=2)
    on_disk, in_memory = store.open(), draft.in_memory(name, store.open().manifest.built_at)
    assert_same_tables(in_memory, draft)
    assert in_memory.manifest == on_disk.manifest.model_copy(update={"files": ()})


def test_columns_read_back_cannot_be_written(store, build):
    build(store)
    snapshot = store.open()
    for name in TABLES:
        for column in vars(getattr(snapshot, name)).values():
            assert not column.flags.writeable
    assert not snapshot.vectors.flags.writeable


def test_other_tools_read_the_files(store, build, make_draft):
    folder = store.folder(build(store, rows=30))
    frame = pl.read_ipc(folder / "offers.arrow")
    assert frame["price"].to_list() == make_draft(rows=30).offers.price.tolist()
    assert json.loads((folder / "manifest.json").read_text())["counts"]["offers"] == 30


@given(values=st.lists(st.text(st.characters(exclude_categories=["Cs"]))))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_survives_a_table(tmp_path, values):
    column = np.array([*values, None], dtype=object)[:-1]
    write_table(tmp_path / "profiles.arrow", Profiles(text=column, digest=column))
    read = read_table(tmp_path / "profiles.arrow", Profiles)
    assert list(read.text) == values
    assert row_count(read) == len(values)


def test_a_column_of_another_type_is_refused(tmp_path, make_draft):
    offers = make_draft().offers
    wrong = dataclasses.replace(offers, price=offers.price.astype(np.int64))
    with pytest.raises(TypeError, match="price is int64, not int32"):
        write_table(tmp_path / "offers.arrow", wrong)


def test_columns_of_different_lengths_are_refused(tmp_path, make_draft):
    offers = make_draft().offers
    with pytest.raises(ValueError, match="different lengths"):
        write_table(tmp_path / "offers.arrow", dataclasses.replace(offers, price=offers.price[1:]))


@pytest.mark.parametrize(
    "wrong", [np.zeros(3, np.float32), np.zeros((2, 2), np.float64), np.zeros((2, 2), np.int32)]
)
def test_vectors_must_be_a_matrix_of_float32(tmp_path, wrong):
    np.save(tmp_path / "vectors.npy", wrong)
    with pytest.raises(ValueError, match="matrix of float32"):
        read_vectors(tmp_path / "vectors.npy")


def test_vectors_are_stored_row_by_row_whatever_their_order_was(tmp_path):
    vectors = np.asfortranarray(np.arange(12, dtype=np.float32).reshape(3, 4))
    write_vectors(tmp_path / "vectors.npy", vectors)
    assert read_vectors(tmp_path / "vectors.npy").flags.c_contiguous
    np.testing.assert_array_equal(read_vectors(tmp_path / "vectors.npy"), vectors)
