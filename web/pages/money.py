"""The ledger (资金台账): entries narrowed by the address, totals by payer, recording, reversing."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.errors import InvalidInputError
from matcher.kinds.money import EntrySource, Payer, ReversalReason
from matcher.policy.programmes import load_programmes, purpose_labels
from matcher.services.money import entries, ledger, list_views, totals
from matcher.services.money.entries import EntryFilter
from matcher.services.money.ledger import EntryInput, ReversalInput
from matcher.services.money.people import Person
from matcher.services.organisations import list_unions
from matcher.services.permissions import Actor, Permission
from web.asked import asked_member
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.money import EntryForm, ReversalForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("money", __name__, url_prefix="/money")

MENU = (
    NavItem(
        "money.index",
        msg("资金台账"),
        Permission.VIEW_MONEY,
        "aid",
        hint=msg("各项目给了谁、多少、哪天，按资金来源分开合计"),
    ),
)


def asked_filter() -> EntryFilter:
    """Return what the address asks for."""
    args = request.args
    return EntryFilter(
        payer=asked_member("payer", Payer),
        programme=args.get("programme") or None,
        year=args.get("year", type=int),
        union_id=args.get("union", type=int),
        source=asked_member("source", EntrySource),
    )


@bp.get("")
@needs(Permission.VIEW_MONEY)
def index() -> ResponseReturnValue:
    """List the entries, the newest first, with the sums of all that match, by payer."""
    wanted, wish = requested_slice(), asked_filter()
    session, actor = request_session(), current_actor()
    found = entries.list_entries(session, actor, wish, limit=wanted.limit, offset=wanted.offset)
    return fragment_or_page(
        "money/_rows.html",
        "money/list.html",
        rows=found.rows,
        pager=page_of(wanted, found.total),
        by_payer=totals.by_payer(session, actor, wish),
        programmes=programme_labels(),
        purposes=purpose_labels(),
        chosen={name: request.args.get(name, "") for name in _FILTERS},
        choices=_choices(session, actor),
        this_year=clock.today().year,
    )


_FILTERS = ("payer", "programme", "year", "union", "source")


def programme_labels() -> dict[str, str]:
    """Return the words of every programme by its code."""
    return {one.code: one.label for one in load_programmes()}


def year_choices() -> list[tuple[str, str]]:
    """Return the years a filter offers, the next one first."""
    this_year = clock.today().year
    return [(str(one), str(one)) for one in range(this_year + 1, this_year - 9, -1)]


def union_choices(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Return the unions of the actor's part of the tree."""
    return [(str(one.id), one.name) for one in list_unions(session, actor)]


def _choices(session: Session, actor: Actor) -> dict[str, list[tuple[str, str]]]:
    return {
        "payer": [(one.value, label(one)) for one in Payer],
        "programme": list(programme_labels().items()),
        "year": year_choices(),
        "union": union_choices(session, actor),
        "source": [(one.value, label(one)) for one in EntrySource],
    }


@bp.get("/totals")
@needs(Permission.VIEW_MONEY)
def sums() -> ResponseReturnValue:
    """Show three years by programme, and one year by union; payers apart."""
    session, actor, args = request_session(), current_actor(), request.args
    year = args.get("year", type=int) or clock.today().year
    union_id = args.get("union", type=int)
    wish = EntryFilter(union_id=union_id)
    years, lines = totals.three_years(session, actor, wish, year)
    of_year = EntryFilter(union_id=union_id, year=year)
    return render_template(
        "money/totals.html",
        years=years,
        lines={payer: [one for one in lines if one.payer is payer] for payer in Payer},
        year_totals=totals.by_payer_year(
            session, actor, EntryFilter(union_id=union_id, years=(years[0], years[-1]))
        ),
        unions=totals.by_union(session, actor, of_year),
        programmes=programme_labels(),
        nothing=totals.NOTHING,
        year=year,
        chosen={"year": str(year), "union": args.get("union", "")},
        choices=_choices(session, actor),
    )


@bp.get("/new")
@needs(Permission.RECORD_MONEY)
def new() -> ResponseReturnValue:
    """Choose a person by name and fill in what was given."""
    today = clock.today()
    form = blank_form(
        EntryForm,
        payee=request.args.get("payee", ""),
        programme=request.args.get("programme", ""),
        year=today.year,
        happened_on=today,
        once=new_public_id(),
    )
    return _new(form)


def _new(form: FormState, status: int = 200) -> ResponseReturnValue:
    name, actor = request.args.get("name", "").strip(), current_actor()
    with reading_aside() as database:
        page = render_template(
            "money/new.html",
            form=form,
            name=name,
            found=list_views.find_payees(database, actor, name),
            programmes=[
                (one.code, f"{label(one.payer)}　{one.label}") for one in load_programmes()
            ],
        )
    return page, status


@bp.post("")
@needs(Permission.RECORD_MONEY)
def create() -> ResponseReturnValue:
    """Record aid given without a list; the same form sent twice is recorded once."""
    wish = read_form(EntryForm)
    if isinstance(wish, FormErrors):
        return _new(wish, 422)
    session, actor = request_session(), current_actor()
    kind, number = list_views.chosen_payee(wish.payee)
    try:
        made = ledger.record(
            session,
            actor,
            EntryInput(
                programme=wish.programme,
                union_id=actor.union_id or 0,
                person=Person(**{f"{kind}_id": number}),
                year=wish.year,
                amount_fen=int(wish.amount * 100),
                happened_on=wish.happened_on,
                once_key=f"form:{actor.account_id}:{wish.once}",
                payer_name=wish.payer_name,
                note=wish.note,
            ),
        )
    except InvalidInputError as error:
        undo_request()
        return _new(refused_form(EntryForm, error), 422)
    toast(gettext("已入账"))
    return see_other(url_for("money.show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_MONEY)
def show(public_id: str) -> ResponseReturnValue:
    """Show one entry with what reversed it."""
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None) -> ResponseReturnValue:
    with reading_aside() as database:
        row = entries.find_row(database, current_actor(), public_id)
        page = render_template(
            "money/show.html",
            row=row,
            programme=programme_labels().get(row.entry.programme, row.entry.programme),
            purpose=purpose_labels().get(row.entry.purpose, row.entry.purpose),
            form=form or blank_form(ReversalForm, happened_on=clock.today()),
            reasons=[(one.value, label(one)) for one in ReversalReason],
        )
    return page, 422 if form else 200


@bp.post("/<public_id>/reversal")
@needs(Permission.RECORD_MONEY)
def reverse(public_id: str) -> ResponseReturnValue:
    """Reverse an entry by one of its own."""
    wish = read_form(ReversalForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish)
    session, actor = request_session(), current_actor()
    entry = ledger.find_entry(session, actor, public_id)
    try:
        made = ledger.reverse(
            session,
            actor,
            entry.id,
            ReversalInput(reason=wish.reason, happened_on=wish.happened_on, note=wish.note),
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, refused_form(ReversalForm, error))
    toast(gettext("已冲销"))
    return see_other(url_for("money.show", public_id=made.public_id))
