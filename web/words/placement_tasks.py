"""Words of the tasks of placements (去向): papers to collect, checks, doubts, what follows when one falls."""

from web.i18n import msg
from web.words.task_rule import TaskRule

_SHOW = "placements.show"

PLACEMENT_TASKS: dict[str, TaskRule] = {
    "placement.evidence": TaskRule(
        msg("去向还没有证明，或还没有送核"),
        msg("只有已核的去向计入；收齐材料后送另一位核验"),
        msg("上传材料"),
        _SHOW,
        anchor="papers",
    ),
    "placement.check": TaskRule(
        msg("有去向等核验"),
        msg("登记或上传过的人不能核验自己的"),
        msg("去核验"),
        _SHOW,
    ),
    "placement.doubt": TaskRule(
        msg("去向存疑，要查清"),
        msg("存疑期间不计入；向本人和单位核对后再送核，或者撤销"),
        msg("去查清"),
        _SHOW,
    ),
    "placement.seat_held": TaskRule(
        msg("去向撤销了，推荐还占着席位"),
        msg("登记没有来报到或离职，席位才空出来，本人才能再推荐"),
        msg("去登记"),
        "referrals.show",
    ),
    "placement.case_reopened": TaskRule(
        msg("去向撤销或结束，个案重新开始"),
        msg("去向没有了，当天联系本人，继续服务"),
        msg("联系本人"),
        "cases.show",
    ),
    "placement.household_work": TaskRule(
        msg("家庭成员的就业状况要更新"),
        msg("去向有变化时档案不能改，请在可以改时核对成员的就业状况"),
        msg("去核对"),
    ),
}
