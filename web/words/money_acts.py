"""What the acts of money (资金) and tuition aid (金秋助学) are called in the trail."""

from web.i18n import msg

MONEY_ACTS = {
    "money": msg("资金台账：全部"),
    "money.booked": msg("入账"),
    "money.reversed": msg("冲销"),
    "money.duplicate_decided": msg("决定重复帮扶"),
    "payment_list": msg("发放清单：全部"),
    "payment_list.made": msg("建发放清单"),
    "payment_list.line_added": msg("加入发放清单"),
    "payment_list.line_removed": msg("移出发放清单"),
    "payment_list.submitted": msg("提交发放清单"),
    "payment_list.approved": msg("批准发放清单"),
    "payment_list.returned": msg("退回发放清单"),
    "payment_list.paid": msg("标记已发放"),
    "payment_list.discarded": msg("删除发放清单"),
    "payment_list.printed": msg("打印发放清单"),
    "payment_list.exported": msg("导出发放清单"),
    "tuition": msg("金秋助学：全部"),
    "tuition.applied": msg("申请助学"),
    "tuition.changed": msg("改助学申请"),
    "tuition.submitted": msg("提交助学申请"),
    "tuition.approved": msg("批准助学申请"),
    "tuition.sent_back": msg("退回助学申请"),
    "tuition.refused": msg("不批准助学申请"),
    "tuition.cancelled": msg("取消助学申请"),
    "tuition.standard_set": msg("制定助学标准"),
    "tuition.form_printed": msg("打印助学审批表"),
    "tuition.names_printed": msg("打印助学名单"),
    "tuition.sheet_printed": msg("打印助学统计表"),
}
