"""Applications as lists and as pages: the tracker of a district, one application with its steps, papers and money."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.entitlements import EntitlementState
from matcher.models.accounts import Account
from matcher.models.entitlements import EntitlementApplication, EntitlementStep
from matcher.models.money import LedgerEntry
from matcher.policy.entitlements import Rule
from matcher.services.casework.sealed_words import unseal
from matcher.services.entitlements import papers, paying
from matcher.services.entitlements.calendar import people_of
from matcher.services.entitlements.papers import PaperLine
from matcher.services.entitlements.sight import Claimant
from matcher.services.entitlements.tracking import WORDS, find_application, in_sight
from matcher.services.money.duplicates import SameAid
from matcher.services.permissions import Actor


@dataclass(frozen=True)
class Row:
    """An application in a list."""

    application: EntitlementApplication
    person: Claimant
    owner: str | None


@dataclass(frozen=True)
class Rows:
    """A page of applications, how many there are, and how many in each state."""

    rows: Sequence[Row]
    total: int
    by_state: dict[EntitlementState, int]


@dataclass(frozen=True)
class StepLine:
    """A step as it is read, newest first."""

    step: EntitlementStep
    words: str | None
    by: str | None
    is_taken_back: bool


@dataclass(frozen=True)
class Whole:
    """One application with everything around it."""

    application: EntitlementApplication
    person: Claimant
    owner: str | None
    rule: Rule | None
    papers: Sequence[PaperLine]
    steps: Sequence[StepLine]
    entry: LedgerEntry | None
    same: SameAid
    paid_by_list: bool
    wants_amount: bool


def list_applications(
    session: Session,
    by: Actor,
    *,
    state: EntitlementState | None = None,
    code: str = "",
    mine: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> Rows:
    """Return applications in sight, those with the nearest last day first."""
    narrowed = [in_sight(by)]
    if code:
        narrowed.append(EntitlementApplication.entitlement == code)
    if mine:
        narrowed.append(EntitlementApplication.owner_id == by.account_id)
    counted = session.execute(
        sa.select(EntitlementApplication.state, sa.func.count())
        .where(*narrowed)
        .group_by(EntitlementApplication.state)
        .order_by(EntitlementApplication.state)
    )
    by_state = {row[0]: row[1] for row in counted}
    chosen = [*narrowed, EntitlementApplication.state == state] if state else narrowed
    found = session.execute(
        sa.select(EntitlementApplication, Account.display_name)
        .outerjoin(Account, Account.id == EntitlementApplication.owner_id)
        .where(*chosen)
        .order_by(
            EntitlementApplication.due_on.is_(None),
            EntitlementApplication.due_on,
            EntitlementApplication.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    ).all()
    people = people_of(session, [row[0] for row in found])
    rows = [Row(row, people[row.id], owner) for row, owner in found if row.id in people]
    total = by_state.get(state, 0) if state else sum(by_state.values())
    return Rows(rows, total, by_state)


def applications_of(session: Session, by: Actor, person: Claimant) -> list[EntitlementApplication]:
    """Return all applications of a person in sight, newest first."""
    named = [
        column == number
        for column, number in (
            (EntitlementApplication.graduate_id, person.graduate_id),
            (EntitlementApplication.member_id, person.member_id),
        )
        if number is not None
    ]
    found = sa.select(EntitlementApplication).where(in_sight(by), sa.or_(*named))
    return list(session.scalars(found.order_by(EntitlementApplication.id.desc())))


def read_whole(session: Session, by: Actor, public_id: str) -> Whole:
    """Return one application with everything around it."""
    row = find_application(session, by, public_id)
    person = people_of(session, [row])[row.id]
    owner = session.get(Account, row.owner_id) if row.owner_id else None
    return Whole(
        application=row,
        person=person,
        owner=owner.display_name if owner else None,
        rule=papers.rule_of(row),
        papers=papers.lines_of(session, row),
        steps=_steps(session, row.id),
        entry=paying.entry_of(session, row),
        same=paying.same_aid(session, row),
        paid_by_list=paying.by_list(row),
        wants_amount=paying.wants_amount(row),
    )


def _steps(session: Session, application_id: int) -> list[StepLine]:
    rows = session.execute(
        sa.select(EntitlementStep, Account.display_name)
        .outerjoin(Account, Account.id == EntitlementStep.actor_id)
        .where(EntitlementStep.application_id == application_id)
        .order_by(EntitlementStep.id.desc())
    ).all()
    gone = {step.replaces_id for step, _ in rows}
    return [
        StepLine(step, unseal(session, step.words_cipher, WORDS), name, step.id in gone)
        for step, name in rows
    ]
