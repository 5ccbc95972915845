"""Households found in hardship again (返困): by call-back, visit or their own word; watched on, or opened anew.

A file that opens again goes through the whole approval once more: it is a draft without tier.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.kinds.tiers import ExitState, ReturnFinding, ReturnOutcome
from matcher.models.assessments import HouseholdExit, HouseholdReturn
from matcher.models.households import Household
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.hardship.call_backs import CALL_BACK_RULE, days_of, open_call_back
from matcher.services.hardship.graduate_links import note_graduates_of
from matcher.services.hardship.people import in_open_file_error, members_of
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import expect_version, unique_or

RETURN_RULE = "household_return.assess"
_FINDING = "household_return.evidence_cipher"
NOTE_LENGTH = 2
"""Characters a note of evidence needs at least."""


@dataclass(frozen=True, kw_only=True)
class ReturnInput:
    """Hardship found again: when, how, what was found, and what follows."""

    found_on: dt.date
    found_by: ReturnFinding
    outcome: ReturnOutcome
    evidence: str


def return_file(
    session: Session,
    by: Actor,
    household_id: int,
    facts: ReturnInput,
    *,
    expected_version: int | None = None,
) -> HouseholdReturn:
    """Record that a household is in hardship again, or watched on; a reopened file is a draft without tier.

    Raises
    ------
    RuleBrokenError
        The file has not left, or a member stands in another open file by now.
    """
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    expect_version(household, expected_version)
    if household.state is not FileState.EXITED:
        raise RuleBrokenError("return_not_exited", "只有已退出的档案可以登记返困。")
    _check_return(facts, household)
    row = HouseholdReturn(
        household_id=household_id,
        exit_id=_last_exit(session, household_id),
        found_on=facts.found_on,
        found_by=facts.found_by,
        outcome=facts.outcome,
        evidence_cipher=ring_of(session).encrypt(facts.evidence.strip(), _FINDING),
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    session.add(row)
    _follow(session, household, facts)
    audit.record(
        session,
        by,
        "household.returned",
        subject=("household", household_id),
        found_by=row.found_by,
        outcome=row.outcome,
    )
    session.flush()
    return row


def _follow(session: Session, household: Household, facts: ReturnInput) -> None:
    """Open the file again, or the next look at the household."""
    tasks.drop_task(session, CALL_BACK_RULE, ("household", household.id))
    if facts.outcome is ReturnOutcome.REOPENED:
        _reopen(session, household)
        return
    limit = get_deadline(CALL_BACK_RULE, household.region_code, clock.today())
    open_call_back(session, household, limit.after(facts.found_on))


def _check_return(facts: ReturnInput, household: Household) -> None:
    wrong = {}
    if facts.found_on > clock.today():
        wrong["found_on"] = "发现日期不能晚于今天。"
    elif household.closed_on is not None and facts.found_on < household.closed_on:
        wrong["found_on"] = "发现日期不能早于退出日期。"
    if len(facts.evidence.strip()) < NOTE_LENGTH:
        wrong["evidence"] = "请写明发现了什么。"
    if wrong:
        raise InvalidInputError("return_wrong", "登记有几处要补充。", fields=wrong)


def _last_exit(session: Session, household_id: int) -> int | None:
    return session.scalar(
        sa.select(HouseholdExit.id)
        .where(
            HouseholdExit.household_id == household_id, HouseholdExit.state == ExitState.CONFIRMED
        )
        .order_by(HouseholdExit.id.desc())
        .limit(1)
    )


def _reopen(session: Session, household: Household) -> None:
    with unique_or(session, in_open_file_error(None)):
        household.state, household.is_open = FileState.DRAFT, True
        household.closed_on = household.approved_on = None
        household.tier, household.tier_on = HardshipTier.NONE, clock.today()
        for member in members_of(session, household.id):
            member.in_open_file = True
    note_graduates_of(session, household.id)
    tasks.open_task(
        session,
        union_id=household.union_id,
        rule=RETURN_RULE,
        subject=("household", household.id),
        due_on=clock.today() + dt.timedelta(days=days_of(RETURN_RULE, household)),
        assignee_id=household.owner_id,
    )
