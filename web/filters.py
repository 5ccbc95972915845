"""Jinja filters: dates, instants, money, figures, masks, in the words of ui.md."""

import datetime as dt

from babel.dates import format_date
from flask import Flask

from matcher import clock
from matcher.identity import mask_name, mask_phone
from matcher.vocabulary.certificates import name_of
from web.i18n import gettext, language, ngettext

_NEAR_DAYS = 7
"""Dates this near are told by their distance (ui.md, wording)."""

_FEN = 100


def figure(number: int | float) -> str:
    """Return a figure with commas: 1,204."""
    return f"{number:,}"


def yuan(fen: int | None) -> str:
    """Return an amount kept in fen as yuan: 5,000 or 5,000.50; empty for None."""
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), _FEN)
    sign = "-" if fen < 0 else ""
    return f"{sign}{whole:,}.{rest:02d}" if rest else f"{sign}{whole:,}"


def pay(low_fen: int | None, high_fen: int | None = None) -> str:
    """Return a monthly pay or its range: 5,000 – 6,500 元/月."""
    if low_fen is None and high_fen is None:
        return gettext("薪酬未写明")
    ends = [yuan(end) for end in (low_fen, high_fen) if end is not None]
    text = " – ".join(dict.fromkeys(ends))
    return gettext("%(amount)s 元/月", amount=text)


def day(date: dt.date | None) -> str:
    """Return a date: 7月15日, with the year only if it is another one; empty for None."""
    if date is None:
        return ""
    same_year = date.year == clock.today().year
    if language() == "en":
        return format_date(date, "d MMM" if same_year else "d MMM y", locale="en")
    return (
        f"{date.month}月{date.day}日" if same_year else f"{date.year}年{date.month}月{date.day}日"
    )


def moment(instant: dt.datetime | None) -> str:
    """Return an instant on China's clock: 今天 08:42, 昨天 16:05, 7月15日 08:42; empty for None."""
    if instant is None:
        return ""
    local = clock.in_china(instant)
    away = (clock.today() - local.date()).days
    time = f"{local:%H:%M}"
    if away == 0:
        return gettext("今天 %(time)s", time=time)
    if away == 1:
        return gettext("昨天 %(time)s", time=time)
    return f"{day(local.date())} {time}"


def clock_time(instant: dt.datetime) -> str:
    """Return the hour of an instant on China's clock: 09:20."""
    return f"{clock.in_china(instant):%H:%M}"


def deadline(date: dt.date) -> str:
    """Return a deadline in words: 超期 3 天, 今天到期, 明天到期, 还有 4 天, else the date."""
    left = (date - clock.today()).days
    if left < 0:
        return ngettext("超期 %(num)d 天", "超期 %(num)d 天", -left)
    if left == 0:
        return gettext("今天到期")
    if left == 1:
        return gettext("明天到期")
    if left <= _NEAR_DAYS:
        return ngettext("还有 %(num)d 天", "还有 %(num)d 天", left)
    return day(date)


def clock_class(date: dt.date) -> str:
    """Return the class of a deadline's ring: over, near (today and tomorrow) or ontime."""
    left = (date - clock.today()).days
    if left < 0:
        return "over"
    return "near" if left <= 1 else "ontime"


def per_cent(part: int, whole: int) -> str:
    """Return a share without decimals: 58%; 0% of nothing, and 100% only of all: 199 of 200 are 99%."""
    return f"{100 * part // whole}%" if whole else "0%"


def install(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(
        figure=figure,
        yuan=yuan,
        pay=pay,
        day=day,
        moment=moment,
        clock_time=clock_time,
        deadline=deadline,
        clock_class=clock_class,
        per_cent=per_cent,
        mask_name=mask_name,
        mask_phone=mask_phone,
        certificate=name_of,
    )
