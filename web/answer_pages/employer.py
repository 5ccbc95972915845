"""The link of an employer's digest (单位答复): who waits for an answer, each with the likeliest answers.

What is told of a person is what the employer's own page tells, with the name masked.
"""

from typing import Any

from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError
from matcher.kinds.referrals import LinkPurpose, RefusalReason
from matcher.models.employers import Employer
from matcher.models.referrals import AnswerLink
from matcher.services.permissions import Actor
from matcher.services.referrals import employer_acts, employer_people
from matcher.services.referrals.employer_people import PeopleFilter
from matcher.services.referrals.shown_people import PeopleGroup
from web.answer_pages.kinds import AnswerPage
from web.i18n import gettext, label, msg
from web.schemas.answers import UnitInvite, UnitOffer, UnitRefusal
from web.words import own_people as words

_MOST = 50
"""People on one page; answered ones make room for the next."""

_DONE = {
    "invite": msg("面试已约，本人会收到通知"),
    "offer": msg("录用已发出，等本人答复"),
    "refuse": msg("已答复不合适"),
}


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    wish = PeopleFilter(None, PeopleGroup.WAITING)
    found = employer_people.list_people(session, by, wish, limit=_MOST, offset=0)
    unit = session.get_one(Employer, link.employer_id)
    return {
        "people": found.rows,
        "total": found.total,
        "unit": unit.name,
        "words": words,
        "refusals": [(one.value, label(one)) for one in RefusalReason],
    }


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    facts = wish.model_dump(exclude={"seen", "person"})
    if wish.seen is None:
        raise InvalidInputError("referral_input", "请刷新这一页再答复。", fields={})
    employer_acts.answer(session, by, wish.person, act, facts, seen=wish.seen)
    return gettext(_DONE[act])


PAGE = AnswerPage(
    purpose=LinkPurpose.EMPLOYER_ANSWER,
    subject_kind="employer",
    template="answers/employer.html",
    forms={"invite": UnitInvite, "offer": UnitOffer, "refuse": UnitRefusal},
    shown=_shown,
    act=_act,
    stays=True,
)
