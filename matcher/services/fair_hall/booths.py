"""A booth as anybody who scans its QR sees it (展位页), and the visitor who stands before it.

The address holds the booth's random number. What is read here is public: the employer, its posts, how long one waits.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fairs import FairEmployerState, FairState
from matcher.models.employers import Employer
from matcher.models.fair_queues import FairQueuePlace
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Booth, Fair, FairEmployer
from matcher.services.doors.tickets import find_ticket
from matcher.services.fair_employers.posts import shown_posts
from matcher.services.fair_employers.sight import STOPPED
from matcher.services.fair_hall import queues
from matcher.services.fair_hall.queues import OwnNumber
from matcher.services.rows import not_found


@dataclass(frozen=True)
class SeenBooth:
    """A booth with its employer.

    Attributes
    ----------
    is_day : the fair is on today, so that one may stand in line
    """

    public_id: str
    label: str
    fair_employer_id: int
    n_interviewers: int
    employer: str
    fair_id: int
    fair_title: str
    fair_token: str
    is_day: bool


def find_booth(session: Session, public_id: str) -> SeenBooth:
    """Return a booth of an announced fair; an empty one answers like a missing one."""
    row = session.execute(_seen().where(Booth.public_id == public_id)).one_or_none()
    if row is None:
        raise not_found()
    booth, place, employer, fair = row
    today = clock.today()
    return SeenBooth(
        public_id=booth.public_id,
        label=booth.label,
        fair_employer_id=place.id,
        n_interviewers=place.n_interviewers,
        employer=employer,
        fair_id=fair.id,
        fair_title=fair.title,
        fair_token=fair.token,
        is_day=fair.state is FairState.ANNOUNCED and fair.first_on <= today <= fair.last_on,
    )


def cancelled_fair(session: Session, public_id: str) -> Fair | None:
    """Return the fair of a booth if it was cancelled: its code may hang somewhere still."""
    found = sa.select(Fair).join(Booth, Booth.fair_id == Fair.id)
    return session.scalar(
        found.where(Booth.public_id == public_id, Fair.state == FairState.CANCELLED)
    )


def _seen() -> sa.Select[Booth, FairEmployer, str, Fair]:
    """Select the booths anybody may see, each with its employer and fair."""
    return (
        sa.select(Booth, FairEmployer, Employer.name, Fair)
        .select_from(Booth)
        .join(FairEmployer, FairEmployer.id == Booth.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .join(Fair, Fair.id == Booth.fair_id)
        .where(
            FairEmployer.state == FairEmployerState.ACCEPTED,
            Employer.state.not_in(STOPPED),
            Fair.state.in_((FairState.ANNOUNCED, FairState.CLOSED)),
        )
    )


def posts_of(session: Session, fair_employer_id: int) -> list[tuple[str, int, str | None]]:
    """Return title, headcount and pay of the posts shown at a booth."""
    shown = shown_posts(session, [fair_employer_id]).get(fair_employer_id, [])
    return [(one.title, one.headcount, one.pay_text) for one in shown]


def visitor_by_code(session: Session, fair_id: int, code: str) -> FairVisitor:
    """Return the visitor a good ticket of the fair belongs to."""
    return session.get_one(FairVisitor, find_ticket(session, code, fair_id).visitor_id)


def visitor_of_graduate(session: Session, fair_id: int, graduate_id: int) -> FairVisitor | None:
    """Return a signed-in graduate as visitor of a fair."""
    return session.scalar(
        sa.select(FairVisitor).where(
            FairVisitor.fair_id == fair_id,
            FairVisitor.graduate_id == graduate_id,
            FairVisitor.forgotten_at.is_(None),
        )
    )


def take_number(session: Session, booth: SeenBooth, visitor: FairVisitor) -> FairQueuePlace:
    """Give a visitor of the fair a number of a booth's queue.

    Raises
    ------
    RuleBrokenError
        The fair is not on today, or the visitor is of another fair or in as many queues as one may.
    """
    if not booth.is_day:
        raise RuleBrokenError("fair_not_today", "今天不是招聘会的日子，不能排队。")
    if visitor.fair_id != booth.fair_id:
        raise RuleBrokenError(
            "visitor_other_fair", "这台手机上是另一场招聘会的票，请输入本场入场码。"
        )
    return queues.take(session, session.get_one(FairEmployer, booth.fair_employer_id), visitor.id)


@dataclass(frozen=True)
class HeldNumber:
    """A number a visitor holds, with the booth it is for."""

    number: OwnNumber
    employer: str
    label: str
    booth: str


def numbers_held(session: Session, visitor: FairVisitor) -> list[HeldNumber]:
    """Return the numbers a visitor holds today, those called first."""
    held = queues.numbers_of(session, visitor.id)
    found = (
        _seen()
        .where(FairEmployer.id.in_([one.fair_employer_id for one in held]))
        .order_by(Booth.label.desc())
    )
    seen = {row.FairEmployer.id: (row.name, row.Booth) for row in session.execute(found)}
    told = [
        HeldNumber(one, seen[one.fair_employer_id][0], booth.label, booth.public_id)
        for one in held
        if one.fair_employer_id in seen and (booth := seen[one.fair_employer_id][1])
    ]
    return sorted(told, key=lambda one: (one.number.state != "called", one.number.minutes))
