"""Reading statements of status (身份说明): by the union of a referral, and by the employer it was made for.

An employer's page says that there is one; what it says is handed out by a form that is sent, and each time logged.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds.employer_side import StatedStatus, SubsidyClaim
from matcher.models.consents import Consent
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.organisations import Union
from matcher.models.referrals import Referral
from matcher.models.status_statements import StatusConsent, StatusStatement
from matcher.services import audit
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.employer_people import own
from matcher.services.referrals.sight import get_referral
from matcher.services.rows import not_found


@dataclass(frozen=True)
class AgreedClaim:
    """One claim somebody agreed to, as the union reads it."""

    id: int
    claim: SubsidyClaim
    title: str | None
    given_at: dt.datetime
    is_live: bool
    says: StatedStatus | None
    made_at: dt.datetime | None


def claims_of(session: Session, by: Actor, referral_id: int) -> list[AgreedClaim]:
    """Return the claims agreed to in a referral with what was stated, newest first; for who may see hardship."""
    require(by, Permission.VIEW_REFERRALS)
    require(by, Permission.VIEW_HARDSHIP)
    get_referral(session, by, referral_id)
    live = sa.and_(StatusConsent.withdrawn_at.is_(None), Consent.withdrawn_at.is_(None))
    found = (
        sa.select(StatusConsent, live, StatusStatement.says, StatusStatement.made_at)
        .join(Consent, Consent.id == StatusConsent.consent_id)
        .outerjoin(
            StatusStatement,
            sa.and_(
                StatusStatement.status_consent_id == StatusConsent.id,
                StatusStatement.revoked_at.is_(None),
            ),
        )
        .where(StatusConsent.referral_id == referral_id)
        .order_by(StatusConsent.id.desc())
    )
    return [
        AgreedClaim(row.id, row.claim, row.claim_title, row.given_at, bool(stands), says, made_at)
        for row, stands, says, made_at in session.execute(found)
    ]


@dataclass(frozen=True)
class OwnStatement:
    """That there is a statement, as the employer's page says it: not what it says."""

    public_id: str
    made_at: dt.datetime


def statements_for(session: Session, by: Actor, referral_id: int) -> list[OwnStatement]:
    """Return the statements made to the employer about somebody who works there."""
    found = _readable(by).where(StatusStatement.referral_id == referral_id)
    rows = session.execute(
        found.with_only_columns(StatusStatement.public_id, StatusStatement.made_at).order_by(
            StatusStatement.id
        )
    )
    return [OwnStatement(public_id, made_at) for public_id, made_at in rows]


def _readable(by: Actor) -> sa.Select[StatusStatement]:
    """Select the statements an employer may read: of its own people, under consents that still stand."""
    return (
        sa.select(StatusStatement)
        .join(Referral, Referral.id == StatusStatement.referral_id)
        .join(StatusConsent, StatusConsent.id == StatusStatement.status_consent_id)
        .join(Consent, Consent.id == StatusConsent.consent_id)
        .where(
            own(by),
            StatusStatement.revoked_at.is_(None),
            StatusConsent.withdrawn_at.is_(None),
            Consent.withdrawn_at.is_(None),
        )
    )


@dataclass(frozen=True)
class ReadStatement:
    """A statement as it is printed."""

    employer: str
    name: str
    union: str
    claim: SubsidyClaim
    title: str | None
    says: StatedStatus
    held_on: dt.date
    made_on: dt.date
    reported_on: dt.date | None


def read_statement(session: Session, by: Actor, public_id: str) -> ReadStatement:
    """Return what a statement says to the employer it was made for, and log who read it.

    Raises
    ------
    NotFoundError
        Not the employer's, revoked, or the consent was taken back.
    """
    require(by, Permission.ANSWER_REFERRALS)
    statement = session.scalar(_readable(by).where(StatusStatement.public_id == public_id))
    if statement is None:
        raise not_found()
    referral = session.get_one(Referral, statement.referral_id)
    agreed = session.get_one(StatusConsent, statement.status_consent_id)
    graduate = session.get_one(Graduate, referral.graduate_id)
    audit.record(
        session,
        by,
        "statement.read",
        subject=("referral", referral.id),
        statement=statement.id,
    )
    session.flush()
    return ReadStatement(
        employer=session.get_one(Employer, statement.employer_id).name,
        name=graduate.name,
        union=session.get_one(Union, graduate.union_id).name,
        claim=agreed.claim,
        title=agreed.claim_title,
        says=statement.says,
        held_on=statement.held_on,
        made_on=clock.in_china(statement.made_at).date(),
        reported_on=referral.reported_on,
    )
