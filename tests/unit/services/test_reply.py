"""Replies say what the result says, as a person would, and nothing else."""

import re
from decimal import Decimal

import pytest

from flight_search.domain.offer import Price, PriceBasis, Relaxation
from flight_search.domain.query import Passengers, Sort, Trip
from flight_search.domain.result import AnswerResult, SearchResult, Status
from flight_search.domain.wording import Wording
from flight_search.services.reply import reply_pieces


@pytest.fixture
def said(canned_query):
    def say(locale="en-US", query=None, as_of="2026-11-24T02:00:00Z", **result):
        whole = SearchResult(query=query or canned_query(), as_of=as_of, **result)
        return "".join(reply_pieces(whole, locale)).replace("\N{NO-BREAK SPACE}", " ")

    return say


@pytest.fixture
def named_offer(canned_offer):
    """An offer whose airline and cities have names."""

    def named(number="1", amount="412.00"):
        offer = canned_offer(number, amount)
        part = offer.slices[0]
        names = {"carrier_name": "Delta Air Lines", "origin_city": "New York", "destination_city": "London"}
        segment = part.segments[0].model_copy(update=names)
        return offer.model_copy(update={"slices": (part.model_copy(update={"segments": (segment,)}),)})

    return named


def test_the_first_and_the_cheapest_are_told_in_sentences(said, named_offer):
    reply = said(
        status=Status.OK, offers=(named_offer("1", "412.00"), named_offer("3", "380.40")), total=1234
    )
    assert reply == (
        "1,234 flights match. "
        "The best: Delta Air Lines DL 1 from New York (JFK) to London (LHR), Fri 4 Dec 7:30 PM, "
        "lands 7:25 AM next day, nonstop, 6 h 55 min, about $412 (estimate). "
        "The cheapest shown: Delta Air Lines DL 3, Fri 4 Dec 7:30 PM, about $380 (estimate)."
    )


def test_without_names_the_codes_stand(said, canned_offer):
    reply = said(status=Status.OK, offers=(canned_offer(),), total=1)
    assert reply.startswith("1 flight matches. The best: DL 1 from JFK to LHR, ")


@pytest.mark.parametrize(
    ("locale", "times"),
    [
        ("en-US", "7:30 PM, lands 7:25 AM"),
        ("en", "7:30 PM, lands 7:25 AM"),
        ("en_AU", "7:30 PM, lands 7:25 AM"),
        ("en-GB", "19:30, lands 07:25"),
        ("de-DE", "19:30, lands 07:25"),
        ("zh-Hant-TW", "19:30, lands 07:25"),
    ],
)
def test_the_locale_decides_the_clock(said, canned_offer, locale, times):
    assert times in said(locale, status=Status.OK, offers=(canned_offer(),), total=1)


def test_another_year_than_that_of_the_data_is_said(said, canned_offer):
    found = {"status": Status.OK, "offers": (canned_offer(),), "total": 1}
    assert "Fri 4 Dec 7:30" in said(**found)
    assert "Fri 4 Dec 2026 7:30" in said(as_of="2025-12-30T02:00:00Z", **found)
    assert "Fri 4 Dec 2026 7:30" in said(as_of="", **found)


@pytest.mark.parametrize(
    ("sort", "begins"), [(Sort.PRICE, "The cheapest: "), (Sort.DEPARTURE_TIME_DESC, "The last to leave: ")]
)
def test_the_first_is_called_what_it_is(said, canned_query, canned_offer, sort, begins):
    query = canned_query().model_copy(update={"sort": sort})
    assert f" {begins}" in said(query=query, status=Status.OK, offers=(canned_offer(),), total=1)


def test_a_price_for_several_says_that_it_is_the_total(said, canned_query, canned_offer):
    query = canned_query().model_copy(update={"passengers": Passengers(adults=2, children=1, infants=1)})
    reply = said(query=query, status=Status.OK, offers=(canned_offer(),), total=1)
    assert reply.endswith("about $412 in total for 4 travellers (estimate).")


@pytest.mark.parametrize(
    ("price", "words"),
    [
        (Price(amount="412.50", currency="EUR", basis=PriceBasis.FARE), "min, €412.50."),
        (Price(amount="1412.00", currency="GBP", basis=PriceBasis.ESTIMATE), "min, about £1,412 (estimate)."),
        (Price(amount="99.50", currency="CHF", basis=PriceBasis.ESTIMATE), "min, about CHF 100 (estimate)."),
        (
            Price(amount="640.00", currency="USD", basis=PriceBasis.SUM_OF_ONE_WAYS),
            "min, $640 (sum of one-way prices).",
        ),
    ],
)
def test_money_has_its_symbol_and_says_what_it_is(said, canned_offer, price, words):
    offer = canned_offer().model_copy(update={"price": price})
    assert said(status=Status.OK, offers=(offer,), total=1).endswith(words)


def test_several_directions_are_told_one_after_the_other(said, canned_query, canned_offer):
    offer = canned_offer()
    both = offer.model_copy(update={"slices": offer.slices * 2})
    slices = canned_query().slices * 2
    there_and_back = canned_query().model_copy(update={"trip": Trip.ROUND_TRIP, "slices": slices})
    onward = canned_query().model_copy(update={"trip": Trip.MULTI_CITY, "slices": slices})
    assert (
        said(query=there_and_back, status=Status.OK, offers=(both,), total=1).count("; back DL 1 from") == 1
    )
    assert said(query=onward, status=Status.OK, offers=(both,), total=1).count("; then DL 1 from") == 1


def test_every_number_stands_in_the_result(canned_offer, canned_query):
    offers = tuple(canned_offer(str(number), f"{300 + 7 * number}.00") for number in range(1, 5))
    result = SearchResult(status=Status.OK, query=canned_query(), offers=offers, total=4)
    known = result.model_dump_json() + " 6 h 55 min 4 Dec 2026"
    for number in re.findall(r"\d+(?:[.:]\d+)*", "".join(reply_pieces(result, "en-GB"))):
        assert number in known, number


def test_no_match_tells_what_would_help(said):
    change = Relaxation(
        field="price", text="At any price", change={}, total=1, from_price="650", currency="EUR"
    )
    reply = said(status=Status.NO_MATCH, notes=("No flights go there.",), relaxations=(change,))
    assert reply == "No flight matches all of that. No flights go there. At any price: 1 flight from €650."


def test_needs_asks(said):
    assert said(status=Status.NEEDS, notes=("From where?",)) == "From where?"


def test_what_stands_beside_the_offers_is_not_said_again(said, canned_offer):
    reply = said(
        status=Status.PARTIAL,
        offers=(canned_offer(),),
        total=1,
        notes=("Times are local.",),
        unsupported=("bags",),
        degraded=("meaning",),
    )
    assert reply.startswith("A part of the data did not answer")
    assert not re.search("bags|meaning|local", reply)


def test_an_answer_is_its_text():
    assert list(reply_pieces(AnswerResult(text="Tuesday is cheapest."))) == ["Tuesday is cheapest."]


@pytest.mark.parametrize(
    ("days", "words"), [(0, ""), (1, " next day"), (2, " 2 days later"), (-1, " the day before")]
)
def test_other_days_are_named(days, words):
    assert Wording.of("en-US", "").days_later(days) == words


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 min"), (45, "45 min"), (60, "1 h"), (186, "3 h 6 min"), (1500, "25 h")]
)
def test_durations_are_hours_and_minutes(minutes, words):
    assert Wording.of("en-US", "").duration(minutes).replace("\N{NO-BREAK SPACE}", " ") == words


def test_money_of_a_currency_without_a_symbol_of_its_own_goes_by_its_code():
    assert Wording.of("en-US", "").money(Decimal("12.30"), "SEK") == "SEK\N{NO-BREAK SPACE}12.30"
