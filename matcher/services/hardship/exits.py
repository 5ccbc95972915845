"""How a household leaves (脱困、解困、其他): proposed by one person, confirmed by another, called back later.

Who leaves as 脱困 or 解困 has all five guarantees (医、业、学、房、保), each with a note of its evidence.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.households import FileState
from matcher.kinds.tiers import (
    EXIT_REASONS,
    ExitKind,
    ExitReason,
    ExitState,
    Guarantee,
)
from matcher.models.assessments import HouseholdExit
from matcher.models.households import Household
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.hardship.call_backs import CALL_BACK_RULE, days_of, open_call_back
from matcher.services.hardship.conflicts import refuse_own_enterprise
from matcher.services.hardship.graduate_links import note_graduates_of
from matcher.services.hardship.people import members_of
from matcher.services.hardship.register_changes import note_exit
from matcher.services.hardship.sight import get_whole
from matcher.services.permissions import Actor, Permission, may, require
from matcher.services.rows import expect_version, first_or_missing, unique_or

CONFIRM_RULE = "household_exit.confirm"
_EVIDENCE = "household_exit.evidence_cipher"
NOTE_LENGTH = 2
"""Characters a note of evidence needs at least."""


@dataclass(frozen=True, kw_only=True)
class ExitInput:
    """An exit as proposed; `guarantees` has a note of the evidence of each that stands."""

    kind: ExitKind
    reason: ExitReason
    left_on: dt.date
    guarantees: Mapping[Guarantee, str] = field(default_factory=dict)
    note: str = ""


def exit_file(
    session: Session,
    by: Actor,
    household_id: int,
    facts: ExitInput,
    *,
    expected_version: int | None = None,
) -> HouseholdExit:
    """Propose that a household leaves; another person confirms it.

    Raises
    ------
    RuleBrokenError
        The file is not active, or an exit waits for its answer already.
    InvalidInputError
        A guarantee or the evidence is missing, the reason is of another kind, or the day is in the future.
    """
    require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    expect_version(household, expected_version)
    if household.state is not FileState.ACTIVE:
        raise RuleBrokenError("exit_not_active", "只有在档的档案可以办理退出。")
    _check_exit(facts)
    row = HouseholdExit(
        household_id=household_id,
        kind=facts.kind,
        reason=facts.reason,
        left_on=facts.left_on,
        guarantees=[one.value for one in Guarantee if facts.guarantees.get(one, "").strip()],
        evidence_cipher=_sealed(session, facts),
        entered_at=clock.now(),
        entered_by_id=by.account_id,
    )
    with unique_or(session, RuleBrokenError("exit_waits", "这户已有一份退出等待复核。")):
        session.add(row)
    audit.record(
        session, by, "household.exit_proposed", subject=("household", household_id), kind=row.kind
    )
    tasks.open_task(
        session,
        union_id=household.union_id,
        rule=CONFIRM_RULE,
        subject=("household", household_id),
        due_on=clock.today() + dt.timedelta(days=days_of(CONFIRM_RULE, household)),
    )
    session.flush()
    return row


def _check_exit(facts: ExitInput) -> None:
    wrong = {}
    if facts.left_on > clock.today():
        wrong["left_on"] = "退出日期不能晚于今天。"
    if facts.reason not in EXIT_REASONS[facts.kind]:
        wrong["reason"] = f"“{facts.kind.label}”没有这个原因，请另选。"
    if facts.kind.needs_guarantees:
        for one in Guarantee:
            if len(facts.guarantees.get(one, "").strip()) < NOTE_LENGTH:
                wrong[f"guarantee_{one.value}"] = "五项保障都要落实，请写明依据。"
    elif len(facts.note.strip()) < NOTE_LENGTH:
        wrong["note"] = "请写明依据。"
    if wrong:
        raise InvalidInputError("exit_wrong", "退出有几处要补充。", fields=wrong)


def _sealed(session: Session, facts: ExitInput) -> bytes:
    notes = {one.value: text.strip() for one, text in facts.guarantees.items() if text.strip()}
    text = json.dumps({"note": facts.note.strip(), "guarantees": notes}, ensure_ascii=False)
    return ring_of(session).encrypt(text, _EVIDENCE)


def confirm_exit(
    session: Session,
    by: Actor,
    household_id: int,
    public_id: str,
    *,
    agreed: bool,
    note: str = "",
    expected_version: int | None = None,
) -> HouseholdExit:
    """Answer a proposed exit as the second person; agreed closes the file and sets the day of the call-back.

    Raises
    ------
    RuleBrokenError
        It is one's own proposal, answered already, or refused without a reason.
    """
    if not may(by, Permission.APPROVE_FILES):
        require(by, Permission.EDIT_FILES)
    household = get_whole(session, by, household_id, lock=True)
    row = _exit_of(session, household_id, public_id)
    expect_version(row, expected_version)
    if row.state is not ExitState.PROPOSED:
        raise RuleBrokenError("exit_answered", "这份退出已经有人复核过。")
    if by.account_id is not None and row.entered_by_id == by.account_id:
        raise RuleBrokenError("own_exit", "不能复核自己提出的退出，请由另一人复核。")
    refuse_own_enterprise(session, by.account_id, household)
    if not agreed and len(note.strip()) < NOTE_LENGTH:
        raise RuleBrokenError("refusal_needs_reason", "不同意时须写明原因。")
    row.state = ExitState.CONFIRMED if agreed else ExitState.WITHDRAWN
    row.confirmed_at, row.confirmed_by_id = clock.now(), by.account_id
    row.answer_note = note.strip() or None
    tasks.drop_task(session, CONFIRM_RULE, ("household", household_id))
    if agreed:
        _close(session, by, household, row)
    act = "household.exit_confirmed" if agreed else "household.exit_refused"
    audit.record(session, by, act, subject=("household", household_id), exit=row.id)
    session.flush()
    return row


def _exit_of(session: Session, household_id: int, public_id: str) -> HouseholdExit:
    found = sa.select(HouseholdExit).where(
        HouseholdExit.household_id == household_id, HouseholdExit.public_id == public_id
    )
    return first_or_missing(session, found, lock=True)


def _close(session: Session, by: Actor, household: Household, row: HouseholdExit) -> None:
    """Close the file; a death or a correction is not called back."""
    if household.state is not FileState.ACTIVE:
        raise RuleBrokenError("exit_not_active", "只有在档的档案可以办理退出。")
    household.state, household.is_open = FileState.EXITED, False
    household.closed_on = row.left_on
    for member in members_of(session, household.id):
        member.in_open_file = False
    note_graduates_of(session, household.id)
    note_exit(session, household, kind=row.kind.label, on=row.left_on, reason=row.reason.label)
    if row.kind.needs_guarantees:
        row.call_back_on = get_deadline(CALL_BACK_RULE, household.region_code, clock.today()).after(
            row.left_on
        )
        open_call_back(session, household, row.call_back_on)
