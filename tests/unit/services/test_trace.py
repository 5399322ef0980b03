"""Request ids and trace context: taken over when well-formed, replaced when not, passed on."""

import re

import pytest
import structlog

from flight_search.services.trace import begin_trace

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


def begin(**headers):
    return begin_trace(
        [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    )


async def test_a_given_request_id_comes_back(client):
    assert (await client.get("/healthz", headers={"x-request-id": "abc-1.2"})).headers[
        "x-request-id"
    ] == "abc-1.2"


@pytest.mark.parametrize("given", ["", "a b", "x" * 129, "a\tb", "é", "<script>"])
async def test_a_malformed_request_id_is_replaced(client, given):
    answer = await client.get("/healthz", headers={"x-request-id": given.encode("latin-1")})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


def test_the_trace_goes_on_with_a_span_of_our_own():
    passed = begin(traceparent=PARENT, tracestate="vendor=1").headers()
    assert re.fullmatch(
        r"00-0af7651916cd43dd8448eb211c80319c-(?!b7ad6b7169203331)[0-9a-f]{16}-00", passed["traceparent"]
    )
    assert passed["tracestate"] == "vendor=1"


@pytest.mark.parametrize(
    "given",
    [
        "",
        "rubbish",
        PARENT.upper(),
        "ff" + PARENT[2:],
        "00-" + "0" * 32 + "-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-" + "0" * 16 + "-01",
    ],
)
def test_a_malformed_trace_begins_anew_without_its_state(given):
    trace = begin(traceparent=given, tracestate="vendor=1")
    assert trace.trace_id not in given.lower() or not given
    assert set(trace.trace_id) != {"0"}
    assert trace.state == ""


def test_later_versions_may_say_more():
    assert begin(traceparent="01" + PARENT[2:] + "-more").trace_id == "0af7651916cd43dd8448eb211c80319c"


async def test_log_lines_carry_the_ids_and_nothing_that_was_typed(client):
    merge = structlog.contextvars.merge_contextvars
    with structlog.testing.capture_logs(processors=[merge]) as lines:
        await client.post(
            "/v1/ask?secret=1",
            json={"text": "secret wish"},
            headers={"x-request-id": "r-7", "traceparent": PARENT},
        )
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["request_id"], line["trace_id"]) == ("r-7", "0af7651916cd43dd8448eb211c80319c")
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/ask", 200)
    assert "secret" not in str(lines)
