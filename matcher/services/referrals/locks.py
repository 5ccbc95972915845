"""Locks of referrals (推荐) in the one order of the package: graduates, seats, referrals, each by id.

What is locked is read fresh. Locks do not keep others from pointing to a row (FOR NO KEY UPDATE).
"""

from collections.abc import Collection
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.graduates import Graduate
from matcher.models.postings import Seat
from matcher.models.referrals import Referral, SeatHold

Row = TypeVar("Row", Seat, Referral)

_CHUNK = 5_000
"""Ids of one statement; SQLite takes 32,766 parameters."""


def lock_graduates(session: Session, graduate_ids: Collection[int]) -> None:
    """Lock people, so that their referrals change one step after another."""
    ids = sorted(set(graduate_ids))
    for start in range(0, len(ids), _CHUNK):
        some = sa.select(Graduate.id).where(Graduate.id.in_(ids[start : start + _CHUNK]))
        session.execute(some.order_by(Graduate.id).with_for_update(key_share=True)).all()


def lock_seats(
    session: Session, *, posting_ids: Collection[int] = (), graduate_ids: Collection[int] = ()
) -> list[Seat]:
    """Lock the seats of postings and those held for people, in one go, and return them by id."""
    held = sa.select(SeatHold.seat_id).where(
        SeatHold.graduate_id.in_(sorted(set(graduate_ids))), SeatHold.ended_at.is_(None)
    )
    found = sa.select(Seat).where(
        sa.or_(Seat.posting_id.in_(sorted(set(posting_ids))), Seat.id.in_(held))
    )
    return list(session.scalars(_for_change(found.order_by(Seat.id))))


def lock_referrals(session: Session, which: sa.ColumnElement[bool]) -> list[Referral]:
    """Lock the referrals a condition holds of; callers have locked their people and seats."""
    return list(
        session.scalars(_for_change(sa.select(Referral).where(which).order_by(Referral.id)))
    )


def _for_change(found: sa.Select[Row]) -> sa.Select[Row]:
    return found.with_for_update(key_share=True).execution_options(populate_existing=True)


def lock_referral(session: Session, referral: Referral, *, all_seats: bool = False) -> Referral:
    """Lock one referral with its person and the seats held for the person, and return it fresh.

    Parameters
    ----------
    all_seats : lock all seats of its posting too, because one of them is to be taken
    """
    lock_graduates(session, [referral.graduate_id])
    lock_seats(
        session,
        posting_ids=[referral.posting_id] if all_seats else (),
        graduate_ids=[referral.graduate_id],
    )
    return lock_referrals(session, Referral.id == referral.id)[0]


def postings_of(session: Session, which: sa.ColumnElement[bool]) -> list[int]:
    """Return the postings of the referrals a condition holds of, to lock their seats."""
    return list(session.scalars(sa.select(Referral.posting_id).where(which).distinct()))
