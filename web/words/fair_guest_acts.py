"""Acts on visitors of a fair (参会求职者), as the trail calls them."""

from web.i18n import msg

FAIR_GUEST_ACTS = {
    "fair_visitor": msg("参会求职者：全部"),
    "fair_visitor.registered": msg("招聘会报名"),
    "fair_visitor.answered": msg("答复招聘会邀请"),
    "fair_visitor.shown": msg("选展位能看到什么"),
    "fair_visitor.forgotten": msg("删除参会信息"),
    "fair.invitations_asked": msg("发招聘会邀请"),
    "fair.routes_asked": msg("重排参会路线"),
    "fair.slips_printed": msg("打印路线条"),
}

FAIR_GUEST_SUBJECTS = {"fair_visitor": msg("参会求职者")}
