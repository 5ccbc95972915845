"""Words of the task of calling somebody before a fair (会前电话)."""

from web.i18n import msg
from web.words.task_rule import TaskRule

FAIR_GUEST_TASKS: dict[str, TaskRule] = {
    "fair.call": TaskRule(
        msg("招聘会前打个电话"),
        msg("先联系的先打；会前还没有答复的逐个打"),
        msg("去打电话"),
        "cases.show",
    ),
}
