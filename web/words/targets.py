"""The three targets in words and charts: shares, how far they are, stages, districts, weeks and years."""

import datetime as dt
from dataclasses import dataclass

from flask import url_for

from matcher import clock
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.services.figures.branches import Branch
from matcher.services.figures.forecasts import Forecast
from matcher.services.figures.last_year import LastYear
from matcher.services.figures.moments import Moment, end_of
from matcher.services.figures.targets import Target, TargetCodes
from matcher.services.figures.who_counts import WhoCounts
from web.addresses import address_of
from web.filters import day, figure, per_cent
from web.i18n import gettext, msg, translated
from web.words.line_words import line_word

TARGET_NAMES = {
    "coverage": msg("服务覆盖"),
    "placed": msg("帮扶就业"),
    "zero_employment": msg("零就业家庭清零"),
}

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
        return address_of("figures.rows", **fields, code=line_word(code), child=child)

    def missing(self, codes: TargetCodes, *, child: int | None = None) -> str:
        """Return the address of the list of people a target still waits for."""
        return url_for("targets.missing", **self.fields(), of=codes.key, child=child)  # type: ignore[arg-type] # any value an address can hold

    def years(self, codes: TargetCodes | None = None) -> str:
        """Return the address of the page of a target over the years."""
        of = codes.key if codes else None
        return url_for("targets.years", **self.fields(), of=of)  # type: ignore[arg-type] # any value an address can hold

    def cohort(self) -> str:
        """Return the address of the list of who left and why, or nothing for who may not open it."""
        return address_of("cohorts.index", drive_id=self.drive.id, show="left")

    def crumbs(self, *above: Union) -> list[tuple[str, str]]:
        """Return the way to the page: the drive's home for who may open it, then the unions above."""
        home = address_of("drives.home", drive_id=self.drive.id)
        found = [(self.drive.name, home)] if home else []
        return [*found, *((one.name, self.page(union_id=one.id)) for one in above)]

    def page(self, *, union_id: int | None = None, of: str | None = None) -> str:
        """Return the address of the targets' page, of this union or another."""
        fields = self.fields() | ({"union": union_id} if union_id else {})
        return url_for("targets.show", **fields, of=of)  # type: ignore[arg-type] # any value an address can hold


def child_name(branch: Branch, child: int | None) -> str:
    """Return the name of the direct child, or of the union's own people, a list is narrowed to; else nothing."""
    if child == branch.union.id:
        return gettext("%(name)s本级", name=branch.union.name)
    return next((one.name for one in branch.children if one.id == child), "")


def target_name(codes: TargetCodes) -> str:
    """Return the name of a target."""
    return translated(TARGET_NAMES[codes.name])


def state_chip(target: Target, expected: Forecast | None) -> tuple[str, str]:
    """Return how a target stands in a word, and the kind of chip: reached, where it will end, or how many it lacks."""
    if not target.n_base:
        return gettext("没有人计入"), ""
    if target.is_reached:
        return gettext("已达到"), "done"
    if expected is None or expected.is_over:
        return gettext("还差 %(n)s 人", n=figure(target.short_by)), "hold"
    wanted = target.n_done + target.short_by
    kind = "done" if expected.low >= wanted else "stop" if expected.high < wanted else "hold"
    return gettext("预计 %(range)s", range=_range(expected)), kind


def _range(expected: Forecast) -> str:
    ends = [share(n, expected.people) for n in (expected.low, expected.high)]
    return "–".join(dict.fromkeys(ends))


_BASES = {
    "last_drive": msg("按去年同期以后的进度"),
    "own_pace": msg("按今年到现在的进度，没有去年可比"),
}


def forecast_words(expected: Forecast | None) -> str:
    """Return where a target will end, with its uncertainty and what that goes by; nothing without a forecast."""
    if expected is None or expected.is_over:
        return ""
    return gettext(
        "%(range)s，%(low)s 至 %(high)s 人（%(day)s，八成把握；%(basis)s）",
        range=_range(expected),
        low=figure(expected.low),
        high=figure(expected.high),
        day=day(expected.ends_on),
        basis=translated(_BASES[expected.basis]),
    )


def counted_words(codes: TargetCodes) -> str:
    """Return what counts for a target, in a few words."""
    if codes.done == "served":
        return gettext("至少一次有记录的服务")
    return gettext("只算已核")


def before_words(before: LastYear | None, codes: TargetCodes) -> str:
    """Return how far the target was a year ago, at the same day of that drive; nothing without one."""
    if before is None:
        return ""
    done, base = before.values[codes.done].value or 0, before.values[codes.base].value or 0
    if not base:
        return gettext("没有人计入")
    return gettext(
        "%(share)s，%(done)s / %(base)s（截至 %(day)s）",
        share=share(done, base),
        done=figure(done),
        base=figure(base),
        day=day(before.moment.until_on),
    )


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
