"""Requests of persons about their data (个人信息申请): the list, entering, one with its answer; what left the house."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.people_rights import DataKind, RightsKind, RightsState
from matcher.services.people_rights import disclosures, rights, rights_lists
from matcher.services.permissions import Permission, may
from web.asked import asked_member
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.people_rights import RightsAnswer, RightsForm
from web.session import reading_aside, request_session

bp = Blueprint("rights", __name__, url_prefix="/rights")

MENU = (
    NavItem(
        "rights.received",
        msg("信息申请"),
        Permission.HANDLE_RIGHTS,
        "rights",
        hint=msg("答复查阅、复制、更正、删除的申请"),
        icon="log",
    ),
    NavItem(
        "rights.entered",
        msg("代收的信息申请"),
        Permission.EDIT_CASES,
        "rights",
        hint=msg("看自己代收的申请办到哪一步"),
    ),
    NavItem(
        "rights.passed_on",
        msg("对外提供记录"),
        Permission.HANDLE_RIGHTS,
        "rights",
        hint=msg("看信息给过谁、依据是什么"),
    ),
)

_SEES = (Permission.HANDLE_RIGHTS, Permission.EDIT_CASES)


@bp.get("")
@needs(Permission.HANDLE_RIGHTS)
def received() -> ResponseReturnValue:
    """List the requests, the next due first."""
    return _list()


@bp.get("/entered")
@needs(Permission.EDIT_CASES)
def entered() -> ResponseReturnValue:
    """List what the reader entered for others."""
    return _list()


def _list() -> ResponseReturnValue:
    rows = requested_slice()
    state = asked_member("state", RightsState)
    found = rights_lists.list_requests(
        request_session(), current_actor(), state=state, limit=rows.limit, offset=rows.offset
    )
    return render_template(
        "rights/list.html",
        rows=found.rows,
        pager=page_of(rows, found.total),
        states=[(one.value, label(one)) for one in RightsState],
        state_chosen=state,
    )


@bp.get("/disclosures")
@needs(Permission.HANDLE_RIGHTS)
def passed_on() -> ResponseReturnValue:
    """List to whom data of the scope went."""
    rows = requested_slice()
    found = disclosures.list_disclosures(
        request_session(), current_actor(), limit=rows.limit, offset=rows.offset
    )
    return render_template(
        "rights/disclosures.html",
        rows=found.rows,
        pager=page_of(rows, found.total),
        kinds={one.value: label(one) for one in DataKind},
    )


@bp.get("/new/<person_kind>/<person_key>")
@needs(*_SEES)
def new(person_kind: str, person_key: str) -> ResponseReturnValue:
    """Show the form for what somebody asked."""
    return _form(person_kind, person_key, blank_form(RightsForm, received_on=clock.today()))


def _form(
    person_kind: str, person_key: str, form: FormState, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as session:
        _, name = rights_lists.find_person(session, current_actor(), person_kind, person_key)
    page = render_template(
        "rights/form.html",
        form=form,
        name=name,
        person_kind=person_kind,
        person_key=person_key,
        kinds=[(one.value, label(one)) for one in RightsKind],
    )
    return page, status


@bp.post("/new/<person_kind>/<person_key>")
@needs(*_SEES)
def create(person_kind: str, person_key: str) -> ResponseReturnValue:
    """Enter a request for somebody."""
    actor = current_actor()
    with reading_aside() as session:
        person, _ = rights_lists.find_person(session, actor, person_kind, person_key)
    wish = read_form(RightsForm)
    if isinstance(wish, FormErrors):
        return _form(person_kind, person_key, wish, 422)
    try:
        made = rights.enter_request(
            request_session(),
            actor,
            person,
            kind=wish.kind,
            words=wish.words,
            received_on=wish.received_on,
        )
    except InvalidInputError as error:
        return _form(person_kind, person_key, refused_form(RightsForm, error), 422)
    toast(gettext("申请已登记，答复期限已算好"))
    return see_other(url_for(".show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(*_SEES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one request with its words."""
    return _detail(public_id)


def _detail(
    public_id: str, form: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        opened = rights_lists.open_request(session, actor, public_id)
        is_open = opened.request.state is RightsState.OPEN
        page = render_template(
            "rights/show.html",
            opened=opened,
            request_=opened.request,
            may_answer=is_open and may(actor, Permission.HANDLE_RIGHTS),
            is_deletion=opened.request.kind is RightsKind.DELETION,
            form=form or blank_form(RightsAnswer),
        )
    return page, status


@bp.post("/<public_id>/answer")
@needs(Permission.HANDLE_RIGHTS)
def answer(public_id: str) -> ResponseReturnValue:
    """Answer a request; a granted deletion is carried out."""
    wish = read_form(RightsAnswer)
    if isinstance(wish, FormErrors):
        return _detail(public_id, wish, 422)
    try:
        done = rights.answer_request(
            request_session(),
            current_actor(),
            public_id,
            is_granted=wish.decision == "grant",
            result=wish.result,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        return _detail(public_id, refused_form(RightsAnswer, error), 422)
    except RuleBrokenError as error:
        why = {"": gettext(error.message)}
        return _detail(public_id, FormErrors(RightsAnswer, {"result": wish.result}, why), 409)
    if done.state is RightsState.BLOCKED:
        toast(gettext("已停止使用；法律要求留存的部分到期自动匿名"))
    else:
        toast(gettext("已答复，本人可以看到"))
    return see_other(url_for(".show", public_id=public_id))
