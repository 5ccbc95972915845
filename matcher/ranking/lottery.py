"""Lottery numbers (抽签号): the last tie-breaker, fixed the moment somebody enters a drive.

A keyed permutation of 32-bit numbers turns the entry number of a person or posting into its lottery
number. Nobody's number changes when others arrive or leave, no two are equal, and without the key
(committed by its hash when the drive opens, revealed when it closes) nobody can compute them. One
lottery for all postings of a drive: with a shortage of seats a common lottery is the better rule
(Ashlagi and Nikzad, J. Econ. Theory 2020).
"""

import hashlib
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

ROUNDS = 6
"""Four rounds with independent random functions suffice (Luby and Rackoff 1988); two are spare."""

HALF_BITS = 16
_HALF_MASK = np.uint32(0xFFFF)
LAST = 0xFFFFFFFF
"""The highest lottery number; lower numbers win."""


class Side(StrEnum):
    """The two sides of the market; they draw from different permutations of one key."""

    GRADUATES = "graduates"
    POSTINGS = "postings"


def lottery_numbers(
    entry_numbers: ArrayLike, key: bytes, side: Side = Side.GRADUATES
) -> NDArray[np.uint32]:
    """Permute entry numbers of a drive (0 .. 2**32 - 1) under the drive's key.

    Notes
    -----
    A balanced Feistel network, hence a bijection whatever its round functions are. A round function
    is a table of 65,536 numbers read from SHAKE-256 under a key derived by BLAKE2b.
    """
    wide = np.asarray(entry_numbers, dtype=np.int64)
    if wide.size and (wide.min() < 0 or wide.max() > LAST):
        raise ValueError("entry numbers must fit 32 bits without sign")
    numbers = wide.astype(np.uint32)
    left, right = numbers >> np.uint32(HALF_BITS), numbers & _HALF_MASK
    for table in _round_tables(key, side):
        left, right = right, left ^ table[right]
    return (left << np.uint32(HALF_BITS)) | right


@lru_cache(maxsize=4)
def _round_tables(key: bytes, side: Side) -> list[NDArray[np.uint32]]:
    """One random function from 16 bits to 16 bits per round; kept, as the live lane asks for single numbers."""
    long_key = hashlib.sha256(key).digest()
    tables = []
    for number in range(ROUNDS):
        name = f"yangguang lottery 1 {side.value} {number}".encode()
        seed = hashlib.blake2b(name, key=long_key, digest_size=32).digest()
        stream = hashlib.shake_256(seed).digest(2 << HALF_BITS)
        tables.append(np.frombuffer(stream, dtype="<u2").astype(np.uint32))
    return tables
