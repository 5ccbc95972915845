"""Telling everybody who counts on a fair that it moved or is cancelled (变更和取消通知).

The act asks for a background job in its own transaction; the job walks over employers and visitors piece by piece and
writes one message each. A message's key names whom it reaches and the version of the fair, so a second run writes none.
"""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.fairs.permits import ON_SITE
from matcher.kinds import ConsentPurpose, JobQueue, MessageChannel
from matcher.kinds.fairs import FairEmployerState, FairState, VisitorState
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import jobs, outbox
from matcher.services.fair_employers import messages
from matcher.services.fair_guests import guest_links
from matcher.services.fair_guests import telling as guests
from matcher.services.fairs import moves
from matcher.services.fairs.sight import LIVE
from matcher.services.outbox import NeededConsent
from matcher.services.permissions import Actor, Permission, require

JOB = "fairs.tell"
MOVED = "moved"
CANCELLED = "cancelled"

_TOLD_WHEN = frozenset({"first_on", "last_on", "venue_name", "venue_address", "online_address"})
"""Fields whose change sends people to another place or day."""

_EMPLOYERS = (
    FairEmployerState.INVITED,
    FairEmployerState.APPLIED,
    FairEmployerState.WAITING,
    FairEmployerState.ACCEPTED,
)
_VISITORS = (VisitorState.INVITED, VisitorState.COMING, VisitorState.WAITING)


def note_moved(
    session: Session,
    fair: Fair,
    changed: Iterable[str],
    *,
    before: moves.Standing,
    asked_by_id: int | None,
) -> None:
    """Keep what was told before, and ask for telling that a fair moved, if somebody counts on it.

    Parameters
    ----------
    changed : fields that changed; not every one sends people elsewhere
    before : time and place before the change
    """
    is_counted_on = _is_counted_on(session, fair)
    if is_counted_on or fair.announced_at is not None:
        moves.keep(session, fair, before)
    if is_counted_on and _TOLD_WHEN.intersection(changed):
        ask(session, fair, MOVED, asked_by_id=asked_by_id)


def _is_counted_on(session: Session, fair: Fair) -> bool:
    """Say whether anybody may know of a fair: employers are asked before it is announced."""
    if fair.state is not FairState.DRAFT:
        return fair.state is FairState.ANNOUNCED
    return bool(employers_to_tell(session, fair.id) or visitors_to_tell(session, fair.id))


def ask(session: Session, fair: Fair, matter: str, *, asked_by_id: int | None) -> None:
    """Ask for the job that tells everybody.

    Parameters
    ----------
    matter : MOVED or CANCELLED
    """
    jobs.enqueue(
        session,
        JOB,
        {"fair_id": fair.id, "matter": matter, "version": fair.version_id},
        queue=JobQueue.BATCH,
        unique_key=f"{JOB}:{fair.id}:{matter}:{fair.version_id}",
        union_id=fair.union_id,
        created_by_id=asked_by_id,
    )


def is_due(session: Session, fair_id: int, matter: str) -> bool:
    """Say whether there is still something to tell: a fair moved and then cancelled is only told to be cancelled."""
    fair = session.get_one(Fair, fair_id)
    return fair.state in ((FairState.CANCELLED,) if matter == CANCELLED else LIVE)


def employers_to_tell(session: Session, fair_id: int) -> Sequence[int]:
    """List the places of employers that count on a fair."""
    found = sa.select(FairEmployer.id).where(
        FairEmployer.fair_id == fair_id, FairEmployer.state.in_(_EMPLOYERS)
    )
    return session.scalars(found.order_by(FairEmployer.id)).all()


def visitors_to_tell(session: Session, fair_id: int) -> Sequence[int]:
    """List the visitors that count on a fair, or were asked and never answered, and are not forgotten."""
    found = sa.select(FairVisitor.id).where(
        FairVisitor.fair_id == fair_id,
        FairVisitor.state.in_(_VISITORS),
        FairVisitor.forgotten_at.is_(None),
    )
    return session.scalars(found.order_by(FairVisitor.id)).all()


def tell_employer(session: Session, by: Actor, row_id: int, *, matter: str, version: int) -> int:
    """Write an employer's message; return to how many it goes."""
    require(by, Permission.MANAGE_FAIRS)
    row = session.get_one(FairEmployer, row_id)
    fair = session.get_one(Fair, row.fair_id)
    return messages.tell(
        session, fair, row, f"fair_{matter}_employer", key=f"{matter}:{version}", **_said(fair)
    )


def tell_visitor(session: Session, by: Actor, visitor_id: int, *, matter: str, version: int) -> int:
    """Write a visitor's message with the own link; 0 without a phone.

    Who was not asked yet hears nothing, so that nobody learns of an invitation from its being called off.
    """
    require(by, Permission.MANAGE_FAIRS)
    visitor = session.get_one(FairVisitor, visitor_id)
    fair = session.get_one(Fair, visitor.fair_id)
    phone = guests.phone_of(session, visitor)
    asked = visitor.state is not VisitorState.INVITED or guests.is_asked(session, visitor)
    if not phone or not asked:
        return 0
    quiet = quiet_hours(fair.venue_region or "", clock.today())
    outbox.write(
        session,
        unique_key=f"fair_visitor:{visitor.id}:{matter}:{version}",
        channel=MessageChannel.SMS,
        template=f"fair_{matter}",
        parameters=_said(fair) | {"fair": fair.title, "day": messages.day_words(fair)},
        address=phone,
        secret=guest_links.address_of(session, visitor),
        consent=_needed(visitor),
        send_after=first_loud(clock.in_china(clock.now()), quiet),
    )
    return 1


def _said(fair: Fair) -> dict[str, object]:
    return {
        "place": (fair.venue_name if fair.channel in ON_SITE else None) or "线上",
        "reason": (fair.cancelled_because or "").rstrip("。"),
        "enquiries": fair.enquiries or "主办单位",
    }


def _needed(visitor: FairVisitor) -> NeededConsent | None:
    """Return the consent a graduate's message needs; whoever else registered agreed to be told."""
    if visitor.graduate_id is None:
        return None
    return NeededConsent(visitor.graduate_id, ConsentPurpose.SERVICE)
