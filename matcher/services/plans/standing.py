"""Who takes part in a plan, and what stands already (在办与已定): nothing that is settled ever moves.

Out of the market are, with their seats: who has accepted a job, has reported for it or has another placement; who has
an offer, or a seat held by anything but an unanswered proposal of the last publication. Out without a seat are those
who left, do not agree to ranking or service, or are not confirmed. Provisional (暂定) is what the last
publication proposed and the person has not answered: its seats are free again for the new plan, which says who would
lose one. Whoever agreed is under way: the employer has the papers, and the seat stays.

Pairs that ended in a No of either side, and employers a person hides from, are no pairs of a plan.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session, aliased

from matcher.kinds import ConsentPurpose
from matcher.kinds.plans import ChangeReason
from matcher.kinds.referrals import LIVE, PENDING, SETTLED, ReferralState
from matcher.models.consents import Consent
from matcher.models.drives import DriveEntry
from matcher.models.graduates import Graduate
from matcher.models.plans import PlanPublication, PlanRun
from matcher.models.postings import Posting
from matcher.models.referrals import HiddenEmployer, Referral, SeatHold
from matcher.services.ranking_facts import ranked_graduates
from matcher.services.referrals.having_job import has_job

Ids = NDArray[np.int64]

_ENDED_IN_NO = (ReferralState.REFUSED, ReferralState.DECLINED, ReferralState.FELL_THROUGH)


@dataclass(frozen=True, eq=False)
class Standing:
    """People and pairs of a drive as they stand.

    Parameters
    ----------
    seated_for : ids of the people who may be given a seat, ascending
    n_left_out : of the others how many, by why: settled, under_way, no_consent
    ruled_out : int64[n, 2], pairs (graduate, posting) that may not come about
    provisional : referral by graduate, of the last publication, not answered by the person
    provisional_posting : its posting by graduate
    """

    seated_for: Ids
    n_left_out: Mapping[str, int]
    ruled_out: Ids
    provisional: Mapping[int, int]
    provisional_posting: Mapping[int, int]


def standing_of(session: Session, drive_id: int) -> Standing:
    """Read who takes part in a plan of a drive and what stands; half a dozen queries."""
    provisional = session.execute(
        sa.select(Referral.graduate_id, Referral.id, Referral.posting_id)
        .where(Referral.id.in_(provisional_referrals(drive_id)))
        .order_by(Referral.graduate_id)
    ).all()
    everybody = set(session.scalars(_of_drive(drive_id)))
    settled = set(session.scalars(_of_drive(drive_id).where(has_job(DriveEntry.graduate_id))))
    under_way = _under_way(session, drive_id) & everybody - settled
    agrees = set(session.scalars(_agreeing(drive_id)))
    seated_for = (everybody & agrees) - settled - under_way
    return Standing(
        seated_for=np.asarray(sorted(seated_for), dtype=np.int64),
        n_left_out={
            "settled": len(settled),
            "under_way": len(under_way),
            "no_consent": len(everybody - settled - under_way - agrees),
        },
        ruled_out=_ruled_out(session, drive_id),
        provisional={row.graduate_id: row.id for row in provisional},
        provisional_posting={row.graduate_id: row.posting_id for row in provisional},
    )


def why_absent(session: Session, drive_id: int) -> dict[int, ChangeReason]:
    """Say of everybody who entered a drive and takes no part in a plan today why; five queries."""
    entered = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
    here = set(session.scalars(_of_drive(drive_id)))
    settled = set(session.scalars(_of_drive(drive_id).where(has_job(DriveEntry.graduate_id))))
    agrees = set(session.scalars(_agreeing(drive_id)))
    return {
        **dict.fromkeys(set(session.scalars(entered)) - here, ChangeReason.GONE),
        **dict.fromkeys(here - agrees, ChangeReason.NO_CONSENT),
        **dict.fromkeys(here & _under_way(session, drive_id), ChangeReason.UNDER_WAY),
        **dict.fromkeys(settled, ChangeReason.SETTLED),
    }


def seats_taken(session: Session, drive_id: int) -> set[tuple[int, int]]:
    """Return who has a seat at which posting of a drive for good so far: settled, or agreed to and held; one query."""
    held = sa.exists().where(SeatHold.referral_id == Referral.id, SeatHold.ended_at.is_(None))
    rows = session.execute(
        sa.select(Referral.graduate_id, Referral.posting_id).where(
            Referral.drive_id == drive_id,
            Referral.state.in_(sorted(LIVE - {ReferralState.PROPOSED})),
            Referral.left_on.is_(None),
            held | Referral.state.in_(sorted(SETTLED)),
        )
    )
    return {(row.graduate_id, row.posting_id) for row in rows}


def last_publication(drive_id: int) -> sa.ScalarSelect[int]:
    """Select the plan a drive published last, unless that was taken back: an earlier one never comes alive again."""
    newest = aliased(PlanRun)
    found = (
        sa.select(newest.id)
        .where(newest.drive_id == drive_id, newest.published_at.is_not(None))
        .order_by(newest.published_at.desc(), newest.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    stands = sa.select(PlanRun.id).where(PlanRun.id == found, PlanRun.withdrawn_at.is_(None))
    return stands.scalar_subquery()


def provisional_referrals(drive_id: int) -> sa.Select[int]:
    """Select the referrals of a drive's last publication the person has not answered yet."""
    return (
        sa.select(Referral.id)
        .join(PlanPublication, PlanPublication.referral_id == Referral.id)
        .where(
            PlanPublication.plan_id == last_publication(drive_id),
            Referral.state == ReferralState.PROPOSED,
        )
    )


def _of_drive(drive_id: int) -> sa.Select[int]:
    return (
        sa.select(DriveEntry.graduate_id)
        .join(Graduate, Graduate.id == DriveEntry.graduate_id)
        .where(DriveEntry.drive_id == drive_id, DriveEntry.left_at.is_(None), Graduate.is_confirmed)
    )


def _agreeing(drive_id: int) -> sa.Select[int]:
    """Who may be ranked and agreed to be served: whom nobody could refer gets no seat others could have had."""
    agrees = sa.select(Consent.graduate_id).where(
        Consent.purpose == ConsentPurpose.SERVICE, Consent.withdrawn_at.is_(None)
    )
    number = DriveEntry.graduate_id
    return _of_drive(drive_id).where(number.in_(ranked_graduates(drive_id)), number.in_(agrees))


def _under_way(session: Session, drive_id: int) -> set[int]:
    """Who has an offer anywhere, or a seat held by anything but an unanswered proposal of the last publication."""
    pending = sa.select(Referral.graduate_id).where(Referral.state.in_(sorted(PENDING)))
    held = sa.exists().where(SeatHold.referral_id == Referral.id, SeatHold.ended_at.is_(None))
    other = Referral.id.not_in(provisional_referrals(drive_id))
    asked = pending.where(other, held | (Referral.state == ReferralState.OFFERED))
    return set(session.scalars(asked.distinct()))


def _ruled_out(session: Session, drive_id: int) -> Ids:
    ended = sa.select(Referral.graduate_id, Referral.posting_id).where(
        Referral.drive_id == drive_id, Referral.state.in_(_ENDED_IN_NO)
    )
    pairs = {tuple(pair) for pair in session.execute(ended)} | _hidden_pairs(session, drive_id)
    found = np.asarray(sorted(pairs), dtype=np.int64)
    return found.reshape(-1, 2)


def _hidden_pairs(session: Session, drive_id: int) -> set[tuple[int, int]]:
    """Pairs of people with the postings of employers they hide from.

    Not one join: where next to nobody hides, SQLite walks all people times all postings (100 CPU s at 100k × 20k).
    """
    of_drive = sa.select(DriveEntry.graduate_id).where(DriveEntry.drive_id == drive_id)
    hidden = session.execute(
        sa.select(HiddenEmployer.graduate_id, HiddenEmployer.employer_id).where(
            HiddenEmployer.graduate_id.in_(of_drive)
        )
    ).all()
    if not hidden:
        return set()
    offers: dict[int, list[int]] = defaultdict(list)
    posted = sa.select(Posting.employer_id, Posting.id).where(Posting.drive_id == drive_id)
    for employer_id, posting_id in session.execute(posted):
        offers[employer_id].append(posting_id)
    return {
        (graduate_id, posting_id)
        for graduate_id, employer_id in hidden
        for posting_id in offers[employer_id]
    }
