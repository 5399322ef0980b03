"""What single parts of requests mean, where the labelled set does not look."""

import pytest

from flight_search.domain.intent import Kind
from flight_search.domain.query import Cabin, Sort, Trip, Weekday


def test_the_words_of_each_field_are_pointed_at(ask):
    text = "cheap nonstop from New York to London next Friday evening under $600"
    spans = {span.field: span.text for span in ask(text).understood}
    assert spans == {
        "sort": "cheap",
        "stops": "nonstop",
        "slices.0.origin": "New York",
        "slices.0.destination": "London",
        "slices.0.depart_date": "next Friday",
        "slices.0.depart_time": "evening",
        "price": "under $600",
    }


def test_what_cannot_be_honoured_is_said(ask):
    answer = ask("flight and hotel to Paris from London with wifi and a window seat, vegetarian meal")
    assert answer.kind is Kind.SEARCH
    said = " ".join(answer.unsupported)
    assert all(word in said for word in ("hotel", "wifi", "window seat", "vegetarian meal"))


@pytest.mark.parametrize("day", ["Feb 30", "31 april"])
def test_a_day_that_does_not_exist_is_said(ask, day):
    answer = ask(f"JFK to Miami {day}")
    assert answer.unsupported == (day,)
    assert answer.query.slices[0].depart_date is None


def test_soft_words_rank_and_exclude_nothing(ask):
    query = ask("quiet flight from Boston to Paris with short connections").query
    assert "quiet" in query.preferences
    assert "short connections" in query.preferences
    assert query.layover.max_minutes is None


@pytest.mark.parametrize(
    "wish",
    [
        "not too early",
        "during the day",
        "at a reasonable hour",
        "plenty of time to change planes",
        "stress-free",
        "not too expensive",
        "green flight",
        "avoid tight connections",
        "comfortable",
        "good airline",
    ],
)
def test_wishes_that_the_search_weighs_reach_it(ask, wish):
    query = ask(f"New York to Los Angeles on December 10, {wish}").query
    assert query.preferences == wish
    assert query == ask("New York to Los Angeles on December 10").query.model_copy(
        update={"preferences": wish}
    )


def test_prices_per_person_are_made_totals(ask):
    query = ask("2 adults and 1 child from Boston to Miami under $300 per person").query
    assert query.price.max == 900


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("flights to Denver", ("origin",)),
        ("flights from Denver", ("destination",)),
        ("I want to fly tomorrow", ("origin", "destination")),
        ("anywhere warm from Denver", ()),
        ("which airlines fly to Denver", ()),
    ],
)
def test_what_is_missing_depends_on_the_kind(ask, text, missing):
    assert ask(text).missing == missing


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("from Austin to Nice in June", "NCE"),
        ("from Austin to Split in July", "SPU"),
        ("from Charlotte to Mobile Alabama", "MOB"),
        ("from Austin to Portland Maine", "PWM"),
        ("from Austin to Portland", "PDX"),
        ("from Toronto to London Ontario", "YXU"),
        ("from Lima to Easter Island", "IPC"),
    ],
)
def test_places_that_are_words_or_share_their_name(ask, text, code):
    assert code in ask(text).query.slices[0].destination.airports


@pytest.mark.parametrize(
    "text",
    [
        "i want to book a flight to Denver", "find flights so i can be in Denver on friday",
        "how long is the flight to Denver",
        "is there a flight for me to Denver", "we go to Denver in march",
    ],
)  # fmt: skip
def test_words_that_look_like_places_are_none(ask, text):
    leg = ask(text).query.slices[0]
    assert leg.origin is None
    assert leg.destination.airports == ("DEN",)


def test_several_legs_are_kept_in_order(ask):
    query = ask("London to Rome Dec 3, Rome to Athens Dec 7, Athens to London Dec 12").query
    assert query.trip is Trip.MULTI_CITY
    assert [str(leg.depart_date.from_) for leg in query.slices] == ["2026-12-03", "2026-12-07", "2026-12-12"]


def test_excluded_weekdays_leave_the_others(ask):
    weekdays = ask("EWR to SFO in march but not on a weekend").query.slices[0].weekdays
    assert weekdays == (Weekday.MON, Weekday.TUE, Weekday.WED, Weekday.THU, Weekday.FRI)


def test_the_way_back_is_after_the_way_out(ask):
    query = ask("Boston to Miami leaving dec 30 returning on the 3rd").query
    assert str(query.slices[1].depart_date.from_) == "2027-01-03"


def test_a_stay_gives_the_day_of_return(ask):
    query = ask("Toronto to Cancun for a week from Jan 9").query
    assert query.nights.min == query.nights.max == 7
    assert str(query.slices[1].depart_date.from_) == "2027-01-16"


def test_follow_ups_change_what_they_name_and_keep_the_rest(ask):
    query = ask("Boston to Denver tomorrow under $500").query
    for text in ("one stop is fine", "make it business", "under 400 instead", "not United", "the fastest"):
        query = ask(text, query).query
    assert query.stops.max == 1
    assert query.cabin is Cabin.BUSINESS
    assert query.price.max == 400
    assert query.carriers.exclude == ("UA",)
    assert query.sort is Sort.DURATION
    assert str(query.slices[0].depart_date.from_) == "2026-11-24"
    assert query.slices[0].origin.airports == ("BOS",)


def test_the_other_way_round_swaps_the_ends(ask):
    query = ask("the other way round", ask("Boston to Denver tomorrow").query).query
    assert query.slices[0].origin.airports == ("DEN",)
    assert query.slices[0].destination.airports == ("BOS",)


def test_a_new_journey_forgets_the_old_one(ask):
    query = ask("Seattle to Portland on Monday", ask("Boston to Denver nonstop under $100").query).query
    assert query.price.max is None
    assert query.stops.max is None


def test_other_trades_are_refused_even_in_a_conversation(ask):
    previous = ask("Boston to Denver tomorrow").query
    assert ask("transfer 200 dollars to my savings account", previous).kind is Kind.OUT_OF_SCOPE


def test_confidence_falls_where_something_was_guessed(ask):
    sure = ask("from Boston to Denver tomorrow").confidence
    assert ask("from Bostn to Denvr tomorrow").confidence < sure
    assert ask("from Xyzzyville to Denver tomorrow").confidence < sure


def test_the_moment_of_the_request_counts_not_the_clock(engine):
    from flight_search.domain.intent import IntentRequest

    request = IntentRequest(text="Boston to Denver tomorrow", now="2031-05-06T23:30:00+00:00")
    assert str(engine.understand(request).query.slices[0].depart_date.from_) == "2031-05-07"


def test_words_are_given_to_the_slice_that_they_speak_of(ask):
    text = "JFK to MIA leaving Jan 5 in the morning, returning Jan 9 in the evening"
    fields = {span.text: span.field for span in ask(text).understood}
    assert fields["Jan 5"] == "slices.0.depart_date"
    assert fields["in the morning"] == "slices.0.depart_time"
    assert fields["Jan 9"] == "slices.1.depart_date"
    assert fields["in the evening"] == "slices.1.depart_time"


@pytest.mark.parametrize(
    ("text", "departs", "returns"),
    [
        ("a day later", "2026-12-11", "2026-12-18"),
        ("the previous day", "2026-12-09", "2026-12-16"),
        ("leave a week later", "2026-12-17", "2026-12-24"),
    ],
)
def test_days_are_moved_together(ask, text, departs, returns):
    query = ask(text, ask("JFK to Miami dec 10 to 17").query).query
    assert [str(leg.depart_date.from_) for leg in query.slices] == [departs, returns]


def test_wishes_are_dropped_by_name(ask):
    query = ask("Boston to Denver on Delta under $300 nonstop in business").query
    for text in ("drop the airline", "forget the price", "ignore the cabin", "any number of stops"):
        query = ask(text, query).query
    assert query.carriers.include == ()
    assert query.price.max is None
    assert query.cabin is None
    assert query.stops.max is None


def test_without_stops_asks_for_nonstop(ask):
    assert ask("Boston to Denver without stops").query.stops.max == 0


@pytest.mark.parametrize(
    "words", ["lowest emissions", "as little CO2 as possible", "greenest flight", "low CO₂"]
)
def test_carbon_is_an_order_not_a_flight(ask, words):
    answer = ask(f"{words} from JFK to LAX tomorrow")
    assert answer.kind is Kind.SEARCH
    assert answer.query.sort is Sort.EMISSIONS
    assert answer.query.flight is None


def test_a_return_on_the_same_day_has_its_own_hours(ask):
    query = ask("day trip to Boston from JFK on Dec 5, out in the morning, back in the evening").query
    assert [str(leg.depart_date.from_) for leg in query.slices] == ["2026-12-05", "2026-12-05"]
    assert [leg.depart_time.from_ for leg in query.slices] == ["05:00", "17:00"]


def test_a_trip_of_some_days_is_no_day_trip(ask):
    assert ask("3 day trip from JFK to Boston on Dec 5").query.nights.max == 3


def test_another_currency_keeps_the_limit_and_asks_about_it(ask):
    answer = ask("in euros", ask("JFK to LAX tomorrow under $500").query)
    assert answer.query.price.currency == "EUR"
    assert answer.query.price.max == 500
    assert "500 EUR" in answer.question
    assert ask("under 400", answer.query).query.price.currency == "EUR"
    assert ask("under $400", answer.query).query.price.currency == "USD"


def test_a_currency_alone_bounds_nothing(ask):
    price = ask("JFK to LAX tomorrow in EUR").query.price
    assert (price.currency, price.min, price.max) == ("EUR", None, None)


@pytest.mark.parametrize(
    ("text", "party"),
    [("add my wife", (3, 0, 0)), ("and a baby joins us", (2, 0, 1)), ("just 1 adult", (1, 0, 0))],
)
def test_who_is_added_goes_along_with_those_before(ask, text, party):
    people = ask(text, ask("JFK to LAX tomorrow for 2 adults").query).query.passengers
    assert (people.adults, people.children, people.infants) == party


def test_words_between_those_who_travel_are_read_too(ask):
    answer = ask("3 seats JFK to TPA on 12/22, one of us is a toddler")
    assert answer.query.slices[0].destination.airports == ("TPA",)
    assert (answer.query.passengers.adults, answer.query.passengers.children) == (2, 1)


def test_into_one_city_and_home_out_of_another(ask):
    query = ask("fly into Rome and out of Venice from New York, May 10 to May 20").query
    ends = [(leg.origin.label, leg.destination.label) for leg in query.slices]
    assert ends == [("New York", "Rome"), ("Venice", "New York")]
    assert str(query.slices[1].depart_date.from_) == "2027-05-20"


def test_an_order_is_no_day(ask):
    query = ask("nonstop from JFK to Boston under $90, cheapest first").query
    assert query.sort is Sort.PRICE
    assert query.slices[0].depart_date is None


def test_a_season_of_breaks_is_said_not_to_be_known(ask):
    assert ask("New York to Cancun for spring break").unsupported == ("for spring break",)
