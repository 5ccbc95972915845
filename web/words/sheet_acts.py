"""Acts of reporting (上报) and their subjects, as the trail calls them."""

from web.i18n import msg

SHEET_ACTS = {
    "period": msg("报告期：全部"),
    "period.created": msg("建立报告期"),
    "period.changed": msg("修改报告期"),
    "period.removed": msg("删除报告期"),
    "period.locked": msg("封存报告期"),
    "period.reminded": msg("催报统计表"),
    "period.typed": msg("录入无明细数字"),
    "sheet": msg("统计表：全部"),
    "sheet.filled": msg("填报统计表"),
    "sheet.sent_back": msg("审核人退回统计表"),
    "sheet.taken_back": msg("填报人收回统计表"),
    "sheet.submitted": msg("审核并报送统计表"),
    "sheet.returned": msg("上级退回统计表"),
    "sheet.accepted": msg("上级接收统计表"),
    "sheet.sealed": msg("封存未报送的统计表"),
    "sheet.commented": msg("对统计表写意见"),
    "sheet.verified": msg("核验统计表"),
    "sheet.published": msg("公布统计表"),
    "sheet.withdrawn": msg("撤下公布的统计表"),
}
"""Acts by code."""

SHEET_SUBJECTS = {
    "report_period": msg("报告期"),
    "sheet": msg("统计表"),
    "published_sheet": msg("公布的统计表"),
}
"""Kinds of records by code."""
