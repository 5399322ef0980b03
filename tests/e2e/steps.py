"""What a person does and sees, in the words of the tests."""

import re

from playwright.sync_api import Locator, Page, expect

NO_WEB_SOCKET = (
    "const Real = WebSocket; window.WebSocket = class extends Real {"
    " constructor() { super(`ws://${location.hostname}:1/`); } };"
)
"""As behind a proxy that knows no WebSockets: each one fails before it is open."""

REQUEST = "Nonstop from New York to Miami next month"


def ask(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Your request").fill(text)
    page.keyboard.press("Enter")


def chip(page: Page, field: str) -> Locator:
    """Return the chip of a field that was said or set."""
    return page.locator(".chip:not(.chip-unset)").filter(
        has=page.locator(".chip-field", has_text=re.compile(f"^{field}$"))
    )


def cards(page: Page) -> Locator:
    return page.get_by_role("article")


def total(page: Page) -> int:
    heading = page.get_by_role("heading", name=re.compile(r"^[\d,]+ flights?$"))
    expect(heading).to_be_visible()
    return int(re.sub(r"\D", "", heading.inner_text()))


def answered(page: Page) -> None:
    expect(page.get_by_text(re.compile(r"^answered in"))).to_be_visible()
