"""Employers of a fair (参会单位) as the organiser sees them: the list, inviting, what is offered, many at once."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.fairs import FairEmployerState
from matcher.services.fair_employers import calls, inviting, lists, reminding, vetting
from matcher.services.fair_employers.calls import CallInput
from matcher.services.fair_employers.inviting import Wanted
from matcher.services.fair_employers.lists import Filter
from matcher.services.fair_employers.sight import call_of, find_fair, is_open
from matcher.services.permissions import Permission
from matcher.vocabulary.industries import load_industries
from web.asked import asked_member, asked_tick, asked_words
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import fragment_or_page, see_other, toast
from web.i18n import gettext
from web.marks import needs, rate_limited
from web.paging import page_of, requested_slice
from web.schemas.fair_employers import CallForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("fair_employers", __name__, url_prefix="/fairs/<public_id>/employers")

TAB = "fair_employers.index"
_MANAGE = Permission.MANAGE_FAIRS
_MOST_FITTING = 100_000


@bp.get("")
@needs(_MANAGE)
def index(public_id: str) -> ResponseReturnValue:
    """List the employers of a fair with papers, posts and booths."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    wanted = Filter(
        state=asked_member("state", FairEmployerState),
        trade=_trade(),
        name=asked_words("name"),
        to_check=asked_tick("check"),
    )
    found = lists.list_employers(
        session, actor, public_id, wanted, limit=part.limit, offset=part.offset
    )
    return fragment_or_page(
        "fair_employers/_rows.html",
        "fair_employers/list.html",
        found=found,
        fair=found.fair,
        is_open=is_open(found.fair),
        wanted=wanted,
        states=list(FairEmployerState),
        trades=trades(),
        pager=page_of(part, found.total),
        n_ready=len(vetting.ready_rows(session, actor, found.fair)),
        call=call_of(session, found.fair.id),
        **around(public_id, TAB),
    )


def trades() -> list[tuple[str, str]]:
    """Return the sections of trade to choose from."""
    return [(one.code, one.name) for one in load_industries().list_industries()]


def _trade() -> str:
    asked = request.args.get("trade", "")
    return asked if asked in {code for code, _ in trades()} else ""


@bp.get("/call")
@needs(_MANAGE)
def call_form(public_id: str) -> ResponseReturnValue:
    """Show what the fair offers to employers."""
    with reading_aside() as session:
        fair = find_fair(session, current_actor(), public_id)
        call = call_of(session, fair.id)
        if call is None:
            form = blank_form(CallForm)
        else:
            form = blank_form(
                CallForm,
                n_booths=call.n_booths,
                apply_until=call.apply_until,
                papers_until=call.papers_until,
                words=call.words,
                version=call.version_id,
            )
    return _call(public_id, form)


def _call(public_id: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        fair = find_fair(session, current_actor(), public_id)
        page = render_template(
            "fair_employers/call.html", fair=fair, form=form, **around(public_id, TAB)
        )
    return page, status


@bp.post("/call")
@needs(_MANAGE)
def set_call(public_id: str) -> ResponseReturnValue:
    """Set what the fair offers."""
    wish = read_form(CallForm)
    if isinstance(wish, FormErrors):
        return _call(public_id, wish, 422)
    facts = CallInput(
        n_booths=wish.n_booths,
        apply_until=wish.apply_until,
        papers_until=wish.papers_until,
        words=wish.words,
    )
    try:
        calls.set_call(
            request_session(), current_actor(), public_id, facts, expected_version=wish.version
        )
    except InvalidInputError as error:
        undo_request()
        return _call(public_id, refused_form(CallForm, error), 422)
    toast(gettext("招展设置已保存"))
    return see_other(url_for(".index", public_id=public_id))


@bp.get("/invite")
@needs(_MANAGE)
def invite_list(public_id: str) -> ResponseReturnValue:
    """Show whom one may invite, by trade and by how many graduates fit."""
    session, actor, part = request_session(), current_actor(), requested_slice()
    fair = find_fair(session, actor, public_id)
    fitting = min(max(request.args.get("fitting", 0, type=int), 0), _MOST_FITTING)
    wanted = Wanted(trade=_trade(), fitting=fitting, name=asked_words("name"))
    found = inviting.list_candidates(
        session, actor, fair, wanted, limit=part.limit, offset=part.offset
    )
    return fragment_or_page(
        "fair_employers/_candidates.html",
        "fair_employers/invite.html",
        fair=fair,
        rows=found.rows,
        wanted=wanted,
        trades=trades(),
        pager=page_of(part, found.total),
        **around(public_id, TAB),
    )


@bp.post("/invite")
@needs(_MANAGE)
@rate_limited("60/minute")
def invite(public_id: str) -> ResponseReturnValue:
    """Invite the employers chosen."""
    ids = [int(one) for one in request.form.getlist("pick") if one.isascii() and one.isdigit()]
    n_asked = inviting.invite(request_session(), current_actor(), public_id, ids)
    if n_asked:
        toast(gettext("已邀请 %(n)s 家单位", n=n_asked))
    else:
        toast(gettext("没有选单位，或选的单位都邀请过了"))
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/remind")
@needs(_MANAGE)
@rate_limited("60/minute")
def remind(public_id: str) -> ResponseReturnValue:
    """Remind everybody who owes an answer or papers; once a day each."""
    done = reminding.remind_all(request_session(), current_actor(), public_id)
    toast(
        gettext(
            "已提醒：等答复 %(answers)s 家，缺材料 %(papers)s 家",
            answers=done.n_answers,
            papers=done.n_papers,
        )
    )
    return see_other(url_for(".index", public_id=public_id))


@bp.post("/accept-ready")
@needs(_MANAGE)
def accept_ready(public_id: str) -> ResponseReturnValue:
    """Confirm everybody whose pack is whole."""
    n_done = vetting.accept_ready(request_session(), current_actor(), public_id)
    toast(gettext("已确认 %(n)s 家单位参会", n=n_done))
    return see_other(url_for(".index", public_id=public_id))
