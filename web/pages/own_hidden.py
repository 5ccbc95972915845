"""Employers a person hides from (不让某个单位看到我): search by name, hide, take back; staff do it on behalf.

Two addresses, one page: the person's own and a graduate's at the union's desk.
"""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import RuleBrokenError
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Actor, Permission
from matcher.services.referrals import hidden
from web.auth import current_actor
from web.forms import FormErrors, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg, ngettext, translated
from web.marks import needs
from web.navigation import NavItem
from web.schemas.answers import HideForm
from web.session import reading_aside, request_session, undo_request
from web.words import people

bp = Blueprint("own_hidden", __name__)

MENU = (
    NavItem(
        "own_hidden.index",
        msg("不让哪些单位看到"),
        Permission.EDIT_OWN_PROFILE,
        "own",
        hint=msg("选好的单位不会收到你的推荐，随时可以改"),
    ),
)

_OWN = Permission.EDIT_OWN_PROFILE
_STAFF = Permission.VIEW_GRADUATES


@bp.get("/me/hidden")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """Show what the actor hides from, and a search; who has no record yet registers first."""
    if current_actor().graduate_id is None:
        return see_other(url_for("registration.form"))
    return _page(current_actor().graduate_id or 0, None)


@bp.post("/me/hidden")
@needs(_OWN)
def hide() -> ResponseReturnValue:
    """Hide from an employer."""
    return _hide(current_actor().graduate_id or 0, None)


@bp.post("/me/hidden/undo")
@needs(_OWN)
def unhide() -> ResponseReturnValue:
    """Let an employer see the actor again."""
    return _unhide(current_actor().graduate_id or 0, None)


@bp.get("/graduates/<public_id>/hidden")
@needs(_STAFF)
def of_graduate(public_id: str) -> ResponseReturnValue:
    """Show what a graduate hides from, at the desk."""
    return _page(_number(public_id), public_id)


@bp.post("/graduates/<public_id>/hidden")
@needs(_STAFF)
def hide_for(public_id: str) -> ResponseReturnValue:
    """Hide a graduate from an employer, at the person's word."""
    return _hide(_number(public_id), public_id)


@bp.post("/graduates/<public_id>/hidden/undo")
@needs(_STAFF)
def unhide_for(public_id: str) -> ResponseReturnValue:
    """Let an employer see a graduate again, at the person's word."""
    return _unhide(_number(public_id), public_id)


def _number(public_id: str) -> int:
    with reading_aside() as session:
        return find_graduate(session, current_actor(), public_id).id


def _address(public_id: str | None) -> str:
    return url_for(".of_graduate", public_id=public_id) if public_id else url_for(".index")


def _way_back(public_id: str | None) -> tuple[str, str]:
    """Return words and address of the page this one was opened from."""
    if public_id is None:
        return gettext("我的推荐"), url_for("own_referrals.index")
    return gettext("毕业生"), url_for("graduates.show", public_id=public_id)


def _page(
    graduate_id: int, public_id: str | None, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    name, actor = request.values.get("name", "").strip()[:60], current_actor()
    chosen = request.args.get("employer", "")[:64]
    with reading_aside() as session:
        page = render_template(
            "own_hidden/index.html",
            name=name,
            who=_name_of(public_id, actor),
            rows=hidden.list_hidden(session, actor, graduate_id),
            found=hidden.search_employers(session, actor, graduate_id, name),
            chosen=hidden.choice(session, actor, graduate_id, chosen) if chosen else None,
            refusal=refusal,
            back=_way_back(public_id),
            send_to=_address(public_id),
            undo_at=url_for(".unhide_for", public_id=public_id)
            if public_id
            else url_for(".unhide"),
        )
    return page, status


def _name_of(public_id: str | None, actor: Actor) -> str:
    if public_id is None:
        return ""
    with reading_aside() as session:
        return people.name_of(find_graduate(session, actor, public_id))


def _hide(graduate_id: int, public_id: str | None) -> ResponseReturnValue:
    wish = read_form(HideForm)
    if isinstance(wish, FormErrors):
        return see_other(_address(public_id))
    try:
        ended = hidden.hide(request_session(), current_actor(), graduate_id, wish.employer)
    except RuleBrokenError as error:
        undo_request()
        return _page(graduate_id, public_id, translated(error.message), 409)
    said = gettext("这家单位以后看不到了")
    if ended:
        said += ngettext("，撤回了 %(num)d 条推荐", "，撤回了 %(num)d 条推荐", ended)
    toast(said)
    return see_other(_address(public_id))


def _unhide(graduate_id: int, public_id: str | None) -> ResponseReturnValue:
    wish = read_form(HideForm)
    if not isinstance(wish, FormErrors):
        hidden.unhide(request_session(), current_actor(), graduate_id, wish.employer)
        toast(gettext("已取消，以后可以推荐到这家单位"))
    return see_other(_address(public_id))
