"""Stages on a terminal and in a log."""

import io
import time

import pytest
from rich.console import Console

from flight_search.cli.progress import StageProgress, duration_text


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def drawn(*, terminal):
    stream = io.StringIO()
    console = Console(
        file=stream,
        force_terminal=terminal,
        width=80,
        color_system=None,
        legacy_windows=False,
        _environ={"TERM": "xterm"},  # of the machine that tests, TERM may be "dumb": that draws no bars
    )
    clock = Clock()
    return stream, clock, StageProgress(console, clock=clock)


def test_a_log_gets_one_line_per_stage():
    stream, clock, progress = drawn(terminal=False)
    with progress:
        progress.start("Downloading flights", total=2_000_000, unit="B")
        progress.advance(2_000_000)
        clock.now = 4.0
        progress.start("Embedding profiles", total=300, unit="profiles")
        progress.advance(100)
        progress.advance(200)
        clock.now = 6.0
        progress.finish()
        progress.start("Writing")
    assert stream.getvalue().splitlines() == [
        "Downloading flights ... 2.0 MB, 4.0 s, 500.0 kB/s",
        "Embedding profiles ... 300 profiles, 2.0 s, 150/s",
        "Writing ... 0.0 s",
    ]


def test_a_note_stands_on_a_line_of_its_own():
    stream, _, progress = drawn(terminal=False)
    with progress:
        progress.note("first")
        progress.start("Reading")
        progress.note("a cache is damaged")
    assert stream.getvalue().splitlines() == [
        "first",
        "Reading ... ",
        "a cache is damaged",
        "Reading ... 0.0 s",
    ]


def test_a_stage_that_fails_is_not_called_done():
    stream, _, progress = drawn(terminal=False)

    def read():
        with progress:
            progress.start("Reading")
            raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        read()
    assert stream.getvalue() == "Reading ... stopped\n"


def test_a_terminal_shows_bar_rate_and_what_is_done():
    stream, clock, progress = drawn(terminal=True)
    with progress:
        progress.start("Embedding profiles", total=300, unit="profiles")
        progress.advance(150)
        progress.advance(150)
        _wait_for("300/300", stream)
        clock.now = 2.0
        progress.finish()
        progress.note("noted")
    text = stream.getvalue()
    assert "\N{CHECK MARK} Embedding profiles  300 profiles, 2.0 s, 150/s" in text
    assert "noted" in text


def _wait_for(text, stream):
    """Return when the bar, which draws itself ten times a second, has drawn a text."""
    deadline = time.monotonic() + 10
    while text not in stream.getvalue():
        assert time.monotonic() < deadline, stream.getvalue()
        time.sleep(0.02)


def test_control_characters_of_a_stage_do_not_reach_the_terminal():
    stream, _, progress = drawn(terminal=False)
    with progress:
        progress.start("evil\x1b[2J")
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (12.3, "12 s"),
        (59.6, "1 min 00 s"),
        (185, "3 min 05 s"),
        (3_725, "1 h 02 min"),
    ],
)
def test_durations(seconds, text):
    assert duration_text(seconds) == text


def test_a_stage_whose_total_is_known_later_is_told_once():
    stream, clock, progress = drawn(terminal=False)
    with progress:
        progress.start("Downloading flights", unit="B")
        clock.now = 2.0
        progress.start("Downloading flights", total=1_000_000, unit="B")
        progress.advance(1_000_000)
        clock.now = 4.0
    assert stream.getvalue() == "Downloading flights ... 1.0 MB, 4.0 s, 250.0 kB/s\n"
