"""Which fairs and followed intents somebody sees after a fair; what is others' answers like what is missing."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fairs import FairState
from matcher.models.fair_reports import FairReport
from matcher.models.fairs import Fair
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing, not_found

FAIR = "fair"
FOLLOW = "fair_follow"


def get_fair(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    wants: Permission = Permission.VIEW_FAIRS,
    lock: bool = False,
) -> Fair:
    """Return a fair of the actor's unions, locked for changing if asked."""
    require(by, wants)
    found = sa.select(Fair).where(
        Fair.public_id == public_id, Fair.union_id.in_(scope_of(by).unions())
    )
    return first_or_missing(session, found, lock=lock)


def may_list(session: Session, by: Actor, fair: Fair) -> bool:
    """Say whether a fair is of the actor's unions; who only has a person there sees that person's intents alone."""
    return scope_of(by).admits(session, fair.union_id)


def find_report(session: Session, fair_id: int, *, lock: bool = False) -> FairReport | None:
    """Return the report of a fair; None before it was closed."""
    found = sa.select(FairReport).where(FairReport.fair_id == fair_id)
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    return session.scalar(found)


def get_report(session: Session, fair: Fair, *, lock: bool = False) -> FairReport:
    """Return the report of a closed fair."""
    report = find_report(session, fair.id, lock=lock)
    if report is None:
        raise not_found()
    return report


def is_over(fair: Fair) -> bool:
    """Say whether a fair was held and closed."""
    return fair.state is FairState.CLOSED
