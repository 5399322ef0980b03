"""The answer of OpenAI's chat interface, from bytes to the words that the model wrote.

In: the body of an answer. Out: its text, empty where the model wrote nothing. What is no such answer, and
what a model says instead of one (``refusal``), is a ``ModelFailure``.
"""

import json
from typing import Any, Final

from flight_search.understand.llm.failure import ModelFailure, Reason

LONGEST_BODY_BYTES: Final = 1_000_000
"""An answer for sixteen requests has some 30,000."""


def decoded(body: bytes) -> Any:  # noqa: ANN401 - whatever a server answers
    """Return the JSON of a body. Raises ModelFailure."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise ModelFailure(Reason.UNREADABLE, "no JSON") from None


def content_of(answer: Any) -> str:  # noqa: ANN401 - as above
    """Return what the model wrote, empty where it wrote nothing. Raises ModelFailure."""
    try:
        choice = answer["choices"][0]
        message = choice["message"]
        content = message["content"]
    except (LookupError, TypeError):
        raise ModelFailure(Reason.UNREADABLE, "no answer of OpenAI's chat interface") from None
    if isinstance(content, str) and content:
        return content
    if isinstance(message, dict) and message.get("refusal"):
        # Its words may repeat what was asked, so they stay out of the log.
        raise ModelFailure(Reason.DECLINED, "the field refusal")
    if choice.get("finish_reason") == "content_filter":
        raise ModelFailure(Reason.DECLINED, "a filter of the server")
    if choice.get("finish_reason") == "length":
        raise ModelFailure(Reason.UNREADABLE, "all tokens went into thinking; raise MAX_OUTPUT_TOKENS")
    return ""
