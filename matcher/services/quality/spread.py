"""Spreading attention (关注度均衡) over a run's stored lists: computed before its end, applied where they are read.

The exact lists stay as ranked: plans, the live lane and replays go on using them. Kept is what a graduate and those who
serve the graduate are shown. A list changed since the run shows its first places, and beyond them what the run's spread
had given this graduate; a posting that is new to it waits for the next run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.kinds import ListSide, SeatState
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.models.ranking_studies import SpreadList
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.spread import spread, still_shown
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_overlays import StoredList, stored_list

_BATCH = 1_000


def seats_of(session: Session, drive_id: int) -> dict[int, int]:
    """Return the seats of a drive's postings that are not closed, at least 1 each; one query."""
    chosen = (
        sa.select(Posting.id, sa.func.count(Seat.id))
        .outerjoin(Seat, sa.and_(Seat.posting_id == Posting.id, Seat.state != SeatState.CLOSED))
        .where(Posting.drive_id == drive_id)
        .group_by(Posting.id)
        .order_by(Posting.id)
    )
    return {posting: max(1, seats) for posting, seats in session.execute(chosen)}


def graduates_lists(
    session: Session, run_id: int
) -> Iterator[tuple[int, NDArray[np.int64], NDArray[np.int32], int]]:
    """Stream a run's lists of graduates as (graduate, keys, postings, how many are eligible)."""
    chosen = (
        sa.select(
            RankedList.subject_id, RankedList.keys, RankedList.partners, RankedList.n_eligible
        )
        .where(RankedList.run_id == run_id, RankedList.side == ListSide.GRADUATE)
        .order_by(RankedList.subject_id)
    )
    for row in session.execute(chosen.execution_options(yield_per=_BATCH)):
        yield row.subject_id, *unpacked(row.keys, row.partners), row.n_eligible


@dataclass(frozen=True)
class Spread:
    """What a cap leaves: packed postings by graduate, of the lists it took something from."""

    run_id: int
    shown: dict[int, bytes]


def compute_spread(
    session: Session, run: RankingRun, open_rows: Callable[[], Snapshot]
) -> Spread | None:
    """Spread a run's stored lists; None if its rules set no cap.

    Parameters
    ----------
    open_rows : opens the run's snapshot; called only if there is a cap
    """
    parameters = DriveParameters.from_dict(run.parameters)
    if not parameters.cap_per_seat:
        return None
    snapshot = open_rows()
    found = list(graduates_lists(session, run.id))
    length = parameters.graduates_length
    partners = np.full((len(found), length), -1, dtype=np.int32)
    keys = np.full((len(found), length), -1, dtype=np.int64)
    for number, (_, own_keys, postings, _) in enumerate(found):
        partners[number, : len(postings)] = postings
        keys[number, : len(postings)] = own_keys
    ids = np.asarray([one[0] for one in found], dtype=np.int64)
    rows = [snapshot.row_of_graduate(one) for one in ids.tolist()]
    seats = seats_of(session, run.drive_id)
    shown = spread(
        partners,
        keys,
        ids,
        snapshot.graduates.lottery[rows].astype(np.int64),
        room={posting: parameters.cap_per_seat * n for posting, n in seats.items()},
        floor=parameters.floor_per_graduate,
    )
    shorter = np.flatnonzero(((partners >= 0) & ~shown).any(axis=1)).tolist()
    packed = {int(ids[at]): partners[at][shown[at]].astype("<i4").tobytes() for at in shorter}
    return Spread(run.id, packed)


def store_spread(session: Session, found: Spread) -> None:
    """Replace what is stored of a run's spread; a second time stores the same."""
    session.execute(sa.delete(SpreadList).where(SpreadList.run_id == found.run_id))
    rows = [
        {"run_id": found.run_id, "graduate_id": graduate_id, "partners": partners}
        for graduate_id, partners in sorted(found.shown.items())
    ]
    for start in range(0, len(rows), _BATCH):
        session.execute(sa.insert(SpreadList), rows[start : start + _BATCH])
    session.flush()


def shown_lists(session: Session, run_id: int) -> dict[int, NDArray[np.int32]]:
    """Return what is shown of the lists a cap took something from."""
    chosen = sa.select(SpreadList.graduate_id, SpreadList.partners).where(
        SpreadList.run_id == run_id
    )
    return {
        row.graduate_id: np.frombuffer(row.partners, dtype="<i4")
        for row in session.execute(chosen.order_by(SpreadList.graduate_id))
    }


def shown_list(session: Session, run: RankingRun, graduate_id: int) -> StoredList | None:
    """Return a graduate's list as it is shown now; None if there never was one.

    Without a cap that is the list itself.
    """
    stored = stored_list(session, run, ListSide.GRADUATE, graduate_id)
    parameters = DriveParameters.from_dict(run.parameters)
    if stored is None or not parameters.cap_per_seat:
        return stored
    keys, partners = unpacked(stored.keys, stored.partners)
    kept = session.get(SpreadList, (run.id, graduate_id))
    if kept is None and stored.change_number is None:
        return stored
    given = kept.partners if kept is not None else _own_partners(session, run, graduate_id)
    admitted = np.frombuffer(given, dtype="<i4")
    mask = still_shown(partners, admitted, floor=parameters.floor_per_graduate)
    return replace(
        stored,
        keys=keys[mask].tobytes(),
        partners=partners[mask].tobytes(),
        n_held_back=int((~mask).sum()),
    )


def _own_partners(session: Session, run: RankingRun, graduate_id: int) -> bytes:
    """Return the run's own list of a graduate from whom its spread took nothing."""
    found = session.get(RankedList, (run.id, ListSide.GRADUATE, graduate_id))
    return found.partners if found is not None else b""
