"""Rules about employers at a fair (参会单位) that make tasks: papers to look at, employers that are late."""

from web.i18n import msg
from web.words.task_rule import TaskRule

FAIR_EMPLOYER_TASKS: dict[str, TaskRule] = {
    "fair.papers_to_check": TaskRule(
        msg("参会材料等核对"),
        msg("举办招聘会应核实参会单位和招聘简章的真实性、合法性"),
        msg("去核材料"),
        "fair_employers.index",
    ),
    "fair.employers_late": TaskRule(
        msg("有单位过了期限还没有交齐材料"),
        msg("材料没有核完不能参会；可以代收，也可以把展位让给候补单位"),
        msg("看参会单位"),
        "fair_employers.index",
    ),
}
