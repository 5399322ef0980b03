"""Vector databases of tests: one that can be made to fail in every way, and real servers."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import numpy as np

from flight_search.domain.errors import VectorDatabaseError
from flight_search.vectors.database import Collection, VectorDatabase


class FakeDatabase(VectorDatabase):
    """Keeps collections in a dict; ``fault`` makes it fail, ``asked`` counts its answers."""

    kind = "a test's database"
    most_per_batch = 100

    def __init__(self) -> None:
        self.kept: dict[str, dict[int, np.ndarray]] = {}
        self.notes: dict[str, dict[str, str]] = {}
        self.fault = ""
        self.asked: list[str] = []

    def collections(self):
        self._may_fail()
        return [Collection(name, self.notes[name]) for name in self.kept]

    def create(self, name, dimensions, notes, hnsw):  # noqa: ARG002
        self._may_fail()
        self.kept[name], self.notes[name] = {}, notes

    def upsert(self, name, rows, vectors, texts):
        self._may_fail()
        assert len(rows) == len(vectors) == len(texts) <= self.most_per_batch
        if self.fault == "disk full" and len(self.kept[name]):
            raise VectorDatabaseError("no space left")
        self.kept[name] |= dict(zip(rows.tolist(), vectors, strict=True))

    def rename(self, name, to):
        self._may_fail()
        if to in self.kept:
            raise VectorDatabaseError("exists already")
        self.kept[to], self.notes[to] = self.kept.pop(name), self.notes.pop(name)

    def drop(self, name):
        self._may_fail()
        self.kept.pop(name, None)

    def count(self, name):
        self._may_fail()
        return len(self.kept[name])

    def vectors(self, name, rows):
        self._may_fail()
        self.asked.append("vectors")
        found = np.array([self.kept[name][row] for row in rows.tolist()], dtype=np.float32)
        match self.fault:
            case "other dimension":
                return found[:, :-1]
            case "NaN":
                return found * np.nan
            case "other model":
                return -found
            case "missing":
                raise VectorDatabaseError("has no vector of 1 of 1 profiles")
            case _:
                return found

    def nearest(self, name, query, limit):
        self._may_fail()
        self.asked.append("nearest")
        rows = np.array(list(self.kept[name]), dtype=np.uint32)
        cosines = np.array(list(self.kept[name].values())) @ query
        best = np.argsort(-cosines)[:limit]
        match self.fault:
            case "twice":
                best[1:] = best[0]
            case "unknown rows":
                return rows[best] + 1_000_000, cosines[best]
            case "too few":
                best = best[:1]
            case "NaN":
                return rows[best], cosines[best] * np.nan
            case "other model":
                return rows[best], cosines[best] - 0.5
            case "poor graph":
                worst = np.argsort(cosines)[:limit]
                return rows[worst], cosines[worst]
        return rows[best], cosines[best]

    def patient(self):
        return self

    def close(self):
        pass

    def _may_fail(self) -> None:
        if self.fault == "down":
            raise VectorDatabaseError("cannot be reached")


class _Process:
    """A server on loopback; can be paused, killed and started again at its port."""

    health: str

    def __init__(self, folder: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        self._process: subprocess.Popen | None = None

    def _begin(self) -> subprocess.Popen:
        raise NotImplementedError

    def start(self) -> None:
        self._process = self._begin()
        for _ in range(600):
            try:
                if httpx.get(self.url + self.health, timeout=1, trust_env=False).is_success:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise TimeoutError(f"{type(self).__name__} did not start within a minute")

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class ChromaProcess(_Process):
    """``chroma run`` of the package chromadb."""

    health = "/api/v2/heartbeat"

    def _begin(self) -> subprocess.Popen:
        program = Path(sys.executable).with_name("chroma")
        return subprocess.Popen(
            [program, "run", "--path", self._folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


class QdrantProcess(_Process):
    """The program ``qdrant`` of the PATH."""

    health = "/healthz"

    def _begin(self) -> subprocess.Popen:
        settings = {
            "QDRANT__SERVICE__HOST": "127.0.0.1",
            "QDRANT__SERVICE__HTTP_PORT": str(self.port),
            "QDRANT__SERVICE__GRPC_PORT": str(_free_port()),
            "QDRANT__TELEMETRY_DISABLED": "true",
        }
        return subprocess.Popen(
            ["qdrant"],
            cwd=self._folder,
            env={**os.environ, **settings},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
