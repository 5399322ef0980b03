"""What calls cost, what a budget lets through, and what is counted of a call that went wrong."""

import asyncio
import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.prices import ModelPrice, nano_of, prices_by_model
from flight_search.understand.llm.server import ModelServer
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.spending import Spending
from flight_search.understand.llm.tally import DayTally
from flight_search.understand.llm.told import schema_of_one
from flight_search.understand.llm.usage import Usage

PRICES = {
    "small": ModelPrice(model="small", input="0.25", cached_input="0.025", output="2"),
    "large": ModelPrice(model="large", input="10", output="40"),
    "own": ModelPrice(model="own", input=0, output=0),
}


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 24, 23, 59, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def spending_of(counts, clock):
    def make(budget_usd=None):
        budget = None if budget_usd is None else nano_of(Decimal(budget_usd))
        return Spending(PRICES, budget, DayTally(None, clock), counts)

    return make


async def call(spending, used=None, *, model="small", sent_bytes=3_000, requests=1):
    async with spending.metered(model, sent_bytes, 500, requests) as meter:
        meter.is_answered = True
        meter.used = used


@pytest.mark.parametrize(
    ("used", "nano"),
    [
        (Usage("small", 1_000_000, 0), 250_000_000),
        (Usage("small", 0, 1_000_000), 2_000_000_000),
        (Usage("small", 1_000, 100, 600), 400 * 250 + 600 * 25 + 100 * 2_000),
        (Usage("small", 0, 0), 0),
    ],
)
def test_the_cost_is_tokens_times_price(used, nano):
    assert PRICES["small"].nano_dollars(used) == nano


def test_parts_of_a_billionth_are_rounded_up_and_no_cached_price_means_the_usual_one():
    assert ModelPrice(model="x", input="0.0001", output=0).nano_dollars(Usage("x", 1, 0)) == 1
    assert PRICES["large"].nano_dollars(Usage("large", 10, 0, 10)) == 100_000


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 10_000)), max_size=20))
def test_sums_are_exact(calls):
    price = PRICES["small"]
    each = sum(price.nano_dollars(Usage("small", sent, written)) for sent, written in calls)
    sent, written = (sum(one) for one in zip(*calls, strict=True)) if calls else (0, 0)
    assert each == price.nano_dollars(Usage("small", sent, written))


async def test_what_was_spent_adds_up_and_is_told_with_its_cost(spending_of, counts):
    spending = spending_of("1")
    await call(spending, Usage("small", 1_000, 100), requests=4)
    await call(spending, Usage("large", 1_000, 100), model="large")
    assert spending.spent_today_usd() == pytest.approx(0.00025 + 0.0002 + 0.01 + 0.004)
    assert [(one.nano_dollars, one.requests) for one in counts.spent] == [(450_000, 4), (14_000_000, 1)]
    assert spending.budget_usd == 1.0


async def test_without_a_price_tokens_are_counted_and_money_is_not(spending_of, counts):
    spending = spending_of()
    await call(spending, Usage("new", 10, 2), model="new")
    assert (counts.used(), counts.spent[0].nano_dollars) == ([(10, 2, "counted")], None)
    assert spending.spent_today_usd() == 0


async def test_a_call_that_could_exceed_the_budget_is_not_made(spending_of, counts):
    # At most 1,000 tokens sent and 500 written: 0.00125 dollars.
    spending = spending_of("0.0013")
    await call(spending, Usage("small", 1_000, 10))
    with pytest.raises(ModelFailure) as caught:
        await call(spending)
    assert caught.value.reason is Reason.BUDGET
    await spending.close()
    assert spending.spent_today_usd() == pytest.approx(0.00027)
    await call(spending, Usage("small", 10, 10), sent_bytes=30)
    assert len(counts.spent) == 2


async def test_calls_at_the_same_time_do_not_exceed_it_together(spending_of):
    spending = spending_of("0.0030")
    begun, goes_on = [], asyncio.Event()

    async def one(number):
        async with spending.metered("small", 3_000, 500) as meter:
            begun.append(number)
            await goes_on.wait()
            meter.is_answered, meter.used = True, Usage("small", 1_000, 500)

    tasks = [asyncio.create_task(one(number)) for number in range(5)]
    await asyncio.sleep(0.01)
    assert len(begun) == 2
    goes_on.set()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(result) for result in results] == [type(None)] * 2 + [ModelFailure] * 3
    assert spending.spent_today_usd() <= 0.0030


async def test_a_model_that_costs_nothing_is_asked_whatever_was_spent(spending_of):
    spending = spending_of("0")
    with pytest.raises(ModelFailure):
        await call(spending)
    await call(spending, Usage("own", 10, 10), model="own")


async def test_at_midnight_in_utc_the_budget_is_whole_again(spending_of, clock):
    spending = spending_of("0.0013")
    await call(spending, Usage("small", 1_000, 500))
    with pytest.raises(ModelFailure):
        await call(spending)
    # One minute later; 16:00 in San Francisco, where another clock may hang.
    clock.now = dt.datetime(2026, 11, 24, 16, 0, tzinfo=dt.timezone(dt.timedelta(hours=-8)))
    assert spending.spent_today_usd() == 0
    await call(spending, Usage("small", 1_000, 500))
    assert spending.spent_today_usd() == pytest.approx(0.00125)


async def test_a_call_over_midnight_belongs_to_the_day_on_which_it_began(spending_of, clock):
    spending = spending_of("0.0013")
    async with spending.metered("small", 3_000, 500) as meter:
        clock.now += dt.timedelta(minutes=2)
        meter.is_answered, meter.used = True, Usage("small", 1_000, 500)
    assert spending.spent_today_usd() == 0


@pytest.mark.parametrize(
    ("does", "basis"),
    [
        ("answers without a count", [(1_000, 100, "estimated")]),
        ("breaks off", [(1_000, 100, "estimated")]),
        ("refuses", []),
        ("is given up", [(1_000, 500, "at_most")]),
        ("is cancelled", [(1_000, 500, "at_most")]),
    ],
)
async def test_what_is_counted_of_a_call_without_a_count(spending_of, counts, does, basis):
    spending = spending_of("1")

    async def made():
        async with spending.metered("small", 3_000, 500) as meter:
            meter.is_answered = does in ("answers without a count", "breaks off")
            meter.written_bytes = 300
            meter.is_given_up = does == "is given up"
            ends = {"answers without a count": None, "is cancelled": asyncio.CancelledError()}
            if error := ends.get(does, OSError()):
                raise error

    await asyncio.gather(made(), return_exceptions=True)
    await spending.close()
    assert counts.used() == basis
    cost = sum(one.nano_dollars for one in counts.spent) / 1e9
    assert spending.spent_today_usd() == pytest.approx(cost)


@pytest.mark.parametrize(
    "prices",
    [
        {"small": {"input": -1, "output": 1}}, {"small": {"input": 1}}, {"small": 3}, ["small"],
        {"small": {"input": "much", "output": 1}}, {"small": {"input": 1, "output": 1, "cashed": 1}},
        {"": {"input": 1, "output": 1}}, {"small": {"input": float("nan"), "output": 1}},
        {"small": {"input": 200_000, "output": 1}},
    ],
)  # fmt: skip
def test_a_price_list_that_cannot_be_read_is_refused(prices):
    with pytest.raises(ValidationError):
        LanguageModelSettings(api_key="key", prices=prices)


def test_a_budget_needs_the_price_of_every_model():
    priced = {"small": {"input": 0.25, "output": 2}}
    with pytest.raises(
        ValidationError, match=r"FLIGHT_SEARCH_LLM_PRICES has a price for every model.*for large"
    ):
        LanguageModelSettings(
            api_key="key", small_model="small", large_model="large", prices=priced, daily_budget_usd=5
        )
    LanguageModelSettings(api_key="key", small_model="small", prices=priced, daily_budget_usd=5)
    # Where no model is asked, nothing has to be priced.
    LanguageModelSettings(daily_budget_usd=5)


def test_settings_with_prices_can_be_a_key():
    settings = LanguageModelSettings(api_key="key", prices={"small": {"input": "0.25", "output": 2}})
    assert {settings: 1}[settings.model_copy()] == 1
    assert prices_by_model(settings.prices)["small"].output == 2


@pytest.fixture
async def server(fake, settings_for, spending_of):
    opened = []

    def make(budget_usd=None, **changes):
        opened.append(ModelServer(settings_for(fake, **changes), spending_of(budget_usd)))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


async def ask(server, within_s=2.0, **more):
    return await server.complete(
        "small", ("a", "b"), schema_of_one(), most_tokens=100, within_s=within_s, **more
    )


async def test_each_attempt_counts_by_what_its_server_tells_of_it(fake, behaviours, server, counts):
    counted = behaviours.says("no JSON at all", usage={"prompt_tokens": 12, "completion_tokens": 3})
    fake.does(behaviours.fails(503), counted, behaviours.says("{}"))
    one = server(attempts=2)
    await ask(one, requests=3)
    await ask(one)
    (first, second) = counts.spent
    assert (first.used, first.requests) == (Usage("small", 12, 3), 3)
    assert (second.basis, second.used.prompt_tokens > 200) == ("estimated", True)
    assert counts.calls == [("small", "ok"), ("small", "ok")]


async def test_a_slow_server_may_have_done_all_that_it_was_asked_to(fake, server, counts):
    fake.delay_s = 5.0
    with pytest.raises(ModelFailure):
        await ask(server(), within_s=0.1)
    assert [(written, basis) for _, written, basis in counts.used()] == [(100, "at_most")]
    assert counts.calls == [("small", "llm_timeout")]


async def test_a_refused_or_unreachable_call_costs_nothing(fake, behaviours, server, counts):
    fake.does(behaviours.fails(401))
    one = server("1")
    with pytest.raises(ModelFailure):
        await ask(one)
    with pytest.raises(ModelFailure):
        await ask(server("1", base_url="http://127.0.0.1:9/v1"))
    assert counts.spent == []


async def test_a_spent_budget_is_no_failure_of_the_model(fake, behaviours, server):
    used = {"prompt_tokens": 1_000, "completion_tokens": 100}
    fake.does(behaviours.says("{}", usage=used))
    one = server("0.001", pause_after_failures=1)
    await ask(one)
    await ask(one)
    for _ in range(3):
        with pytest.raises(ModelFailure) as caught:
            await ask(one)
        assert caught.value.reason is Reason.BUDGET
    assert len(fake.bodies) == 2
