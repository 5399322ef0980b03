"""What must hold for the files of the project themselves."""

import json
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[3]
LOCKS = (
    "requirements/run.txt",
    "requirements/dev.txt",
    "requirements/tools.txt",
    "console/package-lock.json",
)


def make_help() -> str:
    done = subprocess.run(["make", "-C", ROOT, "help"], capture_output=True, text=True, check=True)
    return done.stdout


def test_lock_files_name_no_host():
    for name in LOCKS:
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_python_locks_pin_every_package_by_hash():
    for name in LOCKS[:3]:
        entries = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8"))
        packages = [entry for entry in entries if re.match(r"[A-Za-z0-9][\w.\[\]-]*==", entry)]
        assert packages, name
        assert all("--hash=sha256:" in entry for entry in packages), name


def test_npm_lock_pins_every_package_by_hash():
    packages = json.loads((ROOT / LOCKS[3]).read_text(encoding="utf-8"))["packages"]
    missing = [name for name, entry in packages.items() if name and "integrity" not in entry]
    assert missing == []


def test_help_lists_every_target_that_a_person_calls():
    targets = set(re.findall(r"^([a-z][a-z0-9-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = set(re.findall(r"^  make ([a-z0-9-]+)", make_help(), re.MULTILINE))
    assert targets - shown <= {"chromium", "redis"}


def test_the_two_commands_stand_at_the_top_of_the_readme():
    top = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:25]
    assert any(line.startswith("make run") for line in top)
    assert any(line.startswith("make test") for line in top)
