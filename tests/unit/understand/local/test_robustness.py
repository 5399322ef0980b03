"""Whatever is typed gets an answer: none of it may raise, hang, or be pointed at wrongly."""

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flight_search.domain.intent import MAX_TEXT_CHARACTERS, IntentRequest, Kind

_NOW = dt.datetime(2026, 11, 23, 10, tzinfo=dt.UTC)
_SLOWEST_S = 5.0  # 0.05 is usual, and a pattern that backtracks takes minutes.

_WORDS = st.sampled_from(
    (  # noqa: SIM905  a list of words reads best as text
        "from|to|boston|JFK|LAX|Paris|Nice|Split|between|and|or|not|via|avoid|returning|"
        "round trip|one way|tomorrow|next friday|the 31st|feb 30|12/31|2026-02-30|9999-12-31|"
        "in 99999 days|in 9999 years|before|after|around|noon|25:00|7ish|$-50|under|over|"
        "99999999999|5k|1.2 lakh|exactly 3 stops|nonstop|0 adults|600 adults|9 infants|a baby|"
        "for 999 nights|layover under 0 minutes|in under 0 hours|delta 0000|AA|any airline|"
        "the other way round|business|J|🙂|\u202e|e\u0301|İ|१२|½|hotel"
    ).split("|")
)
_TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(_WORDS, min_size=1, max_size=14).map(" ".join),
)


@settings(max_examples=300, deadline=None)
@given(first=_TEXTS, second=_TEXTS, locale=st.sampled_from(["en-US", "en-GB", "de", "ar"]))
def test_no_text_raises_and_every_span_is_exact(engine, first, second, locale):
    previous = None
    for text in (first, second):
        request = IntentRequest(text=text, now=_NOW, locale=locale, previous=previous)
        answer = engine.understand(request)
        for span in answer.understood:
            assert request.text[span.start : span.end] == span.text
        assert (answer.query is None) == (answer.kind in (Kind.HELP, Kind.OUT_OF_SCOPE))
        assert not answer.missing or answer.question
        previous = answer.query


@pytest.mark.parametrize(
    "piece",
    [
        "a", "from boston ", "1 ", "$1 ", "to ", "dec ", "not ", "2 adults ", "between ", ",",
        "new york to london ", "-", "_ ", "the weekend of ", "cheapest lowest fare ",
        "1:1", "o'", "layover ", "(", "in the ", "🙂",
    ],
)  # fmt: skip
def test_ten_thousand_characters_take_no_longer_than_a_blink(engine, piece):
    text = (piece * MAX_TEXT_CHARACTERS)[:MAX_TEXT_CHARACTERS]
    started = time.perf_counter()
    engine.understand(IntentRequest(text=text, now=_NOW))
    assert time.perf_counter() - started < _SLOWEST_S


def test_text_that_is_too_long_says_where_reading_stopped(ask):
    answer = ask("from Boston to Denver " + "please tell me more of it " * 300)
    assert answer.query.slices[0].destination.airports == ("DEN",)
    assert "too long" in answer.question


@pytest.mark.parametrize("text", ["", "  \n", "\u0007\u0000", "...", "🙂🙂", "?!"])
def test_text_without_words_is_refused_with_a_question(ask, text):
    answer = ask(text)
    assert answer.kind is Kind.OUT_OF_SCOPE
    assert answer.query is None
    assert answer.question


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("flights from Xyzzyville to London", "Xyzzyville"),
        ("flights from Boston to Boston", "same place"),
        ("Boston to LA yesterday", "past"),
        ("Boston to LA dec 20 returning dec 10", "before the departure"),
        ("Boston to LA under -50 dollars", "negative"),
        ("flights to Denver tomorrow", "from"),
        ("JFK to LAX Friday 13 November", "13 November 2027 is a Saturday, not a Friday"),
        ("JFK to LAX with 2 adults and 3 infants", "1 of them a seat of its own"),
        ("Springfield to Denver", "Springfield (Missouri)"),
    ],
)
def test_doubts_become_questions(ask, text, part):
    answer = ask(text)
    assert part in answer.question


def test_an_unknown_place_keeps_its_label(ask):
    origin = ask("flights from Xyzzyville to London").query.slices[0].origin
    assert origin.label == "Xyzzyville"
    assert origin.airports == ()


def test_a_negative_price_is_no_bound(ask):
    assert ask("Boston to LA under -50 dollars").query.price.max is None


def test_the_year_of_a_past_date_is_kept_as_said(ask):
    dates = ask("Boston to LA on 5 March 2019").query.slices[0].depart_date
    assert str(dates.from_) == "2019-03-05"


def test_offsets_hold_behind_emoji_and_combining_marks(ask):
    text = "✈️🙂 from Sa\u0303o Paulo to Zu\u0308rich tomorrow 🌴"
    spans = {span.field: span for span in ask(text).understood}
    assert spans["slices.0.origin"].text == "Sa\u0303o Paulo"
    assert text[spans["slices.0.destination"].start :].startswith("Zu\u0308rich")
    assert spans["slices.0.depart_date"].text == "tomorrow"


def test_right_to_left_text_names_its_places(ask):
    leg = ask("أريد رحلة من نيويورك إلى لندن").query.slices[0]
    assert "JFK" in leg.origin.airports
    assert "LHR" in leg.destination.airports
