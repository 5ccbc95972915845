"""A holder's access by phone (本人查阅): linked at the counter by who answers for the file, the document seen."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.services.hardship import sight
from matcher.services.people_rights import holder_links
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs, rate_limited
from web.schemas.people_rights import HolderAccess
from web.session import reading_aside, request_session

bp = Blueprint("holder_access", __name__, url_prefix="/files/<household_id>/own-access")

_EDIT = Permission.EDIT_FILES


@bp.get("")
@needs(_EDIT)
def show(household_id: str) -> ResponseReturnValue:
    """Show whether the holder can read the own file, and the form."""
    return _page(household_id, blank_form(HolderAccess))


def _page(household_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        household = sight.find_whole(session, actor, household_id)
        linked = holder_links.find_link(session, actor, household.id)
        page = render_template(
            "files/own_access.html", form=form, household=household, linked=linked
        )
    return page, status


@bp.post("")
@needs(_EDIT)
@rate_limited("30/minute")
def link(household_id: str) -> ResponseReturnValue:
    """Let a phone sign in to the file."""
    wish = read_form(HolderAccess)
    actor, session = current_actor(), request_session()
    household = sight.find_whole(session, actor, household_id)
    if isinstance(wish, FormErrors):
        return _page(household_id, wish, 422)
    try:
        holder_links.link_holder(
            session, actor, household.id, wish.phone, document_seen=wish.document_seen
        )
    except InvalidInputError as error:
        return _page(household_id, refused_form(HolderAccess, error), 422)
    except RuleBrokenError as error:
        why = {"document_seen" if error.code == "document_not_seen" else "phone": error.message}
        known = {name: gettext(words) for name, words in why.items()}
        return _page(household_id, FormErrors(HolderAccess, request.form, known), 409)
    toast(gettext("已开通，本人用这个手机号登录就能查阅"))
    return see_other(url_for(".show", household_id=household_id))


@bp.post("/end")
@needs(_EDIT)
def unlink(household_id: str) -> ResponseReturnValue:
    """End the holder's access."""
    actor, session = current_actor(), request_session()
    household = sight.find_whole(session, actor, household_id)
    holder_links.unlink_holder(session, actor, household.id)
    toast(gettext("已停用本人查阅"))
    return see_other(url_for(".show", household_id=household_id))
