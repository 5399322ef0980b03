"""Calls share connections, over HTTP/2 where a model's server has it: against a real one, with TLS."""

import asyncio
import json
import socket

import pytest
import trustme
from hypercorn.asyncio import serve
from hypercorn.config import Config

from flight_search.understand.llm.server import ModelServer
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.understand.llm.told import schema_of_one

ANSWER = {"choices": [{"message": {"content": "{}"}}], "usage": {"prompt_tokens": 1, "completion_tokens": 1}}
CALLS = 12


class Server:
    """Answers every call, and notes over which connection and in which version of HTTP it came."""

    def __init__(self) -> None:
        self.versions: set[str] = set()
        self.connections: set[tuple] = set()
        self.at_once = 0
        self.most_at_once = 0

    async def __call__(self, scope, receive, send):
        if scope["type"] != "http":
            return
        self.versions.add(scope["http_version"])
        self.connections.add(tuple(scope["client"]))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        while (await receive()).get("more_body"):
            pass
        await asyncio.sleep(0.05)
        self.at_once -= 1
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(ANSWER).encode()})


@pytest.fixture
async def start(tmp_path, monkeypatch):
    """Return a function that starts a server that offers these protocols, and the settings to reach it."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    # As whoever runs a server of their own with a certificate of their own would.
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    certificate = authority.issue_cert("127.0.0.1")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    stops, tasks = asyncio.Event(), []

    async def begin(*protocols):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server, config = Server(), Config()
        config.bind = [f"127.0.0.1:{port}"]
        config.certfile, config.keyfile = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
        config.alpn_protocols = list(protocols)
        config.errorlog, config.keep_alive_timeout = None, 60
        tasks.append(asyncio.create_task(serve(server, config, shutdown_trigger=stops.wait)))
        url = f"https://127.0.0.1:{port}/v1"
        return server, LanguageModelSettings(base_url=url, attempts=3, timeout_s=20, connections=4)

    yield begin
    stops.set()
    await asyncio.gather(*tasks)


async def calls(settings):
    server = ModelServer(settings)
    try:
        for _ in range(2):
            texts = await asyncio.gather(
                *(
                    server.complete("m", ("a", "b"), schema_of_one(), most_tokens=9, within_s=20)
                    for _ in range(CALLS)
                )
            )
            assert texts == ["{}"] * CALLS
    finally:
        await server.close()


async def test_where_the_server_has_it_calls_share_a_connection_by_http_2(start):
    server, settings = await start("h2", "http/1.1")
    await calls(settings)
    assert server.versions == {"2"}
    # Two, where a second call comes before the first has opened one.
    assert len(server.connections) <= 2
    assert 2 < server.most_at_once <= 4


async def test_elsewhere_as_many_connections_as_calls_at_the_same_time_are_kept_and_used_again(start):
    server, settings = await start("http/1.1")
    await calls(settings)
    assert server.versions == {"1.1"}
    # Four, and a few more where the machine was so busy that one was taken for dead.
    assert 1 < len(server.connections) <= CALLS // 2
    assert server.most_at_once <= 4
