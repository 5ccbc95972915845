"""The one select behind the board: newest claims with their nearest clock, its owner, and what was tried last."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds.zero_employment import ClaimState
from matcher.models.accounts import Account
from matcher.models.clocks import Clock
from matcher.models.graduate_cases import GraduateCase, ServiceAct
from matcher.models.households import Household
from matcher.models.organisations import Union
from matcher.models.zero_employment import ClaimAct, ZeroEmploymentClaim
from matcher.services.casework.service_acts import standing_acts
from matcher.services.hardship.sight import lines_in_sight, whole_in_sight
from matcher.services.permissions import Actor
from matcher.services.zero_employment.moves import RULES


def newest_claims(by: Actor) -> sa.Select[Any]:
    """Select the newest claim of each household in sight with its nearest running clock and last act."""
    newer = aliased(ZeroEmploymentClaim)
    is_newest = ~sa.exists().where(
        newer.household_id == ZeroEmploymentClaim.household_id, newer.id > ZeroEmploymentClaim.id
    )
    nearest, tried, owner_union = _nearest_clocks(), _last_acts(), aliased(Union)
    referred = _last_referrals()
    return (
        sa.select(
            ZeroEmploymentClaim.household_id,
            ZeroEmploymentClaim.state,
            ZeroEmploymentClaim.basis,
            ZeroEmploymentClaim.recognised_on,
            ZeroEmploymentClaim.reopened_on,
            ZeroEmploymentClaim.working_since_on,
            Household.public_id,
            Household.file_number,
            Household.union_id,
            whole_in_sight(by).label("is_whole"),
            nearest.c.rule,
            nearest.c.due_on,
            nearest.c.amber_on,
            nearest.c.due_is_known,
            nearest.c.level,
            nearest.c.owner_id,
            Account.display_name.label("owner"),
            owner_union.name.label("owner_union"),
            tried.c.tried_on,
            referred.c.referred_on,
        )
        .join(Household, Household.id == ZeroEmploymentClaim.household_id)
        .outerjoin(nearest, nearest.c.subject_id == ZeroEmploymentClaim.household_id)
        .outerjoin(Account, Account.id == nearest.c.owner_id)
        .outerjoin(owner_union, owner_union.id == nearest.c.owner_union_id)
        .outerjoin(tried, tried.c.household_id == ZeroEmploymentClaim.household_id)
        .outerjoin(referred, referred.c.claim_id == ZeroEmploymentClaim.id)
        .where(lines_in_sight(by), is_newest, ZeroEmploymentClaim.state != ClaimState.NOT_FOUND)
        .order_by(ZeroEmploymentClaim.id)
    )


def _nearest_clocks() -> sa.Subquery:
    """Select the running clock of each household that is due first."""
    place = sa.func.row_number().over(
        partition_by=Clock.subject_id, order_by=(Clock.due_on, Clock.id)
    )
    running = (
        sa.select(
            Clock.subject_id,
            Clock.rule,
            Clock.due_on,
            Clock.amber_on,
            Clock.due_is_known,
            Clock.level,
            Clock.owner_id,
            Clock.owner_union_id,
            place.label("place"),
        )
        .where(Clock.subject_kind == "household", Clock.stopped_on.is_(None), Clock.rule.in_(RULES))
        .subquery()
    )
    return sa.select(running).where(running.c.place == 1).subquery()


def _last_acts() -> sa.Subquery:
    """Select the last day anything was done for a graduate of each household."""
    return (
        sa.select(GraduateCase.household_id, sa.func.max(ServiceAct.happened_on).label("tried_on"))
        .join(ServiceAct, ServiceAct.case_id == GraduateCase.id)
        .where(GraduateCase.household_id.is_not(None), standing_acts())
        .group_by(GraduateCase.household_id)
        .subquery()
    )


def _last_referrals() -> sa.Subquery:
    """Select the last day a post was refused in each claim: it had been offered."""
    return (
        sa.select(ClaimAct.claim_id, sa.func.max(ClaimAct.happened_on).label("referred_on"))
        .where(ClaimAct.act == "refusal")
        .group_by(ClaimAct.claim_id)
        .subquery()
    )
