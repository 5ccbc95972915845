"""The link of a training provider (培训机构答复): its course's people, taking and refusing, attendance, certificates.

It stays until its day: a course goes on for weeks. Only people who agreed to be named to the provider are there, by
name and school and nothing else; the link is good for its one course and no other of the provider's.
"""

from typing import Any

from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.referrals import LinkPurpose
from matcher.kinds.training import DaySession, TrainingRefusal, TrainingState
from matcher.models.referrals import AnswerLink
from matcher.services.permissions import Actor
from matcher.services.training import attendance, lists, orders
from matcher.services.training.sight import COURSE, find_referral, get_course
from web.answer_pages.kinds import AnswerPage
from web.i18n import gettext, label
from web.schemas.training import (
    ProviderCertificate,
    ProviderDay,
    ProviderRefusal,
    ProviderStep,
)
from web.words.training_acts import PROVIDER_ACTS

_MOST = 500
_SHOWN = frozenset(TrainingState) - {
    TrainingState.WAITING,
    TrainingState.REFUSED,
    TrainingState.EXPIRED,
    TrainingState.DROPPED,
}


def _shown(session: Session, by: Actor, link: AnswerLink) -> dict[str, Any]:
    course = get_course(session, by, link.subject_id)
    found = lists.list_people(session, by, course_id=course.id, limit=_MOST).rows
    return {
        "course": course,
        "people": [row for row in found if row.referral.state in _SHOWN],
        "presence": attendance.presence_of(session, by, course.id),
        "sheet": attendance.sheet_of(session, by, course.id),
        "order": orders.view_order(session, by, course.id),
        "refusals": [(one.value, label(one)) for one in TrainingRefusal],
        "parts": [(one.value, label(one)) for one in DaySession],
        "today": clock.today(),
    }


def _act(session: Session, by: Actor, link: AnswerLink, act: str, wish: Any) -> str:
    if act == "day":
        return _enter_day(session, by, link, wish)
    referral = find_referral(session, by, wish.person)
    _expect_course(link, referral.course_id)
    known = PROVIDER_ACTS[act]
    known.run(session, by, referral.id, wish)
    return gettext(known.said)


def _enter_day(session: Session, by: Actor, link: AnswerLink, wish: ProviderDay) -> str:
    if len(wish.person) != len(wish.hours):
        raise InvalidInputError("training_input", "请把每个人的课时填全，没来填 0。", fields={})
    hours = {
        find_referral(session, by, person).id: count
        for person, count in zip(wish.person, wish.hours, strict=True)
    }
    present = attendance.note_day(
        session, by, link.subject_id, on=wish.on, part=wish.part, hours=hours
    )
    return gettext("考勤已登记，到 %(n)s 人", n=present)


def _expect_course(link: AnswerLink, course_id: int) -> None:
    if course_id != link.subject_id:
        raise InvalidInputError("training_input", "这个链接不管这一位，请联系工会。", fields={})


PAGE = AnswerPage(
    purpose=LinkPurpose.TRAINING,
    subject_kind=COURSE,
    template="answers/training.html",
    forms={
        "accept": ProviderStep,
        "refuse": ProviderRefusal,
        "start": ProviderStep,
        "finish": ProviderStep,
        "certify": ProviderCertificate,
        "day": ProviderDay,
    },
    shown=_shown,
    act=_act,
    stays=True,
)
