"""The family of posts (岗位): postings of the drive once each, and what events showed that is on no posting.

A posting was provided if it was ever published; its numbers are those of the newest step that left it published or
closed it, so that a posting which is full counts as the posts it was. It counts for the union that keeps the
employer, or for the drive's own where that union lies elsewhere.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matcher.kinds import PostingState, UnitKind
from matcher.models.employers import Employer
from matcher.models.organisations import UnionClosure
from matcher.models.postings import Posting
from matcher.models.service_events import EmployerMark, PostingStep
from matcher.services.figures import events
from matcher.services.figures.cuts import Cut
from matcher.services.figures.lines import Family, Line
from matcher.services.figures.sql_days import china_day
from matcher.services.posting_steps import REMOVED


def _marked(cut: Cut) -> sa.Select[int]:
    """Return the employers named a model worker's or a caring firm by the day."""
    mark, later = EmployerMark, aliased(EmployerMark)
    corrected = sa.exists().where(later.replaces_id == mark.id, cut.known(later.entered_at))
    return sa.select(mark.employer_id).where(
        cut.known(mark.entered_at),
        mark.from_on <= cut.until,
        sa.or_(mark.until_on.is_(None), mark.until_on >= cut.since),
        sa.not_(mark.is_void),
        ~corrected,
    )


def _provided(cut: Cut) -> sa.Subquery:
    step = PostingStep
    return (
        sa.select(
            step.posting_id,
            sa.func.min(sa.case((step.after == PostingState.PUBLISHED, step.at))).label("first_at"),
            sa.func.max(sa.case((step.after == PostingState.PUBLISHED, step.id))).label("last_id"),
        )
        .where(step.drive_id == cut.drive_id, cut.passed(step.at))
        .group_by(step.posting_id)
        .subquery("provided")
    )


def _postings(cut: Cut) -> sa.Select[*tuple[Any, ...]]:
    step = PostingStep
    provided = _provided(cut)
    removed = sa.select(step.posting_id).where(
        step.drive_id == cut.drive_id, step.act == REMOVED, cut.passed(step.at)
    )
    below = sa.select(UnionClosure.descendant_id).where(
        UnionClosure.ancestor_id == cut.top_union_id
    )
    kept = sa.case((step.n_reserved >= step.n_pledged, step.n_reserved), else_=step.n_pledged)
    supplied = sa.or_(
        step.unit_kind == UnitKind.STATE_OWNED,
        step.is_public_welfare,
        step.employer_id.in_(_marked(cut)),
    )
    return (
        sa.select(
            sa.literal("posting").label("subject_kind"),
            step.posting_id.label("subject_id"),
            sa.case(
                (Employer.union_id.in_(below), Employer.union_id), else_=cut.top_union_id
            ).label("union_id"),
            sa.type_coerce(china_day(provided.c.first_at), sa.Date()).label("happened_on"),
            provided.c.first_at.label("entered_at"),
            step.n_seats,
            sa.case((kept <= step.n_seats, kept), else_=step.n_seats).label("n_kept"),
            sa.case((supplied, step.n_seats), else_=0).label("n_supplied"),
            Posting.title,
        )
        .select_from(provided)
        .join(step, step.id == provided.c.last_id)
        .join(Employer, Employer.id == step.employer_id)
        .outerjoin(Posting, Posting.id == step.posting_id)
        .where(step.posting_id.not_in(removed))
    )


def family(cut: Cut) -> Family:
    """Return the family of posts."""
    shown = events.standing_events(cut)
    elsewhere = sa.select(
        sa.literal("service_event"),
        shown.c.id,
        shown.c.union_id,
        shown.c.happened_on,
        shown.c.entered_at,
        shown.c.n_distinct_posts,
        sa.literal(0),
        sa.literal(0),
        shown.c.title,
    ).where(shown.c.n_distinct_posts > 0)
    rows = sa.union_all(_postings(cut), elsewhere).cte("offers")
    c = rows.c

    def line(quantity: sa.ColumnElement[int]) -> Line:
        return Line(
            c.subject_kind,
            c.subject_id,
            c.happened_on,
            c.entered_at,
            where=quantity > 0,
            quantity=quantity,
            words=c.title,
        )

    lines = {
        "posts": line(c.n_seats),
        "posts_reserved": line(c.n_kept),
        "posts_supplied": line(c.n_supplied),
    }
    return Family(rows, c.union_id, lines)
