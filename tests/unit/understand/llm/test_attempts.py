"""When a call is made again, and how long is waited before."""

import datetime as dt
import email.utils

import httpx2
import openai
import pytest

from flight_search.understand.llm.attempts import attempted, wait_of

REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")


def told(status, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = httpx2.Response(status, headers=named, request=REQUEST)
    return openai.APIStatusError("no", response=response, body=None)


class Failing:
    """Fails in the same way each time; keeps the pauses between its calls instead of waiting."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.calls = 0
        self.pauses: list[float] = []

    async def call(self):
        self.calls += 1
        raise self.error

    async def sleep(self, seconds):
        self.pauses.append(seconds)

    async def tried(self, most=6, within_s=1_000.0):
        with pytest.raises(type(self.error)):
            await attempted(self.call, most, within_s, sleep=self.sleep)
        return self.calls


@pytest.mark.parametrize(
    ("error", "calls"),
    [
        (told(429), 3), (told(408), 3), (told(500), 3), (told(503), 3),
        (told(400), 1), (told(401), 1), (told(404), 1), (told(422), 1),
        (told(429, x_should_retry="false"), 1), (told(400, x_should_retry="true"), 3),
        (openai.APIConnectionError(request=REQUEST), 3), (httpx2.RemoteProtocolError("cut"), 3),
        (openai.APITimeoutError(request=REQUEST), 1), (httpx2.ReadTimeout("slow"), 1),
        (TimeoutError(), 1), (ValueError(), 1),
    ],
)  # fmt: skip
async def test_what_may_pass_is_tried_as_often_as_the_settings_allow(error, calls):
    assert await Failing(error).tried(most=3) == calls


async def test_pauses_are_random_and_may_grow_to_a_bound():
    runs = [Failing(told(503)) for _ in range(40)]
    for run in runs:
        await run.tried(most=8)
    first, *_, last = zip(*(run.pauses for run in runs), strict=True)
    assert len(set(first)) > 30
    assert 0.1 < min(first) <= max(first) <= 0.25
    assert 1.0 < max(last) <= 4.0


async def test_a_server_is_given_the_time_that_it_names_and_a_bit_more_each_client_another():
    runs = [Failing(told(429, retry_after="7")) for _ in range(20)]
    for run in runs:
        await run.tried(most=2)
    pauses = [run.pauses[0] for run in runs]
    assert 7.0 < min(pauses) < max(pauses) < 7.1


async def test_who_wants_more_time_than_there_is_is_not_asked_again():
    run = Failing(told(429, retry_after="7"))
    assert (await run.tried(within_s=5.0), run.pauses) == (1, [])


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0), ({"retry_after": "2"}, 2), ({"retry_after": "0.5"}, 0.5), ({"retry_after_ms": "250"}, 0.25),
        ({"retry_after_ms": "250", "retry_after": "9"}, 0.25), ({"retry_after": "soon"}, 0),
        ({"retry_after": "-3"}, 0), ({"retry_after": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0),
        ({"retry_after": "nan"}, 0), ({"retry_after": "inf"}, 0), ({"retry_after": "1e9"}, 0),
    ],
)  # fmt: skip
def test_how_long_a_server_wants_to_be_left_alone(headers, seconds):
    assert wait_of(told(429, **headers)) == seconds


def test_a_date_is_read_as_the_time_until_then():
    then = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=100), usegmt=True)
    assert 90 < wait_of(told(503, retry_after=then)) <= 100
