"""Undoing an entered batch (撤销补录): all of it or nothing; what others built on since stands against it and is told.

What the batch alone made is removed with its lines, so that the corrected book can be entered under the same codes;
steps at contacts that stood before are undone by steps that name them, as at the booth. Those steps are nothing to an
earlier batch: what a later one built on it stands against it only until the later one is undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fair_hall import ContactStepKind, ContactVia
from matcher.kinds.fair_reports import PaperBatchState
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fair_reports import FairFollow, FairOutcomeStep, FairSurveyAnswer
from matcher.models.fair_sheets import FairPaperBatch, FairPaperLine
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import FairSession
from matcher.services import audit
from matcher.services.fair_hall.steps import NewStep, enter
from matcher.services.fair_reports import closing
from matcher.services.fair_reports.following import drop_tasks
from matcher.services.fair_sheets.batches import SUBJECT, get_batch
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version


def undo_batch(
    session: Session,
    by: Actor,
    public_id: str,
    batch_id: str,
    *,
    expected_version: int | None = None,
) -> FairPaperBatch:
    """Undo an entered batch; undone before, it stays as it is.

    Raises
    ------
    RuleBrokenError
        Something was built on it since: the codes of the lines are told.
    """
    fair, batch = get_batch(session, by, public_id, batch_id, lock=True)
    if batch.state is PaperBatchState.UNDONE:
        return batch
    expect_version(batch, expected_version)
    if batch.state is PaperBatchState.ENTERED:
        found = sa.select(FairPaperLine).where(FairPaperLine.batch_id == batch.id)
        lines = list(session.scalars(found.order_by(FairPaperLine.id.desc())))
        _refuse_touched(session, lines)
        _drop_tasks(session, lines)
        for line in lines:
            _take_back(session, by, line)
        _forget_made(session, lines)
    batch.state, batch.undone_at = PaperBatchState.UNDONE, clock.now()
    session.flush()
    audit.record(session, by, "fair_paper.undone", subject=(SUBJECT, batch.id))
    closing.refresh(session, by, fair)
    session.flush()
    return batch


def _refuse_touched(session: Session, lines: Sequence[FairPaperLine]) -> None:
    own = _Own(
        steps={step for line in lines for step in line.facts.get("steps", ())},
        contacts={line.facts["contact"] for line in lines if "contact" in line.facts},
        tickets={line.facts["ticket"] for line in lines if "ticket" in line.facts},
        entries={line.entry_id for line in lines if line.entry_id is not None},
    )
    codes = [line.code for line in lines if _is_touched(session, line, own)]
    if codes:
        named = "、".join(codes[:10])
        raise RuleBrokenError(
            "fair_batch_touched",
            f"这些行录入后又有了别的记录，整批不能撤销：{named}。",
            codes=codes,
        )


@dataclass(frozen=True)
class _Own:
    """What a batch made itself, by number."""

    steps: set[int]
    contacts: set[int]
    tickets: set[int]
    entries: set[int]


def _is_touched(session: Session, line: FairPaperLine, own: _Own) -> bool:
    """Say whether something came after a line that would hang in the air without it."""
    if _told_since(session, line):
        return True
    if "contact" in line.facts and _steps_of_others(session, line.facts["contact"], own.steps):
        return True
    if line.entry_id is not None and _came_since(session, line, own):
        return True
    visitor = line.facts.get("visitor")
    return visitor is not None and (
        _others(session, FairContact, FairContact.visitor_id == visitor, own.contacts)
        or _others(session, FairTicket, FairTicket.visitor_id == visitor, own.tickets)
    )


def _came_since(session: Session, line: FairPaperLine, own: _Own) -> bool:
    """Say whether the door or a booth saw since whom a line let in: without it nobody had come in."""
    later = sa.and_(FairEntry.id > line.entry_id, FairEntry.id.not_in(own.entries))
    entries = (
        sa.select(FairEntry.id)
        .join(FairTicket, FairTicket.id == FairEntry.ticket_id)
        .where(FairTicket.visitor_id == line.visitor_id, later)
    )
    written = session.get_one(FairEntry, line.entry_id).entered_at
    steps = (
        sa.select(FairContactStep.id)
        .join(FairContact, FairContact.id == FairContactStep.contact_id)
        .where(
            FairContact.visitor_id == line.visitor_id,
            FairContactStep.entered_at >= written,
            FairContactStep.id.not_in(own.steps),
            ~_taken_back(),
        )
    )
    return any(session.scalar(found.limit(1)) is not None for found in (entries, steps))


def _drop_tasks(session: Session, lines: Sequence[FairPaperLine]) -> None:
    """Drop what staff were asked to do about intents that go with their contacts."""
    made = {line.facts["contact"] for line in lines if "contact" in line.facts}
    gone = sa.select(FairFollow).where(FairFollow.contact_id.in_(made))
    for follow in session.scalars(gone.order_by(FairFollow.id)):
        drop_tasks(session, follow)


def _told_since(session: Session, line: FairPaperLine) -> bool:
    """Say whether somebody told what became of an intent of the line."""
    if line.contact_id is None:
        return False
    told = (
        sa.select(FairOutcomeStep.id)
        .join(FairFollow, FairFollow.id == FairOutcomeStep.follow_id)
        .where(FairFollow.contact_id == line.contact_id)
    )
    return session.scalar(told.limit(1)) is not None


def _steps_of_others(session: Session, contact_id: int, own: set[int]) -> bool:
    of_contact = sa.and_(FairContactStep.contact_id == contact_id, ~_taken_back())
    return _others(session, FairContactStep, of_contact, own)


def _taken_back() -> sa.ColumnElement[bool]:
    """Whether a step is of a batch that was undone: what it had written, or the undoing of it.

    Steps of paper bear their batch in their numbers. What somebody did or undid at the booth is no such step: it is
    that person's word on the contact, and stays.
    """
    of_batch = sa.literal("paper:") + sa.cast(FairPaperBatch.id, sa.Text) + ":"
    undone = sa.exists().where(
        FairPaperBatch.state == PaperBatchState.UNDONE,
        FairContactStep.step_number.startswith(of_batch),
    )
    return sa.and_(FairContactStep.via == ContactVia.PAPER, undone)


def _others(
    session: Session,
    model: type[FairContact] | type[FairTicket] | type[FairContactStep],
    of_it: sa.ColumnElement[bool],
    own: set[int],
) -> bool:
    found = sa.select(model.id).where(of_it, model.id.not_in(own))
    return session.scalar(found.limit(1)) is not None


def _take_back(session: Session, by: Actor, line: FairPaperLine) -> None:
    """Take back what a line did to rows that were there before."""
    if line.contact_id is not None and "contact" not in line.facts:
        contact = session.scalars(
            sa.select(FairContact).where(FairContact.id == line.contact_id).with_for_update()
        ).one()
        for step_id in reversed(line.facts.get("steps", [])):
            undo = NewStep(
                ContactStepKind.UNDONE,
                f"paper:{line.batch_id}:undo:{step_id}",
                clock.now(),
                ContactVia.PAPER,
                undoes_id=step_id,
            )
            enter(session, contact, undo, account_id=by.account_id)
    if "admitted" in line.facts:
        ticket = session.get_one(FairTicket, line.facts["admitted"])
        ticket.admitted_at = None
        session.flush()
        session.execute(
            sa.update(FairSession)
            .where(FairSession.id == ticket.session_id, FairSession.n_entered > 0)
            .values(n_entered=FairSession.n_entered - 1),
            execution_options={"synchronize_session": "fetch"},
        )


def _forget_made(session: Session, lines: Sequence[FairPaperLine]) -> None:
    """Delete what the batch made, what hangs on others first."""
    made = (
        (FairContact, {line.facts.get("contact") for line in lines}),
        (FairSurveyAnswer, {line.answer_id for line in lines}),
        (FairEntry, {line.entry_id for line in lines}),
        (FairTicket, {line.facts.get("ticket") for line in lines}),
        (FairVisitor, {line.facts.get("visitor") for line in lines}),
    )
    ids = [line.id for line in lines]
    session.execute(
        sa.delete(FairPaperLine).where(FairPaperLine.id.in_(ids)),
        execution_options={"synchronize_session": False},
    )
    for model, numbers in made:
        session.execute(
            sa.delete(model).where(model.id.in_(numbers - {None})),
            execution_options={"synchronize_session": False},
        )
    session.expire_all()
