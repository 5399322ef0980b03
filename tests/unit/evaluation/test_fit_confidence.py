"""The fit of the confidence on cases whose chances are known, and what is drawn of it."""

import random
from pathlib import Path

import numpy as np
from evaluation import fit_confidence
from evaluation.fit_confidence import Seen, fit
from evaluation.noise import disturbed
from evaluation.reliability import reliability_svg

from flight_search.understand.local.confidence import NAMES


def drawn(seed: int, count: int = 4_000) -> Seen:
    """Return cases that are right by chance: 1 / (1 + exp(-(3 - unread)))."""
    numbers = np.random.default_rng(seed)
    doubts = np.zeros((count, len(NAMES)))
    doubts[:, NAMES.index("unread")] = numbers.integers(0, 4, count)
    chance = 1 / (1 + np.exp(-(3 - doubts[:, NAMES.index("unread")])))
    return Seen(doubts, (numbers.random(count) < chance).astype(float))


def test_the_fit_finds_the_chances_that_cases_were_drawn_with():
    sure, weights = fit([drawn(1), drawn(2)])
    assert abs(sure - 3) < 0.3
    assert abs(weights[NAMES.index("unread")] + 1) < 0.2


def test_the_same_cases_give_the_same_weights():
    first, second = fit([drawn(3)]), fit([drawn(3)])
    assert first[0] == second[0]
    assert first[1].tolist() == second[1].tolist()


def test_no_doubt_makes_an_answer_surer_even_where_doubtful_cases_were_right():
    seen = drawn(4)
    _, weights = fit([Seen(seen.doubts, 1 - seen.right)])
    assert all(weight < 0 for name, weight in zip(NAMES, weights, strict=True) if name != "is_refused")


def test_held_out_cases_are_refused(tmp_path: Path, capsys):
    out = tmp_path / "weights.py"
    assert fit_confidence.main(["any_held_out.jsonl", "--out", str(out)]) == 1
    assert "held-out" in capsys.readouterr().err
    assert not out.exists()


def test_a_file_without_cases_is_told(tmp_path: Path, capsys):
    (tmp_path / "none.jsonl").write_text("", encoding="utf-8")
    assert fit_confidence.main([str(tmp_path / "none.jsonl"), "--out", str(tmp_path / "w.py")]) == 1
    assert "has no cases" in capsys.readouterr().err


def test_a_band_that_fits_lies_on_the_diagonal():
    drawing = reliability_svg([{"stated": 0.5, "right": 0.5, "count": 7}], "local on <cases>")
    assert 'cx="204.0" cy="204.0"' in drawing
    assert "&lt;cases&gt;" in drawing


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a sample, no secret


def test_a_disturbed_case_keeps_its_label_and_is_the_same_for_the_same_seed():
    case = {"text": ["Boston to Denver", "in the evening, please"], "expect": {"i": "search"}}
    ones = [disturbed(case, chance(seed)) for seed in range(40)]
    assert ones == [disturbed(case, chance(seed)) for seed in range(40)]
    assert all(one["expect"] == case["expect"] and one["text"][0] == "Boston to Denver" for one in ones)
    assert len({one["text"][1] for one in ones}) > 20


def test_names_and_numbers_stay_whole():
    texts = [disturbed({"text": "to New York for 1.2 lakh"}, chance(seed))["text"] for seed in range(60)]
    assert all("new york" in text.lower() and "1.2" in text for text in texts)


def test_codes_and_short_words_are_not_mistyped():
    texts = {disturbed({"text": "ORD LHR 14MAR J"}, chance(seed))["text"] for seed in range(40)}
    assert all("ORD" in text.upper() and "14MAR" in text.upper() for text in texts)
