"""The port of every cache: where values are kept under a key, in this process or in one that several share.

In: keys and values. Out: the values kept under them. A store may forget at any time, so nothing but speed may
depend on it; one that cannot be asked raises ``StoreOutageError``, which ``Cache`` turns into "not kept".
"""

from enum import StrEnum
from typing import Protocol, TypeVar

Value = TypeVar("Value")


class StoreOutageError(Exception):
    """A store gave no answer. It never leaves a ``Cache``: whoever asks is only served slower."""


class UnreadableValueError(Exception):
    """What a store keeps is not what we put there: damaged, forged or of another version."""


class Outcome(StrEnum):
    """How one look into a cache ended; the value is how the metrics name it."""

    HIT = "hit"
    MISS = "miss"
    JOINED = "joined"
    OUTAGE = "outage"
    UNREADABLE = "unreadable"
    NOT_STORED = "not_stored"


class OnOutcome(Protocol):
    """Is told how each look into a cache ended."""

    def __call__(self, cache: str, outcome: Outcome) -> None:
        """Note an outcome of the cache of this name."""
        ...


class Store(Protocol[Value]):
    """Keeps values for a time, the least recently used go first."""

    async def get(self, key: str) -> Value | None:
        """Return what is kept, None for nothing. Raises StoreOutageError, UnreadableValueError."""
        ...

    async def put(self, key: str, value: Value) -> None:
        """Keep a value. Raises StoreOutageError."""
        ...


class Codec(Protocol[Value]):
    """Writes values for stores outside this process."""

    def encode(self, value: Value) -> bytes:
        """Return a value as bytes."""
        ...

    def decode(self, data: bytes) -> Value:
        """Return the value. Raises ValueError for anything that ``encode`` never writes."""
        ...
