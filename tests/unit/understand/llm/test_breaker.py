"""When a model that fails is left alone, and when it is tried again."""

from flight_search.understand.llm.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> Breaker:
    breaker = Breaker(failures_to_open=3, pause_s=10, clock=clock)
    for _ in range(3):
        assert breaker.may_call()
        breaker.failed()
    return breaker


def test_it_opens_after_failures_in_a_row_only():
    breaker = Breaker(failures_to_open=2, pause_s=10, clock=Clock())
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    breaker.failed()
    assert breaker.may_call()
    breaker.failed()
    assert not breaker.may_call()


def test_after_the_pause_one_may_try_and_the_others_wait_for_it():
    clock = Clock()
    breaker = opened(clock)
    clock.now = 9.9
    assert not breaker.may_call()
    clock.now = 10.0
    assert breaker.may_call()
    assert not breaker.may_call()


def test_a_trial_that_succeeds_closes_it():
    clock = Clock()
    breaker = opened(clock)
    clock.now = 10.0
    assert breaker.may_call()
    breaker.succeeded()
    assert all(breaker.may_call() for _ in range(5))
    breaker.failed()
    assert breaker.may_call()


def test_a_trial_that_fails_begins_another_pause():
    clock = Clock()
    breaker = opened(clock)
    clock.now = 15.0
    assert breaker.may_call()
    breaker.failed()
    clock.now = 24.9
    assert not breaker.may_call()
    clock.now = 25.0
    assert breaker.may_call()


def test_a_trial_whose_outcome_is_never_told_does_not_close_it_for_ever():
    clock = Clock()
    breaker = opened(clock)
    clock.now = 10.0
    assert breaker.may_call()
    clock.now = 20.0
    assert breaker.may_call()


def test_a_server_that_asks_to_be_left_alone_is_after_one_failure_and_for_as_long_as_it_says():
    clock = Clock()
    breaker = Breaker(failures_to_open=3, pause_s=10, clock=clock)
    breaker.failed(pause_s=30)
    clock.now = 29.9
    assert not breaker.may_call()
    clock.now = 30.0
    assert breaker.may_call()


def test_a_later_failure_does_not_shorten_what_a_server_asked_for():
    clock = Clock()
    breaker = Breaker(failures_to_open=1, pause_s=10, clock=clock)
    breaker.failed(pause_s=30)
    breaker.failed()
    clock.now = 20.0
    assert not breaker.may_call()


def test_a_success_ends_what_a_server_asked_for():
    breaker = Breaker(failures_to_open=3, pause_s=10, clock=Clock())
    breaker.failed(pause_s=30)
    breaker.succeeded()
    assert breaker.may_call()
