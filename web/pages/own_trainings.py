"""A person's own trainings (我的培训): what is proposed, saying yes or no; no reason given has any consequence."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.kinds.training import DropReason
from matcher.services.permissions import Permission
from matcher.services.training import lists, proposing
from matcher.services.training.sight import find_referral
from web.auth import current_actor
from web.forms import FormErrors, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.training import DropForm, StepForm
from web.session import request_session

bp = Blueprint("own_trainings", __name__, url_prefix="/me/trainings")

_OWN = Permission.ANSWER_OWN_REFERRALS

MENU = (
    NavItem(
        "own_trainings.index",
        msg("我的培训"),
        _OWN,
        "own",
        hint=msg("看转介给你的培训和见习，决定参加不参加"),
        icon="log",
    ),
)

_REASONS = tuple(one for one in DropReason if one not in (DropReason.CANCELLED, DropReason.MISTAKE))
"""What a person may say; a course that is cancelled or proposed by mistake is the union's to say."""


@bp.get("")
@needs(_OWN)
def index() -> ResponseReturnValue:
    """List the own trainings, those to be answered first."""
    rows = lists.list_people(request_session(), current_actor(), limit=100).rows
    return render_template(
        "training/own.html", rows=rows, reasons=[(one.value, label(one)) for one in _REASONS]
    )


@bp.post("/<public_id>/agree")
@needs(_OWN)
def agree(public_id: str) -> ResponseReturnValue:
    """Say yes: the provider may know the name, telephone, school and major."""
    session, actor = request_session(), current_actor()
    referral = find_referral(session, actor, public_id)
    wish = read_form(StepForm)
    version = None if isinstance(wish, FormErrors) else wish.version
    proposing.agree(session, actor, referral.id, expected_version=version)
    toast(gettext("已报名，等机构答复"))
    return see_other(url_for("own_trainings.index"))


@bp.post("/<public_id>/drop")
@needs(_OWN)
def drop(public_id: str) -> ResponseReturnValue:
    """Say no, or leave."""
    session, actor = request_session(), current_actor()
    referral = find_referral(session, actor, public_id)
    wish = read_form(DropForm)
    if isinstance(wish, FormErrors) or wish.reason not in _REASONS:
        toast(gettext("请选一个原因"))
        return see_other(url_for("own_trainings.index"))
    proposing.drop(session, actor, referral.id, wish.reason, expected_version=wish.version)
    toast(gettext("已记下你不参加，没有任何影响"))
    return see_other(url_for("own_trainings.index"))
