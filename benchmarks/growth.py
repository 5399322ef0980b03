"""Draw how the time of a search grows with the offers, and with those that match.

    python benchmarks/search_engine.py DATA_100K DATA_1M DATA_10M --json growth.json
    python benchmarks/growth.py growth.json docs/growth.svg

In: the figures of `search_engine.py`. Out: one picture with two panels, both axes logarithmic: on the left
the time of the processor (p50) over all offers, on the right over the offers that match. Solid: the planner's
choice. Dashed: row by row.
"""

import argparse
import json
import math
from collections.abc import Callable
from pathlib import Path

WIDTH, HEIGHT, MARGIN, GAP = 460, 360, 56, 40
COLOURS = ("#1f77b4", "#2ca02c", "#9467bd", "#d62728", "#ff7f0e")


def panel(
    left: float, title: str, points: list[dict[str, object]], x_of: Callable[[dict[str, object]], float]
) -> str:
    xs = [max(x_of(point), 1) for point in points]
    ys = [value for point in points for value in (point["ours"], point["rows"])]
    x_low, x_high = math.floor(math.log10(min(xs))), math.ceil(math.log10(max(xs)))
    y_low, y_high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def at(x: float, y: float) -> tuple[float, float]:
        across = (math.log10(max(x, 1)) - x_low) / max(x_high - x_low, 1)
        up = (math.log10(y) - y_low) / max(y_high - y_low, 1)
        return left + MARGIN + across * (WIDTH - 2 * MARGIN), HEIGHT - MARGIN - up * (HEIGHT - 2 * MARGIN)

    parts = [f'<text x="{left + WIDTH / 2}" y="22" text-anchor="middle" font-weight="bold">{title}</text>']
    for power in range(x_low, x_high + 1):
        x, y = at(10**power, 10**y_low)
        parts.append(f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{MARGIN}" class="grid"/>')
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{short(10**power)}</text>')
    for power in range(y_low, y_high + 1):
        x, y = at(10**x_low, 10**power)
        parts.append(
            f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{left + WIDTH - MARGIN}" y2="{y:.1f}" class="grid"/>'
        )
        parts.append(f'<text x="{x - 6:.1f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} ms</text>')
    for number, name in enumerate(sorted({str(point["shape"]) for point in points})):
        mine = sorted((point for point in points if point["shape"] == name), key=x_of)
        for key, dash in (("ours", ""), ("rows", ' stroke-dasharray="4 4" opacity="0.6"')):
            path = " ".join("{:.1f},{:.1f}".format(*at(x_of(point), point[key])) for point in mine)
            parts.append(
                f'<polyline points="{path}" fill="none" stroke="{COLOURS[number]}" stroke-width="2"{dash}/>'
            )
            parts += [
                '<circle cx="{:.1f}" cy="{:.1f}" r="3" fill="{}"/>'.format(
                    *at(x_of(point), point[key]), COLOURS[number]
                )
                for point in mine
            ]
        x, y = at(x_of(mine[-1]), mine[-1]["ours"])
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{COLOURS[number]}">{name[0]}</text>')
    return "\n".join(parts)


def short(number: float) -> str:
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if number >= size:
            return f"{number / size:g}{unit}"
    return f"{number:g}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figures", type=Path)
    parser.add_argument("picture", type=Path)
    chosen = parser.parse_args()
    points = [
        {
            "shape": result["shape"],
            "offers": snapshot["offers"],
            "matches": result["matches_median"],
            "ours": result["cpu"]["p50_ms"],
            "rows": result["row_by_row_cpu"]["p50_ms"],
        }
        for snapshot in json.loads(chosen.figures.read_text())
        for result in snapshot["results"]
    ]
    names = sorted({str(point["shape"]) for point in points})
    key = " · ".join(names)
    left = panel(0, "over all offers", points, lambda point: point["offers"])
    right = panel(WIDTH + GAP, "over the offers that match", points, lambda point: point["matches"])
    chosen.picture.write_text(
        f'<svg xmlns="http{":"}//www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH + GAP} {HEIGHT + 24}" '
        'font-family="sans-serif" font-size="11">\n'
        "<style>.grid{stroke:#ddd}</style>\n"
        f'<rect width="{2 * WIDTH + GAP}" height="{HEIGHT + 24}" fill="white"/>\n{left}\n{right}\n'
        f'<text x="{WIDTH + GAP / 2}" y="{HEIGHT + 12}" text-anchor="middle">{key}. '
        "Solid: the planner's choice; dashed: row by row. Time of the processor, p50.</text>\n</svg>\n"
    )


if __name__ == "__main__":
    main()
