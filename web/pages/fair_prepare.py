"""A caseworker's own people at a fair (我联系的人): whom to call first, results of calls, answers, slips."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import mask_name
from matcher.kinds.day import CallOutcome
from matcher.kinds.fairs import VisitorState
from matcher.services.casework.calls import record_call
from matcher.services.fair_guests import answers, calls_before, own_views, preparing, slips
from matcher.services.fairs.sight import get_fair
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs, rate_limited
from web.pages.fair_guests import slips_answer
from web.paging import page_of, requested_slice
from web.schemas.fair_guests import CallForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_guests as words
from web.words.fairs import session_line

bp = Blueprint("fair_prepare", __name__, url_prefix="/fairs")

_NEEDS = Permission.PREPARE_VISITORS


@bp.get("/<public_id>/my-people")
@needs(_NEEDS)
def index(public_id: str) -> ResponseReturnValue:
    """List the own people of a fair, calls due first."""
    actor, part, args = current_actor(), requested_slice(), request.args
    state = args.get("state", "")
    session = request_session()
    found = preparing.own_people(
        session,
        actor,
        public_id,
        state=VisitorState(state) if state in set(VisitorState) else None,
        to_call=args.get("call") == "yes",
        limit=part.limit,
        offset=part.offset,
    )
    return fragment_or_page(
        "fair_guests/_own_people.html",
        "fair_guests/own_people.html",
        fair=get_fair(session, actor, public_id),
        found=found,
        pager=page_of(part, found.total),
        chosen={"state": state, "call": args.get("call", "")},
        words=words,
        mask=mask_name,
        n_slips=slips.n_slips(session, actor, public_id, own=True),
        at_once=slips.AT_ONCE,
        **around(public_id, "fair_prepare.index"),
    )


@bp.get("/<public_id>/my-people/<visitor>")
@needs(_NEEDS)
def show(public_id: str, visitor: str) -> ResponseReturnValue:
    """Show one person: what to say, the result of the call, the answer."""
    return _page(public_id, visitor, None)


def _page(
    public_id: str, visitor: str, form: FormState | None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        row = preparing.get_own_person(database, actor, public_id, visitor)
        visit = own_views.own_visit(database, row)
        held = [one.held.public_id for one in visit.sessions if one.state is not None]
        page = render_template(
            "fair_guests/own_person.html",
            visit=visit,
            fair=visit.fair,
            person=preparing.person_of(database, actor, row),
            sessions=[
                (one.public_id, session_line(one))
                for one in answers.open_sessions(database, visit.fair.id)
            ],
            outcomes=[(one.value, label(one)) for one in CallOutcome],
            form=form or blank_form(CallForm, sessions=held),
            n_halls=len({one.hall for one in visit.stops if one.hall}),
            words=words,
            **around(public_id, "fair_prepare.index"),
        )
    return page, status


@bp.post("/<public_id>/my-people/<visitor>")
@needs(_NEEDS)
def note(public_id: str, visitor: str) -> ResponseReturnValue:
    """Record the result of a call, as call mode does, and the answer that was told."""
    wish = read_form(CallForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, visitor, wish, 422)
    try:
        _note(public_id, visitor, wish)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, visitor, refused_form(CallForm, error), 422)
    except RuleBrokenError as error:
        undo_request()
        known = FormErrors(CallForm, request.form, {"": translated(error.message)})
        return _page(public_id, visitor, known, 409)
    toast(gettext("已登记：%(outcome)s", outcome=label(wish.outcome)))
    return see_other(url_for(".index", public_id=public_id))


def _note(public_id: str, visitor: str, wish: CallForm) -> None:
    session, actor = request_session(), current_actor()
    row = preparing.get_own_person(session, actor, public_id, visitor, lock=True)
    person = preparing.person_of(session, actor, row)
    if person.has_case:
        later = wish.follow_up_on if wish.outcome is CallOutcome.FOLLOW_UP else None
        record_call(session, actor, person.key, wish.outcome, follow_up_on=later)
    if wish.answer == "come" and not wish.sessions:
        why = gettext("请选一个场次。")
        raise InvalidInputError("visitor_input", why, fields={"sessions": why})
    if wish.answer:
        sessions = wish.sessions if wish.answer == "come" else []
        answers.answer_for(session, actor, row, sessions)
    elif wish.outcome is CallOutcome.REACHED:
        calls_before.settle(session, row, by_account_id=actor.account_id)


@bp.post("/<public_id>/my-people/slips")
@needs(_NEEDS)
@rate_limited("30/minute")
def print_slips(public_id: str) -> ResponseReturnValue:
    """Return the slips of the own people as PDF: the same slips the organiser prints."""
    return slips_answer(public_id, own=True)
