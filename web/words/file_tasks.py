"""Words of the tasks of files: approvals, the register of record, reviews, transfers, exports, clocks."""

from web.i18n import msg
from web.words.task_rule import TaskRule

_FAMILY = "families.show"

FILE_TASKS: dict[str, TaskRule] = {
    "approval.visit": TaskRule(
        msg("新申请，等入户核实"),
        msg("受理后按期入户，两名工作人员签名"),
        msg("登记入户"),
        "approvals.show",
    ),
    "approval.publish": TaskRule(
        msg("核实完成，等公示"), msg("核实之后按期公示"), msg("去公示"), "approvals.show"
    ),
    "approval.decision": TaskRule(
        msg("等审批"), msg("收到后按期审批或退回"), msg("去审批"), "approvals.show"
    ),
    "approval.recheck": TaskRule(
        msg("公示有异议，等复核"),
        msg("有异议的先复核，再重新公示"),
        msg("去复核"),
        "approvals.show",
    ),
    "approval.appoint": TaskRule(
        msg("这一级没有合适的审批人"),
        msg("本人录入或与单位有关的须由他人审批"),
        msg("指定审批人"),
        "approvals.show",
    ),
    "register.keyed": TaskRule(
        msg("已批准的变动，等录入全国系统"),
        msg("批准后 5 个工作日内录入"),
        msg("去录入"),
        "register.show",
    ),
    "register.paper": TaskRule(
        msg("纸质档案还没有更新"),
        msg("纸质与电子档案相差不超过 30 个工作日"),
        msg("去更新"),
        "register.show",
    ),
    "review.sample": TaskRule(
        msg("年度抽查还没有做完"), msg("每年抽查三成，当年完成"), msg("看抽查"), "reviews.index", ""
    ),
    "review.follow_up": TaskRule(
        msg("抽查发现不一致，等处理"), msg("抽查后一个月内更正或提出退出"), msg("看档案")
    ),
    "file.transfer_asked": TaskRule(
        msg("有户要转来，等接收"),
        msg("接收之前仍由原工会负责"),
        msg("看转移"),
        "file_transfers.index",
        "",
    ),
    "cooperation.asked": TaskRule(
        msg("外地工会请求协作"), msg("10 日内答复"), msg("去答复"), "cooperation.index", ""
    ),
    "export.approve": TaskRule(
        msg("有一份导出申请等批准"),
        msg("导出名单要由另一人批准"),
        msg("去审批"),
        "exports.to_decide",
        "",
    ),
    "export.alarm": TaskRule(
        msg("导出数量超过提醒线"),
        msg("一段时间内导出 50、500、5,000 条各提醒一次"),
        msg("去核对"),
        "exports.index",
        "",
    ),
    "rights.answer": TaskRule(
        msg("有人申请查阅、更正或删除"), msg("30 日内答复本人"), msg("去答复"), "rights.index", ""
    ),
    "zero_employment.verify_flag": TaskRule(
        msg("名册说是零就业，等核实"),
        msg("导入的标记只是线索，须由成员情况核实"),
        msg("去核实"),
        _FAMILY,
    ),
}


def _clock(what: str, why: str, act: str) -> TaskRule:
    """Return the rule of a clock that warns or is over: the deadline beside it tells which."""
    return TaskRule(what, why, act, _FAMILY)


_LIMITS: dict[str, TaskRule] = {
    "clue": _clock(msg("零就业线索，等核对和申报"), msg("线索按期核对并帮助申报"), msg("核对线索")),
    "declaration": _clock(
        msg("零就业申报，等交社区"), msg("申报材料按期交社区核实"), msg("交社区")
    ),
    "verification": _clock(
        msg("零就业申报，等社区核实"), msg("社区核实的期限按当地公布"), msg("登记核实")
    ),
    "publicity": _clock(msg("零就业公示，等期满"), msg("公示并答复异议的期限"), msg("登记公示")),
    "recognition": _clock(msg("零就业认定，等决定"), msg("认定的期限按当地公布"), msg("登记认定")),
    "first_referral": _clock(
        msg("零就业家庭，还没有推荐过岗位"), msg("零就业时限：认定后按期首次推荐"), msg("推荐岗位")
    ),
    "one_employed": _clock(
        msg("零就业家庭，还没有人就业"), msg("零就业时限：按期至少一人就业"), msg("看家庭")
    ),
    "stable": _clock(msg("就业满期，核实是否稳定"), msg("就业满三个月核实稳定"), msg("核实稳定")),
    "exit_review": _clock(
        msg("另列退出，等第二人审核"), msg("另列退出须由第二人按期审核"), msg("去审核")
    ),
    "exit_notice": _clock(msg("另列退出公示中"), msg("另列退出的公示期"), msg("看家庭")),
    "lost_contact": _clock(msg("一直联系不上"), msg("联系不上满期才可另列"), msg("登记联系")),
}

FILE_TASKS |= {
    f"{state}.zero_employment.{name}": rule
    for name, rule in _LIMITS.items()
    for state in ("clock", "overdue")
}

CLOCKS: dict[str, TaskRule] = {
    "clock.": TaskRule(msg("一条时限快到期"), msg("时限到期前提醒负责人"), msg("去办理")),
    "overdue.": TaskRule(msg("一条时限已超期"), msg("超期后升级到上一级"), msg("去办理")),
}
"""Any other clock, by the beginning of its code."""
