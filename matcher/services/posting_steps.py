"""The log of what postings offered (岗位变动): a row whenever state, seats or kind changed; no use case.

Figures of an instant are read from it, so it is written by whoever changes a posting, for many at once by imports.
A row that would say the same as the newest one is not written: writing twice does no harm.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import PostingState, SeatClass, SeatState, UnitKind
from matcher.models.employers import Employer
from matcher.models.postings import Posting, Seat
from matcher.models.service_events import PostingStep
from matcher.services.permissions import Actor

REMOVED = "removed"
"""Act of an import that was undone: the posting was never meant."""

_CHUNK = 5_000
"""Ids of one statement; SQLite takes 32,766 parameters."""


@dataclass(frozen=True)
class _Offer:
    """What a posting offers, as a row of the log says it."""

    employer_id: int
    drive_id: int
    after: PostingState
    n_seats: int
    n_reserved: int
    n_pledged: int
    unit_kind: UnitKind | None
    is_public_welfare: bool


def note(session: Session, actor: Actor, posting_ids: Sequence[int], act: str) -> int:
    """Write a row for each posting that offers something else than its newest row says; return how many."""
    session.flush()
    written = 0
    for some in _slices(posting_ids):
        offers, newest = _offers(session, some), _newest(session, some)
        rows = [
            {
                **vars(offer),
                "posting_id": posting_id,
                "act": act,
                "before": newest[posting_id].after if posting_id in newest else None,
                "at": clock.now(),
                "by_account_id": actor.account_id,
            }
            for posting_id, offer in offers.items()
            if newest.get(posting_id) != offer
        ]
        if rows:
            session.execute(sa.insert(PostingStep), rows)
        written += len(rows)
    return written


def note_removed(session: Session, actor: Actor, posting_ids: Sequence[int]) -> None:
    """Write that postings are taken away, before they are; the rows before stay."""
    for some in _slices(posting_ids):
        rows = [
            {
                **vars(offer),
                "after": PostingState.CLOSED,
                "n_seats": 0,
                "n_reserved": 0,
                "n_pledged": 0,
                "posting_id": posting_id,
                "act": REMOVED,
                "before": offer.after,
                "at": clock.now(),
                "by_account_id": actor.account_id,
            }
            for posting_id, offer in _offers(session, some).items()
        ]
        if rows:
            session.execute(sa.insert(PostingStep), rows)


def note_employer(session: Session, actor: Actor, employer_id: int) -> None:
    """Write rows for an employer's postings after its kind (单位性质) changed."""
    found = sa.select(Posting.id).where(Posting.employer_id == employer_id).order_by(Posting.id)
    note(session, actor, list(session.scalars(found)), "employer_changed")


def _slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _CHUNK):
        yield ordered[start : start + _CHUNK]


def _offers(session: Session, posting_ids: Sequence[int]) -> dict[int, _Offer]:
    """Return what postings offer now, by id; two queries."""
    counted = (
        sa.select(Seat.posting_id, sa.func.count())
        .where(
            Seat.posting_id.in_(posting_ids),
            Seat.seat_class != SeatClass.ORDINARY,
            Seat.state != SeatState.CLOSED,
        )
        .group_by(Seat.posting_id)
        .order_by(Seat.posting_id)
    )
    reserved = dict(session.execute(counted).all())
    found = (
        sa.select(Posting, Employer.unit_kind)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.id.in_(posting_ids))
        .order_by(Posting.id)
        .execution_options(populate_existing=True)
    )
    return {
        posting.id: _Offer(
            employer_id=posting.employer_id,
            drive_id=posting.drive_id,
            after=posting.state,
            n_seats=posting.headcount,
            n_reserved=reserved.get(posting.id, 0),
            n_pledged=posting.pledged,
            unit_kind=posting.unit_kind or unit_kind,
            is_public_welfare=posting.is_public_welfare,
        )
        for posting, unit_kind in session.execute(found)
    }


def _newest(session: Session, posting_ids: Sequence[int]) -> dict[int, _Offer]:
    """Return what the newest rows of postings say, by posting."""
    last = (
        sa.select(sa.func.max(PostingStep.id))
        .where(PostingStep.posting_id.in_(posting_ids))
        .group_by(PostingStep.posting_id)
    )
    found = sa.select(PostingStep).where(PostingStep.id.in_(last)).order_by(PostingStep.id)
    return {
        step.posting_id: _Offer(
            employer_id=step.employer_id,
            drive_id=step.drive_id,
            after=step.after,
            n_seats=step.n_seats,
            n_reserved=step.n_reserved,
            n_pledged=step.n_pledged,
            unit_kind=step.unit_kind,
            is_public_welfare=step.is_public_welfare,
        )
        for step in session.scalars(found)
    }
