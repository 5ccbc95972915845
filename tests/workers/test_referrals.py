"""The night of referrals: killed in the middle and run again, it leaves what one run leaves."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds import JobState, PostingState, SeatClass
from matcher.kinds.referrals import ReferralState, WithdrawalReason
from matcher.models.postings import Posting
from matcher.models.referrals import Referral, ReferralStep, SeatHold
from matcher.models.tasks import Task
from matcher.services import jobs, postings
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.referrals import silence
from tests.factories.drives import make_drive
from tests.factories.jobs import job_row
from tests.factories.postings import make_posting
from tests.factories.ranked_drives import drain
from tests.factories.referrals import make_referral
from workers import live, outbox, referrals, schedule
from workers.runner import Runner

BODIES = (live, outbox, referrals)
"""Modules whose import registers the bodies that are run here."""

_N_SILENT = 4


def _night(factory: SessionFactory) -> tuple[JobState | None, dict[str, object]]:
    line = next(one for one in schedule.LINES if one.job == "referrals.night")
    with transaction(factory) as session:
        job_id = jobs.enqueue(session, line.job, {}, queue=line.queue).id
    state = Runner(factory).run(job_id)
    return state, job_row(factory, job_id).result or {}


def _silent(session: Session) -> None:
    """Insert silent referrals with seats past their day, one of them kept, and one whose posting is closed."""
    drive = make_drive(session)
    yesterday = clock.today() - dt.timedelta(days=1)
    since = clock.now() - dt.timedelta(days=20)
    for number in range(_N_SILENT):
        kept = {SeatClass.ZERO_EMPLOYMENT: 1} if number == 0 else None
        posting = make_posting(session, drive, headcount=1, reserved=kept)
        one = make_referral(session, posting, seat=True, decide_by_on=yesterday, asked_at=since)
        hold = session.scalars(sa.select(SeatHold).where(SeatHold.referral_id == one.id)).one()
        hold.until_on = yesterday
    closed = make_posting(session, drive, state=PostingState.CLOSED)
    make_referral(session, closed, seat=True)


def _left(factory: SessionFactory) -> dict[str, object]:
    with reading(factory) as session:
        ended = sa.select(SeatHold.ended_as).where(SeatHold.ended_at.is_not(None))
        states = sa.select(Referral.state).order_by(Referral.id)
        return {
            "tasks": sorted(session.scalars(sa.select(Task.rule))),
            "ended": sorted(str(one) for one in session.scalars(ended)),
            "states": [str(one) for one in session.scalars(states)],
            "steps": session.scalar(sa.select(sa.func.count(ReferralStep.id))),
        }


def test_a_night_killed_in_the_middle_leaves_what_a_whole_one_leaves(
    session_factory: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction(session_factory) as session:
        _silent(session)
    looked: list[int] = []

    def killed(session: Session, by: Actor, referral_id: int) -> silence.Looked:
        looked.append(referral_id)
        found = look_at(session, by, referral_id)
        if len(looked) == _N_SILENT // 2 + 1:
            raise RuntimeError("killed")
        return found

    look_at = silence.look_at
    with monkeypatch.context() as patched:
        patched.setattr(silence, "look_at", killed)
        state, _ = _night(session_factory)
    assert state is not JobState.DONE
    half = _left(session_factory)

    state, told = _night(session_factory)
    whole = _left(session_factory)
    again = _night(session_factory)

    assert state is JobState.DONE
    assert half != whole
    assert whole == {
        "tasks": ["referral.employer_silent"] * _N_SILENT + ["referral.reserved_call"],
        "ended": ["lapsed"] * (_N_SILENT - 1) + ["withdrawn"],
        "states": ["sent"] * _N_SILENT + ["withdrawn"],
        "steps": 2 * (_N_SILENT + 1),
    }
    assert again[0] is JobState.DONE
    assert _left(session_factory) == whole
    assert told["n_taken_back"] == 0


def test_a_closed_posting_takes_its_referrals_back_right_after(
    sqlite_factory: SessionFactory,
) -> None:
    with transaction(sqlite_factory) as session:
        referral = make_referral(session, make_posting(session))
        postings.close_posting(session, SYSTEM, referral.posting_id, reason="招满")
        assert session.get_one(Posting, referral.posting_id).state is PostingState.CLOSED

    drain(sqlite_factory)

    with reading(sqlite_factory) as session:
        kept = session.scalars(sa.select(Referral)).one()
        assert kept.state is ReferralState.WITHDRAWN
        assert kept.withdrawal_reason is WithdrawalReason.POSTING
