"""Which embedding model finds the destinations that a wish means, and how fast.

In: ``wishes.tsv`` (wishes in other words than the profiles', each with the destinations that fulfil it) and
the profiles of the default data, one per destination and season. Out: for each model recall@5 (the share of
wishes with a right destination among the five nearest), the mean share of right ones among these five, the
time of a query, and profiles per second.

    .venv/bin/python benchmarks/embedding_models.py [onnx model and its tokenizer ...]
"""

import statistics
import sys
import time
from pathlib import Path

import numpy as np

from flight_search.embed.hashing import HashingEmbedder
from flight_search.embed.onnx import OnnxEmbedder
from flight_search.embed.port import Embedder
from flight_search.ingest.climate import ClimateMap
from flight_search.ingest.destinations import SEASONS, describe_destinations, read_characters

NEAREST = 5
QUERY_RUNS = 100


def main() -> None:
    wishes = [
        line.split("\t") for line in (Path(__file__).parent / "wishes.tsv").read_text().splitlines()[1:]
    ]
    codes = list(read_characters())
    texts, owners = [], []
    for code, there in zip(codes, describe_destinations(codes, ClimateMap.load()), strict=True):
        for season, weather in zip(SEASONS, there.weather, strict=True):
            texts.append(
                f"{there.place}. {there.character}. {season}: {weather}. nonstop medium haul flight, "
                "morning departure. full-service airline, narrow-body jet"
            )
            owners.append(code)
    print(f"{len(wishes)} wishes, {len(texts)} profiles of {len(codes)} destinations")
    print(f"{'model':<50} recall@5  right of 5  query p50  profiles/s")
    for name, embedder in _models(sys.argv[1:]):
        _measure(name, embedder, wishes, texts, np.array(owners))


def _models(arguments: list[str]) -> list[tuple[str, Embedder]]:
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    models: list[tuple[str, Embedder]] = [("hashing", HashingEmbedder(384))]
    for model, tokenizer in pairs:
        models.append((model[-50:], OnnxEmbedder(model[-50:], Path(model), Path(tokenizer))))
    return models


def _measure(
    name: str, embedder: Embedder, wishes: list[list[str]], texts: list[str], owners: np.ndarray
) -> None:
    embedder.embed_documents(texts[:64])
    began = time.perf_counter()
    vectors = embedder.embed_documents(texts)
    rate = len(texts) / (time.perf_counter() - began)
    hits, rights, times = 0, 0.0, []
    for wish, wanted in wishes:
        began = time.perf_counter()
        query = embedder.embed_query(wish)
        times.append(time.perf_counter() - began)
        nearest = list(dict.fromkeys(owners[np.argsort(-(vectors @ query))]))[:NEAREST]
        right = [code for code in nearest if code in wanted.split()]
        hits += bool(right)
        rights += len(right) / min(NEAREST, len(wanted.split()))
    print(
        f"{name:<50} {hits / len(wishes):8.2f}  {rights / len(wishes):10.2f}  "
        f"{statistics.median(times) * 1e3:6.2f} ms  {rate:10.0f}"
    )


if __name__ == "__main__":
    main()
