"""Pairings (结对) as the union sees them: rhythm, contacts of partners without an account, ending."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.casework import ContactChannel
from matcher.services.casework import own_pairings, pairings
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.cases import ContactForm, PairingEnd
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("pairings", __name__, url_prefix="/pairings")

MENU = (
    NavItem(
        "pairings.index",
        msg("结对"),
        Permission.VIEW_CASES,
        "care",
        hint=msg("谁和谁结对，多久没有联系"),
    ),
)


@bp.get("")
@needs(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List the pairings of the cases one sees whole."""
    with reading_aside() as database:
        page = render_template(
            "pairings/list.html",
            rows=own_pairings.list_pairings(database, current_actor(), ended=True),
            today=clock.today(),
        )
    return page, 200


@bp.get("/<public_id>")
@needs(Permission.VIEW_CASES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one pairing with its contacts."""
    return _page(public_id)


def _page(
    public_id: str, *, contact: FormState | None = None, ending: FormState | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        pairing = pairings.get_pairing(database, actor, public_id)
        rows = own_pairings.list_pairings(
            database, actor, graduate_id=pairing.graduate_id, ended=True
        )
        page = render_template(
            "pairings/show.html",
            line=next(row for row in rows if row.pairing.id == pairing.id),
            contacts=own_pairings.contacts_of(database, actor, public_id),
            contact=contact or blank_contact(),
            ending=ending or blank_form(PairingEnd),
            channels=[(one.value, label(one)) for one in ContactChannel],
        )
    return page, 422 if contact or ending else 200


def blank_contact() -> FormState:
    """Return the form of a contact as it mostly is."""
    return blank_form(ContactForm, happened_on=clock.today(), channel=ContactChannel.PHONE)


@bp.post("/<public_id>/contact")
@needs(Permission.EDIT_CASES)
def contact(public_id: str) -> ResponseReturnValue:
    """Record a contact a partner without an account told of."""
    session, actor = request_session(), current_actor()
    pairings.get_pairing(session, actor, public_id)
    wish = read_form(ContactForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, contact=wish)
    try:
        own_pairings.record_contact_of(session, actor, public_id, **wish.model_dump())
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, contact=refused_form(ContactForm, error))
    toast(gettext("联系已登记"))
    return see_other(url_for("pairings.show", public_id=public_id))


@bp.post("/<public_id>/end")
@needs(Permission.EDIT_CASES)
def end(public_id: str) -> ResponseReturnValue:
    """End a pairing."""
    session, actor = request_session(), current_actor()
    pairings.get_pairing(session, actor, public_id)
    wish = read_form(PairingEnd)
    if isinstance(wish, FormErrors):
        return _page(public_id, ending=wish)
    pairings.end_pairing(session, actor, public_id, wish.reason)
    toast(gettext("结对已结束"))
    return see_other(url_for("pairings.show", public_id=public_id))
