"""Employers a person hides from (不向该单位推荐): chosen by name, taken back at any time, by the person or on behalf.

Hiding withdraws what is pending there, without a word of why to the employer. A job already accepted is not ended by
it. Employers never learn who hides from them.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.insertion import insert_if_new
from matcher.errors import RuleBrokenError
from matcher.kinds import ConsentPurpose, EmployerState
from matcher.kinds.referrals import PENDING, SETTLED, WithdrawalReason
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.services import audit, consent_acts
from matcher.services.graduate_lists import get_readable
from matcher.services.graduates import get_editable
from matcher.services.permissions import Actor
from matcher.services.referrals import withdrawing
from matcher.services.rows import first_or_missing

_MOST = 20
"""Names of one search; more are narrowed by typing on."""

_LEAST_LETTERS = 2
"""A single character would list half of all employers."""


@dataclass(frozen=True)
class EmployerName:
    """An employer as a person chooses it: nothing but what every posting shows."""

    public_id: str
    name: str
    hidden_at: dt.datetime | None = None


@dataclass(frozen=True)
class HidingChoice:
    """An employer that was picked, and the posts whose referrals would be withdrawn."""

    public_id: str
    name: str
    withdrawn: tuple[str, ...]


def list_hidden(session: Session, by: Actor, graduate_id: int) -> list[EmployerName]:
    """Return the employers a person hides from, newest first."""
    graduate = get_readable(session, by, graduate_id)
    found = (
        sa.select(Employer.public_id, Employer.name, HiddenEmployer.hidden_at)
        .join(HiddenEmployer, HiddenEmployer.employer_id == Employer.id)
        .where(HiddenEmployer.graduate_id == graduate.id)
        .order_by(HiddenEmployer.hidden_at.desc(), Employer.id.desc())
    )
    return [EmployerName(*row) for row in session.execute(found)]


def search_employers(
    session: Session, by: Actor, graduate_id: int, name: str
) -> list[EmployerName]:
    """Return verified employers with some letters in the name, none for less than two letters."""
    graduate = get_readable(session, by, graduate_id)
    letters = name.strip()
    if len(letters) < _LEAST_LETTERS:
        return []
    own = sa.and_(
        HiddenEmployer.employer_id == Employer.id, HiddenEmployer.graduate_id == graduate.id
    )
    found = (
        sa.select(Employer.public_id, Employer.name, HiddenEmployer.hidden_at)
        .outerjoin(HiddenEmployer, own)
        .where(
            Employer.state == EmployerState.VERIFIED,
            Employer.name.contains(letters, autoescape=True),
        )
        .order_by(sa.func.length(Employer.name), Employer.name, Employer.id)
        .limit(_MOST)
    )
    return [EmployerName(*row) for row in session.execute(found)]


def get_by_public_id(session: Session, public_id: str) -> Employer:
    """Return an employer by the id in an address; its name is no secret of anybody."""
    found = sa.select(Employer).where(Employer.public_id == public_id)
    return first_or_missing(session, found, lock=False)


def choice(session: Session, by: Actor, graduate_id: int, public_id: str) -> HidingChoice:
    """Return an employer that was picked, with what hiding from it would withdraw."""
    graduate = get_readable(session, by, graduate_id)
    employer = get_by_public_id(session, public_id)
    titles = session.scalars(
        sa.select(Posting.title)
        .join(Referral, Referral.posting_id == Posting.id)
        .where(*_is_pending(graduate.id, employer.id))
        .order_by(Referral.id)
    )
    return HidingChoice(employer.public_id, employer.name, tuple(titles))


def _is_pending(graduate_id: int, employer_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Referral.graduate_id == graduate_id,
        Referral.employer_id == employer_id,
        Referral.state.in_(sorted(PENDING)),
    )


def hide(session: Session, by: Actor, graduate_id: int, public_id: str) -> int:
    """Hide from an employer, withdraw what is pending there, and return how many were; twice changes nothing.

    Raises
    ------
    RuleBrokenError
        The person has accepted a job there: that is ended with the employer, not by hiding.
    """
    graduate = get_editable(session, by, graduate_id)
    employer = get_by_public_id(session, public_id)
    _refuse_settled(session, graduate.id, employer.id)
    row = {"graduate_id": graduate.id, "employer_id": employer.id, "hidden_at": clock.now()}
    made = insert_if_new(session, HiddenEmployer, row)
    ended = withdrawing.withdraw_all(
        session,
        by,
        graduate_id=graduate.id,
        employer_id=employer.id,
        reason=WithdrawalReason.CONSENT,
    )
    consent_acts.withdraw_consent(
        session, by, graduate.id, ConsentPurpose.DISCLOSURE, employer_id=employer.id
    )
    if made is not None:
        _record(session, by, "employer.hidden", graduate.id, employer.id)
    session.flush()
    return len(ended)


def _refuse_settled(session: Session, graduate_id: int, employer_id: int) -> None:
    found = sa.select(Referral.id).where(
        Referral.graduate_id == graduate_id,
        Referral.employer_id == employer_id,
        Referral.state.in_(SETTLED),
        Referral.left_on.is_(None),
    )
    if session.scalar(found.limit(1)) is not None:
        raise RuleBrokenError(
            "hidden_settled", "已经接受了这家单位的录用。要改主意，请先联系工作人员。"
        )


def unhide(session: Session, by: Actor, graduate_id: int, public_id: str) -> bool:
    """Let an employer see the person again from the next referral on; say whether it was hidden."""
    graduate = get_editable(session, by, graduate_id)
    employer = get_by_public_id(session, public_id)
    gone = session.execute(
        sa.delete(HiddenEmployer)
        .where(HiddenEmployer.graduate_id == graduate.id, HiddenEmployer.employer_id == employer.id)
        .returning(HiddenEmployer.employer_id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is not None:
        _record(session, by, "employer.shown_again", graduate.id, employer.id)
    session.flush()
    return gone is not None


def _record(session: Session, by: Actor, action: str, graduate_id: int, employer_id: int) -> None:
    audit.record(
        session,
        by,
        action,
        subject=("graduate", graduate_id),
        on_behalf_of=None if by.graduate_id else graduate_id,
        employer=employer_id,
    )
