"""Keyboard alone, screen readers, narrow screens, light and dark, right to left."""

import re
from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from .axe import COLOUR_RULES, violations
from .conftest import ADMIN_TOKEN, Watch
from .steps import REQUEST, answered, ask, cards, chip

FLIGHT = quote(REQUEST)
BACKWARDS = '{"slices":[{"depart_date":{"from":"2027-02-02","to":"2027-01-01"}}]}'

VIEWS = {
    "home": "/",
    "search": f"/?q={quote(REQUEST + ', a window seat')}",
    "no-match": f"/?q={quote(REQUEST + ' under $5')}",
    "needs": f"/?q={quote('to Orlando in December')}",
    "problem": f"/?query={quote(BACKWARDS)}",
    "by-day": f"/?q={FLIGHT}&view=days",
    "by-hour": f"/?q={FLIGHT}&view=hours",
    "map": f"/?q={FLIGHT}&view=map",
    "compare": f"/?q={FLIGHT}",
    "edit-dates": f"/?q={FLIGHT}",
    "edit-place": f"/?q={FLIGHT}",
    "add-a-limit": f"/?q={FLIGHT}",
    "calendar": f"/?q={quote('Cheapest day to fly from New York to Los Angeles in the next three months')}",
    "explore": f"/?q={quote('Where can I go from Newark next month for under $150?')}",
    "fare": f"/?q={quote('How much is a flight from New York to Boston?')}",
    "airlines": f"/?q={quote('Which airlines fly from LaGuardia to Chicago?')}",
    "distance": f"/?q={quote('How far is it from New York to Miami?')}",
    "help": f"/?q={quote('hello')}",
    "admin": "/admin",
}


def settled(page: Page, view: str) -> None:
    if view == "home":
        expect(page.get_by_role("contentinfo")).to_contain_text("MIT")
    elif view == "problem":
        expect(page.get_by_role("alert")).to_be_visible()
    elif view == "admin":
        page.get_by_label("Operator token").fill(ADMIN_TOKEN)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Snapshots")).to_be_visible()
    else:
        answered(page)
    prepare(page, view)


def prepare(page: Page, view: str) -> None:
    if view == "search":
        page.locator(".details summary").first.click()
    elif view in {"by-hour", "map", "explore", "distance"}:
        expect(page.locator(".chart circle, .map-lines").first).to_be_visible()
    elif view == "by-day":
        expect(page.locator("button.day").first).to_be_visible()
    elif view == "compare":
        for number in range(2):
            cards(page).nth(number).get_by_role("button", name="Compare").click()
        page.get_by_role("button", name="Compare them").click()
    elif view == "edit-dates":
        page.get_by_role("button", name=re.compile(r"^Change Leave\b")).click()
        expect(page.locator(".date-month .day-price").first).to_have_text(re.compile(r"\$"))
    elif view == "edit-place":
        page.get_by_role("button", name=re.compile(r"^Change To\b")).click()
        expect(page.get_by_role("combobox")).to_be_focused()
        page.keyboard.type("los ang")
        expect(page.get_by_role("option").first).to_be_visible()
    elif view == "add-a-limit":
        page.get_by_role("button", name="Add a limit").click()


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_for_everybody(
    open_page: Callable[..., Page], keep: Callable[[Page, str], None], watch: Watch, view: str
) -> None:
    """No violation of WCAG 2.2 AA in light and dark; nothing overflows at 320 pixels, left or right."""
    if view == "problem":
        watch.allowed = "the server responded with a status of 4"
    page = open_page(VIEWS[view])
    settled(page, view)
    keep(page, f"{view}-desktop-light")
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    keep(page, f"{view}-desktop-dark")
    assert violations(page, rules=COLOUR_RULES) == []
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    keep(page, f"{view}-320-light")
    for direction in ("ltr", "rtl"):
        page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide == 0, direction


def test_the_page_speaks_german_and_writes_figures_as_there(
    open_page: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    page = open_page(f"/?q={FLIGHT}", locale="de-DE")
    expect(page.get_by_role("heading", name=re.compile(r"^[\d.]+ Flüge$"))).to_be_visible()
    expect(page.get_by_text(re.compile("^beantwortet in"))).to_be_visible()
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["de", "ltr"]
    expect(cards(page).first).to_contain_text(re.compile(r"\d\s€"))
    expect(cards(page).first).to_contain_text(re.compile(r"\b\d\d:\d\d\b"))
    expect(page.locator(".reasons").first).to_have_attribute("lang", "en")
    keep(page, "search-german-desktop-light")
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    keep(page, "search-german-320-light")
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_another_language_gets_english_words_and_its_own_figures(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/?q={FLIGHT}", locale="fr-FR")
    answered(page)
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(cards(page).first).to_contain_text(re.compile(r"\d\s€"))


def test_axe_finds_nothing_on_a_phone(open_page: Callable[..., Page]) -> None:
    page = open_page(VIEWS["search"], width=390, height=844)
    settled(page, "search")
    page.get_by_text("Narrow down").click()
    assert violations(page) == []


def test_a_word_without_end_does_not_widen_the_page(open_page: Callable[..., Page]) -> None:
    page = open_page(width=320, height=640)
    ask(page, "x" * 3_000)
    answered(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_search_by_keyboard_alone(page: Page) -> None:
    page.get_by_role("link", name="Flight search").focus()
    page.keyboard.press("/")
    expect(page.get_by_role("textbox", name="Your request")).to_be_focused()
    page.keyboard.type(f"{REQUEST} under $400")
    page.keyboard.press("Enter")
    answered(page)
    _tab_to(page, "button[aria-label='Remove Stops: Nonstop']")
    page.keyboard.press("Enter")
    expect(chip(page, "Stops")).to_have_count(0)
    # The focus stays in the row of chips.
    assert page.evaluate("document.activeElement.closest('.chips') !== null")
    answered(page)
    _tab_to(page, ".sort button:nth-of-type(2)")
    page.keyboard.press("Space")
    expect(chip(page, "Order")).to_contain_text("Cheapest first")
    answered(page)
    _tab_to(page, ".details summary")
    page.keyboard.press("Enter")
    expect(cards(page).first).to_contain_text("Why it stands here")
    _tab_to(page, ".more button")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_count(60)
    expect(page.locator(".more button")).to_be_focused()


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"the focus on {selector} cannot be seen"
            return
    pytest.fail(f"the tab key never reaches {selector}")


def test_what_arrives_is_announced(page: Page) -> None:
    ask(page, REQUEST)
    answered(page)
    said = page.locator("[role=status][aria-live=polite]")
    expect(said).to_contain_text("flights")
    expect(said).to_contain_text("10 of")


def test_a_phone_in_the_dark(open_page: Callable[..., Page], keep: Callable[[Page, str], None]) -> None:
    page = open_page(width=390, height=844, scheme="dark")
    keep(page, "home-phone-dark")
    ask(page, REQUEST)
    answered(page)
    keep(page, "search-phone-dark")
    page.get_by_text("Narrow down").click()
    expect(page.get_by_role("group", name="Airlines")).to_be_visible()
