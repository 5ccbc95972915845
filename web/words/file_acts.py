"""Acts on the files of households (家庭档案) as the trail tells them."""

from web.i18n import msg

FILE_ACTS: dict[str, str] = {
    "household": msg("家庭档案：全部"),
    "household.created": msg("建家庭档案"),
    "household.added": msg("新增档案内容"),
    "household.changed": msg("修改档案内容"),
    "household.removed": msg("移除档案内容"),
    "household.restored": msg("恢复档案内容"),
    "household.duplicates_sought": msg("查重"),
    "household.findings_read": msg("看走访情况"),
    "household.paper_read": msg("下载档案材料"),
    "household.printed": msg("打印档案表"),
    "household.submitted": msg("提交档案审批"),
    "household.approved": msg("档案获批"),
    "household.refused": msg("档案未获批"),
    "household.sent_back": msg("档案退回修改"),
    "household.assessed": msg("测算困难类别"),
    "household.assessment_adopted": msg("采用测算结果"),
    "household.assessment_declined": msg("不采用测算结果"),
    "household.tier_set": msg("改困难类别"),
    "household.zero_employment_set": msg("改零就业标记"),
    "household.papers_asked": msg("请家庭补材料"),
    "household.exit_proposed": msg("提出退出"),
    "household.exit_confirmed": msg("复核同意退出"),
    "household.exit_refused": msg("复核不同意退出"),
    "household.returned": msg("返困，档案恢复"),
    "household.merged": msg("合并档案"),
    "household.merge_undone": msg("撤销合并"),
    "household.transfer_asked": msg("请其他工会接收档案"),
    "household.transferred": msg("档案转到其他工会"),
    "household.transfer_accepted": msg("接收转来的档案"),
    "household.transfer_declined": msg("不接收转来的档案"),
    "household.transfer_withdrawn": msg("撤回转移"),
    "household.owner_moved": msg("档案换负责人"),
}
"""By code, as `audit.record` has it."""
