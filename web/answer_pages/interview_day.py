"""The link of an interview day (面试日): one's own times of that day, and whether one comes to each."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.referrals import LinkPurpose
from matcher.models.interviews import InterviewDay
from matcher.models.referrals import AnswerLink
from matcher.services.interviews import own_views
from matcher.services.permissions import Actor
from matcher.services.referrals import interview_replies
from matcher.services.referrals.sight import find_referral
from web.answer_pages.kinds import AnswerPage
from web.i18n import gettext
from web.schemas.answers import ComingToOne


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    return {
        "day": session.get_one(InterviewDay, link.subject_id),
        "rows": own_views.own_appointments(session, by, day_id=link.subject_id),
    }


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    own_views.expect_own(session, by, link.subject_id, wish.referral)
    comes = wish.coming == "yes"
    referral = find_referral(session, by, wish.referral)
    interview_replies.reply(session, by, referral.id, is_coming=comes)
    if comes:
        return gettext("已记下你会来。")
    return gettext("已记下你来不了，工作人员会联系你另约时间。")


PAGE = AnswerPage(
    purpose=LinkPurpose.INTERVIEW,
    subject_kind="interview_day",
    template="answers/interview_day.html",
    forms={"come": ComingToOne},
    shown=_shown,
    act=_act,
    stays=True,
)
