"""The plan of a search for people: what each step was expected to leave and left, and where the time went.

In: a result whose request had ``explain``. Out: a table and a few lines. Members of the plan that are not
known here are written as they come, so that a server may explain more than this version knows.
"""

from collections.abc import Mapping
from typing import Any

from flight_search.cli.output import Output, printable
from flight_search.cli.tables import Column, table_of
from flight_search.domain.result import SearchResult


def show_plan(result: SearchResult, output: Output) -> None:
    """Write the plan; nothing where the result has none."""
    if result.plan is None:
        return
    output.out.print()
    output.say("The plan", style="bold")
    slices = [part for part in result.plan.get("slices") or () if isinstance(part, Mapping)]  # type: ignore[attr-defined]
    rows = [row for number, part in enumerate(slices, 1) for row in _rows(part, number, len(slices))]
    if rows:
        output.out.print(
            table_of(
                (
                    Column("Step", fits=True),
                    Column("Expected", "right"),
                    Column("Left", "right", "bold"),
                ),
                rows,
            )
        )
    for name, value in result.plan.items():
        if name != "slices" and value is not None:
            output.say(f"{name.replace('_', ' ').capitalize()}: {_written(value)}")
    spent = ", ".join(f"{stage} {ms:.2f} ms" for stage, ms in result.timings_ms.items())
    if spent:
        output.say(f"Time: {spent}", style="dim")


def _rows(part: Mapping[str, Any], number: int, slices: int) -> list[tuple[str, str, str]]:
    before = f"{number}: " if slices > 1 else ""
    return [
        (
            printable(f"{before}{step.get('step', '')}"),
            _count(step.get("estimated_rows")),
            _count(step.get("rows")),
        )
        for step in part.get("steps", ())
    ]


def _count(rows: object) -> str:
    return f"{rows:,}" if isinstance(rows, int) else "\N{EN DASH}"


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{str(name).replace('_', ' ')} {_written(one)}" for name, one in value.items())
    return printable(f"{value:,}" if isinstance(value, int) else str(value))
