"""A holder's own pages (本人查阅): neutral at sight, the file itself only when asked for, requests and publicity.

Phones are shared: what is first seen says nothing of the file. Opening it is a form that is sent, and logged.
"""

import json

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.people_rights import RightsKind
from matcher.services.people_rights import (
    own_file,
    rights,
    rights_lists,
    story_consents,
    story_lists,
)
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.schemas.people_rights import OwnRightsForm
from web.session import reading_aside, request_session

bp = Blueprint("my_file", __name__, url_prefix="/my-file")

MENU = (
    NavItem(
        "my_file.index",
        msg("我的家庭资料"),
        Permission.VIEW_OWN_FILE,
        "own",
        hint=msg("查阅本人资料，提出更正或删除"),
        icon="person",
    ),
)

_OWN = Permission.VIEW_OWN_FILE


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """Show what the holder may do here, and what was asked so far."""
    return _page(blank_form(OwnRightsForm))


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        own_file.own_holder(session, actor)
        asked = rights_lists.list_own(session, actor)
        stories = story_lists.list_own(session, actor)
    page = render_template(
        "my_file/index.html",
        form=form,
        asked=asked,
        stories=stories,
        kinds=[(one.value, label(one)) for one in RightsKind if one is not RightsKind.OBJECTION],
        send_to=url_for(".ask"),
    )
    return page, status


@bp.post("/contents")
@needs(_OWN)
@rate_limited("20/minute")
def contents() -> ResponseReturnValue:
    """Show the own file in full; the reading is logged."""
    own = own_file.open_own_file(request_session(), current_actor())
    return render_template("my_file/contents.html", own=own)


@bp.post("/data")
@needs(_OWN)
@rate_limited("10/minute")
def data() -> ResponseReturnValue:
    """Give a copy of the own file for programs; the copy is logged."""
    copy = own_file.copy_own_file(request_session(), current_actor())
    return Response(
        json.dumps(copy, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=my-data.json"},
    )


@bp.post("/requests")
@needs(_OWN)
@rate_limited("20/hour")
def ask() -> ResponseReturnValue:
    """Ask for access, a copy, a correction, deletion or an explanation."""
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
