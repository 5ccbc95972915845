"""Approvals (审批): my queue, one approval with its whole history, and the acts at its steps."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.approvals import ApprovalState, Decision, NoticeState, StepKind
from matcher.services.approvals import objections, publicity, queue, settling, steps
from matcher.services.approvals.history import Credit
from matcher.services.approvals.publicity import NoticeInput
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.approvals import DecisionForm, PublishForm, ReasonForm, VisitForm
from web.session import reading_aside, request_session, undo_request
from web.words import approvals as words

bp = Blueprint("approvals", __name__, url_prefix="/approvals")

MENU = (
    NavItem(
        "approvals.index",
        msg("审批"),
        Permission.VIEW_FILES,
        "today",
        hint=msg("办理走访、公示和审批，最先到期的在前"),
        icon="list",
    ),
)


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """List what waits for me, what is on its way, what waits for nobody, what has ended."""
    session, actor = request_session(), current_actor()
    which = request.args.get("list", "mine")
    which = which if which in queue.WHICH else "mine"
    step = request.args.get("step", "")
    kind = StepKind(step) if step in set(StepKind) else None
    wanted = requested_slice()
    found = queue.list_queue(
        session, actor, which, step=kind, limit=wanted.limit, offset=wanted.offset
    )
    return render_template(
        "approvals/list.html",
        queue=found,
        pager=page_of(wanted, found.total),
        which=which,
        step=step,
        counts=queue.count_queue(session, actor),
        steps=[(one.value, label(one)) for one in StepKind],
        chip=words.state_chip,
        stand=words.where_it_stands,
        today=clock.today(),
    )


@bp.get("/<public_id>")
@needs(Permission.VIEW_FILES)
def show(public_id: str) -> ResponseReturnValue:
    """Show an approval with its chain, its history, and what I may do now."""
    return _page(public_id)


def _page(
    public_id: str,
    *,
    visit: FormState | None = None,
    decision: FormState | None = None,
    publish: FormState | None = None,
    withdrawal: FormState | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        seen = queue.view(session, actor, public_id)
        approval = seen.approval
        may_read = may(actor, Permission.EDIT_FILES) or may(actor, Permission.APPROVE_FILES)
        page = render_template(
            "approvals/show.html",
            seen=seen,
            approval=approval,
            hanging=seen.notice if _hangs(seen) else None,
            objections=objections.objections_of(session, actor, approval.id) if may_read else [],
            visit=visit or blank_form(VisitForm, happened_on=clock.today()),
            decision=decision or blank_form(DecisionForm),
            publish=publish or blank_form(PublishForm, from_on=clock.today()),
            withdrawal=withdrawal or blank_form(ReasonForm),
            decisions=[(one.value, label(one), words.decision_help(one)) for one in Decision],
            may_withdraw=may(actor, Permission.EDIT_FILES)
            and seen.sees_subject
            and approval.state is ApprovalState.RUNNING,
            stand_aside=words.stand_aside(seen.stand_aside),
            tier=words.tier_of(seen.lines),
            chip=words.state_chip,
            stand=words.where_it_stands,
            line=words.history_line,
            subject_page=words.subject_page(approval.subject_kind, seen.heading.public_id),
        )
    return page, 422 if visit or decision or publish or withdrawal else 200


def _hangs(seen: queue.ApprovalView) -> bool:
    return seen.notice is not None and seen.notice.state is NoticeState.RUNNING


def _id_of(public_id: str) -> int:
    with reading_aside() as session:
        return queue.find_approval(session, current_actor(), public_id).id


def _sent_version() -> int | None:
    return request.form.get("version", type=int)


@bp.post("/<public_id>/visit")
@needs(Permission.EDIT_FILES)
def visit(public_id: str) -> ResponseReturnValue:
    """End the visits."""
    approval_id = _id_of(public_id)
    wish = read_form(VisitForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, visit=wish)
    try:
        steps.end_visit(
            request_session(),
            current_actor(),
            approval_id,
            comment=wish.comment,
            credit=Credit(happened_on=wish.happened_on),
            expected_version=_sent_version(),
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, visit=refused_form(VisitForm, error))
    toast(gettext("走访已完成，下一步"))
    return see_other(url_for("approvals.show", public_id=public_id))


@bp.post("/<public_id>/decision")
@needs(Permission.APPROVE_FILES)
def decide(public_id: str) -> ResponseReturnValue:
    """Pass, return or refuse."""
    approval_id = _id_of(public_id)
    wish = read_form(DecisionForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, decision=wish)
    try:
        steps.decide(
            request_session(),
            current_actor(),
            approval_id,
            wish.decision,
            comment=wish.comment,
            expected_version=_sent_version(),
        )
    except RuleBrokenError as error:
        if error.code not in ("refusal_needs_reason", "return_needs_comment"):
            raise
        undo_request()
        why = {"comment": error.message}
        return _page(public_id, decision=FormErrors(DecisionForm, request.form, why))
    toast(words.decided(wish.decision))
    return see_other(url_for("approvals.index"))


@bp.post("/<public_id>/publicity")
@needs(Permission.EDIT_FILES)
def publish(public_id: str) -> ResponseReturnValue:
    """Begin the publicity; the sheet is printed from the notice."""
    with reading_aside() as session:
        found = queue.find_approval(session, current_actor(), public_id)
        subject = (found.subject_kind, found.subject_id)
    wish = read_form(PublishForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, publish=wish)
    try:
        notice = publicity.publish(
            request_session(),
            current_actor(),
            subject,
            NoticeInput(**wish.model_dump()),
            expected_version=_sent_version(),
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, publish=refused_form(PublishForm, error))
    toast(gettext("公示已登记，请打印张贴"))
    return see_other(url_for("notices.show", public_id=notice.public_id))


@bp.post("/<public_id>/withdrawal")
@needs(Permission.EDIT_FILES)
def withdraw(public_id: str) -> ResponseReturnValue:
    """Take an application back."""
    approval_id = _id_of(public_id)
    wish = read_form(ReasonForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, withdrawal=wish)
    steps.withdraw(
        request_session(),
        current_actor(),
        approval_id,
        comment=wish.reason,
        expected_version=_sent_version(),
    )
    toast(gettext("已撤回，可以修改后重新提交"))
    return see_other(url_for("approvals.show", public_id=public_id))


@bp.post("/<public_id>/placing")
@needs(Permission.VIEW_FILES)
def settle(public_id: str) -> ResponseReturnValue:
    """Look again for somebody who may act."""
    approval = settling.settle(request_session(), current_actor(), _id_of(public_id))
    if approval.is_stuck:
        toast(gettext("仍没有可以办理的人，请上级指定"))
    else:
        toast(gettext("已安排到可以办理的工会"))
    return see_other(url_for("approvals.index", list="running"))
