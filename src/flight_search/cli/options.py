"""Options that several commands share, so that one name means one thing everywhere."""

from typing import Annotated, TypeAlias

import typer

DEFAULT_LIMIT = 10
"""Offers shown where nothing else is said: what fits on one screen."""

AsJson: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Write one JSON document for programs, and nothing else.")
]
Url: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--url",
        metavar="URL",
        help="Ask a running server, like http://127.0.0.1:8080, instead of the snapshot on this machine.",
    ),
]
Limit: TypeAlias = Annotated[int, typer.Option("--limit", "-n", min=1, max=1_000, help="How many to show.")]
Host: TypeAlias = Annotated[
    str | None, typer.Option("--host", help="Address to listen on; 0.0.0.0 for all. Default: 127.0.0.1.")
]
Port: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--port", min=0, max=65_535, help="Port; 0 takes a free one. Default: 8080 (llm 8081, rag 8082)."
    ),
]
Dataset: TypeAlias = Annotated[
    str, typer.Option("--dataset", help="Which data to build from: default (a year of New York) or world.")
]
