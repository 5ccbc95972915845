"""Entering the lines of a batch (录入): visitors, entries, contacts, answers, through the same doors as at the fair.

Each line is entered once a fair by its code, each entry and step by a number made of it: entering twice, or the same
book uploaded again, leaves what once leaves. The approved number of a session holds here as at the door.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import NotFoundError, RuleBrokenError, YangguangError
from matcher.kinds import ConsentPurpose, EducationLevel
from matcher.kinds.fair_hall import ContactStepKind, ContactVia
from matcher.kinds.fair_reports import PaperBatchState, PaperSheet, PaperVerdict, SurveySide
from matcher.kinds.fairs import EntryKind, VisitorKind
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_sheets import FairPaperBatch, FairPaperLine, FairPaperRow
from matcher.models.fair_visitors import FairEntry, FairTicket, FairVisitor
from matcher.models.fairs import Fair, FairEmployer, FairSession
from matcher.services import audit
from matcher.services.consents import current_text
from matcher.services.doors import places
from matcher.services.doors.entries import add_entry
from matcher.services.doors.tickets import issue_ticket
from matcher.services.fair_guests.registering import VisitorInput, register_visitor
from matcher.services.fair_hall.steps import NewStep, enter, meet
from matcher.services.fair_reports import closing, surveys
from matcher.services.fair_sheets import layouts
from matcher.services.fair_sheets.batches import SUBJECT, get_batch, line_of, open_values
from matcher.services.fair_sheets.judging import content_mark
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version

_ORDER = {PaperSheet.SIGN_IN: 0, PaperSheet.CONTACT: 1, PaperSheet.SURVEY: 2}
_STEPS = {
    "resume": ContactStepKind.RESUME,
    "interviewed": ContactStepKind.INTERVIEWED,
    "intent": ContactStepKind.INTENT,
}


def enter_batch(
    session: Session,
    by: Actor,
    public_id: str,
    batch_id: str,
    *,
    expected_version: int | None = None,
) -> FairPaperBatch:
    """Enter the good lines of a batch; entered before, it stays as it is.

    A line that cannot be entered any more (the last place was taken meanwhile) is refused with its reason; the others
    are entered all the same.
    """
    fair, batch = get_batch(session, by, public_id, batch_id, lock=True)
    if batch.state is PaperBatchState.ENTERED:
        return batch
    expect_version(batch, expected_version)
    if batch.state is PaperBatchState.UNDONE:
        raise RuleBrokenError("fair_batch_undone", "这一批已经撤销，请重新上传。")
    found = sa.select(FairPaperRow).where(
        FairPaperRow.batch_id == batch.id, FairPaperRow.verdict == PaperVerdict.NEW
    )
    rows = sorted(session.scalars(found), key=lambda row: (_ORDER[row.sheet], row.id))
    for row in rows:
        _enter(session, by, fair, row)
    batch.state, batch.entered_at = PaperBatchState.ENTERED, clock.now()
    session.flush()
    audit.record(session, by, "fair_paper.entered", subject=(SUBJECT, batch.id), n=len(rows))
    closing.refresh(session, by, fair)
    session.flush()
    return batch


def _enter(session: Session, by: Actor, fair: Fair, row: FairPaperRow) -> None:
    standing = sa.select(FairPaperLine).where(
        FairPaperLine.fair_id == fair.id, FairPaperLine.code == row.code
    )
    if session.scalar(standing) is not None:
        row.verdict = PaperVerdict.SAME  # another book with this line was entered meanwhile
        return
    acts = {
        PaperSheet.SIGN_IN: _sign_in,
        PaperSheet.CONTACT: _contact,
        PaperSheet.SURVEY: _survey,
    }
    try:
        with session.begin_nested():
            line = acts[row.sheet](session, by, fair, row)
            line.content_mark = content_mark(session, line_of(session, row))
            session.add(line)
            session.flush()
    except YangguangError as error:
        row.verdict, row.problem = PaperVerdict.REFUSED, error.message


def _line(fair: Fair, row: FairPaperRow) -> FairPaperLine:
    return FairPaperLine(fair_id=fair.id, batch_id=row.batch_id, code=row.code, facts={})


def _sign_in(session: Session, by: Actor, fair: Fair, row: FairPaperRow) -> FairPaperLine:
    held = session.get_one(FairSession, int(row.facts["session_id"]))
    line = _line(fair, row)
    visitor = _visitor(session, by, fair, row, line=line, held=held)
    line.visitor_id = visitor.id
    has_ticket = session.scalar(
        sa.select(FairTicket.id).where(
            FairTicket.visitor_id == visitor.id, FairTicket.session_id == held.id
        )
    )
    ticket = issue_ticket(session, visitor.id, held.id)
    if has_ticket is None:
        line.facts = line.facts | {"ticket": ticket.id}
    if ticket.admitted_at is None:
        line.entry_id = _let_in(session, held, ticket, row)
        line.facts = line.facts | {"admitted": ticket.id}
    return line


def _visitor(
    session: Session,
    by: Actor,
    fair: Fair,
    row: FairPaperRow,
    *,
    line: FairPaperLine,
    held: FairSession,
) -> FairVisitor:
    """Return whom a line is about, registered now unless a ticket or an earlier registration names them.

    What was agreed to is the wording of the day of the session, which is the one printed on its sheets.
    """
    if row.facts.get("visitor_id") is not None:
        return session.get_one(FairVisitor, int(row.facts["visitor_id"]))
    last = session.scalar(sa.select(sa.func.max(FairVisitor.id))) or 0
    values = open_values(session, row)
    education = row.facts.get("education")
    facts = VisitorInput(
        name=values.get(layouts.NAME, ""),
        phone=values.get(layouts.PHONE) or None,
        school=values.get(layouts.SCHOOL) or None,
        major_text=values.get(layouts.MAJOR) or None,
        education=EducationLevel(education) if education else None,
        consent_text_id=current_text(session, ConsentPurpose.FAIR, held.held_on).id,
    )
    visitor = register_visitor(session, by, fair, facts, kind=VisitorKind.PAPER)
    if visitor.id > last:
        line.facts = line.facts | {"visitor": visitor.id}
    return visitor


def begins_at(held: FairSession) -> dt.datetime:
    """Return the instant a session begins: when, for all anybody knows, a line of paper was written."""
    midnight = dt.datetime.combine(held.held_on, dt.time.min, tzinfo=clock.CHINA)
    return midnight + dt.timedelta(minutes=held.begins_minute)


def _let_in(session: Session, held: FairSession, ticket: FairTicket, row: FairPaperRow) -> int:
    """Count somebody in who came and went long ago; returns the row of the door's log."""
    if places.take_place(session, held.id, None) is None:
        raise RuleBrokenError(
            "fair_full", f"这一场已到核准人数 {held.approved_number}，请核对场次。"
        )
    places.leave(session, held.id)
    ticket.admitted_at = begins_at(held)
    session.flush()
    number = f"paper:{row.batch_id}:{row.code}"
    add_entry(
        session,
        scan_number=number,
        fair_id=held.fair_id,
        session_id=held.id,
        ticket_id=ticket.id,
        device_id=None,
        kind=EntryKind.ENTERED,
        refusal=None,
        at=begins_at(held),
        facts={"batch": row.batch_id},
    )
    return session.scalars(sa.select(FairEntry.id).where(FairEntry.scan_number == number)).one()


def _contact(session: Session, by: Actor, fair: Fair, row: FairPaperRow) -> FairPaperLine:
    facts, line = row.facts, _line(fair, row)
    visitor_id = _met(session, fair, row)
    place = session.get_one(FairEmployer, int(facts["place_id"]))
    at = _when(session, fair, visitor_id)
    there = sa.select(FairContact.id).where(
        FairContact.fair_employer_id == place.id, FairContact.visitor_id == visitor_id
    )
    is_new = session.scalar(there) is None
    contact = meet(session, place, visitor_id, at=at)
    kinds = [ContactStepKind.SCANNED, *(_STEPS[one] for one in facts["steps"])]
    if facts["reason"] is not None:
        kinds.append(ContactStepKind.REFUSED)
    made = []
    for kind in kinds:
        step = enter(session, contact, _step(row, kind, at), account_id=by.account_id)
        if step is not None:
            made.append(step.id)
    line.visitor_id, line.contact_id = visitor_id, contact.id
    line.facts = {"steps": made} | ({"contact": contact.id} if is_new else {})
    return line


def _step(row: FairPaperRow, kind: ContactStepKind, at: dt.datetime) -> NewStep:
    is_intent, is_refusal = kind is ContactStepKind.INTENT, kind is ContactStepKind.REFUSED
    return NewStep(
        kind,
        f"paper:{row.batch_id}:{row.code}:{kind.value}",
        at,
        ContactVia.PAPER,
        posting_id=row.facts["posting_id"] if is_intent else None,
        reason=RefusalReason(row.facts["reason"]) if is_refusal else None,
        facts={"batch": row.batch_id},
    )


def _met(session: Session, fair: Fair, row: FairPaperRow) -> int:
    """Return the visitor of a contact's line, by the sign-in line it names if it stands in the same book."""
    if row.facts.get("visitor_id") is not None:
        return int(row.facts["visitor_id"])
    found = sa.select(FairPaperLine.visitor_id).where(
        FairPaperLine.fair_id == fair.id, FairPaperLine.code == row.facts["sign_in"]
    )
    visitor_id = session.scalar(found)
    if visitor_id is None:
        raise NotFoundError("fair_sign_in_missing", "这个签到行没有录入成，洽谈也不能录。")
    return visitor_id


def _when(session: Session, fair: Fair, visitor_id: int) -> dt.datetime:
    found = sa.select(sa.func.min(FairTicket.admitted_at)).where(
        FairTicket.visitor_id == visitor_id
    )
    at = session.scalar(found)
    if at is not None:
        return at
    return dt.datetime.combine(fair.first_on, dt.time.min, tzinfo=clock.CHINA)


def _survey(session: Session, by: Actor, fair: Fair, row: FairPaperRow) -> FairPaperLine:
    line, values = _line(fair, row), open_values(session, row)
    answer = surveys.keep_paper(
        session,
        fair,
        SurveySide(row.facts["side"]),
        row.facts["sent"],
        words=values.get(layouts.WORDS),
        code=row.code,
    )
    line.answer_id = answer.id
    return line
