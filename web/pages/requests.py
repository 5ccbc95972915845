"""Requests for help (求助): the list, taking one down in half a minute, answering, passing on."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.casework import NeedKind, RequestSource, RequestState
from matcher.services.casework import cases, request_lists, requests
from matcher.services.casework.requests import RequestInput
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.cases import PassOn
from web.schemas.help_requests import Answer, RequestForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("requests", __name__, url_prefix="/requests")

MENU = (
    NavItem(
        "requests.index",
        msg("求助"),
        Permission.VIEW_CASES,
        "care",
        hint=msg("热线、平台、窗口和走访来的求助，答复和转办"),
        icon="log",
    ),
)

_MIDDAY = dt.time(12)
"""A request of an earlier day is taken as received at noon: only its day counts."""


@bp.get("")
@needs(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List the requests of the district, unanswered ones first."""
    rows_wanted, args = requested_slice(), request.args
    state = args.get("state", "")
    found = request_lists.list_requests(
        request_session(),
        current_actor(),
        state=RequestState(state) if state in set(RequestState) else None,
        mine=args.get("owner") == "me",
        overdue=args.get("due") == "over",
        limit=rows_wanted.limit,
        offset=rows_wanted.offset,
    )
    return fragment_or_page(
        "requests/_rows.html",
        "requests/list.html",
        rows=found.rows,
        pager=page_of(rows_wanted, found.total),
        states=[(one.value, label(one)) for one in RequestState],
        state_chosen=state,
        owner=args.get("owner", ""),
        due=args.get("due", ""),
    )


@bp.get("/new")
@needs(Permission.EDIT_CASES)
def new() -> ResponseReturnValue:
    """Show the short form."""
    return _form(blank_form(RequestForm, kind=NeedKind.JOB, source=RequestSource.HOTLINE))


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        owners = cases.eligible_owners(database, [actor.union_id] if actor.union_id else [])
        page = render_template(
            "requests/new.html",
            form=form,
            case=request.values.get("case", ""),
            kinds=[(one.value, label(one)) for one in NeedKind],
            sources=[(one.value, label(one)) for one in RequestSource],
            owners=[(one.id, one.display_name) for one in owners],
        )
    return page, status


@bp.post("")
@needs(Permission.EDIT_CASES)
def create() -> ResponseReturnValue:
    """Take a request down."""
    wish = read_form(RequestForm)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    session, actor = request_session(), current_actor()
    public = request.form.get("case", "")
    case_id = cases.find_case(session, actor, public).id if public else None
    facts = RequestInput(
        source=wish.source,
        kind=wish.kind,
        words=wish.words,
        person_name=wish.person_name,
        phone=wish.phone,
        received_at=_received(wish.received_on),
    )
    try:
        made = requests.record_request(
            session, actor, facts, owner_id=wish.owner_id, case_id=case_id
        )
    except InvalidInputError as error:
        undo_request()
        return _form(refused_form(RequestForm, error), 422)
    toast(gettext("求助已登记"))
    return see_other(url_for("requests.show", public_id=made.public_id))


def _received(day: dt.date | None) -> dt.datetime | None:
    if day is None or day == clock.today():
        return None
    return dt.datetime.combine(day, _MIDDAY, tzinfo=clock.CHINA)


@bp.get("/<public_id>")
@needs(Permission.VIEW_CASES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one request with its answer or the forms that lead to one."""
    return _page(public_id)


def _page(
    public_id: str,
    *,
    answer: FormState | None = None,
    passing: FormState | None = None,
    number: str = "",
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        lead = requests.get_request(database, actor, public_id)
        page = render_template(
            "requests/show.html",
            lead=lead,
            said=request_lists.read_words(database, actor, public_id),
            possible=request_lists.possible_cases(database, actor, lead)
            if lead.case_id is None
            else [],
            number=number,
            answer=answer or blank_form(Answer),
            passing=passing or blank_form(PassOn),
        )
    return page, 422 if answer or passing else 200


@bp.post("/<public_id>/answer")
@needs(Permission.EDIT_CASES)
def give_answer(public_id: str) -> ResponseReturnValue:
    """Record the answer that was given."""
    session, actor = request_session(), current_actor()
    requests.get_request(session, actor, public_id)
    wish = read_form(Answer)
    if isinstance(wish, FormErrors):
        return _page(public_id, answer=wish)
    version = request.form.get("version", type=int)
    requests.answer_request(session, actor, public_id, wish.answer, expected_version=version)
    toast(gettext("答复已登记"))
    return see_other(url_for("requests.show", public_id=public_id))


@bp.post("/<public_id>/pass-on")
@needs(Permission.EDIT_CASES)
def pass_on(public_id: str) -> ResponseReturnValue:
    """Pass the request on to the right body."""
    session, actor = request_session(), current_actor()
    requests.get_request(session, actor, public_id)
    wish = read_form(PassOn)
    if isinstance(wish, FormErrors):
        return _page(public_id, passing=wish)
    version = request.form.get("version", type=int)
    try:
        requests.pass_request_on(
            session,
            actor,
            public_id,
            wish.body,
            reply_due_on=wish.reply_due_on,
            expected_version=version,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, passing=refused_form(PassOn, error))
    toast(gettext("已转办，答复仍由我们给"))
    return see_other(url_for("requests.show", public_id=public_id))


@bp.post("/<public_id>/case")
@needs(Permission.EDIT_CASES)
def link(public_id: str) -> ResponseReturnValue:
    """Say which case the request is about."""
    session, actor = request_session(), current_actor()
    case_id = request.form.get("case_id", type=int) or 0
    requests.link_case(session, actor, public_id, case_id)
    toast(gettext("已归到这名毕业生"))
    return see_other(url_for("requests.show", public_id=public_id))


@bp.post("/<public_id>/phone")
@needs(Permission.VIEW_CASES)
@rate_limited("60/minute")
def phone(public_id: str) -> ResponseReturnValue:
    """Show the number to call back; who saw it is written down."""
    shown = request_lists.reveal_request_phone(request_session(), current_actor(), public_id)
    return _page(public_id, number=shown)
