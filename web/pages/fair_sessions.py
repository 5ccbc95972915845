"""Sessions of a fair (场次): the list with how full each is, adding, changing, removing."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.models.fairs import FairSession
from matcher.services.fairs import sessions
from matcher.services.fairs.sessions import SessionInput
from matcher.services.fairs.sight import LIVE, get_managed
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.schemas.fairs import SessionForm
from web.session import reading_aside, request_session, undo_request
from web.words import fairs as words

bp = Blueprint("fair_sessions", __name__, url_prefix="/fairs/<public_id>/sessions")

_HOUR = 60


@bp.get("")
@needs(Permission.MANAGE_FAIRS)
def show(public_id: str) -> ResponseReturnValue:
    """Show the sessions of a fair, each with its form."""
    return _page(public_id)


def _page(
    public_id: str,
    *,
    new: FormState | None = None,
    changed: tuple[str, FormState] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    with reading_aside() as database:
        fair = get_managed(database, current_actor(), public_id, lock=False)
        held = sessions.sessions_of(database, fair.id)
        forms = {f"held-{one.public_id}": _stands(one) for one in held}
        if changed is not None:
            forms[f"held-{changed[0]}"] = changed[1]
        named = apart(
            {"new": new or _suggested(fair.first_on, held, sessions.largest_free(fair))} | forms
        )
        page = render_template(
            "fairs/sessions.html",
            fair=fair,
            held=[(one, named[f"held-{one.public_id}"]) for one in held],
            new=named["new"],
            words=words,
            most=sessions.largest_free(fair),
            is_live=fair.state in LIVE,
            **around(public_id, "fair_sessions.show"),
        )
    return page, status


def _stands(held: FairSession) -> FormState:
    return blank_form(
        SessionForm,
        name=held.name,
        held_on=held.held_on,
        begins=words.minute(held.begins_minute),
        ends=words.minute(held.ends_minute),
        opens_minutes_before=held.opens_minutes_before,
        approved_number=held.approved_number,
    )


def _suggested(first_on: dt.date, held: list[FairSession] | object, most: int) -> FormState:
    """Return the form of a new session, filled in as most are: a morning, or an afternoon after one."""
    afternoon = bool(held)
    return blank_form(
        SessionForm,
        name=gettext("下午场") if afternoon else gettext("上午场"),
        held_on=first_on,
        begins="13:30" if afternoon else "09:00",
        ends="17:00" if afternoon else "12:00",
        opens_minutes_before=30,
        approved_number=most,
    )


def _facts(sent: SessionForm) -> SessionInput:
    return SessionInput(
        name=sent.name,
        held_on=sent.held_on,
        begins_minute=_minute(sent.begins),
        ends_minute=_minute(sent.ends),
        opens_minutes_before=sent.opens_minutes_before,
        approved_number=sent.approved_number,
    )


def _minute(time: dt.time) -> int:
    return time.hour * _HOUR + time.minute


@bp.post("")
@needs(Permission.MANAGE_FAIRS)
def add(public_id: str) -> ResponseReturnValue:
    """Add a session."""
    wish = read_form(SessionForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, new=wish, status=422)
    try:
        sessions.add_session(request_session(), current_actor(), public_id, _facts(wish))
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, new=_refused(error), status=422)
    except RuleBrokenError as error:
        undo_request()
        return _page(public_id, new=_broken(error), status=409)
    toast(gettext("场次已加"))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<held_id>")
@needs(Permission.MANAGE_FAIRS)
def change(public_id: str, held_id: str) -> ResponseReturnValue:
    """Change a session."""
    wish = read_form(SessionForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, changed=(held_id, wish), status=422)
    try:
        sessions.change_session(
            request_session(), current_actor(), public_id, held_id, _facts(wish)
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, changed=(held_id, _refused(error)), status=422)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        return _page(public_id, changed=(held_id, _broken(error)), status=409)
    toast(gettext("场次已改"))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<held_id>/remove")
@needs(Permission.MANAGE_FAIRS)
def remove(public_id: str, held_id: str) -> ResponseReturnValue:
    """Remove a session nobody booked."""
    try:
        sessions.remove_session(request_session(), current_actor(), public_id, held_id)
    except RuleBrokenError as error:
        undo_request()
        return _page(public_id, new=_broken(error), status=409)
    toast(gettext("场次已删除"))
    return see_other(url_for(".show", public_id=public_id))


def _refused(error: InvalidInputError) -> FormState:
    fields = {
        {"begins_minute": "begins", "ends_minute": "ends"}.get(name, name): why
        for name, why in dict(error.details["fields"]).items()  # type: ignore[call-overload] # names by field
    }
    renamed = InvalidInputError(error.code, error.message, fields=fields)
    return refused_form(SessionForm, renamed)


def _broken(error: ConflictError | RuleBrokenError) -> FormState:
    return FormErrors(SessionForm, request.form, {"": translated(error.message)})
