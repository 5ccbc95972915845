"""After a fair without an account (会后链接): the survey and one's own intents, and the survey at the exit.

Looking changes nothing. Nobody is signed in here, whoever uses the browser otherwise; addresses hold a token, so that
no other site, search engine or cache may get them.
"""

import secrets

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, NotFoundError, RuleBrokenError
from matcher.kinds.fair_reports import SurveySide
from matcher.models.fairs import Fair
from matcher.policy.fair_survey import SCORES, questions_of
from matcher.services.fair_reports import asking, follow_lists, surveys
from matcher.services.fair_reports.following import Told
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.link_pages import check_form_token, link_blueprint
from web.marks import public, rate_limited
from web.schemas.fair_reports import OwnOutcomeForm, SurveyWordsForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_reports as words

bp = link_blueprint("fair_after", __name__, "/after")
exit_bp = link_blueprint("fair_exit", __name__, "/f")

_GONE = 404
_NUMBER_BYTES = 12


@bp.get("/<token>")
@public
@rate_limited("300/minute")
def show(token: str) -> ResponseReturnValue:
    """Show the survey, unless it was answered, and one's own intents."""
    return _page(token)


def _page(
    token: str,
    *,
    survey: FormState | None = None,
    outcome: FormErrors | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    with reading_aside() as session:
        try:
            ask = asking.look(session, token)
        except NotFoundError:
            return _unusable()
        follows = asking.follows_of(session, ask)
        page = render_template(
            "fair_reports/after.html",
            token=token,
            ask=ask,
            fair=session.get_one(Fair, ask.fair_id),
            questions=questions_of(ask.side),
            scores=SCORES,
            sent=request.form,
            survey=survey or blank_form(SurveyWordsForm),
            intents=[
                (row, other, surveys.own_word(session, ask, row.follow))
                for row, other in follow_lists.rows_of_ask(session, follows, ask.side)
            ],
            outcome=outcome,
            answers=words.answers(ask.side),
        )
    return make_response(page, status)


@bp.post("/<token>/survey")
@public
@rate_limited("60/minute")
def answer(token: str) -> ResponseReturnValue:
    """Take the answers to the survey, once."""
    check_form_token()
    wish = read_form(SurveyWordsForm)
    if isinstance(wish, FormErrors):
        return _page(token, survey=wish, status=422)
    try:
        surveys.answer_by_link(request_session(), token, _sent(), wish.words)
    except NotFoundError:
        undo_request()
        return _unusable()
    except InvalidInputError as error:
        undo_request()
        return _page(token, survey=refused_form(SurveyWordsForm, error), status=422)
    except RuleBrokenError as error:
        undo_request()
        said = FormErrors(SurveyWordsForm, request.form, {"": translated(error.message)})
        return _page(token, survey=said, status=409)
    toast(gettext("问卷收到了，谢谢"))
    return see_other(url_for(".show", token=token))


@bp.post("/<token>/intents")
@public
@rate_limited("120/minute")
def tell(token: str) -> ResponseReturnValue:
    """Take what became of one of the own intents."""
    check_form_token()
    wish = read_form(OwnOutcomeForm)
    if isinstance(wish, FormErrors):
        return _page(token, outcome=wish, status=422)
    try:
        surveys.tell_by_link(
            request_session(), token, wish.follow, Told(wish.said, wish.happened_on)
        )
    except NotFoundError:
        undo_request()
        return _unusable()
    except InvalidInputError as error:
        undo_request()
        return _page(token, outcome=refused_form(OwnOutcomeForm, error), status=422)
    toast(gettext("已记下，谢谢"))
    return see_other(url_for(".show", token=token))


@exit_bp.get("/<token>/survey/<kind>")
@public
@rate_limited("600/minute")
def open_survey(token: str, kind: str) -> ResponseReturnValue:
    """Show the survey behind the code at the exit."""
    return _open_page(token, kind)


def _open_page(
    token: str, side: str, survey: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    if side not in set(SurveySide):
        return _unusable()
    with reading_aside() as session:
        try:
            fair = surveys.surveyed_fair(session, token)
        except NotFoundError:
            return _unusable()
        page = render_template(
            "fair_reports/open_survey.html",
            fair=fair,
            side=SurveySide(side),
            is_open=surveys.is_survey_open(fair),
            questions=questions_of(SurveySide(side)),
            scores=SCORES,
            sent=request.form,
            survey=survey or blank_form(SurveyWordsForm),
            number=_number(),
        )
    return make_response(page, status)


@exit_bp.post("/<token>/survey/<kind>")
@public
@rate_limited("600/minute")
def answer_openly(token: str, kind: str) -> ResponseReturnValue:
    """Take an answer from anybody at the exit."""
    check_form_token()
    wish = read_form(SurveyWordsForm)
    if isinstance(wish, FormErrors):
        return _open_page(token, kind, wish, 422)
    if kind not in set(SurveySide):
        return _unusable()
    try:
        surveys.answer_openly(
            request_session(), token, SurveySide(kind), _sent(), wish.words, number=_number()
        )
    except NotFoundError:
        undo_request()
        return _unusable()
    except InvalidInputError as error:
        undo_request()
        return _open_page(token, kind, refused_form(SurveyWordsForm, error), 422)
    except RuleBrokenError:
        undo_request()
        return _open_page(token, kind, status=409)
    toast(gettext("问卷收到了，谢谢"))
    return see_other(url_for("fair_after.thanks"))


@bp.get("/thanks")
@public
def thanks() -> ResponseReturnValue:
    """Say that an answer was taken."""
    return render_template("fair_reports/thanks.html")


def _number() -> str:
    """Return the number of the page that was sent, or of one shown now."""
    return request.form.get("number") or secrets.token_hex(_NUMBER_BYTES)


def _sent() -> dict[str, list[str]]:
    """Return what was chosen, by question; names of fields begin with q_."""
    return {
        name.removeprefix("q_"): request.form.getlist(name)
        for name in request.form
        if name.startswith("q_")
    }


def _unusable() -> ResponseReturnValue:
    """Say that a link is of no use, whatever the reason."""
    return make_response(render_template("answers/unusable.html"), _GONE)
