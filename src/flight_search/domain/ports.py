"""The three process boundaries, each with one implementation in process and one over HTTP."""

from collections.abc import Sequence
from typing import Protocol

from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.domain.result import AnswerResult, SearchRequest, SearchResult, SnapshotInfo


class IntentEngine(Protocol):
    """Text to intent (llm-service)."""

    async def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what the request means. Never fails because of a model."""
        ...

    async def understand_batch(self, requests: Sequence[IntentRequest]) -> list[IntentAnswer]:
        """Return the answers in the order of the requests."""
        ...


class OfferSearch(Protocol):
    """Query to offers (rag-service)."""

    async def search(self, request: SearchRequest) -> SearchResult:
        """Return the offers that satisfy every hard constraint, best first."""
        ...

    async def answer(self, intent: IntentAnswer) -> AnswerResult:
        """Return the answer to an intent of any kind but ``search``."""
        ...

    async def snapshot(self) -> SnapshotInfo:
        """Return what is being searched."""
        ...
