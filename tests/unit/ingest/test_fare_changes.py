"""Files of fares: what is applied, and what is refused with its line and reason."""

import datetime as dt
import gzip
import io
import random

import polars as pl
import pytest

from flight_search.catalog.fares.lay_over import lay_over
from flight_search.catalog.fares.store import FareStore
from flight_search.catalog.live import LiveSnapshot
from flight_search.catalog.store import SnapshotStore
from flight_search.domain.errors import FaresError, InvalidRequestError, SnapshotError, SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.ingest.fare_changes.apply import FareFiles, Options, clear_fares


class Data:
    """The small world of its own: JFK to BOS (rows from 0) and MIA, DL 100 and 101, DL 110 and 111."""

    def __init__(self, root, clock):
        self.root = root
        self.store = FareStore(root)
        self.snapshots = SnapshotStore(root)
        self.clock = clock
        self.built = self.snapshots.open()
        self.first_day = dt.date.fromisoformat(self.built.manifest.first_day)

    def apply(self, content, name="fares.csv", **options):
        files = FareFiles(self.snapshots, self.store, SilentProgress(), self.clock)
        data = content.encode() if isinstance(content, str) else content
        return files.apply(data, name, Options(**options))

    @property
    def laid(self):
        return lay_over(LiveSnapshot(self.snapshots).get())

    def price(self, row):
        return int(self.laid.offers.price[row])


@pytest.fixture(scope="module")
def world(small_data_dir):
    return small_data_dir


@pytest.fixture
def data(world, tmp_path):
    root = tmp_path / "data"
    root.mkdir()
    (root / "snapshots").symlink_to(world / "snapshots")
    (root / "CURRENT").write_text((world / "CURRENT").read_text())
    return Data(root, lambda: dt.datetime.now(dt.UTC))


def offer(row):
    return f"o_{row:016x}"


def reasons(report):
    return {line: (kind, reason) for line, kind, reason, _ in report.left_out.iter_rows()}


# ------------------------------------------------------------------------------------------ what is applied


@pytest.mark.parametrize("form", ["csv", "semicolons", "tabs", "json", "parquet", "csv.gz", "bom", "crlf"])
def test_every_format_says_the_same(form, data):
    rows = [(offer(3), "123.45", None), (offer(4), None, "true"), (offer(5), "99.5", "false")]
    lines = ["id,price,sold_out", *(",".join(value or "" for value in row) for row in rows)]
    text = "\n".join(lines) + "\n"
    frame = pl.DataFrame(
        {
            "id": [row[0] for row in rows],
            "price": [None if row[1] is None else float(row[1]) for row in rows],
            "sold_out": [None if row[2] is None else row[2] == "true" for row in rows],
        }
    )
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    content = {
        "csv": text.encode(),
        "semicolons": text.replace(",", ";").replace("123.45", "123,45").encode(),
        "tabs": text.replace(",", "\t").upper().replace("O_", "o_").encode(),
        "json": frame.write_ndjson().encode(),
        "parquet": parquet.getvalue(),
        "csv.gz": gzip.compress(text.encode()),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "crlf": text.replace("\n", "\r\n").encode(),
    }[form]
    if form == "tabs":
        content = content.lower()
    report = data.apply(content)
    assert (report.applied, report.sold_out, report.in_effect, report.left_out.is_empty()) == (3, 1, 3, True)
    laid = data.laid
    assert laid.offers.price[3:6].tolist() == [12_345, int(data.built.offers.price[4]), 9_950]
    assert laid.offers.basis[3:6].tolist() == [0, 1, 0]
    assert laid.sold_out.nonzero()[0].tolist() == [4]
    assert data.store.open_current().manifest.name == report.version


def test_a_flight_is_found_by_carrier_number_and_day(data):
    day, later = data.first_day, data.first_day + dt.timedelta(days=2)
    report = data.apply(
        "airline,flight_number,departure_date,cabin,from,fare\n"
        f"DL,100,{day},,,101\n"  # the first offer of the first day
        f"dl,0101,{day},economy,jfk,102\n"
        f",DL 110,{later},Economy,,155\n"
        f"DL,100,{later},business,,150\n"
        f"DL,100,{later},,BOS,150\n"
        f"DL,999,{day},,,150\n"
        f"ZZ,100,{day},,,150\n"
        f"DL,100A,{day},,,150\n"
        f"DL,100,{day - dt.timedelta(days=9)},,,150\n"
    )
    assert (report.applied, report.unknown) == (3, 6)
    changed = (data.laid.offers.price != data.built.offers.price).nonzero()[0].tolist()
    assert changed == [0, 1, 2 * 60 + 4]
    assert data.laid.offers.price[changed].tolist() == [10_100, 10_200, 15_500]


def test_a_flight_that_fits_several_offers_has_to_be_told_apart(data, monkeypatch):
    # Two legs of one number on one day, as the first two offers of the small world if numbered alike.
    segments = data.built.segments
    number = segments.number.copy()
    number[1] = number[0]
    from dataclasses import replace

    snapshot = replace(data.built, segments=replace(segments, number=number))
    monkeypatch.setattr(data.snapshots, "open", lambda _name=None: snapshot)
    report = data.apply(f"flight,date,price\nDL100,{data.first_day},90\nDL110,{data.first_day},160\n")
    assert report.applied == 1
    assert "several offers fit" in reasons(report)[2][1]


def test_prices_in_another_currency_are_converted_at_the_rate_of_the_data(data, monkeypatch):
    from dataclasses import replace

    rated = data.built.manifest.model_copy(update={"exchange_rates": {"EUR": 0.8, "JPY": 150.0}})
    snapshot = replace(data.built, manifest=rated)
    monkeypatch.setattr(data.snapshots, "open", lambda _name=None: snapshot)
    report = data.apply(
        f"id,price,currency\n{offer(0)},80,EUR\n{offer(1)},15000,jpy\n{offer(2)},80,CHF\n{offer(3)},70,\n"
    )
    assert report.applied == 3
    assert "currency is unknown" in reasons(report)[4][1]
    assert [data.price(row) for row in (0, 1, 3)] == [10_000, 10_000, 7_000]
    assert data.apply(f"id,price\n{offer(0)},88\n", currency="EUR").applied == 1
    assert data.price(0) == 11_000
    with pytest.raises(InvalidRequestError, match="currency XXX is unknown"):
        data.apply(f"id,price\n{offer(0)},88\n", currency="XXX")


def test_the_last_of_several_rows_for_an_offer_counts_and_the_others_are_told(data):
    report = data.apply(
        f"id,price,flight,carrier,date\n{offer(0)},90,,,\n{offer(1)},91,,,\n,92,100,DL,{data.first_day}\n{offer(0)},93,,,\n"
    )
    assert (report.applied, report.replaced) == (2, 2)
    assert reasons(report) == {
        2: ("replaced", "line 5 names the same offer again"),
        4: ("replaced", "line 5 names the same offer again"),
    }
    assert data.price(0) == 9_300


def test_no_seat_left_is_sold_out_and_a_price_brings_an_offer_back(data):
    data.apply(f"id,seats\n{offer(0)},0\n{offer(1)},3\n{offer(2)},400\n")
    laid = data.laid
    assert laid.sold_out.nonzero()[0].tolist() == [0]
    assert laid.offers.seats[:3].tolist() == [0, 3, 127]
    assert laid.offers.price[:3].tolist() == data.built.offers.price[:3].tolist()
    data.apply(f"id,price\n{offer(0)},85\n")
    assert data.laid.sold_out is None
    assert data.price(0) == 8_500


def test_amounts_are_read_exactly(data):
    rng = random.Random(1)  # noqa: S311 - test data
    wanted = {row: rng.randrange(5_000, 20_000) for row in range(200)}
    rows = [f"{offer(row)},{minor // 100}.{minor % 100:02d}" for row, minor in wanted.items()]
    data.apply("id,price\n" + "\n".join(rows) + "\n")
    assert data.laid.offers.price[:200].tolist() == list(wanted.values())
    data.apply(f"id,price\n{offer(0)},80.005\n{offer(1)},80.0049\n{offer(2)},00080.1\n")
    assert data.laid.offers.price[:3].tolist() == [8_001, 8_000, 8_010]


def test_clearing_and_undoing(data):
    first = data.apply(f"id,price\n{offer(0)},90\n").version
    clear_fares(data.snapshots, data.store, data.clock)
    assert data.price(0) == 8_000
    with data.store.writing() as writer:
        assert writer.undo().name == first
    assert data.price(0) == 9_000


def test_a_dry_run_tells_the_same_and_changes_nothing(data):
    content = f"id,price\n{offer(0)},90\n{offer(1)},x\n"
    dry = data.apply(content, dry_run=True)
    assert data.store.current_name() is None
    assert not data.store.root.exists()
    wet = data.apply(content)
    assert (dry.version, dry.applied, dry.refused) == (None, wet.applied, wet.refused) == (None, 1, 1)
    assert dry.left_out.equals(wet.left_out)


# ------------------------------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("{id},NaN,,", "price is no number"),
        ("{id},inf,,", "price is no number"),
        ("{id},-Infinity,,", "price is no number"),
        ("{id},-5,,", "price is negative"),
        ("{id},1e2,,", "price cannot be read"),
        ("{id},$80,,", "price cannot be read"),
        ('{id},"1,234.50",,', "price cannot be read"),
        ("{id},80.12345,,", "price cannot be read"),
        ("{id},99999999999999999999,,", "price cannot be read"),
        ("{id},999999999,,", "larger than can be kept"),
        ("{id},8000,,", "over 50 times, or under 1/50, of the one before: 80.0 USD"),
        ("{id},0,,", "over 50 times"),
        ("{id},80,XXX,", "currency is unknown"),
        ("{id},80,,maybe", "sold_out is neither true nor false"),
        ("{id},,,", "says nothing"),
        ("o_12,80,,", "id is none of an offer"),
        ("o_zzzzzzzzzzzzzzzz,80,,", "id is none of an offer"),
        ("{id}0000000000000001,80,,", "journey of several offers"),
        ("o_00000000ffffffff,80,,", "no such offer"),
        (",80,,", "names no offer"),
        ("{id},80", "has 2 fields, the first line names 4"),
        ("{id},80,,,,", "has 6 fields, the first line names 4"),
    ],
)
def test_a_row_that_says_nothing_true_is_refused_with_its_line(row, reason, data):
    content = f"id,price,currency,sold_out\n{offer(7)},81,,\n\n{row.format(id=offer(0))}\n{offer(8)},82,,\n"
    report = data.apply(content)
    assert report.applied == 2
    ((line, (kind, told)),) = reasons(report).items()
    assert (line, kind) == (4, "unknown" if "no such offer" in reason else "refused")
    assert reason in told
    assert data.laid.sold_out is None
    assert data.laid.offers.price[[0, 7, 8]].tolist() == [8_000, 8_100, 8_200]
    with pytest.raises(SourceError, match=r"1 rows cannot be applied of fares.csv. Line 4"):
        data.apply(content, strict=True)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("DL,10000,2026-12-04,", "flight cannot be read"),
        (",100,2026-12-04,", "names no carrier"),
        ("Delta,100,2026-12-04,", "carrier is no code"),
        ("DL,100,,", "names no date"),
        ("DL,100,04.12.2026,", "date cannot be read"),
        ("DL,100,2026-02-30,", "date cannot be read"),
        ("DL,100,2026-12-04,sleeper", "cabin is none of"),
    ],
)
def test_a_flight_that_cannot_be_read_is_refused(row, reason, data):
    report = data.apply(f"carrier,flight,date,cabin,price\n{row},80\nDL,100,{data.first_day},,81\n")
    assert reason in reasons(report)[2][1]
    assert report.applied == 1


def test_slips_pass_where_any_price_is_wanted(data):
    assert data.apply(f"id,price\n{offer(0)},8000\n{offer(1)},0\n", any_price=True).applied == 2
    assert (data.price(0), data.price(1)) == (800_000, 0)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"id,price\n", "has no rows"),
        ("id,price\n".encode("utf-16"), "is UTF-16"),
        (b"id,price\no_\xe9,3\n", r"is not UTF-8 \(line 2\)"),
        (b"id,price\0\n", "is no text"),
        (b"price,currency\n1,USD\n", "names no offers"),
        (b"id,colour\nx,y\n", "says nothing about offers"),
        (b"id,price,fare\nx,1,1\n", "has the column price twice"),
        (b"id,price,id\nx,1,1\n", "has the column id twice"),
        (b'[{"id": "x", "price": 1}]', "holds a JSON list"),
        (b'{"id": "x", "price"\n', "no line of JSON"),
        (b"PAR1 and then nothing", "cannot be read as Parquet"),
        (gzip.compress(b"id,price\n" * 100, mtime=0)[:30], "cannot be unpacked"),
        (b"id,price\no_0000000000000000,NaN\n", "No row can be applied"),
        (b"id,price\no_00000000ffffffff,80\n", "No row can be applied"),
        (b"\x89PNG\r\n\x1a\n\0", "is not UTF-8"),
    ],
)
def test_a_file_that_is_not_what_it_claims_changes_nothing(content, reason, data):
    data.apply(f"id,price\n{offer(0)},90\n")
    before = data.store.current_name()
    with pytest.raises(SourceError, match=reason) as caught:
        data.apply(content)
    assert caught.value.remedy
    assert data.store.current_name() == before
    assert data.price(0) == 9_000


def test_a_file_that_is_cut_anywhere_gives_no_wrong_price_unsaid(data):
    """Whole lines of a cut CSV are applied, a cut line is refused or its missing end is told."""
    content = "id,price,seats\n" + "".join(f"{offer(row)},{90 + row}.25,9\n" for row in range(20))
    for end in range(len(content) - 200, len(content), 3):
        cut = content[:end]
        whole = cut.count("\n") - 1
        report = data.apply(cut, dry_run=True)
        if cut.endswith("\n"):
            assert (report.applied, report.notes) == (whole, ())
        else:
            assert report.applied in (whole, whole + 1)
            assert any("may have been cut" in note for note in report.notes)


def test_json_lines_are_refused_one_by_one(data):
    lines = [
        f'{{"id": "{offer(0)}", "price": 91.5, "colour": "red"}}',
        "",
        f'{{"id": "{offer(1)}", "price": NaN}}',
        "[1]",
        f'{{"id": "{offer(2)}", "price": [1]}}',
        f'{{"id": "{offer(3)}", "sold_out": true}}',
        f'{{"id": "{offer(4)}", "pri',
    ]
    report = data.apply("\n".join(lines))
    assert report.applied == 2
    assert {line: why for line, (_, why) in reasons(report).items()} == {
        3: "is no JSON object",
        4: "is no JSON object",
        5: "price cannot be read: write 129.99",
        7: "is no JSON object: the file may be cut",
    }
    assert "'colour'" in report.notes[0]


def test_fares_in_use_that_are_damaged_are_not_added_to(data):
    version = data.apply(f"id,price\n{offer(0)},90\n").version
    (data.store.root / "versions" / version / "fares.arrow").write_bytes(b"")
    with pytest.raises(FaresError, match="damaged, so nothing can be added") as caught:
        data.apply(f"id,price\n{offer(0)},90\n")
    assert "fares clear" in caught.value.remedy
    clear_fares(data.snapshots, data.store, data.clock)
    assert data.apply(f"id,price\n{offer(0)},91\n").applied == 1


def test_without_data_nothing_is_read(tmp_path):
    files = FareFiles(SnapshotStore(tmp_path), FareStore(tmp_path), SilentProgress(), lambda: None)
    with pytest.raises(SnapshotError, match="no snapshot yet"):
        files.apply(b"id,price\n", "x.csv", Options())


def test_a_clock_behind_that_of_the_build_does_not_make_new_prices_old(data):
    data.clock = lambda: data.built.manifest.built_at - dt.timedelta(days=1)
    data.apply(f"id,price\n{offer(0)},90\n")
    assert data.price(0) == 9_000
