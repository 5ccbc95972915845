"""The link that asks an employer how the seats of its closed postings were filled (招满情况)."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.kinds.referrals import LinkPurpose
from matcher.models.employers import Employer
from matcher.models.referrals import AnswerLink
from matcher.services.follow_ups import seat_answers
from matcher.services.permissions import Actor
from web.answer_pages.kinds import AnswerPage
from web.i18n import gettext
from web.schemas.follow_ups import SeatsForm


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    return {
        "unit": session.get_one(Employer, link.employer_id).name,
        "rows": seat_answers.list_surveys(session, by, is_open=True),
    }


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    seat_answers.answer_seats(session, by, wish.survey, wish.counts, expected_version=wish.version)
    return gettext("已记下，谢谢。")


PAGE = AnswerPage(
    purpose=LinkPurpose.SEATS_FILLED,
    subject_kind="employer",
    template="answers/seats_filled.html",
    forms={"answer": SeatsForm},
    shown=_shown,
    act=_act,
    stays=True,
)
