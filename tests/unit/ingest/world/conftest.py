"""A small world in the format of the real one: traffic files, and Debian packages that hold them."""

import io
import tarfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

AIRCRAFT = """
  <aircraft><required-aircraft>BAW-320</required-aircraft><actype>320</actype>
    <flighttype>gate</flighttype></aircraft>
  <aircraft><required-aircraft>BAW-74F</required-aircraft><actype>74F</actype>
    <flighttype>cargo</flighttype></aircraft>
  <aircraft><required-aircraft>BAW-172</required-aircraft><actype>c172</actype>
    <flighttype>ga</flighttype></aircraft>
"""


def flight_xml(  # noqa: PLR0913
    callsign: str = "BA1306",
    origin: str = "EGLL",
    departs: str = "07:45:00",
    destination: str = "EGPD",
    arrives: str = "09:20:00",
    *,
    repeat: str = "24Hr",
    aircraft: str = "BAW-320",
) -> str:
    return f"""
  <flight>
    <callsign>{callsign}</callsign><required-aircraft>{aircraft}</required-aircraft>
    <fltrules>IFR</fltrules>
    <departure><port>{origin}</port><time>{departs}</time></departure>
    <cruise-alt>385</cruise-alt>
    <arrival><port>{destination}</port><time>{arrives}</time></arrival>
    <repeat>{repeat}</repeat>
  </flight>"""


def traffic_xml(*flights: str) -> bytes:
    return f'<?xml version="1.0"?><trafficlist>{AIRCRAFT}{"".join(flights)}</trafficlist>'.encode()


def tar_of(members: Mapping[str, bytes], *extra: tarfile.TarInfo) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:xz", preset=0) as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for info in extra:
            tar.addfile(info)
    return buffer.getvalue()


def ar_of(members: Mapping[str, bytes], magic: bytes = b"!<arch>\n") -> bytes:
    """An ar archive as dpkg writes it: name, time, owner, group, mode and size in columns of text."""
    parts = [magic]
    for name, content in members.items():
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(content):<10}`\n"
        parts += [header.encode(), content, b"\n" if len(content) % 2 else b""]
    return b"".join(parts)


def deb_of(data: bytes) -> bytes:
    return ar_of({"debian-binary": b"2.0\n", "control.tar.xz": b"", "data.tar.xz": data})


TRAFFIC_FOLDER = "./usr/share/games/flightgear/AI/Traffic"


@pytest.fixture
def make_package(tmp_path: Path) -> Callable[[Mapping[str, bytes]], Path]:
    """Return a function that makes a package of traffic files by name."""

    def make(files: Mapping[str, bytes]) -> Path:
        path = tmp_path / "flightgear-data-ai.deb"
        members = {f"{TRAFFIC_FOLDER}/{name[0]}/{name}": content for name, content in files.items()}
        path.write_bytes(deb_of(tar_of({"./usr/share/doc/readme.xml": b"<no/>", **members})))
        return path

    return make
