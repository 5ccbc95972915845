"""The referrals of one person on the pages of the case and of the graduate: state, whose turn, the next act."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.services.permissions import Actor, Permission, may
from matcher.services.referrals.lists import ReferralLine, referrals_of
from web.words.referral_next import NextAct, next_act
from web.words.referrals import StateWords, end_words, state_words


@dataclass(frozen=True)
class PanelLine:
    """One referral of the panel."""

    line: ReferralLine
    words: StateWords
    ended: str
    next: NextAct | None


def lines(session: Session, by: Actor, graduate_id: int) -> list[PanelLine]:
    """Return a person's referrals the actor sees, live ones first; nobody else gets any."""
    if not may(by, Permission.VIEW_REFERRALS):
        return []
    refers = may(by, Permission.REFER)
    return [
        PanelLine(
            one,
            state_words(one.referral, is_unconfirmed=one.is_unconfirmed),
            end_words(one.referral),
            next_act(one.referral, is_unconfirmed=one.is_unconfirmed) if refers else None,
        )
        for one in referrals_of(session, by, graduate_id)
    ]
