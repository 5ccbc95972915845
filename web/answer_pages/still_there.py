"""The link that asks whether somebody is still in the job (回访答复)."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.follow_ups import CallBackAnswer
from matcher.kinds.placements import PlacementEnd
from matcher.kinds.referrals import LinkPurpose
from matcher.models.follow_ups import CallBack
from matcher.models.placements import Placement
from matcher.models.referrals import AnswerLink
from matcher.services.follow_ups import answering
from matcher.services.follow_ups.answering import CallBackFacts
from matcher.services.permissions import Actor
from web.answer_pages.kinds import AnswerPage
from web.i18n import gettext, label
from web.schemas.follow_ups import CallBackForm


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    call = session.get_one(CallBack, link.subject_id)
    placement = session.get_one(Placement, call.placement_id)
    return {
        "call": call,
        "unit": placement.employer_name or "",
        "started_on": placement.started_on,
        "answers": [(one.value, label(one)) for one in CallBackAnswer],
        "reasons": [(one.value, label(one)) for one in PlacementEnd],
    }


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    call = session.get_one(CallBack, link.subject_id)
    facts = CallBackFacts(
        answer=wish.answer, left_on=wish.left_on, reason=wish.reason, words=wish.words
    )
    answering.answer_call(session, by, call.public_id, facts, expected_version=wish.version)
    if wish.answer is CallBackAnswer.STILL_THERE:
        return gettext("已记下，祝你工作顺利。")
    return gettext("已记下，工作人员会联系你。")


PAGE = AnswerPage(
    purpose=LinkPurpose.STILL_THERE,
    subject_kind="call_back",
    template="answers/still_there.html",
    forms={"answer": CallBackForm},
    shown=_shown,
    act=_act,
)
