"""Listening: on what, and what is said where that cannot be."""

import socket

import pytest

from flight_search.domain.errors import SettingsError
from flight_search.services.serve import PortInUseError, listen


def test_a_free_port_is_taken_for_0():
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0


def test_a_port_in_use_names_another():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortInUseError, match=str(port)) as raised:
            listen("127.0.0.1", port)
    assert f"--port {port + 1}" in raised.value.remedy
    assert raised.value.exit_code == SettingsError.exit_code


def test_a_port_is_free_again_at_once():
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()) as client:
        port = listener.getsockname()[1]
        served, _ = listener.accept()
        served.close()
        client.recv(1)
    listen("127.0.0.1", port).close()


@pytest.mark.parametrize("host", ["no such host", "203.0.113.1", "::ffff:203.0.113.1"])
def test_an_address_that_is_not_ours_says_what_to_use(host):
    with pytest.raises(SettingsError) as raised:
        listen(host, 0)
    assert "127.0.0.1" in raised.value.remedy
