"""What left the house (对外提供记录): who got whose data, for what, on what ground (个人信息保护法 arts. 23, 29).

Every export that is passed on, every cooperation, every passing-on of a need writes a row here by `note`; rows stay
at least three years, and a person reads those about the own data.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.people_rights import DataKind, DisclosureBasis
from matcher.models.people_rights import Disclosure, ExportedFile, ExportedPerson
from matcher.policy.deadlines import get_deadline
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, may, require, scope_of
from matcher.services.rows import not_found

KEEP_RULE = "keep_disclosure"

_NOTING = (
    Permission.EDIT_FILES,
    Permission.EDIT_CASES,
    Permission.EXPORT_FILES,
    Permission.APPROVE_FILES,
    Permission.HANDLE_RIGHTS,
)
"""Who passes data on in the course of the own work."""


@dataclass(frozen=True)
class Passed:
    """What was passed on.

    Parameters
    ----------
    recipient, contact : name of who got it, and how to reach them
    purpose : what for, in a sentence the person may read
    kinds : kinds of data
    basis : ground; CONSENT names the consent
    consent : table (consent, story_consent, …) and id of the consent
    """

    recipient: str
    contact: str
    purpose: str
    kinds: Sequence[DataKind]
    basis: DisclosureBasis
    consent: tuple[str, int] | None = None
    n_persons: int = 1


def note(
    session: Session,
    by: Actor,
    *,
    subject: tuple[str, int],
    union_id: int,
    passed: Passed,
) -> Disclosure:
    """Record that data of a subject went to somebody else; the caller has loaded the subject in sight.

    Parameters
    ----------
    subject : graduate, member, household or export_request, with its id
    union_id : union whose data it is

    Raises
    ------
    InvalidInputError
        Recipient, contact, purpose or kinds are missing.
    RuleBrokenError
        The ground is a consent and none is named.
    """
    if not any(may(by, permission) for permission in _NOTING):
        require(by, Permission.EDIT_FILES)
    if not scope_of(by).admits(session, union_id):
        raise not_found()
    _require_whole(passed)
    today = clock.today()
    row = Disclosure(
        union_id=union_id,
        subject_kind=subject[0],
        subject_id=subject[1],
        n_persons=passed.n_persons,
        recipient=passed.recipient.strip(),
        contact=passed.contact.strip(),
        purpose=passed.purpose.strip(),
        kinds=[kind.value for kind in passed.kinds],
        basis=passed.basis,
        consent_kind=passed.consent[0] if passed.consent else None,
        consent_id=passed.consent[1] if passed.consent else None,
        disclosed_at=clock.now(),
        disclosed_by_id=by.account_id,
        keep_until_on=get_deadline(KEEP_RULE, None, today).after(today),
    )
    session.add(row)
    session.flush()
    audit.record(session, by, "data.disclosed", subject=subject, disclosure=row.id)
    return row


def note_passing_on(
    session: Session,
    by: Actor,
    *,
    subject: tuple[str, int],
    union_id: int,
    to: tuple[str, str | None],
    purpose: str,
    asked: tuple[str, int],
) -> Disclosure:
    """Record that name, contact and concern of a person went to another body at the person's own wish.

    Parameters
    ----------
    to : name of the body, and how to reach it if that is on record
    asked : row in which the wish or the consent stands
    """
    return note(
        session,
        by,
        subject=subject,
        union_id=union_id,
        passed=Passed(
            recipient=to[0],
            contact=to[1] or "未登记联系方式",
            purpose=purpose,
            kinds=[DataKind.IDENTITY, DataKind.CONTACT],
            basis=DisclosureBasis.CONSENT,
            consent=asked,
        ),
    )


def _require_whole(passed: Passed) -> None:
    missing = {
        name: "请填写。"
        for name, words in (
            ("recipient", passed.recipient),
            ("contact", passed.contact),
            ("purpose", passed.purpose),
            ("kinds", "".join(passed.kinds)),
        )
        if not words.strip()
    }
    if missing:
        raise InvalidInputError(
            "disclosure_incomplete",
            "对外提供须写明接收方、联系方式、目的和信息种类。",
            fields=missing,
        )
    if passed.basis is DisclosureBasis.CONSENT and passed.consent is None:
        raise RuleBrokenError("disclosure_needs_consent", "没有本人的单独同意，不能对外提供。")


@dataclass(frozen=True)
class DisclosureList:
    """A slice of the disclosures, with how many there are."""

    rows: list[Disclosure]
    total: int


def list_disclosures(
    session: Session,
    by: Actor,
    *,
    since: dt.date | None = None,
    limit: int = 50,
    offset: int = 0,
) -> DisclosureList:
    """Return what left the unions of the scope, newest first; for who handles rights."""
    require(by, Permission.HANDLE_RIGHTS)
    found = sa.select(Disclosure).where(Disclosure.union_id.in_(scope_of(by).unions()))
    if since is not None:
        start = dt.datetime.combine(since, dt.time(), tzinfo=clock.CHINA)
        found = found.where(Disclosure.disclosed_at >= start)
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(Disclosure.id.desc()).limit(limit).offset(offset)
    return DisclosureList(list(session.scalars(rows)), total)


def of_subjects(session: Session, subjects: Sequence[tuple[str, int]]) -> list[Disclosure]:
    """Return the disclosures about some subjects, newest first; callers have checked who asks.

    A household's or a graduate's stand for the exports that name it as well.
    """
    named = [
        sa.and_(Disclosure.subject_kind == kind, Disclosure.subject_id == number)
        for kind, number in subjects
    ]
    files = [number for kind, number in subjects if kind == "household"]
    if files:
        exports = sa.select(ExportedFile.export_id).where(ExportedFile.household_id.in_(files))
        named.append(
            sa.and_(Disclosure.subject_kind == "export_request", Disclosure.subject_id.in_(exports))
        )
    people = [number for kind, number in subjects if kind == "graduate"]
    if people:
        lists = sa.select(ExportedPerson.export_id).where(ExportedPerson.graduate_id.in_(people))
        named.append(
            sa.and_(Disclosure.subject_kind == "export_request", Disclosure.subject_id.in_(lists))
        )
    if not named:
        return []
    found = sa.select(Disclosure).where(sa.or_(*named)).order_by(Disclosure.id.desc())
    return list(session.scalars(found))


def forget_old(session: Session) -> int:
    """Delete the rows whose time to keep is over; part of the nightly work. Return how many."""
    gone = session.scalars(
        sa.delete(Disclosure)
        .where(Disclosure.keep_until_on < clock.today())
        .returning(Disclosure.id),
        execution_options={"synchronize_session": False},
    ).all()
    return len(gone)
