"""A booth in the hall (展位), for the phone of whoever stands there: scan a ticket, the queue, what was announced.

What is done with somebody is in `own_booth_people`, interview slots in `own_booth_slots`.
"""

import secrets

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds.fair_hall import Audience
from matcher.services.fair_hall import announcements, contacts, people, queues
from matcher.services.fair_hall.sight import OwnPlace, cancelled_fair_of, own_place
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs, rate_limited
from web.schemas.fair_hall import ScanForm
from web.security import allow_scanning
from web.session import reading_aside, request_session, undo_request
from web.words import fair_hall as words

bp = Blueprint("own_booth", __name__, url_prefix="/my-fairs")

_TAKE_PART = Permission.TAKE_PART_IN_FAIRS
_LAST_SHOWN = 10


@bp.get("/<public_id>/booth")
@needs(_TAKE_PART)
def index(public_id: str) -> ResponseReturnValue:
    """Show the booth: scan, queue, the last people; of a cancelled fair, its page, which says so."""
    off = cancelled_fair_of(request_session(), current_actor(), public_id)
    if off is not None:
        return see_other(url_for("own_fairs.show", public_id=off.public_id))
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    allow_scanning()
    with reading_aside() as session:
        place = own_place(session, current_actor(), public_id)
        met = people.list_met(session, current_actor(), public_id, limit=_LAST_SHOWN)
        page = render_template(
            "own_booth/index.html",
            place=place,
            met=met,
            form=form or blank_form(ScanForm, step=new_step()),
            line=queues.line_of(session, place.id, place.n_interviewers),
            said=_said(place),
            words=words,
        )
    return page, status


def new_step() -> str:
    """Return a new number for a step, so that a form sent twice is kept once."""
    return secrets.token_hex(12)


def _said(place: OwnPlace) -> list[announcements.Said]:
    with reading_aside() as session:
        return announcements.standing(session, place.fair_id, Audience.BOOTHS)


@bp.get("/<public_id>/booth/now")
@needs(_TAKE_PART)
def now(public_id: str) -> ResponseReturnValue:
    """Show what changes by itself: announcements and the queue."""
    session = request_session()
    place = own_place(session, current_actor(), public_id)
    line = queues.line_of(session, place.id, place.n_interviewers)
    return render_template(
        "own_booth/_now.html", place=place, line=line, said=_said(place), words=words
    )


@bp.post("/<public_id>/booth/scan")
@needs(_TAKE_PART)
@rate_limited("240/minute")
def scan(public_id: str) -> ResponseReturnValue:
    """Take a ticket and lead to the person; a code nobody knows is said with what was typed."""
    wish = read_form(ScanForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    try:
        contact = contacts.scan(
            request_session(),
            current_actor(),
            public_id,
            wish.code,
            number=wish.step,
            typed=not wish.scanned,
        )
    except (NotFoundError, RuleBrokenError) as error:
        if error.code == "not_found":
            raise
        undo_request()
        field = "code" if isinstance(error, NotFoundError) else ""
        sent = FormErrors(ScanForm, request.form, {field: translated(error.message)})
        return _page(public_id, sent, 422)
    return see_other(
        url_for("own_booth_people.show", public_id=public_id, contact_id=contact.public_id)
    )


@bp.post("/<public_id>/booth/queue/next")
@needs(_TAKE_PART)
@rate_limited("120/minute")
def call_next(public_id: str) -> ResponseReturnValue:
    """Call the next number."""
    row = queues.call_next(request_session(), current_actor(), public_id)
    if row is None:
        toast(gettext("现在没有人排队"))
    else:
        toast(gettext("已叫 %(n)s 号", n=row.number))
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/<public_id>/booth/queue/<int:number>/<outcome>")
@needs(_TAKE_PART)
@rate_limited("120/minute")
def settle(public_id: str, number: int, outcome: str) -> ResponseReturnValue:
    """Say of a number that was called whether somebody came."""
    came = outcome == "came"
    queues.settle(request_session(), current_actor(), public_id, number, came=came)
    toast(
        gettext("%(n)s 号已接待", n=number) if came else gettext("%(n)s 号没来，已过号", n=number)
    )
    return see_other(url_for(".index", public_id=public_id))
