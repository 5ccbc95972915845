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
}
