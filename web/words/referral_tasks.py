"""Words of the tasks of referrals (推荐): silence of either side, calls before a seat comes free, next in line."""

from web.i18n import msg
from web.words.task_rule import TaskRule

_SHOW = "referrals.show"

REFERRAL_TASKS: dict[str, TaskRule] = {
    "referral.consent_due": TaskRule(
        msg("拟推荐还没有征得本人同意"),
        msg("过了期限席位先放回，推荐仍可办理；请问清本人意愿"),
        msg("登记本人意见"),
        _SHOW,
    ),
    "referral.employer_silent": TaskRule(
        msg("单位逾期没有答复"),
        msg("不答复不等于同意，也不等于拒绝：席位先放回，请问清单位"),
        msg("登记单位答复"),
        _SHOW,
    ),
    "referral.result_due": TaskRule(
        msg("面试后没有结果"),
        msg("约定的面试日已过，请向单位和本人问清结果"),
        msg("登记面试结果"),
        _SHOW,
    ),
    "referral.offer_silent": TaskRule(
        msg("本人逾期没有答复录用"),
        msg("不答复不等于放弃：席位先放回，请问清本人"),
        msg("登记本人答复"),
        _SHOW,
    ),
    "referral.hold_decide": TaskRule(
        msg("暂缓的推荐到了决定日"),
        msg("暂缓时约定了决定的日子，当天提醒"),
        msg("登记决定"),
        _SHOW,
    ),
    "referral.report_due": TaskRule(
        msg("约定的报到日已过"),
        msg("接受录用后按约定日报到，过了请问清是否已报到"),
        msg("登记报到"),
        _SHOW,
    ),
    "referral.reserved_call": TaskRule(
        msg("预留席位快到期，请先打电话"),
        msg("预留席位不因没有答复自动释放：先联系本人或单位并登记"),
        msg("登记联系"),
        _SHOW,
    ),
    "referral.reserved_waits": TaskRule(
        msg("预留席位已过期，还没有联系记录"),
        msg("过期几天仍没有联系记录的，转给活动主管"),
        msg("看推荐"),
        _SHOW,
    ),
    "referral.call_again": TaskRule(
        msg("约好再打电话"),
        msg("登记联系时约的日期，当天提醒"),
        msg("登记联系"),
        _SHOW,
    ),
    "referral.next_in_line": TaskRule(
        msg("席位递补到下一位，请尽快征得本人同意"),
        msg("预留席位空出后按名单顺序递补，期限较短"),
        msg("登记本人意见"),
        _SHOW,
    ),
    "referral.list_exhausted": TaskRule(
        msg("预留席位的名单上没有可以递补的人"),
        msg("到期仍没有人递补的，席位向所有人开放"),
        msg("看推荐"),
        _SHOW,
    ),
    "referral.no_list": TaskRule(
        msg("预留席位空出来了，但没有可以递补的名单"),
        msg("活动没有排序或岗位没有预留名单：席位继续保留，请人工推荐零就业家庭毕业生"),
        msg("看推荐"),
        _SHOW,
    ),
    "referral.fell_through": TaskRule(
        msg("接受了录用但没能报到，今天重新安排"),
        msg("因接受录用而撤回的推荐先恢复，个案当天办理"),
    ),
    "referral.cannot_come": TaskRule(
        msg("本人说面试来不了"),
        msg("本人答复面试来不了的，当天与本人和单位改时间"),
        msg("改面试时间"),
        _SHOW,
    ),
    "referral.offer_without_seat": TaskRule(
        msg("单位要录用，但没有空席位"),
        msg("单位发了录用而席位已占满，请当天调整席位或与单位联系"),
        msg("看推荐"),
        _SHOW,
    ),
}
