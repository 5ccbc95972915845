"""What the acts and subjects of the trail are called (操作名称); an act not listed shows its code."""

from types import MappingProxyType

from matcher.kinds import Role
from matcher.services.accounts import UNION_ROLES
from web.i18n import gettext, msg
from web.words.cohort_acts import ACTS as COHORT_ACTS
from web.words.cohort_acts import SUBJECTS as COHORT_SUBJECTS
from web.words.entitlement_acts import ENTITLEMENT_ACTS
from web.words.fair_acts import ACTS as FAIR_ACTS
from web.words.fair_acts import SUBJECTS as FAIR_SUBJECTS
from web.words.fair_booth_acts import ACTS as BOOTH_ACTS
from web.words.fair_door_acts import DOOR_ACTS
from web.words.fair_employer_acts import FAIR_EMPLOYER_ACTS, FAIR_EMPLOYER_SUBJECTS
from web.words.fair_guest_acts import FAIR_GUEST_ACTS, FAIR_GUEST_SUBJECTS
from web.words.fair_hall_acts import ACTS as FAIR_HALL_ACTS
from web.words.fair_hall_acts import SUBJECTS as FAIR_HALL_SUBJECTS
from web.words.fair_report_acts import ACTS as FAIR_REPORT_ACTS
from web.words.fair_report_acts import SUBJECTS as FAIR_REPORT_SUBJECTS
from web.words.families import ACTS as CLAIM_ACTS
from web.words.file_acts import FILE_ACTS
from web.words.money_acts import MONEY_ACTS
from web.words.sheet_acts import SHEET_ACTS, SHEET_SUBJECTS
from web.words.sheet_export_acts import EXPORT_ACTS, EXPORT_SUBJECTS

ACTIONS = MappingProxyType(
    {
        **MONEY_ACTS,
        **COHORT_ACTS,
        **SHEET_ACTS,
        **EXPORT_ACTS,
        **FAIR_ACTS,
        **DOOR_ACTS,
        **FAIR_EMPLOYER_ACTS,
        **FAIR_GUEST_ACTS,
        **BOOTH_ACTS,
        **FAIR_HALL_ACTS,
        **FAIR_REPORT_ACTS,
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
        "drive.names_set": msg("改对外名称"),
        "drive.plan_rules_revised": msg("改方案规则"),
        "drive.entered": msg("毕业生加入活动"),
        "drive.left": msg("毕业生退出活动"),
        "interview_day.names_shown": msg("显示面试日名单全名"),
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
        "people.taken": msg("单位下载推荐名单"),
        "statement": msg("补贴申领说明：全部"),
        "statement.agreed": msg("登记单项同意"),
        "statement.made": msg("出具补贴申领说明"),
        "statement.read": msg("单位打开补贴申领说明"),
        "statement.taken_back": msg("撤回单项同意"),
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
        **FILE_ACTS,
        "member.original_age_set": msg("登记原退休年龄"),
        "review.recorded": msg("登记年度复核"),
        "register.opened": msg("列入待录全国系统"),
        "register.keyed": msg("已录入全国系统"),
        "register.papered": msg("已同步纸质档案"),
        "approval": msg("审批：全部"),
        "approval.started": msg("提交申请"),
        "approval.placed": msg("转到下一步"),
        "approval.visited": msg("完成走访"),
        "approval.passed": msg("审批同意"),
        "approval.approved": msg("审批批准"),
        "approval.returned": msg("审批退回修改"),
        "approval.refused": msg("审批不予通过"),
        "approval.withdrawn": msg("撤回申请"),
        "notice.published": msg("开始公示"),
        "notice.taken_down": msg("撤下公示"),
        "notice.ended": msg("公示结束"),
        "objection.received": msg("登记异议"),
        "objection.decided": msg("处理异议"),
        "case": msg("个案：全部"),
        "case.opened": msg("立案"),
        "case.owner_set": msg("改责任人"),
        "case.package_set": msg("改服务包"),
        "case.closed": msg("结案"),
        "case.need_added": msg("记需求"),
        "case.need_met": msg("需求已满足"),
        "case.need_passed_on": msg("需求转给其他机构"),
        "case.need_replied": msg("登记其他机构的答复"),
        "case.obstacle_added": msg("记难处"),
        "case.obstacle_removed": msg("难处已解决"),
        "case.measure_added": msg("列入计划"),
        "case.measure_settled": msg("了结一项计划"),
        "service_act.recorded": msg("登记服务"),
        "service_act.corrected": msg("更正服务记录"),
        "service_act.voided": msg("作废服务记录"),
        "pairing.started": msg("结对"),
        "pairing.ended": msg("结束结对"),
        "pairing.contact_recorded": msg("登记结对联系"),
        "help_request.recorded": msg("登记求助"),
        "help_request.linked": msg("求助关联个案"),
        "help_request.passed_on": msg("转交求助"),
        "help_request.answered": msg("答复求助"),
        **ENTITLEMENT_ACTS,
        "hand_over.offered": msg("提出移交"),
        "hand_over.settled": msg("接收或退回移交"),
        "hand_over.withdrawn": msg("撤回移交"),
        "survey.visited": msg("登记摸底"),
        "cooperation": msg("异地协作：全部"),
        "cooperation.asked": msg("请异地协作"),
        "cooperation.answered": msg("答复异地协作"),
        "cooperation.noted": msg("记录异地协作"),
        "cooperation.letter": msg("打印协作函"),
        "cooperation.ended": msg("结束异地协作"),
        "export.requested": msg("申请导出"),
        "export.approved": msg("批准导出"),
        "export.refused": msg("不批准导出"),
        "export.made": msg("生成导出文件"),
        "export.downloaded": msg("下载导出文件"),
        "rights.asked": msg("登记本人请求"),
        "rights.answered": msg("答复本人请求"),
        "rights.blocked": msg("限制使用本人资料"),
        "claim": msg("家庭就业认定：全部"),
        **{f"claim.{act}": words for act, words in CLAIM_ACTS.items()},
        "clock.due_moved": msg("改办理期限"),
        "clock.given": msg("指定负责人"),
        "clock.owner_moved": msg("换人负责"),
        "clock.escalated": msg("逾期转上一级"),
        "number.revealed": msg("查看完整号码"),
        "plan": msg("安置方案：全部"),
        "plan.requested": msg("请求安置方案"),
        "plan.computed": msg("安置方案算好"),
        "plan.stopped": msg("停止安置方案"),
        "plan.failed": msg("安置方案未完成"),
        "plan.chosen": msg("选定方案"),
        "plan.published": msg("发布方案"),
        "plan.proposed": msg("方案推荐已生成"),
        "plan.withdrawn": msg("撤回方案"),
        "plan.confirmed": msg("确认方案推荐"),
        "plan.unconfirmed": msg("方案推荐逾期未确认"),
        "seat.yielded": msg("未确认的方案席位让给录用的人"),
        "plan.pinned": msg("固定或排除一对"),
        "plan.pin_lifted": msg("解除固定或排除"),
        "plan.file_taken": msg("下载核验文件"),
        "plan.help_requested": msg("请求计算做什么能有用"),
        "plan.help_made": msg("做什么能有用算好"),
        "plan.employer_to_call": msg("列入待联系单位"),
        "plan.employer_called": msg("已联系单位"),
        "seat.released": msg("放开预留席位"),
        "seat.kept_again": msg("恢复预留席位"),
        "ranking": msg("排序：全部"),
        "ranking.requested": msg("运行排序"),
        "ranking.stopped": msg("停止排序"),
        "ranking.study_asked": msg("评价排序或比较规则"),
        "ranking.study_accepted": msg("采用排序规则建议"),
        "ranking.study_declined": msg("不采用排序规则建议"),
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
        **COHORT_SUBJECTS,
        **SHEET_SUBJECTS,
        **EXPORT_SUBJECTS,
        **FAIR_SUBJECTS,
        **FAIR_REPORT_SUBJECTS,
        **FAIR_EMPLOYER_SUBJECTS,
        **FAIR_GUEST_SUBJECTS,
        **FAIR_HALL_SUBJECTS,
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
        "member": msg("家庭成员"),
        "approval": msg("审批"),
        "notice": msg("公示"),
        "objection": msg("异议"),
        "graduate_case": msg("个案"),
        "cooperation": msg("异地协作"),
        "pairing": msg("结对"),
        "help_request": msg("求助"),
        "hand_over": msg("移交"),
        "entitlement_application": msg("政策申请"),
        "requirement_decision": msg("专业确认"),
        "requirement_term": msg("别名或更正"),
        "catalogue_edition": msg("专业目录版次"),
        "ledger_entry": msg("资金台账"),
        "payment_list": msg("发放清单"),
        "payment_line": msg("发放清单上的人"),
        "tuition_application": msg("助学申请"),
        "tuition_standard": msg("助学标准"),
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


def act_words(action: str) -> str:
    """Return what an act is called in the reader's language."""
    found = ACTIONS.get(action)
    return gettext(found) if found else action


def who_words(
    actor_id: int | None, role: str | None, name: str | None, *, reader_id: int | None, names: bool
) -> str:
    """Return who acted, as one reader is told: oneself, a colleague by name, others by their side.

    Parameters
    ----------
    names : whether the reader is told the names of colleagues at all (those outside the unions are not)
    """
    if actor_id is None:
        return gettext("系统")
    if actor_id == reader_id:
        return gettext("您自己")
    if is_named(role):
        return name if names and name else gettext("工会工作人员")
    return gettext("本人或单位经办人")
