"""Reporting periods (报告期): the list, opening and changing one, who has sent and who has not, reminders, the lock."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.sheets import PeriodKind, SheetState
from matcher.models.drives import Drive
from matcher.models.sheets import ReportPeriod
from matcher.services.permissions import Permission, may, scope_of
from matcher.services.reports import locking, periods, progress
from matcher.services.reports.periods import PeriodInput
from matcher.services.reports.sight import find_period, is_above
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.sheets import PeriodForm
from web.session import reading_aside, request_session, undo_request
from web.sheet_choice import chosen_branch
from web.words.sheet_lines import CHIPS

bp = Blueprint("sheet_periods", __name__, url_prefix="/periods")

MENU = (
    NavItem(
        "sheet_periods.index",
        msg("统计报表"),
        Permission.VIEW_FIGURES,
        "report",
        hint=msg("填报、审核、报送统计表，看谁还没有报"),
        icon="list",
    ),
)


@bp.get("")
@needs(Permission.VIEW_FIGURES)
def index() -> ResponseReturnValue:
    """Show the periods of a drive, and where each stands."""
    actor = current_actor()
    with reading_aside() as session:
        choice = chosen_branch(session, actor)
        if choice is None:
            return render_template("drives/list.html", drives=[])
        found = periods.list_periods(session, actor, choice.drive.id)
        return render_template(
            "sheet_periods/index.html",
            choice=choice,
            rows=[(one, progress.list_progress(session, actor, one)) for one in found],
            may_manage=_manages(session, choice.drive),
        )


def _manages(session: Session, drive: Drive) -> bool:
    actor = current_actor()
    manages = may(actor, Permission.MANAGE_DRIVE)
    return manages and scope_of(actor).admits(session, drive.union_id)


@bp.get("/new")
@needs(Permission.MANAGE_DRIVE)
def new() -> ResponseReturnValue:
    """Show the form of a new period, as the drive's phases suggest it."""
    actor = current_actor()
    with reading_aside() as session:
        choice = chosen_branch(session, actor)
        if choice is None:
            return render_template("drives/list.html", drives=[])
        facts = periods.suggested_period(session, actor, choice.drive.id)
    form = blank_form(PeriodForm, **{name: getattr(facts, name) for name in _FIELDS})
    return _form(form, choice.drive)


_FIELDS = ("name", "kind", "from_on", "until_on", "due_on", "locks_on")


def _form(
    form: FormState, drive: Drive, period: ReportPeriod | None = None, status: int = 200
) -> ResponseReturnValue:
    page = render_template(
        "sheet_periods/form.html",
        form=form,
        drive=drive,
        period=period,
        kinds=[(one.value, label(one)) for one in PeriodKind],
    )
    return page, status


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def create() -> ResponseReturnValue:
    """Open a period and send every unit its draft."""
    session, actor = request_session(), current_actor()
    choice = chosen_branch(session, actor)
    if choice is None:
        return see_other(url_for(".index"))
    wish = read_form(PeriodForm)
    if isinstance(wish, FormErrors):
        return _form(wish, choice.drive, status=422)
    try:
        made = periods.create_period(session, actor, choice.drive.id, _input(wish))
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        return _form(_refused(error), choice.drive, status=422)
    toast(gettext("报告期已建立，各单位可以填报"))
    return see_other(url_for(".show", public_id=made.public_id))


def _input(wish: PeriodForm) -> PeriodInput:
    return PeriodInput(**wish.model_dump(exclude={"version"}))


def _refused(error: InvalidInputError | RuleBrokenError) -> FormErrors:
    if isinstance(error, InvalidInputError):
        return refused_form(PeriodForm, error)
    return FormErrors(PeriodForm, request.form, {"": error.message})


@bp.get("/<public_id>/edit")
@needs(Permission.MANAGE_DRIVE)
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form of a period."""
    session = request_session()
    period = find_period(session, current_actor(), public_id)
    values = {name: getattr(period, name) for name in _FIELDS}
    form = blank_form(PeriodForm, version=period.version_id, **values)
    return _form(form, session.get_one(Drive, period.drive_id), period)


@bp.post("/<public_id>/edit")
@needs(Permission.MANAGE_DRIVE)
def save(public_id: str) -> ResponseReturnValue:
    """Change a period."""
    session, actor = request_session(), current_actor()
    period = find_period(session, actor, public_id)
    drive = session.get_one(Drive, period.drive_id)
    wish = read_form(PeriodForm)
    if isinstance(wish, FormErrors):
        return _form(wish, drive, period, 422)
    try:
        periods.change_period(
            session, actor, period.id, _input(wish), expected_version=wish.version
        )
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        with reading_aside() as aside:
            return _form(_refused(error), drive, find_period(aside, actor, public_id), 422)
    toast(gettext("报告期已修改"))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<public_id>/remove")
@needs(Permission.MANAGE_DRIVE)
def remove(public_id: str) -> ResponseReturnValue:
    """Remove a period nobody has used."""
    session, actor = request_session(), current_actor()
    period = find_period(session, actor, public_id)
    drive_id, version = period.drive_id, request.form.get("version", type=int)
    periods.remove_period(session, actor, period.id, expected_version=version)
    toast(gettext("报告期已删除"))
    return see_other(url_for(".index", drive=drive_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_FIGURES)
def show(public_id: str) -> ResponseReturnValue:
    """Show who has sent its sheet and who has not."""
    session, actor = request_session(), current_actor()
    period = find_period(session, actor, public_id)
    drive = session.get_one(Drive, period.drive_id)
    found = progress.list_progress(session, actor, period)
    only = request.args.get("only", "")
    may_remind = may(actor, Permission.REVIEW_SHEETS) and period.locked_at is None
    return render_template(
        "sheet_periods/show.html",
        period=period,
        drive=drive,
        found=found,
        rows=[row for row in found.units if _is_shown(row, only)],
        chosen=only,
        chips=CHIPS,
        below={
            row.unit.union.id
            for row in found.units
            if may_remind and is_above(session, actor, row.unit.union.id)
        },
        may_manage=_manages(session, drive),
        may_type=may(actor, Permission.FILL_SHEETS),
        is_used=periods.is_used(session, period.id),
        over=clock.today() > period.until_on,
    )


def _is_shown(row: progress.UnitProgress, only: str) -> bool:
    state = row.sheet.state if row.sheet is not None else None
    return {
        "owed": row.is_owed,
        "waiting": state is SheetState.SUBMITTED,
        "accepted": state is SheetState.ACCEPTED,
    }.get(only, True)


@bp.post("/<public_id>/remind")
@needs(Permission.REVIEW_SHEETS)
def remind(public_id: str) -> ResponseReturnValue:
    """Remind the chosen units."""
    session, actor = request_session(), current_actor()
    period = find_period(session, actor, public_id)
    chosen = {int(one) for one in request.form.getlist("u") if one.isascii() and one.isdigit()}
    n_reminded = progress.remind(session, actor, period.id, chosen)
    toast(gettext("已催报 %(n)s 个单位，待办里可以看到", n=n_reminded))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<public_id>/lock")
@needs(Permission.MANAGE_DRIVE)
def lock(public_id: str) -> ResponseReturnValue:
    """Lock a period by hand."""
    session, actor = request_session(), current_actor()
    period = find_period(session, actor, public_id)
    version = request.form.get("version", type=int)
    locking.lock_period(session, actor, period.id, expected_version=version)
    toast(gettext("报告期已封存，各表数字不再变动"))
    return see_other(url_for(".show", public_id=public_id))
