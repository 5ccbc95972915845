"""What an employer is told of somebody's status after hiring (录用后的身份说明), and only then.

Some subsidies of the unit want the status of whom it hired. The union states it for one named claim, of somebody who
works there, under that person's separate consent for that employer and that claim. Consent to anything else is no
consent to this; taken back, the statement is not shown any more. Each is written down among what left the house.
"""

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import ConsentPurpose, HardshipTier
from matcher.kinds.employer_side import StatedStatus, SubsidyClaim
from matcher.kinds.households import FileState
from matcher.kinds.people_rights import DataKind, DisclosureBasis
from matcher.kinds.referrals import ReferralState
from matcher.models.consents import Consent
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.referrals import Referral
from matcher.models.status_statements import StatusConsent, StatusStatement
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services import audit
from matcher.services.consent_acts import give_consent
from matcher.services.people_rights import disclosures
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals.sight import get_referral
from matcher.services.rows import first_or_missing, not_found, unique_or

HIRED = frozenset({ReferralState.REPORTED, ReferralState.IN_POST})
"""States in which somebody works at the employer."""

_SUBJECT = "referral"
_PURPOSE = "录用单位申领补贴"
_LONGEST_TITLE = 80


@dataclass(frozen=True)
class ClaimWish:
    """The claim a person agrees to: its kind, and its own name where the kind does not say it."""

    claim: SubsidyClaim
    title: str | None = None


def agree(
    session: Session,
    by: Actor,
    referral_id: int,
    wish: ClaimWish,
    *,
    text_id: int,
    on_paper: bool = False,
) -> StatusConsent:
    """Record that somebody hired agrees to a statement for one claim; given twice it is given once.

    Parameters
    ----------
    text_id : wording of HARDSHIP_DISCLOSURE that was shown

    Raises
    ------
    RuleBrokenError
        The person does not work there, or the wording is an old one.
    InvalidInputError
        The claim's own name is missing.
    """
    _require_of_person(by)
    referral = _hired(session, by, referral_id)
    title = _title_of(wish)
    consent = give_consent(
        session,
        by,
        referral.graduate_id,
        ConsentPurpose.HARDSHIP_DISCLOSURE,
        text_id=text_id,
        employer_id=referral.employer_id,
        on_paper=on_paper,
    )
    standing = _live_consent(session, referral.id, wish.claim)
    if standing is not None and standing.consent_id == consent.id:
        return standing
    if standing is not None:
        _end_with_its_consent(session, standing)
    row = StatusConsent(
        referral_id=referral.id,
        consent_id=consent.id,
        claim=wish.claim,
        claim_title=title,
        given_at=clock.now(),
        given_through=consent.given_through,
        recorded_by_id=by.account_id,
    )
    with unique_or(session, RuleBrokenError("statement_agreed", "这一项同意刚刚已登记。")):
        session.add(row)
    _record(session, by, "statement.agreed", referral, consent=row.id, claim=wish.claim)
    session.flush()
    return row


def _require_of_person(by: Actor) -> None:
    own = by.graduate_id is not None
    require(by, Permission.ANSWER_OWN_REFERRALS if own else Permission.REFER)


def _hired(session: Session, by: Actor, referral_id: int) -> Referral:
    """Return a referral in sight whose person works at the employer, locked."""
    referral = get_referral(session, by, referral_id, lock=True)
    if referral.state not in HIRED or referral.left_on is not None:
        raise RuleBrokenError(
            "statement_not_hired", "本人还没有报到，或已离职，不能向单位说明家庭情况。"
        )
    return referral


def _title_of(wish: ClaimWish) -> str | None:
    title = (wish.title or "").strip()[:_LONGEST_TITLE]
    if wish.claim.needs_title and not title:
        words = "请写明补贴名称。"
        raise InvalidInputError("statement_input", words, fields={"title": words})
    return title or None


def _live_consent(session: Session, referral_id: int, claim: SubsidyClaim) -> StatusConsent | None:
    found = sa.select(StatusConsent).where(
        StatusConsent.referral_id == referral_id,
        StatusConsent.claim == claim,
        StatusConsent.withdrawn_at.is_(None),
    )
    return session.scalar(found.with_for_update())


def _end_with_its_consent(session: Session, row: StatusConsent) -> None:
    """End an agreement whose consent was taken back meanwhile."""
    row.withdrawn_at = clock.now()
    session.flush()


def require_of(session: Session, by: Actor, referral: Referral, status_consent_id: int) -> None:
    """Raise unless a consent to a claim belongs to a referral of the actor's sight."""
    _require_of_person(by)
    row = session.get(StatusConsent, status_consent_id)
    if row is None or row.referral_id != referral.id:
        raise not_found()


def take_back(session: Session, by: Actor, status_consent_id: int) -> StatusConsent:
    """Take back the consent to one claim; what was stated under it is shown no more. Twice changes nothing."""
    _require_of_person(by)
    row = first_or_missing(
        session, sa.select(StatusConsent).where(StatusConsent.id == status_consent_id), lock=True
    )
    referral = get_referral(session, by, row.referral_id)
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        _revoke(session, by, row.id)
        _record(session, by, "statement.taken_back", referral, consent=row.id)
        session.flush()
    return row


def _revoke(session: Session, by: Actor, status_consent_id: int) -> None:
    found = sa.select(StatusStatement).where(
        StatusStatement.status_consent_id == status_consent_id,
        StatusStatement.revoked_at.is_(None),
    )
    for statement in session.scalars(found.with_for_update()):
        statement.revoked_at, statement.revoked_by_id = clock.now(), by.account_id


def make_statement(
    session: Session, by: Actor, status_consent_id: int, says: StatedStatus
) -> StatusStatement:
    """State somebody's status to the employer for the claim that was agreed to; made once.

    Raises
    ------
    RuleBrokenError
        No consent stands, the person does not work there, or the files do not say so.
    """
    require(by, Permission.REFER)
    require(by, Permission.VIEW_HARDSHIP)
    consented = first_or_missing(
        session, sa.select(StatusConsent).where(StatusConsent.id == status_consent_id), lock=True
    )
    referral = _hired(session, by, consented.referral_id)
    if not _stands(session, consented):
        raise RuleBrokenError(
            "statement_needs_consent", "没有本人对这家单位、这一项补贴的单独同意，不能说明。"
        )
    held_on = _held_on(session, referral, says)
    if held_on is None:
        raise RuleBrokenError(
            "statement_not_true", "档案里没有这一身份，或当时不属于，不能出具说明。"
        )
    statement = StatusStatement(
        referral_id=referral.id,
        employer_id=referral.employer_id,
        status_consent_id=consented.id,
        disclosure_id=_note(session, by, referral, consented),
        says=says,
        held_on=held_on,
        made_at=clock.now(),
        made_by_id=by.account_id,
    )
    with unique_or(session, RuleBrokenError("statement_made", "这一项说明已经出具过。")):
        session.add(statement)
    _record(session, by, "statement.made", referral, statement=statement.id)
    session.flush()
    return statement


def _stands(session: Session, row: StatusConsent) -> bool:
    """Say whether consent to the claim and the consent it rests on are both alive, looked up now."""
    if row.withdrawn_at is not None:
        return False
    found = sa.select(Consent.id).where(
        Consent.id == row.consent_id, Consent.withdrawn_at.is_(None)
    )
    return session.scalar(found.with_for_update()) is not None


def _held_on(session: Session, referral: Referral, says: StatedStatus) -> dt.date | None:
    """Return the day on which the files say so, None if they do not.

    A household ceases to be without work by this very job: what counts is the day it began.
    """
    household_id = session.get_one(Graduate, referral.graduate_id).household_id
    began = referral.reported_on or clock.today()
    if household_id is None:
        return None
    if says is StatedStatus.HARDSHIP_FILE:
        household = session.get_one(Household, household_id)
        in_force = household.state is FileState.ACTIVE
        return clock.today() if in_force and household.tier is not HardshipTier.NONE else None
    recognised = sa.select(ZeroEmploymentClaim.id).where(
        ZeroEmploymentClaim.household_id == household_id,
        ZeroEmploymentClaim.recognised_on <= began,
        sa.or_(
            ZeroEmploymentClaim.working_since_on.is_(None),
            ZeroEmploymentClaim.working_since_on >= began,
        ),
    )
    return began if session.scalar(recognised.limit(1)) is not None else None


def _note(session: Session, by: Actor, referral: Referral, consented: StatusConsent) -> int:
    """Write it among what left the house; the purpose names no status, the consent it points to does."""
    employer = session.get_one(Employer, referral.employer_id)
    told = [employer.contact_name or "", employer.contact_phone_masked or ""]
    row = disclosures.note(
        session,
        by,
        subject=("graduate", referral.graduate_id),
        union_id=session.get_one(Graduate, referral.graduate_id).union_id,
        passed=disclosures.Passed(
            recipient=employer.name,
            contact=" ".join(one for one in told if one) or employer.address or "未登记联系方式",
            purpose=_PURPOSE,
            kinds=[DataKind.IDENTITY, DataKind.FAMILY],
            basis=DisclosureBasis.CONSENT,
            consent=("status_consent", consented.id),
        ),
    )
    return row.id


def _record(
    session: Session, by: Actor, action: str, referral: Referral, **details: object
) -> None:
    audit.record(
        session,
        by,
        action,
        subject=(_SUBJECT, referral.id),
        on_behalf_of=None if by.graduate_id else referral.graduate_id,
        employer=referral.employer_id,
        **details,
    )
