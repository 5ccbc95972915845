"""Words of the tasks of training (培训): freed places, silence, orders that became less."""

from web.i18n import msg
from web.words.task_rule import TaskRule

TRAINING_TASKS: dict[str, TaskRule] = {
    "training.freed_place": TaskRule(
        msg("候补轮到了，请联系本人"),
        msg("空出的名额留 3 日，过期给下一位"),
        msg("去办理"),
        "training.show",
    ),
    "training.expired": TaskRule(
        msg("培训转介逾期没有答复"),
        msg("每 10 日提醒一次，30 日没有答复就结束，名额给下一位"),
        msg("看转介"),
        "training.show",
    ),
    "training.order_less": TaskRule(
        msg("订单的岗位或席位减少了"),
        msg("减少时双方都看得到，请和单位、机构商定怎么办"),
        msg("看订单"),
        "courses.show",
    ),
}
