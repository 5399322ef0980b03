"""How long work tells those who wait for it where it stands.

Whatever takes longer than a blink takes a ``Progress``: the command line draws bars from it, services log it,
tests pass ``SilentProgress``.
"""

from typing import Protocol


class Progress(Protocol):
    """Receives the stages of one piece of work, one after the other."""

    def start(self, stage: str, total: int | None = None, unit: str = "") -> None:
        """Begin a stage (ending the one before) of ``total`` units; None where the end is not known."""
        ...

    def advance(self, amount: int = 1) -> None:
        """Tell that ``amount`` more units of the current stage are done."""
        ...

    def finish(self) -> None:
        """End the current stage."""
        ...

    def note(self, text: str) -> None:
        """Tell something that stays to be read: a count, a warning."""
        ...


class SilentProgress:
    """Tells nobody."""

    def start(self, stage: str, total: int | None = None, unit: str = "") -> None:
        """Ignore it."""

    def advance(self, amount: int = 1) -> None:
        """Ignore it."""

    def finish(self) -> None:
        """Ignore it."""

    def note(self, text: str) -> None:
        """Ignore it."""
