"""Files of the statistics sheet (导出统计表): asking for one, watching it being made, fetching it."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.sheet_exports import SheetFileKind, SheetFileState
from matcher.models.jobs import Job
from matcher.models.organisations import Union
from matcher.models.sheet_templates import SheetFile
from matcher.services import job_sweep
from matcher.services.permissions import Permission, may, scope_of
from matcher.services.reports.sight import find_sheet
from matcher.services.sheet_exports import sheet_files, templates
from matcher.services.sheet_exports.sheet_files import FileWish
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.sheet_exports import SheetFileForm
from web.session import reading_aside, request_session
from web.sheet_choice import SheetChoice, chosen_branch

bp = Blueprint("sheet_files", __name__, url_prefix="/sheet-files")

MENU = (
    NavItem(
        "sheet_files.index",
        msg("导出统计表"),
        Permission.VIEW_FIGURES,
        "report",
        hint=msg("做成 xlsx、PDF、上级表样或总结初稿"),
    ),
)


@bp.get("")
@needs(Permission.VIEW_FIGURES)
def index() -> ResponseReturnValue:
    """Show the form and the files made so far."""
    return _page()


def _page(form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    rows, actor = requested_slice(), current_actor()
    with reading_aside() as session:
        choice = chosen_branch(session, actor)
        if choice is None:
            return render_template("drives/list.html", drives=[]), status
        found = sheet_files.list_files(
            session, actor, choice.drive.id, limit=rows.limit, offset=rows.offset
        )
        offered = templates.list_templates(session, actor)
        public_id = request.values.get("sheet", "")
        page = render_template(
            "sheet_files/index.html",
            choice=choice,
            form=form or _blank(choice),
            kinds=[(one.value, label(one)) for one in SheetFileKind],
            templates=[
                (one.public_id, gettext("%(name)s，第 %(n)s 版", name=one.name, n=one.edition))
                for one in offered
                if one.bindings
            ],
            sheet=find_sheet(session, actor, public_id) if public_id else None,
            rows=[(one, _union_name(session, one), _progress(session, one)) for one in found.rows],
            pager=page_of(rows, found.total),
            now=clock.now(),
            today=clock.today(),
            may_list_people=may(actor, Permission.EXPORT_FILES),
        )
    return page, status


def _blank(choice: SheetChoice) -> FormState:
    asked = request.args
    is_template = bool(asked.get("template"))
    return blank_form(
        SheetFileForm,
        drive=choice.drive.id,
        union=choice.union_id,
        kind=SheetFileKind.TEMPLATE if is_template else SheetFileKind.PDF,
        template=asked.get("template", ""),
        as_of=asked.get("as_of", ""),
        sheet=asked.get("sheet", ""),
    )


def _union_name(session: Session, file: SheetFile) -> str:
    return session.get_one(Union, file.union_id).name


def _progress(session: Session, file: SheetFile) -> job_sweep.JobProgress | None:
    """Return how far the making of a file is; None once it is over."""
    if file.state is not SheetFileState.WAITING or file.job_id is None:
        return None
    job = session.get_one(Job, file.job_id)
    if job.union_id is None or not scope_of(current_actor()).admits(session, job.union_id):
        return None
    return job_sweep.progress(session, scope_of(current_actor()), job.public_id)


@bp.post("")
@needs(Permission.VIEW_FIGURES)
@rate_limited("60/minute")
def ask() -> ResponseReturnValue:
    """Ask for a file."""
    wish = read_form(SheetFileForm)
    if isinstance(wish, FormErrors):
        return _page(wish, 422)
    asked = FileWish(
        kind=wish.kind,
        drive_id=wish.drive,
        union_id=wish.union,
        as_of=wish.as_of,
        template=wish.template,
        sheet=wish.sheet,
    )
    try:
        sheet_files.ask_file(request_session(), current_actor(), asked)
    except InvalidInputError as error:
        return _page(refused_form(SheetFileForm, error), 422)
    except RuleBrokenError as error:
        known = InvalidInputError(error.code, error.message, fields={"": error.message})
        return _page(refused_form(SheetFileForm, known), 422)
    toast(gettext("已开始生成"))
    return see_other(url_for(".index", drive=wish.drive, union=wish.union) + "#files")


@bp.post("/<public_id>/download")
@needs(Permission.VIEW_FIGURES)
@rate_limited("60/minute")
def download(public_id: str) -> ResponseReturnValue:
    """Hand a file out; each time is logged."""
    stored, content = sheet_files.download_file(request_session(), current_actor(), public_id)
    return send_file(
        BytesIO(content),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.file_name,
    )
