"""Intents followed to hires (意向跟踪): the list of a fair, and what staff were told on the telephone."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.fair_reports import FollowState, OutcomeSaid
from matcher.models.fairs import Fair
from matcher.services.fair_reports import follow_lists, following
from matcher.services.fair_reports.following import Told
from matcher.services.fair_reports.sight import get_fair, may_list
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.paging import page_of, requested_slice
from web.schemas.fair_reports import OutcomeForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("fair_intents", __name__, url_prefix="/fairs")

TAB = "fair_report.show"


@bp.get("/<public_id>/intents")
@needs(Permission.VIEW_FAIRS)
def index(public_id: str) -> ResponseReturnValue:
    """List the intents of a fair, those nobody told of first."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    fair = get_fair(session, actor, public_id)
    asked = request.args.get("state", "")
    state = FollowState(asked) if asked in set(FollowState) else None
    found = follow_lists.list_follows(
        session, fair, state=state, limit=part.limit, offset=part.offset
    )
    return render_template(
        "fair_reports/intents.html",
        fair=fair,
        counts=found.counts,
        rows=found.rows,
        chosen=state,
        states=list(FollowState),
        pager=page_of(part, found.total),
        **around(public_id, TAB),
    )


@bp.get("/intents/<follow_id>")
@needs(Permission.VIEW_FAIRS)
def one(follow_id: str) -> ResponseReturnValue:
    """Show one followed intent with what was told of it."""
    return _page(follow_id)


def _page(follow_id: str, form: FormErrors | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        follow = following.get_follow(session, actor, follow_id)
        fair = session.get_one(Fair, follow.fair_id)
        page = render_template(
            "fair_reports/intent.html",
            fair=fair,
            follow=follow,
            row=follow_lists.row_of(session, follow),
            steps=follow_lists.steps_of(session, follow),
            person=follow_lists.record_address(session, actor, follow),
            may_list=may_list(session, actor, fair),
            form=form or blank_form(OutcomeForm, version=follow.version_id),
            answers=[(said.value, label(said)) for said in OutcomeSaid],
            **around(fair.public_id, TAB),
        )
    return page, status


@bp.post("/intents/<follow_id>")
@needs(Permission.VIEW_FAIRS)
def tell(follow_id: str) -> ResponseReturnValue:
    """Record what staff found out."""
    wish = read_form(OutcomeForm)
    if isinstance(wish, FormErrors):
        return _page(follow_id, wish, 422)
    session = request_session()
    try:
        follow = following.tell(
            session,
            current_actor(),
            follow_id,
            Told(wish.said, wish.happened_on),
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(follow_id, refused_form(OutcomeForm, error), 422)
    toast(gettext("结果已登记"))
    fair = session.get_one(Fair, follow.fair_id)
    if not may_list(session, current_actor(), fair):
        return see_other(url_for(".one", follow_id=follow_id))
    return see_other(url_for(".index", public_id=fair.public_id))
