"""Registering somebody for a fair (报名、现场登记): the public page, the door and sheets of paper all come here.

A fair is open to anybody: nobody is looked up among the graduates, since a phone is no identity and the answer must
not tell who is on file. At the door and on paper, who registers twice by name and number is one visitor with one
ticket. On the public page anybody may type anybody's name and number: there each is a visitor of its own, so that
neither words nor time tell who registered before, and nobody is led to another's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import ring_of
from matcher.db.insertion import insert_if_new
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import mask_name, normalise_phone, phone_problem
from matcher.kinds import ConsentPurpose, EducationLevel
from matcher.kinds.fairs import FairState, VisitorKind, VisitorState
from matcher.models.consents import ConsentText
from matcher.models.fair_visitors import FairTicket, FairVisitor
from matcher.models.fairs import Fair
from matcher.services import audit, sealing
from matcher.services.consents import current_text
from matcher.services.fair_guests import bookings
from matcher.services.permissions import SYSTEM, Actor, Permission, require

TABLE = "fair_visitor"
NAME_COLUMN = "fair_visitor.name"
_PERSON = "fair_visitor.person"
_LONGEST_NAME = 40


@dataclass(frozen=True, kw_only=True)
class VisitorInput:
    """What somebody writes to register; only the name is needed at the door, the number on the public page too."""

    name: str
    phone: str | None = None
    school: str | None = None
    major_text: str | None = None
    education: EducationLevel | None = None
    consent_text_id: int | None = None
    """The wording agreed to (`consent_text`); None refuses."""


def consent_text(session: Session) -> ConsentText:
    """Return the wording people agree to when they register for a fair."""
    return current_text(session, ConsentPurpose.FAIR, clock.today())


def register_visitor(
    session: Session,
    by: Actor,
    fair: Fair,
    facts: VisitorInput,
    *,
    kind: VisitorKind,
    session_ids: Sequence[int] = (),
) -> FairVisitor:
    """Register somebody for a fair, or return the visitor who registered before with the same name and number.

    Anybody registers on the public page and at a paired scanner; a sheet of paper is entered by who organises fairs.
    A session that is booked out puts the visitor in its line; a walk-in and a sheet of paper need no session.

    Raises
    ------
    InvalidInputError
        No name, no good number, nothing agreed to, a session of another fair.
    RuleBrokenError
        The fair takes nobody any more.
    """
    if kind is VisitorKind.PAPER:
        require(by, Permission.MANAGE_FAIRS)
    _check(session, fair, facts, kind)
    person = _person_index(session, facts)
    if session_ids:
        bookings.in_turn(session, fair.id)
    visitor = insert_if_new(session, FairVisitor, _values(session, by, fair, facts, kind, person))
    if visitor is not None:
        audit.record(session, by, "fair_visitor.registered", subject=(TABLE, visitor.id), kind=kind)
    else:
        visitor = _standing(session, fair, person)
    if session_ids:
        bookings.book(session, visitor, session_ids)
    session.flush()
    return visitor


def register_stranger(
    session: Session, fair: Fair, facts: VisitorInput, session_ids: Sequence[int]
) -> FairVisitor:
    """Register whoever typed this on the public page as a visitor of its own, whoever registered before.

    Sheets of paper with the same name and number mean the newest, unless one before has come in.

    Raises
    ------
    InvalidInputError, RuleBrokenError
        As `register_visitor`.
    """
    kind = VisitorKind.REGISTERED
    _check(session, fair, facts, kind)
    person = _person_index(session, facts)
    bookings.in_turn(session, fair.id)
    _hand_over(session, fair, person)
    values = _values(session, SYSTEM, fair, facts, kind, person)
    visitor = insert_if_new(session, FairVisitor, values)
    if visitor is None:
        visitor = insert_if_new(session, FairVisitor, values | {"person_index": None})
    if visitor is None:
        raise RuleBrokenError("visitor_again", "没有登记上，请再按一次。")
    audit.record(session, SYSTEM, "fair_visitor.registered", subject=(TABLE, visitor.id), kind=kind)
    if session_ids:
        bookings.book(session, visitor, session_ids)
    session.flush()
    return visitor


def _hand_over(session: Session, fair: Fair, person: str | None) -> None:
    """Let nobody who has not come in stand for a name and number any more."""
    came = sa.exists().where(
        FairTicket.visitor_id == FairVisitor.id, FairTicket.admitted_at.is_not(None)
    )
    session.execute(
        sa.update(FairVisitor)
        .where(FairVisitor.fair_id == fair.id, FairVisitor.person_index == person, ~came)
        .values(person_index=None, version_id=FairVisitor.version_id + 1)
        .execution_options(synchronize_session="fetch")
    )


def is_of(session: Session, visitor: FairVisitor, facts: VisitorInput) -> bool:
    """Say whether a visitor registered with this very name and number."""
    if visitor.name_cipher is None or not facts.phone:
        return False
    ring = ring_of(session)
    name = ring.decrypt(visitor.name_cipher, NAME_COLUMN)
    return (
        "".join(name.split()) == "".join(facts.name.split())
        and visitor.phone_index == sealing.sealed_phone(ring, TABLE, facts.phone).index
    )


def find_registered(session: Session, fair: Fair, facts: VisitorInput) -> FairVisitor | None:
    """Return who stands for a name and number, for sheets of paper; whoever types them need not be that person."""
    person = _person_index(session, facts)
    if person is None:
        return None
    found = sa.select(FairVisitor).where(
        FairVisitor.fair_id == fair.id, FairVisitor.person_index == person
    )
    return session.scalar(found)


def _values(
    session: Session,
    by: Actor,
    fair: Fair,
    facts: VisitorInput,
    kind: VisitorKind,
    person: str | None,
) -> dict[str, object]:
    ring, now, name = ring_of(session), clock.now(), facts.name.strip()
    values: dict[str, object] = {
        "public_id": new_public_id(),
        "fair_id": fair.id,
        "kind": kind,
        "state": VisitorState.COMING,
        "name_cipher": ring.encrypt(name, NAME_COLUMN),
        "name_masked": mask_name(name),
        "person_index": person,
        "school": facts.school,
        "major_text": facts.major_text,
        "education": facts.education,
        "shown": [],
        "consented_at": now,
        "consent_text_id": facts.consent_text_id,
        "answered_at": now,
        "created_at": now,
        "created_by_id": by.account_id,
    }
    if facts.phone:
        sealed = sealing.sealed_phone(ring, TABLE, facts.phone)
        values |= {
            "phone_cipher": sealed.cipher,
            "phone_index": sealed.index,
            "phone_masked": sealed.masked,
        }
    return values


def _check(session: Session, fair: Fair, facts: VisitorInput, kind: VisitorKind) -> None:
    if fair.state is not FairState.ANNOUNCED and kind is not VisitorKind.PAPER:
        raise RuleBrokenError("fair_takes_nobody", "这场招聘会现在不接收报名。")
    fields: dict[str, str] = {}
    if not facts.name.strip():
        fields["name"] = "请填写姓名。"
    elif len(facts.name.strip()) > _LONGEST_NAME:
        fields["name"] = f"姓名最多 {_LONGEST_NAME} 个字。"
    if facts.phone and phone_problem(facts.phone):
        fields["phone"] = "电话号码不正确，请填手机号或带区号的座机。"
    elif not facts.phone and kind is VisitorKind.REGISTERED:
        fields["phone"] = "请填写手机号。"
    text = session.get(ConsentText, facts.consent_text_id or 0)
    if text is None or text.purpose is not ConsentPurpose.FAIR:
        fields["consent"] = "同意后才能登记；不同意也可以到现场了解岗位。"
    if fields:
        raise InvalidInputError("visitor_input", "登记信息有误，请修改标出的项目。", fields=fields)


def _person_index(session: Session, facts: VisitorInput) -> str | None:
    """Return what tells one visitor of a fair from another; None without a number: a name alone is many people's."""
    if not facts.phone:
        return None
    name = "".join(facts.name.split())
    return ring_of(session).blind_index(f"{name}|{normalise_phone(facts.phone)}", _PERSON)


def _standing(session: Session, fair: Fair, person: str | None) -> FairVisitor:
    """Return the visitor who registered before; who had cancelled comes again."""
    visitor = session.scalars(
        sa.select(FairVisitor)
        .where(FairVisitor.fair_id == fair.id, FairVisitor.person_index == person)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if visitor.state in (VisitorState.CANCELLED, VisitorState.DECLINED):
        visitor.state, visitor.answered_at = VisitorState.COMING, clock.now()
    return visitor
