"""Recounting (复核): whether stored figures still come out of the logs, number by number.

They must: logs are append-only and a moment cuts off what came later. A difference means that rows were changed
behind the product's back, or that a snapshot was.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from matcher.services.figures.counting import count_by_union, count_figures
from matcher.services.figures.moments import Moment
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor

PARTS = ("value", "numerator", "denominator", "earlier", "reported", "typed", "repeated")


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that does not come out again.

    Parameters
    ----------
    child_union_id : direct child it is of; None is the whole
    part : value, earlier, reported …
    """

    code: str
    child_union_id: int | None
    part: str
    stored: int | None
    recounted: int | None


def moment_from_json(told: Mapping[str, str]) -> Moment:
    """Read a moment as snapshots keep it."""
    return Moment(
        dt.date.fromisoformat(told["from_on"]),
        dt.date.fromisoformat(told["until_on"]),
        dt.datetime.fromisoformat(told["known_at"]),
    )


def moment_to_json(moment: Moment) -> dict[str, str]:
    """Write a moment as snapshots keep it."""
    return {
        "from_on": moment.from_on.isoformat(),
        "until_on": moment.until_on.isoformat(),
        "known_at": moment.known_at.astimezone(dt.UTC).isoformat(),
    }


def verify(
    session: Session, by: Actor, drive_id: int, union_id: int, stored: Mapping[str, Any]
) -> list[Difference]:
    """Recount a stored snapshot and return what differs; nothing if it is true.

    Parameters
    ----------
    stored : `moment`, `values` by code, and `children` by union and code where they were kept
    """
    moment = moment_from_json(stored["moment"])
    codes = list(stored["values"])
    counted = count_figures(session, by, drive_id, union_id, moment, codes=codes)
    found = _differences(stored["values"], counted.values, None)
    if stored.get("children"):
        again = count_by_union(session, by, drive_id, union_id, moment, codes)
        empty = {code: Figure(code, 0) for code in codes}
        for child, values in stored["children"].items():
            found += _differences(values, again.get(int(child), empty), int(child))
        known = {int(child) for child in stored["children"]}
        for child in sorted(again.keys() - known):
            found += _differences({}, again[child], child)
    return found


def _differences(
    stored: Mapping[str, Mapping[str, int | None]], again: Mapping[str, Figure], child: int | None
) -> list[Difference]:
    found = []
    for code in sorted({*stored, *again}):
        kept = stored.get(code, {})
        now = again[code].to_json() if code in again else {}
        found += [
            Difference(code, child, part, kept.get(part), now.get(part))
            for part in PARTS
            if (kept.get(part) or 0) != (now.get(part) or 0)
        ]
    return found
