"""Pairs looked at before they are proposed (推荐前看一遍): may they be, on what grounds, which seats, what consent.

The answers come from `judging`, whose rules the proposal asks again; nothing is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.identity import mask_name
from matcher.kinds import ConsentPurpose, SeatState
from matcher.kinds.referrals import LIVE
from matcher.models.consents import Consent
from matcher.models.drives import Drive
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting, Seat
from matcher.models.referrals import Referral
from matcher.policy.seat_admission import admits, is_kept
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.referrals import judging, seat_holds
from matcher.services.referrals.judging import Fit
from matcher.services.referrals.proposing import live_already
from matcher.services.referrals.sight import referrals_in_sight

MOST = 60
"""Pairs looked at at once: a page of a list and some."""


@dataclass(frozen=True)
class PairPreview:
    """One pair before it is proposed.

    Parameters
    ----------
    refusal : why it cannot be proposed; None if it can
    fit : points and reasons as they would be kept; None where it cannot be
    n_open, n_kept : free seats that admit the person, and how many of them are kept for people like this one
    agrees : the person has agreed already to be shown to this employer
    """

    posting: Posting
    employer: str
    graduate: Graduate
    name_masked: str
    refusal: RuleBrokenError | None
    fit: Fit | None
    n_open: int
    n_kept: int
    agrees: bool


def preview_pairs(
    session: Session, by: Actor, pairs: Sequence[tuple[str, str]]
) -> list[PairPreview]:
    """Return what stands for and against pairs (posting, graduate) by public numbers; unseen ones are left out."""
    require(by, Permission.REFER)
    asked = list(pairs)[:MOST]
    postings = _postings(session, by, [posting for posting, _ in asked])
    people = _people(session, by, [graduate for _, graduate in asked])
    seen = [
        (*postings[posting], people[graduate])
        for posting, graduate in asked
        if posting in postings and graduate in people
    ]
    fits = _fits(session, [(posting, graduate) for posting, _, graduate in seen])
    live, consents = _live(session, seen), _consents(session, seen)
    free = _free_seats(session, [posting.id for posting, _, _ in seen])
    found = []
    for posting, employer, graduate in seen:
        fit = fits[posting.id, graduate.id]
        refusal = _refusal(session, posting, graduate, fit, live)
        n_open, n_kept = _admitting(session, free.get(posting.id, []), graduate.id)
        found.append(
            PairPreview(
                posting,
                employer,
                graduate,
                mask_name(graduate.name),
                refusal,
                fit if isinstance(fit, Fit) else None,
                n_open,
                n_kept,
                (graduate.id, posting.employer_id) in consents,
            )
        )
    return found


def _refusal(
    session: Session,
    posting: Posting,
    graduate: Graduate,
    fit: Fit | RuleBrokenError,
    live: set[tuple[int, int]],
) -> RuleBrokenError | None:
    if (posting.id, graduate.id) in live:
        return live_already()
    return (
        judging.posting_refusal(session, posting)
        or judging.person_refusal(session, graduate, posting)
        or (fit if isinstance(fit, RuleBrokenError) else None)
    )


def _postings(
    session: Session, by: Actor, public_ids: Sequence[str]
) -> dict[str, tuple[Posting, str]]:
    found = (
        sa.select(Posting, Employer.name)
        .join(Employer, Employer.id == Posting.employer_id)
        .where(Posting.public_id.in_(public_ids), Posting.drive_id.in_(seen_drives(by)))
    )
    return {row.Posting.public_id: (row.Posting, row.name) for row in session.execute(found)}


def _people(session: Session, by: Actor, public_ids: Sequence[str]) -> dict[str, Graduate]:
    found = sa.select(Graduate).where(
        Graduate.public_id.in_(public_ids), Graduate.union_id.in_(scope_of(by).unions())
    )
    return {one.public_id: one for one in session.scalars(found)}


def _fits(
    session: Session, pairs: Sequence[tuple[Posting, Graduate]]
) -> dict[tuple[int, int], Fit | RuleBrokenError]:
    """Judge all pairs, the people of a posting at once."""
    found: dict[tuple[int, int], Fit | RuleBrokenError] = {}
    for posting in {posting.id: posting for posting, _ in pairs}.values():
        drive = session.get_one(Drive, posting.drive_id)
        people = [graduate.id for one, graduate in pairs if one.id == posting.id]
        fits = judging.fits_of(session, drive, posting.id, people)
        found |= {(posting.id, number): fit for number, fit in fits.items()}
    return found


def _live(session: Session, seen: Sequence[tuple[Posting, str, Graduate]]) -> set[tuple[int, int]]:
    rows = session.execute(
        sa.select(Referral.posting_id, Referral.graduate_id).where(
            Referral.posting_id.in_([posting.id for posting, _, _ in seen]),
            Referral.graduate_id.in_([graduate.id for _, _, graduate in seen]),
            Referral.state.in_(sorted(LIVE)),
            Referral.left_on.is_(None),
        )
    )
    return {(row.posting_id, row.graduate_id) for row in rows}


def _consents(
    session: Session, seen: Sequence[tuple[Posting, str, Graduate]]
) -> set[tuple[int, int]]:
    rows = session.execute(
        sa.select(Consent.graduate_id, Consent.employer_id).where(
            Consent.graduate_id.in_([graduate.id for _, _, graduate in seen]),
            Consent.purpose == ConsentPurpose.DISCLOSURE,
            Consent.withdrawn_at.is_(None),
        )
    )
    return {(row.graduate_id, row.employer_id) for row in rows if row.employer_id is not None}


def _free_seats(session: Session, posting_ids: Sequence[int]) -> dict[int, list[Seat]]:
    found = sa.select(Seat).where(
        Seat.posting_id.in_(set(posting_ids)), Seat.state == SeatState.OPEN
    )
    free: dict[int, list[Seat]] = {}
    for seat in session.scalars(found.order_by(Seat.id)):
        free.setdefault(seat.posting_id, []).append(seat)
    return free


def _admitting(session: Session, free: Sequence[Seat], graduate_id: int) -> tuple[int, int]:
    """Return how many free seats admit a person, and how many of them are kept for such people."""
    today, rank = clock.today(), seat_holds.rank_of(session, graduate_id)
    mine = [seat for seat in free if admits(seat.seat_class, seat.release_on, rank, today)]
    kept = [seat for seat in mine if is_kept(seat.seat_class, seat.release_on, today)]
    return len(mine), len(kept)


def public_ids(session: Session, by: Actor, ids: Sequence[int | None]) -> dict[int | None, str]:
    """Return the public numbers of referrals in sight, by their ids."""
    require(by, Permission.REFER)
    found = sa.select(Referral.id, Referral.public_id).where(
        Referral.id.in_([one for one in ids if one is not None]), referrals_in_sight(by)
    )
    return {row.id: row.public_id for row in session.execute(found)}
