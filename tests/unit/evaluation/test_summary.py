"""The comparing rules and the figures, against cases worked out by hand."""

import json

import pytest
from evaluation.__main__ import main
from evaluation.compare import wrong_fields_of
from evaluation.summary import Outcome, summarise

from flight_search.domain.intent import IntentAnswer

ANSWER = IntentAnswer.model_validate(
    {
        "kind": "search",
        "query": {
            "slices": [
                {
                    "origin": {"label": "New York", "airports": ["JFK", "LGA", "EWR"]},
                    "depart_date": {"from": "2026-12-04", "to": "2026-12-04"},
                    "depart_time": {"from": "17:00", "to": None},
                }
            ],
            "carriers": {"include": ["DL"], "exclude": []},
        },
        "confidence": 0.9,
        "engine": "local",
        "took_ms": 1.0,
    }
)


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ({"i": ["fare", "search"]}, []),
        ({"i": "fare"}, ["i"]),
        ({"o": ["JFK"]}, []),
        ({"o": ["BOS"]}, ["o"]),
        ({"d": ["BOS"]}, ["d"]),
        ({"dates": ["2026-12-04", "2026-12-04"]}, []),
        ({"dates": ["2026-12-04", "2026-12-05"]}, ["dates"]),
        ({"ret": ["2026-12-04", "2026-12-04"]}, ["ret"]),
        ({"t": ["17:00", "23:59"]}, []),
        ({"t": ["17:00", "20:59"]}, ["t"]),
        ({"inc": ["DL"]}, []),
        ({"inc": []}, ["inc"]),
        ({"pax": [1, 0, 0], "stops": 0}, ["stops"]),
    ],
)
def test_only_what_is_expected_is_compared(expected: dict, wrong: list[str]) -> None:
    assert wrong_fields_of(ANSWER, expected) == wrong


def test_a_refused_request_has_every_field_wrong_but_its_kind() -> None:
    refused = IntentAnswer.model_validate(
        {"kind": "out_of_scope", "query": None, "confidence": 0.9, "engine": "local", "took_ms": 1.0}
    )
    assert wrong_fields_of(refused, {"i": "out_of_scope", "o": ["JFK"]}) == ["o"]


def test_the_calibration_error_weighs_each_band_by_its_cases() -> None:
    sure = [Outcome(["a"], {"i": "search"}, [], 0.95, "local", [1.0])] * 3
    doubtful = [Outcome(["b"], {"i": "search"}, ["i"], 0.35, "local", [1.0])]
    summary = summarise("local", "x", sure + doubtful)
    assert summary["all_right"] == 0.75
    assert summary["calibration_error"] == pytest.approx((3 * 0.05 + 0.35) / 4)


def test_failures_of_held_out_cases_are_not_written(tmp_path) -> None:
    case = {
        "text": "hello",
        "now": "2026-11-23T10:00:00-05:00",
        "expect": {"i": "distance"},
    }
    for name, is_written in (("open.jsonl", True), ("held_out.jsonl", False)):
        cases = tmp_path / name
        cases.write_text(json.dumps(case))
        assert main(["local", str(cases), "--out", str(tmp_path / "out")]) == 0
        assert (tmp_path / "out" / "failures.jsonl").exists() is is_written
        assert "hello" not in (tmp_path / "out" / "result.json").read_text()


def test_an_engine_that_is_neither_is_refused(tmp_path, capsys) -> None:
    (tmp_path / "a.jsonl").write_text("")
    assert main(["nonsense", str(tmp_path / "a.jsonl"), "--out", str(tmp_path)]) == 1
    assert "neither" in capsys.readouterr().err
