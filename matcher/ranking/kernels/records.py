"""Records (记录): what the kernels know of a row, in one piece of memory of a graduate or posting.

Tables hold columns, which is right for storing. A walk reads every field of one row after the other, so indexes hold
records in the order of the walk: memory is read forward, about one cache line a row.
"""

import numpy as np
from numpy.typing import NDArray

from matcher.ranking.places import ANYWHERE, NO_CITY, PROVINCE, provinces_of, whole_province
from matcher.ranking.tables import CHOICES, GraduateTable, PostingTable

Records = NDArray[np.void]
Rows = NDArray[np.int64]

COVERS_1, COVERS_2, COVERS_3 = 1, 2, 4
"""Flags of a graduate: this choice of place stands for its whole province."""

FREE = 8
"""Flag of a graduate: may be sent anywhere."""

UNSTATED = 16
"""Flag of a graduate: lists no place and is not free to go anywhere, so every place is to be confirmed."""

BY_SECOND = 32
"""Flag of an entry of the index: stands under the second major (第二专业)."""

AGAIN_IN_PROVINCE, AGAIN_ANYWHERE = 64, 128
"""Flags of an entry: an earlier one of the same graduate stands in the same province, or anywhere at all."""

KNOWN, WHOLE = 1, 2
"""Flags of a posting: its place is known; its place is a whole province."""

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
    ("first_leaf", "i4"),
    ("second_leaf", "i4"),
    *_choices("city", "i4"),
    *_choices("occupation", "i4"),
    *_choices("group", "i4"),
    *_choices("industry", "i4"),
    ("wanted_pay", "i4"),
    *_choices("province", "i1"),
    ("education", "i1"),
    ("rank", "i1"),
    ("unit_mask", "u1"),
    ("flags", "u1"),
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
    ("flags", "u1"),
)


def graduate_records(table: GraduateTable, rows: Rows) -> Records:
    """Records of some rows, a row as often as it is named."""
    records = np.zeros(len(rows), dtype=GRADUATE)
    for name in ("certificates", "lottery", "wanted_pay", "education", "rank", "unit_mask"):
        records[name] = getattr(table, name)[rows]
    records["row"] = rows
    records["first_leaf"], records["second_leaf"] = table.leaf[rows, 0], table.leaf[rows, 1]
    columns = {"group": table.occupation_group}
    for name in ("city", "province", "occupation", "group", "industry"):
        column = columns.get(name, getattr(table, name, None))
        for number in range(CHOICES):
            records[f"{name}_{number + 1}"] = column[rows, number]
    records["flags"] = _reach(table, rows)
    return records


def _reach(table: GraduateTable, rows: Rows) -> NDArray[np.uint8]:
    """Flags that say how far the places a graduate lists reach."""
    city, mobility = table.city[rows], table.mobility[rows]
    nowhere = city[:, 0] == NO_CITY
    flags = np.where(mobility == ANYWHERE, FREE, np.where(nowhere, UNSTATED, 0)).astype(np.uint8)
    for number, covers in enumerate(COVERS):
        wish = city[:, number]
        reaches = (wish != NO_CITY) & ((mobility >= PROVINCE) | whole_province(wish))
        flags |= np.where(reaches, covers, 0).astype(np.uint8)
    return flags


def posting_records(table: PostingTable, rows: Rows) -> Records:
    """Records of some rows."""
    records = np.zeros(len(rows), dtype=POSTING)
    for name in ("certificates", "lottery", "requirement", "city", "occupation", "industry",
                 "pay_high", "education", "unit_mask"):  # fmt: skip
        records[name] = getattr(table, name)[rows]
    records["row"] = rows
    records["group"] = table.occupation_group[rows]
    locate_postings(records)
    return records


def locate_postings(records: Records) -> None:
    """Fill in what follows from the city."""
    city = records["city"]
    records["province"] = provinces_of(city)
    known = city != NO_CITY
    records["flags"] = known * KNOWN + (known & whole_province(city)) * WHOLE
