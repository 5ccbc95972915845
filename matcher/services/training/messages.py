"""Messages about training (培训): the person is told that there is something to answer, the provider gets its link.

One message a provider, course and day, however many people were proposed in it; who has no telephone or mail gets
none, and the task of the caseworker stands all the same.
"""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import ConsentPurpose, MessageChannel
from matcher.kinds.referrals import LinkPurpose
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.models.training import Course, TrainingProvider, TrainingReferral
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import outbox, sealing
from matcher.services.outbox import NeededConsent
from matcher.services.referrals import links
from matcher.services.training.sight import COURSE

PHONE, MAIL = "training_provider.contact_phone", "training_provider.contact_mail"


def ask_person(session: Session, referral: TrainingReferral, *, reminder: int = 0) -> bool:
    """Tell somebody that a course is proposed; once a question and reminder."""
    key = f"training_asked:{referral.id}:{int(referral.asked_at.timestamp())}:{reminder}"
    return _tell(session, referral, "training_asked", key)


def tell_over(session: Session, referral: TrainingReferral) -> bool:
    """Tell somebody that the course proposed to them takes nobody any more; once."""
    return _tell(session, referral, "training_over", f"training_over:{referral.id}")


def _tell(session: Session, referral: TrainingReferral, template: str, key: str) -> bool:
    graduate = session.get_one(Graduate, referral.graduate_id)
    phone = sealing.open_sealed(session, graduate, "phone")
    if phone is None:
        return False
    region = graduate.origin_region
    outbox.write(
        session,
        unique_key=key,
        channel=MessageChannel.SMS,
        template=template,
        parameters={},
        address=phone,
        consent=NeededConsent(graduate.id, ConsentPurpose.SERVICE),
        send_after=first_loud(clock.in_china(clock.now()), quiet_hours(region, clock.today())),
    )
    return True


def ask_provider(session: Session, course: Course) -> bool:
    """Send a provider the link to its course; once a course and day."""
    provider = session.get_one(TrainingProvider, course.provider_id)
    ring = ring_of(session)
    channel, sealed, column = MessageChannel.SMS, provider.contact_phone_cipher, PHONE
    if sealed is None:
        channel, sealed, column = MessageChannel.MAIL, provider.contact_mail_cipher, MAIL
    key = f"training_link:{course.id}:{clock.today().isoformat()}"
    if sealed is None or _is_written(session, key):
        return False
    region = provider.region_code
    outbox.write(
        session,
        unique_key=key,
        channel=channel,
        template="training_link",
        address=ring.decrypt(sealed, column),
        secret=links.address_of(session, issue_link(session, course)),
        send_after=first_loud(clock.in_china(clock.now()), quiet_hours(region, clock.today())),
    )
    return True


def issue_link(session: Session, course: Course) -> str:
    """Make the provider's link to a course and return its token."""
    return links.issue(
        session,
        purpose=LinkPurpose.TRAINING,
        subject=(COURSE, course.id),
        provider_id=course.provider_id,
        region=course.region_code,
    )


def _is_written(session: Session, key: str) -> bool:
    return (
        session.scalar(sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key))
        is not None
    )
