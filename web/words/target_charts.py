"""Charts of the targets: the stages to a proved placement, the districts, the years."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matcher.services.figures.shapes import Figure
from matcher.services.figures.targets import FUNNEL, Target, TargetCodes
from matcher.services.figures.years import YearFigure
from web.filters import day, figure
from web.i18n import gettext, msg, translated
from web.words.charts import Bar, BarChart, Cell, Table
from web.words.targets import Place, percent_of, share

STAGE_NAMES = {
    "need_help": msg("需要帮扶"),
    "served": msg("已服务"),
    "referred": msg("已推荐"),
    "interviewed": msg("已约面试"),
    "hired": msg("已录用"),
    "helped": msg("已核就业"),
}
"""Names of the stages from needing help to a proved placement."""


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
