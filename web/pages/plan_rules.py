"""What plans of a drive go by (方案规则): the form of the drive manager; anybody reads the result (`public_rules`)."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.allocation.rules import HIGHEST_CLASS, PlanRules
from matcher.errors import InvalidInputError
from matcher.kinds.plans import ReserveOrder, UnfilledReserve
from matcher.models.drives import Drive
from matcher.services.drives import get_parameters
from matcher.services.permissions import Permission
from matcher.services.plans.parameters import (
    PlanParameters,
    WishWeights,
    get_plan_parameters,
    revise_plan_parameters,
)
from matcher.services.quality.studies import managed_drive
from web.auth import current_actor
from web.drive_choice import needed_drive
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.plans import PlanRulesForm
from web.session import reading_aside, request_session
from web.words.quality import rank_name

bp = Blueprint("plan_rules", __name__, url_prefix="/plans/rules")


@bp.get("")
@needs(Permission.MANAGE_DRIVE)
def form() -> ResponseReturnValue:
    """Show what plans of a drive go by, to be changed."""
    drive = needed_drive()
    with reading_aside() as session:
        managed_drive(session, current_actor(), drive.id)
        present = get_plan_parameters(session, drive)
    return _page(drive, blank_form(PlanRulesForm, **_values(present), version=drive.version_id))


def _values(present: PlanParameters) -> dict[str, Any]:
    return {
        "guarantee_class": present.rules.guarantee_class,
        "reserves": present.rules.reserves.value,
        "unfilled": present.rules.unfilled.value,
        "stickiness": present.rules.stickiness,
        "intent": present.wish.intent,
        "text": present.wish.text,
        "major": present.wish.major,
        "list_length": present.list_length,
    }


def _page(drive: Drive, state: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        page = render_template(
            "plans/rules.html",
            drive=drive,
            form=state,
            ranking=get_parameters(session, drive),
            classes=[(rank, rank_name(rank)) for rank in range(HIGHEST_CLASS, 0, -1)],
            orders=[(one.value, label(one), _help(one)) for one in ReserveOrder],
            unfilled=[(one.value, label(one)) for one in UnfilledReserve],
        )
    return page, status


def _help(order: ReserveOrder) -> str:
    """Say what an order of seats means for somebody."""
    if order is ReserveOrder.MINIMUM_GUARANTEE:
        return gettext("够得上预留席位的人先坐预留席位，把普通席位留给别人")
    return gettext("够得上预留席位的人先争普通席位，预留席位是额外的")


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def save() -> ResponseReturnValue:
    """Give the drive a new revision of its rules; anybody can read it at once."""
    drive, wish = needed_drive(), read_form(PlanRulesForm)
    if isinstance(wish, FormErrors):
        return _page(drive, wish, 422)
    try:
        wanted = PlanParameters(
            rules=PlanRules(
                guarantee_class=wish.guarantee_class,
                reserves=wish.reserves,
                unfilled=wish.unfilled,
                stickiness=wish.stickiness,
            ),
            wish=WishWeights(intent=wish.intent, text=wish.text, major=wish.major),
            list_length=wish.list_length,
        )
    except InvalidInputError as error:
        return _page(drive, _told(error), 422)
    revision = revise_plan_parameters(
        request_session(), current_actor(), drive.id, wanted, expected_version=wish.version
    )
    toast(gettext("方案规则已公布为第 %(number)s 版，下次做方案时生效", number=revision.revision))
    return see_other(url_for("plans.index", drive=drive.id))


def _told(error: InvalidInputError) -> FormErrors:
    """Return the form with what is wrong; the weights of a wish are three fields."""
    told = error.details.get("fields")
    fields = dict(told) if isinstance(told, Mapping) else {}
    if "wish" in fields:
        fields["intent"] = fields.pop("wish")
    return refused_form(PlanRulesForm, InvalidInputError(error.code, error.message, fields=fields))
