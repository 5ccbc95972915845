"""Call mode (电话模式): the next person, the number by one tap, the result by one tap; forty on a sheet."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.day import CallOutcome
from matcher.services import reveals
from matcher.services.casework import service_acts
from matcher.services.casework.call_lists import CallList, CallTarget, find_target, list_calls
from matcher.services.casework.calls import record_call, undo_call
from matcher.services.permissions import Permission
from matcher.services.rows import not_found
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast, wants_fragment
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.day import CallTap, Revealed
from web.session import reading_aside, request_session

bp = Blueprint("calls", __name__, url_prefix="/calls")

MENU = (
    NavItem(
        "calls.index",
        msg("电话模式"),
        Permission.EDIT_CASES,
        "today",
        hint=msg("逐个打电话，点一下登记结果"),
        icon="person",
    ),
)

_LATER_DAYS = 3
"""What stands in the field of the day to call again: most say 过两三天再打."""

_LAST_ACTS = 3


@bp.get("")
@needs(Permission.EDIT_CASES)
def index() -> ResponseReturnValue:
    """Show the next person and who comes after."""
    return _page(request.args.get("person", ""))


def _page(
    key: str = "", *, number: str = "", form: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    """Show somebody to call; a number is shown only in answer to the tap that asked for it."""
    actor = current_actor()
    with reading_aside() as database:
        found = list_calls(database, actor)
        current = _current(find_target(database, actor, key) if key else None, found, key)
        acts = []
        if current is not None and current.case_id is not None:
            acts = service_acts.list_acts(database, actor, current.case_id)[:_LAST_ACTS]
        page = render_template(
            "calls/index.html",
            current=current,
            acts=acts,
            found=found,
            number=number,
            outcomes=_outcomes(),
            form=form or blank_form(CallTap, follow_up_on=_later()),
        )
    return page, status


def _current(asked: CallTarget | None, found: CallList, key: str) -> CallTarget | None:
    """Return who is called now: the one asked for, else the first of the list."""
    if key and asked is None:
        raise not_found()
    return asked or next(iter(found.rows), None)


def _later() -> dt.date:
    return clock.today() + dt.timedelta(days=_LATER_DAYS)


def _outcomes() -> list[tuple[str, str, int]]:
    """Return the five results with the key that taps each."""
    return [(one.value, label(one), n) for n, one in enumerate(CallOutcome, start=1)]


@bp.post("/number")
@needs(Permission.EDIT_CASES)
@rate_limited("60/minute")
def number() -> ResponseReturnValue:
    """Show somebody's number and open it for calling; who saw it is written down."""
    wish = read_form(Revealed)
    if isinstance(wish, FormErrors):
        raise not_found()
    actor = current_actor()
    with reading_aside() as database:
        target = find_target(database, actor, wish.person)
    if target is None:
        raise not_found()
    kind, row_id = target.person
    asked = ("graduate" if kind == "graduate" else "member", row_id)
    shown = reveals.reveal_own_case_phone(request_session(), actor, asked)  # type: ignore[arg-type] # one of its two kinds
    if wants_fragment():
        return render_template("calls/_number.html", number=shown, current=target)
    return _page(wish.person, number=shown)


@bp.post("/result")
@needs(Permission.EDIT_CASES)
def result() -> ResponseReturnValue:
    """Record the result of a call and go on to the next person."""
    wish = read_form(CallTap)
    if isinstance(wish, FormErrors):
        return _page(request.form.get("person", ""), form=wish, status=422)
    try:
        made = record_call(
            request_session(),
            current_actor(),
            wish.person,
            wish.outcome,
            follow_up_on=wish.follow_up_on if wish.outcome is CallOutcome.FOLLOW_UP else None,
        )
    except InvalidInputError as error:
        return _page(wish.person, form=refused_form(CallTap, error), status=422)
    toast(
        gettext("已登记：%(outcome)s", outcome=label(made.outcome)),
        url_for("calls.undo", public_id=made.public_id),
    )
    return see_other(url_for("calls.index"))


@bp.post("/<public_id>/undo")
@needs(Permission.EDIT_CASES)
def undo(public_id: str) -> ResponseReturnValue:
    """Take back the result tapped last."""
    row = undo_call(request_session(), current_actor(), public_id)
    toast(gettext("已撤销，请重新登记"))
    back = _key_of(row.graduate_id, row.member_id)
    return see_other(url_for("calls.index", person=back))


def _key_of(graduate_id: int | None, member_id: int | None) -> str | None:
    """Return the key of whoever was called, to come back to them."""
    actor = current_actor()
    for target in list_calls(request_session(), actor).rows:
        if target.person in {("graduate", graduate_id), ("member", member_id)}:
            return target.key
    return None


@bp.get("/sheet")
@needs(Permission.EDIT_CASES)
def sheet() -> ResponseReturnValue:
    """Show the forty for printing, numbers masked."""
    found = list_calls(request_session(), current_actor())
    return _sheet(found, {})


@bp.post("/sheet")
@needs(Permission.EDIT_CASES)
@rate_limited("6/minute")
def sheet_with_numbers() -> ResponseReturnValue:
    """Show the forty with their numbers, each written down like a tap."""
    session, actor = request_session(), current_actor()
    found = list_calls(session, actor)
    numbers = {
        one.key: reveals.reveal_own_case_phone(session, actor, one.person)  # type: ignore[arg-type] # one of its two kinds
        for one in found.rows
        if one.phone_masked
    }
    return _sheet(found, numbers)


def _sheet(found: CallList, numbers: dict[str, str]) -> ResponseReturnValue:
    return render_template(
        "calls/sheet.html",
        found=found,
        numbers=numbers,
        outcomes=_outcomes(),
        today=clock.today(),
    )
