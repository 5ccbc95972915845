"""Employers (用人单位): registering, changing, finding; the checks of papers are in `employer_checks`.

An employer that registers itself does so through the system (`permissions.SYSTEM`) and is pending
like any other.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import credit_code_problem, normalise_credit_code, phone_problem
from matcher.kinds import EmployerState, PostingState, UnitKind
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.services import audit, posting_steps, ranking_changes, sealing
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.rows import (
    expect_version,
    first_or_missing,
    get_in_scope,
    not_found,
    unique_or,
)


@dataclass(frozen=True, kw_only=True)
class EmployerInput:
    """What an employer says of itself; a `contact_phone` of None keeps the one that stands."""

    name: str
    credit_code: str | None = None
    credit_code_override: str | None = None
    unit_kind: UnitKind | None = None
    industry: str | None = None
    region_code: str | None = None
    address: str | None = None
    size_text: str | None = None
    about: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    is_labour_dispatch: bool = False


_PLAIN = (
    "name",
    "credit_code",
    "credit_code_override",
    "unit_kind",
    "industry",
    "region_code",
    "address",
    "size_text",
    "about",
    "contact_name",
    "is_labour_dispatch",
)
_IDENTITY = ("name", "credit_code")
"""Fields whose change by the employer itself makes the last check void."""


def register_employer(
    session: Session, by: Actor, facts: EmployerInput, *, union_id: int
) -> Employer:
    """Register an employer with a union; it is pending (待核) until its papers are checked.

    Raises
    ------
    InvalidInputError
        Name missing, credit code wrong without a reason for taking it, phone wrong.
    RuleBrokenError
        The credit code is registered already (with whom is not told).
    """
    require(by, Permission.VERIFY_EMPLOYER)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    employer = Employer(
        union_id=union_id, state=EmployerState.PENDING, created_at=clock.now(), name=facts.name
    )
    with unique_or(session, _known()):
        _fill(session, employer, facts)
        session.add(employer)
    audit.record(
        session,
        by,
        "employer.registered",
        subject=("employer", employer.id),
        code_override=employer.credit_code_override is not None,
    )
    session.flush()
    return employer


def update_employer(
    session: Session,
    by: Actor,
    employer_id: int,
    facts: EmployerInput,
    *,
    expected_version: int | None = None,
) -> Employer:
    """Change what stands about an employer; a new name or code from itself voids the check."""
    employer = _get_editable(session, by, employer_id)
    expect_version(employer, expected_version)
    before = {name: getattr(employer, name) for name in _PLAIN}
    with unique_or(session, _known()):
        _fill(session, employer, facts)
        changed = [name for name in _PLAIN if getattr(employer, name) != before[name]]
        if by.employer_id is not None and set(changed) & set(_IDENTITY):
            employer.state = EmployerState.PENDING
            employer.recheck_due_on = None
    audit.record(
        session,
        by,
        "employer.updated",
        subject=("employer", employer_id),
        fields=changed,
        code_override=employer.credit_code_override is not None,
    )
    if "unit_kind" in changed:
        posting_steps.note_employer(session, by, employer_id)
    note_postings(session, employer_id)
    session.flush()
    return employer


def _get_editable(session: Session, by: Actor, employer_id: int) -> Employer:
    """Return an employer locked: its own for an employer, one of the scope for who checks papers."""
    if by.employer_id is None:
        require(by, Permission.VERIFY_EMPLOYER)
        return get_in_scope(session, by, Employer, employer_id, lock=True)
    require(by, Permission.EDIT_OWN_POSTINGS)
    if by.employer_id != employer_id:
        raise not_found()
    return first_or_missing(
        session, sa.select(Employer).where(Employer.id == employer_id), lock=True
    )


def _fill(session: Session, employer: Employer, facts: EmployerInput) -> None:
    """Check and set the fields of an employer."""
    fields: dict[str, str] = {}
    code = normalise_credit_code(facts.credit_code or "") or None
    if not facts.name.strip():
        fields["name"] = "请填写单位名称。"
    reason = (facts.credit_code_override or "").strip()
    if code != employer.credit_code and reason == employer.credit_code_override:
        reason = ""  # it was written about another code
    if code and credit_code_problem(code) and not reason:
        fields["credit_code"] = "统一社会信用代码校验不符；若确为此代码，请写明理由。"
    if facts.contact_phone and phone_problem(facts.contact_phone):
        fields["contact_phone"] = "电话号码不正确，请填手机号或带区号的座机。"
    if fields:
        raise InvalidInputError("employer_input", "单位信息有误，请修改标出的项目。", fields=fields)
    for name in _PLAIN:
        setattr(employer, name, getattr(facts, name))
    employer.name, employer.credit_code = facts.name.strip(), code
    if not code or credit_code_problem(code) is None:
        employer.credit_code_override = None  # a reason without anything to explain
    if facts.contact_phone:
        sealing.seal_contact_phone(session, employer, facts.contact_phone)


def _known() -> RuleBrokenError:
    """Say that a credit code is registered, and nothing of where."""
    return RuleBrokenError("employer_known", "这个统一社会信用代码已登记过，请向工会核实。")


def note_postings(session: Session, employer_id: int) -> None:
    """Tell ranking that the employer's published postings may have come or gone."""
    published = sa.select(Posting.id).where(
        Posting.employer_id == employer_id, Posting.state == PostingState.PUBLISHED
    )
    for posting_id in session.scalars(published.order_by(Posting.drive_id, Posting.id)).all():
        ranking_changes.note_posting(session, posting_id)


def get_employer(session: Session, by: Actor, employer_id: int) -> Employer:
    """Return an employer: one of the scope, or the actor's own."""
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        own = sa.select(Employer).where(Employer.id == employer_id, Employer.id == by.employer_id)
        return first_or_missing(session, own, lock=False)
    require(by, Permission.VIEW_EMPLOYERS)
    return get_in_scope(session, by, Employer, employer_id)


@dataclass(frozen=True)
class EmployerPage:
    """A slice of employers and how many there are in all."""

    rows: list[Employer]
    total: int


def list_employers(
    session: Session,
    by: Actor,
    *,
    state: EmployerState | None = None,
    name: str = "",
    due_before: dt.date | None = None,
    drive_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> EmployerPage:
    """Return the employers of the scope by name.

    Parameters
    ----------
    due_before : keeps those to check again by then
    drive_id : keeps those with an open posting in that drive, as the drive's home counts them
    """
    require(by, Permission.VIEW_EMPLOYERS)
    kept: list[sa.ColumnElement[bool]] = [Employer.union_id.in_(scope_of(by).unions())]
    if state is not None:
        kept.append(Employer.state == state)
    if name.strip():
        kept.append(Employer.name.contains(name.strip(), autoescape=True))
    if due_before is not None:
        kept.append(Employer.recheck_due_on < due_before)
    if drive_id is not None:
        posts = sa.select(Posting.employer_id).where(
            Posting.drive_id == drive_id, Posting.state != PostingState.CLOSED
        )
        kept.append(Employer.id.in_(posts))
    total = session.scalar(sa.select(sa.func.count()).select_from(Employer).where(*kept)) or 0
    found = sa.select(Employer).where(*kept).order_by(Employer.name, Employer.id)
    return EmployerPage(list(session.scalars(found.limit(limit).offset(offset))), total)
