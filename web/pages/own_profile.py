"""A graduate's own profile (我的资料): study, what is wanted, own words; name and numbers the union changes."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.models.graduates import Graduate
from matcher.services.graduate_lists import get_own
from matcher.services.own_matches import change_to_follow
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, msg
from web.marks import needs
from web.navigation import NavItem
from web.pages.profile_form import (
    own_fields,
    profile_options,
    read_profile,
    save_profile,
    shown_profile,
)
from web.pages.wish_sentence import filled
from web.schemas.own_profile import Profile
from web.session import reading_aside, request_session

bp = Blueprint("own_profile", __name__, url_prefix="/me/profile")

MENU = (
    NavItem(
        "own_profile.index",
        msg("我的资料"),
        Permission.EDIT_OWN_PROFILE,
        "own",
        hint=msg("改专业、意向和自我介绍"),
        icon="person",
    ),
)

_OWN = Permission.EDIT_OWN_PROFILE


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """Show the own profile in its form; who has no record yet registers first."""
    if current_actor().graduate_id is None:
        return see_other(url_for("registration.form"))
    graduate = get_own(request_session(), current_actor())
    return _page(blank_form(Profile, **shown_profile(graduate)), graduate)


def _page(form: FormState, graduate: Graduate, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "own_profile/profile.html",
        form=form,
        read=None,
        graduate=graduate,
        fill_address=url_for(".fill"),
        **profile_options(),
    )
    return page, status


@bp.post("/fill")
@needs(_OWN)
def fill() -> ResponseReturnValue:
    """Fill the wishes from a sentence; nothing is saved."""
    with reading_aside() as session:
        graduate = get_own(session, current_actor())
    form, read = filled(Profile)
    return fragment_or_page(
        "own_profile/_wishes.html",
        "own_profile/profile.html",
        form=form,
        read=read,
        graduate=graduate,
        fill_address=url_for(".fill"),
        **profile_options(),
    )


@bp.post("")
@needs(_OWN)
def save() -> ResponseReturnValue:
    """Save the own profile and go to the list, which waits for the new order."""
    actor = current_actor()
    with reading_aside() as session:
        graduate = get_own(session, actor)
    wish = read_form(Profile)
    if isinstance(wish, FormErrors):
        return _page(wish, graduate, 422)
    read = read_profile(wish, name=graduate.name, student_number=graduate.student_number)
    if isinstance(read, FormErrors):
        return _page(read, graduate, 422)
    session = request_session()
    try:
        save_profile(session, actor, graduate.id, read, expected_version=wish.version)
    except InvalidInputError as error:
        return _page(own_fields(refused_form(Profile, error)), graduate, 422)
    except (RuleBrokenError, ConflictError) as error:
        known = FormErrors(Profile, request.form, {"": gettext(error.message)})
        return _page(known, graduate, 409)
    toast(gettext("资料已保存"))
    return see_other(url_for("own_matches.index", after=change_to_follow(session, actor)))
