"""A fair's duties towards authorities (报批和报告): the rules' answer joined with what was filed already."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs import permits
from matcher.fairs.permit_rules import ANEW, Reminder, reminders_in
from matcher.fairs.permits import Consequence, Duty, FairFacts, WayOut
from matcher.kinds.fair_paperwork import ChangeKind, DutyKind, FilingOutcome, PlanPart
from matcher.models.fair_paperwork import FairFiling, FairPlanPart
from matcher.models.fairs import Fair
from matcher.services import calendar
from matcher.services.fairs import snapshots

_SETTLED = (FilingOutcome.APPROVED, FilingOutcome.RECEIVED)


@dataclass(frozen=True)
class DutyView:
    """One duty with where it stands.

    Parameters
    ----------
    standing : the last filing that counts: pending, approved or received; None: nothing filed
    changes : what of the fair is other than it was filed
    consequences : what those changes ask for
    way_out : what can still be done if it is too late to file, for the first time or anew
    is_done : nothing is left to do
    """

    duty: Duty
    standing: FairFiling | None
    changes: list[ChangeKind]
    consequences: list[Consequence]
    way_out: WayOut | None
    is_done: bool


@dataclass(frozen=True)
class DutyPage:
    """All duties of a fair, in the order of the rules, and what is easily forgotten."""

    duties: list[DutyView]
    reminders: list[Reminder]
    is_near_permit: bool
    least_people: int
    """Expected people of a session from which on the police's permit is needed."""
    permit_days: int
    """Days before the fair until which that permit is applied for."""


def facts_for(fair: Fair) -> FairFacts:
    """Return what the rules ask about a fair."""
    return FairFacts(
        channel=fair.channel,
        region=fair.venue_region or "",
        expected=fair.expected_people,
        first_on=fair.first_on,
        last_on=fair.last_on,
    )


def duties_of(session: Session, fair: Fair) -> DutyPage:
    """Return the duties of a fair; callers have asked who may read it."""
    facts = facts_for(fair)

    def add(day: dt.date, count: int) -> tuple[dt.date, bool]:
        deadline = calendar.add_working_days(session, day, count)
        return deadline.day, deadline.is_known

    filings = filings_of(session, fair.id)
    now = snapshots.of_fair(session, fair)
    plan_done = is_plan_done(session, fair.id)
    permit = permits.permit_rule(facts.region, facts.first_on)
    return DutyPage(
        duties=[
            _view(duty, filings, now, facts=facts, plan_done=plan_done)
            for duty in permits.duties_of(facts, add)
        ],
        reminders=reminders_in(facts.region, facts.first_on),
        is_near_permit=permits.is_near_permit(facts),
        least_people=permit.least_people,
        permit_days=permit.days,
    )


def _view(
    duty: Duty,
    filings: Sequence[FairFiling],
    now: dict[str, object],
    *,
    facts: FairFacts,
    plan_done: bool,
) -> DutyView:
    of_rule = [one for one in filings if one.rule == duty.rule.code]
    standing = next(
        (one for one in of_rule if one.outcome in (FilingOutcome.PENDING, *_SETTLED)), None
    )
    changes: list[ChangeKind] = []
    asked: list[Consequence] = []
    if standing is not None:
        changes = permits.changes_since(standing.applied_for, now)
        first_on = dt.date.fromisoformat(standing.applied_for["first_on"])
        asked = permits.consequences(duty.rule, changes, first_on)
    if duty.rule.kind is DutyKind.IN_HAND:
        is_done = plan_done
    else:
        is_done = standing is not None and standing.outcome in _SETTLED and not asked
    is_to_file = standing is None or any(one.what == ANEW for one in asked)
    late = permits.way_out(duty, facts, clock.today()) if is_to_file else None
    return DutyView(duty, standing, changes, asked, late, is_done)


def filings_of(session: Session, fair_id: int) -> Sequence[FairFiling]:
    """List what was filed of a fair, the newest first."""
    found = sa.select(FairFiling).where(FairFiling.fair_id == fair_id)
    return session.scalars(found.order_by(FairFiling.filed_on.desc(), FairFiling.id.desc())).all()


def is_plan_done(session: Session, fair_id: int) -> bool:
    """Say whether all nine parts of the safety plan are settled."""
    found = sa.select(sa.func.count(FairPlanPart.id)).where(
        FairPlanPart.fair_id == fair_id, FairPlanPart.is_done.is_(True)
    )
    return session.scalar(found) == len(PlanPart)
