"""A ranked drive with outcomes: who was referred, how far it went, and why it ended."""

from random import Random
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import SessionFactory, reading, transaction
from matcher.kinds.referrals import DeclineReason, ReferralState, RefusalReason
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.services.ranking_facts import ranked_graduates
from tests.factories.ranked_drives import make_ranked_drive, rank
from tests.factories.referrals import make_referral
from workers import quality

BODIES = (quality,)
"""Modules whose import registers the bodies that are run here."""

_R = ReferralState
ENDS: tuple[tuple[ReferralState, dict[str, Any]], ...] = (
    (_R.INTERVIEW, {}),
    (_R.OFFERED, {}),
    (_R.REFUSED, {"refusal_reason": RefusalReason.MAJOR}),
    (_R.REFUSED, {"refusal_reason": RefusalReason.FILLED}),
    (_R.DECLINED, {"decline_reason": DeclineReason.PLACE}),
    (_R.SENT, {}),
)
"""Interview 1, offer 2, against, says nothing, against, still waiting: in turn."""


def make_judged_drive(factory: SessionFactory, *, pairs: int = 90, seed: int = 1) -> int:
    """Make a drive, rank it and refer people to postings at random; return the drive."""
    with transaction(factory) as session:
        drive_id = make_ranked_drive(session, graduates=24, postings=12, seed=seed).id
    run_id = rank(factory, drive_id)
    with transaction(factory) as session:
        refer_some(session, drive_id, run_id, pairs=pairs, seed=seed)
    return drive_id


def refer_some(session: Session, drive_id: int, run_id: int, *, pairs: int, seed: int = 1) -> None:
    """Insert referrals of different pairs of a drive, ended in turn as ENDS says."""
    people = list(
        session.scalars(
            sa.select(Graduate)
            .where(Graduate.id.in_(ranked_graduates(drive_id)))
            .order_by(Graduate.id)
        )
    )
    offers = list(
        session.scalars(sa.select(Posting).where(Posting.drive_id == drive_id).order_by(Posting.id))
    )
    chosen = Random(seed).sample([(p, g) for p in offers for g in people], pairs)
    for number, (posting, graduate) in enumerate(chosen):
        state, changes = ENDS[number % len(ENDS)]
        make_referral(session, posting, graduate, state=state, run_id=run_id, **changes)


def drive_of(factory: SessionFactory, drive_id: int) -> Drive:
    """Return a drive, loaded."""
    with reading(factory) as session:
        return session.get_one(Drive, drive_id)
