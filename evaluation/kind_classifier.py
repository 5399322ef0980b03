"""Would a classifier on the embedding model know the kind of a request better than the local engine?

usage: .venv/bin/python -m evaluation.kind_classifier TEST.jsonl TRAIN.jsonl...

In: sets of labelled cases. A multinomial logistic regression on the vectors of ``embed`` is fitted to
the kinds of the training sets, each counted the same. Out: how often the engine has the kind of a test
case right, how often the classifier has, and how often both together have where the surer classifier
overrules the doubtful engine. Cases of several turns and of other languages are left out: the model
reads English, one text at a time.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from rich.console import Console

from evaluation.cases import outcome_of, read_cases
from flight_search.cli.progress import StageProgress
from flight_search.domain.errors import FlightSearchError
from flight_search.domain.query import Kind
from flight_search.embed.open import open_embedder
from flight_search.embed.port import Embedder
from flight_search.embed.settings import EmbeddingSettings
from flight_search.services.settings import Settings, read
from flight_search.understand.local.engine import load_local_engine

Array = npt.NDArray[np.float64]

_KINDS: Final = list(Kind)
_RIDGE: Final = 1e-4
_STEPS: Final = 600
_BATCH: Final = 64
_OVERRULES: Final = ((0.8, 0.7), (0.9, 0.8), (0.9, 0.9), (0.95, 0.9))
"""Confidence of the engine below which, and of the classifier from which, the classifier's kind counts."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="evaluation.kind_classifier")
    parser.add_argument("test", type=Path)
    parser.add_argument("train", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    try:
        with StageProgress(Console(stderr=True)) as progress:
            embedder = open_embedder(read(EmbeddingSettings), read(Settings).cache_dir, progress)
            sets = [_usable(path) for path in options.train]
            test = _usable(options.test)
            weights = fit([(_vectors(embedder, cases, progress), _kinds(cases)) for cases in sets])
            chances = _softmax(_with_constant(_vectors(embedder, test, progress)) @ weights)
    except FlightSearchError as error:
        sys.stderr.write(f"{error} {error.remedy}\n")
        return error.exit_code
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\nGive files with one labelled case a line.\n")
        return 1
    sys.stdout.write(_compared(test, chances))
    return 0


def fit(sets: Sequence[tuple[Array, Sequence[int]]]) -> Array:
    """Return the weights (one column a kind) by gradient steps on the ridge logistic loss."""
    design = _with_constant(np.vstack([vectors for vectors, _ in sets]))
    kinds = np.concatenate([np.asarray(kinds) for _, kinds in sets])
    share = np.concatenate([np.full(len(kinds), 1 / len(kinds) / len(sets)) for _, kinds in sets])
    wanted = np.eye(len(_KINDS))[kinds] * share[:, None]
    weights = np.zeros((design.shape[1], len(_KINDS)))
    last = weights
    step = 1 / (np.linalg.eigvalsh(design.T @ (design * share[:, None]) / 2)[-1] + _RIDGE)
    for count in range(_STEPS):
        ahead = weights + count / (count + 3) * (weights - last)
        gradient = design.T @ (_softmax(design @ ahead) * share[:, None] - wanted) + _RIDGE * ahead
        last, weights = weights, ahead - step * gradient
    return weights


def _usable(path: Path) -> list[dict[str, Any]]:
    return [
        case
        for case in read_cases(path)
        if isinstance(case["text"], str) and "i" in case["expect"] and "language" not in case
    ]


def _kinds(cases: Sequence[dict[str, Any]]) -> list[int]:
    wanted = [case["expect"]["i"] for case in cases]
    return [_KINDS.index(Kind(kind if isinstance(kind, str) else kind[0])) for kind in wanted]


def _vectors(embedder: Embedder, cases: Sequence[dict[str, Any]], progress: StageProgress) -> Array:
    texts = [case["text"] for case in cases]
    progress.start("Embedding requests", total=len(texts), unit="texts")
    parts = []
    for start in range(0, len(texts), _BATCH):
        parts.append(embedder.embed_documents(texts[start : start + _BATCH]))
        progress.advance(len(parts[-1]))
    # Vectors of one length differ by little; the fit is quicker around their middle.
    return np.vstack(parts).astype(np.float64) * 10


def _with_constant(vectors: Array) -> Array:
    return np.hstack([vectors, np.ones((len(vectors), 1))])


def _softmax(values: Array) -> Array:
    powers = np.exp(values - values.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _compared(cases: Sequence[dict[str, Any]], chances: Array) -> str:
    engine = load_local_engine()
    outcomes = [
        outcome_of(engine.understand, {**case, "expect": {"i": case["expect"]["i"]}}) for case in cases
    ]
    wanted = [case["expect"]["i"] for case in cases]
    right = [
        _KINDS[int(chance.argmax())] in ([kind] if isinstance(kind, str) else kind)
        for chance, kind in zip(chances, wanted, strict=True)
    ]
    lines = [
        f"cases {len(cases)}",
        f"kind right by the engine {np.mean([not o.wrong for o in outcomes]):.4f}",
        f"kind right by the classifier {np.mean(right):.4f}",
    ]
    for below, sure in _OVERRULES:
        both = [
            is_right if o.confidence < below and chance.max() >= sure else not o.wrong
            for o, is_right, chance in zip(outcomes, right, chances, strict=True)
        ]
        overruled = sum(
            o.confidence < below and c.max() >= sure for o, c in zip(outcomes, chances, strict=True)
        )
        lines.append(
            f"both, engine below {below}, classifier from {sure}: {np.mean(both):.4f} ({overruled} asked)"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
