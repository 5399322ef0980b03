"""Three embedders without downloads: hashing, a tiny ONNX model made here, a tiny HTTP endpoint."""

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, models, pre_tokenizers

from flight_search.embed.hashing import HashingEmbedder
from flight_search.embed.onnx import OnnxEmbedder
from flight_search.embed.openai import OpenAIEmbedder
from flight_search.embed.port import Embedder
from flight_search.embed.settings import EmbeddingSettings, Provider

DIMENSIONS = 16
WORDS = ("[PAD]", "[UNK]", "beach", "warm", "snow", "ski", "city", "quiet", "early", "flight", "morning")


class Endpoint(BaseHTTPRequestHandler):
    """Answers like an embeddings endpoint, in an order of its own."""

    def do_POST(self) -> None:
        texts = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["input"]
        rows = [{"index": index, "embedding": self._vector(text)} for index, text in enumerate(texts)]
        body = json.dumps({"object": "list", "data": rows[::-1], "model": "tiny"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _vector(self, text: str) -> list[float]:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
        return (3 * np.random.default_rng(seed).normal(size=DIMENSIONS)).tolist()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.fixture
def endpoint_url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def make_tiny_model(folder: Path) -> tuple[Path, Path]:
    """Write a model that looks every token up in a random table, and its tokenizer."""
    table = np.random.default_rng(5).normal(size=(len(WORDS), DIMENSIONS)).astype(np.float32)
    shape = ["batch", "tokens"]
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])],
        "tiny",
        [helper.make_tensor_value_info("input_ids", TensorProto.INT64, shape)],
        [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, [*shape, DIMENSIONS])],
        [numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, folder / "model.onnx")
    tokenizer = Tokenizer(models.WordLevel({word: row for row, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder / "model.onnx", folder / "tokenizer.json"


@pytest.fixture(params=["hashing", "onnx", "openai"])
def embedder(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Embedder]:
    match request.param:
        case "hashing":
            yield HashingEmbedder(DIMENSIONS)
        case "onnx":
            yield OnnxEmbedder("tiny", *make_tiny_model(tmp_path), threads=1)
        case _:
            settings = EmbeddingSettings(
                provider=Provider.OPENAI,
                base_url=request.getfixturevalue("endpoint_url"),
                dimensions=DIMENSIONS,
                batch=7,
                attempts=1,
            )
            remote = OpenAIEmbedder(settings)
            yield remote
            remote.close()
