"""Fit the weights of the local engine's confidence to labelled requests.

usage: .venv/bin/python -m evaluation.fit_confidence CASES.jsonl...

In: sets of labelled cases, each disturbed as by other people (``noise``) and counted the same in total,
however many cases it has. Out: the module ``understand/local/confidence_weights.py``. Sets whose name
contains "held_out" are refused: they measure.

Why disturbed: grammars were mended for the cases of these sets until nearly all were right, so a fit to them
as they are is too sure of new requests. Of 591 held-out requests 0.866 were right when such a fit stated
0.98; one to the disturbed cases stated 0.91.
"""

import argparse
import math
import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from evaluation.cases import outcome_of, read_cases
from evaluation.noise import disturbed
from flight_search.domain.intent import IntentAnswer, IntentRequest
from flight_search.places.gazetteer import Gazetteer
from flight_search.understand.local import confidence_weights
from flight_search.understand.local.confidence import NAMES, Doubts, confidence_of
from flight_search.understand.local.engine import LocalEngine

_FREE: Final = "is_refused"
"""The one weight that may have either sign; a doubt never makes an answer surer."""
_RIDGE: Final = 0.0002
"""Pulls weights of doubts that are rarely seen towards zero."""
_LEAST_DOUBT: Final = -0.25
"""What each doubt weighs at least: grammars were mended for the cases of these sets until few of the doubtful
ones were wrong, which says little of requests of other people."""
_LEAST_CASES: Final = 1_000
"""Smaller sets are disturbed several times over, so that chance says less."""
_SEED: Final = 5
_STEPS: Final = 20_000

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """The doubts about each case of one set, and whether the answer was right."""

    doubts: Array
    right: Array


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the sets with the local engine, fit, and write the weights."""
    parser = argparse.ArgumentParser(description=__doc__, prog="evaluation.fit_confidence")
    parser.add_argument("cases", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=Path(str(confidence_weights.__file__)))
    options = parser.parse_args(arguments)
    if any("held_out" in path.name for path in options.cases):
        sys.stderr.write("A held-out set measures the fit, so nothing is fitted on it. Give other sets.\n")
        return 1
    try:
        seen = [_seen(path) for path in options.cases]
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\nGive files with one labelled case a line.\n")
        return 1
    sure, weights = fit(seen)
    options.out.write_text(_module(sure, weights, [path.name for path in options.cases]), encoding="utf-8")
    return 0


def fit(sets: Sequence[Seen]) -> tuple[float, Array]:
    """Return the constant and the weights, by projected gradient steps on the ridge logistic loss."""
    doubts = np.vstack([one.doubts for one in sets])
    design = np.hstack([np.ones((len(doubts), 1)), doubts])
    right = np.concatenate([one.right for one in sets])
    share = np.concatenate([np.full(len(one.right), 1 / len(one.right) / len(sets)) for one in sets])
    ridge = np.array([0.0, *[_RIDGE] * doubts.shape[1]])
    curvature = np.linalg.eigvalsh(design.T @ (design * share[:, None]) / 4)[-1] + _RIDGE
    most = np.array([np.inf, *(np.inf if name == _FREE else _LEAST_DOUBT for name in NAMES)])
    # Cases that are alike are one row, so that thousands of steps take a moment.
    rows, which = np.unique(design, axis=0, return_inverse=True)
    total, good = (np.bincount(which.ravel(), weights) for weights in (share, share * right))
    theta = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        stated = 1 / (1 + np.exp(-(rows @ theta)))
        gradient = rows.T @ (total * stated - good) + ridge * theta
        theta = np.minimum(theta - gradient / curvature, most)
    return float(theta[0]), theta[1:]


def _seen(path: Path) -> Seen:
    """Return what the local engine doubts in a disturbed set, and what it has right."""
    last: list[Doubts] = []

    def note(doubts: Doubts) -> float:
        last[:] = [doubts]
        return confidence_of(doubts)

    cases = read_cases(path)
    engine = LocalEngine(Gazetteer.load(), confidence=note)
    rows: list[tuple[list[float], float]] = []

    def understand(request: IntentRequest) -> IntentAnswer:
        last.clear()
        return engine.understand(request)

    chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
    for case in cases * math.ceil(_LEAST_CASES / len(cases)):
        outcome = outcome_of(understand, disturbed(case, chance))
        # Requests for help and empty ones have a confidence of their own.
        if last:
            rows.append(([getattr(last[0], name) for name in NAMES], float(not outcome.wrong)))
    if not rows:
        raise ValueError(f"{path} has no cases with doubts.")
    return Seen(np.array([row for row, _ in rows]), np.array([right for _, right in rows]))


def _module(sure: float, weights: Array, sets: Sequence[str]) -> str:
    lines = [f'    "{name}": {weight + 0.0:.3f},' for name, weight in zip(NAMES, weights, strict=True)]
    return "\n".join(
        [
            '"""Weights of the doubts; written by ``evaluation.fit_confidence``, not to be changed by hand.',
            "",
            "Fitted on these sets, disturbed by ``evaluation.noise`` and each counted the same in total:",
            *(f"- {name}" for name in sets),
            '"""',
            "",
            "from collections.abc import Mapping",
            "from types import MappingProxyType",
            "from typing import Final",
            "",
            f"SURE: Final = {sure:.3f}",
            "_WEIGHTS: Final = {",
            *lines,
            "}",
            "WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(_WEIGHTS)",
            "",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
