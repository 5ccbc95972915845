"""The link that asks whether somebody agrees to be recommended (答复推荐): agree with what is shown, or not."""

from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.kinds import ConsentPurpose
from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.referrals import AnswerLink
from matcher.services.consents import current_text
from matcher.services.permissions import Actor
from matcher.services.referrals import own_lists, person_answers, sending
from web.answer_pages.kinds import AnswerPage
from web.answer_pages.own_subject import shown_offer
from web.i18n import gettext
from web.schemas.answers import AgreeForm, DeclineForm


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    shown = shown_offer(session, by, link, ReferralState.PROPOSED)
    text = current_text(session, ConsentPurpose.DISCLOSURE, clock.today())
    return shown | {"consent": text.body, "chosen": own_lists.last_choice(session, by)}


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    if act == "agree":
        sending.agree(
            session, by, link.subject_id, disclosed=wish.parts, expected_version=wish.version
        )
        return gettext("已同意推荐。单位约面试或者录用，会发短信告诉你。")
    person_answers.decline(
        session,
        by,
        link.subject_id,
        reason=wish.reason,
        words=wish.words,
        expected_version=wish.version,
    )
    return gettext("已记下你不接受这次推荐，没有任何影响。")


PAGE = AnswerPage(
    purpose=LinkPurpose.REFERRAL,
    subject_kind="referral",
    template="answers/referral.html",
    forms={"agree": AgreeForm, "decline": DeclineForm},
    shown=_shown,
    act=_act,
)
