"""The three targets in words and charts: shares, how far they are, stages, districts, weeks and years."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from matcher import clock
from matcher.models.drives import Drive
from matcher.services.figures.moments import Moment, end_of
from matcher.services.figures.shapes import Figure
from matcher.services.figures.targets import FUNNEL, Target, TargetCodes
from matcher.services.figures.who_counts import WhoCounts
from matcher.services.figures.years import YearFigure
from web.addresses import address_of
from web.filters import day, figure, per_cent
from web.i18n import gettext, msg, translated
from web.words.charts import Bar, BarChart, Cell, Table

TARGET_NAMES = {
    "coverage": msg("服务覆盖"),
    "placed": msg("帮扶就业"),
    "zero_employment": msg("零就业家庭清零"),
}

STAGE_NAMES = {
    "need_help": msg("需要帮扶"),
    "served": msg("已服务"),
    "referred": msg("已推荐"),
    "interviewed": msg("已约面试"),
    "hired": msg("已录用"),
    "helped": msg("已核就业"),
}
"""Names of the stages from needing help to a proved placement."""

_EXACT_FROM = 1000
"""Bases of four digits and more are told with one decimal (ui.md, wording)."""

_TENTHS = 1000


def share(part: int | None, whole: int | None) -> str:
    """Return a share in words, rounded down so that 100% is only said of all; a dash of nothing."""
    if part is None or not whole:
        return "—"
    if whole < _EXACT_FROM:
        return per_cent(part, whole)
    tenths = _TENTHS * part // whole
    return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths / 10:.1f}%"


def percent_of(part: int | None, whole: int | None) -> float | None:
    """Return a share as the length of a bar, between 0 and 100; None of nothing."""
    return None if part is None or not whole else round(100 * part / whole, 2)


@dataclass(frozen=True)
class Place:
    """Which figures a page shows: drive, union's subtree, and the day asked for (None: now)."""

    drive: Drive
    union_id: int
    as_of: dt.date | None

    def fields(self) -> dict[str, object]:
        """Return the fields of an address that keep the place."""
        day_asked = self.as_of.isoformat() if self.as_of else None
        return {"drive_id": self.drive.id, "union": self.union_id, "as_of": day_asked}

    def rows(self, code: str, *, child: int | None = None, until: dt.date | None = None) -> str:
        """Return the address of the list a figure counts, or nothing for who may not open it.

        Parameters
        ----------
        until : what had come about by another day, as known at the day asked for
        """
        fields = self.fields()
        if until is not None:
            known = end_of(self.as_of).isoformat() if self.as_of else "now"
            fields |= {"as_of": until.isoformat(), "known": known}
        return address_of("figures.rows", **fields, code=code, child=child)

    def missing(self, codes: TargetCodes, *, child: int | None = None) -> str:
        """Return the address of the list of people a target still waits for."""
        return url_for("targets.missing", **self.fields(), of=codes.key, child=child)  # type: ignore[arg-type] # any value an address can hold

    def page(self, *, union_id: int | None = None, of: str | None = None) -> str:
        """Return the address of the targets' page, of this union or another."""
        fields = self.fields() | ({"union": union_id} if union_id else {})
        return url_for("targets.show", **fields, of=of)  # type: ignore[arg-type] # any value an address can hold


def target_name(codes: TargetCodes) -> str:
    """Return the name of a target."""
    return translated(TARGET_NAMES[codes.name])


def state_chip(target: Target) -> tuple[str, str]:
    """Return how a target stands in a word, and the kind of chip."""
    if not target.n_base:
        return gettext("没有人计入"), ""
    if target.is_reached:
        return gettext("已达到"), "done"
    return gettext("还差 %(n)s 人", n=figure(target.short_by)), "hold"


def missing_words(target: Target, n_named: int) -> str:
    """Return the head of the people named first; those short of the target may be fewer than those left."""
    total = figure(target.missing.value or 0)
    if target.percent == 100 or target.is_reached:
        return gettext("还没达到的 %(total)s 人，先列 %(n)s 人", total=total, n=n_named)
    return gettext(
        "到目标还差 %(short)s 人；还没达到的 %(total)s 人，先列 %(n)s 人",
        short=figure(target.short_by),
        total=total,
        n=n_named,
    )


def funnel(values: Mapping[str, Figure], place: Place) -> BarChart:
    """Return the stages as bars, each a share of who needs help."""
    whole = values[FUNNEL[0]].value or 0
    stages = [(code, translated(STAGE_NAMES[code]), values[code].value or 0) for code in FUNNEL]
    return BarChart(
        bars=tuple(
            Bar(words, n, figure(n), share(n, whole), place.rows(code)) for code, words, n in stages
        ),
        most=max([whole, *(n for _, _, n in stages)]),
        table=Table(
            (gettext("阶段"), gettext("人数"), gettext("占需要帮扶")),
            tuple(
                (Cell(words), Cell(figure(n), place.rows(code)), Cell(share(n, whole)))
                for code, words, n in stages
            ),
        ),
        description="，".join(
            gettext("%(stage)s %(n)s 人", stage=words, n=figure(n)) for _, words, n in stages
        ),
    )


@dataclass(frozen=True)
class District:
    """One line of a chart by unions: the union, its figures, and those of a year ago where known."""

    union_id: int
    name: str
    is_own: bool
    values: Mapping[str, Figure]
    before: Mapping[str, Figure] | None = None


def by_district(target: Target, districts: Sequence[District], place: Place) -> BarChart:
    """Return the share of a target by direct child, in the order of codes, short ones marked."""
    codes = target.codes
    return BarChart(
        bars=tuple(_district_bar(target, one, place) for one in districts),
        most=100,
        target=target.percent,
        table=Table(
            (
                gettext("工会"),
                gettext("需要帮扶"),
                gettext("已达到"),
                gettext("还差"),
                gettext("比例"),
                gettext("去年同期"),
            ),
            tuple(_district_row(codes, one, place) for one in districts),
        ),
        description="，".join(f"{one.name} {_share_of(one.values, codes)}" for one in districts),
        keys=_keys(target, has_before=any(one.before for one in districts)),
    )


def _district_bar(target: Target, one: District, place: Place) -> Bar:
    codes, done, base = target.codes, one.values[target.codes.done], one.values[target.codes.base]
    is_below = 100 * (done.value or 0) < target.percent * (base.value or 0)
    before = one.before
    return Bar(
        words=one.name,
        value=percent_of(done.value, base.value),
        text=_share_of(one.values, codes),
        dim=f"{figure(done.value or 0)}/{figure(base.value or 0)}",
        address=place.rows(codes.done, child=one.union_id),
        is_below=is_below,
        before=percent_of(before[codes.done].value, before[codes.base].value) if before else None,
        note=gettext("未到目标") if is_below else "",
    )


def _district_row(codes: TargetCodes, one: District, place: Place) -> tuple[Cell, ...]:
    values = one.values
    opened = "" if one.is_own else place.page(union_id=one.union_id)
    figures = (
        Cell(figure(values[code].value or 0), place.rows(code, child=one.union_id))
        for code in (codes.base, codes.done)
    )
    missing = Cell(
        figure(values[codes.missing].value or 0), place.missing(codes, child=one.union_id)
    )
    before = _share_of(one.before, codes) if one.before else "—"
    return (Cell(one.name, opened), *figures, missing, Cell(_share_of(values, codes)), Cell(before))


def _share_of(values: Mapping[str, Figure], codes: TargetCodes) -> str:
    return share(values[codes.done].value, values[codes.base].value)


def _keys(target: Target, *, has_before: bool) -> tuple[tuple[str, str], ...]:
    found = [
        ("mark", gettext("目标 %(n)s%%", n=target.percent)),
        ("reached", gettext("已到目标")),
        ("below", gettext("未到目标")),
    ]
    return (*found, ("tick", gettext("去年同期"))) if has_before else tuple(found)


def over_years(found: Sequence[YearFigure], target: Target, place: Place) -> BarChart:
    """Return the share of a target in each drive of the union, oldest first."""
    bars, rows = [], []
    for one in found:
        part, whole = one.figure.numerator, one.figure.denominator
        there = Place(
            one.drive, place.union_id, place.as_of if one.is_present else one.moment.until_on
        )
        day_words = gettext("截至 %(day)s", day=day(one.moment.until_on))
        counts = f"{figure(part or 0)}/{figure(whole or 0)}"
        is_below = 100 * (part or 0) < target.percent * (whole or 0)
        bars.append(
            Bar(
                words=one.drive.name,
                value=percent_of(part, whole),
                text=share(part, whole),
                dim=counts,
                address=there.rows(target.codes.done),
                is_below=is_below,
                note=gettext("未到目标") if is_below else "",
            )
        )
        rows.append(
            (
                Cell(one.drive.name, there.page(of=target.codes.key)),
                Cell(day_words),
                Cell(counts, there.rows(target.codes.done)),
                Cell(share(part, whole)),
            )
        )
    return BarChart(
        bars=tuple(bars),
        most=100,
        target=target.percent,
        table=Table(
            (gettext("活动"), gettext("时间"), gettext("人数"), gettext("比例")), tuple(rows)
        ),
        description="，".join(f"{bar.words} {bar.text}" for bar in bars),
        keys=_keys(target, has_before=False),
    )


def who_counts_words(who: WhoCounts) -> list[str]:
    """Return in sentences since when people count, who joined, and who left."""
    taken = clock.in_china(who.taken_at).date()
    found = [
        gettext(
            "按 %(counted)s 的情况统计，%(taken)s 定下，此后困难档次、零就业和就业状态不再变动。",
            counted=day(who.counted_on),
            taken=day(taken),
        )
    ]
    if who.is_late:
        found.append(gettext("统计晚了：定下的日子比统计时点晚，用的是补登的记录。"))
    if who.n_joined:
        found.append(gettext("其后列入 %(n)s 人，按列入当天的情况。", n=figure(who.n_joined)))
    if not who.n_left:
        found.append(gettext("没有人离开。"))
    return found


def moment_words(place: Place, moment: Moment) -> str:
    """Return as of when the page is."""
    if place.as_of is None:
        return gettext("截至现在")
    return gettext("截至 %(day)s，按当天已录入的记录", day=day(moment.until_on))
