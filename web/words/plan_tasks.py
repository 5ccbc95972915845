"""Words of the tasks of plans (安置方案): employers to call, proposals nobody confirmed."""

from web.i18n import msg
from web.words.task_rule import TaskRule

PLAN_TASKS: dict[str, TaskRule] = {
    "plan.seat_yielded": TaskRule(
        msg("方案席位已给了单位录用的人，推荐没有席位了"),
        msg("本人还不知道这条推荐：请等下一次方案重新安排，或撤回"),
        msg("看推荐"),
        "referrals.show",
    ),
    "plan.unconfirmed": TaskRule(
        msg("方案推荐逾期未确认"),
        msg("本人还不知道这条推荐：请核对后确认征询，或撤回；席位仍在保留"),
        msg("核对并确认"),
        "referrals.show",
    ),
    "plan.call_employer": TaskRule(
        msg("打电话给单位，请它放宽一项条件或增加席位"),
        msg("方案里算过，这样能多安置人；单位同意后在岗位上改"),
        msg("看岗位"),
        "postings.list.show",
    ),
}
