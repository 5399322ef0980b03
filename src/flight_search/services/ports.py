"""What the routes stand on: the ports of ``domain``, the one for names of places, and whether they can work.

Two sets of implementations exist: ``in_process`` (the engines themselves) and ``over_http`` (other services).
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeAlias

from flight_search.domain.errors import SettingsError
from flight_search.domain.ports import IntentEngine, OfferSearch
from flight_search.domain.query import Contract

if TYPE_CHECKING:
    from flight_search.services.admin import Peer
from flight_search.services.reply_writer import PlainReplies, WritesReplies


class PlaceSuggestion(Contract):
    """One place that a name can stand for, best first in a list."""

    label: str
    kind: str
    airports: tuple[str, ...]
    country: str
    subdivision: str
    popularity: float
    score: float


class PlaceFinder(Protocol):
    """Names to places (llm-service)."""

    async def find(self, name: str, limit: int) -> list[PlaceSuggestion]:
        """Return up to ``limit`` places, best first: by code, name, beginning or likeness."""
        ...


Probe: TypeAlias = Callable[[], Awaitable[None]]
"""Returns if a part can do its work, and raises a FlightSearchError that says why not."""


@dataclass(frozen=True)
class Ports:
    """Everything that one process was given to work with. None: not served here."""

    intents: IntentEngine | None = None
    offers: OfferSearch | None = None
    places: PlaceFinder | None = None
    replies: WritesReplies = field(default_factory=PlainReplies)
    probes: Mapping[str, Probe] = field(default_factory=dict)
    peers: Sequence["Peer"] = ()
    """Other services that have an operators' report of their own."""

    def need_intents(self) -> IntentEngine:
        """Return the intent engine of a role that has one."""
        if self.intents is None:
            raise SettingsError("This process was not given an intent engine.")
        return self.intents

    def need_offers(self) -> OfferSearch:
        """Return the offer search of a role that has one."""
        if self.offers is None:
            raise SettingsError("This process was not given an offer search.")
        return self.offers

    def need_places(self) -> PlaceFinder:
        """Return the place finder of a role that has one."""
        if self.places is None:
            raise SettingsError("This process was not given a place finder.")
        return self.places
