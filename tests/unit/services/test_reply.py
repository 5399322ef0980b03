"""Replies say what the result says, and nothing else."""

import re

import pytest

from flight_search.domain.offer import Relaxation
from flight_search.domain.result import AnswerResult, SearchResult, Status
from flight_search.services.reply import reply_pieces


@pytest.fixture
def said(canned_query):
    def say(**result):
        return "".join(reply_pieces(SearchResult(query=canned_query(), **result)))

    return say


def test_the_first_and_the_cheapest_are_told_with_their_own_times_and_prices(said, canned_offer):
    reply = said(
        status=Status.OK, offers=(canned_offer("1", "412.00"), canned_offer("3", "380.00")), total=1234
    )
    assert reply == (
        "1,234 offers match. "
        "First: DL 1 JFK to LHR, Fri 4 Dec 2026, 19:30\N{EN DASH}07:25 (+1 day), nonstop, 6 h 55 min, "
        "412.00 USD (estimated). "
        "Cheapest of the 2 shown: DL 3 JFK to LHR, Fri 4 Dec 2026, 19:30\N{EN DASH}07:25 (+1 day), nonstop, "
        "6 h 55 min, 380.00 USD (estimated)."
    )


def test_every_number_stands_in_the_result(canned_offer, canned_query):
    offers = tuple(canned_offer(str(number), f"{300 + 7 * number}.50") for number in range(1, 5))
    result = SearchResult(status=Status.OK, query=canned_query(), offers=offers, total=4)
    known = result.model_dump_json() + " 6 h 55 min 4 Dec 2026 +1 day"
    for number in re.findall(r"\d+(?:[.:]\d+)*", "".join(reply_pieces(result))):
        assert number in known, number


def test_one_offer_is_one(said, canned_offer):
    assert said(status=Status.OK, offers=(canned_offer(),), total=1).startswith("1 offer matches. First: ")


def test_no_match_tells_what_would_help(said):
    change = Relaxation(
        field="price", text="Without the price limit", change={}, total=1, from_price="650", currency="USD"
    )
    reply = said(status=Status.NO_MATCH, notes=("No flights go there.",), relaxations=(change,))
    assert (
        reply == "No flight matches. No flights go there. Without the price limit: 1 offer from 650.00 USD."
    )


def test_needs_asks(said):
    assert said(status=Status.NEEDS, notes=("From where?",)) == "From where?"


def test_what_was_left_out_is_said(said, canned_offer):
    reply = said(
        status=Status.PARTIAL, offers=(canned_offer(),), total=1, unsupported=("bags",), degraded=("meaning",)
    )
    assert reply.startswith("A part of the data did not answer")
    assert reply.endswith("Not taken into account: bags. Done without: meaning.")


def test_an_answer_is_its_text():
    assert list(reply_pieces(AnswerResult(text="Tuesday is cheapest."))) == ["Tuesday is cheapest."]
