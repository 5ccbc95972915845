"""Payment lists (发放清单): the lists, one list, and who stands on it."""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.money import DuplicateAnswer, PaymentListState
from matcher.policy.programmes import load_programmes
from matcher.services.money import list_views, lists
from matcher.services.money.lists import LineInput, ListInput
from matcher.services.money.people import Person
from matcher.services.permissions import Actor, Permission
from matcher.services.tuition import listing
from web.asked import asked_member
from web.auth import current_actor
from web.forms import Form, FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.pages.money import programme_labels, year_choices
from web.paging import page_of, requested_slice
from web.schemas.money import (
    ApplicationsForm,
    DuplicateForm,
    LineForm,
    ListForm,
    PaidForm,
    ReturnForm,
    RevealForm,
)
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("payments", __name__, url_prefix="/payments")

MENU = (
    NavItem(
        "payments.index",
        msg("发放清单"),
        Permission.VIEW_MONEY,
        "aid",
        hint=msg("制作、审批发放清单，发放后标记入账"),
    ),
)
_FILTERS = ("state", "programme", "year")


@bp.get("")
@needs(Permission.VIEW_MONEY)
def index() -> ResponseReturnValue:
    """List the payment lists, the newest first."""
    wanted, args = requested_slice(), request.args
    found = list_views.list_lists(
        request_session(),
        current_actor(),
        state=asked_member("state", PaymentListState),
        programme=args.get("programme") or None,
        year=args.get("year", type=int),
        limit=wanted.limit,
        offset=wanted.offset,
    )
    return render_template(
        "payments/list.html",
        rows=found.rows,
        pager=page_of(wanted, found.total),
        programmes=programme_labels(),
        states=[(one.value, label(one)) for one in PaymentListState],
        listed=_listed(),
        years=year_choices(),
        chosen={name: args.get(name, "") for name in _FILTERS},
    )


def _listed() -> list[tuple[str, str]]:
    return [(one.code, one.label) for one in load_programmes() if one.is_listed]


@bp.get("/new")
@needs(Permission.RECORD_MONEY)
def new() -> ResponseReturnValue:
    """Show the form of a new list."""
    programme = request.args.get("programme", "")
    return _new(blank_form(ListForm, programme=programme, year=clock.today().year))


def _new(form: FormState, status: int = 200) -> ResponseReturnValue:
    return render_template("payments/new.html", form=form, programmes=_listed()), status


@bp.post("")
@needs(Permission.RECORD_MONEY)
def create() -> ResponseReturnValue:
    """Make a list."""
    wish = read_form(ListForm)
    if isinstance(wish, FormErrors):
        return _new(wish, 422)
    try:
        made = lists.create_list(request_session(), current_actor(), ListInput(**wish.model_dump()))
    except InvalidInputError as error:
        undo_request()
        return _new(refused_form(ListForm, error), 422)
    toast(gettext("清单已建，请加入发放对象"))
    return see_other(url_for("payments.show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_MONEY)
def show(public_id: str) -> ResponseReturnValue:
    """Show a list with everybody on it and what may be done next."""
    return payment_page(public_id)


def payment_page(public_id: str, filled: dict[str, FormState] | None = None) -> ResponseReturnValue:
    """Return the page of a list, with forms shown again if they were refused."""
    actor, name = current_actor(), request.args.get("name", "").strip()
    filled = filled or {}
    with reading_aside() as database:
        view = list_views.view(database, actor, public_id)
        row = view.payment_list
        forms = apart(
            {
                "line": filled.get("line") or blank_form(LineForm),
                "back": filled.get("back") or blank_form(ReturnForm, version=row.version_id),
                "paid": filled.get("paid") or blank_form(PaidForm, paid_on=clock.today()),
                "duplicate": filled.get("duplicate") or blank_form(DuplicateForm),
                "reveal": filled.get("reveal") or blank_form(RevealForm),
            }
        )
        page = render_template(
            "payments/show.html",
            view=view,
            one=row,
            forms=forms,
            errors=next(iter(filled.values()), None),
            programme=programme_labels().get(row.programme, row.programme),
            programmes=programme_labels(),
            answers=[(one.value, label(one)) for one in DuplicateAnswer],
            waiting=listing.list_approved(database, actor, row) if view.may_change else [],
            name=name,
            found=list_views.find_payees(database, actor, name) if view.may_change else [],
        )
    return page, 422 if filled else 200


Run = Callable[[Session, Actor, int], object]


def done(public_id: str, said: str, run: Run, **asked: type[Form]) -> ResponseReturnValue:
    """Do an act on a list and show it again; a refused form is shown with what is wrong."""
    session, actor = request_session(), current_actor()
    row = list_views.find_list(session, actor, public_id)
    try:
        run(session, actor, row.id)
    except InvalidInputError as error:
        if not asked:
            raise
        undo_request()
        name, model = next(iter(asked.items()))
        return payment_page(public_id, {name: refused_form(model, error)})
    toast(said)
    return see_other(url_for("payments.show", public_id=public_id))


@bp.post("/<public_id>/lines")
@needs(Permission.RECORD_MONEY)
def add(public_id: str) -> ResponseReturnValue:
    """Put somebody on the list."""
    wish = read_form(LineForm)
    if isinstance(wish, FormErrors):
        return payment_page(public_id, {"line": wish})
    kind, number = list_views.chosen_payee(wish.payee)
    line = LineInput(
        person=Person(**{f"{kind}_id": number}),
        amount_fen=int(wish.amount * 100),
        card=wish.card,
        bank_name=wish.bank_name,
    )
    return done(
        public_id,
        gettext("已加入清单"),
        lambda session, actor, list_id: lists.add_line(session, actor, list_id, line),
        line=LineForm,
    )


@bp.post("/<public_id>/applications")
@needs(Permission.RECORD_MONEY)
def add_applications(public_id: str) -> ResponseReturnValue:
    """Put approved applications for tuition aid on the list."""
    wish = read_form(ApplicationsForm)
    numbers = [] if isinstance(wish, FormErrors) else wish.application
    if not numbers:
        why = {"": gettext("请先选择要加入的申请")}
        return payment_page(public_id, {"line": FormErrors(LineForm, request.form, why)})
    return done(
        public_id,
        gettext("已加入清单"),
        lambda session, actor, list_id: listing.put_on_list(session, actor, list_id, numbers),
    )


@bp.post("/<public_id>/lines/<payment_line>/removal")
@needs(Permission.RECORD_MONEY)
def remove(public_id: str, payment_line: str) -> ResponseReturnValue:
    """Take somebody off the list."""
    return done(
        public_id,
        gettext("已移出清单"),
        lambda session, actor, list_id: lists.remove_line(session, actor, list_id, payment_line),
    )


@bp.post("/<public_id>/lines/<payment_line>/decision")
@needs(Permission.RECORD_MONEY)
def decide(public_id: str, payment_line: str) -> ResponseReturnValue:
    """Decide on equal aid beside a line."""
    wish = read_form(DuplicateForm)
    if isinstance(wish, FormErrors):
        return payment_page(public_id, {"duplicate": wish})
    return done(
        public_id,
        gettext("决定已记录"),
        lambda session, actor, list_id: lists.decide_duplicate(
            session, actor, list_id, payment_line, answer=wish.answer, reason=wish.reason
        ),
        duplicate=DuplicateForm,
    )
