"""SSIM chapter 7: records the tests write, and a real airline's file where it is at hand."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.sources.ssim import RECORD_LENGTH, Ssim

SAMPLE = Path(__file__).parents[5] / "shared" / "samples" / "LME_S22_netline.ssim"
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def record(**columns):
    """Return a record of 200 characters with text at columns counted from 1."""
    made = [" "] * RECORD_LENGTH
    for place, text in columns.items():
        start = int(place.removeprefix("c")) - 1
        made[start : start + len(text)] = text
    return "".join(made)


COLUMNS = {
    "number": 6, "variation": 10, "seq": 12, "service": 14, "start": 15, "end": 22, "days": 29, "rate": 36,
    "origin": 37, "std": 40, "aircraft_std": 44, "out": 48, "destination": 55, "aircraft_sta": 58, "sta": 62,
    "back": 66, "aircraft": 73, "restrictions": 150, "shift": 193,
}  # fmt: skip
USUAL = {
    "variation": "01", "seq": "01", "service": "J", "days": "1234567", "origin": "FRA", "std": "1000",
    "out": "+0100", "destination": "JFK", "sta": "1300", "back": "-0500", "aircraft": "744", "shift": "00",
}  # fmt: skip


def leg(number="123", *, period=("01DEC26", "07DEC26"), **changed):
    said = USUAL | changed
    said |= {"number": f"{number:>4}", "start": period[0], "end": period[1]}
    # The aircraft's own times differ, so that taking them for those of passengers would show.
    said |= {"aircraft_std": "0001", "aircraft_sta": "0002"}
    return record(c1="3", c3="LH ", **{f"c{COLUMNS[name]}": text for name, text in said.items()})


def element(dei, data, *, number="123", board="FRA", off="JFK"):
    return record(c1="4", c3="LH ", c6=f"{number:>4}", c31=dei, c34=board, c37=off, c40=data)


@pytest.fixture
def source(tmp_path):
    def make(*records, mode="L", trailer=True, joint="\n", name="lh"):
        head = [
            record(c1="1AIRLINE STANDARD SCHEDULE DATA SET"),
            record(c1="2", c2=mode, c3="LH ", c22="27MAR27"),
        ]
        lines = [one[:194] + f"{serial:06d}" for serial, one in enumerate([*head, *records], start=1)]
        if trailer:
            lines.append(
                record(c1="5", c3="LH ", c188=lines[-1][194:], c194="E", c195=f"{len(lines) + 1:06d}")
            )
        path = tmp_path / f"{name}.ssim"
        path.write_bytes(joint.join([*lines, "0" * RECORD_LENGTH, ""]).encode())
        return Ssim(name, path, SilentProgress())

    return make


def moments(rows):
    """Return (day, number, route) of rows in the order of time."""
    return sorted(
        (
            (EPOCH + dt.timedelta(minutes=row["departs_1"])).date().isoformat(),
            row["number_1"],
            row["origin_1"],
        )
        for row in rows.iter_rows(named=True)
    )


def rows_of(source):
    return pl.concat([batch.rows for batch in source.batches()])


def test_a_leg_flies_on_its_days_of_operation(source, checked):
    rows, reasons, _, _ = checked(source(leg(days="1 3 5  ", restrictions="")))
    assert reasons == {}
    # Monday, Wednesday and Friday between Tuesday 1 and Monday 7 December 2026.
    days = [(EPOCH + dt.timedelta(minutes=int(utc))).strftime("%d %H:%M") for utc in sorted(rows["utc_1"])]
    assert days == ["02 09:00", "04 09:00", "07 09:00"]
    assert set(rows["minutes_1"]) == {9 * 60}
    assert (rows["origin_offset_1"][0], rows["destination_offset_1"][0]) == (60, -300)


def test_periods_that_are_split_and_every_second_week(source):
    rows = rows_of(
        source(
            leg(days="  3    ", period=("01DEC26", "31DEC26"), rate="2"),
            leg(days="  3    ", period=("01JAN27", "31JAN27"), variation="02", std="1200", sta="1500"),
        )
    )
    assert [day for day, _, _ in moments(rows)] == [
        "2026-12-02", "2026-12-16", "2026-12-30", "2027-01-06", "2027-01-13", "2027-01-20", "2027-01-27",
    ]  # fmt: skip


def test_an_open_period_ends_with_the_schedule(source):
    rows = rows_of(source(leg(days="     6 ", period=("01MAR27", "00XXX00"))))
    assert [day for day, _, _ in moments(rows)] == ["2027-03-06", "2027-03-13", "2027-03-20", "2027-03-27"]


def test_offsets_of_the_record_are_believed(source, checked):
    rows, reasons, _, notes = checked(source(leg(out="+0200", period=("01DEC26", "01DEC26"))))
    assert (reasons, rows["origin_offset_1"].to_list(), rows["minutes_1"].to_list()) == ({}, [120], [600])
    assert list(notes.values()) == [1]


def test_times_in_utc_become_local(source, checked):
    rows, reasons, _, _ = checked(
        source(leg(std="0900", sta="1800", period=("01DEC26", "01DEC26")), mode="U")
    )
    assert reasons == {}
    assert (rows["minutes_1"].to_list(), rows["origin_offset_1"].to_list()) == ([540], [60])


def test_arrivals_on_other_days_and_at_midnight(source, checked):
    rows, reasons, _, _ = checked(
        source(
            leg(std="2300", sta="0200", shift="01", period=("01DEC26", "01DEC26")),
            leg(
                "124", std="1500", sta="2400", destination="DXB", back="+0400", period=("01DEC26", "01DEC26")
            ),
        )
    )
    assert reasons == {}
    assert sorted(rows["minutes_1"].to_list()) == [360, 540]


TWO_LEGS = (
    leg(period=("01DEC26", "02DEC26")),
    leg(
        seq="02", origin="JFK", std="1500", out="-0500", destination="MIA", sta="1810", back="-0500",
        period=("01DEC26", "02DEC26"),
    ),
)  # fmt: skip


def test_legs_of_one_flight_make_a_through_flight(source, checked):
    rows, reasons, _, _ = checked(source(*TWO_LEGS))
    assert reasons == {}
    assert sorted(rows["stops"].to_list()) == [0, 0, 0, 0, 1, 1]
    through = rows.filter(pl.col("stops") == 1)
    assert set(through["number_1"]) == set(through["number_2"]) == {123}
    assert set((through["utc_2"] - through["utc_1"]).to_list()) == {11 * 60}


def test_legs_of_other_variations_or_days_make_none(source):
    other = TWO_LEGS[1][:9] + "02" + TWO_LEGS[1][11:]
    assert rows_of(source(TWO_LEGS[0], other))["departs_2"].null_count() == 4
    later = TWO_LEGS[1].replace("01DEC2602DEC26", "05DEC2605DEC26")
    assert rows_of(source(TWO_LEGS[0], later))["departs_2"].null_count() == 3


@pytest.mark.parametrize(
    ("restrictions", "kept"), [("", 6), ("A", 4), ("AA", 2), (" A", 4), ("K", 4), ("Z", 6), ("B", 6)]
)
def test_traffic_restrictions_of_the_leg(source, restrictions, kept):
    first = TWO_LEGS[0][:149] + f"{restrictions:11}" + TWO_LEGS[0][160:]
    batches = list(source(first, TWO_LEGS[1]).batches())
    assert sum(batch.rows.height for batch in batches) == kept
    assert sum(sum(batch.left_out.values()) for batch in batches) == 6 - kept


def test_data_elements_for_codeshares_and_restrictions(source):
    made = source(
        TWO_LEGS[0],
        element("008", "A", off="MIA"),
        element("010", "UA 8840/AC 9100"),
        element("106", "FCDZ"),
        TWO_LEGS[1],
        element("050", "UA  456", board="JFK", off="MIA"),
    )
    (batch,) = made.batches()
    # No ticket from Frankfurt to Miami; the second leg is flown by United.
    assert batch.rows["departs_2"].null_count() == 4
    assert set(batch.rows.filter(pl.col("origin_1") == "JFK")["operating_carrier_1"]) == {"UA"}
    assert batch.left_out == {"no_passengers": 2}
    assert list(batch.notes.values()) == [1]
    assert list(made.unused) == ["data element 106"]


def test_flights_without_passengers_are_left_out(source):
    (batch,) = source(leg(service="F"), element("010", "UA 1"), leg("9", service="P")).batches()
    assert (batch.rows.height, batch.left_out, batch.refused) == (0, {"no_passengers": 2}, [])


BAD = {
    "unknown type": (record(c1="7SOMETHING"), "record", "unknown_record_type"),
    "short": (leg()[:150], "record", "bad_record"),
    "day": (leg(period=("32DEC26", "07DEC26")), "period from", "bad_record"),
    "clock": (leg(std="2561"), "passenger STD", "bad_record"),
    "offset": (leg(out=" 0100"), "UTC offset at departure", "bad_record"),
    "days of operation": (leg(days="1 8    "), "days of operation", "bad_record"),
    "element without leg": (element("010", "UA 1", number="9"), "flight", "bad_record"),
}


@pytest.mark.parametrize("kind", BAD)
def test_records_that_cannot_be_read_are_refused_and_the_rest_stays(source, kind):
    bad, name, reason = BAD[kind]
    made = source(leg("1"), bad, leg("2"))
    if kind == "short":
        made.path.write_bytes(
            made.path.read_bytes().replace(bad[:140].encode() + b" " * 54, bad[:140].encode())
        )
    (batch,) = made.batches()
    assert batch.rows.height == 14
    (told,) = batch.refused
    assert told.select("line", "field", "reason").rows() == [(4, name, reason)]
    if reason == "unknown_record_type":
        assert list(made.unused) == ["record type 7"]


def test_records_without_line_ends(source):
    assert rows_of(source(leg(), joint="")).equals(rows_of(source(leg(), name="other")))
    assert rows_of(source(leg(), joint="\r\n")).height == 7


def test_a_file_that_was_cut_off_is_told(source):
    with pytest.raises(SourceError, match="trailer record"):
        list(source(leg(), trailer=False).batches())
    made = source(leg("1"), leg("2"))
    lines = made.path.read_text().split("\n")
    made.path.write_text("\n".join([*lines[:3], *lines[4:]]))
    with pytest.raises(SourceError, match="not whole"):
        list(made.batches())


def test_a_file_that_is_no_schedule_is_told(tmp_path):
    path = tmp_path / "x.ssim"
    path.write_text("from,to\nJFK,LHR\n")
    with pytest.raises(SourceError, match="no SSIM"):
        list(Ssim("x", path, SilentProgress()).batches())


def test_many_flights_come_in_batches_of_whole_flights(source):
    records = [one.replace(" 123", f"{number:4}") for number in range(1000, 1400) for one in TWO_LEGS]
    batches = list(source(*records).batches())
    assert len(batches) > 1
    assert sum(batch.rows.height for batch in batches) == 400 * 6


@pytest.mark.skipif(not SAMPLE.exists(), reason="needs the samples")
def test_a_real_schedule(checked):
    rows, reasons, left_out, _ = checked(Ssim("lme", SAMPLE, SilentProgress()), keep_past=True)
    assert (rows.height, reasons, left_out) == (168, {}, {})
    # Yerevan to Hurghada on Sundays from 3 July to 23 October 2022 and Wednesdays from 6 July to 26 October.
    assert rows.filter(pl.col("number_1") == 501).height == 17 + 17
    assert set(rows["minutes_1"]) <= set(range(180, 330))
