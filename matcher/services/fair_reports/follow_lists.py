"""Lists of followed intents (意向名单): who with whom, masked, what is known; nothing tells who is on whose file."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.kinds.fair_reports import FollowState, SurveySide
from matcher.models.employers import Employer
from matcher.models.fair_contacts import FairContact
from matcher.models.fair_reports import FairFollow, FairOutcomeStep
from matcher.models.fair_visitors import FairVisitor
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services.fair_reports.rows import masked_visitor
from matcher.services.permissions import Actor, Permission, may, require, scope_of


@dataclass(frozen=True)
class FollowRow:
    """One followed intent as it is listed."""

    follow: FairFollow
    who: str
    unit: str
    post: str


@dataclass(frozen=True)
class FollowPage:
    """A slice of the intents of a fair, how many the filter keeps, and how many stand where."""

    rows: list[FollowRow]
    total: int
    counts: dict[FollowState, int]


def list_follows(
    session: Session,
    fair: Fair,
    *,
    state: FollowState | None = None,
    limit: int = 50,
    offset: int = 0,
) -> FollowPage:
    """Return the intents of a fair, what nobody told of first; two queries."""
    of_fair = (FairFollow.fair_id == fair.id, FairFollow.ended_at.is_(None))
    grouped = sa.select(FairFollow.state, sa.func.count()).where(*of_fair)
    counted = session.execute(grouped.group_by(FairFollow.state).order_by(FairFollow.state))
    counts = {row[0]: int(row[1]) for row in counted}
    found = _rows().where(*of_fair)
    if state is not None:
        found = found.where(FairFollow.state == state)
    first = sa.case(
        (FairFollow.state == FollowState.DISPUTED, 0),
        (FairFollow.state == FollowState.OPEN, 1),
        else_=2,
    )
    found = found.order_by(first, FairFollow.due_on, Employer.name, FairFollow.public_id)
    total = counts.get(state, 0) if state is not None else sum(counts.values())
    rows = session.execute(found.limit(limit).offset(offset)).all()
    return FollowPage([_row(*row) for row in rows], total, counts)


def _rows() -> sa.Select[FairFollow, str, str, FairVisitor, str]:
    return (
        sa.select(FairFollow, Employer.name, Posting.title, FairVisitor, Graduate.name)
        .join(FairContact, FairContact.id == FairFollow.contact_id)
        .join(FairEmployer, FairEmployer.id == FairFollow.fair_employer_id)
        .join(Employer, Employer.id == FairEmployer.employer_id)
        .join(FairVisitor, FairVisitor.id == FairFollow.visitor_id)
        .outerjoin(Posting, Posting.id == FairContact.posting_id)
        .outerjoin(Graduate, Graduate.id == FairVisitor.graduate_id)
    )


def _row(
    follow: FairFollow, unit: str, post: str | None, visitor: FairVisitor, name: str | None
) -> FollowRow:
    return FollowRow(follow, masked_visitor(visitor, name), unit, post or "")


def row_of(session: Session, follow: FairFollow) -> FollowRow:
    """Return one followed intent as it is listed."""
    return _row(*session.execute(_rows().where(FairFollow.id == follow.id)).one())


def rows_of_ask(
    session: Session, follows: list[FairFollow], side: SurveySide
) -> list[tuple[FollowRow, str]]:
    """Return the intents behind a link with what the other side is called there: the employer, or a masked name."""
    found = _rows().where(FairFollow.id.in_([one.id for one in follows]))
    rows = {row[0].id: _row(*row) for row in session.execute(found.order_by(FairFollow.id))}
    listed = [rows[one.id] for one in follows]
    if side is SurveySide.EMPLOYER:
        return [(row, row.who) for row in listed]
    return [(row, row.unit) for row in listed]


def follows_of_place(session: Session, place_id: int) -> list[FairFollow]:
    """Return the followed intents of an employer's place, those nobody told of first."""
    is_open = sa.case((FairFollow.state == FollowState.OPEN, 0), else_=1)
    found = sa.select(FairFollow).where(
        FairFollow.fair_employer_id == place_id, FairFollow.ended_at.is_(None)
    )
    return list(session.scalars(found.order_by(is_open, FairFollow.id)))


def follows_of_graduate(session: Session, by: Actor) -> list[FairFollow]:
    """Return the reader's own followed intents, of the newest fair first.

    What is known of them is no part of the order: it would tell that the other side said something.
    """
    require(by, Permission.VISIT_FAIRS)
    found = (
        sa.select(FairFollow)
        .join(FairVisitor, FairVisitor.id == FairFollow.visitor_id)
        .join(Fair, Fair.id == FairFollow.fair_id)
        .where(
            FairVisitor.graduate_id == by.graduate_id,
            FairVisitor.graduate_id.is_not(None),
            FairVisitor.forgotten_at.is_(None),
            FairFollow.ended_at.is_(None),
        )
        .order_by(Fair.first_on.desc(), Fair.id.desc(), FairFollow.id)
    )
    return list(session.scalars(found))


def steps_of(session: Session, follow: FairFollow) -> list[FairOutcomeStep]:
    """Return everything that was told of an intent, the newest first."""
    found = sa.select(FairOutcomeStep).where(FairOutcomeStep.follow_id == follow.id)
    return list(session.scalars(found.order_by(FairOutcomeStep.id.desc())))


def record_address(session: Session, by: Actor, follow: FairFollow) -> str:
    """Return the public number of the person's record for who keeps it and may put a job on record; else empty.

    An organiser, who may not know who is on file, always gets nothing.
    """
    if not (may(by, Permission.RECORD_PLACEMENTS) and may(by, Permission.VIEW_GRADUATES)):
        return ""
    found = (
        sa.select(Graduate.public_id)
        .join(FairVisitor, FairVisitor.graduate_id == Graduate.id)
        .where(
            FairVisitor.id == follow.visitor_id,
            Graduate.union_id.in_(scope_of(by).unions()),
        )
    )
    return session.scalar(found) or ""
