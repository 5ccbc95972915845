"""Steps of a fair (招聘会): a new one like it, announcing and taking that back, cancelling, the poster."""

from io import BytesIO
from typing import Any

from flask import Blueprint, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher.documents.fair_papers import PosterForm, compile_poster
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.services.fairs import copying, public, states
from matcher.services.fairs.sight import get_fair, require_not_cancelled
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.pages.fairs import home_page
from web.qr_codes import fair_address, qr_svg
from web.schemas.fairs import CancelForm, CopyForm, StepForm
from web.session import request_session, undo_request
from web.words import fairs as words

bp = Blueprint("fair_steps", __name__, url_prefix="/fairs")


@bp.post("/<public_id>/copy")
@needs(Permission.MANAGE_FAIRS)
def copy(public_id: str) -> ResponseReturnValue:
    """Make a new fair like this one."""
    wish = read_form(CopyForm)
    if isinstance(wish, FormErrors):
        return home_page(public_id, forms={"copy_form": wish}, status=422)
    try:
        made = copying.copy_fair(
            request_session(), current_actor(), public_id, first_on=wish.first_on, title=wish.title
        )
    except InvalidInputError as error:
        undo_request()
        return home_page(public_id, forms={"copy_form": refused_form(CopyForm, error)}, status=422)
    toast(gettext("已照样建好一场，单位和人要另外请"))
    return see_other(url_for("fairs.show", public_id=made.public_id))


@bp.post("/<public_id>/announce")
@needs(Permission.MANAGE_FAIRS)
def announce(public_id: str) -> ResponseReturnValue:
    """Open the public page."""
    return _step(public_id, states.announce_fair, gettext("已公布，公开页面可以打开了"))


@bp.post("/<public_id>/take-back")
@needs(Permission.MANAGE_FAIRS)
def take_back(public_id: str) -> ResponseReturnValue:
    """Close the public page again."""
    return _step(public_id, states.take_back, gettext("已撤回公布，公开页面打不开了"))


def _step(public_id: str, act: Any, said: str) -> ResponseReturnValue:
    wish = read_form(StepForm)
    if isinstance(wish, FormErrors):
        return home_page(public_id, forms={"step": wish}, status=422)
    try:
        act(request_session(), current_actor(), public_id, expected_version=wish.version)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        wrong = FormErrors(StepForm, request.form, {"": translated(error.message)})
        return home_page(public_id, forms={"step": wrong}, status=409)
    toast(said)
    return see_other(url_for("fairs.show", public_id=public_id))


@bp.post("/<public_id>/cancel")
@needs(Permission.MANAGE_FAIRS)
def cancel(public_id: str) -> ResponseReturnValue:
    """Cancel a fair and tell everybody."""
    wish = read_form(CancelForm)
    if isinstance(wish, FormErrors):
        return home_page(public_id, forms={"cancel_form": wish}, status=422)
    try:
        states.cancel_fair(
            request_session(),
            current_actor(),
            public_id,
            reason=wish.reason,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        wrong: FormState = refused_form(CancelForm, error)
        return home_page(public_id, forms={"cancel_form": wrong}, status=422)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(CancelForm, request.form, {"": translated(error.message)})
        return home_page(public_id, forms={"cancel_form": said}, status=409)
    toast(gettext("已取消，正在通知参会单位和报名的人"))
    return see_other(url_for("fairs.show", public_id=public_id))


@bp.get("/<public_id>/poster.pdf")
@needs(Permission.VIEW_FAIRS)
def poster(public_id: str) -> ResponseReturnValue:
    """Send the poster with the code of the public page."""
    session = request_session()
    fair = get_fair(session, current_actor(), public_id)
    require_not_cancelled(fair)
    found = public.read_public(session, fair)
    address = fair_address(found.fair.token)
    content = compile_poster(
        PosterForm(
            title=found.fair.title,
            organiser=found.union_name,
            co_organisers=found.fair.co_organisers or "",
            sessions=[words.session_line(one) for one in found.sessions],
            place=" ".join(filter(None, (found.fair.venue_name, found.fair.venue_address))),
            online=found.fair.online_address or "",
            figures=_figures(found),
            enquiries=found.fair.enquiries or "",
            address=address,
            qr=qr_svg(address, scale=10),
        )
    )
    name = f"fair-{found.fair.first_on:%Y%m%d}-poster.pdf"
    return send_file(
        BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
    )


def _figures(found: public.PublicFair) -> list[tuple[str, str]]:
    """Return the figures of the poster; none before an employer was accepted."""
    if not found.n_employers:
        return []
    return [
        (str(found.n_employers), gettext("参会单位")),
        (str(found.n_postings), gettext("岗位")),
        (str(found.n_wanted), gettext("招聘人数")),
    ]
