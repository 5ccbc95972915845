"""Standing in line by phone (扫码排队): the page behind a booth's QR, and the numbers a visitor holds.

Nobody signs in: the phone is known by the visitor's own page or a ticket code typed once. A GET never takes a number.
Thousands share the hall's one address on the net: a known phone is counted by itself, strangers as a hall of them.
"""

from flask import Blueprint, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.errors import NotFoundError, RuleBrokenError
from matcher.kinds.fair_hall import Audience
from matcher.models.fair_visitors import FairVisitor
from matcher.services.fair_hall import announcements, booths, queues, slot_lists
from matcher.services.fair_hall.booths import SeenBooth
from web.auth import signed_in
from web.fair_ticket_cookie import remember, visitor_of_phone
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import Counted, public, rate_limited
from web.schemas.fair_hall import NumberForm, TicketForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_hall as words

bp = Blueprint("fair_queues", __name__, url_prefix="/q")


@bp.get("")
@public
@rate_limited("1200/minute", Counted.PHONE)
def index() -> ResponseReturnValue:
    """Show the numbers this phone holds."""
    return render_template(
        "fair_queue/mine.html", words=words, **_mine(visitor_of_phone(request_session()))
    )


@bp.get("/now")
@public
@rate_limited("3000/minute", Counted.PHONE)
def now() -> ResponseReturnValue:
    """Show what changes by itself: announcements and the numbers."""
    found = _mine(visitor_of_phone(request_session()))
    return render_template("fair_queue/_numbers.html", words=words, **found)


def _mine(visitor: FairVisitor | None) -> dict[str, object]:
    if visitor is None:
        return {"is_known": False, "held": [], "appointments": [], "said": []}
    with reading_aside() as session:
        return {
            "is_known": True,
            "held": booths.numbers_held(session, visitor),
            "appointments": slot_lists.appointments_of_visitor(session, visitor.id),
            "said": announcements.standing(session, visitor.fair_id, Audience.VISITORS),
        }


@bp.get("/<booth_id>")
@public
@rate_limited("1200/minute", Counted.PHONE)
def show(booth_id: str) -> ResponseReturnValue:
    """Show a booth with its queue, and the number this phone holds there; of a cancelled fair only that it is off."""
    return _page(booth_id)


def _page(booth_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        off = booths.cancelled_fair(session, booth_id)
        if off is not None:
            return render_template("fair_queue/cancelled.html", fair=off), status
        booth = booths.find_booth(session, booth_id)
        visitor = _visitor(session, booth)
        page = render_template(
            "fair_queue/show.html",
            booth=booth,
            line=queues.line_of(session, booth.fair_employer_id, booth.n_interviewers),
            most=queues.most_at_once(),
            posts=booths.posts_of(session, booth.fair_employer_id),
            form=form or blank_form(TicketForm),
            words=words,
            **_mine(visitor),
        )
    return page, status


def _visitor(session: Session, booth: SeenBooth) -> FairVisitor | None:
    """Return who stands here: a signed-in graduate, or whoever this phone is known by, if of this fair."""
    who = signed_in()
    if who is not None and who.actor.graduate_id is not None:
        found = booths.visitor_of_graduate(session, booth.fair_id, who.actor.graduate_id)
        if found is not None:
            return found
    visitor = visitor_of_phone(session)
    return visitor if visitor is not None and visitor.fair_id == booth.fair_id else None


@bp.post("/<booth_id>/number")
@public
@rate_limited("600/minute", Counted.PHONE)
def take(booth_id: str) -> ResponseReturnValue:
    """Take a number, with the ticket's code where the phone is not known yet."""
    wish = read_form(NumberForm)
    if isinstance(wish, FormErrors):
        return _page(booth_id, wish, 422)
    session = request_session()
    if booths.cancelled_fair(session, booth_id) is not None:
        return _page(booth_id, status=409)
    booth = booths.find_booth(session, booth_id)
    try:
        visitor = (
            booths.visitor_by_code(session, booth.fair_id, wish.code)
            if wish.code
            else _visitor(session, booth)
        )
        if visitor is None:
            return _page(booth_id, _asked_for_code(gettext("请输入入场码。")), 422)
        row = booths.take_number(session, booth, visitor)
    except (NotFoundError, RuleBrokenError) as error:
        undo_request()
        return _page(booth_id, _asked_for_code(translated(error.message)), 422)
    toast(gettext("你是 %(n)s 号", n=row.number))
    answer = make_response(see_other(url_for(".show", booth_id=booth_id)))
    remember(answer, session, visitor, secure=current_app.config["SESSION_COOKIE_SECURE"])
    return answer


def _asked_for_code(why: str) -> FormErrors:
    return FormErrors(TicketForm, request.form, {"code": why})


@bp.post("/numbers/<number_id>/leave")
@public
@rate_limited("600/minute", Counted.PHONE)
def leave(number_id: str) -> ResponseReturnValue:
    """Give a number back."""
    session = request_session()
    who, visitor = signed_in(), visitor_of_phone(session)
    queues.leave(
        session,
        number_id,
        visitor_id=visitor.id if visitor else None,
        graduate_id=who.actor.graduate_id if who else None,
    )
    toast(gettext("已退出排队"))
    return see_other(url_for(".index"))
