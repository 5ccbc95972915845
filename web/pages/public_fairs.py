"""The public page of a fair (公开页面): anybody reads, prints, takes it along as a calendar file, and registers.

No person is on it and no cookie is set by reading it, so it is rendered once for everybody and kept in this process
until its fingerprint changes; a browser that has it is answered without a body. Whoever sits in a hall shares one
address with thousands, so the limits are those of a hall.
"""

from collections import OrderedDict

from flask import Blueprint, Response, g, render_template, request
from flask import session as browser
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.calendar_file import MEDIA_TYPE, write_calendar
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.fairs.permits import ON_SITE
from matcher.kinds import EducationLevel
from matcher.models.fairs import Fair
from matcher.services.fair_guests import guest_links, registering, telling
from matcher.services.fair_guests.registering import VisitorInput
from matcher.services.fairs import public
from web.fair_events import event_of
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other
from web.i18n import label, language, translated
from web.marks import public as open_to_anybody
from web.marks import rate_limited
from web.qr_codes import fair_address, qr_picture
from web.schemas.fairs import VisitForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_moves
from web.words import fairs as words
from web.words.booths import short_name

bp = Blueprint("public_fairs", __name__, url_prefix="/f")

_MOST_KEPT = 32
"""Pages kept in this process; a city has a handful of fairs open."""
_kept: OrderedDict[str, str] = OrderedDict()

_LINKS = "fair_links"
_MOST_LINKS = 5
"""Links a browser's own cookie keeps, the newest first: a family at one phone."""


@bp.get("/<token>")
@open_to_anybody
@rate_limited("3000/minute")
def show(token: str) -> ResponseReturnValue:
    """Show a fair to anybody; unchanged, it is answered without a body."""
    session = request_session()
    fair = public.find_public(session, token)
    mark = f"{public.fingerprint(session, fair)}-{language()}"
    page = "" if mark in request.if_none_match else _page(fair, mark)
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.set_etag(mark)
    g.may_be_kept = True
    return answer.make_conditional(request)


def _page(fair: Fair, mark: str) -> str:
    """Return the page of a fingerprint, made once a process."""
    key = f"{fair.token}:{mark}"
    page = _kept.get(key)
    if page is None:
        session, address = request_session(), fair_address(fair.token)
        floor = public.read_floor(session, fair)
        page = _kept[key] = render_template(
            "fairs/public.html",
            found=public.read_public(session, fair),
            floor=floor,
            trade_number={one.code: one.number for one in floor.trades},
            short_name=short_name,
            fair=fair,
            words=words,
            moved=fair_moves,
            picture=qr_picture(address, address),
            address=address,
        )
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    return page


@bp.get("/<token>/fair.ics")
@open_to_anybody
@rate_limited("600/minute")
def calendar_file(token: str) -> ResponseReturnValue:
    """Send the sessions as a calendar file."""
    session = request_session()
    fair = public.find_public(session, token)
    held = public.read_public(session, fair).sessions
    content = write_calendar(fair.title, [event_of(fair, one) for one in held], clock.now())
    answer = Response(content, content_type=MEDIA_TYPE)
    name = f"fair-{fair.first_on:%Y%m%d}.ics"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


@bp.get("/<token>/register")
@open_to_anybody
@rate_limited("600/minute")
def register_form(token: str) -> ResponseReturnValue:
    """Show the form to register with."""
    return _form(token)


def _form(token: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as database:
        fair = public.find_public(database, token)
        text, held = registering.consent_text(database), public.open_sessions(database, fair)
        full = public.full_now(database, fair)
        page = render_template(
            "fairs/register.html",
            fair=fair,
            open=public.takes_visitors(database, fair),
            sessions=[words.session_choice(one, is_full=one.id in full) for one in held],
            has_door=fair.channel in ON_SITE,
            only_waiting=all(one.id in full for one in held),
            consent=text,
            moves=public.moves_of(database, fair),
            moved=fair_moves,
            form=form or blank_form(VisitForm, consent_text=text.id),
            educations=[(one.value, label(one)) for one in EducationLevel],
        )
    return page, status


@bp.post("/<token>/register")
@open_to_anybody
@rate_limited("600/minute")
def register(token: str) -> ResponseReturnValue:
    """Register somebody and lead to the own page with the ticket.

    Who types a name and number that registered before need not be that person, and is answered like anybody else: with
    a page of its own. Only the browser that registered is led back to the page it has anyway.
    """
    session = request_session()
    fair = public.find_public(session, token)
    wish = read_form(VisitForm)
    if isinstance(wish, FormErrors):
        return _form(token, wish, 422)
    ids = {one.public_id: one.id for one in public.open_sessions(session, fair)}
    facts = VisitorInput(
        name=wish.name,
        phone=wish.phone,
        school=wish.school,
        major_text=wish.major_text,
        education=wish.education,
        consent_text_id=wish.consent_text if wish.consent else None,
    )
    own = _registered_here(session, fair, facts)
    if own is not None:
        return see_other(f"/v/{own}")
    chosen = [ids[one] for one in wish.sessions if one in ids]
    try:
        visitor = registering.register_stranger(session, fair, facts, chosen)
    except InvalidInputError as error:
        undo_request()
        return _form(token, refused_form(VisitForm, error), 422)
    except RuleBrokenError as error:
        undo_request()
        said = FormErrors(VisitForm, request.form, {"": translated(error.message)})
        return _form(token, said, 409)
    telling.tell_link(session, visitor)
    link = guest_links.token_of(session, visitor)
    browser[_LINKS] = [link, *browser.get(_LINKS, ())][:_MOST_LINKS]
    return see_other(f"/v/{link}")


def _registered_here(session: Session, fair: Fair, facts: VisitorInput) -> str | None:
    """Return the link this very browser got when it sent the same form before: pressed twice, it is one visitor."""
    if facts.consent_text_id is None:
        return None
    for link in browser.get(_LINKS, ()):
        try:
            visitor = guest_links.look(session, link)
        except NotFoundError:
            continue
        if visitor.fair_id == fair.id and registering.is_of(session, visitor, facts):
            return str(link)
    return None
