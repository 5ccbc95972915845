"""Placements (去向) in words: looks of states, what each step said, why each warning is shown, what an anomaly says."""

from collections.abc import Mapping, Sequence
from typing import Any

from matcher.kinds.labelled import Labelled
from matcher.kinds.placements import (
    AlertKind,
    DoubtReason,
    PersonAnswer,
    PlacementEnd,
    PlacementState,
    PlacementWarning,
    RevocationReason,
)
from matcher.models.placements import Placement, PlacementStep
from matcher.policy import destinations
from matcher.services.placements.alerts import AlertLine
from web.choices import place_words
from web.i18n import gettext, label, msg, translated

CHIPS: Mapping[PlacementState, str] = {
    PlacementState.REPORTED: "",
    PlacementState.CHECKING: "on",
    PlacementState.VERIFIED: "done",
    PlacementState.DOUBTED: "hold",
    PlacementState.REVOKED: "stop",
}
"""State → look of its chip."""

ACTS: Mapping[str, str] = {
    "recorded": msg("登记"),
    "begun": msg("推荐后报到，自动登记"),
    "changed": msg("更正内容"),
    "evidence_added": msg("上传材料"),
    "evidence_withdrawn": msg("撤回材料"),
    "evidence_judged": msg("核验材料"),
    "submitted": msg("送核"),
    "sent_back": msg("退回补材料"),
    "verified": msg("核实"),
    "doubted": msg("转为存疑"),
    "revoked": msg("撤销"),
    "ended": msg("去向结束"),
    "answered": msg("本人确认"),
    "person_asked": msg("再发确认短信"),
}
"""Act of a step → what is read."""

_REASONS: Mapping[str, tuple[type[Labelled], ...]] = {
    "doubted": (DoubtReason,),
    "revoked": (RevocationReason,),
    "ended": (PlacementEnd,),
    "answered": (PersonAnswer,),
}

WARNINGS: Mapping[PlacementWarning, str] = {
    PlacementWarning.CREDIT_CODE_MISSING: msg("单位没有代码就查不到它是否存在；请向单位要。"),
    PlacementWarning.CREDIT_CODE_CHECK: msg("照营业执照再核对一遍；执照上确实如此的，写明理由。"),
    PlacementWarning.CONTRACT_MISSING: msg("劳动合同法第十条：开始工作起一个月内签书面合同。"),
    PlacementWarning.CONTRACT_LATE: msg("劳动合同法第十条：已超过一个月，请提醒单位并写明情况。"),
    PlacementWarning.LICENCE_SHARED: msg("合伙创业可以共用一张执照，请写明核对了什么。"),
    PlacementWarning.HIRES_ON_DAY: msg("人数超过单位规模和席位能解释的，请写明核对了什么。"),
    PlacementWarning.INTERNSHIP_WORDS: msg("实习、见习不是就业；签了劳动合同的写明理由。"),
    PlacementWarning.CODE_UNCONFIRMED: msg("这个代码只见于转述，上报前请核对官方代码表。"),
    PlacementWarning.EVIDENCE_SHARED: msg("清单、函件可以写有多人，请写明核对了什么。"),
}
"""Warning → why it is shown."""

_ALERTS: Mapping[AlertKind, str] = {
    AlertKind.LATE_JUMP: msg("最后 %(days)s 天登记 %(n)s 条，全部 %(of)s 条"),
    AlertKind.EVIDENCE_REUSED: msg("同一个文件用于 %(n)s 人"),
    AlertKind.PHONE_SHARED: msg("同一个手机号用于 %(n)s 人"),
    AlertKind.LICENCE_SHARED: msg("同一张营业执照用于 %(n)s 人"),
    AlertKind.HIRES_ON_DAY: msg("%(day)s 一天 %(n)s 人"),
    AlertKind.TARGET_EXACT: msg("参加 %(of)s 人，已核 %(n)s 人，正好达到 %(percent)s%%"),
    AlertKind.CLERK_DAY: msg("%(day)s 一天登记 %(n)s 条"),
    AlertKind.WARNINGS_PASSED: msg("最近 %(days)s 天带着提示登记 %(n)s 条"),
}
"""Kind of anomaly → what the figures say."""

ALERT_HINTS: Mapping[AlertKind, str] = {
    AlertKind.LATE_JUMP: msg("可能是集中补录，也可能是凑数；看登记时间和材料日期。"),
    AlertKind.EVIDENCE_REUSED: msg("缴费清单、函件可以写有多人；看每个人是不是都在上面。"),
    AlertKind.PHONE_SHARED: msg("可能是家里共用，也可能是代填；向本人核对。"),
    AlertKind.LICENCE_SHARED: msg("合伙人应写在执照或章程里；看股权材料。"),
    AlertKind.HIRES_ON_DAY: msg("可能是集体入职，也可能是挂名；看合同和缴费记录。"),
    AlertKind.TARGET_EXACT: msg("可能是巧合；看最后几条是怎么核实的。"),
    AlertKind.CLERK_DAY: msg("可能是集中补录；抽看几条的材料。"),
    AlertKind.WARNINGS_PASSED: msg("看写的理由是不是站得住。"),
}
"""Kind of anomaly → what to look at; it says nothing of guilt."""


def destination_words(placement: Placement) -> str:
    """Return the destination's name."""
    return destinations.name_of(placement.destination_list, placement.destination_code)


def list_words(placement: Placement) -> str:
    """Return code and list, since the same digits mean other things elsewhere."""
    return f"{placement.destination_code}，{destinations.LIST_NAMES[placement.destination_list]}"


def act_words(step: PlacementStep) -> str:
    """Return what a step did, with its reason."""
    words = translated(ACTS.get(step.act, step.act))
    for kind in _REASONS.get(step.act, ()):
        if step.reason in set(kind):
            return f"{words}：{label(kind(step.reason))}"
    return words


def alert_words(line: AlertLine) -> str:
    """Return what the figures of an anomaly say."""
    facts: dict[str, Any] = dict.fromkeys(("n", "of", "days", "day", "percent"), "")
    facts |= {name: line.alert.facts.get(name, "") for name in facts}
    said = translated(_ALERTS[line.alert.kind]) % facts
    about = line.drive or line.employer or line.about
    return f"{about}：{said}" if about else said


def alert_hint(line: AlertLine) -> str:
    """Return what to look at."""
    return translated(ALERT_HINTS[line.alert.kind])


def place_of(placement: Placement) -> str:
    """Return where the work is."""
    return place_words(placement.region_code)


def warned(codes: Sequence[str]) -> list[tuple[str, str]]:
    """Return warnings as (what, why)."""
    found = [PlacementWarning(code) for code in codes if code in set(PlacementWarning)]
    return [(label(one), translated(WARNINGS[one])) for one in found]


def nature_words(placement: Placement) -> str:
    """Return the kind of unit in words."""
    if placement.unit_nature_list is None or placement.unit_nature_code is None:
        return ""
    found = destinations.find_unit_nature(
        placement.unit_nature_list, placement.unit_nature_code, placement.started_on
    )
    return found.name if found is not None else placement.unit_nature_code


def grade_words(grade: str) -> str:
    """Return how well it is known that a code or a kind of paper is right."""
    return gettext("未见官方文本") if grade == destinations.UNCONFIRMED else ""
