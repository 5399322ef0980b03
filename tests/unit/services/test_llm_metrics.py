"""What language models use is shown to whoever watches the service."""

from flight_search.services.metrics import Metrics
from flight_search.understand.llm.usage import Usage


def test_tokens_add_up_by_model_and_direction_and_unknown_ones_are_told_apart():
    metrics = Metrics("llm")
    metrics.count_usage(Usage("small", 700, 90))
    metrics.count_usage(Usage("small", 300, 10))
    metrics.count_usage(Usage("large", 5, 1))
    metrics.count_unmetered("large")
    lines = metrics.text().decode().splitlines()
    assert 'flight_search_llm_tokens_total{direction="prompt",model="small"} 1000.0' in lines
    assert 'flight_search_llm_tokens_total{direction="completion",model="small"} 100.0' in lines
    assert 'flight_search_llm_tokens_total{direction="prompt",model="large"} 5.0' in lines
    assert [line for line in lines if line.startswith("flight_search_llm_unmetered_calls_total")] == [
        'flight_search_llm_unmetered_calls_total{model="large"} 1.0'
    ]
