"""Inviting graduates of the drive (邀请): asked for by the organiser, done by jobs, in waves nobody can read.

Rows of visitors are made for everybody at once, in an order drawn by lot and with one and the same instant; then the
first wave of messages leaves, later the rest. Which wave somebody is in is written down nowhere. The organiser sees
how many were asked and how many answered, and single answers only once everybody's message has left.
"""

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import ring_of
from matcher.db.insertion import insert_if_new
from matcher.errors import RuleBrokenError
from matcher.fairs.waves import first_wave
from matcher.kinds import ConsentPurpose, JobQueue
from matcher.kinds.fairs import FairState, VisitorKind, VisitorState
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.fair_guests import FairInvitation
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairSession
from matcher.models.graduates import Graduate
from matcher.models.households import Household
from matcher.models.jobs import Job
from matcher.models.people_rights import StorageOnly
from matcher.policy.limits import get_limit
from matcher.policy.quiet_hours import first_loud, quiet_hours
from matcher.services import audit, jobs
from matcher.services.fair_guests import routing, telling
from matcher.services.fairs.sight import get_managed, require_not_cancelled
from matcher.services.permissions import Actor

JOB = "fair_guests.invite"
REST_JOB = "fair_guests.invite_rest"
ROUTES_JOB = "fair_guests.routes"
SUBJECT = "fair"
_KEY_COLUMN = "fair_invitation.key"
_KEY_BYTES = 32
_PART = 200
_FIRST, _AFTER = "fair.first_percent", "fair.second_after_hours"


@dataclass(frozen=True)
class Prospect:
    """Whom a round would reach."""

    n_fitting: int
    """Graduates whom a post at the fair fits and who were not asked yet."""
    n_all: int
    """Graduates of the drive who were not asked yet."""


def prospect(session: Session, fair: Fair) -> Prospect:
    """Return how many a round of each kind would ask; the caller has checked who asks."""
    left = set(session.scalars(_not_asked(fair)))
    fitting = left & routing.who_fits(session, fair.id)
    return Prospect(len(fitting), len(left))


def ask(session: Session, by: Actor, public_id: str, *, everybody: bool) -> FairInvitation:
    """Begin a round of invitations; while one is on its way, that one.

    Raises
    ------
    RuleBrokenError
        The fair is not announced, or over.
    """
    fair = get_managed(session, by, public_id)
    if fair.state is not FairState.ANNOUNCED or fair.last_on < clock.today():
        raise RuleBrokenError("fair_not_announced", "公布以后、结束以前才能发邀请。")
    standing = newest(session, fair.id)
    if standing is not None and clock.now() < standing.all_out_at:
        return standing
    begins = _loud(fair, clock.now())
    ring = ring_of(session)
    made = FairInvitation(
        fair_id=fair.id,
        number=standing.number + 1 if standing else 1,
        everybody=everybody,
        key_cipher=ring.encrypt(secrets.token_hex(_KEY_BYTES), _KEY_COLUMN),
        begins_at=begins,
        all_out_at=_loud(fair, begins + _gap(session, fair, begins)),
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(made)
    session.flush()
    _enqueue(session, JOB, fair, made, run_after=begins, by=by)
    audit.record(
        session, by, "fair.invitations_asked", subject=(SUBJECT, fair.id), everybody=everybody
    )
    session.flush()
    return made


def ask_routes(session: Session, by: Actor, public_id: str) -> Job:
    """Ask for all routes of a fair to be made anew; while that waits, the same job.

    Raises
    ------
    RuleBrokenError
        The fair was cancelled.
    """
    fair = get_managed(session, by, public_id, lock=False)
    require_not_cancelled(fair)
    audit.record(session, by, "fair.routes_asked", subject=(SUBJECT, fair.id))
    return jobs.enqueue(
        session,
        ROUTES_JOB,
        {"fair": fair.id},
        queue=JobQueue.BATCH,
        unique_key=f"{ROUTES_JOB}:{fair.id}",
        union_id=fair.union_id,
        created_by_id=by.account_id,
    )


def newest(session: Session, fair_id: int) -> FairInvitation | None:
    """Return a fair's newest round."""
    found = sa.select(FairInvitation).where(FairInvitation.fair_id == fair_id)
    return session.scalar(found.order_by(FairInvitation.number.desc()).limit(1))


def all_out(session: Session, fair_id: int) -> bool:
    """Say whether everybody's message has left: only then may an organiser read single answers."""
    standing = newest(session, fair_id)
    return standing is None or clock.now() >= standing.all_out_at


def in_sight(session: Session, fair_id: int) -> list[sa.ColumnElement[bool]]:
    """Return what keeps invited people out of an organiser's lists and papers until everybody has heard."""
    return [] if all_out(session, fair_id) else [FairVisitor.kind != VisitorKind.INVITED]


def running_job(session: Session, invitation: FairInvitation) -> Job | None:
    """Return the newest job that makes the visitors and routes of a round."""
    found = sa.select(Job).where(
        Job.name == JOB, Job.arguments["invitation"].as_integer() == invitation.id
    )
    return session.scalar(found.order_by(Job.id.desc()).limit(1))


def still_wanted(session: Session, invitation_id: int) -> FairInvitation | None:
    """Return a round whose fair still takes place; None stops its jobs."""
    invitation = session.get_one(FairInvitation, invitation_id)
    fair = session.get_one(Fair, invitation.fair_id)
    wanted = fair.state is FairState.ANNOUNCED and fair.last_on >= clock.today()
    return invitation if wanted else None


def candidates(session: Session, invitation: FairInvitation) -> list[int]:
    """Return the graduates a round still has to make visitors of, in an order drawn by lot."""
    fair = session.get_one(Fair, invitation.fair_id)
    left = list(session.scalars(_not_asked(fair)))
    if not invitation.everybody:
        fits = routing.who_fits(session, fair.id)
        left = [one for one in left if one in fits]
    secrets.SystemRandom().shuffle(left)
    return left


def add_visitors(session: Session, invitation: FairInvitation, graduates: Sequence[int]) -> int:
    """Make visitors of some graduates; who is one already stays as he or she is."""
    made = 0
    for graduate in graduates:
        row = {
            "public_id": new_public_id(),
            "fair_id": invitation.fair_id,
            "graduate_id": graduate,
            "kind": VisitorKind.INVITED,
            "state": VisitorState.INVITED,
            "shown": [],
            "created_at": invitation.created_at,
        }
        made += insert_if_new(session, FairVisitor, row) is not None
    session.flush()
    return made


def first_to_tell(session: Session, invitation: FairInvitation) -> list[int]:
    """Return the visitors of a round whose message leaves now, in an order drawn by lot."""
    rows = session.execute(
        sa.select(FairVisitor.id, FairVisitor.public_id, Household.is_zero_employment)
        .join(Graduate, Graduate.id == FairVisitor.graduate_id)
        .outerjoin(Household, sa.and_(Household.id == Graduate.household_id, Household.is_open))
        .where(*_of_round(invitation))
        .order_by(FairVisitor.public_id)
    ).all()
    fair = session.get_one(Fair, invitation.fair_id)
    secret = ring_of(session).decrypt(invitation.key_cipher, _KEY_COLUMN).encode()
    wave = first_wave(
        [row.public_id for row in rows],
        {row.public_id for row in rows if row.is_zero_employment},
        percent=get_limit(_FIRST, fair.venue_region, clock.today()).value,
        secret=secret,
    )
    return [row.id for row in rows if row.public_id in wave]


def all_to_tell(session: Session, invitation: FairInvitation) -> list[int]:
    """Return the visitors of a round nobody has told yet; `public_id` is drawn by lot, and so is the order."""
    ids = list(
        session.scalars(
            sa.select(FairVisitor.id).where(*_of_round(invitation)).order_by(FairVisitor.public_id)
        )
    )
    told: set[int] = set()
    for start in range(0, len(ids), _PART):
        told |= telling.asked_among(session, ids[start : start + _PART])
    return [one for one in ids if one not in told]


def tell(session: Session, visitor_ids: Sequence[int]) -> int:
    """Write the invitations of some visitors who have not answered; once each."""
    found = sa.select(FairVisitor).where(
        FairVisitor.id.in_(visitor_ids), FairVisitor.state == VisitorState.INVITED
    )
    rows = session.scalars(found.order_by(FairVisitor.public_id)).all()
    return sum(telling.tell_invited(session, one) for one in rows)


def ask_for_rest(session: Session, invitation: FairInvitation) -> None:
    """Ask for the job that tells everybody else of a round, when its time has come."""
    fair = session.get_one(Fair, invitation.fair_id)
    _enqueue(session, REST_JOB, fair, invitation, run_after=invitation.all_out_at)


def _enqueue(
    session: Session,
    name: str,
    fair: Fair,
    invitation: FairInvitation,
    *,
    run_after: dt.datetime,
    by: Actor | None = None,
) -> None:
    jobs.enqueue(
        session,
        name,
        {"invitation": invitation.id},
        queue=JobQueue.BATCH,
        unique_key=f"{name}:{invitation.id}",
        union_id=fair.union_id,
        created_by_id=by.account_id if by else None,
        run_after=run_after,
    )


def _of_round(invitation: FairInvitation) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        FairVisitor.fair_id == invitation.fair_id,
        FairVisitor.kind == VisitorKind.INVITED,
        FairVisitor.created_at == invitation.created_at,
        FairVisitor.graduate_id.is_not(None),
    )


def _not_asked(fair: Fair) -> sa.Select[int]:
    """Select the graduates of the drive who are no visitors yet, have not taken back the consent to be served, nor
    asked for deletion.
    """
    there = sa.select(FairVisitor.graduate_id).where(
        FairVisitor.fair_id == fair.id, FairVisitor.graduate_id.is_not(None)
    )
    service = sa.select(Consent.graduate_id).where(Consent.purpose == ConsentPurpose.SERVICE)
    agrees = service.where(Consent.withdrawn_at.is_(None))
    stored = sa.select(StorageOnly.graduate_id).where(StorageOnly.graduate_id.is_not(None))
    one = DriveEntry.graduate_id
    return (
        sa.select(one)
        .join(Graduate, Graduate.id == one)
        .where(DriveEntry.drive_id == fair.drive_id, DriveEntry.left_at.is_(None))
        .where(Graduate.is_confirmed, one.not_in(there), one.not_in(stored))
        .where(one.in_(agrees) | one.not_in(service))
        .order_by(one)
    )


def _gap(session: Session, fair: Fair, begins: dt.datetime) -> dt.timedelta:
    """Return how long after the first the rest leaves: a day, less shortly before the fair."""
    usual = dt.timedelta(hours=get_limit(_AFTER, fair.venue_region, clock.today()).value)
    first = session.scalar(
        sa.select(sa.func.min(FairSession.begins_minute)).where(
            FairSession.fair_id == fair.id, FairSession.held_on == fair.first_on
        )
    )
    day = dt.datetime.combine(fair.first_on, dt.time.min, tzinfo=clock.CHINA)
    left = day + dt.timedelta(minutes=first or 0) - begins
    return max(dt.timedelta(0), min(usual, left / 4))


def _loud(fair: Fair, at: dt.datetime) -> dt.datetime:
    return first_loud(clock.in_china(at), quiet_hours(fair.venue_region, clock.today()))
