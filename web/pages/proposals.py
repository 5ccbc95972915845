"""Proposed cases (待立案名单): who graduates this year, accepted many at once with a result per row."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.services.casework import cases, proposal_lists, proposals
from matcher.services.casework.proposals import ProposalResult
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.paging import page_of, requested_slice
from web.session import request_session

bp = Blueprint("proposals", __name__, url_prefix="/cases/proposed")


@bp.get("")
@needs(Permission.VIEW_CASES)
def index() -> ResponseReturnValue:
    """List who is proposed and not decided."""
    return _page()


def _page(results: tuple[ProposalResult, ...] = ()) -> ResponseReturnValue:
    """Show the list as this request sees it, with the rows of a batch that were not taken."""
    session, actor, rows_wanted = request_session(), current_actor(), requested_slice()
    rows, total = proposal_lists.list_proposals(
        session, actor, limit=rows_wanted.limit, offset=rows_wanted.offset
    )
    owners = cases.eligible_owners(session, [actor.union_id] if actor.union_id else [])
    return render_template(
        "cases/proposed.html",
        rows=rows,
        pager=page_of(rows_wanted, total),
        results=results,
        owners=[(one.id, one.display_name) for one in owners],
    )


@bp.post("")
@needs(Permission.EDIT_CASES)
def decide() -> ResponseReturnValue:
    """Open the cases of those ticked, or say that they need none."""
    session, actor = request_session(), current_actor()
    chosen = [int(one) for one in request.form.getlist("proposal") if one.isdecimal()]
    if request.form.get("act") == "dismiss":
        n = proposals.dismiss_proposals(session, actor, chosen)
        toast(gettext("%(n)s 人不立案，今年不再列出", n=n))
        return see_other(url_for("proposals.index"))
    results = proposals.accept_proposals(
        session, actor, chosen, owner_id=request.form.get("owner_id", type=int)
    )
    refused = tuple(one for one in results if one.message)
    toast(gettext("已立案 %(n)s 人", n=len(results) - len(refused)))
    if not refused:
        return see_other(url_for("proposals.index"))
    return _page(refused)
