import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.fetch.debian import PinnedDeb
from flight_search.ingest.world.source import open_traffic

from .conftest import TRAFFIC_FOLDER, ar_of, deb_of, flight_xml, tar_of, traffic_xml

CONTENT = traffic_xml(flight_xml())


class Notes(SilentProgress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def nothing_to_fetch(package: PinnedDeb) -> Path:
    raise AssertionError(f"{package.name} was given")


def test_a_package_gives_its_traffic_files_and_says_that_it_is_another_version(
    make_package: Callable[[Mapping[str, bytes]], Path],
):
    progress = Notes()
    files = open_traffic(make_package({"RYR.xml": b"<r/>", "BAW.xml": CONTENT}), nothing_to_fetch, progress)
    assert files.contents == {"BAW.xml": CONTENT, "RYR.xml": b"<r/>"}
    assert len(files.sha256) == 64
    assert "is not version" in progress.notes[0]


def test_without_a_package_one_is_fetched(make_package: Callable[[Mapping[str, bytes]], Path]):
    path = make_package({"BAW.xml": CONTENT})
    assert open_traffic(None, lambda _: path, SilentProgress()).contents == {"BAW.xml": CONTENT}


def test_a_folder_gives_its_traffic_files_and_no_others(tmp_path: Path):
    inside = tmp_path / "AI" / "Traffic" / "B"
    inside.mkdir(parents=True)
    (inside / "BAW.xml").write_bytes(CONTENT)
    (tmp_path / "other.xml").write_bytes(b"<other/>")
    secret = tmp_path.parent / "secret.xml"
    secret.write_bytes(b"<secret/>")
    (inside / "link.xml").symlink_to(secret)
    files = open_traffic(tmp_path, nothing_to_fetch, SilentProgress())
    assert files.contents == {"BAW.xml": CONTENT}
    assert files.sha256 == ""


def link(name: str, target: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = tarfile.SYMTYPE, target
    return info


@pytest.mark.parametrize(
    ("package", "said"),
    [
        (b"", "no Debian package"),
        (b"PK\x03\x04 a zip", "no Debian package"),
        (ar_of({"x": b"1"}, b"!<thin>\n"), "thin archive"),
        (ar_of({"debian-binary": b"2.0\n"}), "holds no data"),
        (deb_of(b"no tar"), "damaged or cut short"),
        (deb_of(tar_of({"BAW.xml": CONTENT})), "no traffic files"),
        (deb_of(tar_of({"../../AI/Traffic/B/BAW.xml": CONTENT})), "outside of itself"),
        (deb_of(tar_of({"/AI/Traffic/B/BAW.xml": CONTENT})), "outside of itself"),
        (deb_of(tar_of({}, link(f"{TRAFFIC_FOLDER}/B/BAW.xml", "/etc/passwd"))), "a link"),
    ],
)
def test_what_is_no_package_of_traffic_files_is_refused(package: bytes, said: str, tmp_path: Path):
    path = tmp_path / "given.deb"
    path.write_bytes(package)
    with pytest.raises(SourceError, match=said) as caught:
        open_traffic(path, nothing_to_fetch, SilentProgress())
    assert "stays in use" in caught.value.remedy


def test_a_package_that_is_cut_short_is_refused(make_package: Callable[[Mapping[str, bytes]], Path]):
    path = make_package({"BAW.xml": CONTENT * 50})
    path.write_bytes(path.read_bytes()[:-300])
    with pytest.raises(SourceError, match=r"damaged or cut short|no Debian package"):
        open_traffic(path, nothing_to_fetch, SilentProgress())


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match=r"missing\.deb cannot be read"):
        open_traffic(tmp_path / "missing.deb", nothing_to_fetch, SilentProgress())


def test_a_folder_without_files_is_named(tmp_path: Path):
    with pytest.raises(SourceError, match=r"holds no \.xml file"):
        open_traffic(tmp_path, nothing_to_fetch, SilentProgress())
