"""Which snapshots are kept: the last few, and the newest of each of the last days.

In: names of snapshots, which are their build times. Out: names to delete. The one in use always stays.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_DAY_LENGTH: Final = len("2026-11-24")


@dataclass(frozen=True)
class Retention:
    """What to keep."""

    last: int = 3
    """Newest snapshots, whatever their age."""
    days: int = 0
    """Days, today included, of which the newest snapshot is kept as well."""


def snapshots_to_delete(
    names: Sequence[str], current: str | None, today: dt.date, rule: Retention
) -> list[str]:
    """Return the names that the rule does not keep, oldest first. ``names`` are newest first."""
    kept = set(names[: max(rule.last, 1)])
    newest_of_day: dict[str, str] = {}
    for name in names:
        newest_of_day.setdefault(name[:_DAY_LENGTH], name)
    for back in range(rule.days):
        day = (today - dt.timedelta(days=back)).isoformat()
        kept.add(newest_of_day.get(day, ""))
    return [name for name in reversed(names) if name not in kept and name != current]
