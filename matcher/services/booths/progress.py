"""How far the newest computing of a fair's plan is (计算进度)."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.fairs import Fair
from matcher.models.jobs import Job
from matcher.services import job_sweep
from matcher.services.booths.planning import NAME
from matcher.services.job_sweep import JobProgress
from matcher.services.permissions import Actor, Permission, require, scope_of


def newest(session: Session, by: Actor, fair: Fair) -> JobProgress | None:
    """Return how far the newest plan of a fair is, None if none was asked for."""
    require(by, Permission.MANAGE_FAIRS)
    found = sa.select(Job).where(
        Job.name == NAME, Job.arguments["fair"].as_string() == fair.public_id
    )
    job = session.scalar(found.order_by(Job.id.desc()).limit(1))
    if job is None:
        return None
    return job_sweep.progress(session, scope_of(by), job.public_id)
