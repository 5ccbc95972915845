"""Rules of reporting (上报) that make tasks: a sheet to fill, to review, to decide on, to send anew."""

from web.i18n import msg
from web.words.task_rule import TaskRule

SHEET_TASKS: dict[str, TaskRule] = {
    "sheet.due": TaskRule(
        msg("统计表还没有报送"),
        msg("报送期限前提醒，上级也可以催报"),
        msg("去填报"),
        "sheets.show",
    ),
    "sheet.review": TaskRule(
        msg("统计表等本级审核"),
        msg("填报人不能审核自己填的表"),
        msg("去审核"),
        "sheets.show",
    ),
    "sheet.decide": TaskRule(
        msg("下级报来统计表，等接收"),
        msg("上级接收，或写明要改什么再退回"),
        msg("去看表"),
        "sheets.show",
    ),
    "sheet.returned": TaskRule(
        msg("统计表被退回，等重新报送"),
        msg("退回的表改好后作为下一版重新报送"),
        msg("看退回意见"),
        "sheets.show",
    ),
}
