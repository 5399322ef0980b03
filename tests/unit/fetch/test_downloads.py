import errno
import os
import threading
import time
from pathlib import Path

import pytest

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import SilentProgress
from flight_search.fetch.downloads import run_client, scratch_folder


class Notes(SilentProgress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_a_full_disk_is_said_with_the_way_out(tmp_path: Path):
    with (
        pytest.raises(SourceError, match="disk is full") as caught,
        scratch_folder(tmp_path, SilentProgress()),
    ):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert "FLIGHT_SEARCH_CACHE_DIR" in caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["download.lock"]


def test_the_scratch_folder_goes_away_after_any_failure(tmp_path: Path):
    def fail() -> None:
        with scratch_folder(tmp_path, SilentProgress()) as scratch:
            (scratch / "half").write_text("half")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["download.lock"]


def test_a_second_process_waits_and_says_so(tmp_path: Path):
    notes, order = Notes(), []

    def second() -> None:
        with scratch_folder(tmp_path, notes):
            order.append("second")

    with scratch_folder(tmp_path, SilentProgress()):
        waiting = threading.Thread(target=second)
        waiting.start()
        deadline = time.monotonic() + 5
        while not notes.notes and time.monotonic() < deadline:
            time.sleep(0.01)
        order.append("first")
    waiting.join(5)
    assert order == ["first", "second"]
    assert "waiting" in notes.notes[0]


def test_an_interrupt_ends_the_client(tmp_path: Path):
    started = tmp_path / "pid"

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    command = ["sh", "-c", f"echo $$ > {started}; echo begun; exec sleep 60"]
    began = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_client(command, interrupt)
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
