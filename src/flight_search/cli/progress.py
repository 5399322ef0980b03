"""``domain.progress`` on a terminal: a bar that shows stage, rate and time left, a line for each stage done.

Elsewhere (a log, a pipe) there is one plain line per stage: its name when it begins, the rest when it ends.
"""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.text import Text

from flight_search.cli.output import printable

BYTES: Final = "B"
"""The unit that is written with a prefix (kB, MB)."""

_BAR_WIDTH: Final = 16
"""Leaves room for the longest stage and the figures within 80 columns."""

_LONGEST_STAGE: Final = 34

_WORTH_A_RATE_S: Final = 1.0
"""What is over sooner has no rate worth reading."""

_MINUTE, _HOUR = 60, 3_600


class StageProgress:
    """Draws stages on a console. Use it in a ``with``; it leaves the screen tidy whatever happens."""

    def __init__(self, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Take where to draw and the clock in seconds."""
        self._console = console
        self._clock = clock
        self._bars = _bars(console) if console.is_terminal else None
        self._task: TaskID | None = None
        self._stage = ""
        self._unit = ""
        self._done = 0
        self._began = 0.0

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._bars:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the last stage, as done only if nothing went wrong."""
        self._end("stopped" if kind else None)
        if self._bars:
            self._bars.stop()

    def start(self, stage: str, total: int | None = None, unit: str = "") -> None:
        """Begin a stage (ending the one before), or count the current one anew: its total is known now."""
        if printable(stage) == self._stage:
            self._restart(total, unit)
            return
        self.finish()
        self._stage, self._unit, self._done, self._began = printable(stage), unit, 0, self._clock()
        if self._bars:
            self._task = self._bars.add_task(_shortened(self._stage), total=total, unit=unit)
        else:
            self._write(f"{self._stage} ... ", end="")

    def _restart(self, total: int | None, unit: str) -> None:
        self._unit, self._done = unit, 0
        if self._bars and self._task is not None:
            self._bars.reset(self._task, total=total, unit=unit)

    def advance(self, amount: int = 1) -> None:
        """Tell that ``amount`` more units are done."""
        self._done += amount
        if self._bars and self._task is not None:
            self._bars.advance(self._task, amount)

    def finish(self) -> None:
        """End the current stage."""
        self._end(None)

    def note(self, text: str) -> None:
        """Tell something that stays to be read."""
        if self._bars:
            self._bars.console.print(Text(f"  {printable(text)}", style="yellow"))
            return
        if self._stage:
            self._write("")
        self._write(printable(text))
        if self._stage:
            self._write(f"{self._stage} ... ", end="")

    def _end(self, outcome: str | None) -> None:
        if not self._stage:
            return
        figures = outcome or _figures(self._done, self._unit, self._clock() - self._began)
        if self._bars and self._task is not None:
            self._bars.remove_task(self._task)
            # Now, or the bar of a stage that is over would be drawn once more below its line.
            self._bars.refresh()
            mark = ("\N{CHECK MARK}", "green") if outcome is None else ("\N{MULTIPLICATION SIGN}", "red")
            line = Text.assemble(mark, f" {self._stage}  ", (figures, "dim"))
            self._bars.console.print(line)
        else:
            self._write(figures)
        self._stage, self._task = "", None

    def _write(self, text: str, *, end: str = "\n") -> None:
        self._console.print(Text(text), end=end, soft_wrap=True)
        self._console.file.flush()


class _Figures(ProgressColumn):
    """How much of the stage is done, how fast, how long it takes still; only what is known of it."""

    def render(self, task: Task) -> Text:
        """Return for example ``12.3/45.0 MB  4.1 MB/s  8 s left``."""
        unit = str(task.fields.get("unit", ""))
        parts = []
        if task.total is not None:
            parts.append(_amount(int(task.completed), unit, of=int(task.total)))
        elif task.completed:
            parts.append(_amount(int(task.completed), unit))
        if task.speed and unit:
            parts.append(_rate(task.speed, unit))
        left = task.time_remaining
        parts.append(
            f"{duration_text(left)} left" if left is not None else duration_text(task.elapsed or 0.0)
        )
        return Text("  ".join(parts), style="cyan")


def _bars(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(_BAR_WIDTH),
        _Figures(),
        console=console,
        transient=True,
    )


def duration_text(seconds: float) -> str:
    """Return ``0.4 s``, ``12 s``, ``3 min 05 s``, ``1 h 02 min``."""
    if seconds < 10:  # noqa: PLR2004 - from here on tenths say nothing
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return f"{whole // _MINUTE} min {whole % _MINUTE:02d} s"
    return f"{whole // _HOUR} h {whole % _HOUR // _MINUTE:02d} min"


def _figures(done: int, unit: str, seconds: float) -> str:
    parts = [_amount(done, unit)] if done else []
    parts.append(duration_text(seconds))
    if done and unit and seconds >= _WORTH_A_RATE_S:
        parts.append(_rate(done / seconds, unit))
    return ", ".join(parts)


def _amount(done: int, unit: str, of: int | None = None) -> str:
    if unit == BYTES:
        return decimal(done) if of is None else f"{decimal(done)} of {decimal(of)}"
    counted = f"{done:,}" if of is None else f"{done:,}/{of:,}"
    return counted if of is not None or not unit else f"{counted} {unit}"


def _rate(per_second: float, unit: str) -> str:
    return f"{decimal(int(per_second))}/s" if unit == BYTES else f"{per_second:,.0f}/s"


def _shortened(stage: str) -> str:
    return stage if len(stage) <= _LONGEST_STAGE else f"{stage[: _LONGEST_STAGE - 1]}\N{HORIZONTAL ELLIPSIS}"
