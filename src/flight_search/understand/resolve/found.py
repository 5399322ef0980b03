"""What a grammar found: a stretch of canonical text and what it means."""

from dataclasses import dataclass
from typing import Generic, TypeVar

Value = TypeVar("Value", covariant=True)  # noqa: PLC0105  "Value_co" reads worse where it is used


@dataclass(frozen=True, slots=True)
class Found(Generic[Value]):
    """``value`` was read from ``text[start:end]``."""

    start: int
    end: int
    value: Value
    pieces: tuple[tuple[int, int], ...] = ()
    """The stretches that say it, where other words stand between them."""
