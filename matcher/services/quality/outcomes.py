"""Outcomes of a drive (推荐结果) as grades of pairs, and the run whose lists and rows they are judged by.

Read from the steps of referrals and the placements that came of them; what each says stands in `policy.outcomes`.
Only pairs somebody was referred to have an outcome, and the lists chose most of them.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import RunState
from matcher.kinds.placements import PlacementState
from matcher.models.placements import Placement
from matcher.models.ranking_runs import RankingRun
from matcher.models.referrals import Referral, ReferralStep
from matcher.policy.limits import get_limit
from matcher.policy.outcomes import HIRED, INTERVIEWED, OFFERED, grade_of
from matcher.services.ranking_runs import current_run

_REASONS = (
    ("refusal", Referral.refusal_reason),
    ("decline", Referral.decline_reason),
    ("withdrawal", Referral.withdrawal_reason),
    ("fall_through", Referral.fall_through_reason),
)
"""Kinds of ends in `policy.outcomes` and where a referral says them."""


@dataclass(frozen=True)
class Outcomes:
    """Grades by posting and graduate, and what they rest on.

    Parameters
    ----------
    n_referred : referrals sent
    n_silent : of them those that tell nothing (waiting, filled by another, reasons unknown)
    by_hand : judged pairs referred without a run
    runs : how many judged pairs were referred by each run
    """

    judged: Mapping[int, Mapping[int, int]]
    n_referred: int = 0
    n_silent: int = 0
    by_hand: int = 0
    runs: Counter[int] = field(default_factory=Counter)

    @property
    def n_pairs(self) -> int:
        """Count the judged pairs."""
        return sum(len(grades) for grades in self.judged.values())

    def count(self, grade: int) -> int:
        """Count the pairs of a grade."""
        return sum(one == grade for grades in self.judged.values() for one in grades.values())

    @property
    def n_good(self) -> int:
        """Count the pairs that came to an interview or further."""
        return sum(self.count(grade) for grade in (INTERVIEWED, OFFERED, HIRED))


def drive_outcomes(session: Session, drive_id: int) -> Outcomes:
    """Return what is known of a drive's referrals; two queries. Callers have checked who asks."""
    reached = _steps(session, drive_id)
    judged: dict[int, dict[int, int]] = {}
    runs: Counter[int] = Counter()
    n_referred = n_silent = by_hand = 0
    for row in session.execute(_referrals(drive_id)):
        n_referred += 1
        grade = None if row.is_untrue else grade_of(reached.get(row.id, set()), _end(row))
        if grade is None:
            n_silent += 1
            continue
        if row.run_id is None:
            by_hand += 1
        else:
            runs[row.run_id] += 1
        grades = judged.setdefault(row.posting_id, {})
        grades[row.graduate_id] = max(grade, grades.get(row.graduate_id, 0))
    return Outcomes(judged, n_referred, n_silent, by_hand, runs)


def _referrals(drive_id: int) -> sa.Select[*tuple[Any, ...]]:
    """Select the referrals that were sent; a job that turned out untrue tells nothing."""
    untrue = (
        sa.select(Placement.id)
        .where(Placement.referral_id == Referral.id, Placement.state == PlacementState.REVOKED)
        .exists()
    )
    return (
        sa.select(
            Referral.id,
            Referral.posting_id,
            Referral.graduate_id,
            Referral.run_id,
            untrue.label("is_untrue"),
            *(column.label(kind) for kind, column in _REASONS),
        )
        .where(Referral.drive_id == drive_id, Referral.sent_at.is_not(None))
        .order_by(Referral.id)
    )


def _steps(session: Session, drive_id: int) -> dict[int, set[str]]:
    chosen = (
        sa.select(ReferralStep.referral_id, ReferralStep.after)
        .join(Referral, Referral.id == ReferralStep.referral_id)
        .where(Referral.drive_id == drive_id)
        .distinct()
        .order_by(ReferralStep.referral_id, ReferralStep.after)
    )
    found: dict[int, set[str]] = {}
    for referral_id, after in session.execute(chosen):
        found.setdefault(referral_id, set()).add(after.value)
    return found


def _end(row: Any) -> tuple[str, str] | None:
    """Return why a referral ended, if it did."""
    for kind, _ in _REASONS:
        reason = getattr(row, kind)
        if reason is not None:
            return kind, str(reason.value)
    return None


def judged_run(session: Session, drive_id: int, outcomes: Outcomes) -> RankingRun | None:
    """Return the run outcomes are judged by: the one most of them were referred by, else the current one.

    Whoever was hired has left the lists of later runs, and a filled posting too: judged by those, success would count
    as failure.
    """
    for run_id, _ in sorted(outcomes.runs.items(), key=lambda one: (-one[1], -one[0])):
        run = session.get_one(RankingRun, run_id)
        if run.state is RunState.DONE and run.snapshot_hash is not None:
            return run
    return current_run(session, drive_id)


def least(rule: str) -> int:
    """Return the published number of pairs a rule asks for today."""
    return get_limit(rule, None, clock.today()).value
