"""Changes, ages and reasons in few words, for the terminal and the page."""

from typing import Final

from flight_search.ingest.sources.reasons import LEFT_OUT, REASONS

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_WHOLE: Final = 100
_LEAST_SHARE: Final = 0.001
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


def value(number: float) -> str:
    """Return ``7,624``, ``14.9``, ``0``: as many figures as one compares."""
    return f"{number:,.0f}" if number >= _WHOLE or number == int(number) else f"{number:,.1f}"


def share(part: float) -> str:
    """Return ``12.3%``; a few of many are not none, and nearly all are not all."""
    if 0 < part < _LEAST_SHARE:
        return "< 0.1%"
    return "> 99.9%" if 1 - _LEAST_SHARE < part < 1 else f"{part:.1%}"
