"""The link that asks whether somebody comes to an interview (答复面试); the last word until the day counts."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.referrals import AnswerLink
from matcher.services.permissions import Actor
from matcher.services.referrals import interview_replies, own_lists, person_answers
from web.answer_pages.kinds import AnswerPage
from web.answer_pages.own_subject import shown_offer
from web.i18n import gettext
from web.schemas.answers import ComingForm, DeclineForm


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    shown = shown_offer(session, by, link, ReferralState.INTERVIEW)
    return shown | {"reply": own_lists.last_reply(session, by, shown["own"])}


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    if act == "decline":
        person_answers.decline(
            session,
            by,
            link.subject_id,
            reason=wish.reason,
            words=wish.words,
            expected_version=wish.version,
        )
        return gettext("已记下你不去了，没有任何影响。")
    comes = wish.coming == "yes"
    interview_replies.reply(
        session, by, link.subject_id, is_coming=comes, expected_version=wish.version
    )
    if comes:
        return gettext("已记下你会来。")
    return gettext("已记下你来不了，工作人员会联系你另约时间。")


PAGE = AnswerPage(
    purpose=LinkPurpose.INTERVIEW,
    subject_kind="referral",
    template="answers/interview.html",
    forms={"come": ComingForm, "decline": DeclineForm},
    shown=_shown,
    act=_act,
)
