"""The same offers looked at in other ways: by day, by hour, on a map, side by side, as files."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import Server
from .steps import answered, ask, cards, chip, total

FLIGHT = "from New York to Miami next month"


def look(page: Page, name: str) -> None:
    page.get_by_role("group", name="Look at the flights as").get_by_role("button", name=name).click()


def test_charts_and_maps_are_fetched_when_they_are_looked_at(
    open_page: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    fetched: list[str] = []
    page = open_page(before=lambda page: page.on("request", lambda made: fetched.append(made.url)))
    ask(page, FLIGHT)
    answered(page)
    assert not [url for url in fetched if re.search("map|geometry|scatter|countries", url)]
    look(page, "By hour")
    chart = page.get_by_role("application")
    expect(chart).to_be_visible()
    assert [url for url in fetched if "scatter" in url]
    assert not [url for url in fetched if "countries" in url]
    keep(page, "hours-desktop-light")
    # Arrows go from flight to flight; the one that is pointed at stands below as a card.
    before = cards(page).first.inner_text()
    chart.focus()
    page.keyboard.press("End")
    expect(cards(page).first).not_to_have_text(before)
    look(page, "Map")
    expect(page.locator(".map-label", has_text="MIA")).to_be_visible()
    assert page.locator(".map-lines").get_attribute("d")
    keep(page, "map-desktop-light")


def test_every_way_of_looking_has_an_address(page: Page, open_page: Callable[..., Page]) -> None:
    ask(page, FLIGHT)
    answered(page)
    look(page, "By day")
    expect(page.locator("button.day").first).to_be_visible()
    assert "view=days" in page.url
    other = open_page("/" + page.url.split("/", 3)[3])
    expect(other.locator("button.day").first).to_be_visible()
    page.go_back()
    expect(cards(page)).to_have_count(10)
    page.go_forward()
    expect(page.locator("button.day").first).to_be_visible()
    page.locator("button.day").nth(40).click()
    expect(cards(page)).not_to_have_count(0)
    expect(chip(page, "Leave")).to_be_visible()
    assert "view=" not in page.url


def test_a_city_is_picked_on_the_map_of_where_one_could_go(
    page: Page, keep: Callable[[Page, str], None]
) -> None:
    ask(page, "Where can I go from Newark next month for under $150?")
    answered(page)
    point = page.locator(".map-pick[aria-label^='LAS ']")
    expect(point).to_have_attribute("aria-label", re.compile(r"^LAS \$\d+, Las Vegas"))
    keep(page, "explore-map-desktop-light")
    point.focus()
    page.keyboard.press("Enter")
    expect(chip(page, "To")).to_contain_text("Las Vegas")
    expect(cards(page)).not_to_have_count(0)


def test_offers_stand_side_by_side_and_their_address_opens_them_again(
    page: Page, open_page: Callable[..., Page], keep: Callable[[Page, str], None]
) -> None:
    ask(page, FLIGHT)
    answered(page)
    for number in range(4):
        cards(page).nth(number).get_by_role("button", name="Compare").click()
    expect(cards(page).nth(4).get_by_role("button", name="Compare")).to_be_disabled()
    page.get_by_role("button", name="Compare them").click()
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(4)
    expect(table.get_by_role("row", name=re.compile("^Price"))).to_contain_text("$")
    keep(page, "compare-desktop-light")
    other = open_page("/" + page.url.split("/", 3)[3])
    expect(other.get_by_role("table").get_by_role("columnheader")).to_have_count(4)
    table.get_by_role("button", name=re.compile("^Take out")).first.click()
    expect(table.get_by_role("columnheader")).to_have_count(3)


def test_offers_are_saved_as_files_and_copied_as_text(page: Page, tmp_path: Path) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "from Newark to Boston tomorrow")
    answered(page)
    found = total(page)
    for kind in ("CSV", "JSON"):
        with page.expect_download() as saved:
            page.get_by_role("button", name=kind, exact=True).click()
        saved.value.save_as(tmp_path / kind)
    with (tmp_path / "CSV").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    offers = json.loads((tmp_path / "JSON").read_text(encoding="utf-8"))
    assert len({row["offer"] for row in rows}) == len(offers) == found
    assert rows[0]["price"] == offers[0]["price"]["amount"]
    card = cards(page).first
    card.locator("summary").click()
    expect(
        card.get_by_role("img", name=re.compile("^(Cheaper than|Dearer than|None of them)"))
    ).to_be_visible()
    with page.expect_download() as saved:
        card.get_by_role("button", name="To calendar").click()
    saved.value.save_as(tmp_path / "ics")
    calendar = (tmp_path / "ics").read_text(encoding="utf-8")
    assert calendar.count("BEGIN:VEVENT") == 1
    assert "EWR → BOS" in calendar
    card.get_by_role("button", name="Copy as text").click()
    expect(card.get_by_text("copied")).to_be_visible()
    assert "→" in page.evaluate("navigator.clipboard.readText()")


def test_a_return_is_chosen_way_out_first(
    open_page: Callable[..., Page], small_server: Server, keep: Callable[[Page, str], None]
) -> None:
    page = open_page(at=small_server)
    ask(page, "round trip from New York to Miami next week for 3 nights")
    answered(page)
    expect(cards(page).first.locator(".slice")).to_have_count(2)
    look(page, "Way out first")
    expect(cards(page).first.locator(".slice")).to_have_count(1)
    keep(page, "way-out-desktop-light")
    flight = cards(page).nth(1).locator(".slice-carrier").inner_text()
    page.get_by_role("button", name="Take this way out").nth(1).click()
    chosen = page.locator(".chosen-out")
    expect(chosen).to_contain_text(flight.rsplit("·", 1)[-1].strip())
    expect(cards(page).first.locator(".slice")).to_have_count(1)
    expect(cards(page).first.locator(".slice-route")).to_contain_text(re.compile("^MIA.*JFK$"))
    keep(page, "way-back-desktop-light")
    chosen.get_by_role("button", name="Choose another").click()
    expect(page.get_by_role("button", name="Take this way out").first).to_be_visible()


def test_connections_are_drawn_and_narrowed_by(open_page: Callable[..., Page], small_server: Server) -> None:
    page = open_page(at=small_server)
    ask(page, "from New York to Miami next week")
    answered(page)
    before = total(page)
    page.get_by_role("button", name="Price", exact=True).click()
    answered(page)
    one_stop = cards(page).filter(has_text="via ATL").first
    expect(one_stop.locator(".bar-layover")).to_have_count(1)
    changes = page.get_by_role("group", name="Change at")
    changes.get_by_role("checkbox").uncheck()
    expect(chip(page, "Not via")).to_contain_text("ATL")
    answered(page)
    assert total(page) < before
    expect(cards(page).filter(has_text="via ATL")).to_have_count(0)
    stops = page.get_by_role("slider", name="Latest departure")
    stops.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(chip(page, "Departs")).to_contain_text("3:59")


SCROLL = """async () => {
  const frames = [];
  let last = performance.now();
  for (let step = 0; step < 40; step += 1) {
    scrollBy(0, step % 10 < 5 ? 900 : -600);
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    frames.push(now - last);
    last = now;
  }
  return frames.toSorted((a, b) => a - b)[Math.floor(frames.length * 0.75)];
}"""
"""Scrolls up and down; three of four frames took no longer than what it returns, in milliseconds."""


def test_a_thousand_offers_scroll_as_smoothly_as_a_few(page: Page) -> None:
    ask(page, "from New York to Miami next month")
    answered(page)
    # By tag: asking for roles would look at every node of a thousand cards each time.
    more = page.locator(".more button")
    more.click()
    expect(page.locator("article")).to_have_count(60)
    of_few = page.evaluate(SCROLL)
    for count in range(110, 1_011, 50):
        more.click()
        expect(page.locator("article")).to_have_count(count)
    # The best of up to three: the machine may be busy just then.
    for _ in range(3):
        of_many = page.evaluate(SCROLL)
        if of_many < 3 * max(of_few, 17):
            break
    # A ratio, as machines differ; frames shorter than a screen's are no gain.
    assert of_many < 3 * max(of_few, 17)
