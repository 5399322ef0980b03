"""A snapshot, and one to compare it with → its quality report.

Of the build alone: fares that were laid over it since are not in it. Reads the columns that it needs once
each; ten million offers take seconds, and the memory of two sorted columns.
"""

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Final

import numpy as np

from flight_search.catalog.quality import remarks
from flight_search.catalog.quality.counts import (
    Counts,
    continent_figures,
    count,
    country_figures,
    day_figures,
    extent,
)
from flight_search.catalog.quality.distributions import distributions
from flight_search.catalog.quality.report import Freshness, QualityReport, RefusedRows, SourceFigures
from flight_search.catalog.snapshot import Snapshot
from flight_search.catalog.soundness import bound_problems
from flight_search.domain.errors import SnapshotError

_MINUTE: Final = 60


def assess(
    now: Snapshot, before: Snapshot | None, made_at: dt.datetime, notes: Sequence[str] = ()
) -> QualityReport:
    """Return the report; ``notes`` are put before its own.

    Raises SnapshotError if a snapshot's tables do not belong together.
    """
    for snapshot in (now, before):
        if snapshot:
            _require_sound(snapshot)
    counts, past = count(now), count(before) if before else None
    spread, not_compared = distributions(now, before)
    offers, offers_before = len(now.offers.key), len(before.offers.key) if before else None
    fresh = _freshness(now, made_at)
    sources = _sources(now, before, counts, past)
    continents, days = continent_figures(counts, past), day_figures(counts, past)
    coverage = tuple(
        extent(name, getattr(counts, name), getattr(past, name) if past else None)
        for name in ("airports", "routes", "carriers", "countries", "days")
    )
    stands_out = itertools.chain(
        remarks.all_offers_remarks(offers, offers_before),
        remarks.freshness_remarks(fresh, offers),
        remarks.day_remarks(days),
        remarks.source_remarks(sources),
        remarks.region_remarks(continents),
        remarks.coverage_remarks(coverage),
        remarks.distribution_remarks(spread),
    )
    return QualityReport(
        snapshot=now.manifest.name,
        against=before.manifest.name if before else None,
        made_at=made_at,
        currency=now.manifest.currency,
        offers=offers,
        offers_before=offers_before,
        remarks=tuple(stands_out),
        notes=(*notes, *not_compared),
        sources=sources,
        refused=_refused(now, before),
        continents=continents,
        countries=country_figures(counts, past),
        coverage=coverage,
        days=days,
        distributions=tuple(spread),
        freshness=fresh,
    )


def _require_sound(snapshot: Snapshot) -> None:
    problems = bound_problems(snapshot)
    if problems:
        name = snapshot.manifest.name
        raise SnapshotError(
            f"Snapshot {name} is damaged: {problems[0]}.",
            remedy=f"`flight-search snapshots verify {name}` says what is wrong with it; "
            "`flight-search snapshots list` names others.",
        )


def _sources(
    now: Snapshot, before: Snapshot | None, counts: Counts, past: Counts | None
) -> tuple[SourceFigures, ...]:
    infos = {one.name: one for one in (*(before.manifest.sources if before else ()), *now.manifest.sources)}
    names = counts.sources | (past.sources if past else {})
    return tuple(
        SourceFigures(
            name=name,
            title=infos[name].title,
            data_date=infos[name].data_date,
            offers=counts.sources.get(name, 0),
            before=past.sources.get(name, 0) if past else None,
        )
        for name in names
    )


def _refused(now: Snapshot, before: Snapshot | None) -> tuple[RefusedRows, ...]:
    rows = now.manifest.dropped
    past = before.manifest.dropped if before else None
    found = [
        RefusedRows(
            reason=reason,
            rows=rows.get(reason, 0),
            before=None if past is None else past.get(reason, 0),
            sources={
                source: told[reason] for source, told in now.manifest.refused.items() if told.get(reason)
            },
        )
        for reason in rows | (past or {})
    ]
    told = [one for one in found if one.rows or one.before]
    return tuple(sorted(told, key=lambda one: (-one.rows, one.reason)))


def _freshness(snapshot: Snapshot, now: dt.datetime) -> Freshness:
    manifest = snapshot.manifest
    minute = int(now.timestamp() // _MINUTE)
    last = dt.date.fromisoformat(manifest.last_day) if manifest.last_day else now.date()
    return Freshness(
        built_at=manifest.built_at,
        age_seconds=(now - manifest.built_at).total_seconds(),
        first_day=manifest.first_day,
        last_day=manifest.last_day,
        days_left=(last - now.astimezone(dt.UTC).date()).days,
        departed=int(np.count_nonzero(snapshot.offers.departs_utc < minute)),
        exchange_rates_date=manifest.exchange_rates_date,
    )
