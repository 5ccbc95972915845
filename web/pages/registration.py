"""Registering on a phone (自助登记): after the code, a short form and each consent by itself."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import ConsentPurpose
from matcher.services.graduates import GraduateInput
from matcher.services.permissions import Permission
from matcher.services.registrations import (
    ASKED,
    Ticks,
    open_registrations,
    register_with_phone,
    texts_in_force,
)
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs, rate_limited
from web.pages.profile_form import majors_of, profile_options, read_origin
from web.schemas.own_profile import Registration
from web.session import reading_aside, request_session

bp = Blueprint("registration", __name__, url_prefix="/register")


@bp.get("")
@needs(Permission.EDIT_OWN_PROFILE)
def form() -> ResponseReturnValue:
    """Show the form, unless the account has its record."""
    if current_actor().graduate_id is not None:
        return see_other(url_for("own_matches.index"))
    drives = open_registrations(request_session())
    chosen = drives[0].public_id if len(drives) == 1 else None
    return _page(blank_form(Registration, drive=chosen))


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        drives = open_registrations(session)
        texts = texts_in_force(session, ASKED)
    page = render_template(
        "registration/form.html",
        form=form,
        drives=[(drive.public_id, drive.neutral_name) for drive in drives],
        service=texts[ConsentPurpose.SERVICE],
        ranking=texts[ConsentPurpose.RANKING],
        **profile_options(),
    )
    return page, status


@bp.post("")
@needs(Permission.EDIT_OWN_PROFILE)
@rate_limited("20/minute;100/hour")
def register() -> ResponseReturnValue:
    """Register the person; what was typed stays if something is wrong."""
    wish = read_form(Registration)
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    origin = read_origin(wish)
    if origin.problem:
        return _page(FormErrors(Registration, request.form, {"origin": origin.problem}), 422)
    facts = GraduateInput(
        name=wish.name,
        education=wish.education,
        school=wish.school,
        graduates_on=wish.graduates_on,
        origin_region=origin.code,
        phone=wish.phone,
    )
    ticked = {ConsentPurpose.SERVICE: wish.service, ConsentPurpose.RANKING: wish.ranking}
    texts = {
        ConsentPurpose.SERVICE: wish.service_text,
        ConsentPurpose.RANKING: wish.ranking_text,
    }
    ticks = Ticks(texts, frozenset(purpose for purpose, is_on in ticked.items() if is_on))
    try:
        register_with_phone(
            request_session(),
            current_actor(),
            facts,
            majors_of(wish),
            drive=wish.drive,
            ticks=ticks,
        )
    except InvalidInputError as error:
        return _page(refused_form(Registration, error), 422)
    except RuleBrokenError as error:
        return _page(FormErrors(Registration, request.form, {"": gettext(error.message)}), 409)
    toast(gettext("登记好了，再填想找什么工作"))
    return see_other(url_for("own_profile.index"))
