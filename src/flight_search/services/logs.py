"""Log lines: one event each, for people on a terminal and as JSON elsewhere, always to standard error.

Within a request every line carries its ``request_id`` and ``trace_id``. What people type is personal data:
texts and queries are not logged.
"""

import logging
import sys
from typing import Any

import structlog

from flight_search.services.settings import LogSettings

# They log each request by its full address or its body, which hold what people look for; ``exchange`` does
# without.
_QUIET = ("uvicorn.access", "httpx", "httpcore", "openai", "httpx2", "httpcore2")


def configure_logs(settings: LogSettings) -> None:
    """Send our events and those of the libraries through one pipeline. For the entry point of a process."""
    as_json = settings.format == "json" or (settings.format == "auto" and not sys.stderr.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [structlog.processors.dict_tracebacks, structlog.processors.JSONRenderer(default=str)]
        if as_json
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.level),
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, _without_colours],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_colours(_logger: Any, _method: str, event: Any) -> Any:  # noqa: ANN401 - structlog's signature
    event.pop("color_message", None)  # uvicorn says everything twice
    return event
