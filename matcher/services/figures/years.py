"""One figure over the years (历年): the drives of the same union, each at its end, the present one at its day.

A drive that is over is read as it was known at the end of its last day; what was entered later belongs to the
corrections, not to this comparison.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher.kinds import DriveState
from matcher.models.drives import Drive
from matcher.services.figures.branches import list_counted_drives
from matcher.services.figures.counting import count_figures
from matcher.services.figures.cuts import get_drive
from matcher.services.figures.moments import Moment, moment_of
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Actor

MOST_YEARS = 6
"""Drives shown: more do not fit a phone, and older ones counted otherwise."""


@dataclass(frozen=True, slots=True)
class YearFigure:
    """A figure of one drive; `is_present` is the drive one came from."""

    drive: Drive
    moment: Moment
    figure: Figure
    is_present: bool


def figure_over_years(
    session: Session, by: Actor, drive_id: int, union_id: int, moment: Moment, code: str
) -> list[YearFigure]:
    """Return a figure of the drive and of those of the same union before it, oldest first.

    Raises
    ------
    NotFoundError
        The drive or the union is not the actor's to see.
    """
    present = get_drive(session, by, drive_id)
    found = []
    for drive in _drives(session, by, present):
        cut = moment if drive.id == present.id else moment_of(session, drive, drive.closes_on)
        values = count_figures(session, by, drive.id, union_id, cut, codes=(code,)).values
        found.append(YearFigure(drive, cut, values[code], drive.id == present.id))
    return found


def _drives(session: Session, by: Actor, present: Drive) -> list[Drive]:
    """Return the drive and those of its union that began before it, the newest `MOST_YEARS`, oldest first."""
    earlier = [
        one
        for one in list_counted_drives(session, by)
        if one.union_id == present.union_id
        and one.state is not DriveState.PREPARING
        and (one.opens_on, one.id) < (present.opens_on, present.id)
    ]
    in_order = sorted([*earlier, present], key=lambda one: (one.opens_on, one.id))
    return in_order[-MOST_YEARS:]
