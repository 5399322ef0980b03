"""``snapshots report`` as people and programs meet it."""

import json
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from flight_search.catalog.quality.report import QualityReport
from flight_search.catalog.store import SnapshotStore
from flight_search.cli.quality.page import page_of

OLDER, OLDEST = "2020-01-01T00-00-00Z", "2019-01-01T00-00-00Z"


@pytest.fixture
def data(small_data_dir, tmp_path):
    """A folder with the small world three times, under names of three build times."""
    folder = tmp_path / "data"
    shutil.copytree(small_data_dir, folder)
    name = (folder / "CURRENT").read_text().strip()
    for older in (OLDER, OLDEST):
        copy = folder / "snapshots" / older
        shutil.copytree(folder / "snapshots" / name, copy)
        manifest = json.loads((copy / "manifest.json").read_text())
        (copy / "manifest.json").write_text(json.dumps({**manifest, "name": older}))
    return folder


class Elements(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.seen, self.open = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in {"meta", "path", "rect"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag if tag not in {"path", "rect"} else True


def report_of(cli, data, *arguments):
    done = cli("snapshots", "report", *arguments, "--json", FLIGHT_SEARCH_DATA_DIR=str(data))
    assert done.exit_code == 0, done.stderr
    return QualityReport.model_validate_json(done.stdout)


def test_the_newest_one_before_is_compared_with(cli, data):
    report = report_of(cli, data)
    assert (report.against, report.offers, report.offers_before) == (OLDER, 240, 240)
    assert report_of(cli, data, OLDER).against == OLDEST
    assert report_of(cli, data, OLDEST).against is None
    assert report_of(cli, data, OLDEST, "--against", OLDER).against == OLDER


def test_people_see_all_parts_in_80_columns(cli, data):
    shown = cli("snapshots", "report", FLIGHT_SEARCH_DATA_DIR=str(data)).stdout
    for part in ("Extent", "Freshness", "Source", "North America", "United States", "Spread of", "as before"):
        assert part in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_one_snapshot_alone_is_reported_without_a_comparison(cli):
    done = cli("snapshots", "report")
    assert done.exit_code == 0
    assert "no other snapshot to compare with" in done.stdout
    assert "as before" not in done.stdout


def test_a_damaged_one_before_is_passed_over_and_named(cli, data):
    (data / "snapshots" / OLDER / "offers.arrow").write_bytes(b"short")
    report = report_of(cli, data)
    assert report.against == OLDEST
    assert len(report.notes) == 1
    assert OLDER in report.notes[0]
    assert "offers.arrow" in report.notes[0]


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("2018-01-01T00-00-00Z",), 3, "no snapshot named"),
        (("--against", "../../etc"), 3, "no snapshot named"),
        ((OLDER, "--against", OLDER), 2, "compared with itself"),
        (("--html", "/nowhere/at/all.html"), 2, "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_said(cli, data, arguments, code, says):
    done = cli("snapshots", "report", *arguments, FLIGHT_SEARCH_DATA_DIR=str(data))
    assert done.exit_code == code
    assert says in " ".join(done.stderr.split())


@pytest.mark.parametrize("arguments", [(OLDER,), ("--against", OLDER)])
def test_a_damaged_one_that_was_named_is_an_error(cli, data, arguments):
    (data / "snapshots" / OLDER / "offers.arrow").write_bytes(b"short")
    done = cli("snapshots", "report", *arguments, FLIGHT_SEARCH_DATA_DIR=str(data))
    assert done.exit_code == 4
    assert "offers.arrow" in done.stderr


def test_the_page_has_plots_and_asks_for_nothing(cli, data, tmp_path):
    page = tmp_path / "report.html"
    done = cli("snapshots", "report", "--html", str(page), FLIGHT_SEARCH_DATA_DIR=str(data))
    assert done.exit_code == 0
    assert done.stdout == ""
    elements = Elements(page.read_text(encoding="utf-8"))
    assert elements.open == []
    tags = [tag for tag, _ in elements.seen]
    assert tags.count("svg") == 7
    assert not {"script", "link", "img", "iframe", "object", "use", "image"} & set(tags)
    assert not {"src", "href", "srcset"} & {name for _, attributes in elements.seen for name in attributes}
    assert "url(" not in page.read_text(encoding="utf-8")


def test_nothing_of_a_source_becomes_markup(cli, data):
    report = report_of(cli, data)
    evil = '"><script>alert(1)</script>'
    source = report.sources[0].model_copy(update={"name": evil, "title": evil})
    country = report.countries[0].model_copy(update={"name": evil})
    told = report.model_copy(
        update={"sources": (source,), "countries": (country,), "remarks": (evil,), "notes": (evil,)}
    )
    page = page_of(told)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") == 5


def test_a_snapshot_without_offers_has_a_page(data):
    from flight_search.catalog.quality.assess import assess

    made = SnapshotStore(data).open()
    nothing = {name: column[:0] for name, column in vars(made.offers).items()}
    none_sold = replace(
        made,
        offers=replace(made.offers, **nothing),
        routes=replace(made.routes, **{name: column[:0] for name, column in vars(made.routes).items()}),
        manifest=made.manifest.model_copy(
            update={
                "counts": {**made.manifest.counts, "offers": 0, "routes": 0},
                "first_day": "",
                "last_day": "",
            }
        ),
    )
    page = page_of(assess(none_sold, None, made.manifest.built_at))
    assert "The snapshot has no offers." in page
    assert Elements(page).open == []
