"""The quality report as one page that can be sent and kept: style and plots inside, no script, no request.

In: a report. Out: HTML. Every text that came from a source is escaped.
"""

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Final

from flight_search.catalog.quality.report import (
    Distribution,
    QualityReport,
    Quantiles,
    RegionFigures,
)
from flight_search.cli.quality import plots
from flight_search.cli.quality.words import age, change, reason_words, share, value
from flight_search.domain.errors import InvalidRequestError

_SHOWN: Final = 12
"""Countries shown at once; the others are folded away."""

# Nothing may be loaded or run, even if something slipped through the escaping.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def page_of(report: QualityReport) -> str:
    """Return the page."""
    style = files("flight_search.cli.quality").joinpath("report.css").read_text(encoding="utf-8")
    body = "\n".join(
        (
            _head(report),
            _figures(report),
            _remarks(report),
            _days(report),
            _distributions(report),
            _regions(report),
            _sources(report),
            _refused(report),
            _coverage(report),
            _foot(report),
        )
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>Quality of snapshot {escape(report.snapshot)}</title>\n<style>\n{style}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _foot(report: QualityReport) -> str:
    return (
        f"<footer>Made {report.made_at:%Y-%m-%d %H:%M} UTC by <code>flight-search snapshots report</code>. "
        "Of the build alone: fares that were applied since are not in it.</footer>"
    )


def write_page(path: Path, report: QualityReport) -> None:
    """Write the page. Raises InvalidRequestError if the file cannot be written."""
    try:
        path.write_text(page_of(report), encoding="utf-8")
    except OSError as error:
        raise InvalidRequestError(
            f"{path} cannot be written: {error.strerror}.", remedy="Name a file in a folder that exists."
        ) from error


def _head(report: QualityReport) -> str:
    key = '<span class="now">this snapshot</span>'
    if report.against:
        against = f"compared with {escape(report.against)}"
        key += f'<span class="before">{escape(report.against)}</span>'
    else:
        against = "with no other snapshot to compare with"
    notes = "".join(f'<p class="soft">{escape(note)}</p>' for note in report.notes)
    return (
        f"<header><h1>Quality of snapshot {escape(report.snapshot)}</h1>"
        f'<p class="soft">{against}</p>{notes}<p class="key">{key}</p></header>'
    )


def _figures(report: QualityReport) -> str:
    fresh = report.freshness
    cells = [("Offers", f"{report.offers:,}", change(report.offers, report.offers_before))]
    cells += [
        (one.name.capitalize(), f"{one.count:,}", change(one.count, one.before)) for one in report.coverage
    ]
    cells.append(("Age", age(fresh.age_seconds), f"built {fresh.built_at:%Y-%m-%d %H:%M} UTC"))
    if report.offers:
        cells.append(("Last departures", fresh.last_day, f"first {fresh.first_day}"))
        cells.append(
            ("Departed already", share(fresh.departed / report.offers), f"{fresh.departed:,} offers")
        )
    told = "".join(
        f"<div><dt>{escape(name)}</dt><dd><strong>{escape(value)}</strong><small>{escape(note)}</small></dd></div>"
        for name, value, note in cells
    )
    return f'<dl class="figures">{told}</dl>'


def _remarks(report: QualityReport) -> str:
    if not report.remarks:
        return '<h2>What stands out</h2><div class="remarks none">Nothing.</div>'
    told = "".join(f"<li>{escape(remark)}</li>" for remark in report.remarks)
    return f'<h2>What stands out</h2><div class="remarks some"><ul>{told}</ul></div>'


def _days(report: QualityReport) -> str:
    if not report.days:
        return ""
    return f'<h2>Offers per day of departure</h2><figure class="wide">{plots.per_day(report.days)}</figure>'


def _distributions(report: QualityReport) -> str:
    if not report.offers:
        return ""
    told = "".join(_distribution(one) for one in report.distributions)
    return f'<h2>How the offers are spread</h2><div class="plots">{told}</div>'


def _distribution(one: Distribution) -> str:
    name = one.name[0].upper() + one.name[1:] + (f", {one.unit}" if one.unit else "")
    lines = []
    if one.quantiles:
        lines.append(_quantiles(one.quantiles, one.quantiles_before))
    if one.unknown:
        was = f" ({one.unknown_before:,} before)" if one.unknown_before is not None else ""
        lines.append(f"Not known of {one.unknown:,} offers{was}.")
    if one.difference is not None:
        differs = f"{share(one.difference)} of the offers differ from before."
        lines.append(differs if one.difference else "As before.")
    is_number = one.unit != ""
    if is_number and not one.quantiles and not one.quantiles_before:
        plot = ""
    else:
        plot = plots.histogram(one) if is_number else plots.kinds(one)
    return f"<figure><h3>{escape(name)}</h3><figcaption>{escape(' '.join(lines))}</figcaption>{plot}</figure>"


def _quantiles(now: Quantiles, before: Quantiles | None) -> str:
    was = f" ({value(before.median)} before)" if before and value(before.median) != value(now.median) else ""
    return (
        f"Median {value(now.median)}{was}, half between {value(now.p25)} and {value(now.p75)}, "
        f"all between {value(now.least)} and {value(now.most)}."
    )


def _regions(report: QualityReport) -> str:
    if not report.countries:
        return ""
    total = max(report.offers, 1)
    shown, folded = report.countries[:_SHOWN], report.countries[_SHOWN:]
    more = (
        f"<details><summary>{len(folded)} more countries</summary>"
        f"{_region_table('Country', folded, total)}</details>"
        if folded
        else ""
    )
    return (
        f"<h2>From where</h2>{_region_table('Continent', report.continents, total)}"
        f"<h2>From which countries</h2>{_region_table('Country', shown, total)}{more}"
    )


def _region_table(head: str, rows: Sequence[RegionFigures], total: int) -> str:
    cells = [
        (
            f'<th scope="row">{escape(one.name)}</th>',
            f'<td class="n">{one.offers:,}</td>',
            f'<td><span class="share"><i style="width:{one.offers / total:.1%}"></i></span></td>',
            f'<td class="n">{escape(change(one.offers, one.before))}</td>',
            f'<td class="n">{one.airports:,}</td>',
            f'<td class="n">{one.routes:,}</td>',
        )
        for one in rows
    ]
    return _table((head, "Offers:n", "", "Change:n", "Airports:n", "Routes:n"), cells)


def _sources(report: QualityReport) -> str:
    rows = [
        (
            f'<th scope="row">{escape(one.name)}</th>',
            f"<td>{escape(one.title)}</td>",
            f"<td>{escape(one.data_date)}</td>",
            f'<td class="n">{one.offers:,}</td>',
            f'<td class="n">{escape(change(one.offers, one.before))}</td>',
        )
        for one in report.sources
    ]
    return "<h2>Sources</h2>" + _table(("Name", "Source", "Of", "Offers:n", "Change:n"), rows)


def _refused(report: QualityReport) -> str:
    if not report.refused:
        return '<h2>Rows refused or left out</h2><p class="soft">The build counted none.</p>'
    rows = [
        (
            f'<th scope="row">{escape(one.reason.replace("_", " "))}</th>',
            f"<td>{escape(reason_words(one.reason))}</td>",
            f'<td class="n">{one.rows:,}</td>',
            f'<td class="n">{"" if one.before is None else f"{one.before:,}"}</td>',
            f"<td>{escape(', '.join(f'{name}: {count:,}' for name, count in one.sources.items()))}</td>",
        )
        for one in report.refused
    ]
    return "<h2>Rows refused or left out</h2>" + _table(
        ("Reason", "", "Rows:n", "Before:n", "In quarantine of"), rows
    )


def _coverage(report: QualityReport) -> str:
    if report.against is None:
        return ""
    changed = [one for one in report.coverage if one.added or one.removed]
    if not changed:
        return '<h2>What came and went</h2><p class="soft">The same airports, routes, carriers and days.</p>'
    rows = [
        (
            f'<th scope="row">{escape(one.name.capitalize())}</th>',
            f'<td class="n">{one.added:,}</td>',
            f"<td>{escape(_named(one.most_added, one.added))}</td>",
            f'<td class="n">{one.removed:,}</td>',
            f"<td>{escape(_named(one.most_removed, one.removed))}</td>",
        )
        for one in changed
    ]
    return "<h2>What came and went</h2>" + _table(("", "New:n", "", "Gone:n", ""), rows)


def _named(names: Sequence[str], count: int) -> str:
    return ", ".join(names) + (f" and {count - len(names):,} more" if count > len(names) else "")


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table; a head that ends with ``:n`` stands over numbers."""
    head = "".join(
        f'<th scope="col"{" class=n" if name.endswith(":n") else ""}>{escape(name.removesuffix(":n"))}</th>'
        for name in heads
    )
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
