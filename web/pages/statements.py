"""Statements to an employer after hiring (补贴申领说明), on the referral: what was agreed to, what was stated."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import ConsentPurpose
from matcher.kinds.employer_side import StatedStatus, SubsidyClaim
from matcher.models.employers import Employer
from matcher.services.consents import current_text
from matcher.services.permissions import Permission
from matcher.services.referrals import status_disclosures, status_statements
from matcher.services.referrals.sight import find_referral
from matcher.services.referrals.status_disclosures import HIRED, ClaimWish
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs
from web.schemas.statements import ClaimForm, StatementForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("statements", __name__, url_prefix="/referrals/<public_id>/statements")

_REFERS = Permission.REFER


@bp.get("")
@needs(_REFERS)
def index(public_id: str) -> ResponseReturnValue:
    """Show the claims agreed to and the forms that lead to a statement."""
    return _page(public_id)


def _page(public_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        referral = find_referral(session, actor, public_id)
        text = current_text(session, ConsentPurpose.HARDSHIP_DISCLOSURE, clock.today())
        page = render_template(
            "referrals/statements.html",
            public_id=public_id,
            is_hired=referral.state in HIRED and referral.left_on is None,
            rows=status_statements.claims_of(session, actor, referral.id),
            text=text,
            employer=session.get_one(Employer, referral.employer_id).name,
            form=form or blank_form(ClaimForm, text_id=text.id),
            claims=[(one.value, label(one)) for one in SubsidyClaim],
            statuses=[(one.value, label(one)) for one in StatedStatus],
        )
    return page, status


@bp.post("")
@needs(_REFERS)
def agree(public_id: str) -> ResponseReturnValue:
    """Record that the person agreed on paper to one claim."""
    actor = current_actor()
    with reading_aside() as aside:
        referral_id = find_referral(aside, actor, public_id).id
    wish = read_form(ClaimForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    try:
        status_disclosures.agree(
            request_session(),
            actor,
            referral_id,
            ClaimWish(wish.claim, wish.title),
            text_id=wish.text_id,
            on_paper=True,
        )
    except (InvalidInputError, RuleBrokenError, ConflictError) as error:
        undo_request()
        return _page(public_id, _refused(error), 409)
    toast(gettext("本人的书面同意已登记"))
    return see_other(url_for(".index", public_id=public_id))


def _refused(error: InvalidInputError | RuleBrokenError | ConflictError) -> FormState:
    if isinstance(error, InvalidInputError):
        return refused_form(ClaimForm, error)
    return FormErrors(ClaimForm, {}, {"": translated(error.message)})


@bp.post("/<int:claim_id>/make")
@needs(_REFERS)
def make(public_id: str, claim_id: int) -> ResponseReturnValue:
    """State it to the employer."""
    session, actor = request_session(), current_actor()
    status_disclosures.require_of(
        session, actor, find_referral(session, actor, public_id), claim_id
    )
    wish = read_form(StatementForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    status_disclosures.make_statement(session, actor, claim_id, wish.says)
    toast(gettext("说明已出具，单位可以打开"))
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/<int:claim_id>/take-back")
@needs(_REFERS)
def take_back(public_id: str, claim_id: int) -> ResponseReturnValue:
    """Record that the person took the consent back."""
    session, actor = request_session(), current_actor()
    status_disclosures.require_of(
        session, actor, find_referral(session, actor, public_id), claim_id
    )
    status_disclosures.take_back(session, actor, claim_id)
    toast(gettext("已撤回，单位不再能打开"))
    return see_other(url_for(".index", public_id=public_id))
