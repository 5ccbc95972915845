"""Standing aside (回避): nobody sets a tier or confirms an exit where the unit is their own enterprise."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.models.approvals import AccountInterest
from matcher.models.households import Household
from matcher.services.approvals.guard import fold_unit


def refuse_own_enterprise(session: Session, account_id: int | None, household: Household) -> None:
    """Raise RuleBrokenError if an account has an interest in the unit of a household's holder."""
    if account_id is None or not (household.unit_name or "").strip():
        return
    found = sa.select(AccountInterest.id).where(
        AccountInterest.account_id == account_id,
        AccountInterest.ended_on.is_(None),
        AccountInterest.unit_key == fold_unit(household.unit_name or ""),
    )
    if session.scalar(found.limit(1)) is not None:
        raise RuleBrokenError(
            "own_enterprise", "材料涉及与本人有利益关系的单位，须回避，请由其他人办理。"
        )
