"""A person searches: request, chips, cards, more, sorting and narrowing, ways out of nothing."""

import datetime as dt
import json
import re
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, expect

from .conftest import Watch
from .steps import REQUEST, answered, ask, cards, chip, total


def test_a_request_becomes_chips_offers_and_a_reply(page: Page, keep: Callable[[Page, str], None]) -> None:
    keep(page, "home-desktop-light")
    ask(page, "Nonstop from New York to Miami next Friday under $400")
    expect(chip(page, "From")).to_contain_text("New York")
    expect(chip(page, "To")).to_contain_text("Miami")
    expect(chip(page, "Stops")).to_contain_text("Nonstop")
    expect(chip(page, "Price")).to_contain_text("up to $400")
    expect(page.locator("mark", has_text="next Friday")).to_be_visible()
    answered(page)
    assert total(page) > 0
    card = cards(page).first
    expect(card).to_contain_text("MIA")
    expect(card).to_contain_text("nonstop")
    expect(card).to_contain_text("estimate")
    expect(card).to_contain_text(re.compile(r"[A-Z0-9]{2} \d{1,4}"))
    expect(card).to_contain_text(re.compile(r"\d+:\d\d\s[AP]M"))
    expect(card.get_by_role("img", name=re.compile("drawn to scale"))).to_be_visible()
    expect(page.locator(".reply")).to_contain_text("match")
    keep(page, "search-desktop-light")


def test_the_data_is_named_with_licence_date_and_what_prices_are(page: Page) -> None:
    data = page.get_by_role("contentinfo")
    expect(data).to_contain_text("Flights of 2023 from New York")
    expect(data).to_contain_text("MIT")
    expect(data).to_contain_text("estimate")


def test_removing_a_chip_searches_without_the_language_step(page: Page, watch: Watch) -> None:
    ask(page, f"{REQUEST} under $150")
    answered(page)
    before = total(page)
    page.get_by_role("button", name="Remove Price: up to $150").click()
    expect(chip(page, "Price")).to_have_count(0)
    expect(chip(page, "To")).to_contain_text("Miami")
    answered(page)
    assert total(page) > before
    sent = json.loads(watch.sent[-1])
    assert sent["query"]["price"]["max"] is None
    assert "text" not in sent


def test_show_more_appends_the_next_page(page: Page) -> None:
    ask(page, REQUEST)
    answered(page)
    expect(cards(page)).to_have_count(10)
    more = page.get_by_role("button", name="Show more")
    more.click()
    expect(cards(page)).to_have_count(60)
    more.click()
    expect(cards(page)).to_have_count(110)
    expect(page.get_by_text(re.compile(r"^110 of [\d,]+ shown$"))).to_be_visible()


def test_sorting_by_price_brings_the_cheapest_to_the_top(page: Page) -> None:
    ask(page, REQUEST)
    answered(page)
    page.get_by_role("button", name="Price", exact=True).click()
    expect(chip(page, "Order")).to_contain_text("Cheapest first")
    answered(page)
    shown = page.locator(".price-amount").all_inner_texts()
    prices = [int(re.sub(r"\D", "", price)) for price in shown]
    assert prices == sorted(prices)
    assert len(prices) == 10


def test_facets_narrow_down_and_widen_again(page: Page) -> None:
    ask(page, REQUEST)
    answered(page)
    before = total(page)
    airlines = page.get_by_role("group", name="Airlines")
    box = airlines.get_by_role("checkbox").first
    name = airlines.locator(".facet-label").first.inner_text()
    others = airlines.get_by_role("checkbox").count()
    assert others > 1
    box.check()
    expect(chip(page, "Airline")).to_be_visible()
    answered(page)
    assert 0 < total(page) < before
    for card in cards(page).all():
        expect(card).to_contain_text(name)
    # What was filtered out can still be chosen.
    assert airlines.get_by_role("checkbox").count() == others
    expect(box).to_be_focused()
    box.uncheck()
    expect(chip(page, "Airline")).to_have_count(0)
    answered(page)
    assert total(page) == before


def test_no_match_offers_one_change_that_finds_flights(page: Page, keep: Callable[[Page, str], None]) -> None:
    ask(page, f"{REQUEST} under $5")
    expect(page.get_by_role("heading", name="No flight matches all of this")).to_be_visible()
    keep(page, "no-match-desktop-light")
    change = page.locator(".no-match").get_by_role("button").filter(has_text="price").first
    promised = re.search(r"([\d,]+) flights? from \$", change.inner_text())
    assert promised
    change.click()
    expect(cards(page)).not_to_have_count(0)
    assert total(page) == int(promised[1].replace(",", ""))


def test_where_one_change_is_not_enough_two_are_offered(page: Page) -> None:
    ask(page, f"{REQUEST} under $5 in first class")
    expect(page.get_by_role("heading", name="No flight matches all of this")).to_be_visible()
    ways = page.locator(".no-match")
    expect(ways).to_contain_text("No single change is enough; two together find flights:")
    expect(ways).not_to_contain_text("One change finds")
    way = ways.get_by_role("button").first
    expect(way).to_contain_text(re.compile(r"At any price and in any cabin", re.IGNORECASE))
    promised = re.search(r"([\d,]+) flights? from \$", way.inner_text())
    assert promised
    way.click()
    expect(cards(page)).not_to_have_count(0)
    assert total(page) == int(promised[1].replace(",", ""))


def test_how_old_the_data_is_stands_beside_the_flights(page: Page, watch: Watch) -> None:
    ask(page, REQUEST)
    answered(page)
    age = page.locator(".results-head .age")
    expect(age).to_have_text(re.compile(r"^Data of (this minute|yesterday|\d+ \w+ ago)$"))
    moment = age.locator("time").get_attribute("datetime")
    assert moment
    assert dt.datetime.fromisoformat(moment) <= dt.datetime.now(dt.UTC)
    age.get_by_role("link").click()
    # It leads down the page, and asks nothing again.
    expect(page.get_by_role("contentinfo")).to_be_in_viewport()
    page.go_back()
    expect(cards(page)).to_have_count(10)
    assert len(watch.sent) == 1


def test_a_follow_up_refines_and_a_new_search_does_not(page: Page) -> None:
    ask(page, "from New York to Miami next month")
    answered(page)
    ask(page, "only JetBlue")
    expect(chip(page, "Airline")).to_contain_text("JetBlue")
    expect(chip(page, "To")).to_contain_text("Miami")
    page.get_by_role("button", name="New search").click()
    expect(page.get_by_role("heading", name="Where to, and when?")).to_be_visible()
    ask(page, "New York to Boston")
    expect(chip(page, "To")).to_contain_text("Boston")
    answered(page)
    expect(chip(page, "Airline")).to_have_count(0)


def test_a_question_is_asked_and_its_answer_completes_the_request(page: Page) -> None:
    ask(page, "to Orlando in December, nonstop")
    expect(page.get_by_role("heading", name="Where do you want to fly from?")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your request")).to_have_attribute("placeholder", "Your answer")
    ask(page, "from Newark")
    expect(chip(page, "From")).to_contain_text("Newark")
    expect(chip(page, "To")).to_contain_text("Orlando")
    expect(chip(page, "Stops")).to_contain_text("Nonstop")
    expect(cards(page)).to_have_count(10)


def test_every_state_has_an_address(page: Page, open_page: Callable[..., Page]) -> None:
    ask(page, f"{REQUEST} under $150")
    answered(page)
    first = page.url
    assert "q=" in first
    page.get_by_role("button", name="Remove Price: up to $150").click()
    answered(page)
    assert page.url != first
    changed = total(page)
    other = open_page(page.url.split("/", 3)[3].join(["/", ""]))
    expect(chip(other, "To")).to_contain_text("Miami")
    expect(chip(other, "Price")).to_have_count(0)
    assert total(other) == changed
    page.go_back()
    expect(chip(page, "Price")).to_contain_text("up to $150")
    page.reload()
    expect(chip(page, "Price")).to_contain_text("up to $150")
    page.go_back()
    expect(page.get_by_role("heading", name="Where to, and when?")).to_be_visible()


def test_the_history_survives_a_reload(page: Page) -> None:
    ask(page, REQUEST)
    answered(page)
    ask(page, "only JetBlue")
    answered(page)
    page.reload()
    answered(page)
    earlier = page.get_by_role("navigation", name="Earlier in this session")
    earlier.get_by_role("button", name=re.compile(REQUEST)).click()
    expect(page.locator(".heard")).to_have_text(REQUEST)
    expect(cards(page)).to_have_count(10)


def test_text_with_markup_is_not_markup(page: Page, open_page: Callable[..., Page]) -> None:
    text = "<img src=x onerror=alert(1)><script>alert(2)</script> New York to <b>Miami</b>"
    ask(page, text)
    expect(page.locator(".heard")).to_have_text(text)
    answered(page)
    assert page.locator("img[src=x], .heard script, .heard b").count() == 0
    label = '<img src=x onerror="alert(3)">'
    place = {"label": label, "airports": ["MIA"]}
    other = open_page(f"/?query={quote(json.dumps({'slices': [{'destination': place}]}))}")
    expect(chip(other, "To")).to_contain_text(label)
    assert other.locator("img[src=x]").count() == 0


def test_a_damaged_link_gets_a_problem_that_says_what_is_wrong(open_page: Callable[..., Page]) -> None:
    dates = {"from": "2027-02-02", "to": "2027-01-01"}
    page = open_page(f"/?query={quote(json.dumps({'slices': [{'depart_date': dates}]}))}")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("What to do")
    expect(problem).to_contain_text("ends")
    expect(problem.get_by_role("button", name="Try again")).to_be_visible()


def test_an_address_with_a_damaged_query_opens_the_start_page(open_page: Callable[..., Page]) -> None:
    page = open_page("/?query=" + quote('{"slices":[{"origin":"JFK"}]}'))
    expect(page.get_by_role("heading", name="Where to, and when?")).to_be_visible()
    ask(page, REQUEST)
    answered(page)
    expect(cards(page)).to_have_count(10)
