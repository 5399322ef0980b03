"""How a search went: time per stage and, where asked for, rows per step.

In: what the stages report. Out: ``timings_ms`` and ``plan`` of a result. Estimates come from the groups of
the index and from column statistics (``estimate``), as if the constraints did not depend on each other; the
real counts stand beside them.

Which plan was taken, and what the others were expected to cost, comes from ``choice``.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Step:
    """What one step has left: as estimated before, None where nothing is known, and as counted."""

    name: str
    rows: int
    estimated: int | None = None


class Tried(Protocol):
    """How many bundles were opened and how many offers looked at, counted while it goes on."""

    bundles: int
    offers: int


@dataclass
class Trace:
    """The steps of one search, per slice."""

    slices: list[list[Step]] = field(default_factory=list)
    profiles: list[int] = field(default_factory=list)
    journeys: dict[str, object] | None = None
    choice: dict[str, object] = field(default_factory=dict)
    """Which plan was taken and why."""
    tried: Tried | None = None
    """What was looked at of bundles; None where rows were filtered."""

    def begin_slice(self) -> None:
        """Take the steps that follow as those of the next slice."""
        self.slices.append([])

    def add(self, name: str, rows: int, estimated: int | None = None) -> None:
        """Take a step of the current slice."""
        self.slices[-1].append(Step(name, rows, estimated))

    def as_plan(self, order: str) -> dict[str, object]:
        """Return the plan as the result shows it."""
        slices = [
            {
                "steps": [
                    {"step": step.name, "estimated_rows": step.estimated, "rows": step.rows} for step in steps
                ],
            }
            for steps in self.slices
        ]
        plan: dict[str, object] = {
            **self.choice,
            "slices": slices,
            "scored_profiles": sum(self.profiles) if self.profiles else None,
            "order": order,
        }
        if self.tried is not None:
            plan["opened"] = {"bundles": self.tried.bundles, "offers": self.tried.offers}
        return plan if self.journeys is None else {**plan, "journeys": self.journeys}


class Stopwatch:
    """Milliseconds per stage, and the steps where they are wanted."""

    def __init__(self, trace: Trace | None = None) -> None:
        self.timings_ms: dict[str, float] = {}
        self.trace = trace

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Add the time of the block to a stage."""
        began = time.perf_counter()
        try:
            yield
        finally:
            spent = 1000 * (time.perf_counter() - began)
            self.timings_ms[stage] = round(self.timings_ms.get(stage, 0.0) + spent, 3)
