"""What changed since a run (变动): a durable number per change, and the job that follows it.

Written in the transaction of the change itself, so that no change is ever missed; the live lane
catches up by number, however often its worker dies.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import JobQueue, PostingState
from matcher.models.drives import Drive, DriveEntry
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingChange, RankingRun
from matcher.services import jobs

FOLLOW = "ranking.follow_changes"
"""Name of the job that makes overlays of a drive's changes."""

POSTING, GRADUATE, MANY = "posting", "graduate", "many"
"""Sides of a change; MANY says that a new run is the way to catch up (an import, new parameters)."""

MOST_FOLLOWED = 300
"""Changed postings of a drive the live lane follows one by one: some tens of seconds; a run is quicker."""


def note_posting(session: Session, posting_id: int) -> None:
    """Note that what ranking sees of a posting changed (its employer's state included)."""
    drive_id = session.scalar(sa.select(Posting.drive_id).where(Posting.id == posting_id))
    if drive_id is not None:
        _note(session, drive_id, POSTING, posting_id)


def note_postings(session: Session, posting_ids: Mapping[int, Collection[int]]) -> None:
    """Note changes of several postings; drives are locked in order, so that nobody deadlocks.

    More than `MOST_FOLLOWED` of one drive wait for the next run.

    Parameters
    ----------
    posting_ids : by drive
    """
    for drive_id in sorted(posting_ids):
        ids = sorted(set(posting_ids[drive_id]))
        if len(ids) > MOST_FOLLOWED:
            note_many(session, drive_id)
            continue
        for posting_id in ids:
            _note(session, drive_id, POSTING, posting_id)


def note_graduate(session: Session, graduate_id: int) -> None:
    """Note that what ranking sees of a graduate changed, in every drive of theirs."""
    note_graduates(session, (graduate_id,))


def note_graduates(session: Session, graduate_ids: Iterable[int]) -> None:
    """Note changes of several graduates; drives are locked in order, so that nobody deadlocks."""
    entered = sa.select(DriveEntry.drive_id, DriveEntry.graduate_id).where(
        DriveEntry.graduate_id.in_(set(graduate_ids))
    )
    ordered = entered.order_by(DriveEntry.drive_id, DriveEntry.graduate_id)
    for drive_id, graduate_id in session.execute(ordered).all():
        _note(session, drive_id, GRADUATE, graduate_id)


def note_many(session: Session, drive_id: int) -> None:
    """Note that many rows of a drive changed at once: its lists wait for the next run."""
    _lock_drive(session, drive_id)
    session.add(RankingChange(drive_id=drive_id, side=MANY, subject_id=0, changed_at=clock.now()))
    session.flush()


_LAPSED_FOR = dt.timedelta(days=31)
"""Longer than any holiday: a machine that was off on the day after still tells ranking."""


def note_lapsed_postings(session: Session, today: dt.date) -> int:
    """Note published postings whose last day has lately passed, and return how many; run daily.

    Who asks for a posting past its day finds it left out of ranking (`ranking_facts.rankable`); a
    note makes the lists that still name it anew. A second run notes the same postings again, which
    changes no list.
    """
    lapsed = (
        sa.select(Posting.drive_id, Posting.id)
        .where(
            Posting.state == PostingState.PUBLISHED,
            Posting.closes_on < today,
            Posting.closes_on >= today - _LAPSED_FOR,
        )
        .order_by(Posting.drive_id, Posting.id)
    )
    rows = session.execute(lapsed).all()
    for drive_id, posting_id in rows:
        _note(session, drive_id, POSTING, posting_id)
    return len(rows)


def _note(session: Session, drive_id: int, side: str, subject_id: int) -> None:
    _lock_drive(session, drive_id)
    session.add(
        RankingChange(drive_id=drive_id, side=side, subject_id=subject_id, changed_at=clock.now())
    )
    session.flush()
    jobs.enqueue(
        session,
        FOLLOW,
        {"drive_id": drive_id},
        queue=JobQueue.LIVE,
        unique_key=f"{FOLLOW}:{drive_id}",
    )


def _lock_drive(session: Session, drive_id: int) -> None:
    """Give out a drive's numbers in the order of their commits: a later one never shows first."""
    session.execute(sa.select(Drive.id).where(Drive.id == drive_id).with_for_update(key_share=True))


def changed_since(run: RankingRun) -> sa.Select[str, int]:
    """Select the rows of a drive that changed after a run, each once, as (side, subject id); imports are left out."""
    return (
        sa.select(RankingChange.side, RankingChange.subject_id)
        .where(
            RankingChange.drive_id == run.drive_id,
            RankingChange.id > run.as_of_change,
            RankingChange.side != MANY,
        )
        .distinct()
    )


def last_change(session: Session, drive_id: int) -> int:
    """Return the number of a drive's last change, 0 if none."""
    number = sa.select(sa.func.max(RankingChange.id)).where(RankingChange.drive_id == drive_id)
    return session.scalar(number) or 0
