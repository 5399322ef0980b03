"""Every chip can be changed, by mouse and by keyboard, and what is not said can be added."""

import json
import re

from playwright.sync_api import Page, expect

from .conftest import Watch
from .steps import answered, ask, cards, chip, total

FLIGHT = "from New York to Miami next month"


def change(page: Page, field: str) -> None:
    page.get_by_role("button", name=re.compile(rf"^Change {field}\b")).click()
    expect(page.get_by_role("dialog")).to_be_visible()


def apply(page: Page) -> None:
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    answered(page)


def test_a_place_is_changed_by_typing_and_its_airports_by_ticking(page: Page, watch: Watch) -> None:
    ask(page, FLIGHT)
    answered(page)
    change(page, "To")
    # The focus is in the field: no click is needed.
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("los ang")
    option = page.get_by_role("option").first
    expect(option).to_contain_text("Los Angeles")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Apply").focus()
    page.keyboard.press("Enter")
    answered(page)
    expect(chip(page, "To")).to_contain_text("Los Angeles")
    sent = json.loads(watch.sent[-1])
    assert sent["query"]["slices"][0]["destination"]["airports"][0] == "LAX"
    assert "text" not in sent
    change(page, "From")
    before = total(page)
    page.get_by_role("checkbox", name="JFK", exact=True).uncheck()
    apply(page)
    assert total(page) < before
    expect(page.locator(".slice-route", has_text="JFK")).to_have_count(0)


def test_days_are_picked_from_a_calendar_with_prices(page: Page, keep) -> None:
    ask(page, FLIGHT)
    answered(page)
    change(page, "Leave")
    expect(page.locator(".date-month .day-price").first).to_have_text(re.compile(r"\$\d+"))
    keep(page, "edit-dates-desktop-light")
    days = page.get_by_role("dialog").locator("[data-day]:not([disabled])")
    days.nth(10).click()
    days.nth(12).click()
    first = days.nth(10).get_attribute("data-day")
    last = days.nth(12).get_attribute("data-day")
    page.get_by_role("checkbox", name="Sun").check()
    page.get_by_role("checkbox", name="Sun").uncheck()
    apply(page)
    expect(chip(page, "Leave")).to_contain_text(str(int(first[8:])))
    shown = page.locator("article time").evaluate_all(
        "times => times.map(time => time.dateTime.slice(0, 10))"
    )
    assert all(first <= day for day in shown[::2])
    assert all(day <= last for day in shown[::2])


def test_days_are_picked_by_keyboard_alone(page: Page) -> None:
    ask(page, FLIGHT)
    answered(page)
    page.get_by_role("button", name=re.compile(r"^Change Leave\b")).focus()
    page.keyboard.press("Enter")
    focused = page.locator("[data-day]:focus")
    expect(focused).to_have_attribute("data-day", re.compile("-01$"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("data-day", re.compile("-09$"))
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    # Nothing was applied, and the focus is back on the chip.
    expect(chip(page, "Leave").locator("button").first).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Apply").focus()
    page.keyboard.press("Enter")
    answered(page)
    expect(chip(page, "Leave")).not_to_contain_text("December")


def test_choices_and_numbers_search_again(page: Page) -> None:
    ask(page, FLIGHT)
    answered(page)
    change(page, "Stops")
    page.get_by_role("button", name="Nonstop").click()
    expect(chip(page, "Stops")).to_contain_text("Nonstop")
    answered(page)
    change(page, "Travellers")
    page.get_by_role("button", name="More: Adults").click()
    page.get_by_role("button", name=re.compile("^More: Children")).click()
    apply(page)
    expect(chip(page, "Travellers")).to_contain_text("2 adults and 1 child")
    expect(cards(page).first).to_contain_text("total for 2 adults and 1 child")
    page.get_by_role("button", name="Add a limit").click()
    page.locator(".add-menu").get_by_role("button", name="Price").click()
    page.get_by_role("spinbutton", name="At most").fill("450")
    apply(page)
    expect(chip(page, "Price")).to_contain_text("up to $450")
    page.get_by_role("button", name="Add a limit").click()
    page.locator(".add-menu").get_by_role("button", name="Departs").click()
    page.get_by_role("button", name="Morning").click()
    apply(page)
    expect(chip(page, "Departs")).to_contain_text("5:00")
    page.get_by_role("button", name="Add a limit").click()
    page.locator(".add-menu").get_by_role("button", name="Airline").click()
    page.get_by_role("dialog").get_by_role("checkbox").first.check()
    apply(page)
    expect(chip(page, "Airline")).to_be_visible()


def test_another_currency_is_kept(page: Page) -> None:
    ask(page, FLIGHT)
    answered(page)
    page.get_by_role("button", name="Add a limit").click()
    page.locator(".add-menu").get_by_role("button", name="Price").click()
    page.get_by_role("combobox", name="Currency").select_option("EUR")
    page.get_by_role("spinbutton", name="At most").fill("500")
    apply(page)
    expect(page.locator(".price-amount").first).to_contain_text("€")
    page.get_by_role("button", name="New search").click()
    ask(page, "from Newark to Boston tomorrow")
    expect(page.locator(".price-amount").first).to_contain_text("€")


def test_a_search_set_by_hand_from_the_start(page: Page) -> None:
    change(page, "From")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("newark")
    expect(page.get_by_role("option").first).to_contain_text("Newark")
    page.keyboard.press("Enter")
    apply(page)
    change(page, "To")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("MIA")
    expect(page.get_by_role("option").first).to_contain_text("Miami")
    page.keyboard.press("Enter")
    apply(page)
    expect(cards(page).first).to_contain_text("MIA")
    assert "query=" in page.url
