"""Reading what persons ask about their own data (个人信息权利申请): lists, one with its words, one's own."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import ring_of
from matcher.errors import NotFoundError
from matcher.kinds.people_rights import RightsState
from matcher.models.graduates import Graduate
from matcher.models.households import HouseholdMember
from matcher.models.people_rights import RightsRequest
from matcher.services.people_rights.rights import (
    RESULT_COLUMN,
    WORDS_COLUMN,
    Person,
    get_request,
    own_person,
    union_of_person,
)
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import first_or_missing


@dataclass(frozen=True)
class OpenedRequest:
    """A request with its words, and the name of who asked."""

    request: RightsRequest
    words: str
    result: str | None
    name: str


def open_request(session: Session, by: Actor, public_id: str) -> OpenedRequest:
    """Return a request with its words: for who handles rights, or who entered it."""
    request = get_request(session, by, public_id)
    return _opened(session, request)


def _opened(session: Session, request: RightsRequest) -> OpenedRequest:
    ring = ring_of(session)
    name = (
        sa.select(Graduate.name).where(Graduate.id == request.graduate_id)
        if request.graduate_id is not None
        else sa.select(HouseholdMember.name).where(HouseholdMember.id == request.member_id)
    )
    sealed = request.result_cipher
    return OpenedRequest(
        request,
        ring.decrypt(request.words_cipher, WORDS_COLUMN) if request.words_cipher else "",
        ring.decrypt(sealed, RESULT_COLUMN) if sealed else None,
        session.scalar(name) or "",
    )


def list_own(session: Session, by: Actor) -> list[OpenedRequest]:
    """Return what the actor asked about the own data, newest first, with the answers."""
    (kind, row_id), _ = own_person(session, by)
    column = RightsRequest.graduate_id if kind == "graduate" else RightsRequest.member_id
    found = sa.select(RightsRequest).where(column == row_id).order_by(RightsRequest.id.desc())
    return [_opened(session, request) for request in session.scalars(found)]


@dataclass(frozen=True)
class RightsList:
    """A slice of the requests, with how many there are."""

    rows: list[tuple[RightsRequest, str]]
    """Each with the name of who asked."""
    total: int


def list_requests(
    session: Session,
    by: Actor,
    *,
    state: RightsState | None = None,
    limit: int = 50,
    offset: int = 0,
) -> RightsList:
    """Return requests, the next due first: all of the scope for who handles rights, else the own entries."""
    name = sa.func.coalesce(Graduate.name, HouseholdMember.name)
    found = (
        sa.select(RightsRequest, name)
        .outerjoin(Graduate, Graduate.id == RightsRequest.graduate_id)
        .outerjoin(HouseholdMember, HouseholdMember.id == RightsRequest.member_id)
        .where(RightsRequest.union_id.in_(scope_of(by).unions()))
    )
    if not may(by, Permission.HANDLE_RIGHTS):
        require(by, Permission.EDIT_CASES)
        found = found.where(RightsRequest.entered_by_id == by.account_id)
    if state is not None:
        found = found.where(RightsRequest.state == state)
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    is_open = sa.case((RightsRequest.state == RightsState.OPEN, 0), else_=1)
    rows = found.order_by(is_open, RightsRequest.due_on, RightsRequest.id)
    listed = session.execute(rows.limit(limit).offset(offset)).all()
    return RightsList([(row[0], row[1] or "") for row in listed], total)


def find_person(session: Session, by: Actor, kind: str, key: str) -> tuple[Person, str]:
    """Return a person by what an address names (a graduate's public id, a member's number), with the name.

    Raises
    ------
    NotFoundError
        Not in sight, or no such kind.
    """
    if kind == "graduate":
        require(by, Permission.EDIT_CASES)
        found = sa.select(Graduate).where(
            Graduate.public_id == key, Graduate.union_id.in_(scope_of(by).unions())
        )
        graduate = first_or_missing(session, found, lock=False)
        return ("graduate", graduate.id), graduate.name
    if kind != "member" or not key.isdecimal():
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    member_id = int(key)
    if not may(by, Permission.HANDLE_RIGHTS):
        require(by, Permission.EDIT_CASES)
    union_of_person(session, by, ("member", member_id))
    return ("member", member_id), session.get_one(HouseholdMember, member_id).name
