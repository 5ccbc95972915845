"""Spreading attention (关注度均衡) over a run's stored lists: computed before its end, applied where they are read.

Both take a batch at a time, whatever the size of a drive. The exact lists stay as ranked: plans, the live lane and
replays go on using them. Kept is what a graduate and those who serve the graduate are shown. A list changed since the
run shows its first places, and beyond them what the run's spread had given this graduate; a posting that is new to it
waits for the next run.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.kinds import ListSide, RunState, SeatState
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.models.ranking_studies import SpreadList
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot
from matcher.ranking.spread import Lists, find_limits, still_shown
from matcher.services.ranking_chunks import unpacked
from matcher.services.ranking_overlays import StoredList, stored_list

Ints = NDArray[np.int64]

_BATCH = 2_000


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


@dataclass(frozen=True)
class Batch:
    """Some graduates' lists of a run, by id."""

    graduates: list[int]
    keys: list[bytes]
    partners: list[bytes]

    def lists(self, lottery: Callable[[Ints], Ints]) -> Lists:
        """Return the lists end to end; `lottery` tells the numbers of some graduates by id."""
        ids = np.asarray(self.graduates, dtype=np.int64)
        keys, partners = unpacked(b"".join(self.keys), b"".join(self.partners))
        return Lists(
            graduates=ids,
            lottery=lottery(ids),
            lengths=lengths_of(self.partners),
            partners=partners,
            keys=keys,
        )


def lengths_of(packed: Iterable[bytes]) -> Ints:
    """Return how many partners each of some stored lists has."""
    width = np.dtype(np.int32).itemsize
    return np.asarray([len(one) // width for one in packed], dtype=np.int64)


def graduates_lists(session: Session, run_id: int) -> Iterator[Batch]:
    """Stream a run's lists of graduates, a batch at a time."""
    with session.execute(_lists(run_id).execution_options(yield_per=_BATCH)) as found:
        for rows in found.partitions():
            yield _batch(rows)


def _lists(run_id: int) -> sa.Select[int, bytes, bytes]:
    return (
        sa.select(RankedList.subject_id, RankedList.keys, RankedList.partners)
        .where(RankedList.run_id == run_id, RankedList.side == ListSide.GRADUATE)
        .order_by(RankedList.subject_id)
    )


def _batch(rows: Sequence[sa.Row[int, bytes, bytes]]) -> Batch:
    return Batch(
        graduates=[row.subject_id for row in rows],
        keys=[row.keys for row in rows],
        partners=[row.partners for row in rows],
    )


class Spreading:
    """Spreads a run's stored lists under its cap; holds no list, but what `matcher.ranking.spread` says.

    Parameters
    ----------
    snapshot : the run's, for the lottery numbers of graduates: 8 bytes each
    """

    def __init__(self, session: Session, run: RankingRun, snapshot: Snapshot) -> None:
        order = np.argsort(snapshot.graduates.id)
        self._ids = snapshot.graduates.id[order]
        self._lottery = snapshot.graduates.lottery[order]
        self._run_id = run.id
        parameters = DriveParameters.from_dict(run.parameters)
        seats = seats_of(session, run.drive_id)
        self._limits = find_limits(
            lambda: (some.lists(self._numbers) for some in graduates_lists(session, run.id)),
            room={posting: parameters.cap_per_seat * n for posting, n in seats.items()},
            floor=parameters.floor_per_graduate,
        )

    def _numbers(self, ids: Ints) -> Ints:
        """Return the lottery numbers of some graduates."""
        return self._lottery[np.searchsorted(self._ids, ids)].astype(np.int64)

    def after(self, session: Session, graduate_id: int) -> "Shown | None":
        """Return what is shown of the next lists, by graduate; None if there are none."""
        wanted = _lists(self._run_id).where(RankedList.subject_id > graduate_id).limit(_BATCH)
        rows = session.execute(wanted).all()
        if not rows:
            return None
        batch = _batch(rows)
        lists = batch.lists(self._numbers)
        mask, shown = self._limits.shown(lists), {}
        stops = np.cumsum(lists.lengths)
        for one, start, stop in zip(batch.graduates, stops - lists.lengths, stops, strict=True):
            own = mask[start:stop]
            if not own.all():
                shown[one] = lists.partners[start:stop][own].astype("<i4").tobytes()
        return Shown(graduate_id, batch.graduates[-1], shown)


@dataclass(frozen=True)
class Shown:
    """What a cap leaves of the lists of the graduates after one id and up to another."""

    after: int
    upto: int
    partners: dict[int, bytes]
    """Packed postings by graduate, of the lists it took something from."""


def has_cap(run: RankingRun) -> bool:
    """Say whether a run's rules limit in how many lists a posting is shown."""
    return bool(DriveParameters.from_dict(run.parameters).cap_per_seat)


def store_shown(session: Session, run_id: int, found: Shown) -> None:
    """Replace what is shown of some lists of a run; a second time stores the same.

    The run's row is locked first, so that of two workers one waits for the other; one that is no longer running
    has its lists, or will never have any.
    """
    run = session.get_one(
        RankingRun, run_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if run.state != RunState.RUNNING:
        return
    session.execute(
        sa.delete(SpreadList).where(
            SpreadList.run_id == run_id,
            SpreadList.graduate_id > found.after,
            SpreadList.graduate_id <= found.upto,
        ),
        execution_options={"synchronize_session": False},
    )
    rows = [
        {"run_id": run_id, "graduate_id": graduate_id, "partners": partners}
        for graduate_id, partners in found.partners.items()
    ]
    if rows:
        session.execute(sa.insert(SpreadList.__table__), rows)  # type: ignore[arg-type] # a mapped class's table is a Table


def shown_of(session: Session, run_id: int, batch: Batch) -> list[bytes]:
    """Return what is shown of each of some lists, packed."""
    chosen = sa.select(SpreadList.graduate_id, SpreadList.partners).where(
        SpreadList.run_id == run_id,
        SpreadList.graduate_id.between(batch.graduates[0], batch.graduates[-1]),
    )
    kept = {row.graduate_id: row.partners for row in session.execute(chosen)}
    return [
        kept.get(one, whole) for one, whole in zip(batch.graduates, batch.partners, strict=True)
    ]


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
