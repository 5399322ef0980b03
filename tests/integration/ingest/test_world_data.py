"""The rules on the real traffic files, where the package is in the tests' cache already (287 MB)."""

from pathlib import Path

import pytest

from flight_search.domain.progress import SilentProgress
from flight_search.fetch.debian import fetch_deb
from flight_search.fetch.downloads import is_whole
from flight_search.ingest.world.clean import clean
from flight_search.ingest.world.source import WORLD_PACKAGE, open_traffic
from flight_search.ingest.world.traffic import read_traffic
from flight_search.reference.airports import load_airports
from flight_search.reference.carriers import load_carriers


def test_the_real_files_give_the_week_that_the_documentation_tells_of(real_cache_dir: Path):
    cached = real_cache_dir / "packages" / WORLD_PACKAGE.filename
    if not is_whole(cached, WORLD_PACKAGE.sha256):
        pytest.skip(f"{WORLD_PACKAGE.filename} is not cached; put it into {cached.parent}")
    progress = SilentProgress()
    files = open_traffic(
        None, lambda package: fetch_deb(package, real_cache_dir, progress, apt=None), progress
    )
    traffic = read_traffic(files.contents, progress)
    week, report = clean(traffic, load_airports(), load_carriers(), progress)
    assert len(files.contents) == 233
    assert report.read == 235_842 == report.kept + sum(report.left_out.values())
    # The tables of airports and carriers grow, and flights with them; they do not shrink.
    assert report.kept >= 220_000
    assert report.departures == len(week) >= 357_000
    assert report.airports >= 2_000
    # A flight that is known: QF 1 from Sydney, and who sells a regional one.
    codes = [airport.iata for airport in week.airports]
    sellers = [carrier.iata for carrier in week.carriers]
    is_qf1 = (week.seller == sellers.index("QF")) & (week.number == 1)
    assert codes.index("SYD") in week.origin[is_qf1].tolist()
    skywest = week.operator == sellers.index("OO")
    assert {sellers[row] for row in set(week.seller[skywest].tolist())} >= {"AA", "AS", "DL", "UA"}
