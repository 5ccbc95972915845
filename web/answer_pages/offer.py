"""The link that asks whether somebody takes an offer (答复录用): accepting names what it ends."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.referrals import LinkPurpose, ReferralState
from matcher.models.referrals import AnswerLink
from matcher.services.permissions import Actor
from matcher.services.referrals import acceptance, own_lists, person_answers
from web.answer_pages.kinds import AnswerPage
from web.answer_pages.own_subject import shown_offer
from web.i18n import gettext
from web.schemas.answers import AcceptForm, DeclineForm


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    shown = shown_offer(session, by, link, ReferralState.OFFERED)
    return shown | {"ends": own_lists.ended_by_accepting(session, by, shown["own"])}


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    if act == "accept":
        acceptance.accept(session, by, link.subject_id, expected_version=wish.version)
        return gettext("已接受录用。报到的日子和要带的东西，工作人员会告诉你。")
    person_answers.decline(
        session,
        by,
        link.subject_id,
        reason=wish.reason,
        words=wish.words,
        expected_version=wish.version,
    )
    return gettext("已记下你不接受这份录用，没有任何影响。")


PAGE = AnswerPage(
    purpose=LinkPurpose.OFFER,
    subject_kind="referral",
    template="answers/offer.html",
    forms={"accept": AcceptForm, "decline": DeclineForm},
    shown=_shown,
    act=_act,
)
