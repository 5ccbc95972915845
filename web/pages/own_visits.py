"""A graduate's fairs (我的招聘会): invitations, the ticket, the route, what came of them; fairs one may still come to.

What became of an intent is told here as by the link sent after the fair; the reader sees the own word alone.
"""

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.documents.calendar_file import MEDIA_TYPE
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.fair_reports import OutcomeSide, SurveySide
from matcher.models.fair_reports import FairOutcomeStep
from matcher.models.fairs import Fair
from matcher.services.fair_guests import answers, own_met, own_views
from matcher.services.fair_reports import follow_lists, following
from matcher.services.fair_reports.follow_lists import FollowRow
from matcher.services.fair_reports.following import Told
from matcher.services.permissions import Actor, Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg, translated
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.fair_reports import OwnOutcomeForm
from web.session import reading_aside, request_session, undo_request
from web.visit_pages import FORMS, calendar_of, shown_visit
from web.words import fair_guests as words
from web.words import fair_reports as after

bp = Blueprint("own_visits", __name__, url_prefix="/my-fairs-visits")

MENU = (
    NavItem(
        "own_visits.index",
        msg("我的招聘会"),
        Permission.VISIT_FAIRS,
        "own",
        hint=msg("看邀请、入场码和路线，选展位能看到什么"),
        icon="calendar",
    ),
)

_OWN = Permission.VISIT_FAIRS
_SIDE = OutcomeSide.VISITOR


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """List the own visits, what came of them, and the fairs one may still come to."""
    if current_actor().graduate_id is None:
        return see_other(url_for("registration.form"))
    return _list()


def _list(outcome: FormErrors | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        page = render_template(
            "fair_guests/own.html",
            visits=own_views.own_visits(session, actor),
            places=own_met.own_places(session, actor),
            meetings=own_met.own_meetings(session, actor),
            intents=_intents(session, actor),
            outcome=outcome,
            answers=after.answers(SurveySide.VISITOR),
            others=own_views.other_fairs(session, actor),
            words=words,
        )
    return page, status


def _intents(session: Session, by: Actor) -> list[tuple[FollowRow, Fair, FairOutcomeStep | None]]:
    """Return the own intents with their fair and the own last word, those without one first."""
    follows = follow_lists.follows_of_graduate(session, by)
    said = following.last_words_of(session, [one.id for one in follows])
    listed = [
        (row, session.get_one(Fair, row.follow.fair_id), said[row.follow.id].get(_SIDE))
        for row, _ in follow_lists.rows_of_ask(session, follows, SurveySide.VISITOR)
    ]
    return sorted(listed, key=lambda one: one[2] is not None)


@bp.post("/intents")
@needs(_OWN)
@rate_limited("60/minute")
def tell() -> ResponseReturnValue:
    """Take what became of one of the own intents, or a correction of it."""
    wish = read_form(OwnOutcomeForm)
    if isinstance(wish, FormErrors):
        return _list(wish, 422)
    told = Told(wish.said, wish.happened_on)
    try:
        following.tell(request_session(), current_actor(), wish.follow, told)
    except InvalidInputError as error:
        undo_request()
        return _list(refused_form(OwnOutcomeForm, error), 422)
    toast(gettext("已记下，谢谢"))
    return see_other(url_for(".index"))


@bp.post("/fairs/<fair_public_id>")
@needs(_OWN)
def come(fair_public_id: str) -> ResponseReturnValue:
    """Begin to come to a fair without having been asked."""
    visitor = answers.come(request_session(), current_actor(), fair_public_id)
    return see_other(url_for(".show", public_id=visitor.public_id))


@bp.get("/<public_id>")
@needs(_OWN)
def show(public_id: str) -> ResponseReturnValue:
    """Show one visit."""
    return _page(public_id, {})


@bp.get("/<public_id>/calendar.ics")
@needs(_OWN)
def calendar_file(public_id: str) -> ResponseReturnValue:
    """Return the sessions one comes to as a calendar file."""
    session = request_session()
    content = calendar_of(session, answers.get_own(session, current_actor(), public_id))
    headers = {"Content-Disposition": 'attachment; filename="fair.ics"'}
    return Response(content, content_type=MEDIA_TYPE, headers=headers)


@bp.post("/<public_id>")
@needs(_OWN)
def answer(public_id: str) -> ResponseReturnValue:
    """Take an answer, or what booths may read."""
    act = request.form.get("act", "")
    act = act if act in FORMS else "come"
    wish = read_form(FORMS[act])
    if isinstance(wish, FormErrors):
        return _page(public_id, {act: wish}, 422)
    try:
        said = _taken(public_id, act, wish)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {act: refused_form(FORMS[act], error)}, 422)
    except RuleBrokenError as error:
        undo_request()
        known = FormErrors(FORMS[act], request.form, {"": translated(error.message)})
        return _page(public_id, {act: known}, 409)
    toast(said)
    return see_other(url_for(".show", public_id=public_id))


def _taken(public_id: str, act: str, wish: Any) -> str:
    session, actor = request_session(), current_actor()
    if act == "show":
        answers.show_own(session, actor, public_id, wish.fields)
        return gettext("已记下展位能看到什么")
    if wish.coming == "no":
        answers.answer_own(session, actor, public_id, [])
        return gettext("已记下你不来，没有任何影响")
    if not wish.sessions:
        why = gettext("请选一个场次。")
        raise InvalidInputError("visitor_input", why, fields={"sessions": why})
    answers.answer_own(session, actor, public_id, wish.sessions)
    return gettext("已记下，入场码和路线在这一页")


def _page(public_id: str, filled: dict[str, FormState], status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        visitor = answers.get_own(session, current_actor(), public_id)
        page = render_template(
            "fair_guests/visit.html",
            address=url_for(".show", public_id=public_id),
            calendar=url_for(".calendar_file", public_id=public_id),
            came_of_it=url_for(".index", _anchor="intents"),
            **shown_visit(session, visitor, filled),
        )
    return page, status
