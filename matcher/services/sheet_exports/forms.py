"""Forms of sheets (统计表): live figures of a moment, or a filled sheet as it was frozen, ready for any writer.

A filled sheet is never counted again here: its own figures, children, names and digest are what is printed. Of live
figures the digest is made of the figures themselves, so that two prints can be told to be of the same.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.sheet_forms import LineKind, SheetForm, SheetLine, UnionPart, figure_words
from matcher.models.audit import AuditHead
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.sheets import ReportPeriod, Sheet
from matcher.services.figures.counting import count_by_union, count_figures
from matcher.services.figures.moments import Moment
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor
from matcher.services.reports import snapshots
from matcher.services.reports.corrections import list_corrections
from matcher.services.reports.filling import failures_of
from matcher.services.reports.submissions import last_sent
from matcher.statistics.checks import CheckFailure, find_failures
from matcher.statistics.indicators import (
    Indicator,
    IndicatorUnit,
    load_indicators,
    sheet_indicators,
)

Figures = Mapping[str, Figure]

_KINDS: dict[IndicatorUnit, Literal["fen", "percent"]] = {
    IndicatorUnit.FEN: "fen",
    IndicatorUnit.PERCENT: "percent",
}
LIVE = "未报送，按当前台账生成"


def kind_of(indicator: Indicator) -> LineKind:
    """Return how a figure of an indicator is written."""
    return _KINDS.get(indicator.unit, "count")


def live_form(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int,
    moment: Moment,
    *,
    with_parts: bool = True,
) -> SheetForm:
    """Return the form of a union's live figures of a moment.

    Parameters
    ----------
    with_parts : whether the unions of the level below are shown apart

    Raises
    ------
    NotFoundError
        Drive or union is not in sight.
    """
    figures = count_figures(session, by, drive_id, union_id, moment).values
    drive = session.get_one(Drive, drive_id)
    codes = tuple(one.code for one in sheet_indicators())
    children = count_by_union(session, by, drive_id, union_id, moment, codes) if with_parts else {}
    before = last_sent(session, drive_id, union_id)
    return SheetForm(
        union=session.get_one(Union, union_id).name,
        drive=drive.name,
        lines=_lines(figures, snapshots.figures_of(before) if before else {}),
        as_of=as_of_words(moment),
        period=f"{moment.from_on} 至 {moment.until_on}",
        state=LIVE,
        filled_on=clock.today().isoformat(),
        digest=digest_of(drive_id, union_id, moment, figures),
        audit=audit_head(session),
        has_before=before is not None,
        failures=_failures(find_failures({code: one.value for code, one in figures.items()})),
        parts=_parts(session, union_id, children),
        beside=_beside(figures),
    )


def filled_form(session: Session, by: Actor, sheet: Sheet) -> SheetForm:
    """Return the form of a filled sheet; callers have found it in the actor's scope."""
    period = session.get_one(ReportPeriod, sheet.period_id)
    drive = session.get_one(Drive, period.drive_id)
    figures = snapshots.figures_of(sheet)
    before = last_sent(session, drive.id, sheet.union_id, until=sheet)
    return SheetForm(
        union=session.get_one(Union, sheet.union_id).name,
        drive=drive.name,
        lines=_lines(figures, snapshots.figures_of(before) if before else {}),
        as_of=_known(sheet.known_at),
        period=f"{period.name}（{period.from_on} 至 {period.until_on}）",
        state=f"第 {sheet.edition} 版，{sheet.state.label}",
        filled_by=sheet.filled_by_name or "",
        reviewed_by=sheet.reviewed_by_name or "",
        led_by=sheet.led_by_name or "",
        filled_on=_day(sheet.filled_at),
        digest=sheet.digest or "",
        audit=audit_head(session),
        has_before=before is not None,
        failures=_failures(failures_of(sheet)),
        corrections=_corrections(session, by, sheet) if sheet.state.is_signed else (),
        parts=_parts(session, sheet.union_id, snapshots.children_of(sheet)),
        beside=_beside(figures),
    )


def _lines(figures: Figures, before: Figures) -> tuple[SheetLine, ...]:
    return tuple(_line(one, figures.get(one.code), before) for one in sheet_indicators())


def _beside(figures: Figures) -> tuple[SheetLine, ...]:
    found = (one for one in load_indicators() if not one.on_sheet)
    return tuple(_line(one, figures.get(one.code), {}) for one in found)


def _line(indicator: Indicator, figure: Figure | None, before: Figures) -> SheetLine:
    known = before.get(indicator.code)
    line = SheetLine(
        code=indicator.code,
        number=indicator.number,
        label=indicator.label,
        unit=indicator.unit.label,
        kind=kind_of(indicator),
        before=known.value if known else None,
    )
    if figure is None:
        return line
    return SheetLine(
        code=line.code,
        number=line.number,
        label=line.label,
        unit=line.unit,
        kind=line.kind,
        value=figure.value,
        numerator=figure.numerator,
        denominator=figure.denominator,
        earlier=figure.earlier,
        reported=figure.reported,
        typed=figure.typed or None,
        before=line.before,
        note=f"有 {figure.repeated} 在多个下级重复，已去重" if figure.repeated else "",
    )


def _parts(
    session: Session, union_id: int, children: Mapping[int, Figures]
) -> tuple[UnionPart, ...]:
    """Return the unions of the level below, by code as everywhere; the union's own rows last."""
    found = sa.select(Union).where(Union.id.in_(children)).order_by(Union.code, Union.id)
    unions = sorted(session.scalars(found).all(), key=lambda one: one.id == union_id)
    if [one.id for one in unions] == [union_id]:
        return ()
    return tuple(
        UnionPart(
            f"{one.name}（本级直接）" if one.id == union_id else one.name,
            {code: figure.value for code, figure in children[one.id].items()},
        )
        for one in unions
    )


def _failures(found: list[CheckFailure]) -> tuple[str, ...]:
    return tuple(f"{one.check.words}（{one.left:,} 与 {one.right:,}）" for one in found)


def _corrections(session: Session, by: Actor, sheet: Sheet) -> tuple[str, ...]:
    said = []
    for one in list_corrections(session, by, sheet):
        indicator = one.indicator
        kind = kind_of(indicator)
        frozen, now = (figure_words(kind, value.value) for value in (one.frozen, one.now))
        said.append(f"{indicator.number} {indicator.label}：报送 {frozen}，按后来的记录 {now}")
    return tuple(said)


def digest_of(drive_id: int, union_id: int, moment: Moment, figures: Figures) -> str:
    """Return SHA-256 over live figures and what they are of."""
    told = {
        "drive": drive_id,
        "union": union_id,
        "from_on": moment.from_on.isoformat(),
        "until_on": moment.until_on.isoformat(),
        "known_at": moment.known_at.astimezone(dt.UTC).isoformat(),
        "figures": {code: figure.to_json() for code, figure in figures.items()},
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def audit_head(session: Session) -> str:
    """Return the head of the trail as number and hash; empty before anything was recorded."""
    head = session.get(AuditHead, 1)
    return f"{head.number} {head.hash}" if head is not None else ""


def as_of_words(moment: Moment) -> str:
    """Return of when figures are: the last day counted, and up to when it was known."""
    return f"{moment.until_on}，{_known(moment.known_at)}前录入"


def _known(at: dt.datetime | None) -> str:
    return f"{clock.in_china(at):%Y-%m-%d %H:%M}" if at else ""


def _day(at: dt.datetime | None) -> str:
    return f"{clock.in_china(at):%Y-%m-%d}" if at else ""
