"""A misbehaving server, and who is told of calls."""

from collections.abc import AsyncIterator

import pytest
from tests.misbehaving_model import FOUND, FakeServer, fails, refuses, running, says

from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.spending import Spending

KEY = "sk-very-secret-key"


@pytest.fixture
async def fake() -> AsyncIterator[FakeServer]:
    async with running(FakeServer()) as server:
        yield server


@pytest.fixture
def behaviours():
    """The ways to behave: ``says``, ``fails``, ``refuses``, and what a good answer holds."""

    class Behaviours:
        found = FOUND
        says = staticmethod(says)
        fails = staticmethod(fails)
        refuses = staticmethod(refuses)

    return Behaviours


class Counts:
    """Notes what it is told of calls."""

    def __init__(self) -> None:
        self.spent = []
        self.calls: list[tuple[str, str]] = []

    def count_spent(self, spent) -> None:
        self.spent.append(spent)

    def count_call(self, model, outcome) -> None:
        self.calls.append((model, str(outcome)))

    def used(self) -> list[tuple]:
        """What each call used, and how well that is known."""
        return [
            (spent.used.prompt_tokens, spent.used.completion_tokens, str(spent.basis)) for spent in self.spent
        ]


@pytest.fixture
def counts() -> Counts:
    return Counts()


@pytest.fixture
def counting(counts) -> Spending:
    """A budget without bound that tells ``counts``."""
    return Spending.unlimited(counts)


@pytest.fixture
def settings_for():
    def make(fake: FakeServer, **changes: object) -> LanguageModelSettings:
        values = {
            "base_url": fake.url,
            "api_key": KEY,
            "small_model": "small",
            "attempts": 1,
            "timeout_s": 10.0,
            "deadline_s": 20.0,
            **changes,
        }
        return LanguageModelSettings.model_validate(values)

    return make
