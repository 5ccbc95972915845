"""Words of the tasks of plans (安置方案): employers to call."""

from web.i18n import msg
from web.words.task_rule import TaskRule

PLAN_TASKS: dict[str, TaskRule] = {
    "plan.call_employer": TaskRule(
        msg("打电话给单位，请它放宽一项条件或增加席位"),
        msg("方案里算过，这样能多安置人；单位同意后在岗位上改"),
        msg("看岗位"),
        "postings.list.show",
    ),
}
