"""Service events (就业服务活动): the list with its totals, entering, correcting, withdrawing; nothing about people."""

import datetime as dt
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds.cohorts import EventChannel, EventKind
from matcher.kinds.labelled import Labelled
from matcher.models.service_events import ServiceEvent
from matcher.services import drives, service_event_lists, service_events
from matcher.services.permissions import Permission
from matcher.services.service_events import EventInput
from web.auth import current_actor
from web.drive_choice import chosen_drive
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg, translated
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.cohorts import EventCorrection, EventForm, VoidEvent
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("service_events", __name__, url_prefix="/events")

MENU = (
    NavItem(
        "service_events.index",
        msg("服务活动"),
        Permission.RECORD_EVENTS,
        "drive",
        hint=msg("招聘会、政策宣讲、职业指导：办完一场登记一场"),
        icon="calendar",
    ),
)


def _pairs(kind: type[Labelled]) -> list[tuple[str, str]]:
    return [(one.value, label(one)) for one in kind]


def _day(name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


@bp.get("")
@needs(Permission.RECORD_EVENTS)
def index() -> ResponseReturnValue:
    """List the events of a drive, with the totals of all the filters keep."""
    choice, part, args = chosen_drive(), requested_slice(), request.args
    if choice.drive is None:
        return render_template("service_events/none.html")
    kind, channel = args.get("kind", ""), args.get("channel", "")
    found = service_event_lists.list_events(
        request_session(),
        current_actor(),
        choice.drive.id,
        kind=EventKind(kind) if kind in set(EventKind) else None,
        channel=EventChannel(channel) if channel in set(EventChannel) else None,
        union_id=args.get("union", type=int),
        from_on=_day("since"),
        until_on=_day("until"),
        limit=part.limit,
        offset=part.offset,
    )
    return fragment_or_page(
        "service_events/_rows.html",
        "service_events/list.html",
        drive=choice.drive,
        drives=[(one.id, one.name) for one in choice.drives],
        found=found,
        rows=found.rows,
        pager=page_of(part, found.total),
        kinds=_pairs(EventKind),
        channels=_pairs(EventChannel),
        chosen={name: args.get(name, "") for name in ("kind", "channel", "since", "until")},
    )


@bp.get("/new")
@needs(Permission.RECORD_EVENTS)
def new() -> ResponseReturnValue:
    """Show the form for an event."""
    return _form(
        blank_form(
            EventForm,
            kind=EventKind.FAIR,
            channel=EventChannel.ON_SITE,
            happened_on=clock.today(),
        )
    )


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    choice = chosen_drive()
    page = render_template(
        "service_events/form.html",
        form=form,
        drive=choice.drive,
        kinds=_pairs(EventKind),
        channels=_pairs(EventChannel),
        today=clock.today(),
    )
    return page, status


@bp.post("")
@needs(Permission.RECORD_EVENTS)
def create() -> ResponseReturnValue:
    """Enter an event of a drive."""
    wish, session, actor = read_form(EventForm), request_session(), current_actor()
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    drive = drives.get_drive(session, actor, request.form.get("drive", 0, type=int))
    try:
        made = service_events.record_event(
            session, actor, drive.id, EventInput(**wish.model_dump())
        )
    except InvalidInputError as error:
        undo_request()
        return _form(refused_form(EventForm, error), 422)
    toast(gettext("活动已登记"))
    return see_other(url_for("service_events.show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(Permission.RECORD_EVENTS)
def show(public_id: str) -> ResponseReturnValue:
    """Show an event with everything that was entered of it."""
    return _page(public_id)


def _page(
    public_id: str,
    *,
    correction: FormState | None = None,
    void: FormState | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    with reading_aside() as database:
        rows = service_events.get_event(database, current_actor(), public_id)
        page = render_template(
            "service_events/show.html",
            public_id=public_id,
            event=rows[0],
            rows=rows,
            names=service_event_lists.names_of(database, rows),
            kinds=_pairs(EventKind),
            channels=_pairs(EventChannel),
            today=clock.today(),
            **apart(
                {
                    "correction": correction or _stands(rows[0]),
                    "void": void or blank_form(VoidEvent, row=rows[0].id),
                }
            ),
        )
    return page, status


def _stands(event: ServiceEvent) -> FormState:
    said: dict[str, Any] = vars(service_events.facts_of(event))
    return blank_form(EventCorrection, **said, row=event.id)


@bp.post("/<public_id>/correct")
@needs(Permission.RECORD_EVENTS)
def correct(public_id: str) -> ResponseReturnValue:
    """Correct an event by a new row."""
    wish = read_form(EventCorrection)
    if isinstance(wish, FormErrors):
        return _page(public_id, correction=wish, status=422)
    facts = EventInput(**wish.model_dump(exclude={"why", "row"}))
    try:
        service_events.correct_event(
            request_session(),
            current_actor(),
            public_id,
            facts,
            why=wish.why,
            expected_row=wish.row,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, correction=refused_form(EventCorrection, error), status=422)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(EventCorrection, request.form, {"": translated(error.message)})
        return _page(public_id, correction=said, status=409)
    toast(gettext("活动已更正，更正前的一条仍保留"))
    return see_other(url_for("service_events.show", public_id=public_id))


@bp.post("/<public_id>/void")
@needs(Permission.RECORD_EVENTS)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Withdraw an event that was entered by mistake."""
    wish = read_form(VoidEvent)
    if isinstance(wish, FormErrors):
        return _page(public_id, void=wish, status=422)
    try:
        service_events.void_event(
            request_session(), current_actor(), public_id, why=wish.why, expected_row=wish.row
        )
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(VoidEvent, request.form, {"": translated(error.message)})
        return _page(public_id, void=said, status=409)
    toast(gettext("活动已作废，不再计入"))
    return see_other(url_for("service_events.show", public_id=public_id))
