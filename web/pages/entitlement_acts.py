"""Applications for entitlements (政策申请): the tracker, one application, its steps, papers, money and decisions."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.entitlements import EntitlementState
from matcher.kinds.money import DuplicateAnswer
from matcher.policy.entitlements import load_catalogue
from matcher.services.casework.cases import eligible_owners
from matcher.services.entitlements import applications, lists, papers, paying, tracking
from matcher.services.entitlements.applications import StepInput
from matcher.services.permissions import Actor, Permission
from web.asked import asked_member
from web.auth import current_actor
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice, with_query
from web.schemas.entitlements import (
    GiveForm,
    ListForm,
    PaperForm,
    SameAidForm,
    StepForm,
    TakeBackForm,
    fen_of,
)
from web.session import reading_aside, request_session, undo_request
from web.words import entitlements as words

bp = Blueprint("entitlement_acts", __name__, url_prefix="/entitlements/applications")

MENU = (
    NavItem(
        "entitlement_acts.index",
        msg("政策申请"),
        Permission.VIEW_ENTITLEMENTS,
        "aid",
        hint=msg("办到哪一步，缺什么材料，钱到没到"),
    ),
)


@bp.get("")
@needs(Permission.VIEW_ENTITLEMENTS)
def index() -> ResponseReturnValue:
    """List the applications the reader sees, those with the nearest last day first."""
    part, state = requested_slice(), asked_member("state", EntitlementState)
    code, mine = request.args.get("code", ""), request.args.get("owner") == "me"
    code = code if code in load_catalogue().entitlements else ""
    found = lists.list_applications(
        request_session(),
        current_actor(),
        state=state,
        code=code,
        mine=mine,
        limit=part.limit,
        offset=part.offset,
    )
    return fragment_or_page(
        "entitlements/_applications.html",
        "entitlements/tracker.html",
        rows=found.rows,
        pager=page_of(part, found.total),
        tabs=_tabs(found.by_state, state),
        codes=[(one.code, one.name) for one in load_catalogue().entitlements.values()],
        code=code,
        mine=mine,
        words=words,
    )


def _tabs(
    by_state: dict[EntitlementState, int], chosen: EntitlementState | None
) -> list[dict[str, Any]]:
    every: list[tuple[EntitlementState | None, str, int]] = [
        (None, gettext("全部"), sum(by_state.values())),
        *((one, label(one), by_state.get(one, 0)) for one in EntitlementState),
    ]
    return [
        {
            "label": said,
            "address": with_query(state=one.value if one else None, page=None),
            "count": count,
            "current": one is chosen,
        }
        for one, said, count in every
    ]


@bp.get("/<public_id>")
@needs(Permission.VIEW_ENTITLEMENTS)
def show(public_id: str) -> ResponseReturnValue:
    """Show one application: where it stands, what is missing, what comes next, what was done."""
    return _page(public_id)


_FORMS: dict[str, type[BaseModel]] = {
    "step": StepForm,
    "back": TakeBackForm,
    "paper": PaperForm,
    "give": GiveForm,
    "same": SameAidForm,
    "list": ListForm,
}


def _page(
    public_id: str, *, name: str = "", refused: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        whole = lists.read_whole(database, actor, public_id)
        row = whole.application
        next_ones = words.next_states(row, by_list=whole.paid_by_list)
        forms = {one: blank_form(model) for one, model in _FORMS.items()}
        amount = f"{row.amount_fen / 100:.2f}" if row.amount_fen else None
        forms["step"] = blank_form(
            StepForm, to=_usual(row.state, next_ones), happened_on=clock.today(), amount_yuan=amount
        )
        forms["give"] = blank_form(GiveForm, owner_id=row.owner_id, due_on=row.due_on)
        forms["list"] = blank_form(ListForm, amount_yuan=amount)
        if refused is not None:
            forms[name] = refused
        page = render_template(
            "entitlements/application.html",
            whole=whole,
            row=row,
            forms=apart(forms),
            next_states=next_ones,
            may_take_back=applications.last_move(database, row.id) is not None,
            owners=[(a.id, a.display_name) for a in eligible_owners(database, [row.union_id])],
            list_options=[(one.id, one.title) for one in paying.open_lists(database, actor, row)],
            on_list=paying.line_of(database, row),
            answers=[(one.value, label(one)) for one in DuplicateAnswer],
            words=words,
        )
    return page, status


def _usual(state: EntitlementState, offered: list[tuple[str, str]]) -> str:
    """Return the step that comes next as a rule."""
    way = list(words.WAY)
    if state in way[:-1]:
        wanted = way[way.index(state) + 1].value
        if wanted in dict(offered):
            return wanted
    return offered[0][0] if offered else ""


_Act = Callable[[Session, Actor, int, Any], object]


def _do(public_id: str, name: str, act: _Act, said: str, anchor: str = "") -> ResponseReturnValue:
    """Read a form, do one act, and show the application again."""
    session, actor = request_session(), current_actor()
    row = tracking.find_application(session, actor, public_id)
    model = _FORMS[name]
    wish = read_form(model)
    if isinstance(wish, FormErrors):
        return _page(public_id, name=name, refused=wish, status=422)
    try:
        act(session, actor, row.id, wish)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, name=name, refused=_refused(model, error), status=422)
    toast(said)
    return see_other(url_for(".show", public_id=public_id, _anchor=anchor or None))


def _refused(model: type[BaseModel], error: InvalidInputError) -> FormErrors:
    """Return the form with what was refused; a sum is typed in yuan."""
    form = refused_form(model, error)
    if "amount" in form.errors:
        form.errors["amount_yuan"] = form.errors.pop("amount")
    return form


@bp.post("/<public_id>/move")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def move(public_id: str) -> ResponseReturnValue:
    """Lead an application one step on."""

    def act(session: Session, by: Actor, number: int, wish: StepForm) -> object:
        step = StepInput(
            to=wish.to,
            happened_on=wish.happened_on,
            amount_fen=fen_of(wish.amount_yuan) or None,
            words=wish.words,
        )
        return applications.move(session, by, number, step, expected_version=wish.version)

    return _do(public_id, "step", act, gettext("已登记这一步"))


@bp.post("/<public_id>/take-back")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def take_back(public_id: str) -> ResponseReturnValue:
    """Take the last step back."""

    def act(session: Session, by: Actor, number: int, wish: TakeBackForm) -> object:
        return applications.take_back(
            session, by, number, wish.words or "", expected_version=wish.version
        )

    return _do(public_id, "back", act, gettext("已撤回上一步，两条记录都保留"))


@bp.post("/<public_id>/paper")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def paper(public_id: str) -> ResponseReturnValue:
    """Say that a paper is there, or not any more."""

    def act(session: Session, by: Actor, number: int, wish: PaperForm) -> object:
        return papers.set_paper(
            session, by, number, wish.paper, is_held=wish.is_held, note=wish.note
        )

    return _do(public_id, "paper", act, gettext("材料已登记"), "papers")


@bp.post("/<public_id>/give")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def give(public_id: str) -> ResponseReturnValue:
    """Say who follows it and until when."""

    def act(session: Session, by: Actor, number: int, wish: GiveForm) -> object:
        return applications.give(
            session, by, number, wish.owner_id, due_on=wish.due_on, expected_version=wish.version
        )

    return _do(public_id, "give", act, gettext("跟进人和期限已改"))


@bp.post("/<public_id>/same-payment")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def same_aid(public_id: str) -> ResponseReturnValue:
    """Decide on equal aid from another hand."""

    def act(session: Session, by: Actor, number: int, wish: SameAidForm) -> object:
        return paying.decide_same(session, by, number, wish.answer, wish.reason)

    return _do(public_id, "same", act, gettext("决定已记下"), "same")


@bp.post("/<public_id>/list")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def put_on_list(public_id: str) -> ResponseReturnValue:
    """Put it on an open payment list of the union."""

    def act(session: Session, by: Actor, number: int, wish: ListForm) -> object:
        amount = fen_of(wish.amount_yuan) or 0
        return paying.put_on_list(session, by, number, wish.list_id, amount_fen=amount)

    return _do(public_id, "list", act, gettext("已列入发放清单"))
