"""Interview days (面试日) of the union: the list, planning one, employers, the proposal and its confirmation, lists."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds import DriveState
from matcher.services import drives
from matcher.services.interviews import arranging, days, door_lists, planning, views
from matcher.services.interviews.days import DayInput
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.interviews import DayForm, EmployersForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("interviews", __name__, url_prefix="/interviews")

MENU = (
    NavItem(
        "interviews.index",
        msg("面试日"),
        Permission.VIEW_REFERRALS,
        "care",
        hint=msg("排面试时段，打印名单，登记到场"),
        icon="calendar",
    ),
)


@bp.get("")
@needs(Permission.VIEW_REFERRALS)
def index() -> ResponseReturnValue:
    """List the days to come, or those past."""
    past, part = request.args.get("when") == "past", requested_slice()
    found = views.list_days(
        request_session(), current_actor(), past=past, limit=part.limit, offset=part.offset
    )
    return fragment_or_page(
        "interviews/_days.html",
        "interviews/list.html",
        rows=found.rows,
        pager=page_of(part, found.total),
        past=past,
    )


@bp.get("/new")
@needs(Permission.REFER)
def new() -> ResponseReturnValue:
    """Show the form of a new day."""
    return _form(blank_form(DayForm, first_time="09:00", slot_minutes=20, slots_each=16))


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        found = drives.list_drives(database, current_actor())
        running = [(one.id, one.name) for one in found if one.state is DriveState.OPEN]
        page = render_template("interviews/new.html", form=form, drives=running)
    return page, status


@bp.post("")
@needs(Permission.REFER)
def create() -> ResponseReturnValue:
    """Plan a day."""
    wish = read_form(DayForm)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    facts = DayInput(
        held_on=wish.held_on,
        place=wish.place,
        first_minute=wish.first_minute,
        slot_minutes=wish.slot_minutes,
        slots_each=wish.slots_each,
        breaks=wish.breaks,
    )
    try:
        day = days.plan_day(request_session(), current_actor(), wish.drive_id, facts)
    except InvalidInputError as error:
        undo_request()
        return _form(refused_form(DayForm, error), 422)
    toast(gettext("面试日已建好，接着选到场单位"))
    return see_other(url_for("interviews.show", public_id=day.public_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_REFERRALS)
def show(public_id: str) -> ResponseReturnValue:
    """Show a day: employers with their slots, who comes when, who waits."""
    return _day_page(public_id, blank_form(EmployersForm, rooms=1))


def _day_page(public_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        sheet = views.read_day(database, actor, public_id)
        changes = sheet.is_own and sheet.day.state != "cancelled"
        page = render_template(
            "interviews/show.html",
            sheet=sheet,
            day=sheet.day,
            waiting=views.waiting_for(database, actor, sheet.day),
            may_come=days.may_come(database, actor, public_id) if changes else [],
            changes=changes,
            arranging=arranging.newest(database, actor, public_id),
            is_due=sheet.day.held_on <= clock.today(),
            form=form,
        )
    return page, status


@bp.post("/<public_id>/employers")
@needs(Permission.REFER)
def add_employers(public_id: str) -> ResponseReturnValue:
    """Put employers on the list of a day."""
    session, actor = request_session(), current_actor()
    wish = read_form(EmployersForm)
    if isinstance(wish, FormErrors):
        return _day_page(public_id, wish, 422)
    version = request.form.get("version", type=int)
    added = days.add_employers(
        session, actor, public_id, wish.employers, rooms=wish.rooms, expected_version=version
    )
    toast(gettext("已加 %(n)s 家单位", n=added))
    return see_other(url_for("interviews.show", public_id=public_id))


@bp.post("/<public_id>/employers/<employer_public_id>/remove")
@needs(Permission.REFER)
def remove_employer(public_id: str, employer_public_id: str) -> ResponseReturnValue:
    """Take an employer without appointments off the list."""
    days.remove_employer(request_session(), current_actor(), public_id, employer_public_id)
    toast(gettext("已移出"))
    return see_other(url_for("interviews.show", public_id=public_id))


@bp.get("/<public_id>/proposal")
@needs(Permission.REFER)
def proposal(public_id: str) -> ResponseReturnValue:
    """Show who would get which slot and who none, before anything happens."""
    session, actor = request_session(), current_actor()
    sheet = views.read_day(session, actor, public_id)
    found = planning.propose(session, actor, public_id)
    named = [one.graduate_id for one in found.interviews]
    named += [one.graduate_id for one in found.without]
    slots = {line.slot.id: (table, line.slot) for table in sheet.tables for line in table.lines}
    return render_template(
        "interviews/proposal.html",
        sheet=sheet,
        day=sheet.day,
        found=found,
        people=views.people(session, actor, named),
        slots=slots,
    )


@bp.post("/<public_id>/confirm")
@needs(Permission.REFER)
def confirm(public_id: str) -> ResponseReturnValue:
    """Have the interviews made that were shown, in the background, and the people told."""
    arranging.ask(
        request_session(),
        current_actor(),
        public_id,
        request.form.get("digest", ""),
        expected_version=request.form.get("version", type=int),
    )
    toast(gettext("正在安排面试，排好一位通知一位"))
    return see_other(url_for("interviews.show", public_id=public_id))


@bp.post("/<public_id>/cancel")
@needs(Permission.REFER)
def cancel(public_id: str) -> ResponseReturnValue:
    """Call a day off."""
    version = request.form.get("version", type=int)
    ended = days.cancel_day(request_session(), current_actor(), public_id, expected_version=version)
    toast(gettext("面试日已取消，%(n)s 场面试作废并已通知本人", n=ended))
    return see_other(url_for("interviews.show", public_id=public_id))


@bp.get("/<public_id>/lists")
@needs(Permission.VIEW_REFERRALS)
def lists(public_id: str) -> ResponseReturnValue:
    """Show the lists to print, a sheet an employer or a slip a person."""
    sheet = views.read_day(request_session(), current_actor(), public_id)
    return _lists(sheet, {})


@bp.post("/<public_id>/lists")
@needs(Permission.REFER)
def named_lists(public_id: str) -> ResponseReturnValue:
    """Show the lists with full names; who did is written down."""
    named = door_lists.open_names(request_session(), current_actor(), public_id)
    return _lists(named.sheet, named.names)


def _lists(sheet: views.DaySheet, names: dict[int, str]) -> str:
    by_person = request.args.get("by") == "person"
    return render_template(
        "interviews/lists.html",
        sheet=sheet,
        day=sheet.day,
        by_person=by_person,
        names=names,
        may_name=may(current_actor(), Permission.REFER),
    )
