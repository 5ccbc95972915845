"""Last days of entitlements (政策期限): what the caseload could still claim and what is being prepared, soonest first.

Computed when it is shown. A caseload is a few hundred people; of more than `MOST_PEOPLE` the first by number of the
case are looked at, and the page says so.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.entitlements import EntitlementAnswer, EntitlementState
from matcher.models.entitlements import EntitlementApplication
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.policy.entitlement_answers import Answer
from matcher.services.entitlements.answers import Offered, computed
from matcher.services.entitlements.sight import (
    Claimant,
    graduates_in_sight,
    load_claimants,
    require_view,
)
from matcher.services.entitlements.tracking import BEFORE_HANDING_IN, in_sight
from matcher.services.permissions import Actor

MOST_PEOPLE = 2_000
DAYS_AHEAD = 60
_OVER = (EntitlementState.PAID, EntitlementState.RECLAIMED, EntitlementState.DROPPED)


@dataclass(frozen=True)
class Due:
    """Something with a last day: an entitlement nobody applied for yet, or an application not handed in."""

    person: Claimant
    code: str
    closes_on: dt.date
    answer: Answer | None
    application: EntitlementApplication | None
    papers_missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class DueList:
    """The last days of some weeks, soonest first."""

    rows: Sequence[Due]
    n_people: int
    """People looked at."""
    is_cut: bool
    """Whether there are more people than were looked at."""


def list_due(
    session: Session, by: Actor, *, days: int = DAYS_AHEAD, mine: bool = True, code: str = ""
) -> DueList:
    """Return the last days from today on, of the own caseload or of all the actor sees.

    Parameters
    ----------
    days : how far ahead
    mine : only what the actor answers for
    code : of one entitlement; empty is all
    """
    require_view(by)
    ids = _people(session, by, mine=mine)
    people = load_claimants(session, graduate_ids=ids[:MOST_PEOPLE])
    until = clock.today() + dt.timedelta(days=days)
    rows = [
        due
        for one in computed(session, people)
        for due in (open_offer(one.person, offered, until) for offered in one.offered)
        if due is not None
    ]
    rows += _applications(session, by, until, mine=mine)
    kept = [one for one in rows if code in ("", one.code)]
    kept.sort(key=lambda one: (one.closes_on, one.code, one.person.key))
    return DueList(kept, len(people), len(ids) > MOST_PEOPLE)


def open_offer(person: Claimant, offered: Offered, until: dt.date) -> Due | None:
    """Return an entitlement as something due, if it can still be claimed, nobody did, and its day is near."""
    answer, today = offered.answer, clock.today()
    if answer.result is EntitlementAnswer.NO or answer.closes_on is None:
        return None
    if not today <= answer.closes_on <= until:
        return None
    if answer.opens_on is not None and answer.opens_on > today:
        return None
    row = offered.application
    if row is not None and (row.state.is_live or row.state in _OVER):
        return None
    return Due(person, answer.code, answer.closes_on, answer, None, offered.papers_missing)


def _people(session: Session, by: Actor, *, mine: bool) -> list[int]:
    found = (
        sa.select(GraduateCase.graduate_id)
        .join(Graduate, Graduate.id == GraduateCase.graduate_id)
        .where(GraduateCase.closed_on.is_(None), graduates_in_sight(by))
    )
    if mine:
        found = found.where(
            sa.or_(
                GraduateCase.owner_id == by.account_id,
                GraduateCase.second_owner_id == by.account_id,
            )
        )
    return list(session.scalars(found.order_by(GraduateCase.id).limit(MOST_PEOPLE + 1)))


def _applications(session: Session, by: Actor, until: dt.date, *, mine: bool) -> list[Due]:
    found = sa.select(EntitlementApplication).where(
        in_sight(by),
        EntitlementApplication.state.in_(BEFORE_HANDING_IN),
        EntitlementApplication.due_on.is_not(None),
        EntitlementApplication.due_on <= until,
    )
    if mine:
        found = found.where(EntitlementApplication.owner_id == by.account_id)
    rows = session.scalars(found.order_by(EntitlementApplication.due_on, EntitlementApplication.id))
    standing = list(rows.all())
    people = people_of(session, standing)
    return [
        Due(people[row.id], row.entitlement, row.due_on, None, row)
        for row in standing
        if row.due_on is not None and row.id in people
    ]


def people_of(session: Session, rows: Sequence[EntitlementApplication]) -> dict[int, Claimant]:
    """Return the person of each application, by its number."""
    found = load_claimants(
        session,
        graduate_ids=[row.graduate_id for row in rows if row.graduate_id],
        member_ids=[row.member_id for row in rows if row.member_id and not row.graduate_id],
    )
    by_key = {one.key: one for one in found}
    by_member: dict[int | None, Claimant] = {one.member_id: one for one in found if one.member_id}
    named = {}
    for row in rows:
        person = by_key.get(("graduate", row.graduate_id or 0)) or by_member.get(row.member_id)
        if person is not None:
            named[row.id] = person
    return named
