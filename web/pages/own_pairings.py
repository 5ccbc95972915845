"""What a partner sees (结对人): name, phone by a tap, agreed help, rhythm, and recording a contact; nothing else."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.casework import ContactChannel
from matcher.services.casework import own_pairings
from matcher.services.permissions import Permission
from matcher.services.rows import not_found
from web.auth import current_actor
from web.forms import FormErrors, FormState, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.pages.pairings import blank_contact
from web.schemas.cases import ContactForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("own_pairings", __name__, url_prefix="/pairings/own")

MENU = (
    NavItem(
        "own_pairings.index",
        msg("我结对的人"),
        Permission.VIEW_OWN_PAIRINGS,
        "own",
        hint=msg("约定帮什么，什么时候联系"),
        icon="person",
    ),
)


@bp.get("")
@needs(Permission.VIEW_OWN_PAIRINGS)
def index() -> ResponseReturnValue:
    """List the people one is paired with."""
    with reading_aside() as database:
        rows = own_pairings.own_pairings(database, current_actor())
        return render_template("pairings/own.html", rows=rows, shown={})


@bp.post("/<public_id>/phone")
@needs(Permission.VIEW_OWN_PAIRINGS)
@rate_limited("60/minute")
def phone(public_id: str) -> ResponseReturnValue:
    """Show the number; who saw it is written down."""
    session, actor = request_session(), current_actor()
    number = own_pairings.reveal_own_phone(session, actor, public_id)
    rows = own_pairings.own_pairings(session, actor)
    return render_template("pairings/own.html", rows=rows, shown={public_id: number})


@bp.get("/<public_id>")
@needs(Permission.VIEW_OWN_PAIRINGS)
def form(public_id: str) -> ResponseReturnValue:
    """Show the form of a contact with one person."""
    return _form(public_id, blank_contact())


def _form(public_id: str, given: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        rows = own_pairings.own_pairings(database, current_actor())
        one = next((row for row in rows if row.public_id == public_id), None)
        if one is None:
            raise not_found()
        page = render_template(
            "pairings/contact.html",
            one=one,
            form=given,
            channels=[(channel.value, label(channel)) for channel in ContactChannel],
        )
    return page, status


@bp.post("/<public_id>")
@needs(Permission.VIEW_OWN_PAIRINGS)
def contact(public_id: str) -> ResponseReturnValue:
    """Record a contact."""
    wish = read_form(ContactForm)
    if isinstance(wish, FormErrors):
        return _form(public_id, wish, 422)
    try:
        own_pairings.record_contact(
            request_session(), current_actor(), public_id, **wish.model_dump()
        )
    except InvalidInputError as error:
        undo_request()
        return _form(public_id, refused_form(ContactForm, error), 422)
    toast(gettext("联系已登记，谢谢"))
    return see_other(url_for("own_pairings.index"))
