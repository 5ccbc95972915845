"""What employers are told of a fair (通知): on the site and by the channel an account chose; else to the contact.

An employer without an account is asked by its contact's phone to ring the office, which enters what it says; no link
goes out that could be used by whoever holds that phone. Keys name place, matter and time, so nothing is said twice.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import MessageChannel, Role
from matcher.models.accounts import Account, Membership
from matcher.models.day import ReminderPreference
from matcher.models.employers import Employer
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.outbox import OutboxMessage
from matcher.policy.quiet_hours import QuietHours, first_loud, quiet_hours
from matcher.services import outbox, sealing
from matcher.services.casework.reminders import ADDRESS

CONTACT = "fair_contact"
"""Template for employers without an account."""


def tell(
    session: Session,
    fair: Fair,
    row: FairEmployer,
    template: str,
    *,
    key: str,
    **parameters: object,
) -> int:
    """Write a message about a place at a fair; return to how many it goes, 0 if it was said or reaches nobody.

    Parameters
    ----------
    key : names the matter and its time within the place; the same key is said once
    """
    said = {"fair": fair.title, "day": day_words(fair), **parameters}
    whole = f"fair_employer:{row.id}:{key}"
    if _was_said(session, whole):
        return 0
    employer = session.get_one(Employer, row.employer_id)
    accounts = agents_of(session, row.employer_id)
    for account_id in accounts:
        _tell_account(session, employer, account_id, template, key=whole, said=said)
    if accounts:
        return len(accounts)
    phone = sealing.open_sealed(session, employer, "contact_phone")
    if phone is None:
        return 0
    said["enquiries"] = fair.enquiries or "主办工会"
    outbox.write(
        session,
        unique_key=f"{whole}:contact",
        channel=MessageChannel.SMS,
        template=CONTACT,
        parameters=said,
        address=phone,
        send_after=first_loud(clock.in_china(clock.now()), _quiet(employer)),
    )
    return 1


def _was_said(session: Session, key: str) -> bool:
    written = sa.select(OutboxMessage.id).where(
        OutboxMessage.unique_key.startswith(f"{key}:", autoescape=True)
    )
    return session.scalar(written.limit(1)) is not None


def agents_of(session: Session, employer_id: int) -> Sequence[int]:
    """Return the accounts that act for an employer today."""
    live = sa.or_(Membership.ended_on.is_(None), Membership.ended_on > clock.today())
    found = (
        sa.select(Account.id)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.employer_id == employer_id,
            Membership.role == Role.EMPLOYER,
            live,
            Account.is_active.is_(True),
        )
        .distinct()
    )
    return session.scalars(found.order_by(Account.id)).all()


def day_words(fair: Fair) -> str:
    """Return the days of a fair as messages write them."""
    first = f"{fair.first_on.month}月{fair.first_on.day}日"
    if fair.last_on == fair.first_on:
        return first
    return f"{first}至{fair.last_on.month}月{fair.last_on.day}日"


def _quiet(employer: Employer) -> QuietHours:
    return quiet_hours(employer.region_code, clock.today())


def _tell_account(
    session: Session,
    employer: Employer,
    account_id: int,
    template: str,
    *,
    key: str,
    said: dict[str, object],
) -> None:
    outbox.write(
        session,
        unique_key=f"{key}:{account_id}:site",
        channel=MessageChannel.SITE,
        template=template,
        parameters=said,
        account_id=account_id,
    )
    kept = session.get(ReminderPreference, account_id)
    if kept is None or kept.address_cipher is None:
        return
    quiet = [_quiet(employer)]
    if kept.quiet_from_hour is not None and kept.quiet_to_hour is not None:
        quiet.append(QuietHours(kept.quiet_from_hour, kept.quiet_to_hour))
    outbox.write(
        session,
        unique_key=f"{key}:{account_id}:{kept.channel.value}",
        channel=kept.channel,
        template=template,
        parameters=said,
        account_id=account_id,
        address=ring_of(session).decrypt(kept.address_cipher, ADDRESS),
        send_after=first_loud(clock.in_china(clock.now()), *quiet),
    )
