"""Reading requests for help (求助): the list of the district, one lead whole, and whose case it may be about."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import NotFoundError
from matcher.identity import mask_name
from matcher.kinds.casework import RequestState
from matcher.models.accounts import Account
from matcher.models.graduate_cases import GraduateCase
from matcher.models.graduates import Graduate
from matcher.models.help_requests import HelpRequest
from matcher.services import audit
from matcher.services.casework.cases import case_lines_in_sight, get_case, whole_case_in_sight
from matcher.services.casework.requests import (
    ANSWER,
    SUBJECT,
    WORDS,
    get_request,
    whole_request_in_sight,
)
from matcher.services.casework.sealed_words import unseal
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import first_or_missing


@dataclass(frozen=True)
class RequestLine:
    """A line of the list; `is_whole` says whether the actor may open it."""

    lead: HelpRequest
    name_masked: str
    owner: str | None
    is_whole: bool


@dataclass(frozen=True)
class RequestPage:
    """A slice of requests and how many there are in all."""

    rows: list[RequestLine]
    total: int


def list_requests(
    session: Session,
    by: Actor,
    *,
    state: RequestState | None = None,
    mine: bool = False,
    overdue: bool = False,
    limit: int = 50,
    offset: int = 0,
) -> RequestPage:
    """Return the requests of the district, unanswered ones first, by the day an answer is due; two queries."""
    require(by, Permission.VIEW_CASES)
    kept: list[sa.ColumnElement[bool]] = [HelpRequest.union_id.in_(scope_of(by).unions())]
    if state is not None:
        kept.append(HelpRequest.state == state)
    if mine:
        kept.append(HelpRequest.owner_id == by.account_id)
    if overdue:
        kept += [HelpRequest.state != RequestState.ANSWERED, HelpRequest.due_on < clock.today()]
    total = session.scalar(sa.select(sa.func.count(HelpRequest.id)).where(*kept)) or 0
    found = (
        sa.select(HelpRequest, Account.display_name, whole_request_in_sight(by).label("whole"))
        .outerjoin(Account, Account.id == HelpRequest.owner_id)
        .where(*kept)
        .order_by(
            HelpRequest.state == RequestState.ANSWERED, HelpRequest.due_on, HelpRequest.id.desc()
        )
        .limit(limit)
        .offset(offset)
    )
    rows = [
        RequestLine(lead, mask_name(lead.person_name or ""), owner, bool(whole))
        for lead, owner, whole in session.execute(found)
    ]
    return RequestPage(rows, total)


def requests_of(session: Session, by: Actor, case_id: int) -> list[HelpRequest]:
    """Return the requests about a case the actor sees whole, newest first; only those seen whole themselves."""
    get_case(session, by, case_id)
    found = sa.select(HelpRequest).where(HelpRequest.case_id == case_id, whole_request_in_sight(by))
    return list(session.scalars(found.order_by(HelpRequest.id.desc())))


@dataclass(frozen=True)
class RequestWords:
    """What was asked and answered, opened."""

    words: str
    answer: str | None
    owner: str | None
    case_public_id: str | None


def read_words(session: Session, by: Actor, public_id: str) -> RequestWords:
    """Return the words of a lead the actor sees whole."""
    lead = get_request(session, by, public_id)
    owner = session.get(Account, lead.owner_id) if lead.owner_id else None
    case = sa.select(GraduateCase.public_id).where(
        GraduateCase.id == lead.case_id, whole_case_in_sight(by)
    )
    return RequestWords(
        unseal(session, lead.words_cipher, WORDS) or "",
        unseal(session, lead.answer_cipher, ANSWER),
        owner.display_name if owner else None,
        session.scalar(case),
    )


@dataclass(frozen=True)
class PossibleCase:
    """An open case the request may be about: the same phone, or the same name."""

    case_id: int
    name: str
    school: str | None
    same_phone: bool


def possible_cases(session: Session, by: Actor, lead: HelpRequest) -> list[PossibleCase]:
    """Return open cases of the district with the phone or the name of a lead; a person decides."""
    same_phone = sa.and_(
        Graduate.phone_index.is_not(None), Graduate.phone_index == lead.phone_index
    )
    found = (
        sa.select(GraduateCase.id, Graduate.name, Graduate.school, same_phone.label("same_phone"))
        .join(Graduate, Graduate.id == GraduateCase.graduate_id)
        .where(
            case_lines_in_sight(by),
            whole_case_in_sight(by),
            GraduateCase.closed_on.is_(None),
            sa.or_(same_phone, Graduate.name == (lead.person_name or "")),
        )
        .order_by(GraduateCase.id)
        .limit(5)
    )
    return [PossibleCase(*row) for row in session.execute(found)]


def reveal_request_phone(session: Session, by: Actor, public_id: str) -> str:
    """Return the phone of a lead the actor owns or supervises, for calling back; it is logged."""
    require(by, Permission.REVEAL_NUMBER)
    found = sa.select(HelpRequest).where(
        HelpRequest.public_id == public_id, whole_request_in_sight(by)
    )
    lead = first_or_missing(session, found, lock=False)
    if lead.phone_cipher is None:
        raise NotFoundError("nothing_stored", "这一项没有登记。")
    audit.record(
        session,
        by,
        "number.revealed",
        subject=(SUBJECT, lead.id),
        field="phone",
        reason="答复求助",
    )
    return ring_of(session).decrypt(lead.phone_cipher, f"{SUBJECT}.phone")
