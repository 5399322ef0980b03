"""Runs one role as a process: listens, tells when it is ready, drains on SIGTERM and SIGINT, returns 0."""

import errno
import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

import structlog
import uvicorn

from flight_search.domain.errors import SettingsError
from flight_search.services.app import OpenPorts, create_app
from flight_search.services.logs import configure_logs
from flight_search.services.settings import PREFIX, Role, ServiceSettings, read_all, unknown_variables
from flight_search.services.wiring import open_ports as open_real_ports

_BACKLOG: Final = 2_048
_KEEP_ALIVE_S: Final = 75
"""Longer than the idle time of usual load balancers (60 s), so that it is they who close connections."""

_STOPPING: Final = (signal.SIGTERM, signal.SIGINT)

log = structlog.get_logger("flight_search.serve")


class PortInUseError(SettingsError):
    """Another process listens on the address."""

    code = "port_in_use"
    title = "The port is in use"


def serve(
    role: Role,
    host: str,
    port: int,
    *,
    on_ready: Callable[[str], None] | None = None,
    open_ports: OpenPorts = open_real_ports,
) -> int:
    """Serve until a signal to stop; return the exit code.

    ``on_ready`` is called once with the address when requests are accepted. Port 0 takes a free one.
    Raises SettingsError (PortInUseError) before anything is loaded, when it cannot listen.
    """
    settings = read_all()
    configure_logs(settings.log)
    for name, likely in unknown_variables(os.environ).items():
        log.warning("unknown_setting", variable=name, did_you_mean=likely or None)
    listener = listen(host, port)
    address = _address(host, listener)
    server = _Server(_config(role, settings, open_ports), lambda: _tell_ready(role, address, on_ready))
    try:
        with listener, _signals_only_stop(), _garbage_left_alone_until_ready():
            server.run(sockets=[listener])
    except SystemExit as stop:  # uvicorn's way to say that the lifespan did not begin
        raise SettingsError(
            f"The {role} service could not start.", remedy="The last lines of its log say why."
        ) from stop
    log.info("stopped", role=role)
    return 0


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address. Raises SettingsError with what to do where that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise SettingsError(
            f"{host!r} is no address to listen on ({error.strerror}).",
            remedy=f"Use 127.0.0.1 or 0.0.0.0 ({PREFIX}HOST, --host).",
        ) from error
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(_BACKLOG)
    except OSError as error:
        bound.close()
        raise _cannot_listen(host, port, error) from error
    return bound


def _cannot_listen(host: str, port: int, error: OSError) -> SettingsError:
    if error.errno == errno.EADDRINUSE:
        return PortInUseError(
            f"Port {port} of {host} is in use by another process.",
            remedy=f"Stop that one, or choose another: `PORT={port + 1} make run` or `--port {port + 1}`.",
        )
    if error.errno == errno.EACCES:
        return SettingsError(
            f"Listening on port {port} needs more rights.", remedy="Choose a port from 1024 up (--port)."
        )
    return SettingsError(
        f"{host} is no address of this machine ({error.strerror}).",
        remedy=f"Use 127.0.0.1 or 0.0.0.0 ({PREFIX}HOST, --host).",
    )


def _config(role: Role, settings: ServiceSettings, open_ports: OpenPorts) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(role, settings, open_ports),
        log_config=None,  # ``logs`` has said how
        access_log=False,  # ``exchange`` writes one without personal data
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=round(settings.server.drain_timeout_s),
        # Beyond the limit that a client is told of politely, the connection is closed.
        ws_max_size=2 * settings.chat.max_message_bytes,
        # Messages are small; compressing each costs more than it saves and keeps memory per connection.
        ws_per_message_deflate=False,
    )


class _Server(uvicorn.Server):
    """A server that says when it is ready."""

    def __init__(self, config: uvicorn.Config, on_started: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and not self.should_exit:
            self._on_started()


def _tell_ready(role: Role, address: str, on_ready: Callable[[str], None] | None) -> None:
    gc.freeze()
    gc.enable()
    log.info("ready", role=role, address=address)
    if on_ready is not None:
        on_ready(address)


def _address(host: str, listener: socket.socket) -> str:
    port = listener.getsockname()[1]
    shown = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104 - compared
    return (
        f"http://[{shown}]:{port}"
        if ":" in shown.strip("[]") and "[" not in shown
        else f"http://{shown}:{port}"
    )


@contextmanager
def _garbage_left_alone_until_ready() -> Iterator[None]:
    """Look for garbage only among what comes after loading.

    Names of places and the like are a million objects that stay: looking through them again and again costs a
    tenth of the start, and afterwards 0.1 s of standstill at each full collection. ``_tell_ready`` sets them
    aside.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


@contextmanager
def _signals_only_stop() -> Iterator[None]:
    """Keep signals from killing the process after the server has drained.

    Uvicorn handles the signal, drains, and then raises it again for whoever handled it before: by default
    that would end the process by the signal instead of with 0.
    """

    def ignore(_number: int, _frame: FrameType | None) -> None:
        """Do nothing: the server has already stopped because of it."""

    before = {number: signal.signal(number, ignore) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
