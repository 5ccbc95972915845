"""What the acts on a fair (招聘会) are called in the trail."""

from web.i18n import msg

ACTS = {
    "fair": msg("招聘会：全部"),
    "fair.created": msg("新建招聘会"),
    "fair.edited": msg("修改招聘会信息"),
    "fair.copied": msg("照样再建一场招聘会"),
    "fair.announced": msg("公布招聘会"),
    "fair.taken_back": msg("撤回公布招聘会"),
    "fair.cancelled": msg("取消招聘会"),
    "fair.session_added": msg("加招聘会场次"),
    "fair.session_changed": msg("修改招聘会场次"),
    "fair.session_removed": msg("删除招聘会场次"),
    "fair.filed": msg("登记招聘会报批"),
    "fair.filing_decided": msg("登记报批答复"),
    "fair.filing_withdrawn": msg("撤回报批记录"),
    "fair.plan_written": msg("写安全工作方案"),
    "fair.paper_added": msg("上传招聘会材料"),
    "fair.paper_removed": msg("移除招聘会材料"),
    "fair.paper_read": msg("查看招聘会材料"),
}
"""By the code of the act."""

SUBJECTS = {"fair": msg("招聘会")}
"""Kinds of records by code."""
