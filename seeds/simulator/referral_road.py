"""The road of a referral (推荐): where it stands at somebody's turn, and a clerk who takes it back meanwhile."""

from sqlalchemy.orm import Session

from matcher.kinds.referrals import WithdrawalReason
from matcher.models.referrals import Referral
from matcher.services.referrals import withdrawing
from seeds.simulator.acts import TURNS, Standing
from seeds.simulator.invariants import Touched
from seeds.simulator.turns import Players, Taken

EVENTS = frozenset(TURNS)


def turn_of(session: Session, kind: str, referral_id: int, players: Players) -> Taken | None:
    """Return what is done about a referral now; None if it no longer fits."""
    act, states = TURNS[kind]
    now = _standing(session, referral_id)
    if now.state not in states:
        return None
    turn = act(now, players.cast(now.graduate_id, now.employer_id))
    if turn is None:
        return None
    clerk = players.clerk_of(now.graduate_id)
    return Taken(
        turn,
        Touched(now.posting_id, now.graduate_id),
        lambda s: withdrawing.withdraw(s, clerk, now.id, reason=WithdrawalReason.OTHER),
    )


def _standing(session: Session, referral_id: int) -> Standing:
    row = session.get_one(Referral, referral_id)
    return Standing(
        row.id,
        row.state,
        row.posting_id,
        row.graduate_id,
        row.employer_id,
        row.version_id,
        row.reports_on,
    )
