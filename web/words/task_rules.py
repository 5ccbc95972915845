"""Rules that make tasks (待办): what each says under its task, and where the act is done.

Every area adds the rules it opens tasks by; a test looks through matcher for rules without words. A rule nobody
told of is shown by its code, and leads to its subject.
"""

from web.i18n import gettext, msg, translated
from web.words.casework_tasks import CASEWORK_TASKS
from web.words.entitlement_tasks import CLOSING, ENTITLEMENT_TASKS
from web.words.fair_employer_tasks import FAIR_EMPLOYER_TASKS
from web.words.fair_guest_tasks import FAIR_GUEST_TASKS
from web.words.fair_tasks import FAIR_TASKS
from web.words.file_tasks import CLOCKS, FILE_TASKS
from web.words.follow_up_tasks import FOLLOW_UP_TASKS
from web.words.money_tasks import MONEY_TASKS
from web.words.placement_tasks import PLACEMENT_TASKS
from web.words.plan_tasks import PLAN_TASKS
from web.words.referral_tasks import REFERRAL_TASKS
from web.words.sheet_tasks import SHEET_TASKS
from web.words.task_rule import TaskRule
from web.words.training_tasks import TRAINING_TASKS

RULES: dict[str, TaskRule] = {
    **CASEWORK_TASKS,
    **ENTITLEMENT_TASKS,
    **FAIR_EMPLOYER_TASKS,
    **FAIR_GUEST_TASKS,
    **FILE_TASKS,
    **TRAINING_TASKS,
    **FAIR_TASKS,
    **FOLLOW_UP_TASKS,
    **MONEY_TASKS,
    **PLACEMENT_TASKS,
    **PLAN_TASKS,
    **REFERRAL_TASKS,
    **SHEET_TASKS,
    "employer_recheck": TaskRule(
        msg("单位核验快到期或已过期"),
        msg("核验半年一次，过期的单位不参加排序"),
        msg("重新核验"),
        "employers.show",
        "employer_id",
        by_number=True,
        anchor="check",
    ),
    "graduate_confirm": TaskRule(
        msg("有人自行登记，等核对"),
        msg("手机号不等于身份，工作人员核对后才参加排序"),
        msg("核对登记"),
        "registrations.show",
    ),
    "approval.visit": TaskRule(
        msg("申请等入户走访"),
        msg("走访是审批的第一步，期限按审批链"),
        msg("办理走访"),
        "approvals.show",
    ),
    "approval.publish": TaskRule(
        msg("走访完成，等张贴公示"),
        msg("公示期满没有异议才转上一级"),
        msg("开始公示"),
        "approvals.show",
    ),
    "approval.decision": TaskRule(
        msg("申请等审批"),
        msg("录入或走访过的人、有利益关系的人须回避"),
        msg("审批"),
        "approvals.show",
    ),
    "approval.recheck": TaskRule(
        msg("公示有异议，等复核"),
        msg("有异议先停止办理，复核后重新公示、退回或不予通过"),
        msg("去复核"),
        "approvals.show",
    ),
    "approval.appoint": TaskRule(
        msg("有申请找不到可以办理的人"),
        msg("从本级到最上级都没有有权限且无须回避的人，请指定一位"),
        msg("看申请"),
        "approvals.show",
    ),
    "register.keyed": TaskRule(
        msg("已批准的变更要录入全国系统"),
        msg("建档、变更、退出及时录入"),
        msg("去录入"),
        "register.show",
    ),
    "register.paper": TaskRule(
        msg("已批准的变更要归入纸质档案"),
        msg("纸质与电子相差不超过 30 个工作日"),
        msg("去登记"),
        "register.show",
    ),
    "review.sample": TaskRule(
        msg("年度抽查还没有完成"),
        msg("每年抽查不少于三成"),
        msg("去复核"),
        "reviews.show",
    ),
    "review.follow_up": TaskRule(
        msg("年度复核发现情况有变化"),
        msg("有变化的更新档案，不再符合的办理退出"),
        msg("看档案"),
        "files.show",
        "household_id",
    ),
    "case.next_date": TaskRule(
        msg("约好的下次日期到了"),
        msg("登记服务时约的日期，当天提醒"),
        msg("登记服务"),
        "cases.show",
        anchor="record",
    ),
    "case.without_owner": TaskRule(
        msg("个案没有责任人"),
        msg("每个在办的个案都要有人负责"),
        msg("认领"),
        "cases.show",
    ),
    "case.package_incomplete": TaskRule(
        msg("服务包快到期，还没做够"),
        msg("承诺的服务包到期前 30 日仍缺项时提醒"),
        msg("看缺什么"),
        "cases.show",
        anchor="package",
    ),
    "case.reply_due": TaskRule(
        msg("转出去的需求等回复"),
        msg("转介时定下请对方回复的日期"),
        msg("登记回复"),
        "cases.show",
        anchor="needs",
    ),
    "case.measure_due": TaskRule(
        msg("计划里的措施到期"),
        msg("计划里每项措施都有完成期限"),
        msg("登记结果"),
        "cases.show",
        anchor="plan",
    ),
    "case.proposed": TaskRule(
        msg("有毕业生等着立案"),
        msg("当年毕业的子女自动列入待立案名单，一周内看一遍"),
        msg("看名单"),
        "proposals.index",
        argument="",
    ),
    "help_request.answer": TaskRule(
        msg("求助等答复"),
        msg("收到求助后 5 个工作日内答复，按地区另定的从其规定"),
        msg("答复"),
        "requests.show",
        anchor="answer",
    ),
    "help_request.reply": TaskRule(
        msg("转办的求助等回复"),
        msg("转办时定下请承办单位回复的日期"),
        msg("看求助"),
        "requests.show",
    ),
    "pairing.contact_overdue": TaskRule(
        msg("结对很久没有联系"),
        msg("结对时约定几天联系一次，过了就提醒"),
        msg("登记联系"),
        "pairings.show",
        anchor="contact",
    ),
    "pledge_lowered": TaskRule(
        msg("单位改了人数或爱心岗位"),
        msg("少于活动定下的席位数，或占用中的席位对不上时，告诉工会"),
        msg("看岗位"),
        "postings.list.show",
    ),
    "assessment.ask": TaskRule(
        msg("测算还缺材料，请问到"),
        msg("缺的材料会改变测算结果，问到后重新测算"),
        msg("看缺什么"),
        "assessments.show",
        "household_id",
    ),
    "household_exit.confirm": TaskRule(
        msg("有人提出退出，等复核"),
        msg("退出由另一人复核后才生效"),
        msg("去复核"),
        "exits.show",
        "household_id",
    ),
    "household_exit.call_back": TaskRule(
        msg("退出后到期回访"),
        msg("退出后按期回访，看是否返困"),
        msg("去回访"),
        "exits.show",
        "household_id",
    ),
    "household_return.assess": TaskRule(
        msg("返困重新建档，等测算"),
        msg("返困的档案重新测算、走访、公示、审批"),
        msg("去测算"),
        "assessments.show",
        "household_id",
    ),
    "export.approve": TaskRule(
        msg("有导出申请等审批"),
        msg("导出名册须由申请人以外的人审批"),
        msg("去审批"),
        "exports.show",
    ),
    "export.alarm": TaskRule(
        msg("导出条数到了警示线"),
        msg("同一账号一天或三十天内累计 50、500、5,000 条时提醒"),
        msg("核对用途"),
        "exports.show",
    ),
    "rights.answer": TaskRule(
        msg("有个人信息申请等答复"),
        msg("收到查阅、复制、更正、删除等申请后 30 日内答复"),
        msg("去答复"),
        "rights.show",
        anchor="answer",
    ),
    "ranking.by_hand": TaskRule(
        msg("本人不参加自动排序，请人工推荐"),
        msg("撤回或者不同意自动排序的人仍在名册里，由工作人员人工推荐岗位"),
        msg("看本人"),
        "graduates.show",
    ),
}
"""By code, as `tasks.open_task(rule=…)` has it. Add the rules of your area here, in its own block."""

PREFIXES: dict[str, TaskRule] = {**CLOCKS, **CLOSING}
"""By the beginning of a code that ends in a varying part; the longest that fits is taken."""


def rule_of(code: str) -> TaskRule:
    """Return words and act of a rule; a rule nobody told of gets its code as words."""
    found = RULES.get(code)
    if found is not None:
        return found
    fitting = [prefix for prefix in PREFIXES if code.startswith(prefix)]
    if fitting:
        return PREFIXES[max(fitting, key=len)]
    return TaskRule(readable(code), code)


def readable(code: str) -> str:
    """Return a code as words with blanks, for who must make do with it."""
    return code.replace(".", ", ").replace("_", " ")


def has_words(code: str) -> bool:
    """Say whether somebody wrote words for a rule."""
    return code in RULES or any(code.startswith(prefix) for prefix in PREFIXES)


def what_of(code: str) -> str:
    """Return what is to be done, in the reader's language."""
    return translated(rule_of(code).what) if has_words(code) else readable(code)


def why_of(code: str) -> str:
    """Return the rule under a task, in the reader's language."""
    if not has_words(code):
        return gettext("规则 %(code)s", code=code)
    return translated(rule_of(code).why)
