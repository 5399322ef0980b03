"""Texts of times and amounts, against the standard library."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight_search.ingest.sources.amounts import read_minor_units
from flight_search.ingest.sources.moments import read_clocks, read_dates, read_datetimes, read_durations

EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001  local times
FIRST, LAST = EPOCH.replace(year=1990), EPOCH.replace(year=2079)
WRITTEN = (
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y%m%d %H%M",
    "%d %b %Y %H:%M",
    "%d.%m.%Y %H:%M",
    "%b %d, %Y %I:%M %p",
)


@settings(deadline=None, max_examples=40)
@given(
    st.datetimes(FIRST, LAST).map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(WRITTEN),
    st.sampled_from([None, -720, -210, 0, 330, 765]),
)
def test_a_moment_is_read_as_it_was_written(at, written, offset):
    text = at.strftime(written)
    if offset is not None:
        sign = "-" if offset < 0 else "+"
        text += f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}"
    read = read_datetimes(pl.Series([text]), "dmy")
    assert read["local"][0] == (at - EPOCH) // dt.timedelta(minutes=1)
    assert read["offset"][0] == offset


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=30))
def test_nothing_breaks_the_readers(text):
    column = pl.Series([text, None], dtype=pl.String)
    for order in ("ymd", "dmy", "mdy"):
        assert read_datetimes(column, order).height == 2
        assert len(read_dates(column, order)) == 2
    assert read_clocks(column).height == 2
    assert len(read_durations(column, "minutes")) == 2


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("930", 570),
        ("0", 0),
        ("45", 45),
        ("24:00", 1440),
        ("08:50+1", 1970),
        ("7.05pm", 1145),
        ("24:01", None),
        ("12:60", None),
    ],
)
def test_clocks(text, minute):
    assert read_clocks(pl.Series([text]))["minute"][0] == minute


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("PT9H20M", 560),
        ("P1DT2H5M", 1565),
        ("9h 20m", 560),
        ("9:20", 560),
        ("90", 90),
        ("PT45M", 45),
        ("x", None),
        ("-5", None),
    ],
)
def test_durations(text, minutes):
    assert read_durations(pl.Series([text]), "minutes")[0] == minutes


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**9), st.sampled_from([".", ","]), st.booleans())
def test_amounts_are_exact(cents, mark, grouped):
    text = f"{cents // 100:,}" if grouped else f"{cents // 100}"
    text = text.replace(",", "." if mark == "," else ",") + f"{mark}{cents % 100:02d}"
    frame = pl.DataFrame({"text": [f"€ {text}"]})
    read = frame.select(read_minor_units(pl.col("text"), pl.lit("EUR"), mark, is_minor=False)).item()
    assert read == cents


def test_an_amount_in_the_other_way_of_writing_is_none():
    frame = pl.DataFrame({"text": ["1.234,50", "12,5"]})
    assert frame.select(
        read_minor_units(pl.col("text"), pl.lit("EUR"), ".", is_minor=False)
    ).to_series().to_list() == [None, None]
