"""The rows of a figure in words: what a row says, its unit, and the address of the record it is about."""

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum

from matcher.kinds import HardshipTier
from matcher.kinds.casework import ServiceKind
from matcher.kinds.cohorts import CohortStanding, LeaveReason
from matcher.kinds.joins import CooperationScope
from matcher.kinds.training import CertificateKind
from matcher.policy.programmes import get_programme
from matcher.services.figures.shapes import FigureRow
from matcher.statistics.indicators import Indicator, IndicatorUnit
from web.addresses import address_of
from web.filters import figure, yuan
from web.i18n import gettext, label, translated

_LISTS: dict[str, tuple[Iterable[StrEnum], ...]] = {
    "graduate": (CohortStanding, LeaveReason),
    "household": (HardshipTier,),
    "service_act": (ServiceKind,),
    "training_referral": (ServiceKind,),
    "training_certificate": (CertificateKind,),
    "cooperation_act": (CooperationScope,),
}
"""The closed lists the code of a row is of, by the table the row stands in; events and postings carry a title."""

_NAMES = {
    (kind, member.value): member
    for kind, lists in _LISTS.items()
    for members in lists
    for member in members
}


def indicator_name(one: Indicator) -> str:
    """Return the number and the label of an indicator: 9.1 服务覆盖率."""
    return f"{one.number} {translated(one.label)}".strip()


def row_words(row: FigureRow) -> str:
    """Return what a row says beside its day: a state, a reason, a kind, a programme, a title."""
    if row.words is None:
        return ""
    if row.subject_kind == "ledger_entry":
        return translated(get_programme(row.words).label)
    named = _NAMES.get((row.subject_kind, row.words))
    return row.words if named is None else label(named)


def amount(n: int, one: Indicator) -> str:
    """Return a quantity in the indicator's unit; money in yuan."""
    return yuan(n) if one.unit is IndicatorUnit.FEN else figure(n)


def total_words(total: int, quantity: int, one: Indicator) -> str:
    """Return how many rows there are, and what they add up to where they are added."""
    if not one.is_sum:
        return gettext("%(n)s %(unit)s", n=figure(total), unit=translated(_unit(one)))
    return gettext(
        "%(n)s 条，合计 %(sum)s %(unit)s",
        n=figure(total),
        sum=amount(quantity, one),
        unit=translated(one.unit.label),
    )


def _unit(one: Indicator) -> str:
    return "人" if one.is_ratio and "households" not in one.numerator[0] else one.unit.label


def row_name(row: FigureRow) -> str:
    """Return whom or what a row is about: a masked name, a file's number, else the number of the record."""
    if row.number:
        return row.number
    return row.name_masked or gettext("记录 %(n)s", n=row.subject_id)


def row_address(row: FigureRow, drive_id: int) -> str:
    """Return the page of the person or household, or nothing where the role in use may not open it."""
    if row.subject_kind == "household":
        return address_of("files.show", household_id=row.subject_id)
    if row.graduate_public_id is None:
        return ""
    return address_of("graduates.show", public_id=row.graduate_public_id, drive=drive_id)


def known_words(known_at: dt.datetime, as_of: dt.date | None, known: str) -> str:
    """Return as of when a list is."""
    if as_of is None:
        return gettext("截至现在")
    day = f"{as_of.month}月{as_of.day}日"
    if known:
        return gettext(
            "截至 %(day)s，按 %(at)s 前录入的记录", day=day, at=f"{known_at:%Y-%m-%d %H:%M}"
        )
    return gettext("截至 %(day)s，按当天已录入的记录", day=day)
