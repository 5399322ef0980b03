"""How long calls take is learnt from those before."""

import pytest

from flight_search.understand.llm.pace import Pace


def taught(*calls):
    pace = Pace()
    for requests, seconds in calls:
        pace.learn(requests, seconds)
    return pace


def test_before_anything_is_known_everything_goes():
    assert Pace().expected_s(16) == 0
    assert Pace().most_within(3.0, 16) == 16


def test_several_take_as_long_as_one_after_the_other_until_it_is_known_better():
    assert taught((1, 1.0)).expected_s(4) == 4.0
    assert taught((1, 1.0), (4, 2.5)).expected_s(4) == pytest.approx(2.5)
    assert taught((1, 1.0), (4, 2.5)).expected_s(11) == pytest.approx(6.0)


@pytest.mark.parametrize(("seconds", "most"), [(0.5, 1), (1.0, 1), (1.5, 2), (2.4, 3), (99.0, 16)])
def test_as_many_as_go_into_the_time_and_at_least_one(seconds, most):
    assert taught((1, 1.0), (4, 2.5)).most_within(seconds, 16) == most


def test_newer_calls_count_for_more():
    pace = taught((1, 1.0), *[(1, 3.0)] * 10)
    assert 2.7 < pace.expected_s(1) < 3.0


def test_one_quick_call_for_several_is_no_gain_below_nothing():
    assert taught((1, 2.0), (4, 1.0)).expected_s(4) == 2.0


def test_a_call_that_was_given_up_says_that_it_takes_longer_and_never_that_it_is_quick():
    pace = taught((1, 4.0))
    pace.learn_given_up(1, 0.5)
    assert pace.expected_s(1) == 4.0
    pace.learn_given_up(1, 6.0)
    assert pace.expected_s(1) > 4.0
