"""What pages say of an approval: where it stands, what was done, why somebody has to stand aside."""

from collections.abc import Mapping

from flask import url_for

from matcher.kinds import HardshipTier
from matcher.kinds.approvals import ActKind, ApprovalState, Decision, NoticeState, StepKind
from matcher.models.approvals import Approval
from matcher.services.approvals.history import ActLine
from web.i18n import gettext, label

_CHIPS = {
    ApprovalState.RUNNING: "on",
    ApprovalState.APPROVED: "done",
    ApprovalState.RETURNED: "hold",
    ApprovalState.REFUSED: "stop",
    ApprovalState.WITHDRAWN: "line",
}
_NOTICE_CHIPS = {
    NoticeState.RUNNING: "on",
    NoticeState.STOPPED: "stop",
    NoticeState.ENDED: "done",
    NoticeState.WITHDRAWN: "line",
}


def state_chip(state: ApprovalState) -> str:
    """Return the look of a state."""
    return _CHIPS[state]


def notice_chip(state: NoticeState) -> str:
    """Return the look of a notice's state."""
    return _NOTICE_CHIPS[state]


def where_it_stands(approval: Approval, *, hangs: bool = False) -> str:
    """Return what is to be done now."""
    if approval.state is not ApprovalState.RUNNING:
        return label(approval.state)
    if approval.is_stuck:
        return gettext("等指定办理人")
    if approval.is_stopped:
        return gettext("异议待复核")
    if hangs:
        return gettext("公示中")
    return {
        StepKind.VISIT: gettext("待走访"),
        StepKind.PUBLICITY: gettext("待公示"),
        StepKind.DECISION: gettext("待审批"),
    }[approval.step_kind]


def stand_aside(code: str | None) -> str:
    """Return why somebody has to stand aside, or nothing."""
    return {
        "own_entry": gettext("您录入、修改或走访过这份材料。"),
        "decided_before": gettext("您已在前面的步骤作过决定。"),
        "own_enterprise": gettext("材料涉及与您有利益关系的单位。"),
    }.get(code or "", gettext("这一步不由您办理。") if code else "")


def decision_help(decision: Decision) -> str:
    """Return what a decision does."""
    return {
        Decision.PASS: gettext("转下一步；最后一步同意即批准"),
        Decision.RETURN: gettext("退给填写人补正，写明补什么"),
        Decision.REFUSE: gettext("结束这次申请，写明原因"),
    }[decision]


def decided(decision: Decision) -> str:
    """Return what is said after a decision."""
    return {
        Decision.PASS: gettext("已同意"),
        Decision.RETURN: gettext("已退回修改"),
        Decision.REFUSE: gettext("已不予通过"),
    }[decision]


def history_line(one: ActLine) -> str:
    """Return who did it: typed, for whom, whose work."""
    if one.act.kind is ActKind.STUCK:
        return gettext("%(union)s 请指定有权限且无须回避的人员", union=one.union or "")
    if one.act.kind is ActKind.SENT_UP:
        return gettext("下级没有可以办理的人，转 %(union)s", union=one.union or "")
    if one.actor is None:
        return gettext("系统自动")
    said = one.actor
    if one.credited_to and one.credited_to != one.actor:
        said = gettext("%(who)s（%(actor)s 录入）", who=one.credited_to, actor=one.actor)
    if one.on_behalf_of:
        said += gettext("，代 %(who)s", who=one.on_behalf_of)
    return f"{said}　{one.union}" if one.union else said


def tier_of(lines: Mapping[str, str | None]) -> str:
    """Return the tier of what is applied for or hangs, in words; nothing if none is said."""
    told = lines.get("tier")
    return label(HardshipTier(told)) if told in set(HardshipTier) else ""


def opening_of(kind: str) -> str:
    """Return how the sheet of a publicity begins, by the kind of what is approved."""
    if kind == "household":
        return gettext("经本人申请、入户走访，现将拟建立帮扶档案的职工公示如下，接受群众监督。")
    if kind == "tuition_application":
        return gettext(
            "经本人申请、入户走访，现将拟资助子女就学（金秋助学）的职工公示如下，接受群众监督。"
        )
    return gettext("经本人说明、工会审核，现将拟办理的事项公示如下，接受群众监督。")


def subject_page(kind: str, public_id: str | None) -> str:
    """Return the address of the subject's own page, or nothing."""
    if kind == "household" and public_id:
        return url_for("files.show", household_id=public_id)
    if kind == "tuition_application" and public_id:
        return url_for("tuition.show", public_id=public_id)
    return ""
