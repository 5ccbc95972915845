"""The hall in words (招聘会现场): states of contacts, steps, waits, what a booth may read; the same on every page."""

from collections.abc import Mapping

from matcher.kinds.fair_guests import ShownField
from matcher.kinds.fair_hall import ContactState, ContactStepKind
from matcher.kinds.interviews import InterviewState
from matcher.kinds.referrals import RefusalReason
from matcher.services.fair_hall.shown import MetPerson
from web.i18n import gettext, label, msg

_K = ContactStepKind

SOON = 3
"""People before somebody who is called soon: from there on the phone asks often."""

STATE_LOOKS: Mapping[ContactState, str] = {
    ContactState.MET: "",
    ContactState.INTERVIEWED: "on",
    ContactState.INTENT: "done",
    ContactState.REFUSED: "stop",
}

SAID: Mapping[ContactStepKind, str] = {
    _K.RESUME: msg("已登记收到简历"),
    _K.INTERVIEWED: msg("已登记面试"),
    _K.INTENT: msg("已登记意向"),
    _K.REFUSED: msg("已登记不合适"),
}
"""What is said after a step."""

INTERVIEWS: Mapping[InterviewState, str] = {
    InterviewState.ATTENDED: msg("已登记到场"),
    InterviewState.MISSED: msg("已登记没来"),
    InterviewState.CANCELLED: msg("面试已取消"),
}


def refusal_options() -> list[tuple[str, str]]:
    """Return the reasons a booth may give; a cancelled posting is no reason to refuse somebody standing there."""
    return [(one.value, label(one)) for one in RefusalReason if one is not RefusalReason.CANCELLED]


def parts_of(person: MetPerson) -> list[str]:
    """Return what somebody agreed to show, in words."""
    return [label(one) for one in ShownField if one in person.shown]


def study_of(person: MetPerson) -> str:
    """Return what of somebody's studies may be read, on one line."""
    education = label(person.education) if person.education else ""
    return "，".join(one for one in (person.school, education, person.majors) if one)


def wait_words(n_ahead: int, minutes: int) -> str:
    """Return how long one waits: 前面 3 人，约 8 分钟."""
    if n_ahead == 0:
        return gettext("前面没有人")
    return gettext("前面 %(n)s 人，约 %(minutes)s 分钟", n=n_ahead, minutes=minutes)


def of_person(person: MetPerson) -> str:
    """Return how a list names somebody."""
    return person.name or gettext("求职者 %(code)s", code=person.code)
