"""Sending a hardship file on its way (提交审批): what it applies with, by whom it was entered."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.models.approvals import Approval
from matcher.models.assessments import Assessment
from matcher.services.approvals import steps
from matcher.services.approvals.history import TYPED_NOW, Credit
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version

CHAIN = "hardship_file"


def submit_file(
    session: Session,
    by: Actor,
    household_id: int,
    *,
    tier: HardshipTier | None = None,
    credit: Credit = TYPED_NOW,
    expected_version: int | None = None,
) -> Approval:
    """Send a draft through the chain of its union, for a tier (the file's own if none is named).

    Raises
    ------
    RuleBrokenError
        It is no draft, no tier is applied for, or it is on its way already.
    """
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    expect_version(household, expected_version)
    if household.state is not FileState.DRAFT:
        raise RuleBrokenError("file_not_draft", "只有填写中的档案可以提交审批。")
    wanted = tier or household.tier
    if wanted is HardshipTier.NONE:
        raise RuleBrokenError("tier_missing", "请先测算并确定申请的困难类别，再提交审批。")
    return steps.start(
        session,
        by,
        chain=CHAIN,
        subject=("household", household.id),
        union_id=household.union_id,
        facts={"tier": wanted.value, "assessment_id": _newest_assessment(session, household.id)},
        credit=credit,
    )


def _newest_assessment(session: Session, household_id: int) -> int | None:
    return session.scalar(
        sa.select(sa.func.max(Assessment.id)).where(Assessment.household_id == household_id)
    )
