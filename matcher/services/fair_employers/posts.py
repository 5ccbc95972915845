"""Which posts an employer shows at a fair (参会岗位): its own published posts of the fair's drive, chosen by itself."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import PostingState
from matcher.models.fairs import Fair, FairEmployer, FairPosting
from matcher.models.postings import Posting
from matcher.services import audit
from matcher.services.fair_employers.sight import PRESENT, Place, require_open, require_side
from matcher.services.permissions import Actor
from matcher.services.rows import expect_version


@dataclass(frozen=True)
class Offered:
    """A post an employer may show, and whether it does."""

    posting: Posting
    is_shown: bool


def _fit_to_show(fair: Fair) -> list[sa.ColumnElement[bool]]:
    """Return what a post must be to stand at a fair: published, and still open when it begins."""
    return [
        Posting.drive_id == fair.drive_id,
        Posting.state == PostingState.PUBLISHED,
        sa.or_(Posting.closes_on.is_(None), Posting.closes_on >= fair.first_on),
    ]


def still_shown() -> list[sa.ColumnElement[bool]]:
    """Return what a post chosen for a fair must be to be shown and counted; the query joins the fair."""
    return [
        Posting.state == PostingState.PUBLISHED,
        sa.or_(Posting.closes_on.is_(None), Posting.closes_on >= Fair.first_on),
    ]


def offered_posts(session: Session, place: Place) -> list[Offered]:
    """Return the posts an employer may show at a fair, by title."""
    shown = sa.select(FairPosting.posting_id).where(FairPosting.fair_employer_id == place.row.id)
    found = session.execute(
        sa.select(Posting, Posting.id.in_(shown))
        .where(Posting.employer_id == place.employer.id, *_fit_to_show(place.fair))
        .order_by(Posting.title, Posting.id)
    )
    return [Offered(posting, bool(is_shown)) for posting, is_shown in found]


def shown_posts(session: Session, row_ids: Sequence[int]) -> dict[int, list[Posting]]:
    """Return the posts shown, by the place's id; those that closed since are left out. One query for all."""
    found = session.execute(
        sa.select(FairPosting.fair_employer_id, Posting)
        .join(Posting, Posting.id == FairPosting.posting_id)
        .join(FairEmployer, FairEmployer.id == FairPosting.fair_employer_id)
        .join(Fair, Fair.id == FairEmployer.fair_id)
        .where(FairPosting.fair_employer_id.in_(row_ids), *still_shown())
        .order_by(Posting.title, Posting.id)
    )
    by_row: dict[int, list[Posting]] = defaultdict(list)
    for row_id, posting in found:
        by_row[row_id].append(posting)
    return dict(by_row)


def number_posts(row: FairEmployer, posting_ids: Sequence[int]) -> None:
    """Give numbers on paper to postings that have none at this place yet; none is taken away or given again."""
    numbered = row.numbered_postings
    new = [one for one in posting_ids if one not in numbered]
    if new:
        row.numbered_postings = [*numbered, *new]


def choose_posts(
    session: Session,
    by: Actor,
    place: Place,
    public_ids: Sequence[str],
    *,
    expected_version: int | None = None,
) -> int:
    """Show these posts and no others; what may not be shown is passed over. Return how many are shown.

    A second time changes nothing. A post shown for the first time takes the place's next number on paper, for good.
    """
    require_side(session, by, place)
    require_open(place.fair)
    if place.row.state not in PRESENT:
        raise RuleBrokenError("fair_not_coming", "先报名参会，再选岗位。")
    expect_version(place.row, expected_version)
    offered = {one.posting.public_id: one for one in offered_posts(session, place)}
    wanted = {offered[one].posting.id for one in public_ids if one in offered}
    held = sa.select(FairPosting).where(FairPosting.fair_employer_id == place.row.id)
    standing = {one.posting_id: one for one in session.scalars(held.order_by(FairPosting.id))}
    for posting_id, shown in standing.items():
        if posting_id not in wanted:
            session.delete(shown)
    number_posts(place.row, sorted(wanted))
    for posting_id in sorted(wanted - set(standing)):
        session.add(
            FairPosting(
                fair_employer_id=place.row.id,
                posting_id=posting_id,
                added_at=clock.now(),
                added_by_id=by.account_id,
            )
        )
    if wanted != set(standing):
        audit.record(
            session,
            by,
            "fair_employer.posts_chosen",
            subject=("fair_employer", place.row.id),
            posts=sorted(wanted),
        )
    session.flush()
    return len(wanted)
