"""Hand-over of a caseload at the screen (交接): offering, ordering for somebody away, answering, taking back."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.day import HandOverState
from matcher.models.accounts import Account
from matcher.services.casework import hand_over_lists, hand_overs
from matcher.services.casework.task_subjects import TaskSubject
from matcher.services.casework.today import whose_day
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.day import HandOverAnswer, HandOverOffer
from web.session import reading_aside, request_session, undo_request
from web.words.day import subject_words

bp = Blueprint("hand_overs", __name__, url_prefix="/hand-overs")

MENU = (
    NavItem(
        "hand_overs.index",
        msg("交接"),
        Permission.VIEW_CASES,
        "today",
        hint=msg("把负责的户交给同事，接收交来的"),
    ),
)

_CHIPS = {
    HandOverState.OFFERED: "hold",
    HandOverState.ACCEPTED: "done",
    HandOverState.PARTLY: "done",
    HandOverState.DECLINED: "stop",
    HandOverState.WITHDRAWN: "",
}


@bp.get("")
@needs(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List the hand-overs in sight, those that wait first."""
    actor = current_actor()
    rows = hand_over_lists.list_hand_overs(request_session(), actor)
    return render_template(
        "hand_overs/list.html", rows=rows, chips=_CHIPS, me=actor.account_id, offered=_OFFERED
    )


_OFFERED = HandOverState.OFFERED


@bp.get("/new")
@needs(Permission.EDIT_CASES, Permission.SUPERVISE_CASES)
def new() -> ResponseReturnValue:
    """Show the form of an offer; for a supervisor with whose caseload it is."""
    return _form(blank_form(HandOverOffer))


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    """Show what may be handed over and to whom; everything is ticked at first."""
    actor, owner = current_actor(), request.values.get("owner")
    with reading_aside() as database:
        colleague = whose_day(database, actor, owner)
        owner_id = colleague.id if colleague else actor.account_id
        found = hand_over_lists.choosable(database, actor, owner_id)
        people = hand_over_lists.receivers(database, actor, owner_id)
    chosen = set(form.chosen("subjects")) if request.method == "POST" else {_key(o) for o in found}
    page = render_template(
        "hand_overs/form.html",
        form=form,
        colleague=colleague,
        rows=[(_key(one), subject_words(one)) for one in found],
        chosen=chosen,
        people=[(one.public_id, one.display_name) for one in people],
    )
    return page, status


def _key(subject: TaskSubject) -> str:
    return f"{subject.kind}:{subject.public_id}"


@bp.post("")
@needs(Permission.EDIT_CASES, Permission.SUPERVISE_CASES)
def create() -> ResponseReturnValue:
    """Offer one's own caseload or a part of it, or order that of somebody away."""
    wish = read_form(HandOverOffer)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    session, actor = request_session(), current_actor()
    colleague = whose_day(session, actor, request.form.get("owner"))
    owner_id = colleague.id if colleague else actor.account_id
    found = {_key(one): one for one in hand_over_lists.choosable(session, actor, owner_id)}
    to = next(
        (
            one.id
            for one in hand_over_lists.receivers(session, actor, owner_id)
            if one.public_id == wish.to
        ),
        0,
    )
    picked = [found[key] for key in wish.subjects if key in found]
    try:
        _send(colleague, to, picked, wish.note or "")
    except InvalidInputError as error:
        undo_request()
        return _form(refused_form(HandOverOffer, error), 422)
    toast(gettext("已发给对方，对方接收后才转过去"))
    return see_other(url_for("hand_overs.index"))


def _send(colleague: Account | None, to: int, picked: list[TaskSubject], note: str) -> None:
    """Offer what was picked of the own caseload, or order it of a colleague's."""
    session, actor = request_session(), current_actor()
    households = [one.id for one in picked if one.kind == "household"]
    cases = [one.id for one in picked if one.kind == "case"]
    if colleague is None:
        hand_overs.offer_caseload(
            session, actor, to, household_ids=households, case_ids=cases, note=note
        )
    else:
        hand_overs.order_hand_over(
            session, actor, colleague.id, to, household_ids=households, case_ids=cases, note=note
        )


@bp.get("/<public_id>")
@needs(Permission.VIEW_CASES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one hand-over; its receiver answers here."""
    return _sheet(public_id, blank_form(HandOverAnswer))


def _sheet(public_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        sheet = hand_over_lists.hand_over_sheet(database, actor, public_id)
    row = sheet.line.row
    is_open = row.state is HandOverState.OFFERED
    page = render_template(
        "hand_overs/show.html",
        form=form,
        sheet=sheet,
        items=[(item, subject_words(subject)) for item, subject in sheet.items],
        chips=_CHIPS,
        answers=is_open and row.to_id == actor.account_id and may(actor, Permission.EDIT_CASES),
        withdraws=is_open
        and (row.from_id == actor.account_id or may(actor, Permission.SUPERVISE_CASES)),
        chosen=set(form.chosen("items")) if status != 200 else None,
    )
    return page, status


@bp.post("/<public_id>/answer")
@needs(Permission.EDIT_CASES)
def answer(public_id: str) -> ResponseReturnValue:
    """Accept what is ticked and decline the rest."""
    wish = read_form(HandOverAnswer)
    if isinstance(wish, FormErrors):
        return _sheet(public_id, wish, 422)
    try:
        moved = hand_overs.settle_hand_over(
            request_session(),
            current_actor(),
            public_id,
            wish.items,
            reason=wish.reason or "",
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _sheet(public_id, refused_form(HandOverAnswer, error), 422)
    toast(
        gettext(
            "已登记：转来 %(households)s 户、%(cases)s 个个案、%(tasks)s 件待办",
            households=moved.n_households,
            cases=moved.n_cases,
            tasks=moved.n_tasks,
        )
    )
    return see_other(url_for("hand_overs.show", public_id=public_id))


@bp.post("/<public_id>/withdraw")
@needs(Permission.VIEW_CASES)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take an open hand-over back."""
    hand_over_lists.withdraw_hand_over(
        request_session(),
        current_actor(),
        public_id,
        expected_version=request.form.get("version", type=int),
    )
    toast(gettext("交接已撤回"))
    return see_other(url_for("hand_overs.index"))
