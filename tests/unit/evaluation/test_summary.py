"""The comparing rules and the figures, against cases worked out by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from evaluation.__main__ import main
from evaluation.cases import drawn
from evaluation.compare import KEYS, wrong_fields_of
from evaluation.engines import Engine
from evaluation.summary import Outcome, summarise

from flight_search.domain.intent import IntentAnswer, IntentRequest

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
            "preferences": "quiet",
        },
        "missing": ["destination"],
        "unsupported": ["a window seat"],
        "confidence": 0.9,
        "engine": "local",
        "took_ms": 1.0,
    }
)


@contextmanager
def parrot(_name: str, _model: object) -> Iterator[Engine]:
    """Give an engine that takes everything for a greeting and counts a call of a model each time."""
    asked = []

    def understand(request: IntentRequest) -> IntentAnswer:
        asked.append(request)
        return IntentAnswer(kind="help", confidence=0.9)

    yield Engine(understand, lambda: {"flight_search_llm_tokens_total counted prompt x": 10.0 * len(asked)})


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
        ({"rt": ["17:00", "23:59"]}, ["rt"]),
        ({"wd": ["fri"], "smin": 0, "laymin": 30}, ["wd", "smin", "laymin"]),
        ({"wd": [], "bags": [None, None], "ref": None}, []),
        ({"bags": [None, 1], "ref": True, "num": ["DL", "1"]}, ["bags", "ref", "num"]),
        ({"legs": [["JFK", "LHR"]]}, ["legs"]),
        ({"unsup": ["window"], "soft": ["quiet", "window"], "pref": ["quiet"]}, []),
        ({"unsup": ["aisle"], "pref": ["window"], "miss": ["destination"]}, ["unsup", "pref"]),
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
        assert main(["local", str(cases), "--out", str(tmp_path / "out")], opens=parrot) == 0
        folder = tmp_path / "out" / f"local-{cases.stem}"
        assert (folder / "failures.jsonl").exists() is is_written
        assert "hello" not in (folder / "result.json").read_text()


def test_an_engine_that_is_neither_is_refused(tmp_path, capsys) -> None:
    assert main(["nonsense", str(one_case(tmp_path)), "--out", str(tmp_path)]) != 0
    assert "neither" in capsys.readouterr().err


def test_models_are_not_measured_where_none_is_set_up(tmp_path, capsys, monkeypatch) -> None:
    for name in (
        "FLIGHT_SEARCH_LLM_BASE_URL",
        "OPENAI_BASE_URL",
        "FLIGHT_SEARCH_LLM_API_KEY",
        "OPENAI_API_KEY",
    ):
        monkeypatch.delenv(name, raising=False)
    assert main(["llm", str(one_case(tmp_path)), "--out", str(tmp_path)]) != 0
    assert "No language model" in capsys.readouterr().err


def test_several_sets_are_drawn_from_alike_and_summed_up(tmp_path, capsys) -> None:
    for name in ("a", "b"):
        cases = [
            {"text": f"hello {n}", "now": "2026-11-23T10:00:00Z", "expect": {"i": "help"}} for n in range(9)
        ]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(map(json.dumps, cases)))
    arguments = ["local", str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl"), "--sample", "4"]
    assert main([*arguments, "--out", str(tmp_path)], opens=parrot) == 0
    shown = capsys.readouterr().out
    assert "| local | a.jsonl (4) | 1.000 |" in shown
    assert "| 40 / 0 | 0.0000 |" in shown
    assert "| local | b.jsonl (4) |" in shown
    assert (tmp_path / "summary.md").read_text() == shown


def one_case(folder) -> Path:
    path = folder / "one.jsonl"
    path.write_text(json.dumps({"text": "hi", "now": "2026-11-23T10:00:00Z", "expect": {"i": "help"}}))
    return path


def test_the_same_seed_draws_the_same_cases() -> None:
    cases = [{"text": str(n)} for n in range(50)]
    assert drawn(cases, 5, seed=1) == drawn(cases, 5, seed=1) != drawn(cases, 5, seed=2)
    assert drawn(cases, 0, seed=1) == drawn(cases, 99, seed=1) == cases


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "is no JSON"),
        ("[]", "is no case"),
        ('{"text": "hi", "expect": {}}', "is no case"),
        ('{"text": 1, "now": "2026-11-23T10:00:00Z", "expect": {}}', "neither a text"),
        ('{"text": [], "now": "2026-11-23T10:00:00Z", "expect": {}}', "neither a text"),
        ('{"text": "hi", "now": "2026-11-23T10:00:00Z", "expect": {"kind": "help"}}', "expects kind"),
        ("", "has no cases"),
    ],
)
def test_a_file_that_cannot_be_measured_is_told_by_line(tmp_path, capsys, line: str, told: str) -> None:
    (tmp_path / "a.jsonl").write_text(line)
    assert main(["local", str(tmp_path / "a.jsonl"), "--out", str(tmp_path)], opens=parrot) == 1
    assert told in capsys.readouterr().err


def test_the_documentation_names_everything_that_a_case_can_expect() -> None:
    text = (Path(__file__).parents[3] / "docs" / "understanding.md").read_text()
    assert [key for key in sorted(KEYS) if f"`{key}`" not in text] == []
