"""What the acts and subjects of the trail are called (操作名称); an act not listed shows its code."""

from types import MappingProxyType

from matcher.kinds import Role
from matcher.services.accounts import UNION_ROLES
from web.i18n import msg

ACTIONS = MappingProxyType(
    {
        "account": msg("账号：全部"),
        "account.created": msg("开账号"),
        "account.closed": msg("停用账号"),
        "account.opened": msg("启用账号"),
        "account.locked": msg("账号因连续输错被锁定"),
        "account.registered": msg("用手机号注册账号"),
        "account.password_changed": msg("本人改密码"),
        "account.password_reset": msg("重设密码"),
        "account.totp_set": msg("设动态口令"),
        "account.totp_cleared": msg("清除动态口令"),
        "membership.added": msg("加角色"),
        "membership.ended": msg("停角色"),
        "session": msg("登录：全部"),
        "session.opened": msg("登录"),
        "session.revoked": msg("退出一处登录"),
        "session.switched": msg("切换角色"),
        "api_token.issued": msg("发接口令牌"),
        "api_token.revoked": msg("收回接口令牌"),
        "drive": msg("活动：全部"),
        "drive.created": msg("新建活动"),
        "drive.opened": msg("开启活动"),
        "drive.closed": msg("结束活动"),
        "drive.parameters_revised": msg("改排序参数"),
        "drive.entered": msg("毕业生加入活动"),
        "drive.left": msg("毕业生退出活动"),
        "import": msg("导入：全部"),
        "import.staged": msg("上传表格预检"),
        "import.columns_set": msg("更正列的认法"),
        "import.committed": msg("提交导入"),
        "import.undone": msg("撤销导入"),
        "import.refused_exported": msg("下载拒收行"),
        "file.stored": msg("存文件"),
        "file.read": msg("读文件"),
        "file.expired": msg("文件到期删除"),
        "employer": msg("单位：全部"),
        "employer.registered": msg("登记单位"),
        "employer.updated": msg("改单位信息"),
        "employer.checked": msg("核验单位"),
        "employer.checked_many": msg("批量核验单位"),
        "employer.suspended": msg("停用单位"),
        "employer.agent_opened": msg("给单位经办人开账号"),
        "posting": msg("岗位：全部"),
        "posting.created": msg("新建岗位"),
        "posting.updated": msg("改岗位"),
        "posting.publication_asked": msg("申请发布岗位"),
        "posting.closed": msg("关闭岗位"),
        "posting.seats_set": msg("设席位"),
        "graduate": msg("毕业生：全部"),
        "graduate.registered": msg("代办登记毕业生"),
        "graduate.registered_self": msg("毕业生自己登记"),
        "graduate.confirmed": msg("确认毕业生"),
        "graduate.profile_updated": msg("改毕业生资料"),
        "graduate.majors_set": msg("改专业"),
        "graduate.intent_set": msg("改求职意向"),
        "graduate.household_linked": msg("关联家庭"),
        "graduate.own_data_copied": msg("本人下载资料"),
        "consent.given": msg("同意"),
        "consent.imported": msg("随名册登记同意"),
        "consent.withdrawn": msg("撤回同意"),
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
        "number.revealed": msg("查看完整号码"),
        "ranking": msg("排序：全部"),
        "ranking.requested": msg("运行排序"),
        "ranking.stopped": msg("停止排序"),
        "calendar.corrected": msg("更正工作日"),
        "catalogue.imported": msg("导入专业目录"),
        "catalogue.replaced": msg("更新专业目录"),
        "requirement.decided": msg("确认专业是否符合"),
        "requirement.decision_taken_back": msg("撤回专业确认"),
        "requirement_term.ended": msg("撤回别名或更正"),
        "requirement_term.made": msg("添加别名或更正"),
        "union.created": msg("新建工会"),
        "union.moved": msg("调整上级工会"),
        "audit.verified": msg("校验操作记录"),
    }
)
"""Acts by code; a code without a dot stands for all acts of its kind."""

SUBJECTS = MappingProxyType(
    {
        "account": msg("账号"),
        "membership": msg("角色"),
        "sign_in_session": msg("登录"),
        "api_token": msg("接口令牌"),
        "drive": msg("活动"),
        "import_batch": msg("导入批次"),
        "file": msg("文件"),
        "employer": msg("单位"),
        "posting": msg("岗位"),
        "graduate": msg("毕业生"),
        "household": msg("家庭档案"),
        "ranking_run": msg("排序"),
        "union": msg("工会"),
        "requirement_decision": msg("专业确认"),
        "requirement_term": msg("别名或更正"),
        "catalogue_edition": msg("专业目录版次"),
    }
)
"""Kinds of records by code."""

_NAMED = frozenset(role.value for role in UNION_ROLES)


def is_named(role: str | None) -> bool:
    """Say whether who acted in a role is told by name: colleagues are, employers and graduates not."""
    return role in _NAMED


def role_words() -> dict[str, Role]:
    """Return the roles by their stored value, for their labels."""
    return {role.value: role for role in Role}
