"""Payment lists on paper, as a table for the bank, and cards in full: each is a POST, since each is logged."""

import io

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.services.money import cards, list_papers, list_views
from matcher.services.money.list_papers import Paper
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, read_form, refused_form
from web.marks import needs, rate_limited
from web.pages.payments import payment_page
from web.schemas.money import RevealForm
from web.session import request_session, undo_request

bp = Blueprint("payment_papers", __name__, url_prefix="/payments")

_PDF = "application/pdf"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def sent(paper: Paper) -> ResponseReturnValue:
    """Send a file to be kept."""
    return send_file(
        io.BytesIO(paper.content),
        mimetype=_PDF if paper.name.endswith(".pdf") else _XLSX,
        download_name=paper.name,
        as_attachment=True,
    )


@bp.post("/<public_id>/print")
@needs(Permission.VIEW_MONEY)
def print_it(public_id: str) -> ResponseReturnValue:
    """Give the list to print, cards masked."""
    return sent(list_papers.print_list(request_session(), current_actor(), public_id))


@bp.post("/<public_id>/export")
@needs(Permission.RECORD_MONEY)
@rate_limited("30/minute")
def export(public_id: str) -> ResponseReturnValue:
    """Give the table for the bank, cards in full."""
    wish = read_form(RevealForm)
    if isinstance(wish, FormErrors):
        return payment_page(public_id, {"reveal": wish})
    try:
        made = list_papers.export_list(
            request_session(), current_actor(), public_id, reason=wish.reason
        )
    except InvalidInputError as error:
        undo_request()
        return payment_page(public_id, {"reveal": refused_form(RevealForm, error)})
    return sent(made)


@bp.post("/<public_id>/lines/<payment_line>/card")
@needs(Permission.VIEW_MONEY)
@rate_limited("60/minute")
def card(public_id: str, payment_line: str) -> ResponseReturnValue:
    """Show one card in full, once."""
    wish = read_form(RevealForm)
    if isinstance(wish, FormErrors):
        return payment_page(public_id, {"reveal": wish})
    session, actor = request_session(), current_actor()
    row = list_views.find_list(session, actor, public_id)
    try:
        value = cards.reveal_card(session, actor, row.id, payment_line, reason=wish.reason)
    except InvalidInputError as error:
        undo_request()
        return payment_page(public_id, {"reveal": refused_form(RevealForm, error)})
    return render_template("payments/card.html", one=row, value=value)
