"""The quality report for a terminal, within 80 columns."""

from collections.abc import Sequence
from typing import Final

from flight_search.catalog.quality.report import Distribution, QualityReport
from flight_search.cli.output import Output
from flight_search.cli.quality.words import age, change, share, value
from flight_search.cli.tables import Column, table_of

_MOST_COUNTRIES: Final = 10
_MOST_REASONS: Final = 10


def show_quality(report: QualityReport, output: Output) -> None:
    """Write the report."""
    fresh = report.freshness
    against = f"against {report.against}" if report.against else "no other snapshot to compare with"
    output.say(f"Snapshot {report.snapshot}, {against}", style="bold")
    for note in report.notes:
        output.say(note, style="dim")
    output.say("")
    extents = [(one.name, one.count, one.before) for one in report.coverage]
    _show(output, "Extent", "Now", [("offers", report.offers, report.offers_before), *extents])
    facts = [("age", age(fresh.age_seconds)), ("built", f"{fresh.built_at:%Y-%m-%d %H:%M} UTC")]
    if report.offers:
        facts += [
            ("departures", f"{fresh.first_day} to {fresh.last_day}, {fresh.days_left} days left"),
            ("departed already", f"{fresh.departed:,} offers ({share(fresh.departed / report.offers)})"),
        ]
    if fresh.exchange_rates_date:
        facts.append(("exchange rates of", fresh.exchange_rates_date))
    output.out.print(table_of((Column("Freshness"), Column("", fits=True)), facts))
    output.say("")
    shown = report.countries[:_MOST_COUNTRIES]
    for head, rows in (("Source", report.sources), ("From", report.continents), ("From", shown)):
        _show(output, head, "Offers", [(one.name, one.offers, one.before) for one in rows])
    if len(report.countries) > len(shown):
        output.say(f"{len(report.countries) - len(shown)} more countries: --json, --html\n", style="dim")
    if report.offers:
        columns = (Column("Spread of", fits=True), Column("Now", fits=True), Column("Differs", "right"))
        output.out.print(table_of(columns, [_spread(one) for one in report.distributions]))
        output.say("")
    reasons = [(one.reason.replace("_", " "), one.rows, one.before) for one in report.refused]
    _show(output, "Refused or left out", "Rows", reasons[:_MOST_REASONS])
    if len(reasons) > _MOST_REASONS:
        output.say(f"{len(reasons) - _MOST_REASONS} more reasons: --json, --html\n", style="dim")
    if report.remarks:
        output.say("What stands out:", style="bold yellow")
        for remark in report.remarks:
            output.say(f"  \N{BULLET} {remark}")
    else:
        output.say("Nothing stands out.", style="bold green")


def _show(output: Output, head: str, what: str, rows: Sequence[tuple[str, int, int | None]]) -> None:
    if rows:
        columns = (Column(head, fits=True), Column(what, "right"), Column("Change", "right"))
        told = [(name, f"{now:,}", change(now, before)) for name, now, before in rows]
        output.out.print(table_of(columns, told))
        output.say("")


def _spread(one: Distribution) -> tuple[str, str, str]:
    if one.quantiles:
        now = one.quantiles
        told = (
            f"median {value(now.median)}, half {value(now.p25)} to {value(now.p75)}, all to {value(now.most)}"
        )
    else:
        total = max(sum(kind.offers for kind in one.bins), 1)
        told = ", ".join(f"{share(kind.offers / total)} {kind.label}" for kind in one.bins if kind.offers)
    unknown = f"; {one.unknown:,} not known" if one.unknown else ""
    unit = f" ({one.unit})" if one.unit else ""
    return f"{one.name}{unit}", told + unknown, "" if one.difference is None else share(one.difference)
