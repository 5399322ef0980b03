"""Answers that come piece by piece: server-sent events of OpenAI's chat interface.

In: the bytes of a stream. Out: its events as JSON objects, and the words in each. A stream that is cut before
its end, never ends or holds what is no event is a ``ModelFailure``.
"""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

from flight_search.understand.llm.failure import ModelFailure, Reason

_DATA: Final = b"data:"
_END: Final = b"[DONE]"


async def events_in(pieces: AsyncIterator[bytes], most_bytes: int) -> AsyncIterator[dict[str, Any]]:
    """Yield the events up to the end of the stream. Raises ModelFailure."""
    line, received = bytearray(), 0
    async for piece in pieces:
        received += len(piece)
        if received > most_bytes:
            raise ModelFailure(Reason.UNREADABLE, f"a stream of more than {most_bytes} bytes")
        line += piece
        *whole, rest = line.split(b"\n")
        line = bytearray(rest)
        for one in whole:
            data = one.strip().removeprefix(_DATA).strip() if one.startswith(_DATA) else b""
            if data == _END:
                return
            if data:
                yield _event(bytes(data))
    raise ModelFailure(Reason.UNREADABLE, "a stream without an end")


def written_in(event: dict[str, Any]) -> str:
    """Return the words of an event, empty where it has none. Raises ModelFailure for a refusal."""
    try:
        delta = event["choices"][0]["delta"]
        refusal, content = delta.get("refusal"), delta.get("content")
    except (AttributeError, LookupError, TypeError):
        return ""
    if refusal:
        raise ModelFailure(Reason.DECLINED, "the field refusal")
    return content if isinstance(content, str) else ""


def _event(data: bytes) -> dict[str, Any]:
    try:
        event = json.loads(data)
    except (ValueError, RecursionError):
        raise ModelFailure(Reason.UNREADABLE, "an event that is no JSON") from None
    if not isinstance(event, dict):
        raise ModelFailure(Reason.UNREADABLE, "an event that is no object")
    return event
