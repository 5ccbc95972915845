"""Words of the tasks of following up (回访): call-backs, changed jobs, employers that did not tell of their seats."""

from web.i18n import msg
from web.words.task_rule import TaskRule

FOLLOW_UP_TASKS: dict[str, TaskRule] = {
    "call_back.answer": TaskRule(
        msg("到期回访：是否还在岗"),
        msg("报到满 1、3、6 个月各回访一次，按地区另定的从其规定"),
        msg("登记回访"),
        "call_backs.show",
    ),
    "call_back.changed": TaskRule(
        msg("本人说换了工作，请登记新去向"),
        msg("口头说的不作依据，登记新去向并收证明后才算"),
        msg("去登记"),
        "placements.show",
    ),
    "seat_survey.answer": TaskRule(
        msg("单位没有答复岗位招满情况"),
        msg("岗位结束两周后问单位，过期没有答复的打电话问"),
        msg("登记招满情况"),
        "seat_surveys.of_posting",
        "posting_id",
    ),
}
