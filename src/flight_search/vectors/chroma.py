"""A ChromaDB server over its HTTP interface (v2).

In: questions of ``database``. Out: answers of the server, within a time limit that holds for a call as a
whole, all attempts and a server that dribbles included. ChromaDB's own client waits without end, so what
it would send is sent by httpx here; nothing has to be installed for it.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import httpx
import orjson
import tenacity

from flight_search.domain.errors import VectorDatabaseError
from flight_search.vectors.chroma_answers import (
    MOST_PER_BATCH,
    configuration,
    ids_of,
    notes_in,
    read_nearest,
    read_vectors,
    unreadable,
)
from flight_search.vectors.database import Collection, Hnsw, Rows, Values, VectorDatabase

_ROOT: Final = "/api/v2/tenants/default_tenant/databases/default_database/collections"
_MOST_BYTES: Final = 256 * 1024 * 1024
"""Of one answer: the vectors of 5,461 profiles of 1,536 dimensions take about 180 MB as JSON."""
_COLLECTIONS_PER_PAGE: Final = 1_000
_BUSY: Final = frozenset({429, 502, 503, 504})


class _TryAgainError(Exception):
    """The attempt failed in a way that another may not; its text says how."""


class ChromaServer(VectorDatabase):
    """One server. Safe to share between threads; ``close`` it at the end."""

    kind = "ChromaDB"
    most_per_batch = MOST_PER_BATCH

    def __init__(  # noqa: PLR0913 - each a setting of its own
        self,
        client: httpx.Client,
        *,
        timeout_s: float,
        load_timeout_s: float,
        attempts: int,
        clock: Callable[[], float] = time.monotonic,
        known: dict[str, str] | None = None,
    ) -> None:
        """Take a client with the server's address, the limits of one call, and a clock in seconds."""
        self._client = client
        self._timeout_s = timeout_s
        self._load_timeout_s = load_timeout_s
        self._attempts = attempts
        self._clock = clock
        self._known: dict[str, str] = {} if known is None else known
        """The id of each collection by its name: the server's paths want it."""

    def collections(self) -> list[Collection]:
        """Return all collections."""
        found: list[Any] = []
        while True:
            page = self._call("GET", f"?limit={_COLLECTIONS_PER_PAGE}&offset={len(found)}")
            if not isinstance(page, list):
                raise unreadable()
            found += page
            if len(page) < _COLLECTIONS_PER_PAGE:
                break
        try:
            return [Collection(str(item["name"]), notes_in(item.get("metadata"))) for item in found]
        except (AttributeError, KeyError, TypeError) as error:
            raise unreadable() from error

    def create(self, name: str, dimensions: int, notes: dict[str, str], hnsw: Hnsw) -> None:  # noqa: ARG002 - the first vector sets it
        """Make an empty collection, compared by cosine."""
        # An attempt whose answer was lost may have made it: the names of builds are used once.
        body = {"name": name, "metadata": notes, "configuration": configuration(hnsw), "get_or_create": True}
        self._note_id(name, self._call("POST", "", body))

    def upsert(self, name: str, rows: Rows, vectors: Values, texts: Sequence[str]) -> None:
        """Put vectors of shape (rows, dimensions) and their texts; those that are known are replaced."""
        body = {
            "ids": ids_of(rows),
            "embeddings": np_lists(vectors),
            "documents": list(texts),
            "metadatas": [{"row": row} for row in rows.tolist()],
        }
        self._call("POST", f"/{self._id(name)}/upsert", body)

    def rename(self, name: str, to: str) -> None:
        """Give a collection another name, in one step."""
        self._call("PUT", f"/{self._id(name)}", {"new_name": to})
        self._known[to] = self._known.pop(name)

    def drop(self, name: str) -> None:
        """Remove a collection; nothing happens where there is none."""
        self._known.pop(name, None)
        self._call("DELETE", f"/{name}", is_missing_fine=True)

    def count(self, name: str) -> int:
        """Return how many vectors a collection has."""
        count = self._call("GET", f"/{self._id(name)}/count")
        if not isinstance(count, int):
            raise unreadable()
        return count

    def vectors(self, name: str, rows: Rows) -> Values:
        """Return the vectors of distinct rows in the given order, of shape (rows, dimensions)."""
        body = {"ids": ids_of(rows), "include": ["embeddings"], "limit": len(rows)}
        return read_vectors(self._call("POST", f"/{self._id(name)}/get", body), rows)

    def nearest(self, name: str, query: Values, limit: int) -> tuple[Rows, Values]:
        """Return about the nearest rows and their cosines, nearest first."""
        body = {"query_embeddings": np_lists(query[None, :]), "n_results": limit, "include": ["distances"]}
        return read_nearest(self._call("POST", f"/{self._id(name)}/query", body))

    def patient(self) -> "ChromaServer":
        """Return the same server with the long time limits that filling it needs."""
        return ChromaServer(
            self._client,
            timeout_s=self._load_timeout_s,
            load_timeout_s=self._load_timeout_s,
            attempts=self._attempts,
            clock=self._clock,
            known=self._known,
        )

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _id(self, name: str) -> str:
        if name not in self._known:
            self._note_id(name, self._call("GET", f"/{name}"))
        return self._known[name]

    def _note_id(self, name: str, answer: Any) -> None:  # noqa: ANN401 - whatever was answered
        if not isinstance(answer, dict) or not isinstance(answer.get("id"), str):
            raise unreadable()
        self._known[name] = answer["id"]

    def _call(self, method: str, path: str, body: object = None, *, is_missing_fine: bool = False) -> Any:  # noqa: ANN401 - JSON
        deadline = self._clock() + self._timeout_s
        retrying = tenacity.Retrying(
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self._attempts), tenacity.stop_before_delay(self._timeout_s)
            ),
            wait=tenacity.wait_random_exponential(multiplier=0.02, max=1),
            retry=tenacity.retry_if_exception_type(_TryAgainError),
            reraise=True,
        )
        content = None if body is None else orjson.dumps(body)
        try:
            return retrying(self._once, method, path, content, deadline, is_missing_fine=is_missing_fine)
        except _TryAgainError as error:
            raise VectorDatabaseError(
                f"ChromaDB at {self._client.base_url} {error}.",
                remedy="Is it running, and is FLIGHT_SEARCH_VECTORS_URL its address?",
            ) from error

    def _once(
        self, method: str, path: str, content: bytes | None, deadline: float, *, is_missing_fine: bool
    ) -> Any:  # noqa: ANN401 - JSON
        left = max(deadline - self._clock(), 0.001)
        request = self._client.build_request(
            method,
            _ROOT + path,
            content=content,
            headers={"Content-Type": "application/json"},
            timeout=left,
        )
        try:
            response = self._client.send(request, stream=True)
            try:
                data = self._read(response, deadline)
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise _TryAgainError(f"did not answer within {self._timeout_s:g} s") from error
        except httpx.HTTPError as error:
            raise _TryAgainError(f"cannot be reached ({type(error).__name__})") from error
        if response.status_code in _BUSY:
            raise _TryAgainError(f"is busy (HTTP {response.status_code})")
        if response.status_code == httpx.codes.NOT_FOUND and is_missing_fine:
            return None
        if response.is_error:
            raise self._refusal(response.status_code, data)
        try:
            return orjson.loads(data)
        except orjson.JSONDecodeError as error:
            raise unreadable() from error

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        data = bytearray()
        for piece in response.iter_bytes():
            data += piece
            if len(data) > _MOST_BYTES:
                raise VectorDatabaseError("ChromaDB answered more than was asked for.")
            if self._clock() > deadline:
                raise _TryAgainError(f"did not answer within {self._timeout_s:g} s")
        return bytes(data)

    def _refusal(self, status: int, data: bytes) -> VectorDatabaseError:
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            return VectorDatabaseError(
                f"ChromaDB at {self._client.base_url} does not accept the credentials (HTTP {status}).",
                remedy="Set FLIGHT_SEARCH_VECTORS_TOKEN to the one it expects.",
            )
        if status == httpx.codes.NOT_FOUND:
            # Made anew or removed by somebody: its id is to be looked up again.
            self._known.clear()
        told = data[:300].decode(errors="replace").replace("\n", " ")
        return VectorDatabaseError(f"ChromaDB refuses (HTTP {status}): {told}")


def np_lists(vectors: Values) -> list[list[float]]:
    """Return vectors as JSON has them."""
    return [[float(value) for value in vector] for vector in vectors.tolist()]


def open_chroma(  # noqa: PLR0913 - each a setting of its own
    url: str, *, token: str | None, timeout_s: float, load_timeout_s: float, attempts: int, connections: int
) -> ChromaServer:
    """Return the server at an address; nothing is sent yet."""
    client = httpx.Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        # It stands beside the services; a proxy meant for the internet would not know it.
        trust_env=False,
    )
    return ChromaServer(client, timeout_s=timeout_s, load_timeout_s=load_timeout_s, attempts=attempts)
