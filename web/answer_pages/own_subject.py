"""What all pages about a person's own referral show: the post, the unit, the masked name."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.referrals import ReferralState
from matcher.models.referrals import AnswerLink
from matcher.services.graduate_lists import get_own
from matcher.services.permissions import Actor
from matcher.services.referrals import own_lists
from web.words import own_referrals as words


def shown_offer(
    session: Session, by: Actor, link: AnswerLink, asked: ReferralState
) -> dict[str, Any]:
    """Return what is shown of the referral a link asks about; `is_open` says whether it still asks."""
    own = own_lists.get_own_referral(session, by, link.subject_id)
    return {
        "own": own,
        "words": words,
        "greeting": words.greeting(get_own(session, by)),
        "is_open": words.standing_of(own) is asked,
        "drive": own.drive_name,
    }
