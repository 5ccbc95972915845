"""What persons ask about their own data (个人信息权利申请): entered or asked online, due by a day, answered in words.

Six kinds: 查阅, 复制, 更正, 删除, 解释说明, 不同意自动比对 (个人信息保护法 arts. 24, 44 to 48, 50). Everybody asks
about the own record only. A refusal needs its reason; a deletion either makes the person anonymous at once or, while
a law obliges to keep, leaves the data stored and used for nothing, and the answer says so.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import Channel, TaskState
from matcher.kinds.people_rights import RightsKind, RightsState
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.people_rights import RightsRequest
from matcher.policy.deadlines import get_deadline
from matcher.services import audit, tasks
from matcher.services.hardship import sight
from matcher.services.people_rights import deletions, officers
from matcher.services.people_rights.storage import PersonKind
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import expect_version, first_or_missing, get_in_scope, not_found

ANSWER_RULE = "rights.answer"
DUE_RULE = "rights_answer"
WORDS_COLUMN = "rights_request.words"
RESULT_COLUMN = "rights_request.result"
_LEAST_WORDS = 2
_MOST_WORDS = 2_000

Person = tuple[PersonKind, int]


def enter_request(
    session: Session,
    by: Actor,
    person: Person,
    *,
    kind: str,
    words: str,
    received_on: dt.date | None = None,
) -> RightsRequest:
    """Enter what somebody asked at the counter, by letter or by phone.

    Raises
    ------
    InvalidInputError
        No words, or a day in the future.
    """
    if not may(by, Permission.HANDLE_RIGHTS):
        require(by, Permission.EDIT_CASES)
    union_id = union_of_person(session, by, person)
    today = clock.today()
    if received_on is not None and received_on > today:
        message = "收到日期不能晚于今天。"
        raise InvalidInputError("day_in_future", message, fields={"received_on": message})
    return _enter(session, by, person, union_id, _Asked(kind, words, received_on or today))


def ask_own(session: Session, by: Actor, *, kind: str, words: str) -> RightsRequest:
    """Ask about the own data online, as a graduate or as the holder of a file."""
    person, union_id = own_person(session, by)
    return _enter(session, by, person, union_id, _Asked(kind, words, clock.today()))


def own_person(session: Session, by: Actor) -> tuple[Person, int]:
    """Return the record an actor is, with its union; raises NotFoundError for everybody else."""
    if by.graduate_id is not None:
        require(by, Permission.EDIT_OWN_PROFILE)
        found = sa.select(Graduate).where(Graduate.id == by.graduate_id)
        return ("graduate", by.graduate_id), first_or_missing(session, found, lock=False).union_id
    if by.member_id is not None:
        require(by, Permission.VIEW_OWN_FILE)
        of_file = (
            sa.select(Household)
            .join(HouseholdMember, HouseholdMember.household_id == Household.id)
            .where(HouseholdMember.id == by.member_id)
        )
        return ("member", by.member_id), first_or_missing(session, of_file, lock=False).union_id
    raise not_found()


def union_of_person(session: Session, by: Actor, person: Person) -> int:
    """Return the union of a person the actor may enter or handle something for."""
    kind, row_id = person
    if kind == "graduate":
        return get_in_scope(session, by, Graduate, row_id).union_id
    of_file = (
        sa.select(Household)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.id == row_id, Household.union_id.in_(scope_of(by).unions()))
    )
    if not may(by, Permission.HANDLE_RIGHTS):
        of_file = of_file.where(sight.whole_in_sight(by))
    return first_or_missing(session, of_file, lock=False).union_id


@dataclass(frozen=True)
class _Asked:
    kind: str
    words: str
    received_on: dt.date


def _enter(
    session: Session, by: Actor, person: Person, union_id: int, asked: _Asked
) -> RightsRequest:
    words = asked.words.strip()
    if not _LEAST_WORDS <= len(words) <= _MOST_WORDS:
        message = "请写明要求的内容（2 至 2000 字）。"
        raise InvalidInputError("rights_words", message, fields={"words": message})
    region = session.scalar(sa.select(Union.region_code).where(Union.id == union_id))
    due = get_deadline(DUE_RULE, region, asked.received_on).after(asked.received_on)
    is_own = by.graduate_id is not None or by.member_id is not None
    request = RightsRequest(
        union_id=union_id,
        graduate_id=person[1] if person[0] == "graduate" else None,
        member_id=person[1] if person[0] == "member" else None,
        kind=RightsKind(asked.kind),
        words_cipher=ring_of(session).encrypt(words, WORDS_COLUMN),
        asked_through=Channel.SELF if is_own else Channel.ON_BEHALF,
        entered_by_id=by.account_id,
        received_on=asked.received_on,
        created_at=clock.now(),
        due_on=due,
    )
    session.add(request)
    session.flush()
    _open_task(session, request)
    audit.record(
        session,
        by,
        "rights.asked",
        subject=("rights_request", request.id),
        on_behalf_of=None if is_own else person[1],
        kind=request.kind,
    )
    return request


def _open_task(session: Session, request: RightsRequest) -> None:
    found = officers.officers_of(session, request.union_id)
    tasks.open_task(
        session,
        union_id=found[0][1] if found else request.union_id,
        rule=ANSWER_RULE,
        subject=("rights_request", request.id),
        due_on=request.due_on,
        facts={"kind": request.kind.value},
        assignee_id=found[0][0] if len(found) == 1 else None,
    )


def answer_request(
    session: Session,
    by: Actor,
    public_id: str,
    *,
    is_granted: bool,
    result: str,
    expected_version: int | None = None,
) -> RightsRequest:
    """Answer a request: done with what was done, or refused with the reason; a deletion is carried out here.

    Raises
    ------
    InvalidInputError
        No words: both an answer and a refusal need them.
    RuleBrokenError
        It is answered already.
    """
    require(by, Permission.HANDLE_RIGHTS)
    request = get_request(session, by, public_id, lock=True)
    expect_version(request, expected_version)
    if request.state is not RightsState.OPEN:
        raise RuleBrokenError("rights_answered", "这项申请已经答复过了。")
    words = result.strip()
    if len(words) < _LEAST_WORDS:
        message = "请写明办理结果；不予办理的写明理由。"
        raise InvalidInputError("rights_result", message, fields={"result": message})
    state = RightsState.DONE if is_granted else RightsState.REFUSED
    request.result_cipher = ring_of(session).encrypt(words, RESULT_COLUMN)
    request.state = state
    request.decided_at, request.decided_by_id = clock.now(), by.account_id
    if is_granted and request.kind is RightsKind.DELETION:
        kept = deletions.delete_or_block(session, by, request)
        if kept is not None:
            request.state = RightsState.BLOCKED
            sealed = ring_of(session).encrypt(f"{words}\n{kept}", RESULT_COLUMN)
            request.result_cipher = sealed
    task = tasks.find_open_task(session, ANSWER_RULE, ("rights_request", request.id))
    if task is not None:
        tasks.close_task(session, task.id, TaskState.DONE, by_account_id=by.account_id)
    audit.record(
        session,
        by,
        "rights.answered",
        subject=("rights_request", request.id),
        state=request.state,
    )
    session.flush()
    return request


def get_request(
    session: Session, by: Actor, public_id: str, *, lock: bool = False
) -> RightsRequest:
    """Return a request: for who handles rights within the scope, or who entered it."""
    found = sa.select(RightsRequest).where(
        RightsRequest.public_id == public_id, RightsRequest.union_id.in_(scope_of(by).unions())
    )
    if not may(by, Permission.HANDLE_RIGHTS):
        require(by, Permission.EDIT_CASES)
        found = found.where(RightsRequest.entered_by_id == by.account_id)
    return first_or_missing(session, found, lock=lock)
