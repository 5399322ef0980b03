"""Labelled requests: read from files, drawn by chance, and asked of an engine turn by turn.

In: files with one case a line: a ``text`` or its turns, the moment ``now``, and ``expect``, the fields of
``compare`` that a careful reader is sure of. Out: one ``Outcome`` a case.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, TypeAlias

from evaluation.compare import KEYS, wrong_fields_of
from evaluation.summary import Outcome
from flight_search.domain.intent import IntentAnswer, IntentRequest

Understand: TypeAlias = Callable[[IntentRequest], IntentAnswer]


def read_cases(path: Path) -> list[dict[str, Any]]:
    """Return the labelled cases of a file, at least one. Raises OSError and ValueError."""
    lines = path.read_text(encoding="utf-8").splitlines()
    cases = [_case(f"{path}, line {number}", line) for number, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise ValueError(f"{path} has no cases.")
    return cases


def _case(where: str, line: str) -> dict[str, Any]:
    try:
        case = json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where} is no JSON: {error}.") from None
    if not isinstance(case, dict) or not case.keys() >= {"text", "now", "expect"}:
        raise ValueError(f"{where} is no case: it needs a text, the moment now, and what to expect.")
    turns = case["text"] if isinstance(case["text"], list) else [case["text"]]
    if not turns or not all(isinstance(turn, str) for turn in turns):
        raise ValueError(f"{where}: its text is neither a text nor a list of turns.")
    unknown = set(case["expect"]) - KEYS
    if unknown:
        # A misspelt key would never be compared, or always count as wrong.
        raise ValueError(f"{where} expects {', '.join(sorted(unknown))}, which nothing compares.")
    return case


def drawn(cases: Sequence[dict[str, Any]], count: int, seed: int) -> list[dict[str, Any]]:
    """Return ``count`` of the cases in their order, the same ones for the same seed; all where 0."""
    if not 0 < count < len(cases):
        return list(cases)
    chance = random.Random(seed)  # noqa: S311 - a sample, no secret
    return [cases[index] for index in sorted(chance.sample(range(len(cases)), count))]


def outcome_of(understand: Understand, case: Mapping[str, Any]) -> Outcome:
    """Return how one case, with all its turns, came out."""
    turns = case["text"] if isinstance(case["text"], list) else [case["text"]]
    common = {
        "now": case["now"],
        "locale": case.get("locale", "en-US"),
        "currency": case.get("currency", "USD"),
    }
    previous, took_ms, answer = None, [], None
    for text in turns:
        started = perf_counter()
        answer = understand(IntentRequest.model_validate({"text": text, "previous": previous, **common}))
        took_ms.append((perf_counter() - started) * 1_000)
        previous = answer.query or previous
    if answer is None:
        raise ValueError("A case has no text.")
    return Outcome(
        text=turns,
        expect=case["expect"],
        wrong=wrong_fields_of(answer, case["expect"]),
        confidence=answer.confidence,
        engine=answer.engine,
        took_ms=took_ms,
        got=answer.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        degraded=list(answer.degraded),
    )
