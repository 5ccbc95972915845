"""All a page of the targets shows, counted at one moment: figures, denominators, districts, weeks, last year."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.services.figures import counting
from matcher.services.figures.branches import Branch, find_branch
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.last_year import LastYear, last_year
from matcher.services.figures.moments import Moment, moment_of
from matcher.services.figures.shapes import Figure
from matcher.services.figures.targets import (
    BESIDE,
    FUNNEL,
    WHOLE,
    Target,
    TargetCodes,
    target_codes,
    targets_of,
)
from matcher.services.figures.who_counts import WhoCounts, read_who_counts
from matcher.services.permissions import Actor


@dataclass(frozen=True)
class TargetPage:
    """A drive's targets for one union's subtree at a moment.

    Parameters
    ----------
    who : None before the census
    before : the union's drive of the year before at the same day of its course; None where there was none
    """

    drive: Drive
    branch: Branch
    moment: Moment
    values: Mapping[str, Figure]
    targets: list[Target]
    who: WhoCounts | None
    before: LastYear | None

    @property
    def union_id(self) -> int:
        """The union whose subtree it is of."""
        return self.branch.union.id


@dataclass(frozen=True)
class ChildFigures:
    """The figures of a direct child's subtree, or of the union's own people (`is_own`); `before` a year ago."""

    union: Union
    is_own: bool
    values: Mapping[str, Figure]
    before: Mapping[str, Figure] | None


def read_target_page(
    session: Session,
    by: Actor,
    drive_id: int,
    union_id: int | None = None,
    as_of: dt.date | None = None,
) -> TargetPage:
    """Return the figures of the targets and what stands beside them.

    Raises
    ------
    NotFoundError
        The drive or the union is not the actor's to see.
    """
    drive = get_drive(session, by, drive_id)
    branch = find_branch(session, by, drive, union_id)
    moment = moment_of(session, drive, as_of)
    of_targets = _codes(drive)
    codes = tuple(dict.fromkeys((*WHOLE, *FUNNEL, *BESIDE, *of_targets)))
    asked = (session, by, drive_id, branch.union.id, moment)
    found = counting.count_figures(*asked, codes=codes)
    return TargetPage(
        drive=drive,
        branch=branch,
        moment=moment,
        values=found.values,
        targets=targets_of(drive, found.values),
        who=read_who_counts(*asked),
        before=last_year(*asked, codes=of_targets) if of_targets else None,
    )


def _codes(drive: Drive) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for one in target_codes(drive) for code in one.codes))


def count_children(
    session: Session, by: Actor, page: TargetPage, codes: TargetCodes
) -> list[ChildFigures]:
    """Return a target's figures of the union's own people and of each direct child that counts anybody, by code."""
    wanted = tuple(dict.fromkeys(codes.codes))
    union_id = page.union_id
    found = counting.count_by_union(session, by, page.drive.id, union_id, page.moment, wanted)
    then: dict[int, dict[str, Figure]] = {}
    if page.before is not None:
        before = page.before
        then = counting.count_by_union(
            session, by, before.drive.id, union_id, before.moment, wanted
        )
    rows = [(page.branch.union, True), *((child, False) for child in page.branch.children)]
    return [
        ChildFigures(union, is_own, found[union.id], then.get(union.id))
        for union, is_own in rows
        if union.id in found and found[union.id][codes.base].value
    ]


@dataclass(frozen=True)
class WeekSum:
    """How many had come to a target by a day, the last one counted of a week."""

    until_on: dt.date
    n: int


def count_weeks(
    session: Session, by: Actor, page: TargetPage, codes: TargetCodes
) -> tuple[list[WeekSum], list[int]]:
    """Return the weeks of a target so far, and last year's sums to the end of that drive, week for week."""
    now = _weeks(session, by, page.drive, page.union_id, moment=page.moment, code=codes.done)
    if page.before is None:
        return now, []
    drive = page.before.drive
    whole = moment_of(session, drive, drive.closes_on)
    then = _weeks(session, by, drive, page.union_id, moment=whole, code=codes.done)
    return now, [one.n for one in then]


def _weeks(
    session: Session, by: Actor, drive: Drive, union_id: int, *, moment: Moment, code: str
) -> list[WeekSum]:
    found = counting.count_by_week(session, by, drive.id, union_id, moment, (code,))
    last = counting.WEEK - dt.timedelta(days=1)
    return [WeekSum(min(start + last, moment.until_on), sums[code]) for start, sums in found]
