"""Writing a step at a booth (展位操作): the log, and the row it comes to; without asking who may.

Whoever calls has asked permission and looked contact and place up in sight: the booth's own pages, and the entry of
paper sheets. A step sent twice is kept once by its number; one that says what stands already is not written.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import InvalidInputError
from matcher.fairs.contact_steps import Step, adds_nothing, standing_of
from matcher.kinds.fair_hall import ContactState, ContactStepKind, ContactVia
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fairs import FairEmployer

LONGEST_NUMBER = 64
"""Characters of a step's own number."""


@dataclass(frozen=True)
class NewStep:
    """A step to write.

    Attributes
    ----------
    number : chosen by the sender, so that the step sent again is known
    at : when it happened
    """

    kind: ContactStepKind
    number: str
    at: dt.datetime
    via: ContactVia
    posting_id: int | None = None
    reason: RefusalReason | None = None
    undoes_id: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


def meet(session: Session, place: FairEmployer, visitor_id: int, *, at: dt.datetime) -> FairContact:
    """Return the contact of a place and a visitor of the same fair, made now unless it stands; locked for steps."""
    values = {
        "fair_id": place.fair_id,
        "fair_employer_id": place.id,
        "visitor_id": visitor_id,
        "state": ContactState.MET,
        "met_at": at,
    }
    insert_if_new(session, FairContact, values)
    found = sa.select(FairContact).where(
        FairContact.fair_employer_id == place.id, FairContact.visitor_id == visitor_id
    )
    locked = found.with_for_update(of=FairContact).execution_options(populate_existing=True)
    return session.scalars(locked).one()


def enter(
    session: Session, contact: FairContact, new: NewStep, *, account_id: int | None = None
) -> FairContactStep | None:
    """Write a step of a locked contact and bring the row up to it.

    Returns
    -------
    The step; of one sent before, the row it has; None if it says what stands already.

    Raises
    ------
    InvalidInputError
        The number belongs to a step of another contact.
    """
    before = _sent_before(session, contact, new)
    if before is not None:
        return before
    steps = steps_of(session, contact.id)
    if adds_nothing(steps, _read(0, new)):
        return None
    row = FairContactStep(
        contact_id=contact.id,
        step_number=new.number[:LONGEST_NUMBER],
        kind=new.kind,
        posting_id=new.posting_id,
        reason=new.reason,
        undoes_id=new.undoes_id,
        happened_on=clock.in_china(new.at).date(),
        at=new.at,
        entered_at=clock.now(),
        via=new.via,
        by_account_id=account_id,
        facts=dict(new.facts),
    )
    session.add(row)
    session.flush()
    _bring_up(contact, [*steps, _read(row.id, new)])
    session.flush()
    return row


def _sent_before(session: Session, contact: FairContact, new: NewStep) -> FairContactStep | None:
    found = sa.select(FairContactStep).where(
        FairContactStep.step_number == new.number[:LONGEST_NUMBER]
    )
    before = session.scalar(found)
    if before is not None and before.contact_id != contact.id:
        raise InvalidInputError("step_number_taken", "这个页面已经用过了，请刷新后再试。")
    return before


def _bring_up(contact: FairContact, steps: list[Step]) -> None:
    standing = standing_of(steps)
    contact.state = standing.state
    contact.posting_id = standing.posting_id
    contact.refusal_reason = standing.reason
    contact.resume_at = standing.resume_at
    contact.interviewed_at = standing.interviewed_at
    contact.intent_at = standing.intent_at
    if steps:
        contact.met_at = min(contact.met_at, *(step.at for step in steps))


def steps_of(session: Session, contact_id: int) -> list[Step]:
    """Return the log of a contact, oldest first."""
    found = sa.select(FairContactStep).where(FairContactStep.contact_id == contact_id)
    return [
        Step(row.id, row.kind, row.at, row.posting_id, row.reason, row.undoes_id)
        for row in session.scalars(found.order_by(FairContactStep.id))
    ]


def _read(number: int, new: NewStep) -> Step:
    return Step(number, new.kind, new.at, new.posting_id, new.reason, new.undoes_id)
