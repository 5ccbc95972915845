"""The packed arrays of one drive revision: one row per graduate, one per posting.

Columns are plain numpy arrays (or memory maps), so the compiled engine can take them as they are.
Codes are numbers into the codebook; -1 means not stated, unless said otherwise.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.text import SLOTS

CHOICES = 3
"""Most places, occupations or industries a graduate lists, and majors plus one."""

MAJORS = 2
"""Most majors a graduate has: the first and a second (辅修、第二专业)."""

Column = tuple[str, tuple[int, ...]]


_LINE = 64
"""Bytes of a cache line: 32 terms, or weights, fill one exactly, if they begin with it."""


def _zeros(shape: tuple[int, ...], kind: np.dtype[Any]) -> NDArray[Any]:
    """Make an array of zeros that begins with a cache line, as those mapped from files do."""
    length = math.prod(shape) * kind.itemsize
    room = np.zeros(length + _LINE, dtype=np.uint8)
    start = -room.ctypes.data % _LINE
    return room[start : start + length].view(kind).reshape(shape)


@dataclass(slots=True, eq=False)
class Table:
    """Columns of equal length; `COLUMNS` gives the type and the shape of one row of each."""

    COLUMNS: ClassVar[Mapping[str, Column]] = {}

    @classmethod
    def empty(cls, n_rows: int) -> Self:
        """Make a table of zeros."""
        return cls(
            **{
                name: _zeros((n_rows, *shape), np.dtype(kind))
                for name, (kind, shape) in cls.COLUMNS.items()
            }
        )

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Columns by name, in the order of declaration."""
        return {item.name: getattr(self, item.name) for item in fields(self)}

    def __len__(self) -> int:
        """Count the rows."""
        first = next(iter(self.COLUMNS))
        return len(getattr(self, first))

    def taken(self, order: NDArray[np.int64]) -> Self:
        """Copy with the rows in another order."""
        return type(self)(**{name: column[order] for name, column in self.arrays().items()})

    def grown(self, n_rows: int) -> Self:
        """Copy with room for more rows (zeros at the end), writable."""
        larger = type(self).empty(n_rows)
        for name, column in self.arrays().items():
            getattr(larger, name)[: len(column)] = column
        return larger


@dataclass(slots=True, eq=False)
class GraduateTable(Table):
    """Graduates; `city` holds city keys (0 for none), `mobility` 0 listed, 1 province, 2 anywhere."""

    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "id": ("int32", ()),
        "lottery": ("uint32", ()),
        "education": ("int8", ()),
        "leaf": ("int32", (MAJORS,)),
        "city": ("int32", (CHOICES,)),
        "province": ("int8", (CHOICES,)),
        "mobility": ("int8", ()),
        "occupation": ("int32", (CHOICES,)),
        "occupation_group": ("int32", (CHOICES,)),
        "industry": ("int32", (CHOICES,)),
        "wanted_pay": ("int32", ()),
        "unit_mask": ("uint8", ()),
        "certificates": ("uint64", ()),
        "rank": ("int8", ()),
        "term": ("uint16", (SLOTS,)),
        "weight": ("int16", (SLOTS,)),
    }

    id: NDArray[np.int32]
    lottery: NDArray[np.uint32]
    education: NDArray[np.int8]
    leaf: NDArray[np.int32]
    city: NDArray[np.int32]
    province: NDArray[np.int8]
    mobility: NDArray[np.int8]
    occupation: NDArray[np.int32]
    occupation_group: NDArray[np.int32]
    industry: NDArray[np.int32]
    wanted_pay: NDArray[np.int32]
    unit_mask: NDArray[np.uint8]
    certificates: NDArray[np.uint64]
    rank: NDArray[np.int8]
    term: NDArray[np.uint16]
    weight: NDArray[np.int16]


@dataclass(slots=True, eq=False)
class PostingTable(Table):
    """Postings; `education` -1 means unknown, `city` 0 means unknown, `pay_high` -1 means unknown."""

    COLUMNS: ClassVar[Mapping[str, Column]] = {
        "id": ("int32", ()),
        "lottery": ("uint32", ()),
        "education": ("int8", ()),
        "requirement": ("int32", ()),
        "city": ("int32", ()),
        "occupation": ("int32", ()),
        "occupation_group": ("int32", ()),
        "industry": ("int32", ()),
        "pay_high": ("int32", ()),
        "unit_mask": ("uint8", ()),
        "certificates": ("uint64", ()),
        "reserved": ("bool", ()),
        "term": ("uint16", (SLOTS,)),
        "weight": ("int16", (SLOTS,)),
    }

    id: NDArray[np.int32]
    lottery: NDArray[np.uint32]
    education: NDArray[np.int8]
    requirement: NDArray[np.int32]
    city: NDArray[np.int32]
    occupation: NDArray[np.int32]
    occupation_group: NDArray[np.int32]
    industry: NDArray[np.int32]
    pay_high: NDArray[np.int32]
    unit_mask: NDArray[np.uint8]
    certificates: NDArray[np.uint64]
    reserved: NDArray[np.bool_]
    term: NDArray[np.uint16]
    weight: NDArray[np.int16]
