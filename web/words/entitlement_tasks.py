"""Words of the tasks of entitlements (政策待遇): last days, and the September list."""

from web.i18n import msg
from web.words.task_rule import TaskRule

ENTITLEMENT_TASKS: dict[str, TaskRule] = {
    "entitlement.due": TaskRule(
        msg("政策申请快到最后一天，还没有报上去"),
        msg("最后一天前 14 日起提醒；过了就不能再报"),
        msg("看申请"),
        "entitlement_acts.show",
    ),
    "entitlement.september": TaskRule(
        msg("下年毕业的子女要申报求职补贴"),
        msg("求职补贴在毕业学年申报，毕业就不能再领；9 月起逐人核一遍"),
        msg("看名单"),
        "entitlement_lists.september",
        argument="",
    ),
}

CLOSING: dict[str, TaskRule] = {
    "entitlement.closing.": TaskRule(
        msg("有政策快到最后一天，还没有人申请"),
        msg("最后一天前 14 日起提醒；结论是可享或缺信息的都提醒"),
        msg("看能享受什么"),
        "cases.show",
        anchor="entitlements",
    ),
}
"""By the beginning of the code; the entitlement follows."""
