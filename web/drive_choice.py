"""Which drive a page is of: `?drive=` names one by its number, else the newest open one."""

from dataclasses import dataclass

from flask import request

from matcher.errors import NotFoundError
from matcher.kinds import DriveState
from matcher.models.drives import Drive
from matcher.services.drives import list_drives
from web.auth import current_actor
from web.session import reading_aside


@dataclass(frozen=True)
class DriveChoice:
    """The drive of a page, and all there are to choose from; no drive at all is None."""

    drive: Drive | None
    drives: list[Drive]


def chosen_drive() -> DriveChoice:
    """Return the drive the request names.

    Raises
    ------
    NotFoundError
        There is no such drive, or it is not the reader's to see.
    """
    wanted = request.values.get("drive", "")
    with reading_aside() as session:
        drives = list_drives(session, current_actor())
    if not wanted:
        going_on = next((one for one in drives if one.state is DriveState.OPEN), None)
        return DriveChoice(going_on or next(iter(drives), None), drives)
    found = next((drive for drive in drives if str(drive.id) == wanted), None)
    if found is None:
        raise NotFoundError("not_found", "没有这条记录，或不在您的管辖范围内。")
    return DriveChoice(found, drives)


def needed_drive() -> Drive:
    """Return the drive the request names; for pages that make no sense without one."""
    drive = chosen_drive().drive
    if drive is None:
        raise NotFoundError("no_drive", "还没有活动，请先新建一个活动。")
    return drive
