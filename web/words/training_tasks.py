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
    "training.refused": TaskRule(
        msg("机构没有接收，请联系本人"),
        msg("看机构说的原因，请问本人要不要转到别的班"),
        msg("看转介"),
        "training.show",
    ),
    "training.course_over": TaskRule(
        msg("班次取消或结束，有人没能参加"),
        msg("已经通知本人，请问本人要不要转到别的班"),
        msg("看转介"),
        "training.show",
    ),
    "training.works": TaskRule(
        msg("在培训的人接受了工作，请问清是否继续"),
        msg("接受工作后，没开始的培训自动退出；已在参加的由本人决定"),
        msg("看培训"),
        "training.show",
    ),
    "training.waited_in_vain": TaskRule(
        msg("候补没有轮上，班已经不收人"),
        msg("开课或结束后候补不再轮到，请问本人要不要转到别的班"),
        msg("看转介"),
        "training.show",
    ),
    "training.result_due": TaskRule(
        msg("班已结束，还有人没有登记结果"),
        msg("结课以后登记结业或退出；没有来上课的也要登记"),
        msg("看这个班"),
        "courses.show",
    ),
    "training.order_less": TaskRule(
        msg("订单的岗位或席位减少了"),
        msg("减少时双方都看得到，请和单位、机构商定怎么办"),
        msg("看订单"),
        "courses.show",
    ),
}
