"""Call-backs (就业回访): who is to be asked whether the job goes on, and what they said."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.follow_ups import CallBackAnswer, CallBackState
from matcher.kinds.placements import PlacementEnd
from matcher.services.follow_ups import answering, call_lists
from matcher.services.follow_ups.answering import CallBackFacts
from matcher.services.permissions import Permission
from web.asked import asked_member
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.follow_ups import CallBackForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("call_backs", __name__, url_prefix="/call-backs")

MENU = (
    NavItem(
        "call_backs.index",
        msg("就业回访"),
        Permission.RECORD_PLACEMENTS,
        "care",
        hint=msg("报到满 1、3、6 个月，问是否还在岗"),
        icon="log",
    ),
)


@bp.get("")
@needs(Permission.RECORD_PLACEMENTS)
def index() -> ResponseReturnValue:
    """List the call-backs, those whose day comes first on top."""
    part, args = requested_slice(), request.args
    state = asked_member("state", CallBackState) or CallBackState.DUE
    found = call_lists.list_calls(
        request_session(),
        current_actor(),
        state=state,
        overdue=args.get("due") == "over",
        mine=args.get("owner") == "me",
        limit=part.limit,
        offset=part.offset,
    )
    return fragment_or_page(
        "call_backs/_rows.html",
        "call_backs/list.html",
        rows=found.rows,
        pager=page_of(part, found.total),
        states=[(one.value, label(one)) for one in CallBackState],
        state_chosen=state.value,
        owner=args.get("owner", ""),
        due=args.get("due", ""),
    )


@bp.get("/<public_id>")
@needs(Permission.RECORD_PLACEMENTS)
def show(public_id: str) -> ResponseReturnValue:
    """Show one call-back with the job and the form of the answer."""
    return _page(public_id, blank_form(CallBackForm, answer=CallBackAnswer.STILL_THERE.value))


def _page(public_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        line, said = call_lists.read_call(database, current_actor(), public_id)
        page = render_template(
            "call_backs/show.html",
            line=line,
            call=line.call,
            said=said,
            form=form,
            answers=[(one.value, label(one)) for one in CallBackAnswer],
            reasons=[(one.value, label(one)) for one in PlacementEnd],
        )
    return page, status


@bp.post("/<public_id>/answer")
@needs(Permission.RECORD_PLACEMENTS)
def answer(public_id: str) -> ResponseReturnValue:
    """Record what was said; a job that ended is ended everywhere."""
    session, actor = request_session(), current_actor()
    call_lists.read_call(session, actor, public_id)
    wish = read_form(CallBackForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    facts = CallBackFacts(
        answer=wish.answer, left_on=wish.left_on, reason=wish.reason, words=wish.words
    )
    try:
        answering.answer_call(session, actor, public_id, facts, expected_version=wish.version)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(CallBackForm, error), 422)
    toast(_said(wish.answer))
    return see_other(url_for("call_backs.index"))


def _said(answered: CallBackAnswer) -> str:
    if answered is CallBackAnswer.LEFT:
        return gettext("已登记离职：席位放回，个案重新办理")
    if answered is CallBackAnswer.CHANGED:
        return gettext("已登记，请把新去向也登记上")
    return gettext("回访已登记")


@bp.post("/<public_id>/no-answer")
@needs(Permission.RECORD_PLACEMENTS)
def no_answer(public_id: str) -> ResponseReturnValue:
    """Record that nobody answered; the call-back stays."""
    answering.note_attempt(request_session(), current_actor(), public_id)
    toast(gettext("已记下没打通，回访还在待办里"))
    return see_other(url_for("call_backs.show", public_id=public_id))
