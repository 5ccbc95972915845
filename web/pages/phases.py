"""Phases of a drive (活动阶段): its survey, carrying out and summing up, their lock days, and the census day."""

import datetime as dt
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import DriveState
from matcher.kinds.cohorts import PhaseKind
from matcher.models.cohorts import DrivePhase
from matcher.models.drives import Drive
from matcher.policy.drive_phases import SuggestedPhase
from matcher.services import drive_phases, drives
from matcher.services.cohorts import log
from matcher.services.drive_phases import PhaseInput
from matcher.services.permissions import Permission, may, scope_of
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.schemas.cohorts import PhasesForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("phases", __name__, url_prefix="/drives/<int:drive_id>/phases")


@dataclass(frozen=True)
class _Shown:
    """A phase as the page shows it."""

    kind: PhaseKind
    phase: DrivePhase | None
    state: str
    chip: str


@bp.get("")
@needs(Permission.VIEW_DRIVE)
def index(drive_id: int) -> ResponseReturnValue:
    """Show the phases and, to who manages the drive, the form that sets them."""
    return _page(drive_id, None)


def _page(drive_id: int, refused: FormState | None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        drive = drives.get_drive(database, actor, drive_id)
        phases = {one.kind: one for one in drive_phases.list_phases(database, actor, drive_id)}
        suggested = drive_phases.suggest_phases(database, actor, drive_id)
        today = clock.today()
        page = render_template(
            "phases/index.html",
            drive=drive,
            rows=[_shown(kind, phases.get(kind), today) for kind in PhaseKind],
            form=refused or _form(drive, phases, suggested),
            may_set=may(actor, Permission.MANAGE_DRIVE)
            and scope_of(actor).admits(database, drive.union_id)
            and drive.state is not DriveState.CLOSED,
            census=log.find_census(database, drive_id),
            sources=[] if phases else sorted({one.source for one in suggested}),
            reads_figures=may(actor, Permission.VIEW_FIGURES),
        )
    return page, status


def _shown(kind: PhaseKind, phase: DrivePhase | None, today: dt.date) -> _Shown:
    if phase is None:
        return _Shown(kind, None, gettext("还没有设定"), "")
    if today < phase.from_on:
        return _Shown(kind, phase, gettext("还没有开始"), "")
    if phase.locks_on is not None and phase.locks_on < today:
        return _Shown(kind, phase, gettext("已锁定"), "done")
    if today > phase.until_on:
        return _Shown(kind, phase, gettext("已结束，还没有锁定"), "hold")
    return _Shown(kind, phase, gettext("进行中"), "on")


def _form(
    drive: Drive, phases: dict[PhaseKind, DrivePhase], suggested: list[SuggestedPhase]
) -> FormState:
    offered = {one.kind: one for one in suggested}
    initial: dict[str, object] = {"version": drive.version_id, "census_on": drive.census_on}
    for kind in PhaseKind:
        one = phases.get(kind) or offered.get(kind)
        if one is not None:
            initial[f"{kind.value}_from"] = one.from_on
            initial[f"{kind.value}_until"] = one.until_on
            initial[f"{kind.value}_locks"] = one.locks_on
    return blank_form(PhasesForm, **initial)


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def save(drive_id: int) -> ResponseReturnValue:
    """Set the days of the phases and of the census."""
    wish = read_form(PhasesForm)
    if isinstance(wish, FormErrors):
        return _page(drive_id, wish, 422)
    inputs = [
        PhaseInput(
            kind,
            getattr(wish, f"{kind.value}_from"),
            getattr(wish, f"{kind.value}_until"),
            getattr(wish, f"{kind.value}_locks"),
        )
        for kind in PhaseKind
    ]
    try:
        drive_phases.set_phases(
            request_session(),
            current_actor(),
            drive_id,
            inputs,
            census_on=wish.census_on,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(drive_id, refused_form(PhasesForm, error), 422)
    except RuleBrokenError as error:
        undo_request()
        said = FormErrors(PhasesForm, request.form, {"": translated(error.message)})
        return _page(drive_id, said, 409)
    toast(gettext("活动阶段已保存"))
    return see_other(url_for("phases.index", drive_id=drive_id))
