"""One step staff may record of a referral (推荐), and the sides it is recorded for.

What may follow what stands in `matcher.policy.referral_steps` alone; a step is offered where that table allows it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from matcher.policy.referral_steps import may_follow
from matcher.services.permissions import Actor
from web.forms import Form
from web.i18n import msg, translated

PERSON, EMPLOYER, UNION = "person", "employer", "union"

SIDES: Mapping[str, str] = {
    PERSON: msg("代本人登记"),
    EMPLOYER: msg("代单位登记"),
    UNION: msg("工会办理"),
}
"""On whose behalf a step is recorded, in the order of the page."""

Act = Callable[[Session, Actor, int, Any, int | None], object]


@dataclass(frozen=True)
class Step:
    """One step staff record.

    Parameters
    ----------
    code : its name in addresses
    after : state it leads to; None leaves the state as it is and is allowed in `within`
    side : on whose behalf it is recorded
    words : what its button says
    happens : what it does and whom it reaches, said before it is done
    over : states that are the end of a referral, in which alone the step is allowed
    is_hard : it ends something
    """

    code: str
    side: str
    words: str
    happens: str
    form: type[Form]
    act: Act
    after: ReferralState | None = None
    within: frozenset[ReferralState] = frozenset()
    over: frozenset[ReferralState] = frozenset()
    is_hard: bool = False

    @property
    def title(self) -> str:
        """Its words in the reader's language."""
        return translated(self.words)

    @property
    def told(self) -> str:
        """What it does, in the reader's language."""
        return translated(self.happens)

    def is_allowed(self, referral: Referral) -> bool:
        """Say whether the step may be recorded now; one that expired still takes the answer it waited for."""
        state = referral.state
        if self.over:
            return state in self.over
        if state is ReferralState.EXPIRED and referral.ended_state is not None:
            state = referral.ended_state
        if referral.left_on is not None or not state.is_live:
            return False
        if self.within and state not in self.within:
            return False
        return self.after is None or may_follow(state, self.after)
