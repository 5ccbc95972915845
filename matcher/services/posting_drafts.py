"""Drafting and changing postings (岗位), by their employer or a drive manager.

Nothing is refused for being unfinished: a draft is kept as it is. A published posting that is changed
passes the gate again, and goes offline if it does not pass.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState, EducationLevel, PostingState, UnitKind
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.services.drive_entries import take_numbers
from matcher.services.drives import related_unions
from matcher.services.imports.employers import employer_key
from matcher.services.imports.posting_values import fingerprint
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.posting_gate import FORM, PostingOutcome, pass_gate, settle
from matcher.services.postings import get_editable_posting
from matcher.services.rows import expect_version, first_or_missing, unique_or
from matcher.services.seat_fitting import Pledge, fit_seats, refuse_fewer, write_pledge
from matcher.vocabulary.regions import load_regions

_MOST_SEATS = 10_000
"""More seats than this in one posting is a slip of the keyboard."""


@dataclass(frozen=True, kw_only=True)
class PostingInput:
    """What a posting says; `requirement` is 专业要求 as written, by column level (混合, 本科 …)."""

    title: str
    headcount: int = 1
    duties: str | None = None
    conditions: str | None = None
    region_code: str | None = None
    place_text: str | None = None
    pay_text: str | None = None
    pay_low_yuan: int | None = None
    pay_high_yuan: int | None = None
    valid_from: dt.date | None = None
    closes_on: dt.date | None = None
    education_min: EducationLevel | None = None
    education_text: str | None = None
    requirement: Mapping[str, str] = field(default_factory=dict)
    directory: str | None = None
    issuer: str | None = None
    """Who issued the table it stands in; None leaves it as it is, empty is the employer. Employers cannot say."""
    certificates: tuple[str, ...] = ()
    occupation_code: str | None = None
    industry: str | None = None
    unit_kind: UnitKind | None = None
    work_form: str | None = None
    is_public_welfare: bool | None = None
    """Of public welfare (公益性岗位); None leaves it as it is. Employers cannot say."""


_PLAIN = (
    "headcount",
    "duties",
    "conditions",
    "region_code",
    "place_text",
    "pay_text",
    "pay_low_yuan",
    "pay_high_yuan",
    "valid_from",
    "closes_on",
    "education_min",
    "education_text",
    "directory",
    "occupation_code",
    "industry",
    "unit_kind",
    "work_form",
)


def create_posting(
    session: Session,
    by: Actor,
    facts: PostingInput,
    *,
    drive_id: int,
    employer_id: int | None = None,
) -> PostingOutcome:
    """Draft a posting in a drive, with ordinary seats and a number for the lottery.

    Parameters
    ----------
    employer_id : None for an employer's own

    Raises
    ------
    InvalidInputError
        Something that cannot be: no title, pay the wrong way round, an unknown region.
    RuleBrokenError
        The drive takes no postings, or the employer has this posting already (`details["twin"]`).
    """
    employer = _employer_for(session, by, employer_id)
    _require_drive(session, by, drive_id, employer)
    _check(facts)
    number = take_numbers(session, drive_id, "posting")
    posting = Posting(
        drive_id=drive_id,
        employer_id=employer.id,
        state=PostingState.DRAFT,
        source=FORM,
        lottery_number=number,
        created_at=clock.now(),
    )
    _fill(posting, employer, facts)
    _set_by_union(posting, by, facts)
    _refuse_twin(session, posting)
    posting.seats = [Seat(number=n) for n in range(1, facts.headcount + 1)]
    with unique_or(session, _twin_error(None)):
        session.add(posting)
    return settle(session, by, posting, employer, "posting.created")


def _employer_for(session: Session, by: Actor, employer_id: int | None) -> Employer:
    """Return the employer a posting is for: the actor's own, or one of a manager's scope."""
    found = sa.select(Employer)
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        wanted = by.employer_id if employer_id is None else employer_id
        found = found.where(Employer.id == wanted, Employer.id == by.employer_id)
    else:
        require(by, Permission.MANAGE_DRIVE)
        found = found.where(
            Employer.id == employer_id, Employer.union_id.in_(scope_of(by).unions())
        )
    return first_or_missing(session, found, lock=False)


def _require_drive(session: Session, by: Actor, drive_id: int, employer: Employer) -> None:
    """Raise unless the drive takes postings of this employer from this actor."""
    found = sa.select(Drive).where(Drive.id == drive_id)
    if by.employer_id is not None:
        found = found.where(
            Drive.union_id.in_(related_unions(employer.union_id)),
            Drive.state != DriveState.PREPARING,
        )
    else:
        found = found.where(Drive.union_id.in_(scope_of(by).unions()))
    drive = first_or_missing(session, found, lock=False)
    if drive.state is DriveState.CLOSED:
        raise RuleBrokenError("drive_closed", "活动已结束，不再接收岗位。")


def _check(facts: PostingInput) -> None:
    fields: dict[str, str] = {}
    low, high = facts.pay_low_yuan, facts.pay_high_yuan
    if not facts.title.strip():
        fields["title"] = "请填写岗位名称。"
    if not 1 <= facts.headcount <= _MOST_SEATS:
        fields["headcount"] = f"招聘人数应在 1 到 {_MOST_SEATS} 之间。"
    if any(pay is not None and pay <= 0 for pay in (low, high)):
        fields["pay_low_yuan"] = "月薪应为正数，单位为元。"
    elif low is not None and high is not None and low > high:
        fields["pay_high_yuan"] = "月薪上限不能低于下限。"
    if facts.region_code and load_regions().get(facts.region_code) is None:
        fields["region_code"] = "没有这个地区，请重新选择。"
    if facts.valid_from and facts.closes_on and facts.valid_from > facts.closes_on:
        fields["closes_on"] = "截止日期不能早于开始日期。"
    if fields:
        raise InvalidInputError("posting_input", "岗位信息有误，请修改标出的项目。", fields=fields)


def _fill(posting: Posting, employer: Employer, facts: PostingInput) -> None:
    for name in _PLAIN:
        setattr(posting, name, getattr(facts, name))
    posting.title = facts.title.strip()
    posting.requirement = {level: text for level, text in facts.requirement.items() if text}
    posting.certificates = list(facts.certificates)
    posting.fingerprint = fingerprint(
        employer_key(employer.name, employer.credit_code),
        posting.title,
        posting.place_text or "",
        posting.requirement,
    )


def _set_by_union(posting: Posting, by: Actor, facts: PostingInput) -> None:
    """Set the issuer, by whose lists the text is read, and whether it is of public welfare.

    An employer speaks for itself alone, and does not name its own post one of public welfare.
    """
    if facts.issuer is not None and by.employer_id is None:
        posting.issuer = facts.issuer.strip() or None
    if facts.is_public_welfare is not None and by.employer_id is None:
        posting.is_public_welfare = facts.is_public_welfare


def _refuse_twin(session: Session, posting: Posting) -> None:
    """Name the posting of the same employer, title, place and requirement, if there is one."""
    twin = sa.select(Posting.id).where(
        Posting.drive_id == posting.drive_id,
        Posting.employer_id == posting.employer_id,
        Posting.fingerprint == posting.fingerprint,
    )
    if posting.id is not None:
        twin = twin.where(Posting.id != posting.id)
    with session.no_autoflush:
        found = session.scalar(twin.order_by(Posting.id).limit(1))
    if found is not None:
        raise _twin_error(found)


def _twin_error(twin_id: int | None) -> RuleBrokenError:
    return RuleBrokenError(
        "posting_duplicate",
        "已有同名、同地点、同专业要求的岗位，请直接修改那个岗位或增加人数。",
        twin=twin_id,
    )


def update_posting(
    session: Session,
    by: Actor,
    posting_id: int,
    facts: PostingInput,
    *,
    pledge: Pledge | None = None,
    expected_version: int | None = None,
) -> PostingOutcome:
    """Change a posting that is not closed; one that is online passes the gate again or goes offline.

    Its free seats follow headcount and pledge (`seat_fitting`).

    Parameters
    ----------
    pledge : how many of its seats are pledged (爱心岗位), and until when; None leaves both as they are

    Raises
    ------
    RuleBrokenError
        The headcount falls below the pledge, or below those who have an offer or a job.
    """
    posting = get_editable_posting(session, by, posting_id)
    expect_version(posting, expected_version)
    if posting.state is PostingState.CLOSED:
        raise RuleBrokenError("posting_closed", "岗位已关闭，不能再修改。")
    _check(facts)
    employer = session.get_one(Employer, posting.employer_id)
    refuse_fewer(session, posting, facts.headcount, pledge.count if pledge else posting.pledged)
    with unique_or(session, _twin_error(None)):
        _fill(posting, employer, facts)
        _set_by_union(posting, by, facts)
        _refuse_twin(session, posting)
    is_new_day = pledge is not None and write_pledge(posting, pledge)
    fit_seats(session, posting, is_new_day=is_new_day)
    if posting.state is not PostingState.DRAFT:
        pass_gate(posting, employer)
        session.flush()
    return settle(session, by, posting, employer, "posting.updated")
