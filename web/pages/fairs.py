"""Fairs (招聘会): the list and the calendar, a fair's home with its steps, entering and editing."""

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import Role
from matcher.kinds.cohorts import EventChannel
from matcher.kinds.fairs import FairState
from matcher.kinds.labelled import Labelled
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.services import drives
from matcher.services.fairs import duties, entering, lists, overview, sessions, states
from matcher.services.fairs.entering import FairInput
from matcher.services.fairs.lists import When
from matcher.services.fairs.public import SHOWN
from matcher.services.fairs.sight import LIVE, get_fair, get_managed, may_manage
from matcher.services.permissions import Permission
from web.addresses import address_of
from web.auth import current_actor
from web.choices import place_words, read_place
from web.drive_choice import chosen_drive
from web.fair_tabs import around
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg, translated
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.qr_codes import fair_address
from web.schemas.fairs import CancelForm, CopyForm, FairForm, StepForm
from web.session import reading_aside, request_session, undo_request
from web.words import fairs as words

bp = Blueprint("fairs", __name__, url_prefix="/fairs")

MENU = (
    NavItem(
        "fairs.index",
        msg("招聘会"),
        Permission.VIEW_FAIRS,
        "fairs",
        hint=msg("从报批、请单位、排展位到现场和会后报告"),
        icon="calendar",
        first_for=(Role.FAIR_ORGANISER,),
        parts=("fair_",),
    ),
)


def _pairs(kind: type[Labelled]) -> list[tuple[str, str]]:
    return [(one.value, label(one)) for one in kind]


@bp.get("")
@needs(Permission.VIEW_FAIRS)
def index() -> ResponseReturnValue:
    """List the fairs of a drive, those to come first; or show them in a month."""
    choice, part, args = chosen_drive(), requested_slice(), request.args
    session, actor = request_session(), current_actor()
    state, when = args.get("state", ""), args.get("when", "")
    found = lists.list_fairs(
        session,
        actor,
        drive_id=choice.drive.id if choice.drive and args.get("drive") else None,
        state=FairState(state) if state in set(FairState) else None,
        when=When(when) if when in set(When) else None,
        limit=part.limit,
        offset=part.offset,
    )
    return fragment_or_page(
        "fairs/_rows.html",
        "fairs/list.html",
        rows=found.rows,
        total=found.total,
        pager=page_of(part, found.total),
        drives=[(one.id, one.name) for one in choice.drives],
        states=_pairs(FairState),
        whens=[
            (When.COMING.value, gettext("还没到")),
            (When.TODAY.value, gettext("今天")),
            (When.PAST.value, gettext("办过的")),
        ],
        chosen={name: args.get(name, "") for name in ("drive", "state", "when")},
    )


@bp.get("/calendar")
@needs(Permission.VIEW_FAIRS)
def calendar() -> ResponseReturnValue:
    """Show the fairs of a month."""
    first = _month(request.args.get("month", ""))
    before = (first - dt.timedelta(days=1)).replace(day=1)
    after = (first + dt.timedelta(days=31)).replace(day=1)
    return render_template(
        "fairs/calendar.html",
        weeks=lists.month_of(request_session(), current_actor(), first.year, first.month),
        first=first,
        before=f"{before:%Y-%m}",
        after=f"{after:%Y-%m}",
        today=clock.today(),
    )


def _month(text: str) -> dt.date:
    try:
        return dt.datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        return clock.today().replace(day=1)


@bp.get("/new")
@needs(Permission.MANAGE_FAIRS)
def new() -> ResponseReturnValue:
    """Show the form for a fair."""
    with reading_aside() as database:
        own = database.get(Union, current_actor().union_id or 0)
        region = place_words(own.region_code) if own is not None else ""
    return _form(blank_form(FairForm, channel=EventChannel.ON_SITE, venue_region=region))


def _form(form: FormState, *, fair: Fair | None = None, status: int = 200) -> ResponseReturnValue:
    choice = chosen_drive() if fair is None else None
    page = render_template(
        "fairs/form.html",
        form=form,
        fair=fair,
        drive=choice.drive if choice else None,
        channels=_pairs(EventChannel),
    )
    return page, status


def _read(sent: FairForm) -> tuple[FairInput | None, FormErrors | None]:
    """Return what was typed as the use case takes it, the place read into a code."""
    place = read_place(sent.venue_region)
    if place.problem:
        return None, FormErrors(FairForm, request.form, {"venue_region": place.problem})
    values = sent.model_dump(exclude={"version", "venue_region"})
    return FairInput(**values, venue_region=place.code), None


@bp.post("")
@needs(Permission.MANAGE_FAIRS)
def create() -> ResponseReturnValue:
    """Enter a fair of a drive."""
    wish, session, actor = read_form(FairForm), request_session(), current_actor()
    if isinstance(wish, FormErrors):
        return _form(wish, status=422)
    facts, wrong = _read(wish)
    if facts is None or wrong is not None:
        return _form(wrong or blank_form(FairForm), status=422)
    drive = drives.get_drive(session, actor, request.form.get("drive", 0, type=int))
    try:
        made = entering.create_fair(session, actor, drive.id, facts)
    except InvalidInputError as error:
        undo_request()
        return _form(refused_form(FairForm, error), status=422)
    toast(gettext("招聘会已建，接着定场次"))
    return see_other(url_for("fairs.show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_FAIRS)
def show(public_id: str) -> ResponseReturnValue:
    """Show a fair's home: where each area stands and what is next."""
    return home_page(public_id)


def home_page(
    public_id: str, *, forms: dict[str, FormState] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Return a fair's home; forms that were refused come with what was typed."""
    with reading_aside() as database:
        actor = current_actor()
        fair = get_fair(database, actor, public_id)
        counts = overview.counts_of(database, fair)
        rules = duties.duties_of(database, fair)
        manages = may_manage(database, actor, fair)
        page = render_template(
            "fairs/show.html",
            fair=fair,
            union_name=database.get_one(Union, fair.union_id).name,
            counts=counts,
            steps=[
                words.shown_step(one, public_id) for one in overview.steps_of(fair, counts, rules)
            ],
            duties=rules,
            sessions=sessions.sessions_of(database, fair.id),
            manages=manages,
            is_live=fair.state in LIVE,
            lacks=[gettext(words.LACKS[one]) for one in states.lacks(database, fair)],
            public_address=fair_address(fair.token),
            words=words,
            links=_links(public_id, fair),
            place=place_words(fair.venue_region),
            **apart(_forms(fair) | (forms or {})),
            **around(public_id, "fairs.show"),
        )
    return page, status


def _links(public_id: str, fair: Fair) -> dict[str, str]:
    """Return where the rows behind each count are; empty where the role has no such page."""
    posts = fair.state in SHOWN
    return {
        "employers": address_of("fair_employers.index", public_id=public_id),
        "posts": f"{url_for('public_fairs.show', token=fair.token)}#employers" if posts else "",
        "booths": address_of("fair_plan.show", public_id=public_id),
        "guests": address_of("fair_guests.index", public_id=public_id),
        "entered": address_of("fair_door.show", public_id=public_id),
    }


def _forms(fair: Fair) -> dict[str, FormState]:
    return {
        "step": blank_form(StepForm, version=fair.version_id),
        "cancel_form": blank_form(CancelForm, version=fair.version_id),
        "copy_form": blank_form(CopyForm, title=fair.title),
    }


@bp.get("/<public_id>/edit")
@needs(Permission.MANAGE_FAIRS)
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form with a fair as it stands."""
    fair = get_managed(request_session(), current_actor(), public_id, lock=False)
    return _form(_stands(fair), fair=fair)


def _stands(fair: Fair) -> FormState:
    said: dict[str, Any] = vars(entering.facts_of(fair))
    place = place_words(fair.venue_region)
    return blank_form(FairForm, **(said | {"venue_region": place}), version=fair.version_id)


@bp.post("/<public_id>")
@needs(Permission.MANAGE_FAIRS)
def update(public_id: str) -> ResponseReturnValue:
    """Change a fair."""
    with reading_aside() as database:
        fair = get_managed(database, current_actor(), public_id, lock=False)
    wish = read_form(FairForm)
    if isinstance(wish, FormErrors):
        return _form(wish, fair=fair, status=422)
    facts, wrong = _read(wish)
    if facts is None or wrong is not None:
        return _form(wrong or _stands(fair), fair=fair, status=422)
    try:
        entering.edit_fair(
            request_session(), current_actor(), public_id, facts, expected_version=wish.version
        )
    except InvalidInputError as error:
        undo_request()
        return _form(refused_form(FairForm, error), fair=fair, status=422)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(FairForm, request.form, {"": translated(error.message)})
        return _form(said, fair=fair, status=409)
    toast(gettext("招聘会已修改"))
    return see_other(url_for("fairs.show", public_id=public_id))
