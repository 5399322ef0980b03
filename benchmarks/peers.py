"""Our engine beside vector stores and columnar engines: the same offers, queries and ground truth.

    pip install -r benchmarks/peers.txt
    python benchmarks/generated.py DATA_DIR --offers 100000
    python benchmarks/peers.py DATA_DIR [--queries 40] [--only NAME...] [--json FILE] [--table FILE]

Every peer holds one vector per offer with its facts beside it and answers "the ten most similar offers that
satisfy the filter". Ours answers more: the ten best by price, time, stops and meaning, the total and all
facets, each exact. Shapes of filters (A to E) are those of `search_engine.py`. Recall is the share of the ten
whose cosine is no lower than the tenth of brute force (equal vectors are equally right); ours is held against
the plan that looks at every row. Each engine runs in a process of its own; ``MB`` is what its process grew by
over the bare vectors and facts, for a server its whole process. ``cpu`` is the mean time of the processor of
a search, that of a server included: the figure to compare on a busy machine. A shape that is slow is asked
fewer queries.
"""

import argparse
import importlib.util
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from search_engine import SHAPES, WORDS, Drawn, answer, minute_of, utc_now

from flight_search.catalog.store import SnapshotStore
from flight_search.domain.query import FlightQuery
from flight_search.search.bundles import bundle
from flight_search.search.choice import PlanName
from flight_search.search.dates import clock_minute, day_number
from flight_search.search.found import Ask
from flight_search.search.index import SnapshotIndex
from flight_search.search.meaning import Wish
from flight_search.search.money import pricing_of

TOP = 10
HNSW = {"max_neighbors": 32, "ef_construction": 400, "ef_search": 200}


@dataclass(frozen=True)
class Case:
    """One question: its filter as plain bounds, and the vector."""

    query: FlightQuery
    bounds: list[tuple[str, str, object]]
    vector: np.ndarray


@dataclass(frozen=True)
class Data:
    """The offers as every engine gets them."""

    index: SnapshotIndex
    facts: pl.DataFrame
    vectors: np.ndarray
    profile: np.ndarray
    cases: dict[str, list[Case]]


def load(data_dir: Path, queries: int) -> Data:
    snapshot = SnapshotStore(data_dir).open()
    index, offers = SnapshotIndex(snapshot), snapshot.offers
    iata = snapshot.airports.iata.astype(str)
    facts = pl.DataFrame(
        {
            "origin": iata[offers.origin],
            "destination": iata[offers.destination],
            "day": offers.departure_day.astype(np.int64),
            "minute": offers.departure_minute.astype(np.int64),
            "price": offers.price.astype(np.int64),
            "stops": offers.stops.astype(np.int64),
            "carrier": snapshot.carriers.iata.astype(str)[offers.carrier],
        }
    )
    drawn = Drawn(index, random.Random(0), int(np.median(offers.price)))  # noqa: S311 - no secret
    rng = np.random.default_rng(1)
    cases: dict[str, list[Case]] = {}
    for name, shape in SHAPES.items():
        cases[name] = []
        for _ in range(queries):
            query = FlightQuery.model_validate({**shape(drawn), "preferences": WORDS})
            vector = rng.normal(size=snapshot.manifest.dimensions).astype(np.float32)
            cases[name].append(Case(query, bounds_of(query), vector / np.linalg.norm(vector)))
    return Data(index, facts, np.asarray(snapshot.vectors), offers.profile, cases)


def bounds_of(query: FlightQuery) -> list[tuple[str, str, object]]:
    part, bounds = query.slices[0], []
    if part.origin and len(part.origin.airports) == 1:
        bounds.append(("origin", "=", part.origin.airports[0]))
    if part.destination:
        bounds.append(("destination", "in", list(part.destination.airports)))
    if part.depart_date:
        bounds.append(("day", ">=", day_number(part.depart_date.from_)))
        bounds.append(("day", "<=", day_number(part.depart_date.to)))
    if part.depart_time:
        bounds.append(("minute", ">=", clock_minute(part.depart_time.from_)))
        bounds.append(("minute", "<=", clock_minute(part.depart_time.to)))
    if query.price.max is not None:
        bounds.append(("price", "<=", int(query.price.max * 100)))
    if query.stops.max is not None:
        bounds.append(("stops", "<=", query.stops.max))
    if query.carriers.include:
        bounds.append(("carrier", "=", query.carriers.include[0]))
    return bounds


def polars_filter(bounds: list[tuple[str, str, object]]) -> pl.Expr:
    made = pl.lit(value=True)
    for name, sign, value in bounds:
        column = pl.col(name)
        made &= {
            "=": lambda c=column, v=value: c == v,
            "in": lambda c=column, v=value: c.is_in(v),
            ">=": lambda c=column, v=value: c >= v,
            "<=": lambda c=column, v=value: c <= v,
        }[sign]()
    return made


def sql_filter(bounds: list[tuple[str, str, object]]) -> str:
    def literal(value: object) -> str:
        if isinstance(value, list):
            return "(" + ", ".join(map(literal, value)) + ")"
        return f"'{value}'" if isinstance(value, str) else str(value)

    return " AND ".join(f"{name} {sign.upper()} {literal(value)}" for name, sign, value in bounds) or "TRUE"


def chroma_filter(bounds: list[tuple[str, str, object]]) -> dict[str, object] | None:
    signs = {"=": "$eq", "in": "$in", ">=": "$gte", "<=": "$lte"}
    made: list[dict[str, object]] = [{name: {signs[sign]: value}} for name, sign, value in bounds]
    return {"$and": made} if len(made) > 1 else made[0] if made else None


Ten = list[int]
Engine = tuple[float, Callable[[Case], Ten], Callable[[], int], Callable[[], float]]
"""Seconds to build, the search, and of another process resident bytes and seconds of work, 0 without one."""


def none() -> int:
    return 0


def worked_by(pid: int) -> float:
    """Return the seconds of the processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def exact_ten(data: Data, rows: np.ndarray, vector: np.ndarray) -> Ten:
    """Return the ten most similar of some rows; each profile is compared once."""
    if len(rows) == 0:
        return []
    profiles, place = np.unique(data.profile[rows], return_inverse=True)
    cosines = (data.vectors[profiles] @ vector)[place]
    near = np.argpartition(-cosines, min(TOP, len(rows)) - 1)[:TOP]
    return rows[near[np.argsort(-cosines[near])]].tolist()


@contextmanager
def ours(data: Data) -> Iterator[Engine]:
    began = time.perf_counter()
    index = data.index
    index.warm_up()
    index.bundled = bundle(index, minute_of(utc_now()))
    built = time.perf_counter() - began

    def search(case: Case) -> Ten:
        manifest = index.snapshot.manifest
        ask = Ask(case.query, minute_of(utc_now()), pricing_of(case.query, manifest), Wish(case.vector))
        return [match.rows[0] for match in answer(index, ask)[1]]

    yield built, search, none, none


@contextmanager
def polars_numpy(data: Data) -> Iterator[Engine]:
    frame = data.facts.with_row_index("row").lazy()

    def search(case: Case) -> Ten:
        rows = frame.filter(polars_filter(case.bounds)).select("row").collect()["row"].to_numpy()
        return exact_ten(data, rows.astype(np.int64), case.vector)

    yield 0.0, search, none, none


@contextmanager
def duckdb_numpy(data: Data) -> Iterator[Engine]:
    import duckdb  # noqa: PLC0415 - one peer of several

    began = time.perf_counter()
    connection = duckdb.connect()
    connection.register("frame", data.facts.with_row_index("row").to_arrow())
    connection.execute("CREATE TABLE offers AS SELECT * FROM frame")
    built = time.perf_counter() - began

    def search(case: Case) -> Ten:
        sql = f"SELECT row FROM offers WHERE {sql_filter(case.bounds)}"  # noqa: S608 - our own bounds
        rows = connection.execute(sql).fetchnumpy()["row"]
        return exact_ten(data, np.asarray(rows, dtype=np.int64), case.vector)

    yield built, search, none, none


@contextmanager
def lancedb_hnsw(data: Data) -> Iterator[Engine]:
    import lancedb  # noqa: PLC0415 - one peer of several
    import pyarrow as pa  # noqa: PLC0415

    folder = tempfile.mkdtemp()
    began = time.perf_counter()
    table = data.facts.with_row_index("row").to_arrow()
    # Its indexes take no large strings.
    fields = [
        (field.name, pa.string() if "string" in str(field.type) else field.type) for field in table.schema
    ]
    table = table.cast(pa.schema(fields))
    flat = pa.array(data.vectors[data.profile].ravel())
    vectors = pa.FixedSizeListArray.from_arrays(flat, data.vectors.shape[1])
    opened = lancedb.connect(folder).create_table("offers", table.append_column("vector", vectors))
    opened.create_index(
        metric="cosine",
        vector_column_name="vector",
        index_type="IVF_HNSW_SQ",
        num_partitions=1,
        m=HNSW["max_neighbors"],
        ef_construction=HNSW["ef_construction"],
    )
    for column in data.facts.columns:
        opened.create_scalar_index(column)
    built = time.perf_counter() - began

    def search(case: Case) -> Ten:
        asked = opened.search(case.vector).distance_type("cosine").ef(HNSW["ef_search"])
        if case.bounds:
            asked = asked.where(sql_filter(case.bounds), prefilter=True)
        return asked.select(["row"]).limit(TOP).to_arrow()["row"].to_pylist()

    try:
        yield built, search, none, none
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def qdrant_local(data: Data) -> Iterator[Engine]:
    from qdrant_client import QdrantClient, models  # noqa: PLC0415 - one peer of several

    client = QdrantClient(":memory:")
    began = time.perf_counter()
    size = data.vectors.shape[1]
    client.create_collection(
        "offers", vectors_config=models.VectorParams(size=size, distance=models.Distance.COSINE)
    )
    facts = data.facts.to_dicts()
    for begin in range(0, len(facts), 5_000):
        part = range(begin, min(begin + 5_000, len(facts)))
        client.upsert(
            "offers",
            models.Batch(
                ids=list(part),
                vectors=data.vectors[data.profile[part.start : part.stop]],
                payloads=facts[part.start : part.stop],
            ),
        )
    built = time.perf_counter() - began

    def condition(name: str, sign: str, value: object) -> object:
        if sign == "=":
            return models.FieldCondition(key=name, match=models.MatchValue(value=value))
        if sign == "in":
            return models.FieldCondition(key=name, match=models.MatchAny(any=value))
        bound = {"gte": value} if sign == ">=" else {"lte": value}
        return models.FieldCondition(key=name, range=models.Range(**bound))

    def search(case: Case) -> Ten:
        must = models.Filter(must=[condition(*bound) for bound in case.bounds]) if case.bounds else None
        found = client.query_points(
            "offers", query=case.vector.tolist(), query_filter=must, limit=TOP, with_payload=False
        )
        return [point.id for point in found.points]

    yield built, search, none, none


def _fill_chroma(client: object, data: Data) -> Engine:
    began = time.perf_counter()
    collection = client.create_collection(
        "offers", configuration={"hnsw": {"space": "cosine", **HNSW}}, embedding_function=None
    )
    facts = data.facts.to_dicts()
    for begin in range(0, len(facts), 5_000):
        end = min(begin + 5_000, len(facts))
        collection.add(
            ids=[str(row) for row in range(begin, end)],
            embeddings=data.vectors[data.profile[begin:end]],
            metadatas=facts[begin:end],
        )
    built = time.perf_counter() - began

    def search(case: Case) -> Ten:
        found = collection.query(
            query_embeddings=[case.vector], n_results=TOP, where=chroma_filter(case.bounds), include=[]
        )
        return [int(number) for number in found["ids"][0]]

    return built, search, none, none


@contextmanager
def chroma_embedded(data: Data) -> Iterator[Engine]:
    import chromadb  # noqa: PLC0415 - one peer of several

    folder = tempfile.mkdtemp()
    try:
        yield _fill_chroma(chromadb.PersistentClient(folder), data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def chroma_server(data: Data) -> Iterator[Engine]:
    import chromadb  # noqa: PLC0415 - one peer of several

    folder = tempfile.mkdtemp()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = Path(sys.executable).with_name("chroma")
    server = subprocess.Popen(
        [command, "run", "--path", folder, "--host", "127.0.0.1", "--port", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            try:
                client = chromadb.HttpClient(host="127.0.0.1", port=port)
                break
            except ValueError:
                time.sleep(0.2)
        built, search, *_ = _fill_chroma(client, data)
        yield built, search, lambda: resident(server.pid), lambda: worked_by(server.pid)
    finally:
        server.terminate()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)


PEERS: dict[str, tuple[str, Callable[[Data], object]]] = {
    "flight-search": ("flight_search", ours),
    "Polars + NumPy, exact": ("polars", polars_numpy),
    "DuckDB + NumPy, exact": ("duckdb", duckdb_numpy),
    "Qdrant local mode, exact": ("qdrant_client", qdrant_local),
    "LanceDB HNSW-SQ": ("lancedb", lancedb_hnsw),
    "Chroma embedded": ("chromadb", chroma_embedded),
    "Chroma server": ("chromadb", chroma_server),
}


def resident(pid: int | None = None) -> int:
    status = Path(f"/proc/{pid or os.getpid()}/status").read_text()
    return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


def recall_of(data: Data, name: str, case: Case, found: Ten) -> float:
    """Return the share of the ten that brute force agrees with."""
    if name == "flight-search":
        index = data.index
        pricing = pricing_of(case.query, index.snapshot.manifest)
        ask = Ask(case.query, minute_of(utc_now()), pricing, Wish(case.vector))
        expected = [match.rows[0] for match in answer(index, ask, PlanName.FILTER_FIRST)[1]]
        return len(set(found) & set(expected)) / len(expected) if expected else float(not found)
    frame = data.facts.with_row_index("row").filter(polars_filter(case.bounds))
    rows = frame["row"].to_numpy().astype(np.int64)
    best = exact_ten(data, rows, case.vector)
    if not best:
        return float(not found)
    allowed = np.isin(found, rows)
    lowest = float(data.vectors[data.profile[best[-1]]] @ case.vector) - 1e-5
    similar = data.vectors[data.profile[np.array(found, dtype=np.int64)]] @ case.vector >= lowest
    return float(np.count_nonzero(allowed & similar)) / len(best)


def measure(data: Data, name: str, seconds: float) -> dict[str, object]:
    before = resident()
    with PEERS[name][1](data) as (built, search, other, worked):
        shapes = {}
        for shape, cases in data.cases.items():
            spent, recalls, cpu = [], [], 0.0
            search(cases[0])
            until = time.perf_counter() + seconds
            for case in cases:
                began, began_cpu = time.perf_counter(), time.process_time() + worked()
                found = search(case)
                spent.append(1000 * (time.perf_counter() - began))
                cpu += 1000 * (time.process_time() + worked() - began_cpu)
                recalls.append(recall_of(data, name, case, found))
                if time.perf_counter() > until:
                    break
            shapes[shape] = {
                "p50_ms": round(float(np.percentile(spent, 50)), 2),
                "p99_ms": round(float(np.percentile(spent, 99)), 2),
                "cpu_ms": round(cpu / len(spent), 2),
                "recall": round(float(np.mean(recalls)), 3),
                "queries": len(spent),
            }
        memory = (other() or resident() - before) / 2**20
    return {"engine": name, "built_s": round(built, 1), "memory_mb": round(memory), "shapes": shapes}


def table_of(results: list[dict[str, object]], offers: int) -> str:
    heads = [shape.split()[0] for shape in SHAPES]
    lines = [
        f"| {offers:,} offers; p50 / p99, cpu ms (recall) | {' | '.join(heads)} | built s | MB |",
        f"| --- |{' --- |' * (len(heads) + 2)}",
    ]
    for result in results:
        if "skipped" in result:
            lines.append(f"| {result['engine']} | {'skipped: ' + str(result['skipped'])} |")
            continue
        cells = [
            f"{one['p50_ms']:.1f} / {one['p99_ms']:.1f}, {one['cpu_ms']:.1f} ({one['recall']:.2f})"
            for one in result["shapes"].values()
        ]
        row = " | ".join([str(result["engine"]), *cells, str(result["built_s"]), str(result["memory_mb"])])
        lines.append(f"| {row} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--queries", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=20, help="most that a shape is asked")
    parser.add_argument("--only", nargs="+", choices=PEERS, default=list(PEERS))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--table", type=Path, help="a file to write the table to, in Markdown")
    parser.add_argument("--one", choices=PEERS, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.one:
        print(json.dumps(measure(load(chosen.data_dir, chosen.queries), chosen.one, chosen.seconds)))
        return
    results: list[dict[str, object]] = []
    for name in chosen.only:
        if importlib.util.find_spec(PEERS[name][0]) is None:
            results.append({"engine": name, "skipped": f"{PEERS[name][0]} is not installed"})
        else:
            command = [sys.executable, __file__, str(chosen.data_dir), "--queries", str(chosen.queries)]
            command += ["--seconds", str(chosen.seconds)]
            ran = subprocess.run([*command, "--one", name], capture_output=True, text=True, check=False)
            last = ran.stdout.strip().splitlines()[-1:] or [""]
            failed = (ran.stderr.strip().splitlines()[-1:] or ["no output"])[0]
            results.append(json.loads(last[0]) if not ran.returncode else {"engine": name, "skipped": failed})
        print(results[-1], file=sys.stderr, flush=True)
    offers = SnapshotStore(chosen.data_dir).open().manifest.counts["offers"]
    table = table_of(results, offers)
    print(table)
    if chosen.table:
        chosen.table.write_text(table)
    if chosen.json:
        chosen.json.write_text(json.dumps({"offers": offers, "results": results}, indent=2))


if __name__ == "__main__":
    main()
