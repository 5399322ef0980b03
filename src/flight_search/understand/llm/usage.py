"""What one call of a language model used: as its server counts it, or as its length lets one estimate.

In: the ``usage`` of an answer of OpenAI's chat interface, else the texts that were sent and written. Out: a
``Usage`` for whoever counts tokens and money.
"""

from dataclasses import dataclass, replace
from typing import Final, TypeGuard

_MOST_TOKENS: Final = 10_000_000
"""More than any model takes: such a count is a mistake of the server and would spoil every sum."""

_BYTES_PER_TOKEN: Final = 3
"""For estimates. English has about four bytes for a token, JSON and most other languages fewer: three errs
towards too much, which is the side on which a budget is kept."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call: those sent, and those that the model wrote (with its thinking)."""

    model: str
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    """The part of those sent that the server had kept from an earlier call, which may be cheaper."""
    is_estimate: bool = False
    """Whether the server told no count, so that it was estimated from the length of the texts."""


def usage_in(answer: object, model: str) -> Usage | None:
    """Return what an answer says of its tokens. ``model`` is the name that was asked for."""
    told = answer.get("usage") if isinstance(answer, dict) else None
    if not isinstance(told, dict):
        return None
    sent, written = told.get("prompt_tokens"), told.get("completion_tokens")
    if not (_is_count(sent) and _is_count(written)):
        return None
    details = told.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return Usage(model, sent, written, min(cached, sent) if _is_count(cached) else 0)


def estimated(model: str, sent_bytes: int, written_bytes: int) -> Usage:
    """Return about how many tokens texts of these lengths have, rather too many than too few."""
    return Usage(model, _tokens(sent_bytes), _tokens(written_bytes), is_estimate=True)


def share_of(used: Usage, requests: int) -> Usage:
    """Return what one of several requests used that went together as one call."""
    return replace(
        used,
        prompt_tokens=round(used.prompt_tokens / requests),
        completion_tokens=round(used.completion_tokens / requests),
        cached_tokens=round(used.cached_tokens / requests),
    )


def _tokens(count_bytes: int) -> int:
    return -(-count_bytes // _BYTES_PER_TOKEN)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
