"""What is worked out once and then kept: a store, single flight and counters behind one method.

In: everything that decides a value, and the work that makes it. Out: the value, kept or made. A store that
fails or holds what cannot be read counts as one that keeps nothing: the answer only comes later.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic

import structlog

from flight_search.cache.flight import SingleFlight
from flight_search.cache.port import (
    OnOutcome,
    Outcome,
    Store,
    StoreOutageError,
    UnreadableValueError,
    Value,
)

log = structlog.get_logger("flight_search.cache")


@dataclass(frozen=True, slots=True)
class Looked(Generic[Value]):
    """A value, and whether it was kept from before."""

    value: Value
    was_kept: bool


def key_of(*parts: str) -> str:
    """Return a key of bounded length for parts that may be texts of people: none can be taken for others."""
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


class Cache(Generic[Value]):
    """The values of one kind, for the tasks of one event loop."""

    def __init__(self, name: str, store: Store[Value], on_outcome: OnOutcome) -> None:
        """Take how the metrics name it, where values are kept, and who counts."""
        self._name = name
        self._store = store
        self._on_outcome = on_outcome
        self._flights: SingleFlight[Looked[Value]] = SingleFlight()

    async def get_or_make(
        self,
        key: str,
        make: Callable[[], Awaitable[Value]],
        is_worth_keeping: Callable[[Value], bool] = lambda _: True,
    ) -> Looked[Value]:
        """Return the value of a key, made once however many ask meanwhile. Raises what ``make`` raises."""
        if self._flights.has(key):
            self._on_outcome(self._name, Outcome.JOINED)
        return await self._flights.run(key, lambda: self._kept_or_made(key, make, is_worth_keeping))

    def is_under_way(self, key: str) -> bool:
        """Return whether somebody is just making the value of a key."""
        return self._flights.has(key)

    async def get(self, key: str) -> Value | None:
        """Return what is kept, None for nothing."""
        try:
            value = await self._store.get(key)
        except StoreOutageError:
            self._on_outcome(self._name, Outcome.OUTAGE)
            return None
        except UnreadableValueError as error:
            self._on_outcome(self._name, Outcome.UNREADABLE)
            log.warning("kept value ignored", cache=self._name, reason=str(error))
            return None
        self._on_outcome(self._name, Outcome.MISS if value is None else Outcome.HIT)
        return value

    async def put(self, key: str, value: Value) -> None:
        """Keep a value, if the store can."""
        try:
            await self._store.put(key, value)
        except StoreOutageError:
            self._on_outcome(self._name, Outcome.NOT_STORED)

    async def _kept_or_made(
        self, key: str, make: Callable[[], Awaitable[Value]], is_worth_keeping: Callable[[Value], bool]
    ) -> Looked[Value]:
        kept = await self.get(key)
        if kept is not None:
            return Looked(kept, was_kept=True)
        made = await make()
        if is_worth_keeping(made):
            await self.put(key, made)
        return Looked(made, was_kept=False)
