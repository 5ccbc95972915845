"""Overlays (变动并入): lists made by changes, on top of the drive's current run.

A change is followed in the order of its number; what was stored stands when the worker dies, and is
stored again by the next one.

A list is stored with spare places (`matcher.ranking.spare`): SPARE keys, then as many partners, in one column that
only the live lane reads. It is empty where the list itself is not full: then everybody eligible is on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.kinds import ListSide, RunState
from matcher.models.ranking_runs import RankedList, RankedOverlay, RankingChange, RankingRun
from matcher.ranking.engine import Ranked
from matcher.ranking.live_lists import ChangedList
from matcher.ranking.order import EMPTY
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.spare import SPARE, unknown_lists
from matcher.ranking.touched import Keys
from matcher.services.ranking_packing import list_length, packed_rows

_KEY_BYTES, _ID_BYTES = 8, 4
_EMPTY_BYTE = b"\xff"

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Change:
    """One noted change."""

    number: int
    side: str
    subject_id: int


def changes_after(
    session: Session, drive_id: int, number: int, *, limit: int = 1_000
) -> Sequence[Change]:
    """List a drive's changes after a number, in order."""
    chosen = (
        sa.select(RankingChange.id, RankingChange.side, RankingChange.subject_id)
        .where(RankingChange.drive_id == drive_id, RankingChange.id > number)
        .order_by(RankingChange.id)
        .limit(limit)
    )
    return [Change(row.id, row.side, row.subject_id) for row in session.execute(chosen)]


@dataclass(frozen=True)
class StoredList:
    """A list as it stands: of the run, or of a change after it."""

    keys: bytes
    partners: bytes
    n_eligible: int
    change_number: int | None
    """None for a list of the run itself."""
    n_held_back: int = 0
    """Places a cap keeps from being shown; they are left out of the list."""


def stored_list(
    session: Session, run: RankingRun, side: ListSide, subject_id: int
) -> StoredList | None:
    """Return a subject's list as it stands now; None if it never had one."""
    overlay = session.get(RankedOverlay, (run.drive_id, side, subject_id))
    if overlay is not None and overlay.run_id == run.id:
        return StoredList(overlay.keys, overlay.partners, overlay.n_eligible, overlay.change_number)
    found = session.get(RankedList, (run.id, side, subject_id))
    return None if found is None else StoredList(found.keys, found.partners, found.n_eligible, None)


def last_keys(session: Session, run: RankingRun, side: ListSide) -> Keys:
    """Return the subjects whose list of a kind is not all known, as it stands now, and the last keys known of them.

    The database cuts the keys out: whole lists of a large drive are a hundred megabytes.
    """
    length = list_length(DriveParameters.from_dict(run.parameters), side)
    found: dict[int, bytes] = {}
    for table, *belongs in _tables(run):
        in_spare = sa.func.substr(table.spare, _KEY_BYTES * (SPARE - 1) + 1, _KEY_BYTES)
        in_list = sa.func.substr(table.keys, _KEY_BYTES * (length - 1) + 1, _KEY_BYTES)
        last = sa.case((table.spare.is_not(None), in_spare), else_=in_list)
        chosen = sa.select(table.subject_id, last).where(table.side == side, *belongs)
        # Rows of one kind override those before: a list may have lost its last place since.
        for subject_id, key in session.execute(chosen.execution_options(yield_per=10_000)):
            found[subject_id] = bytes(key or b"")
    known = {subject: key for subject, key in found.items() if len(key) == _KEY_BYTES}
    keys = np.frombuffer(b"".join(known.values()), dtype="<i8")
    return np.asarray([*known], dtype=np.int64), keys


def known_lists(session: Session, run: RankingRun, side: ListSide, ids: Ints) -> Ranked:
    """Return lists of a kind as they stand now, with spare places, in the order of the subjects."""
    length = list_length(DriveParameters.from_dict(run.parameters), side)
    lists = unknown_lists(len(ids), length + SPARE)
    number_of = {subject: number for number, subject in enumerate(ids.tolist())}
    for table, *belongs in _tables(run):
        chosen = sa.select(
            table.subject_id, table.n_eligible, table.keys, table.partners, table.spare
        ).where(table.side == side, table.subject_id.in_([*number_of]), *belongs)
        rows = session.execute(chosen).all()
        if not rows:
            continue
        at = [number_of[row.subject_id] for row in rows]
        lists.keys[at], lists.partners[at] = _known(rows, length)
        lists.eligible[at] = [row.n_eligible for row in rows]
        lists.counts[at] = (lists.partners[at] != EMPTY).sum(axis=1)
    return lists


def _tables(run: RankingRun) -> tuple[tuple[Any, ...], ...]:
    """Where lists stand, the newer last, and which of them belong to a run."""
    older = RankedList.run_id == run.id
    newer = RankedOverlay.run_id == run.id
    return (RankedList, older), (RankedOverlay, newer, RankedOverlay.drive_id == run.drive_id)


def _known(rows: Sequence[Any], length: int) -> tuple[Any, Any]:
    """Keys and partners of stored lists side by side, with spare places; empty ones are all ones, which is -1."""
    width, split = length + SPARE, _KEY_BYTES * SPARE
    keys, partners = [], []
    for row in rows:
        spare = row.spare or b""
        keys.append((row.keys + spare[:split]).ljust(_KEY_BYTES * width, _EMPTY_BYTE))
        partners.append((row.partners + spare[split:]).ljust(_ID_BYTES * width, _EMPTY_BYTE))
    known = np.frombuffer(b"".join(keys), dtype="<i8").reshape(-1, width).copy()
    for number, row in enumerate(rows):
        if (
            row.spare is None and len(row.keys) == _KEY_BYTES * length
        ):  # before there were spare places
            known[number, -1] = known[number, length - 1]
    return known, np.frombuffer(b"".join(partners), dtype="<i4").reshape(-1, width)


def store_overlays(
    session: Session, run_id: int, lists: Iterable[ChangedList], change_number: int
) -> bool:
    """Store lists over a run; False, and nothing stored, if it is no longer the current one."""
    run = session.get_one(RankingRun, run_id, with_for_update=True)
    newer = sa.select(RankingRun.id).where(
        RankingRun.drive_id == run.drive_id,
        RankingRun.number > run.number,
        RankingRun.state == RunState.DONE,
    )
    if session.scalar(newer.limit(1)) is not None:
        return False
    by_side: dict[ListSide, list[dict[str, Any]]] = {}
    for changed in lists:
        (row,) = packed_rows([changed.subject_id], changed.known, changed.length)
        by_side.setdefault(changed.side, []).append(row)
    common = {"drive_id": run.drive_id, "run_id": run.id, "change_number": change_number}
    for side, rows in by_side.items():
        session.execute(
            sa.delete(RankedOverlay).where(
                RankedOverlay.drive_id == run.drive_id,
                RankedOverlay.side == side,
                RankedOverlay.subject_id.in_([row["subject_id"] for row in rows]),
            ),
            execution_options={"synchronize_session": False},
        )
        session.execute(
            sa.insert(RankedOverlay.__table__),  # type: ignore[arg-type]  # a mapped class's table is a Table
            [{**row, **common, "side": side} for row in rows],
        )
    session.flush()
    return True


def empty_list(side: ListSide, subject_id: int) -> ChangedList:
    """Return the list of a subject that no longer takes part."""
    return ChangedList(side, subject_id, Ranked.empty(1, 1), 1)


def note_followed(session: Session, run_id: int, change_number: int) -> None:
    """Note that changes up to a number are in the overlays; the mark never goes back."""
    session.execute(
        sa.update(RankingRun)
        .where(RankingRun.id == run_id, RankingRun.followed_change < change_number)
        .values(followed_change=change_number)
        .execution_options(synchronize_session=False)
    )
