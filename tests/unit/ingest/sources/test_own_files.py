"""Own files to rows: what is understood, and each way in which a row can be wrong."""

import gzip
import json

import polars as pl
import pytest

from flight_search.domain.errors import InvalidRequestError, SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.sources.codes import unpack
from flight_search.ingest.sources.mapping import parse_mapping
from flight_search.ingest.sources.own_files import OwnFiles
from flight_search.ingest.sources.plan import own_carriers

MAPPING = """
[source]
name = "acme"
title = "Acme"
[file]
{file}
[columns]
origin = "from"
destination = "to"
departs_at = "dep"
arrives_at = "arr"
carrier = "airline"
flight_number = "no"
price = "price"
currency = "cur"
{more}
"""
HEAD = "from,to,dep,arr,airline,no,price,cur\n"
GOOD = "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,612.50,USD\n"


@pytest.fixture
def source(tmp_path):
    """Return a function that makes a source of a file's content and additions to the mapping."""

    def make(content, *, file='format = "csv"', more="", name="flights.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return OwnFiles(parse_mapping(MAPPING.format(file=file, more=more), "m"), (path,), SilentProgress())

    return make


def test_a_flight_is_understood(source, checked):
    rows, reasons, left_out, notes = checked(source(HEAD + GOOD))
    assert (reasons, left_out, notes) == ({}, {}, {})
    (row,) = rows.iter_rows(named=True)
    assert (unpack(row["origin_1"], 3), unpack(row["destination_1"], 3)) == ("JFK", "LHR")
    assert (unpack(row["carrier_1"], 2), row["number_1"]) == ("DL", 1)
    assert (row["price"], row["stops"]) == (61_250, 0)
    # 19:30 in New York to 07:25 in London is 6 hours and 55 minutes in December.
    assert (row["minutes_1"], row["origin_offset_1"], row["destination_offset_1"]) == (415, -300, 0)


BAD = {
    "XXX,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,612,USD": ("origin", "unknown_airport"),
    ",LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,612,USD": ("origin", "missing"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,ZZ,1,612,USD": ("carrier", "unknown_carrier"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,12345,612,USD": ("flight_number", "bad_flight_number"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,AA1,612,USD": (
        "flight_number",
        "carrier_contradicts_number",
    ),
    "JFK,LHR,2026-12-04 19:30,2026-12-04 07:25,DL,1,612,USD": ("arrives_at", "arrives_before_departure"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 02:25,DL,1,612,USD": ("arrives_at", "too_fast"),
    "JFK,LHR,2026-12-04 19:30,2026-12-07 07:25,DL,1,612,USD": ("arrives_at", "too_long"),
    "JFK,JFK,2026-12-04 19:30,2026-12-04 20:25,DL,1,612,USD": ("destination", "same_airport"),
    "JFK,LHR,2027-03-14 02:30,2027-03-14 14:25,DL,1,612,USD": ("departs_at", "time_skipped"),
    "JFK,LHR,2036-12-04 19:30,2036-12-05 07:25,DL,1,612,USD": ("departs_at", "day_absurd"),
    "JFK,LHR,2026-02-30 19:30,2026-12-05 07:25,DL,1,612,USD": ("departs_at", "unreadable"),
    "JFK,LHR,soon,2026-12-05 07:25,DL,1,612,USD": ("departs_at", "unreadable"),
    "JFK,LHR,2026-12-04 19:30,,DL,1,612,USD": ("arrives_at", "unreadable"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,cheap,USD": ("price", "unreadable"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,-612,USD": ("price", "price_not_positive"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,0,USD": ("price", "price_not_positive"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,6120000,USD": ("price", "price_absurd"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,612,": ("currency", "currency_missing"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,612,XAU": ("currency", "currency_not_convertible"),
    "JFK,LHR,2026-12-04 19:30,2026-12-05 07:25,DL,1,612": ("", "wrong_field_count"),
}


@pytest.mark.parametrize(("line", "told"), BAD.items(), ids=[reason for _, reason in BAD.values()])
def test_a_bad_row_is_refused_and_the_others_stay(source, checked, line, told):
    rows, reasons, _, _ = checked(source(HEAD + GOOD + line + "\n" + GOOD.replace(",1,", ",2,")))
    assert rows.height == 2
    assert reasons == {3: told}


def test_lines_are_counted_through_line_breaks_in_fields(source, checked):
    head = HEAD.replace("\n", ",note\n")
    good = GOOD.replace("\n", ',"two\nlines, ""quoted"""\n')
    rows, reasons, _, _ = checked(source(head + good + good.replace("JFK", "XXX")))
    assert rows.height == 1
    assert reasons == {4: ("origin", "unknown_airport")}


def test_a_quote_that_is_never_closed_loses_no_count_of_the_rows_it_swallows(source, checked):
    rows, reasons, _, _ = checked(source(HEAD + GOOD + 'JFK,"LHR,\n' + GOOD * 3_000))
    assert rows.height >= 1
    assert set(reasons.values()) <= {("", "broken_quotes"), ("", "wrong_field_count")}
    assert rows.height + len(reasons) >= 3_000


@pytest.mark.parametrize(
    ("content", "file"),
    [
        (b"\xef\xbb\xbf" + (HEAD + GOOD).encode(), 'encoding = "utf-8"'),
        ((HEAD + GOOD).encode("utf-16"), 'encoding = "utf-16"'),
        ((HEAD + GOOD).replace(",", ";").encode("cp1252"), 'encoding = "cp1252"\ndelimiter = ";"'),
        ((HEAD + GOOD).replace("\n", "\r\n").encode(), ""),
        (gzip.compress((HEAD + GOOD).encode()), ""),
    ],
    ids=["byte order mark", "utf-16", "semicolons", "carriage returns", "gzip"],
)
def test_ways_to_write_the_same_file(source, checked, content, file):
    rows, reasons, _, _ = checked(source(content, file=file))
    assert (rows.height, reasons) == (1, {})


def test_characters_of_another_encoding_are_refused(source, checked):
    head = HEAD.replace("\n", ",note\n")
    bad = GOOD.replace("\n", ",M\xfcnchen\n")
    rows, reasons, _, _ = checked(source((head + GOOD.replace("\n", ",x\n") + bad).encode("cp1252")))
    assert (rows.height, reasons) == (1, {3: ("", "not_in_encoding")})


def test_a_line_without_end_is_skipped_without_being_held(source, checked):
    rows, reasons, _, _ = checked(source(HEAD + GOOD + "x" * 3_500_000 + "\n" + GOOD.replace(",1,", ",2,")))
    assert rows.height == 2
    assert reasons == {3: ("", "line_too_long")}


@pytest.mark.parametrize(
    ("dep", "arr", "minutes"),
    [
        ("2026-12-04 24:00", "2026-12-05 11:55", 415),  # midnight, as the end of a day
        ("2026-12-04T19:30-05:00", "2026-12-05T07:25Z", 415),
        ("2026-12-05T00:30Z", "2026-12-05T02:25-05:00", 415),  # clocks of neither airport
        ("2026-12-04 19:30", "07:25", 415),  # the day of arrival is left out
        ("4 Dec 2026 7:30 PM", "Dec 5, 2026 7:25 am", 415),
        ("1796430600", "1796455500", 415),  # seconds since 1970
        ("2026-11-01 01:30", "2026-11-01 13:25", 475),  # 01:30 occurs twice: the first
    ],
)
def test_ways_to_write_the_same_times(source, checked, dep, arr, minutes):
    line = GOOD.replace("2026-12-04 19:30", f'"{dep}"').replace("2026-12-05 07:25", f'"{arr}"')
    rows, reasons, _, _ = checked(source(HEAD + line), keep_past=True)
    assert reasons == {}
    assert rows["minutes_1"].to_list() == [minutes]


def test_the_duration_says_which_of_two_equal_times_is_meant(source, checked):
    line = GOOD.replace("2026-12-04 19:30", "2026-11-01 01:30").replace(
        "2026-12-05 07:25", "2026-11-01 13:25"
    )
    content = HEAD.replace("\n", ",takes\n") + line.replace("\n", ",475\n")
    # The second 01:30 is an hour later, so the flight takes an hour less.
    content += line.replace(",1,", ",2,").replace("\n", ",415\n")
    rows, reasons, _, notes = checked(source(content, more='duration = "takes"'), keep_past=True)
    assert (rows["minutes_1"].to_list(), reasons) == ([475, 415], {})
    assert list(notes.values()) == [2]


def test_times_may_be_those_of_one_zone(source, checked):
    line = GOOD.replace("2026-12-04 19:30", "2026-12-05 00:30")
    rows, reasons, _, _ = checked(source(HEAD + line, more='[times]\nzone = "UTC"'))
    assert reasons == {}
    assert (rows["minutes_1"].to_list(), rows["origin_offset_1"].to_list()) == ([415], [-300])


def test_flights_that_departed_are_left_out_and_counted(source, checked):
    content = HEAD + GOOD + GOOD.replace("2026-12", "2026-10")
    rows, reasons, left_out, _ = checked(source(content))
    assert (rows.height, reasons, left_out) == (1, {}, {"in_the_past": 1})
    assert checked(source(content), keep_past=True)[0].height == 2


def test_prices_are_turned_into_the_currency_of_the_snapshot(source, checked):
    content = (
        HEAD + GOOD.replace("USD", "GBP") + GOOD.replace(",1,", ",2,").replace("612.50,USD", "15000,JPY")
    )
    rows, reasons, _, _ = checked(source(content), currency="EUR")
    assert reasons == {}
    assert rows["price"].to_list() == [68_906, 9_000]


def test_connections_are_read_from_further_columns(source, checked):
    head = HEAD.replace("\n", ",to2,dep2,arr2,no2\n")
    line = "LHR,JFK,2026-12-04 09:00,2026-12-04 12:00,DL,2,700,USD,MIA,{},2026-12-04 17:10,DL99\n"
    more = '[segment_2]\ndestination = "to2"\ndeparts_at = "dep2"\narrives_at = "arr2"\nflight_number = "no2"'
    content = (
        head
        + line.format("2026-12-04 14:00")
        + line.format("2026-12-04 11:00")
        + line.format("2026-12-09 11:00")
    )
    content += GOOD.replace("\n", ",,,,\n")
    rows, reasons, _, _ = checked(source(content, more=more))
    assert rows["stops"].to_list() == [1, 0]
    assert reasons == {3: ("segments", "connection_missed"), 4: ("arrives_at", "arrives_before_departure")}


def test_stops_without_their_airports_are_refused(source, checked):
    head = HEAD.replace("\n", ",stops\n")
    content = head + GOOD.replace("\n", ",non-stop\n") + GOOD.replace("\n", ",1 stop\n")
    _, reasons, _, _ = checked(source(content, more='stops = "stops"'))
    assert reasons == {3: ("stops", "stops_without_airports")}


def test_a_carrier_of_ones_own(source, checked):
    made = source(
        HEAD + GOOD.replace(",DL,", ",X9,"), more='[carriers.X9]\nname = "Acme Air"\nkind = "low_cost"'
    )
    rows, reasons, _, _ = checked(made, carriers=own_carriers(made.mapping))
    assert (rows.height, reasons) == (1, {})


def test_columns_that_nothing_is_made_of_are_named(source, checked):
    made = source(HEAD.replace("\n", ",note,rank\n") + GOOD.replace("\n", ",x,1\n"))
    checked(made)
    assert list(made.unused) == ["note", "rank"]


def test_json_lines(source, checked):
    row = {
        "from": "JFK", "to": "LHR", "dep": "2026-12-04T19:30", "arr": "2026-12-05T07:25",
        "airline": {"code": "DL"}, "no": 1, "price": 612.5, "cur": "USD",
    }  # fmt: skip
    made = source(
        json.dumps(row) + "\n\n[1]\n{broken\n" + json.dumps(row | {"from": None}) + "\n",
        file='format = "jsonl"',
        more="",
    )
    mapping = made.mapping.model_copy(
        update={"columns": made.mapping.columns.model_copy(update={"carrier": "airline.code"})}
    )
    rows, reasons, _, _ = checked(OwnFiles(mapping, made.paths, SilentProgress()))
    assert rows["price"].to_list() == [61_250]
    assert reasons == {3: ("", "not_json"), 4: ("", "not_json"), 5: ("origin", "missing")}


def test_parquet_with_times_of_their_own_type(source, checked, tmp_path):
    import datetime as dt

    path = tmp_path / "flights.parquet"
    pl.DataFrame(
        {
            "from": ["JFK"], "to": ["LHR"], "dep": [dt.datetime.fromisoformat("2026-12-04T19:30")],
            "arr": [dt.datetime(2026, 12, 5, 7, 25, tzinfo=dt.UTC)], "airline": ["DL"], "no": [1],
            "price": pl.Series([612.5]).cast(pl.Decimal(10, 2)), "cur": ["USD"],
        }
    ).write_parquet(path)  # fmt: skip
    made = source("", file='format = "parquet"')
    rows, reasons, _, _ = checked(OwnFiles(made.mapping, (path,), SilentProgress()))
    assert (rows["minutes_1"].to_list(), rows["price"].to_list(), reasons) == ([415], [61_250], {})


def test_a_column_that_is_not_there_is_named_with_the_likely_one(source, checked):
    with pytest.raises(SourceError, match=r"no column 'airline'.*Did you mean 'airlin'"):
        checked(source((HEAD + GOOD).replace("airline", "airlin")))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("colour = 'x'", "columns.colour"),
        ("[units]\nprice = 'pounds'", "units.price"),
        ("[times]\nzone = 'Mars/Olympus'", "Mars/Olympus"),
        ("[file", "no TOML"),
        ("[segment_3]\ndestination = 'x'", "segment_3"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where(source, more, told):
    with pytest.raises(InvalidRequestError) as error:
        source("", more=more)
    assert told in error.value.detail
    assert error.value.remedy


def test_a_damaged_parquet_file_is_told(source, checked, tmp_path):
    path = tmp_path / "flights.parquet"
    pl.DataFrame({"from": ["JFK"] * 1_000}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-20])
    made = source("", file='format = "parquet"')
    with pytest.raises(SourceError, match="damaged or no Parquet"):
        checked(OwnFiles(made.mapping, (path,), SilentProgress()))


def test_ten_gigabytes_in_one_line_need_no_memory():
    """The line is never held: its characters come and go block by block."""
    import io
    import tracemalloc

    from flight_search.ingest.sources.files import read_lines

    class Endless(io.RawIOBase):
        left = 60_000_000

        def readable(self):
            return True

        def readinto(self, buffer):
            taken = min(len(buffer), self.left)
            buffer[:taken] = b"x" * taken
            self.left -= taken
            return taken

    tracemalloc.start()
    (line,) = read_lines(io.BufferedReader(Endless()), "utf-8")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert line.text is None
    assert peak < 10_000_000
