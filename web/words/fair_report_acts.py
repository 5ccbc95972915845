"""What acts after a fair (会后) are called in the trail, and what kinds of records they are about."""

from web.i18n import msg

ACTS = {
    "fair.closed": msg("结束招聘会"),
    "fair.presence_noted": msg("登记单位到会情况"),
    "fair.forgotten": msg("招聘会个人信息到期匿名"),
    "fair_report.summary": msg("写招聘会工作小结"),
    "fair_report.handed_in": msg("登记招聘会报告已报送"),
    "fair_report.exported": msg("导出招聘会报告表"),
    "fair_follow.told": msg("登记意向去向"),
    "fair_paper.staged": msg("上传纸质补录表"),
    "fair_paper.entered": msg("录入纸质补录表"),
    "fair_paper.undone": msg("撤销纸质补录"),
    "fair_paper.listed": msg("打印已报名名单"),
}
"""By the code of the act."""

SUBJECTS = {
    "fair_follow": msg("意向跟踪"),
    "fair_paper_batch": msg("纸质补录批次"),
}
"""Kinds of records by code."""
