"""A file ↔ its sealed form: in chunks, compressed, and encrypted where there is a key.

::

    salt (16 bytes)
    then for each chunk: size before (u32), size stored (u32), stored bytes

A chunk is compressed with Zstandard by itself, so that memory stays bounded whatever the size of the file.
With a key it is then encrypted with AES-256-GCM after the STREAM construction (Hoang, Reyhanitabar, Rogaway,
Vizár, 2015): the key of each file is derived from the archive's key and the file's salt, the nonce is the
number of the chunk and whether it is the last one. So chunks cannot be left out, swapped, repeated or cut off
unnoticed; the name of the file is authenticated too, so that files cannot be swapped either.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

CHUNK: Final = 4 << 20
"""Bytes of a chunk before compression: large enough for a good ratio, small enough to be held twice."""

LEVEL: Final = 3
"""Of Zstandard: its own default. Level 9 makes columns a few per cent smaller and takes several times as
long."""

SALT_BYTES: Final = 16
_HEAD: Final = struct.Struct("<II")
_LAST: Final = 1 << 31
"""Marks the last chunk beside its size."""

_MOST_STORED: Final = CHUNK + (CHUNK >> 7) + 1_024
"""No chunk is longer after compression and encryption; a longer one is damaged and not even read."""

_SCRYPT: Final = {"n": 1 << 15, "r": 8, "p": 1, "maxmem": 64 << 20, "dklen": 32}
"""32 MB and a tenth of a second for each guess at a passphrase (RFC 7914)."""


class SealError(Exception):
    """A sealed file is not what was written, or not under this key."""


@dataclass(frozen=True)
class Key:
    """The key of one archive."""

    secret: bytes

    @classmethod
    def of(cls, passphrase: str, salt: bytes) -> "Key":
        """Derive the key of an archive from what its owner knows."""
        return cls(hashlib.scrypt(passphrase.encode(), salt=salt, **_SCRYPT))

    def check(self, archive_id: str) -> str:
        """Return what tells that a key is that of an archive, and nothing of the key."""
        return self._derive(b"check", archive_id.encode()).hex()

    def name(self, digest: str) -> str:
        """Return the name that stands for a digest: it tells outsiders nothing of the contents."""
        return self._derive(b"name", digest.encode()).hex()

    def of_file(self, salt: bytes) -> bytes:
        """Return the key of one file."""
        return self._derive(b"file", salt)

    def _derive(self, purpose: bytes, of: bytes) -> bytes:
        return hmac.digest(self.secret, b"flight-search archive " + purpose + b"\0" + of, "sha256")


def seal(content: BinaryIO, name: str, key: Key | None) -> Iterator[bytes]:
    """Yield the sealed form of a file from its current position to its end."""
    import pyarrow as pa  # noqa: PLC0415 - commands that only list need not wait for it

    codec = pa.Codec("zstd", compression_level=LEVEL)
    salt = os.urandom(SALT_BYTES)
    cipher = _Cipher(key, salt, name) if key else None
    yield salt
    chunk, number = content.read(CHUNK), 0
    while True:
        following = content.read(CHUNK)
        stored = codec.compress(chunk, asbytes=True)
        if cipher:
            stored = cipher.encrypt(stored, number, is_last=not following)
        yield _HEAD.pack(len(chunk) | (0 if following else _LAST), len(stored)) + stored
        if not following:
            return
        chunk, number = following, number + 1


def unseal(sealed: BinaryIO, name: str, key: Key | None) -> Iterator[bytes]:
    """Yield the contents of a sealed file. Raises SealError where it is not what was written."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    codec = pa.Codec("zstd")
    salt = _exactly(sealed, SALT_BYTES)
    cipher = _Cipher(key, salt, name) if key else None
    number, is_last = 0, False
    while not is_last:
        raw, size = _HEAD.unpack(_exactly(sealed, _HEAD.size))
        is_last, raw = bool(raw & _LAST), raw & ~_LAST
        if raw > CHUNK or size > _MOST_STORED:
            raise SealError(f"chunk {number} has an impossible size")
        stored = _exactly(sealed, size)
        if cipher:
            stored = cipher.decrypt(stored, number, is_last=is_last)
        try:
            yield codec.decompress(stored, decompressed_size=raw, asbytes=True)
        except (OSError, ValueError) as error:
            raise SealError(f"chunk {number} cannot be unpacked") from error
        number += 1
    if sealed.read(1):
        raise SealError("something follows its end")


class _Cipher:
    """AES-256-GCM over the chunks of one file."""

    def __init__(self, key: Key, salt: bytes, name: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - only with a key

        self._aead = AESGCM(key.of_file(salt))
        self._name = name.encode()

    def encrypt(self, chunk: bytes, number: int, *, is_last: bool) -> bytes:
        return self._aead.encrypt(_nonce(number, is_last=is_last), chunk, self._name)

    def decrypt(self, chunk: bytes, number: int, *, is_last: bool) -> bytes:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above

        try:
            return self._aead.decrypt(_nonce(number, is_last=is_last), chunk, self._name)
        except InvalidTag as error:
            raise SealError(f"chunk {number} is not what was written") from error


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([is_last])


def _exactly(sealed: BinaryIO, size: int) -> bytes:
    found = sealed.read(size)
    if len(found) != size:
        raise SealError("it ends too early")
    return bytes(found)
