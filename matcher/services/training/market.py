"""The live market (现有空缺) of a drive, ready to be asked what one change would open.

Postings come from the snapshot of the drive's current run; those that changed since, are new, or came by an import
are packed anew from the tables, so that the answer is of this moment. Whether a seat is free is read now.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.kinds import SeatClass, SeatState
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.models.ranking_runs import RankingChange, RankingRun
from matcher.policy.seat_admission import admits
from matcher.ranking.compiler import product_compiler
from matcher.ranking.facts import GraduateFacts
from matcher.ranking.parameters import DriveParameters
from matcher.ranking.snapshot import Snapshot, build_snapshot
from matcher.ranking.text import fit_text_model
from matcher.services.drives import lottery_key
from matcher.services.ranking_changes import MANY, POSTING
from matcher.services.ranking_facts import posting_facts, rankable
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder

Ids = NDArray[np.int32]


@dataclass(frozen=True)
class Market:
    """Packed postings in one or two snapshots, and the free seats of each by whom they admit.

    Parameters
    ----------
    parts : a snapshot and those ids of it that count
    seats : posting → its open seats: class, first day open to all, how many
    run_finished_at : of the run whose snapshot is used; None where all was packed anew
    """

    drive: Drive
    parts: tuple[tuple[Snapshot, Ids], ...]
    seats: dict[int, list[tuple[SeatClass, dt.date | None, int]]]
    run_finished_at: dt.datetime | None

    def free_seats(self, ids: Ids, rank: int) -> int:
        """Count the free seats of postings that admit somebody of a priority rank today."""
        today = clock.today()
        return sum(
            count
            for posting_id in ids.tolist()
            for kind, release_on, count in self.seats.get(posting_id, ())
            if admits(kind, release_on, rank, today)
        )


def open_market(session: Session, drive: Drive, people: Sequence[GraduateFacts]) -> Market:
    """Open the market of a drive for some graduates; a handful of queries, callers have checked who asks."""
    today = clock.today()
    seats = _free_seats(session, drive.id)
    run = current_run(session, drive.id)
    live = np.asarray(sorted(_rankable_ids(session, drive.id, today)), dtype=np.int32)
    base = _base(session, drive, run, people)
    if run is None or base is None:
        return Market(drive, ((_packed(session, drive, people, None), live),), seats, None)
    changed = _changed_since(session, run)
    if changed is None:
        return Market(drive, ((_packed(session, drive, people, None), live),), seats, None)
    kept = np.setdiff1d(np.intersect1d(live, base.postings.id), np.asarray(sorted(changed)))
    fresh = np.setdiff1d(live, kept)
    parts = [(base, kept.astype(np.int32))]
    if len(fresh):
        parts.append((_packed(session, drive, people, fresh.tolist()), fresh))
    return Market(drive, tuple(parts), seats, run.finished_at)


def _base(
    session: Session, drive: Drive, run: RankingRun | None, people: Sequence[GraduateFacts]
) -> Snapshot | None:
    """Open the run's snapshot, if it is there and knows the majors of all who ask."""
    if run is None or not run.snapshot_hash:
        return None
    folder = snapshot_folder(settings_of(session), drive.id, run.snapshot_hash)
    if not folder.is_dir():
        return None
    base = open_snapshot(folder)
    known = all(major in base.codebook.leaves for person in people for major in person.majors)
    return base if known else None


def _changed_since(session: Session, run: RankingRun) -> set[int] | None:
    """Return the postings changed since a run; None if an import changed any number of them."""
    rows = session.execute(
        sa.select(RankingChange.side, RankingChange.subject_id).where(
            RankingChange.drive_id == run.drive_id,
            RankingChange.id > run.as_of_change,
            RankingChange.side.in_((MANY, POSTING)),
        )
    ).all()
    if any(row.side == MANY for row in rows):
        return None
    return {row.subject_id for row in rows}


def _rankable_ids(session: Session, drive_id: int, today: dt.date) -> Sequence[int]:
    return session.scalars(
        sa.select(Posting.id)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.drive_id == drive_id, rankable(today))
    ).all()


def _packed(
    session: Session, drive: Drive, people: Sequence[GraduateFacts], only: Sequence[int] | None
) -> Snapshot:
    """Pack postings as they stand now; texts play no part in who is eligible."""
    parameters = DriveParameters()
    return build_snapshot(
        people,
        posting_facts(session, drive.id, clock.today(), only),
        parameters,
        compile_leaves=product_compiler(read_key),
        lottery_key=lottery_key(session, drive),
        text_model=fit_text_model((), parameters.text_terms),
    )


def _free_seats(
    session: Session, drive_id: int
) -> dict[int, list[tuple[SeatClass, dt.date | None, int]]]:
    """Return the open seats of each posting by class and release day; one query."""
    rows = session.execute(
        sa.select(Seat.posting_id, Seat.seat_class, Seat.release_on, sa.func.count())
        .join(Posting, Posting.id == Seat.posting_id)
        .where(Posting.drive_id == drive_id, Seat.state == SeatState.OPEN)
        .group_by(Seat.posting_id, Seat.seat_class, Seat.release_on)
    )
    seats: dict[int, list[tuple[SeatClass, dt.date | None, int]]] = {}
    for posting_id, kind, release_on, count in rows:
        seats.setdefault(posting_id, []).append((kind, release_on, count))
    return seats
