"""Records (记录): what the kernels know of a row, in one piece of memory of a graduate or posting.

Tables hold columns, which is right for storing. A walk reads every field of one row after the other, so indexes hold
records in the order of the walk: memory is read forward, about one cache line a row.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.places import ANYWHERE, NO_CITY, PROVINCE, provinces_of, whole_province
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable

Records = NDArray[np.void]
Record: TypeAlias = Any
"""One of `GRADUATE`, `POSTING` or `PARTS`; its fields are attributes."""
Rows = NDArray[np.int64]

COVERS_1, COVERS_2, COVERS_3 = 1, 2, 4
"""Marks of a graduate: this choice of place stands for its whole province."""

FREE = 8
"""Mark of a graduate: may be sent anywhere."""

UNSTATED = 16
"""Mark of a graduate: lists no place and is not free to go anywhere, so every place is to be confirmed."""

BY_SECOND = 32
"""Mark of an entry of the index: stands under the second major (第二专业)."""

AGAIN_IN_PROVINCE, AGAIN_ANYWHERE = 64, 128
"""Marks of an entry: an earlier one of the same graduate stands in the same province, or anywhere at all."""

PART_NAMES = ("major", "place", "occupation", "industry", "pay", "unit", "text")
"""Parts of the fit, in the order in which they are shown."""

KNOWN, WHOLE = 1, 2
"""Marks of a posting: its place is known; its place is a whole province."""

COVERS = (COVERS_1, COVERS_2, COVERS_3)


def _record(*fields: tuple[str, str]) -> np.dtype[np.void]:
    """Fields can be read as attributes, by kernels and by plain Python."""
    return np.dtype((np.record, np.dtype(list(fields), align=True)))


def _choices(name: str, kind: str) -> list[tuple[str, str]]:
    return [(f"{name}_{number + 1}", kind) for number in range(CHOICES)]


GRADUATE = _record(
    ("certificates", "u8"),
    ("row", "i4"),
    ("lottery", "u4"),
    ("leaf_1", "i4"),
    ("leaf_2", "i4"),
    *_choices("city", "i4"),
    *_choices("occupation", "i4"),
    *_choices("group", "i4"),
    *_choices("industry", "i4"),
    ("wanted_pay", "i4"),
    *_choices("province", "i1"),
    ("education", "i1"),
    ("rank", "i1"),
    ("unit_mask", "u1"),
    ("marks", "u1"),
)

POSTING = _record(
    ("certificates", "u8"),
    ("row", "i4"),
    ("lottery", "u4"),
    ("requirement", "i4"),
    ("city", "i4"),
    ("occupation", "i4"),
    ("group", "i4"),
    ("industry", "i4"),
    ("pay_high", "i4"),
    ("education", "i1"),
    ("province", "i1"),
    ("unit_mask", "u1"),
    ("marks", "u1"),
)


PARTS = _record(
    ("code", "i4"),
    *((name, "i2") for name in PART_NAMES),
    ("fit", "i2"),
    ("by_second", "?"),
    ("choice", "i1"),
    ("admitted", "?"),
    ("certain", "?"),
    ("eligible", "?"),
    ("confirmed", "?"),
)
"""A pair taken apart: the major code, the points of every part and their sum (fit), whether the second major was the
better, the choice of place met (3: none), whether the place admits and is certain, whether the pair is eligible and
confirmed."""

_GRADUATE_COLUMNS = ("certificates", "lottery", "wanted_pay", "education", "rank", "unit_mask")
_GRADUATE_CHOICES = ("city", "province", "occupation", "group", "industry")
_POSTING_COLUMNS = (
    "certificates", "lottery", "requirement", "city", "occupation", "group", "industry", "pay_high",
    "education", "unit_mask",
)  # fmt: skip
_NAMES_IN_TABLES = {"group": "occupation_group"}


def graduate_records(table: GraduateTable, rows: Rows) -> Records:
    """Records of some rows, a row as often as it is named."""
    records = np.zeros(len(rows), dtype=GRADUATE)
    records["row"] = rows
    for name in _GRADUATE_COLUMNS:
        records[name] = _taken(table, name, rows)
    for name in _GRADUATE_CHOICES:
        _write_choices(records, name, _taken(table, name, rows))
    _write_choices(records, "leaf", _taken(table, "leaf", rows))
    records["marks"] = _reach(_taken(table, "city", rows), _taken(table, "mobility", rows))
    return records


def posting_records(table: PostingTable, rows: Rows) -> Records:
    """Records of some rows."""
    records = np.zeros(len(rows), dtype=POSTING)
    records["row"] = rows
    for name in _POSTING_COLUMNS:
        records[name] = _taken(table, name, rows)
    locate_postings(records)
    return records


def _taken(table: GraduateTable | PostingTable, name: str, rows: Rows) -> NDArray[Any]:
    """Some rows of a column; a plain array, since those mapped from files are slow to cut."""
    taken: NDArray[Any] = np.asarray(getattr(table, _NAMES_IN_TABLES.get(name, name)))[rows]
    return taken


def _write_choices(records: Records, name: str, choices: NDArray[Any]) -> None:
    """Write columns of a choice each."""
    for number in range(choices.shape[1]):
        records[f"{name}_{number + 1}"] = choices[:, number]


def _reach(city: NDArray[np.int32], mobility: NDArray[np.int8]) -> NDArray[np.uint8]:
    """Marks that say how far the places a graduate lists reach."""
    reaches = (mobility >= PROVINCE)[:, None] | whole_province(city)
    marks = (reaches & (city != NO_CITY)) @ np.asarray(COVERS, dtype=np.uint8)
    unstated = np.where(city[:, 0] == NO_CITY, UNSTATED, 0)
    found: NDArray[np.uint8] = (marks | np.where(mobility == ANYWHERE, FREE, unstated)).astype(
        np.uint8
    )
    return found


def locate_postings(records: Records) -> None:
    """Fill in what follows from the city."""
    city = records["city"]
    records["province"] = provinces_of(city)
    known = city != NO_CITY
    records["marks"] = known * KNOWN + (known & whole_province(city)) * WHOLE
