"""Words of a fair (招聘会): what its steps are called and where they are done, what lacks before announcing."""

from dataclasses import dataclass

from flask import url_for

from matcher.fairs.permits import Consequence
from matcher.kinds.fair_paperwork import ChangeKind
from matcher.models.fairs import FairSession
from matcher.services.fairs.overview import Step
from matcher.vocabulary.industries import load_industries
from web.addresses import address_of
from web.filters import day
from web.i18n import gettext, label, msg

STEPS = {
    "sessions": (msg("定场次和核准人数"), msg("几点到几点，到几个人停"), "fair_sessions.show"),
    "plan": (msg("写好安全工作方案"), msg("九项，一项一项落实"), "fair_permits.show"),
    "filings": (msg("报批或报告"), msg("找哪个部门，最晚哪天"), "fair_permits.show"),
    "employers": (msg("请单位、审材料"), msg("邀请、报名、材料、候补"), "fair_employers.index"),
    "booths": (msg("排展位"), msg("同行业相邻，排队分散开"), "fair_plan.show"),
    "announce": (msg("公布"), msg("打开公开页面，开始报名"), "fairs.show"),
    "guests": (msg("请人来"), msg("按匹配邀请，谁都可以报名"), "fair_guests.index"),
    "door": (msg("准备验票"), msg("配对手机或扫码枪"), "fair_door.show"),
    "day": (msg("现场"), msg("入场、排队、意向，实时看"), "fair_live.show"),
    "report": (msg("会后报告和跟进"), msg("意向跟到录用，出报告"), "fair_report.show"),
}
"""By the code of the step: its name, what one does there, the page."""

LACKS = {
    "session": msg("还没有场次"),
    "number": msg("有场次没有定核准人数"),
    "enquiries": msg("还没有咨询电话"),
    "past": msg("日期已经过去"),
}
"""What keeps a fair from being announced."""

_CONSEQUENCES = {
    "ask_before": msg("要在原定日期以前（%(day)s 前）申请变更，同意了才能改"),
    "anew": msg("要重新办理"),
}


@dataclass(frozen=True)
class ShownStep:
    """A step as the page writes it; no address where there is no page for the role."""

    label: str
    hint: str
    state: str
    address: str


def shown_step(step: Step, public_id: str) -> ShownStep:
    """Return a step in the reader's language, with where it is done."""
    words, hint, endpoint = STEPS[step.code]
    address = address_of(endpoint, public_id=public_id)
    if step.code == "announce":
        address = url_for("fairs.show", public_id=public_id) + "#announce"
    return ShownStep(gettext(words), gettext(hint), step.state.value, address)


def consequence(one: Consequence, day: str) -> str:
    """Return what a change asks for: 时间变了，要重新办理."""
    what = gettext(_CONSEQUENCES[one.what], day=day)
    return gettext("%(change)s变了，%(what)s", change=change(one.change), what=what)


def change(kind: ChangeKind) -> str:
    """Return what changed, as it stands in a sentence."""
    return gettext("规模") if kind in (ChangeKind.LARGER, ChangeKind.SMALLER) else label(kind)


def trade(code: str) -> str:
    """Return the name of a trade by its letter."""
    if not code:
        return gettext("其他")
    found = load_industries().get(code)
    return found.name if found is not None else gettext("其他")


def session_line(held: FairSession) -> str:
    """Return a session in one line: 12月15日 09:00—12:00 上午场."""
    hours = f"{minute(held.begins_minute)}—{minute(held.ends_minute)}"
    return f"{day(held.held_on)} {hours} {held.name}"


def session_choice(held: FairSession, *, is_full: bool) -> tuple[str, str, str]:
    """Return a session as a choice of the form to register with; a full one says that one waits."""
    return held.public_id, session_line(held), line_note() if is_full else ""


def line_note() -> str:
    """Return what a full session says before somebody registers."""
    return gettext("名额已满，现在报名进候补，有名额了发短信通知")


def minute(count: int) -> str:
    """Return minutes since midnight as a time of day: 09:30."""
    return f"{count // 60:02d}:{count % 60:02d}"
