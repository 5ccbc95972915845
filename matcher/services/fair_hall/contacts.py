"""A booth and its visitors (展位接触): scanning a ticket, and what is done after it, by the employer's own people.

Every scan and step is a row of the contact's own log, with who did it; the chained trail, whose lock every booth of a
hall would wait for, keeps only what shows more of a person: numbers opened, résumés, lists taken along.
"""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.fairs.contact_steps import UNDOABLE, counting, undoable
from matcher.kinds.fair_hall import ContactStepKind, ContactVia
from matcher.kinds.referrals import RefusalReason
from matcher.models.fair_contacts import FairContact, FairContactStep
from matcher.models.fairs import FairPosting
from matcher.models.postings import Posting
from matcher.policy.limits import get_limit
from matcher.services.doors.tickets import find_ticket
from matcher.services.fair_hall import queues
from matcher.services.fair_hall.sight import OwnPlace, lock_place, own_place, require_open
from matcher.services.fair_hall.steps import NewStep, enter, meet, steps_of
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing

_K = ContactStepKind
NOTE_FIELD = "fair_contact.note"
LONGEST_NOTE = 500


def scan(
    session: Session, by: Actor, public_id: str, code: str, *, number: str, typed: bool = False
) -> FairContact:
    """Take a ticket held to the booth's phone, or its typed code: the visitor was met.

    Whoever stood in the booth's queue is served by it. Scanning the same visitor again is written again, since it
    opens what they agreed to once more, and counts once.

    Raises
    ------
    NotFoundError
        The code names no good ticket of this fair, or the fair is not the employer's.
    RuleBrokenError
        The fair is not on today.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place = own_place(session, by, public_id)
    if not place.is_day:
        raise RuleBrokenError("fair_not_today", "今天不是招聘会的日子，不能扫码。")
    ticket = find_ticket(session, code, place.fair_id)
    now = clock.now()
    contact = meet(session, lock_place(session, place.id), ticket.visitor_id, at=now)
    via = ContactVia.TYPED if typed else ContactVia.BOOTH
    enter(
        session,
        contact,
        NewStep(_K.SCANNED, number, now, via, facts={"ticket": ticket.id}),
        account_id=by.account_id,
    )
    queues.serve_visitor(session, place.id, ticket.visitor_id, at=now)
    return contact


def act(
    session: Session,
    by: Actor,
    public_id: str,
    contact_public_id: str,
    kind: ContactStepKind,
    *,
    number: str,
    posting: str | None = None,
    reason: RefusalReason | None = None,
) -> FairContact:
    """Write down what came of a meeting: a résumé, an interview, an intent for a posting, or why not.

    Raises
    ------
    InvalidInputError
        An intent without one of the postings the employer shows here, or a refusal without a reason.
    RuleBrokenError
        The fair has not begun, or is closed.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    place, contact = locked(session, by, public_id, contact_public_id)
    if kind not in UNDOABLE:
        raise InvalidInputError("no_such_step", "没有这个操作。")
    posting_id = _posting(session, place, posting) if kind is _K.INTENT else None
    if kind is _K.REFUSED and reason is None:
        raise InvalidInputError("reason_missing", "请选择原因。", fields={"reason": "请选择原因。"})
    step = NewStep(
        kind,
        number,
        clock.now(),
        ContactVia.BOOTH,
        posting_id=posting_id,
        reason=reason if kind is _K.REFUSED else None,
    )
    enter(session, contact, step, account_id=by.account_id)
    return contact


def _posting(session: Session, place: OwnPlace, public_id: str | None) -> int:
    found = (
        sa.select(Posting.id)
        .join(FairPosting, FairPosting.posting_id == Posting.id)
        .where(FairPosting.fair_employer_id == place.id, Posting.public_id == (public_id or ""))
    )
    posting_id = session.scalar(found)
    if posting_id is None:
        raise InvalidInputError(
            "posting_missing",
            "请选择意向岗位。",
            fields={"posting": "请选择贵单位在本场展示的岗位。"},
        )
    return posting_id


def write_note(
    session: Session, by: Actor, public_id: str, contact_public_id: str, text: str, *, number: str
) -> FairContact:
    """Keep the booth's own note on somebody, encrypted; an empty one erases it."""
    require(by, Permission.TAKE_PART_IN_FAIRS)
    _place, contact = locked(session, by, public_id, contact_public_id)
    text = text.strip()[:LONGEST_NOTE]
    if text == (note_of(session, contact) or ""):
        return contact
    step = NewStep(_K.NOTED, number, clock.now(), ContactVia.BOOTH, facts={"length": len(text)})
    enter(session, contact, step, account_id=by.account_id)
    contact.note_cipher = ring_of(session).encrypt(text, NOTE_FIELD) if text else None
    session.flush()
    return contact


def note_of(session: Session, contact: FairContact) -> str | None:
    """Return the note on a contact that was looked up in sight."""
    if contact.note_cipher is None:
        return None
    return ring_of(session).decrypt(contact.note_cipher, NOTE_FIELD)


def undo(
    session: Session, by: Actor, public_id: str, contact_public_id: str
) -> FairContactStep | None:
    """Take back the last step within the agreed seconds; None if it was taken back already.

    Raises
    ------
    RuleBrokenError
        Too late, or nothing to take back: another step says what is right now.
    """
    require(by, Permission.TAKE_PART_IN_FAIRS)
    _place, contact = locked(session, by, public_id, contact_public_id)
    steps = steps_of(session, contact.id)
    if steps and steps[-1].kind is _K.UNDONE:
        return None
    last = undoable(steps)
    if last is None or _seconds_left(session, last.id) <= 0:
        raise RuleBrokenError("undo_too_late", "撤销时间已过，请直接改成正确的结果。")
    step = NewStep(_K.UNDONE, f"undo:{last.id}", clock.now(), ContactVia.BOOTH, undoes_id=last.id)
    return enter(session, contact, step, account_id=by.account_id)


def _seconds_left(session: Session, step_id: int) -> int:
    """Return how many seconds a step may still be taken back."""
    entered_at = session.scalars(
        sa.select(FairContactStep.entered_at).where(FairContactStep.id == step_id)
    ).one()
    allowed = get_limit("fair.undo_seconds", None, clock.today()).value
    return allowed - int((clock.now() - entered_at) / dt.timedelta(seconds=1))


def locked(
    session: Session, by: Actor, public_id: str, contact_public_id: str
) -> tuple[OwnPlace, FairContact]:
    """Return the actor's place and one of its contacts, locked for a step, while steps may be written."""
    place = own_place(session, by, public_id)
    require_open(place)
    return place, first_or_missing(session, one_of_place(place, contact_public_id), lock=True)


def one_of_place(place: OwnPlace, contact_public_id: str) -> sa.Select[FairContact]:
    """Select a contact of a place by its public number."""
    return sa.select(FairContact).where(
        FairContact.public_id == contact_public_id, FairContact.fair_employer_id == place.id
    )


def counted_steps(session: Session, contact_id: int) -> list[tuple[ContactStepKind, dt.datetime]]:
    """Return what was done with somebody, oldest first, without what was taken back."""
    return [(step.kind, step.at) for step in counting(steps_of(session, contact_id))]
