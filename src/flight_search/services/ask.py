"""Text → intent → result: the one way that ``/v1/ask`` and the chat go.

In: a request in words. Out: what was understood, then the search result or the answer. The two steps are
apart because the chat tells the first before it begins the second.
"""

from typing import TypeVar

from flight_search.domain.errors import FlightSearchError
from flight_search.domain.intent import IntentAnswer, IntentRequest, Kind
from flight_search.domain.ports import IntentEngine, OfferSearch
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import (
    AnswerResult,
    AskRequest,
    AskResult,
    SearchRequest,
    SearchResult,
    Status,
)
from flight_search.services.admin_tally import Tally

R = TypeVar("R", SearchResult, AnswerResult)


class Asker:
    """Puts the two ports together. Keeps nothing between requests."""

    def __init__(self, intents: IntentEngine, offers: OfferSearch, tally: Tally | None = None) -> None:
        """Take the ports, and where to count what was asked."""
        self._tally = tally
        self._intents = intents
        self._offers = offers

    async def ask(self, request: AskRequest) -> AskResult:
        """Return what was understood and what was found."""
        intent = await self.understand(request)
        return AskResult(intent=intent, result=await self.carry_out(intent, request.limit, request.locale))

    async def understand(self, request: IntentRequest) -> IntentAnswer:
        """Return what a text means."""
        # A request of a subclass would carry fields that /v1/intent refuses.
        plain = {name: getattr(request, name) for name in IntentRequest.model_fields}
        intent = await self._intents.understand(IntentRequest.model_construct(**plain))
        if self._tally is not None:
            self._tally.understood(request.text, intent)
        return intent

    async def carry_out(self, intent: IntentAnswer, limit: int, locale: str) -> SearchResult | AnswerResult:
        """Return the offers or the answer, with what understanding had to leave out or do without.

        ``locale`` is that of the sentences of an answer.
        """
        if intent.missing:
            return _ask_back(intent)
        try:
            result = await self._carried_out(intent, limit, locale)
        except FlightSearchError as error:
            if self._tally is not None:
                self._tally.failed(error.code)
            raise
        if self._tally is not None:
            self._tally.ended(intent.query, result)
        return result

    async def _carried_out(
        self, intent: IntentAnswer, limit: int, locale: str
    ) -> SearchResult | AnswerResult:
        if intent.kind is Kind.SEARCH and intent.query is not None:
            request = SearchRequest(query=intent.query, limit=limit)
            return _with_intent(await self._offers.search(request), intent)
        localised = intent.model_copy(update={"locale": locale})
        return _with_intent(await self._offers.answer(localised), intent)


def intent_of_query(query: FlightQuery) -> IntentAnswer:
    """Return the intent of a query that a person has put together by hand or changed."""
    return IntentAnswer(kind=query.kind or Kind.SEARCH, query=query)


def _ask_back(intent: IntentAnswer) -> SearchResult | AnswerResult:
    """Return the question instead of a result; nothing is searched."""
    question = intent.question or f"Please say the {' and the '.join(map(_in_words, intent.missing))}."
    if intent.query is None:
        return _with_intent(AnswerResult(text=question, status=Status.NEEDS), intent)
    needs = SearchResult(status=Status.NEEDS, query=intent.query, notes=(question,))
    return _with_intent(needs, intent)


def _with_intent(result: R, intent: IntentAnswer) -> R:
    return result.model_copy(
        update={
            "unsupported": _merged(intent.unsupported, result.unsupported),
            "degraded": _merged(intent.degraded, result.degraded),
        }
    )


def _merged(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(first + second))


def _in_words(missing: str) -> str:
    return {"depart_date": "day of departure"}.get(missing, missing)
