"""A graduate's requests about the own data (我的申请): of all kinds, with the answers; consents to publicity."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.people_rights import RightsKind
from matcher.services.people_rights import rights, rights_lists, story_consents, story_lists
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.people_rights import OwnRightsForm
from web.session import reading_aside, request_session

bp = Blueprint("own_requests", __name__, url_prefix="/me/requests")

MENU = (
    NavItem(
        "own_requests.index",
        msg("我的申请"),
        Permission.EDIT_OWN_PROFILE,
        "own",
        hint=msg("申请查阅、更正、删除自己的资料"),
    ),
)

_OWN = Permission.EDIT_OWN_PROFILE


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """Show the form and what was asked so far; who has no record yet registers first."""
    if current_actor().graduate_id is None:
        return see_other(url_for("registration.form"))
    return _page(blank_form(OwnRightsForm))


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        asked = rights_lists.list_own(session, actor)
        stories = story_lists.list_own(session, actor)
    page = render_template(
        "my_file/requests.html",
        form=form,
        asked=asked,
        stories=stories,
        kinds=[(one.value, label(one)) for one in RightsKind],
        send_to=url_for(".ask"),
    )
    return page, status


@bp.post("")
@needs(_OWN)
@rate_limited("20/hour")
def ask() -> ResponseReturnValue:
    """Ask for something about the own data."""
    wish = read_form(OwnRightsForm)
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    try:
        rights.ask_own(request_session(), current_actor(), kind=wish.kind, words=wish.words)
    except InvalidInputError as error:
        return _page(refused_form(OwnRightsForm, error), 422)
    toast(gettext("申请已提交，三十天内答复"))
    return see_other(url_for(".index"))


@bp.post("/stories/<story_id>/withdraw")
@needs(_OWN)
def withdraw_story(story_id: str) -> ResponseReturnValue:
    """Withdraw a consent to publicity."""
    story_consents.withdraw_own(request_session(), current_actor(), story_id)
    toast(gettext("已撤回，马上生效"))
    return see_other(url_for(".index"))
