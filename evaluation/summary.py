"""What a run of labelled cases comes to.

In: one outcome a case. Out: shares right by field and altogether, latency, and how well the stated confidence
fits: the share right in each band, and the expected calibration error (Naeini et al., 2015: the difference of
stated and right in each of ten bands, weighted by its cases).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_BANDS = 10
_THRESHOLDS = (0.8, 0.9, 0.95, 0.96, 0.97, 0.98)


@dataclass(frozen=True)
class Outcome:
    """One case: what was asked and expected, the fields that came out wrong, and what it took."""

    text: list[str]
    expect: dict[str, Any]
    wrong: list[str]
    confidence: float
    engine: str
    took_ms: list[float]


def summarise(engine: str, cases: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures of at least one outcome."""
    fields: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        for name in outcome.expect:
            fields[name].append(name not in outcome.wrong)
    took = sorted(ms for outcome in outcomes for ms in outcome.took_ms)
    reliability = _reliability(outcomes)
    return {
        "engine": engine,
        "cases": cases,
        "count": len(outcomes),
        "all_right": sum(not outcome.wrong for outcome in outcomes) / len(outcomes),
        "answered_by_model": sum(outcome.engine == "llm" for outcome in outcomes),
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[int(len(took) * 0.99)], 2),
        "fields": {name: {"right": sum(r), "of": len(r)} for name, r in sorted(fields.items())},
        "reliability": reliability,
        "calibration_error": sum(b["count"] * abs(b["stated"] - b["right"]) for b in reliability)
        / len(outcomes),
        "thresholds": [_below(threshold, outcomes) for threshold in _THRESHOLDS],
    }


def _below(threshold: float, outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Return the shares of cases, and of wrong ones, that are less sure than a threshold."""
    wrong = [outcome for outcome in outcomes if outcome.wrong]
    caught = sum(outcome.confidence < threshold for outcome in wrong)
    return {
        "sure_from": threshold,
        "doubted": sum(outcome.confidence < threshold for outcome in outcomes) / len(outcomes),
        "wrong_doubted": caught / len(wrong) if wrong else 0.0,
    }


def _reliability(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    bands: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        bands[min(int(outcome.confidence * _BANDS), _BANDS - 1)].append(outcome)
    return [
        {
            "count": len(band),
            "stated": sum(outcome.confidence for outcome in band) / len(band),
            "right": sum(not outcome.wrong for outcome in band) / len(band),
        }
        for _, band in sorted(bands.items())
    ]


def as_markdown(summary: dict[str, Any]) -> str:
    """Return the figures as tables."""
    lines = [
        f"# {summary['engine']} on {summary['cases']}",
        "",
        f"Everything right: {summary['all_right']:.3f} of {summary['count']} cases.",
        f"Answered by a model: {summary['answered_by_model']}.",
        f"p50 {summary['p50_ms']} ms, p99 {summary['p99_ms']} ms a request.",
        "",
        "| field | right | of |",
        "| --- | --- | --- |",
        *(f"| {name} | {field['right']} | {field['of']} |" for name, field in summary["fields"].items()),
        "",
        f"Expected calibration error: {summary['calibration_error']:.3f}",
        "",
        "| stated | right | cases |",
        "| --- | --- | --- |",
        *(f"| {b['stated']:.2f} | {b['right']:.2f} | {b['count']} |" for b in summary["reliability"]),
        "",
        "| sure from | doubted | of the wrong, doubted |",
        "| --- | --- | --- |",
        *(
            f"| {t['sure_from']:.2f} | {t['doubted']:.2f} | {t['wrong_doubted']:.2f} |"
            for t in summary["thresholds"]
        ),
    ]
    return "\n".join(lines) + "\n"
