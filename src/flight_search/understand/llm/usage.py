"""What one call of a language model used, as its server counts it.

In: the ``usage`` of an answer of OpenAI's chat interface. Out: a ``Usage`` for whoever counts tokens and
money, None where the server tells none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeGuard

_MOST_TOKENS: Final = 10_000_000
"""More than any model takes: such a count is a mistake of the server and would spoil every sum."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call: those sent, and those that the model wrote (with its thinking)."""

    model: str
    prompt_tokens: int
    completion_tokens: int


OnUsage: TypeAlias = Callable[[Usage], None]
"""Is told of every call whose server counts tokens, also of those whose answer cannot be used."""

OnUnmetered: TypeAlias = Callable[[str], None]
"""Is told the model of every call that was answered without a count, whole or cut short."""


def ignore_usage(_: Usage) -> None:
    """Count nothing."""


def ignore_unmetered(_: str) -> None:
    """Count nothing."""


def usage_in(answer: object, model: str) -> Usage | None:
    """Return what an answer says of its tokens. ``model`` is the name that was asked for."""
    told = answer.get("usage") if isinstance(answer, dict) else None
    if not isinstance(told, dict):
        return None
    sent, written = told.get("prompt_tokens"), told.get("completion_tokens")
    return Usage(model, sent, written) if _is_count(sent) and _is_count(written) else None


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_TOKENS
