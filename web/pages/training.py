"""Training referrals (培训转介): the list, proposing a course, one person's referral with the steps it may take."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.training import (
    CertificateKind,
    CourseKind,
    CourseState,
    DropReason,
    SupportKind,
    TradeLevel,
    TrainingRefusal,
    TrainingState,
)
from matcher.models.training import Course
from matcher.services import graduate_lists, graduate_pages
from matcher.services.permissions import Permission
from matcher.services.training import figures, lists, proposing
from matcher.services.training.figures import Period, What
from matcher.services.training.sight import find_course, find_referral
from web.auth import current_actor
from web.filters import day
from web.forms import Form, FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.pages.training_figures import WORDS, asked_period, asked_what
from web.paging import page_of, requested_slice
from web.schemas.training import ReferForm
from web.session import reading_aside, request_session, undo_request
from web.words.training_acts import ACTS

bp = Blueprint("training", __name__, url_prefix="/training")

MENU = (
    NavItem(
        "training.index",
        msg("培训转介"),
        Permission.MANAGE_TRAINING,
        "care",
        hint=msg("谁在候补、待答复、在班、结业、取证"),
        icon="log",
    ),
)


_FILTERS = ("state", "kind", "due", "counted", "course")


def _pairs(kind: Any) -> list[tuple[str, str]]:
    return [(one.value, label(one)) for one in kind]


@bp.get("")
@needs(Permission.MANAGE_TRAINING)
def index() -> ResponseReturnValue:
    """List the training referrals, those to be answered soonest first."""
    rows_wanted, args = requested_slice(), request.args
    state, what, period = args.get("state", ""), asked_what(args), asked_period(args)
    session, actor = request_session(), current_actor()
    course = find_course(session, actor, args["course"]) if args.get("course") else None
    found = lists.list_people(
        session,
        actor,
        course_id=course.id if course else None,
        state=TrainingState(state) if state in set(TrainingState) else None,
        kind=period.kind,
        overdue=args.get("due") == "over",
        counted=(period, what) if what else None,
        limit=rows_wanted.limit,
        offset=rows_wanted.offset,
    )
    filtered = any(args.get(name) for name in _FILTERS)
    return fragment_or_page(
        "training/_rows.html",
        "training/list.html",
        rows=found.rows,
        pager=page_of(rows_wanted, found.total),
        states=_pairs(TrainingState),
        kinds=_pairs(CourseKind),
        chosen={name: args.get(name, "") for name in _FILTERS},
        n_people=found.n_people,
        period=period,
        course=course,
        tags=_tags(what, period, course),
        sums=None if filtered else figures.figures(session, actor, period),
    )


def _tags(what: What | None, period: Period, course: Course | None) -> list[tuple[str, str]]:
    """Return what the figures' link narrowed the list to, each with the field that takes it off."""
    tags = []
    if what is not None:
        days = {"from": day(period.since), "to": day(period.until)}
        words = gettext("%(from)s 至 %(to)s", **days)
        tags.append((f"{gettext(WORDS[what])} {words}", "counted"))
    if course is not None:
        tags.append((course.title, "course"))
    return tags


@bp.get("/new")
@needs(Permission.MANAGE_TRAINING)
def new() -> ResponseReturnValue:
    """Choose a graduate and a course; either may come in the address."""
    args = request.args
    form = blank_form(ReferForm, graduate=args.get("graduate", ""), course=args.get("course", ""))
    return _new(form)


def _new(form: FormState, status: int = 200) -> ResponseReturnValue:
    name, actor = request.args.get("name", "").strip(), current_actor()
    with reading_aside() as database:
        chosen = None
        if form.value("graduate"):
            chosen = graduate_pages.find_graduate(database, actor, form.value("graduate"))
        found = graduate_lists.list_graduates(database, actor, name=name, limit=20).rows
        offered = lists.list_courses(database, actor, state=CourseState.OPEN, limit=200).rows
        page = render_template(
            "training/new.html",
            form=form,
            name=name,
            chosen=chosen,
            found=found if name else [],
            courses=[(row.course.public_id, _course_words(row)) for row in offered],
        )
    return page, status


def _course_words(row: lists.CourseRow) -> str:
    course = row.course
    left = course.places - course.places_taken
    if left:
        return gettext("%(title)s（余 %(n)s）", title=course.title, n=left)
    return gettext("%(title)s（已满，排候补）", title=course.title)


@bp.post("")
@needs(Permission.MANAGE_TRAINING)
def create() -> ResponseReturnValue:
    """Propose a course to somebody."""
    wish = read_form(ReferForm)
    if isinstance(wish, FormErrors):
        return _new(wish, 422)
    session, actor = request_session(), current_actor()
    graduate = graduate_pages.find_graduate(session, actor, wish.graduate)
    course = find_course(session, actor, wish.course)
    made = proposing.propose(
        session, actor, course_id=course.id, graduate_id=graduate.id, agreed=wish.agreed
    )
    waits = made.state is TrainingState.WAITING
    toast(gettext("班已满，已排到候补") if waits else gettext("已转介"))
    return see_other(url_for("training.show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(Permission.MANAGE_TRAINING)
def show(public_id: str) -> ResponseReturnValue:
    """Show one person's training with its steps and what may be done next."""
    return _page(public_id, {})


def _page(public_id: str, filled: dict[str, FormState]) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        row = lists.find_person(database, actor, public_id)
        version = row.referral.version_id
        forms = apart(
            {
                name: filled.get(name) or blank_form(act.form, version=version)
                for name, act in ACTS.items()
            }
        )
        page = render_template(
            "training/show.html",
            row=row,
            forms=forms,
            steps=lists.list_steps(database, actor, public_id),
            choices={
                "refusals": _pairs(TrainingRefusal),
                "drops": _pairs(DropReason),
                "papers": _pairs(CertificateKind),
                "levels": _pairs(TradeLevel),
                "supports": _pairs(SupportKind),
            },
            errors=next(iter(filled.values()), None),
            today=clock.today(),
        )
    return page, 422 if filled else 200


@bp.post("/<public_id>/<act>")
@needs(Permission.MANAGE_TRAINING)
def take(public_id: str, act: str) -> ResponseReturnValue:
    """Take one step of a training referral, on behalf of whoever takes it."""
    session, actor = request_session(), current_actor()
    referral = find_referral(session, actor, public_id)
    known = ACTS.get(act)
    if known is None:
        return see_other(url_for("training.show", public_id=public_id))
    wish = read_form(known.form)
    if isinstance(wish, FormErrors):
        return _page(public_id, {act: wish})
    try:
        _run(session, known.run, referral.id, wish)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {act: refused_form(known.form, error)})
    toast(gettext(known.said))
    return see_other(url_for("training.show", public_id=public_id))


def _run(session: Session, run: Callable[..., Any], referral_id: int, wish: Form) -> None:
    run(session, current_actor(), referral_id, wish)
