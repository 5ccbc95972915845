"""Publicity notices (公示): the list, one with its sheet to print, objections and their re-check."""

import datetime as dt

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.notices import NoticeSheet, compile_notice
from matcher.errors import InvalidInputError
from matcher.kinds.approvals import NoticeState, ObjectionChannel, ObjectionOutcome
from matcher.models.approvals import Approval
from matcher.models.organisations import Union
from matcher.models.publicity import Notice
from matcher.services.approvals import notice_views, objections, publicity
from matcher.services.approvals.objections import ObjectionInput
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.approvals import ObjectionForm, ReasonForm, RecheckForm
from web.session import reading_aside, request_session, undo_request
from web.words.approvals import notice_chip, opening_of, tier_of

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """List the notices of my unions, those that hang first."""
    session, actor = request_session(), current_actor()
    return render_template(
        "notices/list.html",
        notices=notice_views.list_notices(session, actor),
        chip=notice_chip,
        tier=_tier,
    )


def _tier(notice: Notice) -> str:
    """Return the tier as it hangs, in words."""
    return tier_of(notice.lines)


def _find(public_id: str) -> int:
    with reading_aside() as session:
        return notice_views.find_notice(session, current_actor(), public_id).id


@bp.get("/<public_id>")
@needs(Permission.VIEW_FILES)
def show(public_id: str) -> ResponseReturnValue:
    """Show a notice with its sheet, its link if there is one, and what was objected."""
    return _page(public_id)


def _page(
    public_id: str,
    *,
    objection: FormState | None = None,
    recheck: FormState | None = None,
    slip: FormState | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    may_edit = may(actor, Permission.EDIT_FILES)
    may_read = may_edit or may(actor, Permission.APPROVE_FILES)
    with reading_aside() as session:
        notice = notice_views.find_notice(session, actor, public_id)
        found = (
            objections.objections_of(session, actor, notice.approval_id or 0) if may_read else []
        )
        lines = [line for line in found if line.notice.id == notice.id]
        waiting = next((line for line in lines if line.objection.outcome is None), None)
        page = render_template(
            "notices/show.html",
            notice=notice,
            union=session.get_one(Union, notice.union_id),
            tier=_tier(notice),
            chip=notice_chip,
            lines=lines,
            waiting=waiting,
            link=_link(notice),
            may_edit=may_edit,
            may_object=may_read and not waiting and _takes_objections(notice),
            may_recheck=bool(waiting) and objections.may_recheck(session, actor, notice),
            is_running=notice.state is NoticeState.RUNNING,
            objection=objection or blank_form(ObjectionForm, received_on=clock.today()),
            recheck=recheck or blank_form(RecheckForm),
            slip=slip or blank_form(ReasonForm),
            channels=[(one.value, label(one)) for one in ObjectionChannel],
            outcomes=[(one.value, label(one)) for one in ObjectionOutcome],
            approval_page=_approval_page(session, notice),
        )
    return page, 422 if objection or recheck or slip else 200


def _takes_objections(notice: Notice) -> bool:
    return notice.state in (NoticeState.RUNNING, NoticeState.ENDED)


def _approval_page(session: Session, notice: Notice) -> str:
    if notice.approval_id is None:
        return ""
    found = session.get_one(Approval, notice.approval_id)
    return url_for("approvals.show", public_id=found.public_id)


def _link(notice: Notice) -> str:
    """Return the address of the page by link while it is there."""
    if notice.token is None or notice.state is not NoticeState.RUNNING:
        return ""
    return url_for("public_notices.show", token=notice.token, _external=True)


@bp.get("/<public_id>/sheet.pdf")
@needs(Permission.VIEW_FILES)
def sheet(public_id: str) -> ResponseReturnValue:
    """Give the sheet to print and hang up; its file name says nothing of anybody."""
    session, actor = request_session(), current_actor()
    notice = notice_views.find_notice(session, actor, public_id)
    union = session.get_one(Union, notice.union_id)
    pdf = compile_notice(_sheet(notice, union.name))
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="notice-{notice.public_id}.pdf"'},
    )


def _sheet(notice: Notice, union: str) -> NoticeSheet:
    facts = [(gettext("姓名"), notice.lines.get("name") or "")]
    if notice.lines.get("unit"):
        facts.append((gettext("工作单位"), notice.lines["unit"]))
    if notice.lines.get("tier"):
        facts.append((gettext("类别"), _tier(notice)))
    return NoticeSheet(
        title=gettext("公示") if notice.round == 1 else gettext("公示（重新公示）"),
        opening=opening_of(notice.subject_kind),
        facts=facts,
        period=gettext(
            "公示期：%(first)s 至 %(last)s",
            first=_chinese_day(notice.from_on),
            last=_chinese_day(notice.to_on),
        ),
        contact=gettext("异议监督电话：%(number)s", number=notice.contact),
        closing=gettext("公示期内如有异议，请致电或来访反映；对反映人的情况保密。期满请取下。"),
        union=union,
        written_on=_chinese_day(notice.from_on),
        place=notice.place or "",
    )


def _chinese_day(date: dt.date) -> str:
    return f"{date.year} 年 {date.month} 月 {date.day} 日"


@bp.post("/<public_id>/removal")
@needs(Permission.EDIT_FILES)
def take_down(public_id: str) -> ResponseReturnValue:
    """Take a notice with a slip down."""
    notice_id = _find(public_id)
    wish = read_form(ReasonForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, slip=wish)
    publicity.take_down(request_session(), current_actor(), notice_id, wish.reason)
    toast(gettext("已撤下，请同时取下张贴的公示"))
    return see_other(url_for("notices.show", public_id=public_id))


@bp.post("/<public_id>/objections")
@needs(Permission.EDIT_FILES, Permission.APPROVE_FILES)
def receive(public_id: str) -> ResponseReturnValue:
    """Record an objection; the file stops at once."""
    notice_id = _find(public_id)
    wish = read_form(ObjectionForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, objection=wish)
    try:
        facts = ObjectionInput(**wish.model_dump())
        objections.receive(request_session(), current_actor(), notice_id, facts)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, objection=refused_form(ObjectionForm, error))
    toast(gettext("异议已登记，办理已停止，请取下公示"))
    return see_other(url_for("notices.show", public_id=public_id))


@bp.post("/<public_id>/recheck")
@needs(Permission.EDIT_FILES, Permission.APPROVE_FILES)
def recheck(public_id: str) -> ResponseReturnValue:
    """Record what the re-check of the waiting objection found."""
    with reading_aside() as session:
        actor = current_actor()
        notice = notice_views.find_notice(session, actor, public_id)
        objection_id = objections.waiting_objection(session, actor, notice.id)
    wish = read_form(RecheckForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, recheck=wish)
    objections.decide_recheck(
        request_session(), current_actor(), objection_id, wish.outcome, wish.findings
    )
    toast(gettext("复核已登记"))
    return see_other(url_for("notices.show", public_id=public_id))
