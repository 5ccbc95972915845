"""The way of a payment list (清单的办理): sent, approved by another or sent back, marked paid, done away with."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from matcher.services.money import list_steps, list_views, lists, paying
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, read_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.pages.payments import done, payment_page
from web.schemas.money import PaidForm, ReturnForm, VersionForm
from web.session import request_session

bp = Blueprint("payment_acts", __name__, url_prefix="/payments")


@bp.post("/<public_id>/submission")
@needs(Permission.RECORD_MONEY)
def submit(public_id: str) -> ResponseReturnValue:
    """Send the list to be approved by somebody else."""
    version = _version()
    return done(
        public_id,
        gettext("已提交，等另一人审批"),
        lambda session, actor, list_id: list_steps.submit_list(
            session, actor, list_id, expected_version=version
        ),
    )


def _version() -> int | None:
    wish = read_form(VersionForm)
    return None if isinstance(wish, FormErrors) else wish.version


@bp.post("/<public_id>/approval")
@needs(Permission.APPROVE_MONEY)
def approve(public_id: str) -> ResponseReturnValue:
    """Approve the list."""
    version = _version()
    return done(
        public_id,
        gettext("已批准"),
        lambda session, actor, list_id: list_steps.approve_list(
            session, actor, list_id, expected_version=version
        ),
    )


@bp.post("/<public_id>/return")
@needs(Permission.APPROVE_MONEY)
def send_back(public_id: str) -> ResponseReturnValue:
    """Send the list back to be changed."""
    wish = read_form(ReturnForm)
    if isinstance(wish, FormErrors):
        return payment_page(public_id, {"back": wish})
    return done(
        public_id,
        gettext("已退回"),
        lambda session, actor, list_id: list_steps.return_list(
            session, actor, list_id, reason=wish.reason, expected_version=wish.version
        ),
        back=ReturnForm,
    )


@bp.post("/<public_id>/paid")
@needs(Permission.RECORD_MONEY)
def mark_paid(public_id: str) -> ResponseReturnValue:
    """Mark the list paid; marked twice it is booked once."""
    wish = read_form(PaidForm)
    if isinstance(wish, FormErrors):
        return payment_page(public_id, {"paid": wish})
    return done(
        public_id,
        gettext("已标记发放，已入账"),
        lambda session, actor, list_id: paying.mark_paid(
            session, actor, list_id, paid_on=wish.paid_on
        ),
        paid=PaidForm,
    )


@bp.post("/<public_id>/removal")
@needs(Permission.RECORD_MONEY)
def discard(public_id: str) -> ResponseReturnValue:
    """Do away with a list that is not on its way."""
    session, actor = request_session(), current_actor()
    row = list_views.find_list(session, actor, public_id)
    lists.discard_list(session, actor, row.id)
    toast(gettext("清单已删除"))
    return see_other(url_for("payments.index"))
