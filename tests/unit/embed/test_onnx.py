from pathlib import Path

import pytest

from flight_search.domain.errors import EmbeddingError
from flight_search.embed.onnx import OnnxEmbedder


@pytest.mark.parametrize("content", [None, b"", b"not a model"])
def test_a_damaged_model_is_named_with_the_way_out(tmp_path: Path, content: bytes | None):
    model, tokenizer = tmp_path / "model.onnx", tmp_path / "tokenizer.json"
    if content is not None:
        model.write_bytes(content)
        tokenizer.write_bytes(content)
    with pytest.raises(EmbeddingError, match="cannot be loaded") as caught:
        OnnxEmbedder("tiny", model, tokenizer)
    assert str(tmp_path) in caught.value.remedy
