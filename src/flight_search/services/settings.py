"""The settings of the services, one object per concern, read from the environment.

Every variable begins with ``FLIGHT_SEARCH_``; ``docs/settings.md`` lists them all and a test holds it against
this module. A value that cannot be used is a ``SettingsError`` that names its variable; a variable that
nobody reads (a misspelling, mostly) is warned about.
"""

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, TypeVar

from platformdirs import user_cache_path, user_data_path
from pydantic import Field, HttpUrl, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSettingError

from flight_search.cache.settings import CacheSettings
from flight_search.domain.errors import SettingsError
from flight_search.embed.settings import EmbeddingSettings
from flight_search.operate.settings import BackupSettings
from flight_search.understand.llm.settings import LanguageModelSettings
from flight_search.vectors.settings import VectorSettings

PREFIX: Final = "FLIGHT_SEARCH_"

Role: TypeAlias = Literal["all", "llm", "rag", "console"]
"""What one process serves: everything, or one of the three services."""

ROLES: Final[tuple[Role, ...]] = ("all", "llm", "rag", "console")

DEFAULT_PORTS: Final[Mapping[Role, int]] = {"all": 8080, "console": 8080, "llm": 8081, "rag": 8082}
"""Chosen so that the three services find one another on one machine without a setting."""

Concern = TypeVar("Concern", bound=BaseSettings)


def _setting(says: str, *, unit: str = "", shown: str = "", **field: Any) -> Any:  # noqa: ANN401 - as pydantic's Field
    """Return a field with its description and unit; ``shown`` replaces a default that differs by machine."""
    return Field(description=says, json_schema_extra={"unit": unit, "shown": shown}, **field)


def _config(prefix: str = "") -> SettingsConfigDict:
    # Variables set to nothing count as not set: compose files and unit files often pass them on empty.
    return SettingsConfigDict(env_prefix=PREFIX + prefix, frozen=True, extra="ignore", env_ignore_empty=True)


class Settings(BaseSettings):
    """Where things are kept."""

    model_config = _config()

    data_dir: Path = _setting(
        "Folder of the snapshots.",
        unit="path",
        shown="the user's data folder",
        default_factory=lambda: user_data_path("flight-search", appauthor=False),
    )
    cache_dir: Path = _setting(
        "Folder of downloads, model weights and embeddings; can be deleted at any time.",
        unit="path",
        shown="the user's cache folder",
        default_factory=lambda: user_cache_path("flight-search", appauthor=False),
    )


class ServerSettings(BaseSettings):
    """How a service listens and what it accepts."""

    model_config = _config()

    host: str = _setting("Address to listen on; `0.0.0.0` for all.", default="127.0.0.1")
    port: int | None = _setting(
        "Port to listen on.",
        shown="8080; `serve llm` 8081, `serve rag` 8082",
        default=None,
        ge=0,
        le=65_535,
    )
    drain_timeout_s: float = _setting(
        "How long requests in flight may go on after a signal to stop.",
        default=25.0,
        gt=0,
        le=3_600,
    )
    max_body_bytes: int = _setting(
        "Largest request body; `/v1/intent/batch` may have sixteen times as much.",
        unit="bytes",
        default=1_048_576,
        ge=16_384,
        le=67_108_864,
    )
    search_threads: int = _setting(
        "Searches that run at the same time; more wait.",
        unit="threads",
        shown="2, or the number of cores where that is more",
        default_factory=lambda: max(2, os.cpu_count() or 1),
        ge=1,
        le=256,
    )
    intent_threads: int = _setting(
        "Long texts and batches that are understood at the same time; more wait.",
        unit="threads",
        default=2,
        ge=1,
        le=256,
    )


class UpstreamSettings(BaseSettings):
    """How the console reaches the other two services."""

    model_config = _config()

    llm_url: HttpUrl = _setting(
        "Address of the llm-service.", unit="URL", default=HttpUrl("http://127.0.0.1:8081")
    )
    rag_url: HttpUrl = _setting(
        "Address of the rag-service.", unit="URL", default=HttpUrl("http://127.0.0.1:8082")
    )
    upstream_connect_timeout_s: float = _setting(
        "How long one attempt may take to connect.", default=1.0, gt=0, le=60
    )
    upstream_timeout_s: float = _setting("How long one attempt may take.", default=10.0, gt=0, le=600)
    upstream_deadline_s: float = _setting(
        "How long all attempts of one call may take together.", default=15.0, gt=0, le=600
    )
    upstream_attempts: int = _setting("Attempts of one call, the first included.", default=3, ge=1, le=10)
    upstream_connections: int = _setting(
        "Calls at the same time to each service; more wait.", unit="connections", default=64, ge=1, le=4_096
    )


class ChatSettings(BaseSettings):
    """What the chat socket accepts."""

    model_config = _config("CHAT_")

    allowed_origins: tuple[str, ...] = _setting(
        'Origins (as `["https://flights.example.com"]`) whose pages may open the socket, besides our own.',
        unit="JSON list",
        default=(),
    )
    max_message_bytes: int = _setting(
        "Largest message.", unit="bytes", default=131_072, ge=1_024, le=1_048_576
    )
    messages_per_second: float = _setting(
        "Messages that one connection may send in the long run.",
        unit="messages/s",
        default=5.0,
        gt=0,
        le=1_000,
    )
    burst: int = _setting("Messages that it may send at once.", unit="messages", default=20, ge=1, le=10_000)


class AdminSettings(BaseSettings):
    """Who may see the operators' view at `/admin`."""

    model_config = _config("ADMIN_")

    token: SecretStr | None = _setting(
        "What operators show to see `/admin` and to switch snapshots; without it there is no such view. "
        "The same for all services of an installation.",
        unit="16 characters or more",
        default=None,
        min_length=16,
    )
    max_fares_bytes: int = _setting(
        "Largest file of fares that is taken over HTTP: a million rows of CSV have about 27 MB, gzipped 14.",
        unit="bytes",
        default=67_108_864,
        ge=1_024,
        le=1_073_741_824,
    )


class LogSettings(BaseSettings):
    """What is written to standard error."""

    model_config = _config("LOG_")

    level: Literal["debug", "info", "warning", "error"] = _setting(
        "Least severity that is logged.", default="info"
    )
    format: Literal["auto", "console", "json"] = _setting(
        "`console` for people, `json` for programs, `auto`: `console` on a terminal.", default="auto"
    )


class CommandLineSettings(BaseSettings):
    """How the command line tells what went wrong."""

    model_config = _config()

    debug: bool = _setting("Show where an error was raised instead of two sentences.", default=False)


@dataclass(frozen=True)
class ServiceSettings:
    """All concerns of a service together."""

    storage: Settings
    server: ServerSettings
    upstream: UpstreamSettings
    chat: ChatSettings
    admin: AdminSettings
    log: LogSettings
    model: LanguageModelSettings
    cache: CacheSettings


CONCERNS: Final[tuple[type[BaseSettings], ...]] = (
    Settings,
    ServerSettings,
    UpstreamSettings,
    ChatSettings,
    AdminSettings,
    LogSettings,
    LanguageModelSettings,
    CacheSettings,
    EmbeddingSettings,
    BackupSettings,
    VectorSettings,
    CommandLineSettings,
)


def read(concern: type[Concern]) -> Concern:
    """Return one concern as the environment says. Raises SettingsError."""
    # Values are left out of the messages on purpose: they may be secrets.
    try:
        return concern()
    except ValidationError as error:
        problems = [_problem(concern, item) for item in error.errors()]
        raise _unusable("; ".join(problems)) from None
    except UnreadableSettingError as error:
        named = [_variable(concern, name) for name in concern.model_fields if f'"{name}"' in str(error)]
        raise _unusable(f"{', '.join(named)}: not JSON") from None


def read_all() -> ServiceSettings:
    """Return all settings as the environment says. Raises SettingsError."""
    return ServiceSettings(
        storage=read(Settings),
        server=read(ServerSettings),
        upstream=read(UpstreamSettings),
        chat=read(ChatSettings),
        admin=read(AdminSettings),
        log=read(LogSettings),
        model=read(LanguageModelSettings),
        cache=read(CacheSettings),
    )


def unknown_variables(environment: Iterable[str]) -> dict[str, str]:
    """Return the variables with our prefix that nobody reads, each with the likeliest right name or ''."""
    known = {row.variable.removeprefix(PREFIX): row.variable for row in settings_rows()}
    found: dict[str, str] = {}
    for name in sorted(environment):
        rest = name.upper().removeprefix(PREFIX)
        if name.upper() != rest and rest not in known:
            likely = difflib.get_close_matches(rest, known, n=1, cutoff=0.7)
            found[name] = known[likely[0]] if likely else ""
    return found


def _unusable(problems: str) -> SettingsError:
    return SettingsError(
        f"The settings in the environment cannot be used. {problems}.",
        remedy="docs/settings.md lists every variable, its unit and its default.",
    )


@dataclass(frozen=True)
class SettingRow:
    """One line of the table of settings."""

    concern: str
    variable: str
    default: str
    unit: str
    says: str


def settings_rows() -> list[SettingRow]:
    """Return every setting of every concern, in the order of their declaration."""
    return [_row(concern, name) for concern in CONCERNS for name in concern.model_fields]


def settings_table() -> str:
    """Return ``docs/settings.md`` below its introduction: one Markdown table per concern."""
    parts = []
    for concern in dict.fromkeys(row.concern for row in settings_rows()):
        lines = [
            f"## {concern.rstrip('.')}",
            "",
            "| variable | default | unit | what |",
            "| --- | --- | --- | --- |",
        ]
        lines += [
            f"| `{row.variable}` | {row.default} | {row.unit} | {row.says} |"
            for row in settings_rows()
            if row.concern == concern
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _row(concern: type[BaseSettings], name: str) -> SettingRow:
    field = concern.model_fields[name]
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    default = str(extra.get("shown") or "") or _shown(field.default)
    return SettingRow(
        concern=(concern.__doc__ or concern.__name__).splitlines()[0],
        variable=_variable(concern, name),
        default=default,
        unit=str(extra.get("unit") or _unit_in(name)),
        says=" ".join((field.description or "").split()).replace("``", "`").replace("|", "\\|"),
    )


def _unit_in(name: str) -> str:
    return {"s": "s", "bytes": "bytes", "threads": "threads"}.get(name.rpartition("_")[2], "")


def _shown(default: object) -> str:
    if default is None or str(default) in ("", "()"):
        return ""
    return f"`{default}`"


def _problem(concern: type[BaseSettings], item: Mapping[str, Any]) -> str:
    """Return what is wrong, and where: in a variable, or in how several fit together."""
    place = [str(part) for part in item["loc"]]
    says = str(item["msg"]).removeprefix("Value error, ")
    if not place:
        return says
    inside = f" at {'.'.join(place[1:])}" if place[1:] else ""
    return f"{_located(concern, place[0])}{inside}: {says}"


def _located(concern: type[BaseSettings], place: str) -> str:
    """Return the variable that an error is about, which may be one that other programs use as well."""
    return _variable(concern, place) if place in concern.model_fields else place.upper()


def _variable(concern: type[BaseSettings], name: str) -> str:
    return f"{concern.model_config.get('env_prefix', '')}{name}".upper()
