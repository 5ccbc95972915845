"""Whom a drive's figures count (统计人群): the census, the list by view, who left and why."""

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds import DriveState
from matcher.models.drives import Drive
from matcher.services.cohorts import census, lists, log
from matcher.services.cohorts.correcting import days_late
from matcher.services.cohorts.lists import CohortView
from matcher.services.permissions import Actor, Permission, may, scope_of
from web.addresses import address_of
from web.auth import current_actor
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs
from web.paging import page_of, requested_slice, with_query
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("cohorts", __name__, url_prefix="/drives/<int:drive_id>/cohort")


@bp.get("")
@needs(Permission.VIEW_FIGURES)
def index(drive_id: int) -> ResponseReturnValue:
    """Show who counts, by view; before the census, what it would freeze."""
    actor, part = current_actor(), requested_slice()
    asked = request.args.get("show", "")
    view = CohortView(asked) if asked in set(CohortView) else CohortView.COUNTED
    with reading_aside() as database:
        drive = lists.seen_drive(database, actor, drive_id)
        taken = log.find_census(database, drive_id)
        found = lists.list_cohort(
            database,
            actor,
            drive_id,
            view=view,
            union_id=request.args.get("union", type=int),
            limit=part.limit,
            offset=part.offset,
        )
        return fragment_or_page(
            "cohorts/_rows.html" if taken else "cohorts/index.html",
            "cohorts/index.html",
            drive=drive,
            census=taken,
            days_late=days_late(taken.counted_on, taken.taken_at) if taken else 0,
            view=view,
            rows=found.rows,
            pager=page_of(part, found.total),
            tabs=_tabs(found.counts, view),
            n_settled=found.counts[CohortView.COUNTED] - found.counts[CohortView.NEED_HELP],
            counts={one.value: count for one, count in found.counts.items()},
            preview=None if taken else _preview(database, actor, drive),
            is_due=drive.census_on is not None and drive.census_on <= clock.today(),
            home=address_of("drives.home", drive_id=drive.id),
        )


def _preview(session: Session, actor: Actor, drive: Drive) -> census.CensusPreview | None:
    """Return what a census would count, to who may take it."""
    is_own = scope_of(actor).admits(session, drive.union_id)
    if not may(actor, Permission.MANAGE_DRIVE) or not is_own:
        return None
    return (
        None
        if drive.state is DriveState.CLOSED
        else census.preview_census(session, actor, drive.id)
    )


def _tabs(counts: dict[CohortView, int], chosen: CohortView) -> list[dict[str, Any]]:
    return [
        {
            "label": label(view),
            "address": with_query(show=view.value, page=None),
            "count": counts[view],
            "current": view is chosen,
        }
        for view in CohortView
    ]


@bp.post("/census")
@needs(Permission.MANAGE_DRIVE)
def take(drive_id: int) -> ResponseReturnValue:
    """Take the census of a drive."""
    try:
        taken = census.take_census(request_session(), current_actor(), drive_id)
    except RuleBrokenError as error:
        undo_request()
        toast(translated(error.message))
        return see_other(url_for("cohorts.index", drive_id=drive_id))
    toast(gettext("统计人群已固定，共 %(n)d 人", n=taken.n_people))
    return see_other(url_for("cohorts.index", drive_id=drive_id))
