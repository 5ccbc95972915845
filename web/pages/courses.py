"""Courses (培训班): the list, one course with its people, entering and changing, attendance, the sheet to sign."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.training import (
    CertificateKind,
    CourseKind,
    CoursePayer,
    CourseState,
    DaySession,
    TradeLevel,
)
from matcher.models.training import Course
from matcher.services.permissions import Permission
from matcher.services.training import attendance, courses, lists, order_choices, orders, providers
from matcher.services.training.courses import CourseInput, certificate_code
from matcher.services.training.sight import find_course
from matcher.vocabulary.certificates import name_of
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.training import CourseForm, DayForm, SeatsForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("courses", __name__, url_prefix="/courses")

MENU = (
    NavItem(
        "courses.index",
        msg("培训班"),
        Permission.MANAGE_TRAINING,
        "care",
        hint=msg("技能培训、见习、创业：班次、名额、订单、考勤"),
        icon="list",
    ),
)

_MOST_PEOPLE = 500  # on the page of one course: a larger class is two


@bp.get("")
@needs(Permission.MANAGE_TRAINING)
def index() -> ResponseReturnValue:
    """List the courses one may refer people to."""
    rows_wanted, args = requested_slice(), request.args
    kind, state = args.get("kind", ""), args.get("state", "")
    found = lists.list_courses(
        request_session(),
        current_actor(),
        kind=CourseKind(kind) if kind in set(CourseKind) else None,
        state=CourseState(state) if state in set(CourseState) else None,
        with_room=args.get("room") == "yes",
        search=args.get("name", ""),
        limit=rows_wanted.limit,
        offset=rows_wanted.offset,
    )
    return fragment_or_page(
        "courses/_rows.html",
        "courses/list.html",
        rows=found.rows,
        pager=page_of(rows_wanted, found.total),
        kinds=_pairs(CourseKind),
        states=_pairs(CourseState),
        chosen={"kind": kind, "state": state, "room": args.get("room", "")},
        name=args.get("name", ""),
    )


def _pairs(kind: Any) -> list[tuple[str, str]]:
    return [(one.value, label(one)) for one in kind]


@bp.get("/new")
@needs(Permission.MANAGE_TRAINING)
def new() -> ResponseReturnValue:
    """Show the form of a new course."""
    return _form(blank_form(CourseForm, kind=CourseKind.SKILL, payer=CoursePayer.UNION, places=30))


def _form(form: FormState, course: Course | None = None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        actor = current_actor()
        page = render_template(
            "courses/form.html",
            form=form,
            course=course,
            kinds=_pairs(CourseKind),
            levels=_pairs(TradeLevel),
            papers=_pairs(CertificateKind),
            payers=_pairs(CoursePayer),
            providers=[(one.id, one.name) for one in providers.list_providers(database, actor)],
            employers=order_choices.list_employers(database, actor),
            names=order_choices.asked_names(database, actor),
        )
    return page, status


@bp.post("")
@needs(Permission.MANAGE_TRAINING)
def create() -> ResponseReturnValue:
    """Enter a course."""
    wish = read_form(CourseForm)
    if isinstance(wish, FormErrors):
        return _form(wish, status=422)
    try:
        made = courses.add_course(request_session(), current_actor(), _input(wish))
    except InvalidInputError as error:
        undo_request()
        return _form(_refused(error), status=422)
    toast(gettext("班次已登记"))
    return see_other(url_for("courses.show", public_id=made.public_id))


def _refused(error: InvalidInputError) -> FormErrors:
    fields = error.details.get("fields")
    if isinstance(fields, dict) and "cost" in fields:
        fields["cost_yuan"] = fields.pop("cost")
    return refused_form(CourseForm, error)


def _input(wish: CourseForm) -> CourseInput:
    facts = wish.model_dump(exclude={"version", "cost_yuan", "certificate"})
    name = wish.certificate
    return CourseInput(
        cost_fen=int(wish.cost_yuan * 100),
        certificate=certificate_code(name) if name else None,
        **facts,
    )


@bp.get("/<public_id>")
@needs(Permission.MANAGE_TRAINING)
def show(public_id: str) -> ResponseReturnValue:
    """Show a course, its order, its people and its waiting list."""
    return _page(public_id, None)


def _page(public_id: str, seats: FormState | None) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        course = find_course(database, actor, public_id)
        people = lists.list_people(database, actor, course_id=course.id, limit=_MOST_PEOPLE).rows
        page = render_template(
            "courses/show.html",
            course=course,
            row=lists.get_row(database, actor, course.id),
            people=people,
            queue=lists.waiting_numbers(people),
            presence=attendance.presence_of(database, actor, course.id),
            order=orders.view_order(database, actor, course.id),
            offers=order_choices.list_postings(database, actor, course.id),
            seats=seats or blank_form(SeatsForm),
            mine=lists.may_change(database, actor, course),
        )
    return page, 422 if seats else 200


@bp.get("/<public_id>/edit")
@needs(Permission.MANAGE_TRAINING)
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form of a course."""
    with reading_aside() as database:
        course = find_course(database, current_actor(), public_id)
        names = CourseForm.model_fields.keys() - {"cost_yuan", "version"}
        values = {name: getattr(course, name) for name in names}
        cost = f"{course.cost_fen / 100:.2f}"
        values["certificate"] = name_of(course.certificate) if course.certificate else None
        form = blank_form(CourseForm, cost_yuan=cost, version=course.version_id, **values)
        return _form(form, course)


@bp.post("/<public_id>/edit")
@needs(Permission.MANAGE_TRAINING)
def save(public_id: str) -> ResponseReturnValue:
    """Change a course."""
    session, actor = request_session(), current_actor()
    course = find_course(session, actor, public_id)
    wish = read_form(CourseForm)
    if isinstance(wish, FormErrors):
        return _form(wish, course, 422)
    try:
        courses.change_course(
            session, actor, course.id, _input(wish), expected_version=wish.version
        )
    except InvalidInputError as error:
        undo_request()
        return _form(_refused(error), _course_again(public_id), 422)
    toast(gettext("班次已修改"))
    return see_other(url_for("courses.show", public_id=public_id))


def _course_again(public_id: str) -> Course:
    with reading_aside() as database:
        return find_course(database, current_actor(), public_id)


@bp.post("/<public_id>/seats")
@needs(Permission.MANAGE_TRAINING)
def tie_seats(public_id: str) -> ResponseReturnValue:
    """Tie seats of the order's employer to a course."""
    session, actor = request_session(), current_actor()
    course = find_course(session, actor, public_id)
    wish = read_form(SeatsForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish)
    orders.tie_seats(session, actor, course.id, wish.posting_id, wish.count)
    toast(gettext("已挂钩 %(n)s 个席位", n=wish.count))
    return see_other(url_for("courses.show", public_id=public_id))


@bp.post("/<public_id>/end")
@needs(Permission.MANAGE_TRAINING)
def end(public_id: str) -> ResponseReturnValue:
    """Close a course that is over, or cancel it."""
    session, actor = request_session(), current_actor()
    course, how = find_course(session, actor, public_id), request.form.get("how")
    act = courses.cancel_course if how == "cancel" else courses.close_course
    act(session, actor, course.id, expected_version=request.form.get("version", type=int))
    toast(gettext("班次已修改"))
    return see_other(url_for("courses.show", public_id=public_id))


@bp.get("/<public_id>/attendance")
@needs(Permission.MANAGE_TRAINING)
def day(public_id: str) -> ResponseReturnValue:
    """Show one part of one day, to be filled in on a phone."""
    wish = read_form(DayForm)
    if isinstance(wish, FormErrors):
        wish = DayForm(on=clock.today(), part=DaySession.MORNING)
    return _day(public_id, blank_form(DayForm, on=wish.on, part=wish.part), wish)


def _day(
    public_id: str, form: FormState, wish: DayForm | None, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as database:
        actor = current_actor()
        course = find_course(database, actor, public_id)
        page = render_template(
            "courses/attendance.html",
            course=course,
            form=form,
            parts=_pairs(DaySession),
            people=attendance.sheet_of(
                database, actor, course.id, *((wish.on, wish.part) if wish else ())
            ),
        )
    return page, status


@bp.post("/<public_id>/attendance")
@needs(Permission.MANAGE_TRAINING)
def enter_day(public_id: str) -> ResponseReturnValue:
    """Enter one part of one day."""
    session, actor = request_session(), current_actor()
    course = find_course(session, actor, public_id)
    wish = read_form(DayForm)
    if isinstance(wish, FormErrors):
        return _day(public_id, wish, None, 422)
    hours = sent_hours(session, course.id)
    try:
        present = attendance.note_day(
            session, actor, course.id, on=wish.on, part=wish.part, hours=hours
        )
    except InvalidInputError as error:
        undo_request()
        return _day(public_id, refused_form(DayForm, error), wish, 422)
    toast(gettext("考勤已登记，到 %(n)s 人", n=present))
    return see_other(
        url_for("courses.day", public_id=public_id, on=wish.on.isoformat(), part=wish.part.value)
    )


def sent_hours(session: Session, course_id: int) -> dict[int, int]:
    """Return the hours sent for the people of a course, those without a number left out."""
    rows = attendance.sheet_of(session, current_actor(), course_id)
    sent = {
        row.referral.id: request.form.get(f"h_{row.referral.public_id}", type=int) for row in rows
    }
    return {number: hours for number, hours in sent.items() if hours is not None}


@bp.get("/<public_id>/sheet")
@needs(Permission.MANAGE_TRAINING)
def sheet(public_id: str) -> ResponseReturnValue:
    """Show the sheet to print and sign."""
    session = request_session()
    course = find_course(session, current_actor(), public_id)
    people = attendance.sheet_of(session, current_actor(), course.id)
    return render_template("courses/sheet.html", course=course, people=people)
