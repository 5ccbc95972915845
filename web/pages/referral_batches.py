"""Many referrals at once (批量送出、撤回): first every row with what stands in its way, then a result a row."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from matcher.kinds.referrals import WithdrawalReason
from matcher.services.permissions import Permission
from matcher.services.referrals import desk_batches, lists
from matcher.services.referrals.desk_batches import BatchAct, DeskOutcome
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form
from web.i18n import gettext, label, translated
from web.marks import needs
from web.schemas.referrals import BatchForm, WithdrawalBatchForm
from web.session import reading_aside, request_session
from web.words.referrals import state_words

bp = Blueprint("referral_batches", __name__, url_prefix="/referrals/batch")

_MOST = 200


@bp.get("")
@needs(Permission.REFER)
def review() -> ResponseReturnValue:
    """Show the referrals that were ticked, each with whether it can be done."""
    return _page(blank_form(_form()))


def _act() -> BatchAct:
    asked = request.values.get("act", "")
    return BatchAct.WITHDRAW if asked == BatchAct.WITHDRAW else BatchAct.SEND


def _form() -> type[BatchForm]:
    return WithdrawalBatchForm if _act() is BatchAct.WITHDRAW else BatchForm


def _page(form: FormState, status: int = 200) -> ResponseReturnValue:
    act = _act()
    with reading_aside() as database:
        found = lists.lines_of(database, current_actor(), request.values.getlist("r")[:_MOST])
        rows = [
            (one, state_words(one.referral), desk_batches.may_be_done(one.referral, act))
            for one in found
        ]
    page = render_template(
        "referrals/batch.html",
        form=form,
        act=act.value,
        title=gettext("送出前看一遍") if act is BatchAct.SEND else gettext("撤回前看一遍"),
        rows=rows,
        n_open=sum(can for _, _, can in rows),
        reasons=[(one.value, label(one)) for one in WithdrawalReason],
    )
    return page, status


@bp.post("")
@needs(Permission.REFER)
def do() -> ResponseReturnValue:
    """Send or withdraw each of them, and show what became of each."""
    wish = read_form(_form())
    act = _act()
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    reason = wish.reason if isinstance(wish, WithdrawalBatchForm) else WithdrawalReason.OTHER
    session, actor = request_session(), current_actor()
    outcomes = desk_batches.do_many(session, actor, wish.r, act, reason=reason)
    return render_template(
        "referrals/outcomes.html",
        title=gettext("送出结果") if act is BatchAct.SEND else gettext("撤回结果"),
        rows=[_shown(one) for one in outcomes],
        n_done=sum(one.refusal is None for one in outcomes),
    )


def _shown(one: DeskOutcome) -> dict[str, Any]:
    line = one.line
    return {
        "name": line.name_masked if line else "",
        "title": line.title if line else "",
        "employer": line.employer if line else "",
        "public_id": one.public_id if line else "",
        "refusal": translated(one.refusal or ""),
    }
