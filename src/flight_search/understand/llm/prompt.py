"""What is sent to a language model: the versioned instructions and the requests as data.

In: requests. Out: the two messages of a call. The instructions are a packaged text file whose name carries
its version; a change that can change answers is a new file.
"""

import json
from collections.abc import Sequence
from importlib import resources
from typing import Any, Final

from flight_search.domain.intent import IntentRequest
from flight_search.domain.query import FlightQuery

PROMPT_VERSION: Final = "find_v2"
REPLY_VERSION: Final = "reply_v1"

_SEVERAL = (
    'You get several numbered requests. Answer {"answers": [...]} with one object as described for each, in '
    'their order, and put its number into "number". Requests have nothing to do with each other.'
)


def load_instructions(version: str = PROMPT_VERSION) -> str:
    """Return the instructions of a version."""
    file = resources.files("flight_search.understand.llm") / "prompts" / f"{version}.txt"
    return file.read_text(encoding="utf-8").strip()


def messages_for(instructions: str, requests: Sequence[IntentRequest]) -> tuple[str, str]:
    """Return what to say as the system and as the user, for one request or several."""
    rows = [_row(request) for request in requests]
    if len(rows) == 1:
        return instructions, _as_json(rows[0])
    numbered = [{"number": number, **row} for number, row in enumerate(rows, 1)]
    return f"{instructions}\n\n{_SEVERAL}", _as_json({"requests": numbered})


def _row(request: IntentRequest) -> dict[str, Any]:
    row: dict[str, Any] = {"request": request.text}
    if request.previous:
        row["follows"] = _in_short(request.previous)
    return row


def _in_short(query: FlightQuery) -> str:
    """Return the ends of a journey, all that a follow-up is read against."""
    leg = query.slices[0]
    ends = [
        f"{word} {place.label}" for word, place in (("from", leg.origin), ("to", leg.destination)) if place
    ]
    return " ".join(ends) or "a search for flights"


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
