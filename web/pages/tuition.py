"""Tuition aid (金秋助学): students who may apply, applications from draft to payment."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.tuition import AdmissionBatch, TuitionStage, TuitionState
from matcher.services.permissions import Permission
from matcher.services.tuition import applications, lists
from matcher.services.tuition.applications import ApplicationInput
from matcher.services.tuition.lists import ApplicationFilter, Student
from web.asked import asked_member
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.pages.money import programme_labels, year_choices
from web.paging import page_of, requested_slice
from web.schemas.money import VersionForm
from web.schemas.tuition import TuitionForm
from web.session import reading_aside, request_session, undo_request
from web.words import tuition as words

bp = Blueprint("tuition", __name__, url_prefix="/tuition")

MENU = (
    NavItem(
        "tuition.index",
        msg("金秋助学"),
        Permission.VIEW_FILES,
        "aid",
        hint=msg("给在档家庭的大学生申请助学，看审批和发放"),
    ),
)
_FILTERS = ("year", "state", "stage", "paid")
_TERM_MONTH = 9
"""The term begins in September unless somebody writes another day."""
_ENTRY_MONTH = 7
"""Whoever enters from July of the year on is new."""


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """List the applications, the newest year first, then by the first day of term."""
    wanted, args = requested_slice(), request.args
    paid = args.get("paid", "")
    found = lists.list_applications(
        request_session(),
        current_actor(),
        ApplicationFilter(
            year=args.get("year", type=int),
            state=asked_member("state", TuitionState),
            stage=asked_member("stage", TuitionStage),
            paid=paid if paid in ("paid", "listed", "waits") else None,  # type: ignore[arg-type]  # narrowed by the tuple
        ),
        limit=wanted.limit,
        offset=wanted.offset,
    )
    return render_template(
        "tuition/list.html",
        rows=found.rows,
        amount_fen=found.amount_fen,
        pager=page_of(wanted, found.total),
        chip=words.chip,
        chosen={name: args.get(name, "") for name in _FILTERS},
        choices={
            "year": year_choices(),
            "state": [(one.value, label(one)) for one in TuitionState],
            "stage": [(one.value, label(one)) for one in TuitionStage],
            "paid": [
                ("waits", gettext("待列入清单")),
                ("listed", gettext("已列入清单")),
                ("paid", gettext("已发放")),
            ],
        },
        this_year=clock.today().year,
    )


def school_year() -> int:
    """Return the school year people apply for now: from spring on that of this autumn."""
    today = clock.today()
    return today.year if today.month >= 3 else today.year - 1


@bp.get("/students")
@needs(Permission.EDIT_FILES)
def students() -> ResponseReturnValue:
    """List the students of files in force without an application for a school year."""
    wanted = requested_slice()
    year = request.args.get("year", type=int) or school_year()
    found, total = lists.list_students(
        request_session(), current_actor(), year, limit=wanted.limit, offset=wanted.offset
    )
    return render_template(
        "tuition/students.html",
        rows=found,
        pager=page_of(wanted, total),
        year=year,
        years=year_choices(),
    )


@bp.get("/new")
@needs(Permission.EDIT_FILES)
def new() -> ResponseReturnValue:
    """Show the form of an application for one schooling; without one, the students to choose from."""
    if not request.args.get("schooling"):
        return see_other(url_for("tuition.students"))
    return _new()


def _new(filled: FormState | None = None) -> ResponseReturnValue:
    schooling = request.args.get("schooling", type=int) or 0
    year = request.args.get("year", type=int) or school_year()
    with reading_aside() as database:
        student = lists.find_student(database, current_actor(), schooling)
        form = filled or blank_form(
            TuitionForm,
            year=year,
            stage=_stage(student, year).value,
            term_starts_on=dt.date(year, _TERM_MONTH, 1),
        )
        page = render_template(
            "tuition/new.html", student=student, form=form, choices=_form_choices()
        )
    return page, 422 if filled else 200


def _stage(student: Student, year: int) -> TuitionStage:
    entered = student.schooling.entered_on
    is_new = entered is not None and entered >= dt.date(year, _ENTRY_MONTH, 1)
    return TuitionStage.NEW if is_new else TuitionStage.CONTINUING


def _form_choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "stage": [(one.value, label(one)) for one in TuitionStage],
        "batch": [(one.value, label(one)) for one in AdmissionBatch],
    }


def _wish(form: TuitionForm) -> ApplicationInput:
    return ApplicationInput(
        year=form.year,
        stage=form.stage,
        batch=form.batch,
        term_starts_on=form.term_starts_on,
        need=form.need or "",
    )


@bp.post("")
@needs(Permission.EDIT_FILES)
def create() -> ResponseReturnValue:
    """Make an application as a draft."""
    wish = read_form(TuitionForm)
    if isinstance(wish, FormErrors):
        return _new(wish)
    session, actor = request_session(), current_actor()
    student = lists.find_student(session, actor, request.args.get("schooling", type=int) or 0)
    try:
        made = applications.apply(
            session, actor, student.household_id, student.schooling.id, _wish(wish)
        )
    except InvalidInputError as error:
        undo_request()
        return _new(refused_form(TuitionForm, error))
    toast(gettext("申请已保存，核对后提交审批"))
    return see_other(url_for("tuition.show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_FILES)
def show(public_id: str) -> ResponseReturnValue:
    """Show an application with its answer, its way and its money."""
    return _page(public_id)


def _page(public_id: str, filled: FormState | None = None) -> ResponseReturnValue:
    with reading_aside() as database:
        view = lists.view(database, current_actor(), public_id)
        one = view.row.application
        form = filled or blank_form(
            TuitionForm,
            year=one.year,
            stage=one.stage.value,
            batch=one.batch.value if one.batch else None,
            term_starts_on=one.term_starts_on,
            need=view.need,
            version=one.version_id,
        )
        page = render_template(
            "tuition/show.html",
            view=view,
            row=view.row,
            one=one,
            form=form,
            choices=_form_choices(),
            chip=words.chip(view.row),
            reasons=words.reasons(view.answer.against),
            missing=words.missing(view.answer.missing),
            programmes=programme_labels(),
        )
    return page, 422 if filled else 200


@bp.post("/<public_id>")
@needs(Permission.EDIT_FILES)
def change(public_id: str) -> ResponseReturnValue:
    """Change a draft; school and level are taken anew from the file."""
    wish = read_form(TuitionForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish)
    session, actor = request_session(), current_actor()
    row = lists.find_application(session, actor, public_id)
    try:
        applications.change(session, actor, row.id, _wish(wish), expected_version=wish.version)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(TuitionForm, error))
    toast(gettext("已保存"))
    return see_other(url_for("tuition.show", public_id=public_id))


def _version() -> int | None:
    wish = read_form(VersionForm)
    return None if isinstance(wish, FormErrors) else wish.version


@bp.post("/<public_id>/submission")
@needs(Permission.EDIT_FILES)
def submit(public_id: str) -> ResponseReturnValue:
    """Send an application through the chain."""
    session, actor = request_session(), current_actor()
    row = lists.find_application(session, actor, public_id)
    approval = applications.submit(session, actor, row.id, expected_version=_version())
    toast(gettext("已提交审批"))
    return see_other(url_for("approvals.show", public_id=approval.public_id))


@bp.post("/<public_id>/cancellation")
@needs(Permission.EDIT_FILES)
def cancel(public_id: str) -> ResponseReturnValue:
    """Do away with a draft."""
    session, actor = request_session(), current_actor()
    row = lists.find_application(session, actor, public_id)
    applications.cancel(session, actor, row.id, expected_version=_version())
    toast(gettext("申请已取消"))
    return see_other(url_for("tuition.index"))
