"""Words of the tasks of casework: cases, calls, requests for help, pairings, proposed cases."""

from web.i18n import msg
from web.words.task_rule import TaskRule

CASEWORK_TASKS: dict[str, TaskRule] = {
    "call.again": TaskRule(
        msg("约好再打电话"), msg("通话时约好的日子"), msg("打电话"), "calls.index", ""
    ),
    "call.number": TaskRule(
        msg("号码不对，找到新号码"),
        msg("号码不对的，3 个工作日内向家人、学校或单位核实"),
        msg("更正号码"),
    ),
    "case.next_date": TaskRule(
        msg("约定的下次联系到了"),
        msg("上次服务时约好的日子"),
        msg("打电话"),
        "calls.index",
        "",
    ),
    "case.without_owner": TaskRule(
        msg("个案还没有人负责"), msg("立案当天就要有负责人"), msg("看个案")
    ),
    "case.package_incomplete": TaskRule(
        msg("承诺的服务还没做够"),
        msg("服务包到期前提醒还差哪几次"),
        msg("补服务"),
    ),
    "case.measure_due": TaskRule(
        msg("计划里的一项措施到期"), msg("帮扶计划写明的日子"), msg("登记结果")
    ),
    "case.reply_due": TaskRule(
        msg("转出去的事该有回复了"), msg("转办时约定的回复日期"), msg("问回复")
    ),
    "case.contact": TaskRule(
        msg("好久没有联系"), msg("30 日内至少联系一次"), msg("打电话"), "calls.index", ""
    ),
    "case.proposed": TaskRule(
        msg("今年毕业的孩子，等立案"),
        msg("预计毕业时间前，由摸底自动列出"),
        msg("去立案"),
        "proposals.index",
        "",
    ),
    "help_request.answer": TaskRule(
        msg("求助还没有答复"), msg("收到求助后按期答复"), msg("去答复")
    ),
    "help_request.reply": TaskRule(
        msg("转办的求助该有回复了"), msg("转办时约定的回复日期"), msg("登记回复")
    ),
    "pairing.contact_overdue": TaskRule(
        msg("结对的人好久没有联系"), msg("结对时约定的联系间隔"), msg("看结对"), "pairings.show"
    ),
    "ranking.by_hand": TaskRule(
        msg("本人不参加排序，人工推荐"),
        msg("撤回或不同意排序的，仍要服务，由人推荐岗位"),
        msg("看毕业生"),
    ),
}
