"""People a start-up gives work to (创业带动就业), entered on the page of the founder's placement."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.services.permissions import Permission
from matcher.services.placements import business_effects, reading
from matcher.services.placements.business_effects import EffectInput
from web.auth import current_actor
from web.forms import FormErrors, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.placement_page import placement_page
from web.schemas.cohorts import EffectForm
from web.session import request_session, undo_request

bp = Blueprint("placement_effects", __name__, url_prefix="/placements/<string:public_id>/effects")


@bp.post("")
@needs(Permission.RECORD_PLACEMENTS)
def add(public_id: str) -> ResponseReturnValue:
    """Enter how many people a start-up gives work to."""
    wish, session, actor = read_form(EffectForm), request_session(), current_actor()
    if isinstance(wish, FormErrors):
        return placement_page(public_id, name="effect", refused=wish, status=422)
    placement = reading.read_placement(session, actor, public_id).placement
    facts = EffectInput(wish.n_jobs, wish.seen_on, wish.evidence)
    try:
        business_effects.record_effect(session, actor, placement.id, facts)
    except InvalidInputError as error:
        undo_request()
        fields = error.details.get("fields")
        if isinstance(fields, dict) and "happened_on" in fields:
            fields["seen_on"] = fields.pop("happened_on")
        refused = refused_form(EffectForm, error)
        return placement_page(public_id, name="effect", refused=refused, status=422)
    except RuleBrokenError as error:
        undo_request()
        said = FormErrors(EffectForm, request.form, {"": translated(error.message)})
        return placement_page(public_id, name="effect", refused=said, status=409)
    toast(gettext("带动就业人数已登记"))
    return see_other(url_for("placements.show", public_id=public_id))
