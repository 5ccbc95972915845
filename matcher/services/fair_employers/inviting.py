"""Inviting employers (邀请单位): by trade and by how many graduates of the drive fit their posts, one or many.

How many fit is taken from the stored lists of the drive's last ranking: of each employer the post that fits most.
It counts whom a post may take at all, so it tells nothing of anybody's circumstances.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import EmployerState, ListSide, PostingState
from matcher.kinds.fairs import FairEmployerState
from matcher.models.employers import Employer
from matcher.models.fairs import Fair, FairEmployer
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankedList
from matcher.services import audit
from matcher.services.fair_employers import messages
from matcher.services.fair_employers.places import locked_call
from matcher.services.fair_employers.sight import find_fair, require_open
from matcher.services.permissions import Actor, scope_of
from matcher.services.ranking_runs import current_run
from matcher.vocabulary.industries import load_industries

AGAIN = (
    FairEmployerState.DECLINED,
    FairEmployerState.WITHDRAWN,
    FairEmployerState.REFUSED,
)
"""States from which an employer may be asked again."""


@dataclass(frozen=True)
class Candidate:
    """An employer that may be invited.

    Parameters
    ----------
    n_posts : published posts in the fair's drive
    n_wanted : people they want
    n_fitting : graduates who fit the post most fit; None without a ranking
    state : where it stands with the fair already, None nowhere
    """

    employer: Employer
    n_posts: int
    n_wanted: int
    n_fitting: int | None
    state: FairEmployerState | None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What narrows the candidates: section of trade, least number of fitting graduates, part of the name."""

    trade: str = ""
    fitting: int = 0
    name: str = ""


@dataclass(frozen=True)
class CandidateList:
    """A slice of the candidates, with how many there are."""

    rows: list[Candidate]
    total: int


def list_candidates(
    session: Session, by: Actor, fair: Fair, wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> CandidateList:
    """Return verified employers of the scope that do not come yet, most fitting graduates first."""
    posts = _posts(session, fair)
    place = sa.orm.aliased(FairEmployer)
    found = (
        sa.select(
            Employer,
            sa.func.coalesce(posts.c.n_posts, 0).label("n_posts"),
            sa.func.coalesce(posts.c.n_wanted, 0).label("n_wanted"),
            posts.c.n_fitting,
            place.state,
        )
        .outerjoin(posts, posts.c.employer_id == Employer.id)
        .outerjoin(place, sa.and_(place.employer_id == Employer.id, place.fair_id == fair.id))
        .where(
            Employer.union_id.in_(scope_of(by).unions()),
            Employer.state == EmployerState.VERIFIED,
            sa.or_(place.id.is_(None), place.state.in_(AGAIN)),
            *_narrowed(posts, wanted),
        )
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(found.subquery())) or 0
    rows = found.order_by(
        sa.func.coalesce(posts.c.n_fitting, -1).desc(),
        sa.func.coalesce(posts.c.n_posts, 0).desc(),
        Employer.id,
    )
    page = session.execute(rows.limit(limit).offset(offset)).all()
    return CandidateList([Candidate(*one) for one in page], total)


def _posts(session: Session, fair: Fair) -> sa.Subquery:
    """Select posts, people wanted and most fitting graduates of each employer of the drive."""
    run = current_run(session, fair.drive_id)
    run_id = run.id if run is not None else None
    lists = sa.and_(
        RankedList.run_id == run_id,
        RankedList.side == ListSide.POSTING_ORDINARY,
        RankedList.subject_id == Posting.id,
    )
    return (
        sa.select(
            Posting.employer_id,
            sa.func.count().label("n_posts"),
            sa.func.sum(Posting.headcount).label("n_wanted"),
            sa.func.max(RankedList.n_eligible).label("n_fitting"),
        )
        .outerjoin(RankedList, lists)
        .where(Posting.drive_id == fair.drive_id, Posting.state == PostingState.PUBLISHED)
        .group_by(Posting.employer_id)
        .subquery()
    )


def _narrowed(posts: sa.Subquery, wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    kept: list[sa.ColumnElement[bool]] = []
    if wanted.trade:
        divisions = [one.code for one in load_industries().list_industries(wanted.trade)]
        kept.append(Employer.industry.in_([wanted.trade, *divisions]))
    if wanted.fitting:
        kept.append(posts.c.n_fitting >= wanted.fitting)
    if wanted.name:
        kept.append(Employer.name.icontains(wanted.name, autoescape=True))
    return kept


def invite(session: Session, by: Actor, fair_public_id: str, employer_ids: Sequence[int]) -> int:
    """Invite employers; who was asked or comes already is left as it stands. Return how many were asked.

    Only verified employers of the scope are asked, others are passed over.
    """
    fair = find_fair(session, by, fair_public_id)
    require_open(fair)
    call = locked_call(session, fair.id)
    known = sa.select(Employer.id).where(
        Employer.id.in_(employer_ids),
        Employer.union_id.in_(scope_of(by).unions()),
        Employer.state == EmployerState.VERIFIED,
    )
    ids = session.scalars(known.order_by(Employer.id)).all()
    standing = {row.employer_id: row for row in _standing(session, fair, ids)}
    n_asked = 0
    for employer_id in ids:
        row = standing.get(employer_id)
        if row is not None and row.state not in AGAIN:
            continue
        row = _ask(session, by, fair, employer_id, row)
        until = call.apply_until
        words = f"{until.month}月{until.day}日前" if until else "尽快"
        messages.tell(
            session, fair, row, "fair_invited", key=f"invited:{row.version_id}", until=words
        )
        n_asked += 1
    session.flush()
    return n_asked


def _standing(session: Session, fair: Fair, ids: Sequence[int]) -> list[FairEmployer]:
    found = sa.select(FairEmployer).where(
        FairEmployer.fair_id == fair.id, FairEmployer.employer_id.in_(ids)
    )
    return list(session.scalars(found.order_by(FairEmployer.id).with_for_update()))


def _ask(
    session: Session, by: Actor, fair: Fair, employer_id: int, row: FairEmployer | None
) -> FairEmployer:
    """Make or renew an employer's row as invited."""
    if row is None:
        row = FairEmployer(
            fair_id=fair.id,
            employer_id=employer_id,
            state=FairEmployerState.INVITED,
            created_at=clock.now(),
            created_by_id=by.account_id,
        )
        session.add(row)
    row.state, row.reason, row.asked_at = FairEmployerState.INVITED, None, clock.now()
    session.flush()
    audit.record(session, by, "fair_employer.invited", subject=("fair_employer", row.id))
    return row
