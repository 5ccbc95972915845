"""What happened in a simulated drive: use cases that passed or were refused, and what the tables hold at the end."""

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.models.referrals import Referral

_OUTCOMES = {
    "placements_verified": "SELECT COUNT(*) FROM placement WHERE verified_at IS NOT NULL",
    "placements_ended": "SELECT COUNT(*) FROM placement WHERE ended_on IS NOT NULL",
    "cases_reopened": "SELECT COUNT(*) FROM task WHERE rule = 'placement.case_reopened'",
    "call_backs_answered": "SELECT COUNT(*) FROM call_back WHERE state = 'answered'",
    "call_backs_left": "SELECT COUNT(*) FROM call_back WHERE answer = 'left'",
    "surveys_answered": "SELECT COUNT(*) FROM seat_survey WHERE state = 'answered'",
    "training_waited": "SELECT COUNT(*) FROM training_step WHERE before IS NULL AND after = 'waiting'",
    "training_moved_up": "SELECT COUNT(*) FROM training_step WHERE before = 'waiting' AND after = 'proposed'",
    "training_attended": "SELECT COUNT(*) FROM training_referral WHERE attending_on IS NOT NULL",
    "training_finished": "SELECT COUNT(*) FROM training_referral WHERE finished_on IS NOT NULL",
    "training_certified": "SELECT COUNT(*) FROM training_certificate",
    "training_subsidised": "SELECT COUNT(*) FROM training_subsidy",
    "training_hired": "SELECT COUNT(*) FROM training_referral WHERE state = 'hired'",
}


@dataclass
class Report:
    """What happened, in counts.

    Parameters
    ----------
    steps : use cases that passed, by name
    refusals : those that did not, by the code of the refusal
    states : where referrals stand at the end
    outcomes : what is in the tables at the end
    """

    steps: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    states: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    kills: int = 0
    doubled: int = 0
    contended: int = 0

    def look(self, session: Session) -> None:
        """Count what stands in the tables."""
        rows = session.execute(sa.select(Referral.state, sa.func.count()).group_by(Referral.state))
        self.states = {state.value: count for state, count in rows}
        self.outcomes = {
            name: session.execute(sa.text(question)).scalar_one()
            for name, question in _OUTCOMES.items()
        }
