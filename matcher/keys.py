"""The key ring (密钥): field encryption with key ids, and a keyed hash for searching.

AES-256-GCM with the column's name as associated data, so that a value moved to another column does
not decrypt; the index key is separate, so that losing one does not give away the other.
"""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from matcher.errors import ConfigurationError

_NONCE = 12
_KEY = 32
_FILE = "keyring.json"
_BLIND_LENGTH = 40
"""Hex characters kept of a keyed hash: 160 bits, no collision among a nation's people."""


@dataclass(frozen=True)
class KeyRing:
    """Encryption keys by id (1–255), the current id, the key of the blind index and the signing key."""

    keys: dict[int, bytes]
    current: int
    index_key: bytes
    signing_key: bytes

    def encrypt(self, text: str, column: str) -> bytes:
        """Return key id, nonce and cipher text of a column's value."""
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self.keys[self.current]).encrypt(nonce, text.encode(), column.encode())
        return bytes([self.current]) + nonce + cipher

    def decrypt(self, stored: bytes, column: str) -> str:
        """Return the text of a stored value; raises ConfigurationError if its key is not on the ring.

        An empty cell is one that retention has emptied (已匿名): it holds no text any more.
        """
        if not stored:
            return ""
        key = self.keys.get(stored[0])
        if key is None:
            raise ConfigurationError(
                "key_missing",
                f"缺少编号为 {stored[0]} 的密钥，请恢复 keys 目录。",
                key_id=stored[0],
            )
        return (
            AESGCM(key)
            .decrypt(stored[1 : 1 + _NONCE], stored[1 + _NONCE :], column.encode())
            .decode()
        )

    def encrypt_bytes(self, content: bytes, purpose: str) -> bytes:
        """Encrypt a file's content."""
        nonce = os.urandom(_NONCE)
        cipher = AESGCM(self.keys[self.current]).encrypt(nonce, content, purpose.encode())
        return bytes([self.current]) + nonce + cipher

    def decrypt_bytes(self, stored: bytes, purpose: str) -> bytes:
        """Return a file's content."""
        key = self.keys[stored[0]]
        return AESGCM(key).decrypt(stored[1 : 1 + _NONCE], stored[1 + _NONCE :], purpose.encode())

    def blind_index(self, text: str, column: str) -> str:
        """Return the keyed hash of a normalised value: equal values are found, nothing else is told."""
        message = f"{column}\0{text.strip().upper()}".encode()
        return hmac.new(self.index_key, message, hashlib.sha256).hexdigest()[:_BLIND_LENGTH]

    def check_value(self) -> str:
        """Return a value stored in the database, by which a wrong key ring is noticed at start."""
        return hmac.new(self.index_key, b"yangguang key check", hashlib.sha256).hexdigest()[:16]


def make_ring(folder: Path) -> KeyRing:
    """Write a new key ring (0600) into a folder and return it; an existing one is kept."""
    path = folder / _FILE
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ring = {
            "current": 1,
            "keys": {"1": b64encode(secrets.token_bytes(_KEY)).decode()},
            "index_key": b64encode(secrets.token_bytes(_KEY)).decode(),
            "signing_key": b64encode(secrets.token_bytes(_KEY)).decode(),
        }
        beside = folder / f"{_FILE}.{os.getpid()}.new"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            json.dump(ring, stream)
        with suppress(FileExistsError):  # another process was first: its ring is the ring
            os.link(beside, path)
        beside.unlink()
    return load_ring(folder)


def load_ring(folder: Path) -> KeyRing:
    """Read the key ring of a folder; raises ConfigurationError if there is none."""
    path = folder / _FILE
    if not path.exists():
        raise ConfigurationError(
            "key_ring_missing",
            f"{folder} 中没有密钥文件 {_FILE}。请用 YANGGUANG_KEYS 指定密钥目录，或从备份恢复。",
        )
    stored = json.loads(path.read_text())
    return KeyRing(
        keys={int(number): b64decode(key) for number, key in stored["keys"].items()},
        current=int(stored["current"]),
        index_key=b64decode(stored["index_key"]),
        signing_key=b64decode(stored["signing_key"]),
    )
