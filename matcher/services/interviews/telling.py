"""Messages about interviews (面试通知): one a person for a day, however many interviews; the details behind a link."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose, MessageChannel
from matcher.kinds.referrals import LinkPurpose
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.interviews import InterviewDay
from matcher.models.outbox import OutboxMessage
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import outbox, sealing
from matcher.services.outbox import NeededConsent
from matcher.services.referrals import links
from matcher.services.referrals.links import address_of
from matcher.services.referrals.neutral_contacts import names_of

SUBJECT = "interview_day"
"""Subject of the link: the person's appointments of a day."""

ARRANGED = "interviews_arranged"
CANCELLED = "interviews_cancelled"


def tell_arranged(session: Session, day: InterviewDay, newest: dict[int, int]) -> None:
    """Tell people (graduate → newest interview) when to come; a later change is a new message."""
    for graduate in _people(session, newest):
        key = f"interview:{day.id}:{graduate.id}:{newest[graduate.id]}"
        _tell(session, key, ARRANGED, graduate, day)


def tell_cancelled(session: Session, day: InterviewDay, people: Iterable[int]) -> None:
    """Tell people that an interview of a day does not take place."""
    at = int(clock.now().timestamp())
    for graduate in _people(session, people):
        _tell(session, f"interview:{day.id}:{graduate.id}:off:{at}", CANCELLED, graduate, day)


def _people(session: Session, ids: Iterable[int]) -> list[Graduate]:
    found = sa.select(Graduate).where(Graduate.id.in_(sorted(ids))).order_by(Graduate.id)
    return list(session.scalars(found))


def _tell(session: Session, key: str, template: str, graduate: Graduate, day: InterviewDay) -> None:
    """Write the message with its link, unless the same one is there or the person has no phone."""
    phone = sealing.open_sealed(session, graduate, "phone")
    standing = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key)
    if phone is None or session.scalar(standing) is not None:
        return
    token = links.issue(
        session,
        purpose=LinkPurpose.INTERVIEW,
        subject=(SUBJECT, day.id),
        graduate_id=graduate.id,
        until_on=max(day.held_on, clock.today()),
    )
    drive = session.get_one(Drive, day.drive_id)
    held = f"{day.held_on.month}月{day.held_on.day}日"
    region = graduate.origin_region
    outbox.write(
        session,
        unique_key=key,
        channel=MessageChannel.SMS,
        template=template,
        parameters={"drive": names_of(drive).sender, "day": held},
        address=phone,
        secret=address_of(session, token),
        consent=NeededConsent(graduate.id, ConsentPurpose.SERVICE),
        send_after=first_loud(clock.in_china(clock.now()), quiet_hours(region, clock.today())),
    )
