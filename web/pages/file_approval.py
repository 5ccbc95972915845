"""Approval of one file (档案的审批): sending it on its way, and every approval it went through."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.services.approvals import queue
from matcher.services.hardship.applications import submit_file
from matcher.services.hardship.sight import find_whole
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.approvals import SubmitForm
from web.session import reading_aside, request_session
from web.words.approvals import state_chip, where_it_stands
from web.words.file_tabs import around

bp = Blueprint("file_approval", __name__, url_prefix="/files/<household_id>/approval")


@bp.get("")
@needs(Permission.VIEW_FILES)
def show(household_id: str) -> ResponseReturnValue:
    """Show the approvals of a file and, for a draft, the form that sends it on its way."""
    return _page(household_id)


def _page(household_id: str, form: FormState | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        household = find_whole(session, actor, household_id)
        page = render_template(
            "approvals/of_file.html",
            household=household,
            **around(household_id, "file_approval.show"),
            approvals=queue.approvals_of(session, actor, ("household", household.id)),
            form=form or blank_form(SubmitForm, tier=_shown(household.tier)),
            tiers=[(one.value, label(one)) for one in HardshipTier if one.rank > 0],
            may_submit=may(actor, Permission.EDIT_FILES) and household.state is FileState.DRAFT,
            chip=state_chip,
            stand=where_it_stands,
        )
    return page, 422 if form else 200


def _shown(tier: HardshipTier) -> str:
    return "" if tier is HardshipTier.NONE else tier.value


@bp.post("")
@needs(Permission.EDIT_FILES)
def submit(household_id: str) -> ResponseReturnValue:
    """Send a draft through the chain of its union."""
    with reading_aside() as session:
        number = find_whole(session, current_actor(), household_id).id
    wish = read_form(SubmitForm)
    if isinstance(wish, FormErrors):
        return _page(household_id, wish)
    approval = submit_file(
        request_session(),
        current_actor(),
        number,
        tier=wish.tier,
        expected_version=request.form.get("version", type=int),
    )
    toast(gettext("已提交审批"))
    return see_other(url_for("approvals.show", public_id=approval.public_id))
