"""The employer's morning digest (单位每日提醒): one message a day with counts, never a mail a person.

Written into the outbox once a working morning, on the site and by the channel an account chose, and to the unit's
contact with a link that answers without an account. What came in since yesterday is told then and not in the moment,
so that the hour of a message says nothing of why somebody was referred (decisions.md 31). The head is the drive's
neutral sender (对外署名); the key names account and day.
"""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import MessageChannel, Role
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.accounts import Account, Membership
from matcher.models.day import ReminderPreference
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.outbox import OutboxMessage
from matcher.models.referrals import Referral
from matcher.policy.quiet_hours import QuietHours, first_loud, quiet_hours
from matcher.services import outbox, sealing
from matcher.services.calendar import is_working_day
from matcher.services.casework.reminders import ADDRESS, ORDINARY_HOUR
from matcher.services.permissions import Actor, Permission, require
from matcher.services.referrals import links
from matcher.services.referrals.neutral_contacts import names_of

TEMPLATE = "employer_digest"

LINKED = "employer_digest_linked"
"""The digest that goes to the unit's contact, with the link to answer by."""

_WAITING = (ReferralState.SENT, ReferralState.INTERVIEW, ReferralState.ON_HOLD)
"""States in which the employer's answer is waited for."""


def due_employers(session: Session, by: Actor) -> list[int]:
    """Return the employers with something to answer and no digest of today; none on days off or before eight."""
    require(by, Permission.VIEW_REFERRALS)
    now = clock.in_china(clock.now())
    if now.hour < ORDINARY_HOUR or not is_working_day(session, now.date()).is_working:
        return []
    start = dt.datetime.combine(now.date(), dt.time(), tzinfo=clock.CHINA)
    told = sa.select(OutboxMessage.unique_key).where(
        OutboxMessage.template.in_((TEMPLATE, LINKED)), OutboxMessage.created_at >= start
    )
    done = {int(key.split(":")[1]) for key in session.scalars(told)}
    waiting = sa.select(Referral.employer_id).where(Referral.state.in_(_WAITING)).distinct()
    found = session.scalars(waiting.order_by(Referral.employer_id))
    return [employer_id for employer_id in found if employer_id not in done]


def write_digest(session: Session, by: Actor, employer_id: int) -> bool:
    """Write an employer's digest of today; False if there is nothing to tell or nobody to tell it to."""
    require(by, Permission.VIEW_REFERRALS)
    counts = _counts(session, employer_id)
    accounts = _accounts(session, employer_id)
    employer = session.get_one(Employer, employer_id)
    phone = (
        sealing.open_sealed(session, employer, "contact_phone") if counts["unanswered"] else None
    )
    if not any(counts.values()) or not (accounts or phone):
        return False
    parameters = {"drive": _drives(session, employer_id), **counts}
    if phone is not None:
        _tell_contact(session, employer, phone, parameters)
    for account_id in accounts:
        _tell(session, employer, account_id, parameters, besides=phone)
    return True


def _counts(session: Session, employer_id: int) -> dict[str, int]:
    """Count who waits, who of them has no answer at all, whose interview is today, whose day is today or past."""
    today = clock.today()
    meets = sa.and_(Referral.state == ReferralState.INTERVIEW, Referral.interview_on == today)
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.count(sa.case((Referral.state == ReferralState.SENT, 1))),
            sa.func.count(sa.case((meets, 1))),
            sa.func.count(sa.case((Referral.decide_by_on <= today, 1))),
        ).where(Referral.employer_id == employer_id, Referral.state.in_(_WAITING))
    ).one()
    return {"waiting": row[0], "unanswered": row[1], "interviews": row[2], "due": row[3]}


def _accounts(session: Session, employer_id: int) -> Sequence[int]:
    found = (
        sa.select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.employer_id == employer_id,
            Membership.role == Role.EMPLOYER,
            Membership.ended_on.is_(None),
            Account.is_active.is_(True),
        )
        .distinct()
    )
    return session.scalars(found.order_by(Account.id)).all()


def _drives(session: Session, employer_id: int) -> str:
    """Return the neutral senders of the drives somebody waits in."""
    waits = sa.select(Referral.drive_id).where(
        Referral.employer_id == employer_id, Referral.state.in_(_WAITING)
    )
    drives = session.scalars(sa.select(Drive).where(Drive.id.in_(waits)))
    return "、".join(sorted({names_of(drive).sender for drive in drives}))


def _tell_contact(
    session: Session, employer: Employer, phone: str, parameters: dict[str, object]
) -> None:
    """Write the day's message to the unit's contact, with a link of its own; once a day."""
    key = f"employer_digest:{employer.id}:{clock.today().isoformat()}:contact"
    written = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key)
    if session.scalar(written) is not None:
        return
    token = links.issue(
        session,
        purpose=LinkPurpose.EMPLOYER_ANSWER,
        subject=("employer", employer.id),
        employer_id=employer.id,
        region=employer.region_code,
    )
    quiet = quiet_hours(employer.region_code, clock.today())
    outbox.write(
        session,
        unique_key=key,
        channel=MessageChannel.SMS,
        template=LINKED,
        parameters=parameters,
        address=phone,
        secret=links.address_of(session, token),
        send_after=first_loud(clock.in_china(clock.now()), quiet),
    )


def _tell(
    session: Session,
    employer: Employer,
    account_id: int,
    parameters: dict[str, object],
    *,
    besides: str | None,
) -> None:
    """Write the site's own message, and the one by the channel the account chose unless that is the contact's."""
    key = f"employer_digest:{employer.id}:{clock.today().isoformat()}:{account_id}"
    outbox.write(
        session,
        unique_key=f"{key}:site",
        channel=MessageChannel.SITE,
        template=TEMPLATE,
        parameters=parameters,
        account_id=account_id,
    )
    kept = session.get(ReminderPreference, account_id)
    if kept is None or kept.address_cipher is None:
        return
    address = ring_of(session).decrypt(kept.address_cipher, ADDRESS)
    if address == besides:
        return
    quiet = [quiet_hours(employer.region_code, clock.today())]
    if kept.quiet_from_hour is not None and kept.quiet_to_hour is not None:
        quiet.append(QuietHours(kept.quiet_from_hour, kept.quiet_to_hour))
    outbox.write(
        session,
        unique_key=f"{key}:{kept.channel.value}",
        channel=kept.channel,
        template=TEMPLATE,
        parameters=parameters,
        account_id=account_id,
        address=address,
        send_after=first_loud(clock.in_china(clock.now()), *quiet),
    )
