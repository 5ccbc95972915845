"""Words of published figures (公布的数据): cells, notes, and days as a page writes them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from matcher.documents.published_sheets import cell_words, notes_of, part_names, side_words
from web.i18n import gettext

__all__ = [
    "cell_words",
    "day_of",
    "is_kept_back",
    "notes_of",
    "part_names",
    "side_words",
    "summary",
]


def day_of(text: str | None) -> dt.date | None:
    """Return a day of a stored version."""
    return dt.date.fromisoformat(text) if text else None


def is_kept_back(value: object) -> bool:
    """Say whether a cell is withheld."""
    return value == "withheld"


def summary(content: Mapping[str, Any], n_small: int, n_others: int) -> str:
    """Return in a sentence how many figures are withheld and why."""
    if not n_small:
        return gettext("没有要隐去的数。")
    most = content["threshold"] - 1
    if not n_others:
        return gettext("隐去 %(n)s 个 1 至 %(most)s 的数。", n=n_small, most=most)
    return gettext(
        "隐去 %(n)s 个 1 至 %(most)s（或与上次公布相差这么多）的数，另有 %(others)s 个一并隐去，否则能推算出前者。",
        n=n_small,
        most=most,
        others=n_others,
    )
