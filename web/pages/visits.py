"""The link of a visitor (参会链接): answer, ticket, route and what booths may read, without an account.

As with answer links, opening it never does anything, nobody is signed in here, and no referrer is sent, for the
address is what the visitor is known by; for that the form's token is checked here and not by the extension.
"""

from typing import Any

from flask import (
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue

from matcher.documents.calendar_file import MEDIA_TYPE
from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.services.fair_guests import answers, forgetting, guest_links
from web.fair_ticket_cookie import remember
from web.forms import FormErrors, FormState, read_form, refused_form
from web.fragments import toast
from web.i18n import gettext, translated
from web.link_pages import check_form_token, link_blueprint
from web.marks import Counted, public, rate_limited
from web.session import reading_aside, request_session, undo_request
from web.visit_pages import FORMS, calendar_of, shown_visit

bp = link_blueprint("visits", __name__, "/v")


@bp.get("/<token>")
@public
@rate_limited("300/minute", Counted.LINK)
def show(token: str) -> ResponseReturnValue:
    """Show a visitor's page; the phone is known to the hall's queues from then on."""
    answer = make_response(_page(token, {}))
    if answer.status_code == 200:
        session = request_session()
        visitor = guest_links.look(session, token)
        remember(answer, session, visitor, secure=current_app.config["SESSION_COOKIE_SECURE"])
    return answer


@bp.get("/<token>/calendar.ics")
@public
@rate_limited("60/minute", Counted.LINK)
def calendar_file(token: str) -> ResponseReturnValue:
    """Return the sessions the visitor comes to as a calendar file."""
    try:
        with reading_aside() as session:
            content = calendar_of(session, guest_links.look(session, token))
    except NotFoundError:
        return _unusable()
    headers = {"Content-Disposition": 'attachment; filename="fair.ics"'}
    return Response(content, content_type=MEDIA_TYPE, headers=headers)


@bp.post("/<token>")
@public
@rate_limited("60/minute", Counted.LINK)
def answer(token: str) -> ResponseReturnValue:
    """Take an answer, or what booths may read."""
    check_form_token()
    act = request.form.get("act", "")
    if act == "forget":
        return _forget(token)
    if act not in FORMS:
        return _unusable()
    wish = read_form(FORMS[act])
    if isinstance(wish, FormErrors):
        return _page(token, {act: wish}, 422)
    try:
        said = _taken(token, act, wish)
    except NotFoundError:
        undo_request()
        return _unusable()
    except InvalidInputError as error:
        undo_request()
        return _page(token, {act: refused_form(FORMS[act], error)}, 422)
    except RuleBrokenError as error:
        undo_request()
        known = FormErrors(FORMS[act], request.form, {"": translated(error.message)})
        return _page(token, {act: known}, 409)
    toast(said)
    return redirect(url_for(".show", token=token), 303)


def _forget(token: str) -> ResponseReturnValue:
    """Delete what is held of the visitor; the page says so once, the link is of no use afterwards."""
    try:
        forgetting.forget_by_link(request_session(), token)
    except NotFoundError:
        undo_request()
        return _unusable()
    toast(gettext("已删除你的参会信息，这个链接不再能用"))
    return redirect(url_for("answers.done"), 303)


def _taken(token: str, act: str, wish: Any) -> str:
    session = request_session()
    if act == "show":
        answers.show_by_link(session, token, wish.fields)
        return gettext("已记下展位能看到什么")
    if wish.coming == "no":
        answers.answer_by_link(session, token, [])
        return gettext("已记下你不来，没有任何影响")
    if not wish.sessions:
        why = gettext("请选一个场次。")
        raise InvalidInputError("visitor_input", why, fields={"sessions": why})
    answers.answer_by_link(session, token, wish.sessions)
    return gettext("已记下，入场码和路线在这一页")


def _page(token: str, filled: dict[str, FormState], status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        try:
            shown = shown_visit(session, guest_links.look(session, token), filled)
        except NotFoundError:
            return _unusable()
        page = render_template(
            "fair_guests/visit.html",
            address=url_for(".show", token=token),
            may_forget=True,
            calendar=url_for(".calendar_file", token=token),
            **shown,
        )
    return make_response(page, status)


def _unusable() -> ResponseReturnValue:
    return make_response(render_template("answers/unusable.html"), 404)
