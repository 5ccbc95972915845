"""Messages to visitors (参会短信): neutral words and the visitor's own link, one message for each matter.

Who has no phone gets none; a graduate who withdrew the consent to be served gets none either.
"""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.kinds import ConsentPurpose, MessageChannel
from matcher.models.drives import Drive
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair
from matcher.models.graduates import Graduate
from matcher.models.outbox import OutboxMessage
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import outbox, sealing
from matcher.services.fair_employers.messages import day_words
from matcher.services.fair_guests import guest_links
from matcher.services.outbox import NeededConsent
from matcher.services.referrals.neutral_contacts import names_of

INVITED = "fair_visit_invited"
MOVED_UP = "fair_visit_moved_up"
EVE = "fair_visit_eve"
LINK = "fair_visit_link"

_MOST_OF_A_PHONE = 4
"""Visitors of one number who get their link: a family on one phone, not a list of made-up names."""


def invited_key(visitor_id: int) -> str:
    """Return the key of a visitor's invitation in the outbox."""
    return f"fair_visitor:{visitor_id}:invited"


def is_asked(session: Session, visitor: FairVisitor) -> bool:
    """Say whether a visitor's invitation was written; nobody else may hear of a fair that moved or is off."""
    found = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == invited_key(visitor.id))
    return session.scalar(found) is not None


def asked_among(session: Session, visitor_ids: Iterable[int]) -> set[int]:
    """Return those of some visitors whose invitation was written."""
    keys = {invited_key(one): one for one in visitor_ids}
    found = sa.select(OutboxMessage.unique_key).where(OutboxMessage.unique_key.in_([*keys]))
    return {keys[key] for key in session.scalars(found)}


def tell_invited(session: Session, visitor: FairVisitor) -> bool:
    """Invite a graduate; False without a phone or if it was written before."""
    return _tell(session, visitor, INVITED, invited_key(visitor.id))


def tell_moved_up(session: Session, visitor: FairVisitor, at: dt.datetime) -> bool:
    """Tell somebody who waited that there is a place now."""
    key = f"fair_visitor:{visitor.id}:moved_up:{int(at.timestamp())}"
    return _tell(session, visitor, MOVED_UP, key)


def tell_eve(session: Session, visitor: FairVisitor, day: dt.date) -> bool:
    """Remind somebody who comes, the day before."""
    return _tell(session, visitor, EVE, f"fair_visitor:{visitor.id}:eve:{day.isoformat()}")


def tell_link(session: Session, visitor: FairVisitor) -> bool:
    """Send somebody the link to the own page, at most once a day, and few to one number at one fair.

    Anybody can type anybody's number: who registers it again and again must not fill that phone with messages.
    """
    if _is_crowded(session, visitor):
        return False
    return _tell(session, visitor, LINK, f"fair_visitor:{visitor.id}:link:{clock.today()}")


def _is_crowded(session: Session, visitor: FairVisitor) -> bool:
    """Say whether as many registered with a visitor's number before as one phone is shared by."""
    before = sa.select(sa.func.count()).where(
        FairVisitor.fair_id == visitor.fair_id,
        FairVisitor.phone_index == visitor.phone_index,
        FairVisitor.id < visitor.id,
    )
    return (session.scalar(before) or 0) >= _MOST_OF_A_PHONE


def phone_of(session: Session, visitor: FairVisitor) -> str | None:
    """Return the number a visitor is reached at, the graduate's own or the one written down."""
    if visitor.phone_cipher is not None:
        return ring_of(session).decrypt(visitor.phone_cipher, "fair_visitor.phone")
    if visitor.graduate_id is None:
        return None
    return sealing.open_sealed(session, session.get_one(Graduate, visitor.graduate_id), "phone")


def _tell(session: Session, visitor: FairVisitor, template: str, key: str) -> bool:
    standing = sa.select(OutboxMessage.id).where(OutboxMessage.unique_key == key)
    phone = phone_of(session, visitor)
    if not phone or session.scalar(standing) is not None:
        return False
    fair = session.get_one(Fair, visitor.fair_id)
    drive = session.get_one(Drive, fair.drive_id)
    needed = (
        NeededConsent(visitor.graduate_id, ConsentPurpose.SERVICE)
        if visitor.graduate_id is not None
        else None
    )
    outbox.write(
        session,
        unique_key=key,
        channel=MessageChannel.SMS,
        template=template,
        parameters={
            "drive": names_of(drive).sender,
            "fair": fair.title,
            "day": day_words(fair),
            "place": fair.venue_name or "线上",
        },
        address=phone,
        secret=guest_links.address_of(session, visitor),
        consent=needed,
        send_after=first_loud(
            clock.in_china(clock.now()), quiet_hours(fair.venue_region, clock.today())
        ),
    )
    return True
