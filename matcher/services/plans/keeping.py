"""How long what a plan rests on is kept (方案的保存期限): its folder of arrays, and the ranking run it cites.

Kept are plans somebody published and did not take back, each drive's newest, and those of the last thirty days. Of the
others seats, figures and hashes stay; they can no longer be solved again.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import RunState
from matcher.models.plans import PlanRun

KEEP_DAYS = 30
"""As long as ranking snapshots no run needs (`ranking_snapshots.KEEP_DAYS`)."""


def kept_plans(now: dt.datetime) -> sa.ColumnElement[bool]:
    """Return the condition on `PlanRun` that what it rests on is kept."""
    newest = (
        sa.select(sa.func.max(PlanRun.id))
        .where(PlanRun.state == RunState.DONE, PlanRun.is_dry.is_(False))
        .group_by(PlanRun.drive_id)
    )
    return sa.or_(
        sa.and_(PlanRun.published_at.is_not(None), PlanRun.withdrawn_at.is_(None)),
        PlanRun.created_at > now - dt.timedelta(days=KEEP_DAYS),
        PlanRun.id.in_(newest),
    )


def cited_runs(now: dt.datetime | None = None) -> sa.Select[int]:
    """Select the ranking runs kept plans cite; their lists and snapshots stay."""
    return sa.select(PlanRun.ranking_run_id).where(kept_plans(now or clock.now()))


def needed_folders(session: Session, now: dt.datetime) -> set[tuple[int, str]]:
    """Return (drive, input hash) of the folders to keep."""
    chosen = sa.select(PlanRun.drive_id, PlanRun.input_hash).where(
        PlanRun.input_hash.is_not(None), PlanRun.is_dry.is_(False), kept_plans(now)
    )
    return {(row.drive_id, row.input_hash or "") for row in session.execute(chosen)}
