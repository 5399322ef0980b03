"""Who is asked in which order, and that the local answer stands whatever a model does."""

import asyncio
import datetime as dt
import time

import pytest

from flight_search.cache.open import Caches
from flight_search.domain.intent import Engine, IntentAnswer, IntentRequest, Kind
from flight_search.understand.cache import open_answers
from flight_search.understand.cascade import Cascade
from flight_search.understand.llm.answer import WordsReader
from flight_search.understand.llm.failure import ModelFailure, Reason
from flight_search.understand.llm.settings import LanguageModelSettings, Mode
from flight_search.understand.llm.words import FoundWords

NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
SURE, UNSURE = "flights from Boston to Denver on friday", "uh Boston thing, Denver maybe, you know"
GOOD = FoundWords.model_validate({"legs": [{"origin": "Boston", "destination": "Denver"}]})
INVENTED = FoundWords.model_validate({"legs": [{"origin": "Paris", "destination": "Rome", "dates": "may"}]})


class Local:
    """The local engine as a port, sure of one text; of the others it makes nothing; counts."""

    def __init__(self, engine) -> None:
        self._engine = engine
        self.asked = 0
        self.batches = 0

    async def understand(self, request):
        self.asked += 1
        if request.text == SURE:
            return self._engine.understand(request).model_copy(update={"confidence": 0.95})
        return IntentAnswer(kind=Kind.OUT_OF_SCOPE, confidence=0.5)

    async def understand_batch(self, requests):
        self.batches += 1
        return [await self.understand(request) for request in requests]


class Model:
    """Finds the same words in every text, or fails the same way."""

    def __init__(self, outcome: FoundWords | Exception, name: str = "small", delay_s: float = 0.0) -> None:
        self.outcome = outcome
        self.model = name
        self.delay_s = delay_s
        self.asked: list[str] = []
        self.limits: list[float] = []

    async def read(self, request, within_s):
        self.asked.append(request.text)
        self.limits.append(within_s)
        await asyncio.sleep(self.delay_s)
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def local(engine):
    return Local(engine)


@pytest.fixture
def cascade(engine, local):
    def make(*models, **changes):
        settings = LanguageModelSettings(api_key="key", **changes)
        cache = open_answers(Caches(None, lambda *_: None, time.monotonic), settings)
        return Cascade(local, models, WordsReader(engine, lambda: NOW), cache, settings)

    return make


def request(text=UNSURE) -> IntentRequest:
    return IntentRequest(text=text, now=NOW)


async def test_a_sure_local_answer_needs_no_model(cascade):
    model = Model(GOOD)
    answer = await cascade(model).understand(request(SURE))
    assert (answer.engine, answer.degraded, model.asked) == (Engine.LOCAL, (), [])


async def test_an_unsure_one_is_given_to_the_small_model(cascade):
    small, large = Model(GOOD), Model(GOOD, "large")
    answer = await cascade(small, large).understand(request())
    assert (answer.engine, answer.degraded) == (Engine.LLM, ())
    assert answer.query.slices[0].destination.airports == ("DEN",)
    assert (len(small.asked), large.asked) == (1, [])
    assert answer.took_ms > 0


@pytest.mark.parametrize("outcome", [ModelFailure(Reason.TIMEOUT), INVENTED])
async def test_what_the_small_one_fails_or_doubts_is_given_to_the_large_one(cascade, outcome):
    small, large = Model(outcome), Model(GOOD, "large")
    answer = await cascade(small, large).understand(request())
    assert (answer.engine, answer.degraded) == (Engine.LLM, ())
    assert len(large.asked) == 1


@pytest.mark.parametrize("reason", list(Reason))
async def test_the_local_answer_stands_when_every_model_fails_and_says_why(cascade, local, reason):
    models = [Model(ModelFailure(reason, "detail")), Model(ModelFailure(Reason.QUOTA), "large")]
    answer = await cascade(*models).understand(request())
    alone = await local.understand(request())
    assert answer.model_copy(update={"degraded": (), "took_ms": 0}) == alone.model_copy(update={"took_ms": 0})
    assert answer.degraded[0].startswith(f"{reason}: ")
    assert "detail" not in "".join(answer.degraded)


async def test_a_model_that_invents_does_not_win_over_the_local_engine(cascade):
    answer = await cascade(Model(INVENTED)).understand(request())
    assert answer.engine is Engine.LOCAL
    assert [cause.partition(":")[0] for cause in answer.degraded] == ["llm_unsure"]


async def test_local_only_asks_no_model(cascade):
    model = Model(GOOD)
    answer = await cascade(model, mode="local_only").understand(request())
    assert (answer.engine, answer.degraded, model.asked) == (Engine.LOCAL, (), [])


async def test_llm_first_asks_the_model_and_not_the_local_engine(cascade, local):
    answer = await cascade(Model(GOOD), mode="llm_first").understand(request(SURE))
    assert answer.engine is Engine.LLM
    assert local.asked == 0


async def test_llm_first_falls_back_to_the_local_engine(cascade, local):
    failing = Model(ModelFailure(Reason.ERROR))
    answer = await cascade(failing, mode="llm_first").understand(request(SURE))
    assert (answer.engine, local.asked) == (Engine.LOCAL, 1)
    assert answer.degraded == ("llm_error: The language model's server reports an error.",)


async def test_the_thresholds_are_settings(cascade):
    assert (await cascade(Model(GOOD), sure_from=0.4).understand(request())).engine is Engine.LOCAL
    model = Model(GOOD)
    await cascade(model, sure_from=1.0).understand(request(SURE))
    assert model.asked == [SURE]
    picky = await cascade(Model(GOOD), accept_from=0.99).understand(request())
    assert (picky.engine, bool(picky.degraded)) == (Engine.LOCAL, True)


async def test_where_the_model_comes_first_its_doubtful_answer_stands_if_it_is_the_surest(cascade):
    answer = await cascade(Model(GOOD), mode="llm_first", accept_from=0.99).understand(request())
    assert (answer.engine, bool(answer.degraded)) == (Engine.LLM, True)


async def test_a_model_that_says_less_takes_nothing_from_the_local_answer(cascade):
    answer = await cascade(Model(GOOD), sure_from=1.0).understand(request(SURE))
    assert str(answer.query.slices[0].depart_date.from_) == "2026-11-27"
    assert (answer.engine, answer.degraded) == (Engine.LOCAL, ())


async def test_our_own_stumbling_over_a_models_words_costs_no_request(cascade):
    answer = await cascade(Model(AttributeError("bug"))).understand(request())
    assert (answer.engine, [cause.partition(":")[0] for cause in answer.degraded]) == (
        Engine.LOCAL,
        ["llm_unreadable"],
    )


async def test_a_long_text_stays_local(cascade):
    model = Model(GOOD)
    answer = await cascade(model, max_text_characters=20).understand(request())
    assert (answer.engine, model.asked) == (Engine.LOCAL, [])
    assert answer.degraded[0].startswith("llm_too_long")


async def test_all_models_share_one_deadline(cascade):
    small, large = Model(ModelFailure(Reason.ERROR), delay_s=0.1), Model(GOOD, "large")
    await cascade(small, large, deadline_s=5.0).understand(request())
    assert 4.9 < small.limits[0] <= 5.0
    assert large.limits[0] < 4.95


async def test_after_the_deadline_no_other_model_is_asked(cascade):
    small, large = Model(ModelFailure(Reason.TIMEOUT), delay_s=0.06), Model(GOOD, "large")
    answer = await cascade(small, large, deadline_s=0.05).understand(request())
    assert (answer.engine, large.asked) == (Engine.LOCAL, [])


async def test_the_second_time_it_comes_from_the_cache(cascade):
    model = Model(GOOD)
    engine = cascade(model)
    first, second = await engine.understand(request()), await engine.understand(request())
    assert (first.engine, second.engine, len(model.asked)) == (Engine.LLM, Engine.CACHE, 1)
    assert second.query == first.query


async def test_a_degraded_answer_is_not_kept(cascade):
    model = Model(ModelFailure(Reason.TIMEOUT))
    engine = cascade(model)
    await engine.understand(request())
    model.outcome = GOOD
    assert (await engine.understand(request())).engine is Engine.LLM


async def test_a_batch_keeps_its_order_and_a_failure_of_one_does_not_touch_the_others(cascade, local):
    class Picky(Model):
        async def read(self, request, within_s):
            if "poison" in request.text:
                raise ModelFailure(Reason.UNREADABLE)
            return await super().read(request, within_s)

    texts = [UNSURE, "poison Boston", SURE, UNSURE + " please"]
    answers = await cascade(Picky(GOOD)).understand_batch([request(text) for text in texts])
    assert [answer.engine for answer in answers] == [Engine.LLM, Engine.LOCAL, Engine.LOCAL, Engine.LLM]
    assert [bool(answer.degraded) for answer in answers] == [False, True, False, False]
    assert (local.batches, local.asked) == (1, 4)


async def test_an_out_of_scope_answer_of_a_model_is_an_answer(cascade):
    poem = IntentRequest(text="a poem about rain", now=NOW)
    answer = await cascade(Model(FoundWords(kind=Kind.OUT_OF_SCOPE)), mode="llm_first").understand(poem)
    assert (answer.kind, answer.query, answer.engine) == (Kind.OUT_OF_SCOPE, None, Engine.LLM)


async def test_that_a_journey_is_not_about_flights_is_doubted(cascade):
    answer = await cascade(Model(FoundWords(kind=Kind.OUT_OF_SCOPE)), mode="llm_first").understand(
        request(SURE)
    )
    assert (answer.engine, answer.degraded[0].partition(":")[0]) == (Engine.LOCAL, "llm_unsure")


@pytest.mark.parametrize(
    ("values", "is_on"),
    [
        ({}, False),
        ({"api_key": "key"}, True),
        ({"base_url": "http://127.0.0.1:9"}, True),
        ({"api_key": "key", "mode": Mode.LOCAL_ONLY}, False),
        ({"api_key": "key", "small_model": ""}, False),
        ({"api_key": "key", "small_model": "", "large_model": "large"}, True),
    ],
)
def test_without_a_server_or_a_model_there_is_none_to_ask(values, is_on):
    assert LanguageModelSettings(**values).is_on() is is_on


@pytest.mark.parametrize(
    ("environment", "key", "url"),
    [
        ({"OPENAI_API_KEY": "theirs"}, "theirs", None),
        ({"OPENAI_API_KEY": "theirs", "FLIGHT_SEARCH_LLM_API_KEY": "ours"}, "ours", None),
        ({"OPENAI_API_KEY": "theirs", "FLIGHT_SEARCH_LLM_API_KEY": ""}, "theirs", None),
        ({"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "", "http://127.0.0.1:1/v1"),
        (
            {
                "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
                "FLIGHT_SEARCH_LLM_BASE_URL": "http://127.0.0.1:2/v1",
            },
            "",
            "http://127.0.0.1:2/v1",
        ),
    ],
)
def test_the_variables_of_other_programs_are_honoured_and_ours_win(monkeypatch, environment, key, url):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = LanguageModelSettings()
    assert settings.api_key.get_secret_value() == key
    assert (settings.base_url and str(settings.base_url)) == url
    assert settings.is_on()


def test_a_large_model_may_have_a_server_and_a_key_of_its_own():
    both = LanguageModelSettings(api_key="small key", base_url="http://127.0.0.1:1", large_model="large")
    assert both.for_model("large") == both
    own = LanguageModelSettings(
        base_url="http://127.0.0.1:1",
        api_key="small key",
        large_model="large",
        large_base_url="http://127.0.0.1:2",
    )
    large = own.for_model("large")
    assert (str(large.base_url), large.api_key.get_secret_value()) == ("http://127.0.0.1:2/", "")
    assert own.models == ("gpt-5-mini", "large")
    alone = LanguageModelSettings(large_model="large", large_base_url="http://127.0.0.1:2")
    assert alone.models == ("large",)


def test_the_key_is_shown_nowhere():
    settings = LanguageModelSettings(api_key="sk-very-secret")
    assert "sk-very" not in f"{settings!r} {settings} {settings.model_dump()} {settings.model_dump_json()}"


async def test_equal_requests_at_the_same_time_ask_the_model_once(cascade):
    model = Model(GOOD, delay_s=0.02)
    answers = await cascade(model).understand_batch([request(UNSURE), request(" " + UNSURE)])
    assert (len(model.asked), [answer.engine for answer in answers]) == (1, [Engine.LLM] * 2)


async def test_who_waits_for_another_too_long_gets_the_local_answer_which_says_so(cascade):
    # This model ignores its limit, so that only the waiting one's own can end the wait.
    engine = cascade(Model(GOOD, delay_s=0.3), deadline_s=0.05)
    first = asyncio.create_task(engine.understand(request()))
    await asyncio.sleep(0.01)
    second = await engine.understand(request())
    assert (second.engine, second.degraded[0].partition(":")[0]) == (Engine.LOCAL, "llm_timeout")
    assert (await first).engine is Engine.LLM


async def test_a_sure_answer_is_not_kept_as_it_is_had_again_quickly(cascade):
    engine = cascade(Model(GOOD))
    answers = [await engine.understand(request(SURE)) for _ in range(2)]
    assert [answer.engine for answer in answers] == [Engine.LOCAL, Engine.LOCAL]
