"""The console's page: static files, read once when the app is made, served from memory.

In: the folder that Vite wrote (``static/``). Out: one route per file. A path that is no file of that list
leads nowhere, so that there is no path to climb out of. The files are small (a few hundred KB).

Files under ``assets/`` carry a hash of their content in their name and are cacheable for ever; everything
else is revalidated by its ``ETag``. Where a ``.br`` or ``.gz`` of a file lies beside it, whoever accepts
it gets it.
"""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

STATIC: Final = Path(__file__).with_name("static")

_PAGES: Final = {"/": "/index.html", "/admin": "/admin.html"}
"""Address → file, for the pages that people open."""

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_REVALIDATE: Final = "no-cache"

_ENCODINGS: Final = {"br": ".br", "gzip": ".gz"}
"""Content coding → suffix, the better one first."""

_TYPES: Final = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".map": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".ico": "image/x-icon",
}
"""Written down because the tables of operating systems differ."""

PAGE_HEADERS: Final = {
    # Scripts and styles come from files of ours alone; connections (the chat socket too) go to our own host.
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), payment=(), usb=()",
}

_NOT_BUILT: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>flight-search</title>
<h1>The console is not built</h1>
<p>This process serves the API, but its page has not been built into the package.
<p>In a checkout: <code>make console</code>, then start again. <code>make run</code> does both.
<p>The API is described at <a href="/openapi.json">/openapi.json</a>.
</html>
"""


@dataclass(frozen=True)
class StaticFile:
    """One file as it is sent."""

    path: str
    body: bytes
    media_type: str
    cache_control: str
    etag: str
    encoded: Mapping[str, bytes] = field(default_factory=dict)


def page_routes(folder: Path = STATIC) -> list[Route]:
    """Return the routes of the page, or one that says how to build it."""
    files = load_files(folder)
    if "/index.html" not in files:
        return [Route("/", _say_not_built)]
    routes = [_route(file.path, file) for file in files.values()]
    pages = [_route(path, files[file]) for path, file in _PAGES.items() if file in files]
    return [*pages, *routes]


def load_files(folder: Path) -> dict[str, StaticFile]:
    """Return the files of a folder by their path in the URL. Links that lead out of it are left out."""
    if not folder.is_dir():
        return {}
    root = folder.resolve()
    paths = sorted(path for path in root.rglob("*") if path.is_file() and path.resolve().is_relative_to(root))
    contents = {path: path.read_bytes() for path in paths}
    return {
        url: _static_file(url, path, contents)
        for path in paths
        if path.suffix not in _ENCODINGS.values()
        and "{" not in (url := "/" + path.relative_to(root).as_posix())
    }


def _static_file(url: str, path: Path, contents: Mapping[Path, bytes]) -> StaticFile:
    encoded = {
        coding: contents[beside]
        for coding, suffix in _ENCODINGS.items()
        if (beside := path.with_name(path.name + suffix)) in contents
    }
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return StaticFile(
        path=url,
        body=contents[path],
        media_type=_TYPES.get(path.suffix.lower(), guessed),
        cache_control=_FOR_EVER if url.startswith("/assets/") else _REVALIDATE,
        etag=hashlib.sha256(contents[path]).hexdigest()[:24],
        encoded=encoded,
    )


def _route(path: str, file: StaticFile) -> Route:
    # For logs and metrics: what a browser fetches is counted as two kinds, not file by file.
    kind = "page" if path in _PAGES else "page file"

    async def serve(request: Request) -> Response:
        request.scope["page"] = kind
        return _respond(request, file)

    return Route(path, serve, methods=["GET", "HEAD"])


def _respond(request: Request, file: StaticFile) -> Response:
    coding = _chosen(request.headers.get("accept-encoding", ""), file)
    etag = f'"{file.etag}{f"-{coding}" if coding else ""}"'
    headers = {**PAGE_HEADERS, "Cache-Control": file.cache_control, "ETag": etag}
    if file.encoded:
        headers["Vary"] = "Accept-Encoding"
    seen = {tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")}
    if etag in seen or "*" in seen:
        return Response(status_code=304, headers=headers)
    if coding:
        headers["Content-Encoding"] = coding
    body = file.encoded[coding] if coding else file.body
    # The type is given as a header: ``media_type`` would add a charset to what has none. For HEAD the server
    # leaves the body out and keeps its length.
    return Response(body, headers={**headers, "Content-Type": file.media_type})


def _chosen(accepted: str, file: StaticFile) -> str | None:
    """Return the best coding that the client accepts and the file has; None for the file as it is."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        number = weight.strip().removeprefix("q=")
        weights[name.strip()] = float(number) if number.replace(".", "", 1).isdecimal() else 1.0
    anything = weights.get("*", 0.0)
    return next((coding for coding in file.encoded if weights.get(coding, anything) > 0), None)


async def _say_not_built(_request: Request) -> Response:
    return HTMLResponse(_NOT_BUILT, status_code=503, headers={**PAGE_HEADERS, "Cache-Control": "no-store"})
