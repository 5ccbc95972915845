"""Proposing somebody for a posting (拟推荐), one or many, with or without a seat held meanwhile."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.referrals import LIVE, ReferralState
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.referrals import Referral
from matcher.services.drives import seen_drives
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.referrals import after_steps, judging, locks, seat_holds, stepping
from matcher.services.referrals.answer_days import answer_by
from matcher.services.referrals.batches import MOST, Outcome, judged_alone
from matcher.services.referrals.case_work import open_case_of
from matcher.services.referrals.judging import Fit
from matcher.services.rows import first_or_missing, get_in_scope, unique_or


@dataclass(frozen=True)
class Pair:
    """Somebody and a posting."""

    posting_id: int
    graduate_id: int


def propose(
    session: Session,
    by: Actor,
    *,
    posting_id: int,
    graduate_id: int,
    hold_seat: bool = False,
    is_fallback: bool = False,
    follows_id: int | None = None,
) -> Referral:
    """Propose a person for a posting; what the lists say at this moment is kept with it.

    Parameters
    ----------
    hold_seat : hold a seat that admits the person, those kept for such people first
    is_fallback : a plan's fallback seat (保底); declining it counts against nobody
    follows_id : the referral whose seat goes on to this person (递补)

    Raises
    ------
    RuleBrokenError
        Posting, employer, drive, person or pair do not allow it, or no seat is free to be held.
    """
    require(by, Permission.REFER)
    posting = _posting_in_sight(session, by, posting_id)
    drive = session.get_one(Drive, posting.drive_id)
    fit = judging.fits_of(session, drive, posting.id, [graduate_id])[graduate_id]
    return _propose(
        session,
        by,
        posting,
        graduate_id,
        fit,
        hold_seat=hold_seat,
        is_fallback=is_fallback,
        follows_id=follows_id,
    )


def _posting_in_sight(session: Session, by: Actor, posting_id: int) -> Posting:
    seen = sa.select(Posting).where(Posting.id == posting_id, Posting.drive_id.in_(seen_drives(by)))
    return first_or_missing(session, seen, lock=False)


def _propose(
    session: Session,
    by: Actor,
    posting: Posting,
    graduate_id: int,
    fit: Fit | RuleBrokenError,
    *,
    hold_seat: bool = False,
    is_fallback: bool = False,
    follows_id: int | None = None,
    is_quiet: bool = False,
) -> Referral:
    graduate = get_in_scope(session, by, Graduate, graduate_id)
    locks.lock_graduates(session, [graduate.id])
    refusal = judging.posting_refusal(session, posting) or judging.person_refusal(
        session, graduate, posting
    )
    if refusal is not None:
        raise refusal
    if isinstance(fit, RuleBrokenError):
        raise fit
    referral = _new(session, by, posting, graduate, fit)
    referral.is_fallback, referral.follows_id = is_fallback, follows_id
    referral.decide_by_on = answer_by(session, referral, ReferralState.PROPOSED)
    with unique_or(session, live_already()):
        session.add(referral)
    if hold_seat and seat_holds.take_seat(session, by, referral) is None:
        raise RuleBrokenError("seat_none_to_hold", "这个岗位现在没有可以为这位毕业生保留的席位。")
    stepping.note(
        session, by, referral, before=None, facts={"run": fit.run_id, "follows": follows_id}
    )
    if not is_quiet:
        after_steps.after_proposed(session, by, referral)
    session.flush()
    return referral


def live_already() -> RuleBrokenError:
    """Say that a referral of this person to this posting goes on."""
    return RuleBrokenError("referral_live_already", "这位毕业生对这个岗位已有在办的推荐。")


def _new(session: Session, by: Actor, posting: Posting, graduate: Graduate, fit: Fit) -> Referral:
    now = clock.now()
    drive = session.get_one(Drive, posting.drive_id)
    entry = judging.entry_of(session, drive.id, graduate.id)
    case = open_case_of(session, graduate.id)
    return Referral(
        drive_id=drive.id,
        posting_id=posting.id,
        employer_id=posting.employer_id,
        graduate_id=graduate.id,
        union_id=graduate.union_id,
        case_id=case.id if case is not None else None,
        state=ReferralState.PROPOSED,
        asked_at=now,
        proposed_at=now,
        proposed_by_id=by.account_id,
        run_id=fit.run_id,
        change_seq=fit.change_seq,
        fit_points=fit.points,
        lottery=judging.lottery_of(session, drive, entry) if entry is not None else 0,
        reasons=fit.reasons,
    )


def propose_many(
    session: Session,
    by: Actor,
    pairs: Sequence[Pair],
    *,
    hold_seat: bool = False,
    fallback: Collection[Pair] = (),
    is_quiet: bool = False,
    ahead: Mapping[Pair, Fit | RuleBrokenError] | None = None,
) -> list[Outcome]:
    """Propose many pairs, in the order named; each stands or is refused alone, and none loses another.

    A pair that has a live referral is told so: a form sent twice leaves what once leaves.

    Parameters
    ----------
    fallback : those of the pairs that are a plan's fallback seats (保底)
    is_quiet : ask nobody yet; somebody of the staff lets each be asked (`plans.confirming`)
    ahead : what was judged before anything was locked (`judging_ahead`); the others are judged here
    """
    require(by, Permission.REFER)
    asked = list(dict.fromkeys(pairs))[:MOST]
    locks.lock_graduates(session, _in_scope(session, by, [one.graduate_id for one in asked]))
    if hold_seat:
        locks.lock_seats(session, posting_ids=[one.posting_id for one in asked])
    fits = _fits(session, by, asked, ahead or {})
    standing = _standing(session, asked)
    outcomes = []
    for one in asked:
        if one in standing:
            outcomes.append(Outcome(standing[one], live_already()))
            continue
        more = {"hold_seat": hold_seat, "is_fallback": one in fallback, "is_quiet": is_quiet}
        act = partial(_one, session, by, one, fits, **more)
        outcomes.append(judged_alone(session, act))
    session.flush()
    return outcomes


def _one(
    session: Session,
    by: Actor,
    pair: Pair,
    fits: dict[Pair, Fit | RuleBrokenError],
    **more: bool,
) -> Referral:
    posting = _posting_in_sight(session, by, pair.posting_id)
    return _propose(session, by, posting, pair.graduate_id, fits[pair], **more)


def _in_scope(session: Session, by: Actor, ids: Sequence[int]) -> list[int]:
    seen = Graduate.union_id.in_(scope_of(by).unions())
    return list(session.scalars(sa.select(Graduate.id).where(Graduate.id.in_(ids), seen)))


def _fits(
    session: Session, by: Actor, asked: Sequence[Pair], ahead: Mapping[Pair, Fit | RuleBrokenError]
) -> dict[Pair, Fit | RuleBrokenError]:
    """Judge all pairs that were not judged ahead, the people of a posting at once."""
    found = dict(ahead)
    pairs = [one for one in asked if one not in ahead]
    for posting_id in dict.fromkeys(one.posting_id for one in pairs):
        people = [one.graduate_id for one in pairs if one.posting_id == posting_id]
        seen = sa.select(Drive).join(Posting, Posting.drive_id == Drive.id)
        drive = session.scalar(seen.where(Posting.id == posting_id, Drive.id.in_(seen_drives(by))))
        fits = judging.fits_of(session, drive, posting_id, people) if drive is not None else {}
        missing = RuleBrokenError("referral_not_in_drive", "没有这个岗位，或不在您的管辖范围内。")
        found |= {Pair(posting_id, one): fits.get(one, missing) for one in people}
    return found


def _standing(session: Session, pairs: Sequence[Pair]) -> dict[Pair, int]:
    """Return the live referrals of some pairs."""
    rows = session.execute(
        sa.select(Referral.id, Referral.posting_id, Referral.graduate_id).where(
            Referral.posting_id.in_([one.posting_id for one in pairs]),
            Referral.graduate_id.in_([one.graduate_id for one in pairs]),
            Referral.state.in_(sorted(LIVE)),
            Referral.left_on.is_(None),
        )
    )
    there = {Pair(row.posting_id, row.graduate_id): row.id for row in rows}
    return {one: there[one] for one in pairs if one in there}
