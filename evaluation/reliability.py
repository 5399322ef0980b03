"""A picture of how well the stated confidence fits: the share right at each stated confidence, as SVG.

In: the bands of ``summary``. Out: one drawing; the area of a circle grows with the number of its cases, the
diagonal is where stated and right agree.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

_SIDE: Final = 320
_MARGIN: Final = 44
_SMALLEST_PX, _LARGEST_PX = 3.0, 14.0
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


def reliability_svg(bands: Sequence[Mapping[str, Any]], title: str) -> str:
    """Return the drawing of bands with ``stated``, ``right`` and ``count``."""
    most = max((band["count"] for band in bands), default=1)
    circles = [
        f'<circle cx="{_x(band["stated"]):.1f}" cy="{_y(band["right"]):.1f}" '
        f'r="{max(_SMALLEST_PX, _LARGEST_PX * math.sqrt(band["count"] / most)):.1f}" '
        f'fill="#1f6feb" fill-opacity="0.6"><title>{band["count"]} cases: stated {band["stated"]:.2f}, '
        f"right {band['right']:.2f}</title></circle>"
        for band in bands
    ]
    ticks = [
        f'<text x="{_x(tick):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle">{tick:.1f}</text>'
        f'<text x="{_x(0) - 6:.1f}" y="{_y(tick) + 4:.1f}" text-anchor="end">{tick:.1f}</text>'
        for tick in _TICKS
    ]
    whole = _SIDE + 2 * _MARGIN
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" width="{whole}" '
                'font-family="sans-serif" font-size="11" fill="#57606a" role="img">'
            ),
            f"<title>{_escaped(title)}</title>",
            f'<rect width="{whole}" height="{whole}" fill="#ffffff"/>',
            (
                f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{_SIDE}" height="{_SIDE}" fill="none" '
                'stroke="#d0d7de"/>'
            ),
            f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#8c959f" stroke-dasharray="4 4"/>',
            *circles,
            *ticks,
            f'<text x="{whole / 2}" y="{_MARGIN / 2}" text-anchor="middle">{_escaped(title)}</text>',
            f'<text x="{whole / 2}" y="{whole - 8}" text-anchor="middle">stated confidence</text>',
            (
                f'<text x="12" y="{whole / 2}" text-anchor="middle" '
                f'transform="rotate(-90 12 {whole / 2})">share right</text>'
            ),
            "</svg>",
            "",
        ]
    )


def _x(share: float) -> float:
    return _MARGIN + _SIDE * share


def _y(share: float) -> float:
    return _MARGIN + _SIDE * (1 - share)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
