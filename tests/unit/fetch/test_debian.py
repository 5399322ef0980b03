import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.fetch.debian import PinnedDeb, fetch_deb, find_apt

CONTENT = b"package" * 1000
PACKAGE = PinnedDeb("tiny-data", "1:2.0-1", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))
GIVES_THE_PACKAGE = f"""
assert sys.argv[-2:] == ["download", "tiny-data=1:2.0-1"], sys.argv
pathlib.Path("tiny-data_1%3a2.0-1_all.deb").write_bytes({CONTENT!r})
"""
KNOWS_NOTHING_BEFORE_AN_UPDATE = """
own = next((one for one in sys.argv if one.startswith("Dir::State::lists=")), None)
known = own and (pathlib.Path(own.split("=", 1)[1]) / "known").exists()
if "update" in sys.argv:
    assert own, sys.argv
    (pathlib.Path(own.split("=", 1)[1]) / "known").write_text("")
elif known:
    pathlib.Path("tiny-data_1%3a2.0-1_all.deb").write_bytes(CONTENT)
else:
    print("E: Unable to locate package tiny-data")
    sys.exit(100)
""".replace("CONTENT", repr(CONTENT))


class Counter(SilentProgress):
    done = 0

    def advance(self, amount: int = 1) -> None:
        self.done += amount


@pytest.mark.parametrize("script", [GIVES_THE_PACKAGE, KNOWS_NOTHING_BEFORE_AN_UPDATE])
def test_a_package_is_fetched_once(script: str, tmp_path: Path, make_client: Callable[[str], Path]):
    found = fetch_deb(PACKAGE, tmp_path / "cache", SilentProgress(), apt=make_client(script))
    assert found.read_bytes() == CONTENT
    assert fetch_deb(PACKAGE, tmp_path / "cache", SilentProgress(), apt=None) == found


def test_the_progress_follows_the_file(tmp_path: Path, make_client: Callable[[str], Path]):
    counter = Counter()
    apt = make_client(GIVES_THE_PACKAGE + "import time; time.sleep(1)")
    fetch_deb(PACKAGE, tmp_path / "cache", counter, apt=apt)
    assert counter.done == len(CONTENT)


def test_a_file_in_the_cache_with_another_hash_is_fetched_again(
    tmp_path: Path, make_client: Callable[[str], Path]
):
    cached = tmp_path / "cache" / "packages" / PACKAGE.filename
    cached.parent.mkdir(parents=True)
    cached.write_bytes(b"damaged")
    fetch_deb(PACKAGE, tmp_path / "cache", SilentProgress(), apt=make_client(GIVES_THE_PACKAGE))
    assert cached.read_bytes() == CONTENT


def test_without_apt_the_way_out_is_a_file_that_one_names(tmp_path: Path):
    with pytest.raises(SourceError, match="apt-get is needed") as caught:
        fetch_deb(PACKAGE, tmp_path, SilentProgress(), apt=None)
    assert "--package" in caught.value.remedy


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("pathlib.Path('tiny-data.deb').write_bytes(b'other')", "not the file that was expected"),
        ("print('E: Version 1:2.0-1 was not found'); sys.exit(100)", "Version 1:2.0-1 was not found"),
        ("sys.exit(100)", "no output"),
    ],
)
def test_failures_are_told_in_the_words_of_apt(
    script: str, said: str, tmp_path: Path, make_client: Callable[[str], Path]
):
    with pytest.raises(SourceError, match=said) as caught:
        fetch_deb(PACKAGE, tmp_path / "cache", SilentProgress(), apt=make_client(script))
    assert "stays in use" in caught.value.remedy
    assert not list((tmp_path / "cache").rglob("*.deb"))


def test_apt_is_found_where_the_machine_has_one():
    found = find_apt()
    assert found is None or found.name == "apt-get"
