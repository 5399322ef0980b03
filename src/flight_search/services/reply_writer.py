"""Replies in chats: the plain one, or one that a language model writes, checked before it is shown.

In: a result. Out: pieces of the reply as they come. Each sentence of a model is held against the offers
before it goes out (``reply_check``). At the first that says more than they do, and whenever the model fails,
the plain reply takes the place of all that was said before, and ``degraded`` tells why.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from flight_search.domain.result import AnswerResult, SearchResult, Status
from flight_search.domain.wording import counted
from flight_search.services.reply import offer_facts, reply_pieces
from flight_search.services.reply_check import ReplyCheck
from flight_search.understand.llm.failure import ModelFailure

log = structlog.get_logger("flight_search.chat")

_MOST_OFFERS: Final = 5
_MOST_TOKENS: Final = 250
_LONGEST_CHARACTERS: Final = 1_500
"""Of a whole reply: a model that goes on has lost its way."""

_SENTENCE_ENDS: Final = re.compile(r"(?<=[.!?])\s+|\n+")
INVENTED: Final = (
    "reply_invented: The language model's reply said more than the offers do; this is the plain one."
)


@dataclass(frozen=True, slots=True)
class ReplyPiece:
    """A piece of a reply."""

    text: str
    replaces: bool = False
    """Whether it takes the place of all pieces before it."""
    degraded: str = ""


class WritesReplies(Protocol):
    """What puts results into words."""

    def write(self, result: SearchResult | AnswerResult, locale: str) -> AsyncGenerator[ReplyPiece, None]:
        """Yield the reply in pieces."""
        ...


class Streams(Protocol):
    """A server of language models."""

    def stream(
        self, model: str, messages: tuple[str, str], *, most_tokens: int, within_s: float
    ) -> AsyncGenerator[str, None]:
        """Yield what a model writes. Raises ModelFailure."""
        ...


class PlainReplies:
    """Reads the reply off the result; the default."""

    async def write(
        self, result: SearchResult | AnswerResult, locale: str
    ) -> AsyncGenerator[ReplyPiece, None]:
        """Yield the reply in pieces."""
        for text in reply_pieces(result, locale):
            yield ReplyPiece(text)


class ModelReplies:
    """Has a model write about offers; whatever else there is to say is said plainly."""

    def __init__(self, server: Streams, model: str, instructions: str, within_s: float) -> None:
        """Take the server, the model, what it is told, and how long a reply may take."""
        self._server = server
        self._model = model
        self._instructions = instructions
        self._within_s = within_s

    async def write(
        self, result: SearchResult | AnswerResult, locale: str
    ) -> AsyncGenerator[ReplyPiece, None]:
        """Yield the reply in pieces, each of them checked."""
        if isinstance(result, AnswerResult) or result.status is not Status.OK or not result.offers:
            for text in reply_pieces(result, locale):
                yield ReplyPiece(text)
            return
        count, cause = 0, ""
        try:
            async for sentence in self._checked(result, locale):
                yield ReplyPiece(f" {sentence}" if count else sentence)
                count += 1
        except ModelFailure as failure:
            log.warning("model failed", reason=str(failure.reason), detail=failure.detail)
            cause = failure.as_degraded()
        except _InventedError:
            # The sentence itself may hold anything and stays out of the log.
            log.warning("reply of a model not used", model=self._model, sentences_before=count)
            cause = INVENTED
        if cause or not count:
            for position, text in enumerate(reply_pieces(result, locale)):
                yield ReplyPiece(text, replaces=bool(count) and not position, degraded=cause or INVENTED)

    async def _checked(self, result: SearchResult, locale: str) -> AsyncIterator[str]:
        """Yield sentences that passed. Raises ModelFailure, _InventedError."""
        offers = offer_facts(result, locale, _MOST_OFFERS)
        overall = f"{counted(result.total, 'flight matches', 'flights match')}"
        check = ReplyCheck.of(offers, overall, self._instructions)
        facts = json.dumps(
            {"overall": overall, "offers": [offer.line for offer in offers]}, ensure_ascii=False
        )
        written, rest = 0, ""
        pieces = self._server.stream(
            self._model, (self._instructions, facts), most_tokens=_MOST_TOKENS, within_s=self._within_s
        )
        # Whoever stops listening, for an invention or because they left, frees the connection at once.
        async with aclosing(pieces):
            async for piece in pieces:
                written += len(piece)
                if written > _LONGEST_CHARACTERS:
                    raise _InventedError
                *whole, rest = _SENTENCE_ENDS.split(rest + piece)
                for sentence in whole:
                    yield _passed(sentence, check)
                    # Others get their turn between two sentences of a model that writes fast.
                    await asyncio.sleep(0)
        if rest.strip():
            yield _passed(rest, check)


class _InventedError(Exception):
    """A model said more than the offers do."""


def _passed(sentence: str, check: ReplyCheck) -> str:
    if not check.passes(sentence.strip()):
        raise _InventedError
    return sentence.strip()
