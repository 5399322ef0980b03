"""Where a command writes: answers to standard output, everything about them to standard error.

With ``--json`` standard output carries exactly one JSON document and nothing else. Colours appear on a
terminal alone and never where ``NO_COLOR`` is set (rich sees to both).
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from rich.console import Console
from rich.text import Text


@dataclass(frozen=True)
class Output:
    """The two streams of one command."""

    out: Console
    err: Console
    as_json: bool = False

    @classmethod
    def open(cls, *, as_json: bool = False) -> Self:
        """Return the streams as they are now: a test or a shell may have redirected them."""
        return cls(_console(stderr=False), _console(stderr=True), as_json)

    def say(self, text: str, style: str = "") -> None:
        """Write a line of the answer for people."""
        self.out.print(Text(printable(text), style=style))

    def say_unbroken(self, text: str, style: str = "") -> None:
        """Write a line that is to be copied: it is not wrapped, however long."""
        self.out.print(Text(printable(text), style=style), soft_wrap=True)

    def note(self, text: str, style: str = "") -> None:
        """Write a line about the answer."""
        self.err.print(Text(printable(text), style=style))

    def json_text(self, text: str) -> None:
        """Write one JSON document as it is."""
        sys.stdout.write(text + "\n")

    def json_value(self, value: Mapping[str, Any] | Sequence[Any]) -> None:
        """Write plain values as one JSON document."""
        import json  # noqa: PLC0415 - not needed by people

        self.json_text(json.dumps(value, ensure_ascii=False, indent=2, default=str))


_ALSO_PRINTABLE = frozenset("\n\N{NO-BREAK SPACE}")


def printable(text: str) -> str:
    """Return a text without control characters: what came from elsewhere must not steer the terminal."""
    return "".join(
        sign if sign.isprintable() or sign in _ALSO_PRINTABLE else "\N{REPLACEMENT CHARACTER}"
        for sign in text
    )


class _Screen(Console):
    """Rich's console, but a reader that has gone is for ``failures`` to deal with."""

    def on_broken_pipe(self) -> None:
        """Pass the error on instead of ending the process here."""
        raise BrokenPipeError


def _console(*, stderr: bool) -> Console:
    return _Screen(stderr=stderr, highlight=False, markup=False, emoji=False)
