"""Forgetting stored lists (名单的保存期限): runs keep their hashes for good, their lists for a while.

A list is what anybody can make again from the run's snapshot, which is kept longer, byte for byte. So lists
are kept where they are shown: the drive's current run, runs referrals and plans cite, and those of the last days.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher.kinds import RunState
from matcher.models.ranking_runs import RankedList, RankingRun
from matcher.models.ranking_studies import SpreadList
from matcher.models.referrals import Referral
from matcher.services.plans.keeping import cited_runs
from matcher.services.ranking_partitions import partitioned_runs

KEEP_LISTS_DAYS = 7
"""A week, to answer "I stood higher on Monday"; a nation's lists are thirteen gigabytes a run."""

_AT_ONCE = 5000
"""Lists deleted in one transaction, far below the database's busy timeout."""

_OVER = (RunState.DONE, RunState.FAILED, RunState.CANCELLED)


def runs_to_forget(session: Session, now: dt.datetime) -> list[int]:
    """Return the runs whose stored lists nobody needs any more.

    Runs of which only what a cap left or an empty partition remains are among them.
    """
    newer = aliased(RankingRun)
    is_followed = (
        sa.select(newer.id)
        .where(
            newer.drive_id == RankingRun.drive_id,
            newer.number > RankingRun.number,
            newer.state == RunState.DONE,
        )
        .exists()
    )
    cited = sa.select(Referral.id).where(Referral.run_id == RankingRun.id).exists()
    stored = sa.or_(
        sa.select(RankedList.run_id).where(RankedList.run_id == RankingRun.id).exists(),
        sa.select(SpreadList.run_id).where(SpreadList.run_id == RankingRun.id).exists(),
        RankingRun.id.in_(partitioned_runs(session)),
    )
    found = (
        sa.select(RankingRun.id)
        .where(
            RankingRun.state.in_(_OVER),
            RankingRun.created_at < now - dt.timedelta(days=KEEP_LISTS_DAYS),
            sa.or_(RankingRun.state != RunState.DONE, is_followed),
            ~cited,
            RankingRun.id.not_in(cited_runs(now)),
            stored,
        )
        .order_by(RankingRun.id)
    )
    return list(session.scalars(found))


def forget_some_lists(session: Session, run_id: int) -> int:
    """Delete a batch of a run's lists and return how many went; 0 when none is left."""
    key = (RankedList.run_id, RankedList.side, RankedList.subject_id)
    some = (
        sa.select(*key)
        .where(RankedList.run_id == run_id)
        .order_by(RankedList.side, RankedList.subject_id)
        .limit(_AT_ONCE)
    )
    gone = session.scalars(
        sa.delete(RankedList)
        .where(RankedList.run_id == run_id, sa.tuple_(*key).in_(some))
        .returning(RankedList.subject_id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone)


def forget_some_spread(session: Session, run_id: int) -> int:
    """Delete a batch of what a cap left of a run's lists and return how many went; 0 when none is left."""
    some = (
        sa.select(SpreadList.graduate_id)
        .where(SpreadList.run_id == run_id)
        .order_by(SpreadList.graduate_id)
        .limit(_AT_ONCE)
    )
    gone = session.scalars(
        sa.delete(SpreadList)
        .where(SpreadList.run_id == run_id, SpreadList.graduate_id.in_(some))
        .returning(SpreadList.graduate_id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(gone)
