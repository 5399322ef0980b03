"""Requests, results and the messages of the chat: their defaults, their limits, their JSON."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from pydantic import TypeAdapter, ValidationError

from flight_search.domain.chat import (
    ChatRequest,
    DoneEvent,
    ProblemEvent,
    ReplyEvent,
    ResultsEvent,
    UnderstoodEvent,
)
from flight_search.domain.intent import (
    IntentAnswer,
    IntentBatchRequest,
    IntentRequest,
    Kind,
    Understood,
    today_of,
)
from flight_search.domain.offer import HistogramBin, PriceSummary
from flight_search.domain.progress import Progress, SilentProgress
from flight_search.domain.query import FlightQuery
from flight_search.domain.result import (
    AnswerResult,
    AskRequest,
    AskResult,
    SearchRequest,
    SearchResult,
    Status,
)

QUERY = FlightQuery.model_validate({"slices": [{}]})


def test_a_request_needs_only_its_text():
    request = IntentRequest.model_validate({"text": "from New York to London"})
    assert (request.now, request.locale, request.currency, request.previous) == (None, "en-US", "USD", None)


@pytest.mark.parametrize("kind", [IntentRequest, AskRequest, ChatRequest])
def test_words_are_kept_as_they_were_sent_so_that_spans_point_into_them(kind):
    text = " \n to Miami "
    assert kind.model_validate_json(json.dumps({"text": text})).text == text
    span = {"field": "slices.0.destination", "text": " Miami", "start": 5, "end": 11}
    assert Understood.model_validate(span).text == text[5:11]


@pytest.mark.parametrize("text", ["", " ", "\n\t "])
def test_a_request_without_words_is_kept_for_the_engine_to_answer(text):
    assert IntentRequest(text=text).text == text


def test_a_blank_chat_request_has_no_words():
    assert ChatRequest(text=" \n ").text == ""


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"text": "x" * 10_001},
        {"text": 3},
        {"text": "x", "now": "2026-11-23T10:00:00"},
        {"text": "x", "now": "yesterday"},
        {"text": "x", "locale": "English"},
        {"text": "x", "locale": "../../etc"},
        {"text": "x", "currency": "US"},
        {"text": "x", "previous": {}},
        {"text": "x", "limit": 5},
    ],
)
def test_requests_that_cannot_be_read_are_refused(document):
    with pytest.raises(ValidationError):
        IntentRequest.model_validate(document)


@pytest.mark.parametrize("locale", ["en", "en-US", "de_DE", "zh-Hans-CN", "pt-BR", "es-419"])
def test_usual_locales_are_taken(locale):
    assert IntentRequest(text="x", locale=locale).locale == locale


def test_today_is_the_day_where_the_person_is():
    clock = dt.datetime(2026, 11, 24, 2, tzinfo=dt.UTC)
    still_monday = IntentRequest.model_validate({"text": "x", "now": "2026-11-23T21:00:00-05:00"})
    assert today_of(still_monday, clock) == dt.date(2026, 11, 23)
    assert today_of(IntentRequest(text="x"), clock) == dt.date(2026, 11, 24)


@pytest.mark.parametrize("count", [0, 257])
def test_a_batch_holds_1_to_256_requests(count):
    with pytest.raises(ValidationError):
        IntentBatchRequest(requests=(IntentRequest(text="x"),) * count)
    assert len(IntentBatchRequest(requests=(IntentRequest(text="x"),) * 256).requests) == 256


@pytest.mark.parametrize("limit", [0, -1, 1001])
@pytest.mark.parametrize("kind", [SearchRequest, AskRequest, ChatRequest])
def test_limits_go_from_1_to_1000(kind, limit):
    needed = {"query": QUERY} if kind is SearchRequest else {"text": "x"}
    assert kind(**needed).limit == 10
    with pytest.raises(ValidationError):
        kind(**needed, limit=limit)


def test_a_result_with_an_offer_is_equal_after_a_round_trip():
    offer = {
        "id": "o_1",
        "score": 0.91,
        "score_parts": {"price": 0.91},
        "price": {"amount": "412.00", "currency": "USD", "basis": "estimate"},
        "emissions_kg": None,
        "slices": [{"duration_minutes": 415, "stops": 0, "segments": []}],
    }
    histogram = {"from": "0", "to": "412", "count": 1}
    document = {
        "status": "ok",
        "query": {"slices": [{}]},
        "offers": [offer],
        "total": 1,
        "facets": {"price": {"min": "412", "histogram": [histogram]}},
    }
    result = SearchResult.model_validate(document)
    assert SearchResult.model_validate_json(result.model_dump_json()) == result
    wire = json.loads(result.model_dump_json())
    assert wire["offers"][0]["price"]["amount"] == "412.00"
    assert wire["facets"]["price"]["histogram"] == [histogram]


def test_a_histogram_is_written_with_from():
    summary = PriceSummary(histogram=(HistogramBin(from_=Decimal(1), to=Decimal("2.5"), count=3),))
    assert summary.model_dump(mode="json")["histogram"] == [{"from": "1", "to": "2.5", "count": 3}]


def test_search_results_and_answers_are_told_apart_by_their_fields():
    either = TypeAdapter(SearchResult | AnswerResult)
    search = SearchResult(status=Status.NO_MATCH, query=QUERY)
    answer = AnswerResult(text="About 300 dollars.", data={"currency": "USD"})
    assert either.validate_json(search.model_dump_json()) == search
    assert either.validate_json(answer.model_dump_json()) == answer
    ask = AskResult(intent=IntentAnswer(kind=Kind.FARE, query=QUERY), result=answer)
    assert AskResult.model_validate_json(ask.model_dump_json()) == ask


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (UnderstoodEvent(intent=IntentAnswer(kind=Kind.HELP)), "understood"),
        (ResultsEvent(result=AnswerResult(text="x")), "results"),
        (ReplyEvent(text=" kept "), "reply"),
        (DoneEvent(took_ms=3.5), "done"),
        (ProblemEvent(problem={"status": 400}), "problem"),
    ],
)
def test_every_event_says_which_it_is_and_survives_json(event, name):
    wire = json.loads(event.model_dump_json())
    assert (wire["event"], wire["id"]) == (name, "")
    assert type(event).model_validate(wire) == event
    with pytest.raises(ValidationError):
        type(event).model_validate(wire | {"event": "other"})


def test_pieces_of_a_reply_keep_their_spaces():
    assert ReplyEvent.model_validate({"text": " and more "}).text == " and more "


def test_a_chat_request_may_carry_words_or_a_query():
    assert ChatRequest.model_validate({"text": "to Miami", "session": "s"}).query is None
    assert ChatRequest.model_validate({"query": {"slices": [{}]}}).text == ""
    with pytest.raises(ValidationError):
        ChatRequest.model_validate({"text": "x", "user": "me"})


def test_silent_progress_is_a_progress():
    silent: Progress = SilentProgress()
    silent.start("Reading", 3, "rows")
    silent.advance()
    silent.note("done")
    silent.finish()
