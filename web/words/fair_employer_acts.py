"""Acts on employers at a fair (参会单位), as the trail calls them."""

from web.i18n import msg

FAIR_EMPLOYER_ACTS = {
    "fair_call": msg("招展：全部"),
    "fair_call.set": msg("设置招展"),
    "fair_employer": msg("参会单位：全部"),
    "fair_employer.invited": msg("邀请单位参加招聘会"),
    "fair_employer.applied": msg("单位报名参加招聘会"),
    "fair_employer.changed": msg("修改参会报名"),
    "fair_employer.declined": msg("单位谢绝参会"),
    "fair_employer.withdrawn": msg("单位退出招聘会"),
    "fair_employer.moved_up": msg("候补单位转为报名"),
    "fair_employer.accepted": msg("确认单位参会"),
    "fair_employer.refused": msg("不予通过单位参会"),
    "fair_employer.posts_chosen": msg("选参会岗位"),
    "fair.employers_reminded": msg("提醒参会单位"),
    "fair_paper": msg("参会材料：全部"),
    "fair_paper.handed_in": msg("交参会材料"),
    "fair_paper.taken_over": msg("沿用单位核验的营业执照"),
    "fair_paper.accepted": msg("核过参会材料"),
    "fair_paper.returned": msg("退回参会材料"),
    "fair_paper.expired": msg("参会材料到期"),
    "fair_paper.read": msg("查看参会材料"),
    "fair_paper.agent_read": msg("查看经办人姓名和证件号"),
    "fair_paper.forgotten": msg("清除参会材料"),
    "fair_print": msg("招聘会印刷件：全部"),
    "fair_print.asked": msg("申请生成招聘会印刷件"),
    "fair_print.made": msg("生成招聘会印刷件"),
    "fair_print.fetched": msg("下载招聘会印刷件"),
}
"""Acts by code."""

FAIR_EMPLOYER_SUBJECTS = {
    "fair_employer": msg("参会单位"),
}
"""Kinds of records by code."""
