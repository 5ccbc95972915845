"""Standing aside (回避): nobody sets a tier or confirms an exit where the unit is their own enterprise."""

from sqlalchemy.orm import Session

from matcher.errors import RuleBrokenError
from matcher.models.households import Household
from matcher.services.approvals.guard import interested_in


def refuse_own_enterprise(session: Session, account_id: int | None, household: Household) -> None:
    """Raise RuleBrokenError if an account has an interest in the unit of a household's holder, or acts for it."""
    if account_id is None:
        return
    if account_id in interested_in(session, [household.unit_name or ""]):
        raise RuleBrokenError(
            "own_enterprise", "材料涉及与本人有利益关系的单位，须回避，请由其他人办理。"
        )
