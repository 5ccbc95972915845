"""What the acts on a drive's figures are called in the trail (操作名称): phases, census, cohort, events, marks."""

from types import MappingProxyType

from web.i18n import msg

ACTS = MappingProxyType(
    {
        "drive.phases_set": msg("设定活动阶段"),
        "census.taken": msg("固定统计人群"),
        "cohort.corrected": msg("更正统计记录"),
        "service_event": msg("服务活动：全部"),
        "service_event.recorded": msg("登记服务活动"),
        "service_event.corrected": msg("更正服务活动"),
        "service_event.voided": msg("作废服务活动"),
        "employer.marked": msg("登记单位标识"),
        "employer.mark_withdrawn": msg("撤下单位标识"),
        "posting.public_welfare_set": msg("标为或取消公益性岗位"),
        "placement.business_effect": msg("登记带动就业人数"),
    }
)

SUBJECTS = MappingProxyType({"service_event": msg("服务活动")})
