"""Households that went: merged into another file (合并), or taken away with an undone import; their claims and clocks.

A claim goes with the people into the file they are in now, unless that has one of its own; clocks of files that are
gone stop. Run each night; no use case.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.kinds.households import FileState
from matcher.models.clocks import Clock
from matcher.models.households import Household
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services import clocks
from matcher.services.zero_employment.moves import RULES, SUBJECT


def settle_gone(session: Session) -> int:
    """Move claims of merged files, stop clocks of files that are gone; return how many clocks stopped."""
    _move_claims(session)
    standing = sa.select(Household.id).where(Household.state != FileState.MERGED)
    found = sa.select(Clock).where(
        Clock.subject_kind == SUBJECT,
        Clock.rule.in_(RULES),
        Clock.stopped_on.is_(None),
        Clock.subject_id.not_in(standing),
    )
    gone = list(session.scalars(found.order_by(Clock.id)))
    for one in gone:
        subject = (SUBJECT, one.subject_id)
        clocks.stop_clock(session, rule=one.rule, subject=subject, on=clock.today(), outcome="gone")
    return len(gone)


def _move_claims(session: Session) -> None:
    own = aliased(ZeroEmploymentClaim)
    has_own = sa.exists().where(own.household_id == Household.merged_into_id, own.is_open)
    found = (
        sa.select(ZeroEmploymentClaim, Household.merged_into_id)
        .join(Household, Household.id == ZeroEmploymentClaim.household_id)
        .where(ZeroEmploymentClaim.is_open, Household.state == FileState.MERGED, ~has_own)
        .order_by(ZeroEmploymentClaim.id)
    )
    taken: set[int] = set()
    for claim, into_id in session.execute(found).all():
        if into_id is None or into_id in taken:
            continue
        taken.add(into_id)
        running = sa.update(Clock).where(
            Clock.subject_kind == SUBJECT,
            Clock.subject_id == claim.household_id,
            Clock.rule.in_(RULES),
            Clock.stopped_on.is_(None),
        )
        session.execute(running.values(subject_id=into_id))
        claim.household_id = into_id
        session.flush()
