"""Requests of the other kinds get a view that fits, and lead on to flights."""

import re
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, expect

from .steps import answered, ask, cards, chip


def test_the_cheapest_day_is_a_calendar_that_leads_to_flights(
    page: Page, keep: Callable[[Page, str], None]
) -> None:
    ask(page, "Cheapest day to fly from New York to Los Angeles in the next three months")
    answered(page)
    days = page.locator("button.day")
    assert days.count() > 20
    keep(page, "calendar-desktop-light")
    # One stop of the tab key; arrows move within.
    assert page.locator("button.day[tabindex='0']").count() == 1
    page.locator("button.day[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    moved = page.locator("button.day:focus")
    expect(moved).to_have_count(1)
    page.keyboard.press("Enter")
    expect(cards(page)).not_to_have_count(0)
    expect(chip(page, "Order")).to_contain_text("Cheapest first")


def test_an_open_destination_is_a_table_that_leads_to_flights(page: Page) -> None:
    ask(page, "Where can I go from Newark next month for under $150?")
    answered(page)
    row = page.get_by_role("table").get_by_role("button").first
    city = row.inner_text().rsplit(" ", 1)[0]
    row.click()
    expect(chip(page, "To")).to_contain_text(city)
    expect(cards(page)).not_to_have_count(0)


def test_airlines_are_a_table(page: Page) -> None:
    ask(page, "Which airlines fly from LaGuardia to Chicago?")
    expect(page.get_by_role("row").filter(has_text="United Airlines")).to_contain_text(re.compile(r"\$\d+"))


def test_what_it_costs_is_a_spread(page: Page) -> None:
    ask(page, "How much is a flight from New York to Boston?")
    expect(page.locator(".figures")).to_contain_text("Half cost less than")
    # Of no days there is no season.
    expect(page.locator(".season")).to_have_count(0)


def test_what_it_costs_is_judged_against_its_season(page: Page, keep: Callable[[Page, str], None]) -> None:
    ask(page, "How much is a flight from New York to Miami next month?")
    season = page.locator(".season")
    heading = season.get_by_role("heading", name=re.compile("^(Low|Typical|High) for the season$"))
    expect(heading).to_be_visible()
    expect(season).to_contain_text(re.compile(r"Lowest price of a day: \$\d+\. Usual in .+: \$\d+"))
    # The mark stands over the zone that the words name, or at its edge.
    mark = season.locator(".gauge-mark").bounding_box()
    zone = season.locator(f".gauge-{heading.inner_text().split()[0].lower()}").bounding_box()
    assert mark
    assert zone
    middle = mark["x"] + mark["width"] / 2
    assert zone["x"] - 4 <= middle <= zone["x"] + zone["width"] + 4
    keep(page, "fare-season-desktop-light")


WHERE = "/?q=" + quote("Where can I go from Newark next month for under $150?")


def test_where_one_could_go_tells_the_weather_in_the_units_of_the_reader(
    open_page: Callable[..., Page],
) -> None:
    texts = {}
    for locale in ("en-US", "en-GB"):
        page = open_page(WHERE, locale=locale)
        table = page.get_by_role("table")
        expect(table.get_by_role("columnheader", name="Temperature")).to_be_visible()
        texts[locale] = table.get_by_role("row").filter(has_text="MIA").inner_text()
    fahrenheit = re.search(r"(-?\d+)\s?°F", texts["en-US"])
    celsius = re.search(r"(-?\d+)\s?°C", texts["en-GB"])
    assert fahrenheit
    assert celsius
    assert abs(int(celsius[1]) * 1.8 + 32 - int(fahrenheit[1])) <= 0.5
    assert re.search(r"[\d.]+ in\b", texts["en-US"])
    assert re.search(r"\d+ mm\b", texts["en-GB"])


def test_removing_a_chip_keeps_the_kind_of_the_answer(page: Page) -> None:
    ask(page, "Which airlines fly from LaGuardia to Chicago?")
    answered(page)
    page.get_by_role("button", name=re.compile("^Remove To: Chicago")).click()
    expect(chip(page, "To")).to_have_count(0)
    expect(page.get_by_role("heading", name="Who flies it")).to_be_visible()
    expect(page.get_by_role("table")).to_contain_text("JetBlue")


def test_a_greeting_gets_examples_that_can_be_picked(page: Page) -> None:
    ask(page, "hello")
    page.locator(".answer-examples").get_by_role("button").first.click()
    expect(cards(page)).not_to_have_count(0)


def test_an_unsupported_wish_is_named(page: Page) -> None:
    ask(page, "from New York to Miami tomorrow, a window seat")
    expect(page.get_by_text("Cannot be honoured yet")).to_be_visible()
    expect(page.locator(".remark-warn")).to_contain_text("window seat")
