"""By what somebody sits in a plan, on one line of a list (席位的理由一行); for who makes plans."""

from matcher.kinds import ListSide, SeatClass
from matcher.kinds.plans import SeatedAs
from matcher.models.plans import PlanSeat
from matcher.ranking.order import OrderRule
from matcher.ranking.parameters import DriveParameters
from web.i18n import gettext
from web.words.plan_reasons import key_words


def row_words(seat: PlanSeat, parameters: DriveParameters) -> str:
    """Say on one line by what somebody sits there; for who makes plans."""
    if seat.is_pinned:
        return gettext("人工固定，不看分数线")
    if seat.kind is SeatedAs.FALLBACK:
        return gettext("按次序轮不到，按保底规则入座")
    if not seat.is_full:
        return gettext("席位未满，不设分数线")
    if seat.cutoff_key is None:
        return gettext("席位都保证或固定给了入座的人，没有分数线")
    is_kept = seat.seat_group is not SeatClass.ORDINARY and seat.kind is not SeatedAs.RELEASED
    side = ListSide.POSTING_RESERVED if is_kept else ListSide.POSTING_ORDINARY
    rule = OrderRule.of(parameters, side)
    cutoff, own = key_words(rule.decode(seat.cutoff_key)), key_words(rule.decode(seat.own_key))
    if seat.own_key < seat.cutoff_key:
        return gettext("分数线 %(cutoff)s，本人 %(own)s，只因保底规则", cutoff=cutoff, own=own)
    return gettext("分数线 %(cutoff)s，本人 %(own)s", cutoff=cutoff, own=own)
