"""Plots as SVG elements for a page: no script, nothing outside, the figures in titles that a pointer shows.

In: counts now and before. Out: ``<svg>`` text; colours and fonts are the page's classes (``report.css``).
Both snapshots are drawn as shares of their own offers, so that a larger one does not look different for its
size alone; offers per day are drawn as they are, because there the size is what matters.
"""

import datetime as dt
import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from flight_search.catalog.quality.report import Bin, DayFigures, Distribution
from flight_search.cli.quality.words import share

_LEFT, _TOP, _BOTTOM = 40.0, 8.0, 20.0
_STEPS: Final = (1, 2, 2.5, 5, 10)
_GRID_LINES: Final = 4
_LABEL: Final = 62.0
"""Room that a label under a plot takes."""
_ROW: Final = 26.0
_NAMES: Final = 118.0
_SHARES: Final = 62.0
_MONTHS_FROM: Final = 70
"""Days from which on months are named and not weeks."""


def histogram(told: Distribution, width: float = 460, height: float = 190) -> str:
    """Return bars for now and a line of steps for before."""
    total, past_total = _totals(told.bins)
    shares = [one.offers / total for one in told.bins]
    past = None if not past_total else [(one.before or 0) / past_total for one in told.bins]
    top = _nice_top(max([*shares, *(past or ())], default=0.0))
    parts = [_grid(width, height, top, lambda value: f"{value:.3g}%", 100)]
    step = (width - _LEFT) / len(told.bins)
    every = max(1, math.ceil(_LABEL / step))
    for row, one in enumerate(told.bins):
        x = _LEFT + row * step
        bar = shares[row] / top * _inner(height)
        parts.append(
            f'<g>{_title(_says(one, told.unit, total, past_total))}<rect class="bar" x="{x + 1:.1f}" '
            f'y="{height - _BOTTOM - bar:.1f}" width="{step - 2:.1f}" height="{bar:.1f}" rx="1.5"/>'
            f'<rect x="{x:.1f}" y="{_TOP}" width="{step:.1f}" height="{_inner(height):.1f}" '
            'fill="transparent"/></g>'
        )
        if row % every == 0:
            start = one.label.split(" ")[0]
            parts.append(f'<text x="{x:.1f}" y="{height - 5:.1f}">{escape(start)}</text>')
    if past:
        parts.append(
            _steps([(_LEFT + row * step, part / top) for row, part in enumerate(past)], width, height)
        )
    return _svg(width, height, f"Share of offers by {told.name}", parts)


def kinds(told: Distribution, width: float = 460) -> str:
    """Return a bar per kind for now and a mark for before."""
    total, past_total = _totals(told.bins)
    room = width - _NAMES - _SHARES
    parts = []
    for row, one in enumerate(told.bins):
        y = row * _ROW + 4
        part = one.offers / total
        parts.append(
            f"<g>{_title(_says(one, '', total, past_total))}"
            f'<text class="name" x="0" y="{y + 13:.1f}">{escape(one.label)}</text>'
            f'<rect class="bar" x="{_NAMES}" y="{y:.1f}" width="{part * room:.1f}" height="16" rx="2"/>'
            f'<text class="name" x="{width}" y="{y + 13:.1f}" text-anchor="end">{share(part)}</text></g>'
        )
        if past_total:
            x = _NAMES + (one.before or 0) / past_total * room
            parts.append(f'<path class="was" d="M{x:.1f} {y - 3:.1f}v22"/>')
    return _svg(width, len(told.bins) * _ROW + 4, f"Share of offers by {told.name}", parts)


def per_day(days: Sequence[DayFigures], width: float = 1000, height: float = 220) -> str:
    """Return the offers of each day of departure as an area for now and a line for before."""
    has_past = any(one.before is not None for one in days)
    top = _nice_top(max(max(one.offers, one.before or 0) for one in days))
    parts = [_grid(width, height, top, _short, 1)]
    step = (width - _LEFT) / len(days)
    floor = height - _BOTTOM
    area = "".join(
        f"V{floor - one.offers / top * _inner(height):.1f}H{_LEFT + (row + 1) * step:.1f}"
        for row, one in enumerate(days)
    )
    parts.append(f'<path class="bar area" d="M{_LEFT} {floor}{area}V{floor}Z"/>')
    if has_past:
        line = [(_LEFT + row * step, (one.before or 0) / top) for row, one in enumerate(days)]
        parts.append(_steps(line, width, height))
    for row, one in enumerate(days):
        was = f", {one.before:,} before" if one.before is not None else ""
        parts.append(
            f'<rect x="{_LEFT + row * step:.2f}" y="{_TOP}" width="{step:.2f}" height="{_inner(height):.1f}" '
            f'fill="transparent">{_title(f"{one.day}: {one.offers:,} offers{was}")}</rect>'
        )
    parts += [
        f'<text x="{_LEFT + row * step:.1f}" y="{height - 5:.1f}">{text}</text>'
        for row, text in _ticks(days, step)
    ]
    return _svg(width, height, "Offers per day of departure", parts)


def _ticks(days: Sequence[DayFigures], step: float) -> list[tuple[int, str]]:
    ticks: list[tuple[int, str]] = []
    for row, one in enumerate(days):
        day = dt.date.fromisoformat(one.day)
        is_due = day.day == 1 if len(days) >= _MONTHS_FROM else day.weekday() == 0 or len(days) <= 7  # noqa: PLR2004  a week
        is_free = not ticks or (row - ticks[-1][0]) * step >= _LABEL
        if is_due and is_free and (len(days) - row) * step >= _LABEL:
            ticks.append((row, f"{day:%b %Y}" if len(days) >= _MONTHS_FROM else f"{day.day} {day:%b}"))
    return ticks or [(0, days[0].day)]


def _steps(points: Sequence[tuple[float, float]], width: float, height: float) -> str:
    """Return a line that is level over each bar; points are (left edge, share of the height)."""
    ends = [x for x, _ in points[1:]] + [width]
    floor = height - _BOTTOM
    path = "".join(
        f"{'M' if row == 0 else 'L'}{x:.1f} {floor - part * _inner(height):.1f}H{end:.1f}"
        for row, ((x, part), end) in enumerate(zip(points, ends, strict=True))
    )
    return f'<path class="was" d="{path}" pointer-events="none"/>'


def _grid(width: float, height: float, top: float, label: Callable[[float], str], scale: float) -> str:
    lines = []
    for number in range(_GRID_LINES + 1):
        value = top * number / _GRID_LINES
        y = height - _BOTTOM - number / _GRID_LINES * _inner(height)
        lines.append(
            f'<path class="grid" d="M{_LEFT} {y:.1f}H{width}"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(label(value * scale))}</text>'
        )
    return "".join(lines)


def _nice_top(most: float) -> float:
    """Return a value above ``most`` whose parts between the lines of the grid are round."""
    raw = (most or 1.0) / _GRID_LINES
    power = 10.0 ** math.floor(math.log10(raw))
    return float(next(step * power for step in _STEPS if step * power >= raw * (1 - 1e-9)) * _GRID_LINES)


def _inner(height: float) -> float:
    return height - _TOP - _BOTTOM


def _totals(bins: Sequence[Bin]) -> tuple[int, int]:
    """Return all offers now (at least one, to divide by) and before (0 where there is nothing)."""
    return max(sum(one.offers for one in bins), 1), sum(one.before or 0 for one in bins)


def _says(one: Bin, unit: str, total: int, past_total: int) -> str:
    was = f"; {share((one.before or 0) / past_total)} before" if past_total else ""
    return f"{one.label} {unit}".strip() + f": {one.offers:,} offers, {share(one.offers / total)}{was}"


def _short(number: float) -> str:
    """Return ``25k``, ``1.5M``: as much as fits beside an axis."""
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:.3g}{sign}"
    return f"{number:.3g}"


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>"


def _svg(width: float, height: float, label: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}">'
        + "".join(parts)
        + "</svg>"
    )
