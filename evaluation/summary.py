"""What a run of labelled cases comes to.

In: one outcome a case. Out: shares right by field and altogether, latency, and how well the stated confidence
fits: the share right in each band, and the expected calibration error (Naeini et al., 2015: the difference of
stated and right in each of ten bands, weighted by its cases).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_BANDS = 10
_TOKENS, _DOLLARS = "flight_search_llm_tokens_total", "flight_search_llm_cost_usd_total"
_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.88, 0.9, 0.95, 0.96, 0.97, 0.98)


@dataclass(frozen=True)
class Outcome:
    """One case: what was asked and expected, the fields that came out wrong, and what it took."""

    text: list[str]
    expect: dict[str, Any]
    wrong: list[str]
    confidence: float
    engine: str
    took_ms: list[float]
    got: dict[str, Any] = field(default_factory=dict)
    """The answer without what it leaves at its defaults."""
    degraded: list[str] = field(default_factory=list)


def summarise(
    engine: str,
    cases: str,
    outcomes: Sequence[Outcome],
    *,
    seconds: float = 0.0,
    used: Mapping[str, float] | None = None,
) -> dict[str, Any]:
    """Return the figures of at least one outcome.

    Args:
        engine: Its name or address.
        cases: The name of the set.
        outcomes: How its cases came out.
        seconds: What all of them took, one after the other.
        used: What models used: the counters of ``services.metrics``, for this run alone.
    """
    fields: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        for name in outcome.expect:
            fields[name].append(name not in outcome.wrong)
    took = sorted(ms for outcome in outcomes for ms in outcome.took_ms)
    of_model = [outcome for outcome in outcomes if outcome.engine == "llm"]
    reliability = _reliability(outcomes)
    return {
        "engine": engine,
        "cases": cases,
        "count": len(outcomes),
        "all_right": sum(not outcome.wrong for outcome in outcomes) / len(outcomes),
        "answered_by_model": len(of_model),
        "right_by_model": sum(not outcome.wrong for outcome in of_model),
        "degraded": dict(Counter(cause.partition(":")[0] for o in outcomes for cause in o.degraded)),
        "p50_ms": round(took[len(took) // 2], 2),
        "p99_ms": round(took[int(len(took) * 0.99)], 2),
        "per_second": round(len(took) / seconds, 2) if seconds else None,
        "used": dict(used or {}),
        "tokens": {name: _total(used or {}, _TOKENS, name) for name in ("prompt", "completion")},
        "usd": _total(used or {}, _DOLLARS),
        "kinds": _by_kind(outcomes),
        "fields": {name: {"right": sum(r), "of": len(r)} for name, r in sorted(fields.items())},
        "reliability": reliability,
        "calibration_error": sum(b["count"] * abs(b["stated"] - b["right"]) for b in reliability)
        / len(outcomes),
        "thresholds": [_below(threshold, outcomes) for threshold in _THRESHOLDS],
    }


def _total(used: Mapping[str, float], counter: str, label: str = "") -> float:
    """Return a counter's sum over the labels that are not asked for."""
    return sum(
        value
        for name, value in used.items()
        if name.split(" ")[0] == counter and (not label or label in name.split(" ")[1:])
    )


def _by_kind(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Return how many requests of each expected kind are all right; the first kind, where several will do."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        wanted = outcome.expect.get("i", "any")
        kinds[wanted if isinstance(wanted, str) else wanted[0]].append(not outcome.wrong)
    return {kind: {"right": sum(right), "of": len(right)} for kind, right in sorted(kinds.items())}


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


def overview(summaries: Sequence[dict[str, Any]]) -> str:
    """Return one line for every engine and set."""
    lines = [
        (
            "| engine | cases | everything right | by a model | p50 / p99, ms | requests/s "
            "| tokens, in / out | US$ | calibration error |"
        ),
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        *(
            f"| {s['engine']} | {s['cases']} ({s['count']}) | {s['all_right']:.3f} | "
            f"{s['answered_by_model']} | {s['p50_ms']:,} / {s['p99_ms']:,} | {s['per_second']} | "
            f"{s['tokens']['prompt']:,.0f} / {s['tokens']['completion']:,.0f} | {s['usd']:.4f} | "
            f"{s['calibration_error']:.3f} |"
            for s in summaries
        ),
    ]
    return "\n".join(lines) + "\n"


def as_markdown(summary: dict[str, Any]) -> str:
    """Return the figures as tables."""
    lines = [
        f"# {summary['engine']} on {summary['cases']}",
        "",
        f"Everything right: {summary['all_right']:.3f} of {summary['count']} cases.",
        f"Answered by a model: {summary['answered_by_model']}, all right {summary['right_by_model']}.",
        f"p50 {summary['p50_ms']} ms, p99 {summary['p99_ms']} ms a request.",
        f"{summary['per_second']} requests/s, one after the other.",
        *(f"Degraded, {cause}: {count}." for cause, count in summary["degraded"].items()),
        *(f"{name}: {value:,.10g}." for name, value in summary["used"].items()),
        "",
        *_rights("field", summary["fields"]),
        "",
        *_rights("kind", summary["kinds"]),
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


def _rights(title: str, rights: dict[str, dict[str, int]]) -> list[str]:
    rows = [f"| {name} | {one['right']} | {one['of']} |" for name, one in rights.items()]
    return [f"| {title} | right | of |", "| --- | --- | --- |", *rows]
