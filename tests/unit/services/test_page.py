"""The page: what is sent, how long it may be kept, what may run on it."""

import pytest

from flight_search.services.page import load_files


async def test_the_page_is_revalidated_and_locked_down(client):
    answer = await client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_operators_have_a_page_of_their_own_as_locked_down(client):
    answer = await client.get("/admin")
    assert "operations" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_what_browsers_fetch_is_counted_as_two_kinds(client):
    for path in ("/", "/admin", "/favicon.svg", "/assets/app-1a2b3c.js"):
        await client.get(path, headers={"accept-encoding": "identity"})
    counted = (await client.get("/metrics")).text
    assert 'flight_search_http_requests_total{method="GET",route="page",status="200"} 2.0' in counted
    assert 'flight_search_http_requests_total{method="GET",route="page file",status="200"} 2.0' in counted


async def test_files_with_a_hash_in_their_name_are_kept_for_ever(client):
    answer = await client.get("/assets/app-1a2b3c.js", headers={"accept-encoding": "identity"})
    assert answer.text.startswith("export")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("*;q=0", None),
        ("br;q=nonsense", "br"),
        ("zstd", None),
        ("", None),
    ],
)
async def test_compressed_files_go_to_those_who_accept_them(accepted, coding, connect):
    async with (
        connect() as client,
        client.stream("GET", "/assets/app-1a2b3c.js", headers={"accept-encoding": accepted}) as answer,
    ):
        assert answer.headers.get("content-encoding") == coding
        body = b"".join([part async for part in answer.aiter_raw()])
    assert body == {"br": b"brotli bytes", "gzip": b"gzip bytes", None: b"export {};" * 20}[coding]


async def test_nothing_is_sent_again_while_it_is_the_same(client):
    first = await client.get("/")
    again = await client.get("/", headers={"if-none-match": f'"other", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")


async def test_head_tells_the_length(client):
    answer = await client.head("/favicon.svg")
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) > 0
    assert answer.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/assets/",
        "/assets/app-1a2b3c.js.br",
        "/../secret.txt",
        "/assets/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets//app-1a2b3c.js",
        "/index.html%00",
        "//etc/passwd",
    ],
)
async def test_other_paths_lead_nowhere(client, path):
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text.replace("secret.txt", "")


def test_links_out_of_the_folder_are_left_out(static):
    (static / "link.txt").symlink_to(static.parent / "secret.txt")
    assert "/link.txt" not in load_files(static)
    assert "/index.html" in load_files(static)


async def test_without_a_build_the_page_says_what_to_do(static, connect):
    (static / "index.html").unlink()
    async with connect() as client:
        answer = await client.get("/")
        assert answer.status_code == 503
        assert "make console" in answer.text
        assert (await client.get("/healthz")).status_code == 200


async def test_services_without_a_page_have_none(connect):
    async with connect("rag") as client:
        assert (await client.get("/")).status_code == 404
