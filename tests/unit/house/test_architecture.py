"""The documentation's picture of the code, held against the code."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "src" / "flight_search"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return ARCHITECTURE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def folders() -> set[str]:
    return {path.parent.name for path in PACKAGE.glob("*/__init__.py")}


def test_every_folder_of_the_package_is_described_and_no_other():
    described = set(re.findall(r"^\| `(\w+)` \|", section("Folders"), re.MULTILINE))
    assert described == folders()


def test_the_layers_are_those_that_the_import_linter_holds():
    drawn = section("Layers").split("```")[1].split("\n")
    linted = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]
    assert [line.strip() for line in drawn if line.strip()] == [
        layer.replace("flight_search.", "") for layer in linted["layers"]
    ]


def test_every_folder_has_its_place_in_the_layers():
    drawn = re.findall(r"\w+", section("Layers").split("```")[1])
    assert sorted(drawn) == sorted(folders())


def test_what_the_picture_names_exists():
    picture = ARCHITECTURE.split("```")[1]
    stages = {
        "understand": ("local", "llm", "resolve"),
        "search": ("plan", "filter", "meaning", "rank", "explain"),
        "ingest": ("packages", "flights", "schedule", "fares", "emissions", "profiles"),
    }
    for folder, names in stages.items():
        for name in names:
            assert re.search(rf"\b{name}\b", picture), name
            found = list((PACKAGE / folder).glob(f"{name}*")) or list(PACKAGE.rglob(f"{name}*"))
            assert found, f"{folder}/{name} is drawn but does not exist"
