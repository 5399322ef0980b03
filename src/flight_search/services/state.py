"""What an app has at hand while it runs: made when it starts, passed to every request."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from flight_search.services.admin import Admin, Gate
from flight_search.services.admin_fares import AdminFares
from flight_search.services.admin_tally import Tally
from flight_search.services.metrics import Metrics
from flight_search.services.ports import Ports
from flight_search.services.settings import ChatSettings, Role


@dataclass(frozen=True)
class AppState:
    """The parts that routes use."""

    role: Role
    ports: Ports
    metrics: Metrics
    chat: ChatSettings
    tally: Tally
    admin: Admin
    gate: Gate
    fares: AdminFares


def state_of(connection: HTTPConnection) -> AppState:
    """Return the state of the app that serves this request."""
    state: AppState = connection.state.app
    return state


def ports_of(connection: HTTPConnection) -> Ports:
    """Return the ports of the app that serves this request."""
    return state_of(connection).ports
