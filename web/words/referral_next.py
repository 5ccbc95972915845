"""The next act of a referral (推荐) as the button of its row says it."""

from collections.abc import Mapping
from dataclasses import dataclass

from matcher import clock
from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import Referral
from web.i18n import msg, translated

_S = ReferralState


@dataclass(frozen=True)
class NextAct:
    """What a row's button says; `step` is empty where several answers are possible and the page offers them."""

    words: str
    step: str = ""


_NEXT: Mapping[ReferralState, tuple[str, str]] = {
    _S.PROPOSED: (msg("登记同意"), "agree"),
    _S.SENT: (msg("登记答复"), ""),
    _S.INTERVIEW: (msg("登记结果"), ""),
    _S.ON_HOLD: (msg("登记答复"), ""),
    _S.OFFERED: (msg("登记答复"), ""),
    _S.ACCEPTED: (msg("登记报到"), "report"),
    _S.REPORTED: (msg("确认在岗"), "in-post"),
}
"""State → words of the button, and the step where only one leads on."""


def next_act(referral: Referral, *, is_unconfirmed: bool = False) -> NextAct | None:
    """Return the next act of a referral; None where it is over or there is nothing to do.

    Parameters
    ----------
    is_unconfirmed : a plan proposed it, and nobody of the staff has let the person be asked: that comes first
    """
    if is_unconfirmed:
        return NextAct(translated(msg("核对并确认")))
    found = _NEXT.get(referral.state)
    if found is None or referral.left_on is not None:
        return None
    words, step = found
    is_day = referral.interview_on is not None and referral.interview_on <= clock.today()
    if referral.state is _S.INTERVIEW and referral.has_attended is None and is_day:
        words, step = msg("登记到场"), "attendance"
    return NextAct(translated(words), step)
