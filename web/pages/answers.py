"""Answers by link (免登录链接): a page with buttons for whoever holds the link; opening it never does anything.

Mail gateways, phones and scanners open every link they see, with GET and HEAD; only a sent form acts. Nobody is
signed in here, whoever uses the browser otherwise. Addresses hold the token, so that no other site or log may get
them: no referrer is sent at all, and for that the form token is checked here and not by the extension, which wants one.
"""

from http import HTTPStatus
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, NotFoundError, YangguangError
from matcher.services.referrals import links
from web.answer_pages.kinds import AnswerPage
from web.answer_pages.registry import page_of
from web.errors import status_of
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import toast
from web.i18n import translated
from web.link_pages import check_form_token, link_blueprint
from web.marks import public, rate_limited
from web.session import reading_aside, request_session, undo_request

bp = link_blueprint("answers", __name__, "/a")

_GONE = HTTPStatus.NOT_FOUND


@bp.get("/done")
@public
def done() -> ResponseReturnValue:
    """Say that an answer was taken; what it was stands in the notice."""
    return render_template("answers/done.html")


@bp.get("/<token>")
@public
@rate_limited("300/minute")
def show(token: str) -> ResponseReturnValue:
    """Show what is asked, with buttons; changes nothing."""
    return _page(token, {})


@bp.post("/<token>")
@public
@rate_limited("30/minute")
def answer(token: str) -> ResponseReturnValue:
    """Take an answer; what stands against it is said, and the link stays as it was."""
    check_form_token()
    with reading_aside() as session:
        page = _find(token, session)
    act = request.form.get("act", "")
    if page is None or act not in page.forms:
        return _unusable()
    wish = read_form(page.forms[act])
    if isinstance(wish, FormErrors):
        return _page(token, {act: wish}, 422)
    try:
        said = _taken(page, token, act, wish)
    except InvalidInputError as error:
        undo_request()
        return _page(token, {act: refused_form(page.forms[act], error)}, 422)
    except YangguangError as error:
        undo_request()
        return _refused(error)
    toast(said)
    return redirect(url_for(".show", token=token) if page.stays else url_for(".done"), 303)


def _find(token: str, session: Any) -> AnswerPage | None:
    try:
        return page_of(links.look(session, token))
    except NotFoundError:
        return None


def _taken(page: AnswerPage, token: str, act: str, wish: Any) -> str:
    session = request_session()
    link, by = links.use(session, token)
    return page.act(session, by, link, act, wish)


def _page(token: str, filled: dict[str, FormState], status: int = 200) -> ResponseReturnValue:
    """Show the page of a link, with forms as they were sent or blank."""
    with reading_aside() as session:
        try:
            link = links.look(session, token)
            page = page_of(link)
            if page is None:
                return _unusable()
            shown = page.shown(session, links.actor_of(link), link)
        except NotFoundError:
            return _unusable()
        forms = {act: filled.get(act) or blank_form(form) for act, form in page.forms.items()}
        return make_response(render_template(page.template, forms=forms, **shown), status)


def _unusable() -> ResponseReturnValue:
    """Say that a link is of no use, whatever the reason."""
    return make_response(render_template("answers/unusable.html"), _GONE)


def _refused(error: YangguangError) -> ResponseReturnValue:
    status = status_of(error)
    if status == _GONE:
        return _unusable()
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise error
    page = render_template("answers/refused.html", message=translated(error.message))
    return make_response(page, status)
