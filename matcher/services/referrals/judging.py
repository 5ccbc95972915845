"""Whether somebody may be referred to a posting (能否推荐), and the fit and reasons as they stand at that moment.

Pairs to be confirmed (待确认) enter no referral until a person decided. Who withdrew from ranking, or whose drive has
no run yet, is served by hand: then no points and no reasons are computed, and the referral says so.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import ConsentPurpose, DriveState, EmployerState, PostingState, Verdict
from matcher.kinds.referrals import SETTLED
from matcher.models.consents import Consent
from matcher.models.drives import Drive, DriveEntry
from matcher.models.employers import Employer
from matcher.models.graduates import Graduate
from matcher.models.postings import Posting
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import HiddenEmployer, Referral
from matcher.ranking.explain import Explanation
from matcher.ranking.lottery import lottery_numbers
from matcher.services.drives import lottery_key
from matcher.services.ranking_facts import ranked_graduates
from matcher.services.ranking_lists import explain_some
from matcher.services.ranking_runs import current_run
from matcher.services.referrals.having_job import has_placement

NO_RUN, NO_RANKING = "no_run", "no_ranking_consent"
"""Why a referral was made by hand."""


@dataclass(frozen=True)
class Fit:
    """What a referral keeps of the lists that proposed it."""

    run_id: int | None = None
    change_seq: int | None = None
    points: int = 0
    reasons: dict[str, Any] = field(default_factory=dict)


def posting_refusal(session: Session, posting: Posting) -> RuleBrokenError | None:
    """Return why nobody can be referred to a posting today; None if people can."""
    today = clock.today()
    drive = session.get_one(Drive, posting.drive_id)
    employer = session.get_one(Employer, posting.employer_id)
    if drive.state is not DriveState.OPEN:
        return RuleBrokenError("referral_drive_closed", "活动不在进行中，不能推荐。")
    if posting.state is not PostingState.PUBLISHED:
        return RuleBrokenError("referral_posting_closed", "这个岗位没有发布或已关闭，不能推荐。")
    if posting.closes_on is not None and posting.closes_on < today:
        return RuleBrokenError("referral_posting_over", "这个岗位已过有效期，不能推荐。")
    if employer.state is not EmployerState.VERIFIED or not _is_checked(employer, today):
        return RuleBrokenError(
            "referral_employer_unverified", "这家单位没有通过核验或核验已过期，不能推荐。"
        )
    return None


def _is_checked(employer: Employer, today: dt.date) -> bool:
    return employer.recheck_due_on is not None and employer.recheck_due_on >= today


def person_refusal(
    session: Session, graduate: Graduate, posting: Posting
) -> RuleBrokenError | None:
    """Return why somebody cannot be referred to a posting today, verdict aside; None if they can."""
    if not graduate.is_confirmed or entry_of(session, posting.drive_id, graduate.id) is None:
        return RuleBrokenError("referral_not_in_drive", "这位毕业生没有参加这次活动，不能推荐。")
    if not agrees_to_service(session, graduate.id):
        return RuleBrokenError(
            "referral_no_consent", "这位毕业生没有同意接受就业服务，请先征得同意并登记。"
        )
    if session.get(HiddenEmployer, (graduate.id, posting.employer_id)) is not None:
        return RuleBrokenError("referral_hidden", "本人不愿被推荐到这家单位。")
    return job_refusal(session, graduate.id)


def job_refusal(session: Session, graduate_id: int) -> RuleBrokenError | None:
    """Return why somebody with a job is referred nowhere and accepts no other; None without one."""
    if settled_referral(session, graduate_id) is not None:
        return already_settled()
    if has_placement(session, graduate_id):
        return RuleBrokenError(
            "referral_placed",
            "本人已登记了就业去向，不能再推荐或接受另一份工作；那份工作已结束的，请先登记结束。",
        )
    return None


def already_settled() -> RuleBrokenError:
    """Say that the person has accepted a job."""
    return RuleBrokenError("referral_settled", "本人已经接受了一份工作，不能再推荐或接受另一份。")


def settled_referral(session: Session, graduate_id: int) -> int | None:
    """Return the id of the referral by which a person has a job, until that job ended."""
    return session.scalar(
        sa.select(Referral.id).where(
            Referral.graduate_id == graduate_id,
            Referral.state.in_(sorted(SETTLED)),
            Referral.left_on.is_(None),
        )
    )


def agrees_to_service(session: Session, graduate_id: int) -> bool:
    """Say whether a person's consent to the service stands."""
    found = sa.select(Consent.id).where(
        Consent.graduate_id == graduate_id,
        Consent.purpose == ConsentPurpose.SERVICE,
        Consent.withdrawn_at.is_(None),
    )
    return session.scalar(found.limit(1)) is not None


def entry_of(session: Session, drive_id: int, graduate_id: int) -> DriveEntry | None:
    """Return a person's part in a drive, unless they left it."""
    return session.scalar(
        sa.select(DriveEntry).where(
            DriveEntry.drive_id == drive_id,
            DriveEntry.graduate_id == graduate_id,
            DriveEntry.left_at.is_(None),
        )
    )


def lottery_of(session: Session, drive: Drive, entry: DriveEntry) -> int:
    """Return the lottery number of a person in a drive; lower ones come first."""
    return int(lottery_numbers([entry.number], lottery_key(session, drive))[0])


def fits_of(
    session: Session, drive: Drive, posting_id: int, graduate_ids: Sequence[int]
) -> dict[int, Fit | RuleBrokenError]:
    """Return the fit of people to one posting, or why the pair cannot be; a handful of queries.

    Callers have checked who asks. Reasons are codes and points and say nothing of hardship.
    """
    fits = fits_of_many(session, drive, [posting_id], graduate_ids)
    return {number: fits[number, posting_id] for number in graduate_ids}


def fits_of_many(
    session: Session, drive: Drive, posting_ids: Sequence[int], graduate_ids: Sequence[int]
) -> dict[tuple[int, int], Fit | RuleBrokenError]:
    """Return the fit of every pair of some people and postings, by (graduate, posting); a handful of queries."""
    pairs = [(graduate, posting) for graduate in graduate_ids for posting in posting_ids]
    run = current_run(session, drive.id)
    if run is None:
        return dict.fromkeys(pairs, _by_hand(NO_RUN))
    ranked = ranked_graduates(drive.id).where(DriveEntry.graduate_id.in_(graduate_ids))
    takes_part = set(session.scalars(ranked))
    asked = [number for number in graduate_ids if number in takes_part]
    explained = explain_some(session, drive, run, graduates=asked, postings=posting_ids)
    return {
        pair: _fit(run, explained.get(pair)) if pair[0] in takes_part else _by_hand(NO_RANKING)
        for pair in pairs
    }


def _by_hand(why: str) -> Fit:
    return Fit(reasons={"source": "by_hand", "why": why})


def _fit(run: RankingRun, found: Explanation | None) -> Fit | RuleBrokenError:
    if found is None:
        return RuleBrokenError(
            "referral_not_ranked", "资料不全，没有参加排序（如没有填专业），请先补全资料。"
        )
    if found.verdict is Verdict.NO:
        return RuleBrokenError("referral_not_eligible", "专业或条件不符合岗位要求，不能推荐。")
    if found.verdict is Verdict.MAYBE:
        return RuleBrokenError(
            "referral_undecided",
            "是否符合还待确认，请先判断这个专业要求或补全资料，再推荐。",
            flags=list(found.flags),
        )
    return Fit(
        run_id=run.id,
        change_seq=max(run.as_of_change, run.followed_change),
        points=found.fit,
        reasons={
            "source": "run",
            "parts": [
                {
                    "name": part.name,
                    "points": part.points,
                    "most": part.most,
                    "code": part.code,
                    "params": part.params,
                }
                for part in found.parts
            ],
        },
    )
