"""Which drive and union a page of figures is of: `?drive=&union=`, else the newest drive and the reader's own part."""

from dataclasses import dataclass

from flask import request
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError
from matcher.kinds import DriveState
from matcher.models.drives import Drive
from matcher.services.permissions import Actor
from matcher.services.reports.sight import get_unit, list_drives_of_figures, own_unit
from matcher.services.reports.units import list_units


@dataclass(frozen=True)
class SheetChoice:
    """The drive and union of a page, with those to choose from as pairs (number, name)."""

    drive: Drive
    union_id: int
    union_name: str
    drives: list[tuple[int, str]]
    unions: list[tuple[int, str]]


def chosen_branch(session: Session, actor: Actor) -> SheetChoice | None:
    """Return what the request names; None if the reader sees no drive at all.

    Raises
    ------
    NotFoundError
        No such drive or union, or not the reader's to see.
    """
    drives = list_drives_of_figures(session, actor)
    if not drives:
        return None
    wanted = request.values.get("drive", "")
    open_ones = [one for one in drives if one.state is DriveState.OPEN]
    drive = (
        next((one for one in drives if str(one.id) == wanted), None)
        if wanted
        else next(iter(open_ones), drives[0])
    )
    if drive is None:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    own = own_unit(session, actor, drive)
    asked = request.values.get("union", "")
    union_id = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else own
    union = get_unit(session, actor, drive, union_id)
    units = list_units(session, own)
    return SheetChoice(
        drive,
        union.id,
        union.name,
        [(one.id, one.name) for one in drives],
        [(one.union.id, "　" * one.depth + one.union.name) for one in units],
    )
