"""Inviting and registrations of a fair (邀请和报名): how many were asked, answered, wait; masked names; slips."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import RuleBrokenError
from matcher.kinds.fairs import FairState, VisitorKind, VisitorState
from matcher.services import job_sweep
from matcher.services.fair_guests import inviting, lists, slips
from matcher.services.fairs.sight import get_managed
from matcher.services.permissions import Permission, scope_of
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext, translated
from web.marks import needs, rate_limited
from web.paging import page_of, requested_slice
from web.schemas.fair_guests import InviteForm
from web.session import reading_aside, request_session, undo_request
from web.slip_words import slip_words
from web.words import fair_guests as words

bp = Blueprint("fair_guests", __name__, url_prefix="/fairs")

_MANAGE = Permission.MANAGE_FAIRS


@bp.get("/<public_id>/guests")
@needs(_MANAGE)
def index(public_id: str) -> ResponseReturnValue:
    """Show invitations, registrations and the masked list."""
    return _page(public_id, blank_form(InviteForm, whom="fitting"))


def _page(public_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    actor, part, args = current_actor(), requested_slice(), request.args
    state, kind = args.get("state", ""), args.get("kind", "")
    with reading_aside() as database:
        fair = get_managed(database, actor, public_id, lock=False)
        found = lists.list_guests(
            database,
            actor,
            public_id,
            state=VisitorState(state) if state in set(VisitorState) else None,
            kind=VisitorKind(kind) if kind in set(VisitorKind) else None,
            limit=part.limit,
            offset=part.offset,
        )
        page = fragment_or_page(
            "fair_guests/_rows.html",
            "fair_guests/list.html",
            fair=fair,
            found=found,
            counts=lists.counts(database, actor, public_id),
            places=lists.places(database, actor, public_id),
            pager=page_of(part, found.total),
            chosen={"state": state, "kind": kind},
            form=form,
            words=words,
            n_slips=slips.n_slips(database, actor, public_id, own=False),
            at_once=slips.AT_ONCE,
            **_invitations(database, fair),
            **around(public_id, "fair_guests.index"),
        )
    page.status_code = status
    return page


def _invitations(database: Any, fair: Any) -> dict[str, Any]:
    """Return the newest round with its progress, and whom another would reach."""
    actor = current_actor()
    newest = inviting.newest(database, fair.id)
    job = inviting.running_job(database, newest) if newest is not None else None
    may_ask = fair.state is FairState.ANNOUNCED and fair.last_on >= clock.today()
    on_its_way = newest is not None and clock.now() < newest.all_out_at
    return {
        "newest": newest,
        "on_its_way": on_its_way,
        "job": job_sweep.progress(database, scope_of(actor), job.public_id) if job else None,
        "prospect": inviting.prospect(database, fair) if may_ask and not on_its_way else None,
        "may_ask": may_ask,
    }


@bp.post("/<public_id>/guests/invite")
@needs(_MANAGE)
@rate_limited("20/minute")
def invite(public_id: str) -> ResponseReturnValue:
    """Begin a round of invitations."""
    wish = read_form(InviteForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, wish, 422)
    try:
        inviting.ask(
            request_session(), current_actor(), public_id, everybody=wish.whom == "everybody"
        )
    except RuleBrokenError as error:
        undo_request()
        known = FormErrors(InviteForm, request.form, {"": translated(error.message)})
        return _page(public_id, known, 409)
    toast(gettext("邀请已开始，在后台分批发出"))
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/<public_id>/guests/routes")
@needs(_MANAGE)
@rate_limited("6/minute")
def make_routes(public_id: str) -> ResponseReturnValue:
    """Make all routes anew: booths moved, employers came or went."""
    inviting.ask_routes(request_session(), current_actor(), public_id)
    toast(gettext("正在后台重排全部路线，排好后各人页面自动更新"))
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/<public_id>/guests/slips")
@needs(_MANAGE)
@rate_limited("30/minute")
def print_slips(public_id: str) -> ResponseReturnValue:
    """Return a part of the route slips as PDF."""
    return slips_answer(public_id, own=False)


def slips_answer(public_id: str, *, own: bool) -> Response:
    """Return the part of the slips the form asks for, under a neutral name."""
    part = request.form.get("part", "1")
    number = int(part) if part.isascii() and part.isdigit() and 0 < int(part) < 1_000 else 1
    session, actor = request_session(), current_actor()
    content = slips.print_slips(
        session, actor, public_id, slip_words(session, public_id), part=number, own=own
    )
    headers = {"Content-Disposition": f'inline; filename="slips-{number}.pdf"'}
    return Response(content, content_type="application/pdf", headers=headers)
