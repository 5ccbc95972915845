"""Making the interviews of a confirmed proposal (确认排期) as background work: in small transactions, seen as it goes.

What was confirmed stands with the job, by ids. A piece made twice is made once: what the job booked before is known by
its slot and referral. All interviews of a person are in one piece, so that each is told once.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import JobQueue, JobState
from matcher.models.interviews import Interview
from matcher.models.jobs import Job
from matcher.services import job_sweep, jobs
from matcher.services.interviews import confirming
from matcher.services.interviews.planning import ProposedInterview
from matcher.services.interviews.sight import get_day, get_own_day
from matcher.services.job_sweep import JobProgress
from matcher.services.permissions import Actor, Permission, require, scope_of

NAME = "interviews.arrange"
_PIECE = 20
"""Interviews of one transaction at least: half a second of a busy machine, so that others are not kept waiting."""


def ask(
    session: Session,
    by: Actor,
    day_public_id: str,
    digest: str,
    *,
    expected_version: int | None = None,
) -> Job:
    """Confirm the proposal that was shown and ask for its interviews; while they are made, the same job.

    Raises
    ------
    ConflictError
        Something changed since the proposal was shown; look again.
    """
    require(by, Permission.REFER)
    day = get_own_day(session, by, day_public_id)
    standing = _newest(session, day.public_id)
    if standing is not None and standing.state in (JobState.QUEUED, JobState.RUNNING):
        return standing
    day, proposal = confirming.accept(
        session, by, day_public_id, digest, expected_version=expected_version
    )
    found = sorted(proposal.interviews, key=lambda one: (one.graduate_id, one.slot_id))
    return jobs.enqueue(
        session,
        NAME,
        {
            "account": by.account_id,
            "role": by.role,
            "union": by.union_id,
            "day": day.public_id,
            "since": clock.now().isoformat(),
            "pairs": [[one.referral_id, one.graduate_id, one.slot_id] for one in found],
        },
        queue=JobQueue.BATCH,
        unique_key=f"{NAME}:{day.public_id}",
        total_units=len(found),
        union_id=day.union_id,
        created_by_id=by.account_id,
    )


def pieces(pairs: Sequence[Sequence[int]]) -> Iterator[list[ProposedInterview]]:
    """Split what was confirmed into transactions, a person never in two."""
    piece: list[ProposedInterview] = []
    for _, own in groupby(pairs, key=lambda pair: pair[1]):
        piece += [ProposedInterview(pair[0], pair[1], pair[2], 0) for pair in own]
        if len(piece) >= _PIECE:
            yield piece
            piece = []
    if piece:
        yield piece


def make_piece(
    session: Session, by: Actor, day_public_id: str, piece: Sequence[ProposedInterview], since: str
) -> tuple[int, int]:
    """Make one piece; return how many stand now and how many a rule refused. Run again it makes none."""
    require(by, Permission.REFER)
    day = get_own_day(session, by, day_public_id)
    confirming.require_standing(day)
    there = _there(session, piece, dt.datetime.fromisoformat(since))
    wanted = [one for one in piece if (one.referral_id, one.slot_id) not in there]
    made, refused = confirming.book_some(session, by, day, wanted)
    session.flush()
    return len(made) + len(piece) - len(wanted), len(refused)


def _there(
    session: Session, piece: Sequence[ProposedInterview], since: dt.datetime
) -> set[tuple[int, int]]:
    """Return what this job booked already, also where somebody has moved or cancelled it meanwhile."""
    found = sa.select(Interview.referral_id, Interview.slot_id).where(
        Interview.referral_id.in_([one.referral_id for one in piece]), Interview.booked_at >= since
    )
    return {(row.referral_id, row.slot_id) for row in session.execute(found)}


@dataclass(frozen=True)
class Arranging:
    """The newest confirmation of a day."""

    progress: JobProgress
    n_refused: int

    @property
    def goes_on(self) -> bool:
        """Say whether interviews are still being made."""
        return self.progress.state in (JobState.QUEUED, JobState.RUNNING)


def newest(session: Session, by: Actor, day_public_id: str) -> Arranging | None:
    """Return how far the newest confirmation of a day is, None without one or for who has no part in it."""
    require(by, Permission.VIEW_REFERRALS)
    job = _newest(session, get_day(session, by, day_public_id).public_id)
    if job is None or not scope_of(by).admits(session, job.union_id or 0):
        return None
    progress = job_sweep.progress(session, scope_of(by), job.public_id)
    return Arranging(progress, int(job.result.get("n_refused", 0)))


def _newest(session: Session, day: str) -> Job | None:
    """Return the newest job of a day, by its arguments: one that is tried again has lost its key."""
    found = sa.select(Job).where(Job.name == NAME, Job.arguments["day"].as_string() == day)
    return session.scalar(found.order_by(Job.id.desc()).limit(1))
