"""The line breaks, the server goes away under the page, a request is stopped: nothing typed is lost."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page, WebSocketRoute, expect

from .conftest import Server, Watch
from .steps import NO_WEB_SOCKET, REQUEST, answered, ask, cards, chip

REFUSED = r"WebSocket connection to .* failed"


def test_a_server_that_is_restarted_under_the_page(
    open_page: Callable[..., Page],
    small_server: Server,
    watch: Watch,
    keep: Callable[[Page, str], None],
) -> None:
    watch.allowed = REFUSED
    page = open_page(at=small_server)
    ask(page, REQUEST)
    answered(page)
    assert small_server.stop() == 0
    try:
        expect(page.get_by_text("The connection is lost.")).to_be_visible()
        ask(page, "only JetBlue")
        expect(page.get_by_text("Your request is kept")).to_be_visible()
        keep(page, "connection-lost-desktop-light")
    finally:
        # On the same port, and whatever happened: the tests after this one need it too.
        small_server.start()
    expect(chip(page, "Airline")).to_contain_text("JetBlue", timeout=30_000)
    expect(chip(page, "To")).to_contain_text("Miami")
    answered(page)
    expect(cards(page)).to_have_count(10)
    expect(page.get_by_text("The connection is lost.")).to_have_count(0)


def test_stop_ends_a_request_and_the_next_one_is_answered(open_page: Callable[..., Page]) -> None:
    lines: list[WebSocketRoute] = []

    def hold_first(line: WebSocketRoute) -> None:
        lines.append(line)
        if len(lines) > 1:
            line.connect_to_server()

    page = open_page(before=lambda page: page.route_web_socket(re.compile("/v1/chat$"), hold_first))
    ask(page, REQUEST)
    expect(page.get_by_text("Reading your request").first).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped before anything had arrived.").first).to_be_visible()
    page.get_by_role("button", name="Try again").click()
    answered(page)
    expect(cards(page)).to_have_count(10)


def test_where_no_web_socket_opens_the_page_answers_over_http(
    open_page: Callable[..., Page], watch: Watch, keep: Callable[[Page, str], None]
) -> None:
    watch.allowed = "violates the following Content Security Policy"
    page = open_page(before=lambda page: page.add_init_script(NO_WEB_SOCKET))
    asked: list[str] = []
    page.on("request", lambda made: asked.append(urlsplit(made.url).path) if made.method == "POST" else None)
    ask(page, REQUEST)
    answered(page)
    expect(cards(page)).to_have_count(10)
    ask(page, "only JetBlue")
    expect(chip(page, "Airline")).to_contain_text("JetBlue")
    expect(chip(page, "To")).to_contain_text("Miami")
    answered(page)
    page.get_by_role("button", name="Remove Airline: JetBlue").click()
    expect(chip(page, "Airline")).to_have_count(0)
    answered(page)
    assert asked == ["/v1/ask", "/v1/ask", "/v1/search"]
    expect(page.get_by_text("The connection is lost.")).to_have_count(0)
    keep(page, "without-web-socket-desktop-light")
