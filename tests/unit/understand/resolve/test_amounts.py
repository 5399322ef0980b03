"""Times of day, money, people and airlines in words."""

from decimal import Decimal

import pytest

from flight_search.reference.carriers import load_carriers
from flight_search.understand.local.tokens import read_sentence
from flight_search.understand.resolve.carriers import CarrierNames
from flight_search.understand.resolve.money import find_price
from flight_search.understand.resolve.people import find_party
from flight_search.understand.resolve.times import find_times


@pytest.mark.parametrize(
    ("words", "window", "arrives"),
    [
        ("in the morning", ("05:00", "11:59"), False),
        ("in the afternoon", ("12:00", "16:59"), False),
        ("evening", ("17:00", "20:59"), False),
        ("night flight", ("21:00", "23:59"), False),
        ("red-eye", ("21:00", "02:59"), False),
        ("around 7", ("06:00", "08:00"), False),
        ("8ish", ("07:00", "09:00"), False),
        ("after 6", ("18:00", "23:59"), False),
        ("after 530", ("17:30", "23:59"), False),
        ("before noon", ("00:00", "12:00"), False),
        ("arriving by 9 pm", ("00:00", "21:00"), True),
        ("land before 10", ("00:00", "10:00"), True),
        ("between 10 am and 2 pm", ("10:00", "14:00"), False),
        ("leaving between 445 and 515 pm", ("16:45", "17:15"), False),
        ("no later than 9pm", ("00:00", "21:00"), False),
    ],
)
def test_times_of_day(words, window, arrives):
    (found,) = find_times(read_sentence(words).text)
    assert found.value.window == window
    assert found.value.arrives is arrives


@pytest.mark.parametrize("words", ["between 200 and 400", "5 nights", "2 stops", "june 5 to 8", "$7"])
def test_other_figures_are_no_times(words):
    assert find_times(read_sentence(words).text) == []


@pytest.mark.parametrize(
    ("words", "least", "most", "currency"),
    [
        ("under $600", None, "600", "USD"),
        ("budget 5k", None, "5000", None),
        ("1.2 lakh rupees", None, "120000", "INR"),
        ("seven hundred bucks", None, "700", "USD"),
        ("around 500", None, "550", None),
        ("£300 max", None, "300", "GBP"),
        ("between 200 and 400 dollars", "200", "400", "USD"),
        ("over 200 but under 500 euros", "200", "500", "EUR"),
        ("less than 1,200.50 dollars", None, "1200.5", "USD"),
    ],
)
def test_prices(words, least, most, currency):
    limits = find_price(read_sentence(words).text, "USD").value
    assert limits.least == (least and Decimal(least))
    assert limits.most == (most and Decimal(most))
    assert limits.currency == currency


@pytest.mark.parametrize(
    "words", ["under 8 hours", "max 1 stop", "flight 600", "on june 5 2027", "after 6 pm"]
)
def test_other_figures_are_no_prices(words):
    assert find_price(read_sentence(words).text, "USD") is None


def test_a_price_for_each_is_marked():
    assert find_price(read_sentence("under $300 per person").text, "USD").value.each


def test_a_dollar_is_the_dollar_of_the_request():
    assert find_price(read_sentence("under $300").text, "CAD").value.currency == "CAD"


@pytest.mark.parametrize(
    ("words", "people"),
    [
        ("family of four (2 kids)", (2, 2, 0)),
        ("me and my wife plus a baby", (2, 0, 1)),
        ("4 people", (4, 0, 0)),
        ("2 adults 1 kid", (2, 1, 0)),
        ("for 3", (3, 0, 0)),
        ("with my parents", (3, 0, 0)),
        ("tickets for my parents", (2, 0, 0)),
        ("2 adults, 3 infants", (2, 1, 2)),
        ("2a 1c", (2, 1, 0)),
        ("3 passengers (2 adults, 1 child)", (2, 1, 0)),
        ("six people, two of them children", (4, 2, 0)),
        ("5 people including one infant", (4, 0, 1)),
        ("3 adults incl. 1 senior", (3, 0, 0)),
        ("kids aged 3, 5 and 9 and two adults", (2, 3, 0)),
        ("twin babies and 2 adults", (2, 0, 2)),
        ("one adult, one child under 2", (1, 0, 1)),
        ("with both my parents", (3, 0, 0)),
        ("myself, husband, 2 kids", (2, 2, 0)),
        ("mum, dad and 2 kids", (2, 2, 0)),
        ("six of us including 2 kids", (4, 2, 0)),
        ("we are 4", (4, 0, 0)),
        ("my two teenage sons and me", (1, 2, 0)),
        ("my adult son and I", (2, 0, 0)),
        ("honeymoon couple", (2, 0, 0)),
        ("our twins (age 4) and me", (1, 2, 0)),
        ("myself plus 1", (2, 0, 0)),
        ("a class of 20", (20, 0, 0)),
    ],
)
def test_people(words, people):
    party = find_party(read_sentence(words).text).value
    assert (party.adults, party.children, party.infants) == people


@pytest.fixture(scope="module")
def names() -> CarrierNames:
    return CarrierNames(load_carriers())


@pytest.mark.parametrize(
    ("words", "wanted", "refused"),
    [
        ("on delta", {"DL"}, set()),
        ("american airlines flights", {"AA"}, set()),
        ("not united", set(), {"UA"}),
        ("no Spirit or Frontier flights", set(), {"NK", "F9"}),
        ("anything but ryanair", set(), {"FR"}),
        ("Air France or KLM", {"AF", "KL"}, set()),
        ("twa flights", {"TW"}, set()),
    ],
)
def test_carriers(names, words, wanted, refused):
    found = names.find(read_sentence(words).text)
    assert {code for one in found if not one.value.refused for code in one.value.codes} == wanted
    assert {code for one in found if one.value.refused for code in one.value.codes} == refused


def test_alliances_and_low_cost_stand_for_their_members(names):
    (alliance,) = names.find(read_sentence("any star alliance airline").text)
    assert {"LH", "UA", "SQ"} <= set(alliance.value.codes)
    (cheap,) = names.find(read_sentence("on a low-cost airline").text)
    assert {"FR", "U2", "WN"} <= set(cheap.value.codes)


def test_any_airline_clears(names):
    (found,) = names.find(read_sentence("any airline is fine").text)
    assert found.value.codes == ()


def test_a_number_after_a_carrier_names_a_flight(names):
    (found,) = names.find(read_sentence("delta flight 1222").text)
    assert (found.value.codes, found.value.number) == (("DL",), "1222")
