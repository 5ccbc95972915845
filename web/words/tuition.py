"""What pages say of tuition aid: why somebody does not get it, what is missing, where the money stands."""

from matcher.kinds.tuition import TuitionState
from matcher.services.tuition.lists import ApplicationRow
from web.i18n import gettext, msg, translated

AGAINST = {
    "not_higher": msg("助学标准只资助高等教育阶段"),
    "military": msg("军队院校不在资助范围"),
    "not_regular": msg("不是国家统招录取"),
    "batch_below": msg("录取批次不在标准的资助范围"),
}
MISSING = {
    "standard": msg("市级工会还没有制定这个学年的助学标准"),
    "batch": msg("录取批次，在下面补填"),
    "is_regular_admission": msg("是否国家统招，在档案的就学情况中补填"),
    "school_region": msg("学校所在地，在档案的就学情况中补填"),
    "amount": msg("标准没有规定这种情形的金额，请市级工会明确"),
}
_CHIPS = {
    TuitionState.DRAFT: "line",
    TuitionState.IN_APPROVAL: "hold",
    TuitionState.APPROVED: "on",
    TuitionState.REFUSED: "stop",
    TuitionState.CANCELLED: "line",
}


def reasons(codes: tuple[str, ...]) -> list[str]:
    """Return why somebody does not get it, in the reader's language."""
    return [translated(AGAINST[code]) for code in codes]


def missing(codes: tuple[str, ...]) -> list[str]:
    """Return what has to be known first."""
    return [translated(MISSING[code]) for code in codes]


def chip(row: ApplicationRow) -> tuple[str, str]:
    """Return the words and the look of where an application stands, its money included."""
    found = {
        "paid": (gettext("已发放"), "done"),
        "listed": (gettext("已列入清单"), "on"),
        "waits": (gettext("已批准，待列入清单"), "hold"),
    }
    if row.paid is not None:
        return found[row.paid]
    state = row.application.state
    return translated(state.label), _CHIPS[state]
