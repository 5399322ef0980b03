"""Package clients that are none: scripts that behave as pip or npm would."""

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def make_client(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes an executable of a Python script."""

    def make(script: str) -> Path:
        path = tmp_path / f"client-{len(list(tmp_path.glob('client-*')))}"
        path.write_text(f"#!{sys.executable}\nimport sys, pathlib\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make
