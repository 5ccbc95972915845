"""Moving a claim from one state to the next: the step checked, the act logged, clocks started and stopped.

No use case: callers have asked who may, and have locked the claim.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.zero_employment import ClaimState
from matcher.models.clocks import Clock
from matcher.models.households import Household
from matcher.models.zero_employment import ClaimAct, ZeroEmploymentClaim
from matcher.services import audit, clocks
from matcher.services.hardship import states
from matcher.services.permissions import SYSTEM, Actor
from matcher.services.zero_employment.steps import (
    BEFORE_RECOGNITION,
    CLOCKS,
    FIRST_REFERRAL,
    check_step,
)

SUBJECT = "household"
"""Kind of the subject of clocks and tasks of this area."""

RULES = tuple(sorted({rule for rules in CLOCKS.values() for rule in rules}))
"""Every clock of this area."""

_FLAGGED = (
    ClaimState.RECOGNISED,
    ClaimState.AIDED,
    ClaimState.EXIT_REVIEW,
    ClaimState.EXIT_NOTICE,
    ClaimState.SET_APART,
)
"""Recognised, and nobody works."""


@dataclass(frozen=True)
class Doing:
    """Who did what and when; entered by one, for another, to somebody's credit (经办、代录、服务人)."""

    act: str
    happened_on: dt.date | None = None
    note: str | None = None
    on_behalf_of_id: int | None = None
    credited_to_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def log(
    session: Session,
    actor: Actor,
    claim: ZeroEmploymentClaim,
    doing: Doing,
    before: ClaimState | None,
) -> ClaimAct:
    """Add an act to the claim's log and to the trail."""
    made = ClaimAct(
        claim_id=claim.id,
        act=doing.act,
        from_state=before,
        to_state=claim.state,
        happened_on=doing.happened_on or clock.today(),
        entered_at=clock.now(),
        actor_id=actor.account_id,
        on_behalf_of_id=doing.on_behalf_of_id,
        credited_to_id=doing.credited_to_id or doing.on_behalf_of_id or actor.account_id,
        note=(doing.note or "").strip() or None,
        facts=doing.facts,
    )
    session.add(made)
    audit.record(
        session,
        actor,
        f"claim.{doing.act}",
        subject=(SUBJECT, claim.household_id),
        on_behalf_of=doing.on_behalf_of_id,
        claim=claim.id,
        before=before,
        after=claim.state,
        **doing.facts,
    )
    return made


def move(
    session: Session, actor: Actor, claim: ZeroEmploymentClaim, to: ClaimState, doing: Doing
) -> None:
    """Move a claim on, with its log, its clocks and what ranking reads of it."""
    before = claim.state
    check_step(before, to)
    claim.state, claim.entered_at, claim.is_open = to, clock.now(), to.is_open
    log(session, actor, claim, doing, before)
    session.flush()
    run_clocks(session, actor, claim, doing.happened_on or clock.today())
    keep_flag(session, claim)


def run_clocks(session: Session, actor: Actor, claim: ZeroEmploymentClaim, on: dt.date) -> None:
    """Let the clocks of the claim's state run, and no other of this area."""
    wanted = CLOCKS[claim.state]
    subject = (SUBJECT, claim.household_id)
    had = sa.select(Clock.id).where(
        Clock.rule == FIRST_REFERRAL,
        Clock.subject_kind == SUBJECT,
        Clock.subject_id == claim.household_id,
        Clock.started_on >= (claim.reopened_on or claim.recognised_on or dt.date.min),
    )
    done_once = session.scalar(had.limit(1)) is not None
    for rule in RULES:
        if rule not in wanted:
            clocks.stop_clock(session, rule=rule, subject=subject, on=on, outcome=claim.state.value)
    household = session.get_one(Household, claim.household_id)
    for rule in wanted:
        if rule == FIRST_REFERRAL and done_once:
            continue  # once a recognition, not again after a side exit that was refused
        clocks.start_clock(
            session,
            rule=rule,
            subject=subject,
            union_id=claim.union_id,
            region_code=household.region_code,
            started_on=_start_of(claim, rule, on),
            owner_id=household.owner_id,
            actor_id=actor.account_id,
        )


def _start_of(claim: ZeroEmploymentClaim, rule: str, on: dt.date) -> dt.date:
    """Return the day a clock counts from: stability from the first day of work."""
    if rule == "zero_employment.stable":
        return claim.working_since_on or on
    return on


def keep_flag(session: Session, claim: ZeroEmploymentClaim) -> None:
    """Keep what ranking reads in step with a claim that was recognised; before that the derivation does."""
    if claim.state in (*BEFORE_RECOGNITION, ClaimState.NOT_FOUND):
        return
    household = session.get_one(Household, claim.household_id)
    since = (claim.reopened_on or claim.recognised_on) if claim.state in _FLAGGED else None
    set_flag(session, household, since)


def set_flag(session: Session, household: Household, since: dt.date | None) -> None:
    """Set or clear what ranking reads, if it says otherwise; a closed file is left as it is."""
    same = household.is_zero_employment == (since is not None)
    if same or not household.is_open:
        return
    states.set_zero_employment(session, SYSTEM, household.id, since=since)
