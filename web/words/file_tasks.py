"""Words of the tasks of files: approvals, the register of record, reviews, transfers, exports, clocks."""

from web.i18n import msg
from web.words.task_rule import TaskRule

_FAMILY = "families.show"

FILE_TASKS: dict[str, TaskRule] = {
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
