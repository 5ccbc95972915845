"""Words of the tasks of money (资金): lists that wait for approval, aid that has to be paid before a day."""

from web.i18n import msg
from web.words.task_rule import TaskRule

MONEY_TASKS: dict[str, TaskRule] = {
    "payment.approve": TaskRule(
        msg("发放清单等审批"),
        msg("制作、填写、提交清单的人不能审批"),
        msg("去审批"),
        "payments.show",
    ),
    "payment.due": TaskRule(
        msg("助学金已批准，请在开学前发放"),
        msg("列入发放清单，批准后发到学生本人的卡上"),
        msg("看申请"),
        "tuition.show",
    ),
}
