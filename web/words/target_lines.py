"""The targets in one line each, for the home of a drive and the caseworker's day."""

from dataclasses import dataclass

from flask import url_for

from matcher.models.drives import Drive
from matcher.services.figures.branches import find_branch
from matcher.services.figures.moments import moment_of
from matcher.services.figures.targets import Target, read_targets
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.filters import figure
from web.i18n import gettext
from web.session import request_session
from web.words.targets import Place, percent_of, share, target_name


@dataclass(frozen=True)
class TargetLine:
    """One target in a line: its share, what it is a share of, and who is left.

    Parameters
    ----------
    length : of its meter, from 0 to 100
    """

    name: str
    share: str
    counts: str
    percent: int
    length: float
    is_reached: bool
    source: str
    address: str
    missing: str
    missing_address: str


def target_lines(drive: Drive) -> list[TargetLine]:
    """Return the targets of a drive for the reader's part of the tree; none for who may not see figures."""
    session, actor = request_session(), current_actor()
    if not drive.targets or not may(actor, Permission.VIEW_FIGURES):
        return []
    union_id = find_branch(session, actor, drive).union.id
    found = read_targets(session, actor, drive.id, union_id, moment_of(session, drive))
    place = Place(drive, union_id, None)
    return [_line(target, place) for target in found]


def _line(target: Target, place: Place) -> TargetLine:
    missing = target.missing.value or 0
    return TargetLine(
        name=target_name(target.codes),
        share=share(target.n_done, target.n_base),
        counts=f"{figure(target.n_done)}/{figure(target.n_base)}",
        percent=target.percent,
        length=percent_of(target.n_done, target.n_base) or 0,
        is_reached=target.is_reached,
        source=target.source,
        address=url_for("targets.show", drive_id=place.drive.id, of=target.codes.key),
        missing=gettext("还有 %(n)s 人没达到", n=figure(missing)) if missing else "",
        missing_address=place.missing(target.codes),
    )
