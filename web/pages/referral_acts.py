"""Recording a step of a referral (推荐) for the person, the employer or the union: a form that says what it does."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import ConsentPurpose
from matcher.kinds.day import CallOutcome
from matcher.kinds.labelled import Labelled
from matcher.kinds.referrals import (
    ContactedSide,
    DeclineReason,
    DisclosurePart,
    FallThroughReason,
    RefusalReason,
    WithdrawalReason,
)
from matcher.services import consents
from matcher.services.permissions import Permission
from matcher.services.referrals import reading, sight
from matcher.services.rows import not_found
from web.auth import current_actor
from web.conflict_page import conflict_answer
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs
from web.session import reading_aside, request_session, undo_request
from web.words.referral_step import Step
from web.words.referral_steps import find_step, first_values
from web.words.referrals import state_words

bp = Blueprint("referral_acts", __name__, url_prefix="/referrals")

_REASONS: dict[str, type[Labelled]] = {
    "refuse": RefusalReason,
    "decline": DeclineReason,
    "withdraw": WithdrawalReason,
    "fell-through": FallThroughReason,
    "contact": CallOutcome,
}


def _step(code: str) -> Step:
    found = find_step(code)
    if found is None:
        raise not_found()
    return found


@bp.get("/<public_id>/steps/<step>")
@needs(Permission.REFER)
def form(public_id: str, step: str) -> ResponseReturnValue:
    """Show what a step does, with its form."""
    return _page(public_id, _step(step))


def _page(
    public_id: str, step: Step, shown: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    with reading_aside() as database:
        whole = reading.read_referral(database, current_actor(), public_id)
        referral = whole.line.referral
        page = render_template(
            "referrals/step.html",
            whole=whole,
            line=whole.line,
            referral=referral,
            words=state_words(referral, is_unconfirmed=whole.line.is_unconfirmed),
            step=step,
            is_allowed=step.is_allowed(referral),
            form=shown or blank_form(step.form, **first_values(step, referral)),
            reasons=[(one.value, label(one)) for one in _REASONS.get(step.code, ())],
            sides=[(one.value, label(one)) for one in ContactedSide],
            parts=[(one.value, label(one)) for one in DisclosurePart],
            consent_text=_consent_text(database) if step.code == "agree" else "",
        )
    return page, status


def _consent_text(session: Session) -> str:
    """Return the words the person agrees to."""
    purpose = ConsentPurpose.DISCLOSURE
    return consents.current_text(session, purpose, clock.today()).body


@bp.post("/<public_id>/steps/<step>")
@needs(Permission.REFER)
def act(public_id: str, step: str) -> ResponseReturnValue:
    """Record a step; if somebody else was first, say who, and keep what was typed."""
    found = _step(step)
    session, actor = request_session(), current_actor()
    referral = sight.find_referral(session, actor, public_id)
    wish = read_form(found.form)
    if isinstance(wish, FormErrors):
        return _page(public_id, found, wish, 422)
    try:
        found.act(session, actor, referral.id, wish, request.form.get("version", type=int))
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, found, refused_form(found.form, error), 422)
    except ConflictError as error:
        return conflict_answer(error, translated(error.message))
    except RuleBrokenError as error:
        undo_request()
        refused = FormErrors(found.form, request.form, {"": translated(error.message)})
        return _page(public_id, found, refused, 409)
    toast(gettext("已登记"))
    return see_other(url_for("referrals.show", public_id=public_id))
