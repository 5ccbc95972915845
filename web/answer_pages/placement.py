"""The link that asks whether a recorded destination is true (确认去向): 属实, or 不属实 with words."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.placements import PersonAnswer, PlacementState
from matcher.kinds.referrals import LinkPurpose
from matcher.models.referrals import AnswerLink
from matcher.services.graduate_lists import get_own
from matcher.services.permissions import Actor
from matcher.services.placements import own
from matcher.services.placements.sight import get_placement
from web.answer_pages.kinds import AnswerPage
from web.i18n import gettext, label
from web.schemas.placements import ConfirmForm
from web.words import own_referrals, placements


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    row = get_placement(session, by, link.subject_id)
    return {
        "row": row,
        "destination": placements.destination_words(row),
        "greeting": own_referrals.greeting(get_own(session, by)),
        "is_open": row.state is not PlacementState.REVOKED,
        "answers": [(one.value, label(one)) for one in PersonAnswer],
        "drive": "",
    }


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    own.answer(session, by, link.subject_id, wish.said, wish.words, expected_version=wish.version)
    if wish.said is PersonAnswer.TRUE:
        return gettext("谢谢，已记下登记属实。")
    return gettext("谢谢，已记下不属实，工会会核查，有结果会告诉你。")


PAGE = AnswerPage(
    purpose=LinkPurpose.PLACEMENT,
    subject_kind="placement",
    template="answers/placement.html",
    forms={"confirm": ConfirmForm},
    shown=_shown,
    act=_act,
)
