"""Acts on entitlements (政策待遇) as the trail tells them."""

from web.i18n import msg

ENTITLEMENT_ACTS: dict[str, str] = {
    "entitlement": msg("政策待遇：全部"),
    "entitlement.asked": msg("登记问到的情况"),
    "entitlement.opened": msg("开始办理政策申请"),
    "entitlement.moved": msg("办理政策申请"),
    "entitlement.taken_back": msg("撤回政策申请的一步"),
    "entitlement.given": msg("改政策申请的跟进人或期限"),
    "entitlement.listed": msg("政策申请列入发放清单"),
    "entitlement.paper": msg("登记政策申请材料"),
    "entitlement.list_exported": msg("导出求职补贴名单"),
    "entitlement.calendar_taken": msg("下载政策期限日历"),
}
"""By code, as `audit.record` has it."""
