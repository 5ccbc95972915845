"""Words of the tasks after a fair (会后待办): closing, the report, intents nobody told of, hires not on record."""

from web.i18n import msg
from web.words.task_rule import TaskRule

FAIR_TASKS: dict[str, TaskRule] = {
    "fair.close": TaskRule(
        msg("招聘会办完了，还没有结束"),
        msg("核对到会单位后结束，数字才计入活动统计"),
        msg("去结束"),
        "fair_report.show",
        anchor="close",
    ),
    "fair.report": TaskRule(
        msg("招聘会情况报告要报送"),
        msg("期限按举办地的规定算工作日"),
        msg("看报告"),
        "fair_report.show",
        anchor="hand-in",
    ),
    "fair.intents_open": TaskRule(
        msg("招聘会有意向没有结果，或者双方说法不一"),
        msg("意向不是录用，过了期限要问清"),
        msg("看意向"),
        "fair_intents.index",
    ),
    "fair.intent_ask": TaskRule(
        msg("招聘会上的意向没有结果，请问清"),
        msg("单位和本人过了期限没有答复，或者说法不一"),
        msg("登记结果"),
        "fair_intents.one",
        "follow_id",
    ),
    "fair.hire_record": TaskRule(
        msg("招聘会上谈成的已录用，请登记去向"),
        msg("登记去向并收证明后才计入就业"),
        msg("去登记"),
        "fair_intents.one",
        "follow_id",
    ),
}
