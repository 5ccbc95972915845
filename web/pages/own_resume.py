"""The own résumé (我的简历): the page made from the profile, or a PDF of one's own, and which of the two is used."""

from contextlib import closing

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.services.graduate_lists import get_own
from matcher.services.permissions import Permission
from matcher.services.referrals import own_resumes, resumes
from web.auth import current_actor
from web.forms import FormState, blank_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.pages.own_referrals import pdf_answer
from web.schemas.answers import ResumeForm
from web.session import reading_aside, request_session, undo_request
from web.words import own_referrals as words

bp = Blueprint("own_resume", __name__, url_prefix="/me/resume")

MENU = (
    NavItem(
        "own_resume.index",
        msg("我的简历"),
        Permission.EDIT_OWN_PROFILE,
        "own",
        hint=msg("看单位会看到的一页简历，或者换成自己的 PDF"),
    ),
)

_OWN = Permission.EDIT_OWN_PROFILE
_MOST_READ = 8 * 1024 * 1024
"""Bytes read of an upload; the rule of the region is far below."""


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """Show which résumé is used; who has no record yet registers first."""
    if current_actor().graduate_id is None:
        return see_other(url_for("registration.form"))
    return _page(blank_form(ResumeForm))


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        graduate = get_own(session, actor)
        page = render_template(
            "own_referrals/resume.html",
            form=form,
            kept=own_resumes.find_own(session, actor, graduate.id),
            left_out=words.own_words_of(graduate).left_out,
            has_words=bool(graduate.about),
        )
    return page, status


@bp.get("/page")
@needs(_OWN)
@rate_limited("60/minute")
def made() -> ResponseReturnValue:
    """Show the résumé as an employer gets it that may see everything."""
    content = resumes.preview(request_session(), current_actor(), None, resumes.ALL_PARTS)
    return pdf_answer(content)


@bp.post("")
@needs(_OWN)
@rate_limited("20/hour")
def upload() -> ResponseReturnValue:
    """Keep a PDF as the own résumé."""
    content, actor = _sent(), current_actor()
    try:
        own_resumes.upload(request_session(), actor, actor.graduate_id or 0, content)
    except InvalidInputError as error:
        undo_request()
        return _page(refused_form(ResumeForm, error), 422)
    toast(gettext("简历已上传，全部勾选时单位会看到它"))
    return see_other(url_for(".index"))


def _sent() -> bytes:
    """Return the bytes of the file sent, nothing if none was."""
    sent = request.files.get("file")
    if sent is None:
        return b""
    with closing(sent):
        return sent.stream.read(_MOST_READ)


@bp.post("/use")
@needs(_OWN)
def use() -> ResponseReturnValue:
    """Choose which of the two is used."""
    actor, is_used = current_actor(), request.form.get("own") == "yes"
    own_resumes.choose(request_session(), actor, actor.graduate_id or 0, is_used=is_used)
    toast(gettext("以后用自己上传的简历") if is_used else gettext("以后用按资料做的简历"))
    return see_other(url_for(".index"))


@bp.post("/remove")
@needs(_OWN)
def remove() -> ResponseReturnValue:
    """Take the own PDF away."""
    actor = current_actor()
    own_resumes.remove(request_session(), actor, actor.graduate_id or 0)
    toast(gettext("上传的简历已删除"))
    return see_other(url_for(".index"))
