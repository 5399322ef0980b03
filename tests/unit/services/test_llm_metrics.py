"""What language models use and cost is shown to whoever watches the service."""

from flight_search.services.metrics import Metrics
from flight_search.understand.llm.spending import Basis, Spent
from flight_search.understand.llm.usage import Usage


def lines_of(metrics):
    return metrics.text().decode().splitlines()


def test_tokens_and_money_add_up_by_model_and_estimates_are_told_apart():
    metrics = Metrics("llm")
    metrics.count_spent(Spent(Usage("small", 700, 90), Basis.COUNTED, 355_000, 1))
    metrics.count_spent(Spent(Usage("small", 300, 10), Basis.COUNTED, 95_000, 1))
    metrics.count_spent(Spent(Usage("large", 5, 1), Basis.ESTIMATED, None, 1))
    lines = lines_of(metrics)
    tokens = "flight_search_llm_tokens_total"
    assert f'{tokens}{{basis="counted",direction="prompt",model="small"}} 1000.0' in lines
    assert f'{tokens}{{basis="counted",direction="completion",model="small"}} 100.0' in lines
    assert f'{tokens}{{basis="estimated",direction="prompt",model="large"}} 5.0' in lines
    assert [line for line in lines if line.startswith("flight_search_llm_unmetered_calls_total")] == [
        'flight_search_llm_unmetered_calls_total{model="large"} 1.0'
    ]
    assert [line for line in lines if line.startswith("flight_search_llm_cost_usd_total")] == [
        'flight_search_llm_cost_usd_total{basis="counted",model="small"} 0.00045'
    ]


def test_each_request_of_a_call_for_several_costs_its_share():
    metrics = Metrics("llm")
    metrics.count_spent(Spent(Usage("small", 1_000, 80), Basis.COUNTED, 400_000, 4))
    lines = lines_of(metrics)
    assert 'flight_search_llm_request_cost_usd_count{model="small"} 4.0' in lines
    assert 'flight_search_llm_request_cost_usd_bucket{le="0.0001",model="small"} 4.0' in lines
    assert 'flight_search_llm_request_cost_usd_bucket{le="5e-05",model="small"} 0.0' in lines
    assert 'flight_search_llm_request_tokens_sum{direction="prompt",model="small"} 1000.0' in lines


def test_todays_spending_is_read_at_each_scrape_and_a_budget_stands_beside_it():
    metrics, spent = Metrics("llm"), [0.0]
    metrics.watch_spending(lambda: spent[0], 5.0)
    spent[0] = 1.25
    assert "flight_search_llm_spent_today_usd 1.25" in lines_of(metrics)
    assert "flight_search_llm_daily_budget_usd 5.0" in lines_of(metrics)
    unbounded = Metrics("llm")
    unbounded.watch_spending(lambda: 0.0, None)
    assert not any("budget" in line for line in lines_of(unbounded))
