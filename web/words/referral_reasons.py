"""Why a referral was proposed (当时的理由), as it was kept with it: the lines of that day, never computed anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matcher.ranking.explain import Part
from web.i18n import gettext
from web.words import parts


@dataclass(frozen=True)
class FrozenReasons:
    """Lines (item, ground, points) and their sum."""

    lines: list[tuple[str, str, int]]
    total: int


def shown(kept: Mapping[str, Any], offer_text: str) -> FrozenReasons | None:
    """Return the reasons kept with a referral in words; None for one made by hand.

    Parameters
    ----------
    offer_text : the posting's words; what both texts share is shown as it stands there
    """
    rows = kept.get("parts")
    if not isinstance(rows, list) or not rows:
        return None
    found = [_line(row, offer_text) for row in rows if isinstance(row, Mapping)]
    return FrozenReasons(found, sum(points for _, _, points in found))


def _line(row: Mapping[str, Any], offer_text: str) -> tuple[str, str, int]:
    part = Part(
        str(row["name"]),
        int(row["points"]),
        int(row.get("most", 0)),
        str(row["code"]),
        dict(row.get("params") or {}),
    )
    return gettext(parts.NAMES[part.name]), parts.ground(part, offer_text), part.points
