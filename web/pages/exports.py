"""Exports of files (导出申请): asking, the list, one request, deciding, fetching."""

from io import BytesIO

from flask import Blueprint, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.households import FileState
from matcher.kinds.people_rights import ExportField, ExportKind, ExportState
from matcher.models.drives import Drive
from matcher.models.organisations import Union
from matcher.models.people_rights import ExportRequest
from matcher.services.people_rights import export_columns, exports
from matcher.services.people_rights.exports import ExportWish
from matcher.services.permissions import Permission, may
from web.asked import asked_member
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.people_rights import ExportDecision, ExportForm
from web.session import reading_aside, request_session

bp = Blueprint("exports", __name__, url_prefix="/exports")

MENU = (
    NavItem(
        "exports.index",
        msg("导出申请"),
        Permission.EXPORT_FILES,
        "rights",
        hint=msg("申请导出名册，看审批结果"),
    ),
    NavItem(
        "exports.to_decide",
        msg("导出审批"),
        Permission.APPROVE_EXPORTS,
        "rights",
        hint=msg("审批导出申请，看超量警示"),
    ),
)

_SEES = (Permission.EXPORT_FILES, Permission.APPROVE_EXPORTS)


@bp.get("")
@needs(*_SEES)
def index() -> ResponseReturnValue:
    """List the requests the reader sees."""
    return _list(asked_member("state", ExportState))


@bp.get("/to-decide")
@needs(Permission.APPROVE_EXPORTS)
def to_decide() -> ResponseReturnValue:
    """List what waits for a decision."""
    return _list(ExportState.REQUESTED)


def _list(state: ExportState | None) -> ResponseReturnValue:
    rows = requested_slice()
    actor = current_actor()
    found = exports.list_exports(
        request_session(), actor, state=state, limit=rows.limit, offset=rows.offset
    )
    return render_template(
        "exports/list.html",
        rows=found.rows,
        pager=page_of(rows, found.total),
        states=[(one.value, label(one)) for one in ExportState],
        state_chosen=state,
        number_of=exports.number_of,
        may_ask=may(actor, Permission.EXPORT_FILES),
    )


@bp.get("/new")
@needs(Permission.EXPORT_FILES)
def new() -> ResponseReturnValue:
    """Show the form for a request."""
    return _form(blank_form(ExportForm, state=FileState.ACTIVE.value))


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "exports/form.html",
        form=form,
        states=[(one.value, label(one)) for one in FileState],
        tiers=[(one.value, label(one)) for one in HardshipTier if one.rank],
        plain=[(one.value, label(one)) for one in ExportField if not one.is_sensitive],
        sensitive=[
            (one.value, label(one), gettext("完整显示，用途确实需要才选"))
            for one in ExportField
            if one.is_sensitive
        ],
        grounds=[(one.value, label(one)) for one in exports.GROUNDS],
    )
    return page, status


@bp.post("")
@needs(Permission.EXPORT_FILES)
@rate_limited("30/minute")
def create() -> ResponseReturnValue:
    """Ask for an export."""
    wish = read_form(ExportForm)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    try:
        made = exports.request_export(
            request_session(), current_actor(), ExportWish(**wish.model_dump())
        )
    except (InvalidInputError, RuleBrokenError) as error:
        known = error if isinstance(error, InvalidInputError) else _as_input(error)
        return _form(refused_form(ExportForm, known), 422)
    toast(gettext("申请已提交，等待审批"))
    return see_other(url_for(".show", public_id=made.public_id))


def _as_input(error: RuleBrokenError) -> InvalidInputError:
    return InvalidInputError(error.code, error.message, fields={"": error.message})


@bp.get("/<public_id>")
@needs(*_SEES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one request."""
    return _detail(public_id)


def _detail(
    public_id: str, form: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        export = exports.get_export(session, actor, public_id)
        is_own = export.requested_by_id == actor.account_id
        is_waiting = export.state is ExportState.REQUESTED
        page = render_template(
            "exports/show.html",
            export=export,
            number=exports.number_of(export),
            fields=[label(one) for one in export_columns.columns_of(export.kind, export.fields)],
            range_words=_range(session, export),
            has_sensitive=export_columns.has_sensitive(export.kind, export.fields),
            is_own=is_own,
            may_decide=is_waiting and not is_own and may(actor, Permission.APPROVE_EXPORTS),
            may_fetch=is_own
            and export.state is ExportState.READY
            and export.expires_at is not None
            and export.expires_at > clock.now(),
            form=form or blank_form(ExportDecision),
        )
    return page, status


def _range(session: Session, export: ExportRequest) -> str:
    """Return in words which files or people an export is of."""
    chosen = export.filter
    if export.kind is ExportKind.FILES:
        state, tier = (
            _label(FileState, chosen.get("state")),
            _label(HardshipTier, chosen.get("tier")),
        )
        return f"{state or gettext('全部状态')}，{tier or gettext('全部类别')}"
    drive = session.get_one(Drive, int(chosen["drive_id"])).name
    union = session.get_one(Union, int(chosen["union_id"])).name
    if chosen.get("as_of"):
        return gettext(
            "%(drive)s，%(union)s及下级，截至 %(day)s",
            drive=drive,
            union=union,
            day=chosen["as_of"],
        )
    return gettext("%(drive)s，%(union)s及下级，申请时的统计人群", drive=drive, union=union)


def _label(kind: type[FileState] | type[HardshipTier], value: object) -> str:
    return label(kind(str(value))) if value else ""


@bp.post("/<public_id>/decide")
@needs(Permission.APPROVE_EXPORTS)
def decide(public_id: str) -> ResponseReturnValue:
    """Approve or refuse a request of somebody else."""
    wish = read_form(ExportDecision)
    if isinstance(wish, FormErrors):
        return _detail(public_id, wish, 422)
    is_approved = wish.decision == "approve"
    try:
        exports.decide_export(
            request_session(),
            current_actor(),
            public_id,
            is_approved=is_approved,
            comment=wish.comment or "",
            expected_version=wish.version,
        )
    except RuleBrokenError as error:
        why = {"comment": gettext(error.message)}
        return _detail(public_id, FormErrors(ExportDecision, {"comment": wish.comment}, why), 409)
    toast(
        gettext("已批准，文件生成后申请人可以下载")
        if is_approved
        else gettext("已退回，理由已记下")
    )
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/<public_id>/download")
@needs(Permission.EXPORT_FILES)
@rate_limited("20/minute")
def download(public_id: str) -> ResponseReturnValue:
    """Hand the table to who asked for it; each time is logged."""
    stored, content = exports.download_export(request_session(), current_actor(), public_id)
    return send_file(
        BytesIO(content),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.file_name,
    )
