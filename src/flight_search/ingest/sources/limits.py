"""When a build stops rather than publish what is probably wrong.

In: what became of the rows of each source, and what the snapshot in use holds of it. Out: nothing, or an
IngestError that says what to look at. The snapshot in use stays in use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from flight_search.catalog.snapshot import Snapshot
from flight_search.domain.errors import IngestError
from flight_search.ingest.report import SourceReport
from flight_search.ingest.sources.reasons import LEFT_OUT, REASONS

_MOST_REASONS: Final = 3
_STAYS: Final = "The snapshot in use stays in use."


@dataclass(frozen=True)
class Limits:
    """Shares from 0 to 1."""

    most_refused: float = 0.05
    """Of the rows of a source. More means that its format has changed or its mapping is wrong."""
    most_lost: float = 0.5
    """Of the offers that the snapshot in use has of a source. More means that a delivery is not whole."""


def check_limits(reports: Sequence[SourceReport], last: dict[str, int], limits: Limits) -> None:
    """Return if every source is within the limits. Raises IngestError."""
    for report in reports:
        _check_refused(report, limits)
        if not report.kept:
            raise IngestError(
                f"Nothing of {report.name} is left to search: {_shares(report) or 'it has no rows'}.",
                remedy=_STAYS,
            )
        before = last.get(report.name, 0)
        if report.kept < before * (1 - limits.most_lost):
            raise IngestError(
                f"{report.name} has {report.kept:,} offers where the snapshot in use has {before:,}: it fell "
                f"by {1 - report.kept / before:.0%}, and {limits.most_lost:.0%} is the limit.",
                remedy="Check that the delivery is whole; `--max-drop 100%` takes it as it is (every night: "
                "`max_drop = 1` of the plan). " + _STAYS,
            )


def offers_by_source(snapshot: Snapshot) -> dict[str, int]:
    """Return how many offers a snapshot has of each source."""
    sources = snapshot.manifest.sources
    counts = np.bincount(snapshot.offers.source, minlength=len(sources))
    return {source.name: int(count) for source, count in zip(sources, counts, strict=False)}


def _check_refused(report: SourceReport, limits: Limits) -> None:
    looked_at = report.kept + report.refused_rows
    share = report.refused_rows / looked_at if looked_at else 0.0
    if share > limits.most_refused:
        raise IngestError(
            f"{report.refused_rows:,} of {looked_at:,} rows of {report.name} were refused ({share:.1%}), and "
            f"{limits.most_refused:.0%} is the limit. {_shares(report)}.",
            remedy=f"They are in {report.quarantine}, each with its reason. Mend the file or the mapping, or "
            f"allow more with `--max-refused` (every night: `max_refused` of the plan). {_STAYS}",
        )


def _shares(report: SourceReport) -> str:
    told = [
        f"{count:,} times {reason}: {REASONS.get(reason, reason).rstrip('.')}"
        for reason, count in list(report.refused.items())[:_MOST_REASONS]
    ]
    told += [f"{count:,} {LEFT_OUT.get(reason, reason)}" for reason, count in report.left_out.items()]
    return "; ".join(told)
