"""Changes, ages and reasons in few words, for the terminal and the page."""

from typing import Final

from flight_search.ingest.sources.reasons import LEFT_OUT, REASONS

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_FROM_DAYS: Final = 2
"""Days from which on hours are not told."""


def change(now: int, before: int | None) -> str:
    """Return ``+3.2%``, ``as before``, ``new``, ``gone``; nothing where there is nothing to compare with."""
    if before is None:
        return ""
    if now == before:
        return "as before"
    if not before:
        return "new"
    if not now:
        return "gone"
    share = f"{now / before - 1:+.1%}"
    # A change that rounds to nothing is told as a number.
    return f"{now - before:+,}" if share in {"+0.0%", "-0.0%"} else share


def age(seconds: float) -> str:
    """Return ``3 days``, ``7 h``, ``12 min``."""
    if seconds >= _FROM_DAYS * _DAY:
        return f"{int(seconds // _DAY)} days"
    return f"{int(seconds // _HOUR)} h" if seconds >= _HOUR else f"{max(0, int(seconds // _MINUTE))} min"


def reason_words(reason: str) -> str:
    """Return what a reason means, where it is known; rules of the packaged data are in docs/data.md."""
    return REASONS.get(reason) or LEFT_OUT.get(reason, "")
