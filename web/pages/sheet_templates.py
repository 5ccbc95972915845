"""Templates of the statistics sheet (统计表样): uploading, binding cells on the form itself, trying it with figures."""

from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher.documents.template_bindings import CellBinding
from matcher.errors import InvalidInputError
from matcher.services.permissions import Permission, may
from matcher.services.sheet_exports import bindings, previews, templates
from matcher.services.sheet_exports.templates import XLSX, TemplateInput
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg
from web.marks import needs, rate_limited
from web.navigation import NavItem
from web.pages.sheet_grids import bindings_page, filled_grids, wanted_cells
from web.schemas.sheet_exports import BindingForm, TemplateForm
from web.session import reading_aside, request_session
from web.sheet_choice import chosen_branch

bp = Blueprint("sheet_templates", __name__, url_prefix="/sheet-templates")

MENU = (
    NavItem(
        "sheet_templates.index",
        msg("统计表样"),
        Permission.FILL_SHEETS,
        "report",
        hint=msg("上传上级的空表，把单元格对应到指标"),
    ),
)


@bp.get("")
@needs(Permission.VIEW_FIGURES)
def index() -> ResponseReturnValue:
    """List the templates the reader may fill."""
    actor = current_actor()
    show_retired = request.args.get("retired") == "yes"
    with reading_aside() as session:
        rows = templates.list_templates(session, actor, with_retired=show_retired)
        return render_template(
            "sheet_templates/list.html",
            rows=[(one, templates.may_change(session, actor, one)) for one in rows],
            show_retired=show_retired,
            may_upload=may(actor, Permission.FILL_SHEETS),
        )


@bp.get("/new")
@needs(Permission.FILL_SHEETS)
def new() -> ResponseReturnValue:
    """Show the form for an upload."""
    return _form(blank_form(TemplateForm, name=request.args.get("name", "")))


def _form(form: FormState, status: int = 200) -> ResponseReturnValue:
    return render_template("sheet_templates/new.html", form=form), status


@bp.post("")
@needs(Permission.FILL_SHEETS)
@rate_limited("30/minute")
def upload() -> ResponseReturnValue:
    """Take a template in."""
    wish = read_form(TemplateForm)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        said = gettext("请选择一个 xlsx 文件。")
        return _form(FormErrors(TemplateForm, request.form, {"file": said}), 422)
    try:
        made = templates.upload_template(
            request_session(),
            current_actor(),
            TemplateInput(wish.name, sent.read(), wish.issuer),
        )
    except InvalidInputError as error:
        return _form(refused_form(TemplateForm, error), 422)
    toast(gettext("已上传第 %(n)s 版", n=made.edition))
    return see_other(url_for(".show", public_id=made.public_id))


@bp.get("/<public_id>")
@needs(Permission.VIEW_FIGURES)
def show(public_id: str) -> ResponseReturnValue:
    """Show a template as a grid, with what is bound, guessed and missing."""
    return bindings_page(public_id)


@bp.post("/<public_id>/bind")
@needs(Permission.FILL_SHEETS)
def bind(public_id: str) -> ResponseReturnValue:
    """Bind one cell."""
    wish = read_form(BindingForm)
    if isinstance(wish, FormErrors):
        return bindings_page(public_id, form=wish, status=422)
    binding = CellBinding(
        wish.sheet, wish.cell, wish.code, wish.part, union_id=wish.union_id, in_wan=wish.in_wan
    )
    try:
        bindings.bind_cells(
            request_session(), current_actor(), public_id, [binding], expected_version=wish.version
        )
    except InvalidInputError as error:
        return bindings_page(public_id, form=refused_form(BindingForm, error), status=422)
    toast(gettext("已绑定 %(cell)s", cell=wish.cell), undo=_undo(public_id, [binding.place]))
    return _back(public_id, wish.sheet, wish.cell)


def _undo(public_id: str, places: list[tuple[str, str]]) -> str:
    cells = [f"{sheet}!{ref}" for sheet, ref in places]
    return url_for(".unbind", public_id=public_id, cell=cells)


def _back(public_id: str, sheet: str, cell: str) -> ResponseReturnValue:
    return see_other(url_for(".show", public_id=public_id, sheet=sheet, cell=cell) + "#binding")


@bp.post("/<public_id>/unbind")
@needs(Permission.FILL_SHEETS)
def unbind(public_id: str) -> ResponseReturnValue:
    """Take the bindings of cells away."""
    places = wanted_cells()
    bindings.unbind_cells(request_session(), current_actor(), public_id, places)
    toast(gettext("已取消绑定"))
    sheet, cell = places[0] if places else ("", "")
    return _back(public_id, sheet, cell)


@bp.post("/<public_id>/suggestions")
@needs(Permission.FILL_SHEETS)
def take_suggestions(public_id: str) -> ResponseReturnValue:
    """Bind every cell whose guess is sure."""
    taken = bindings.take_suggestions(request_session(), current_actor(), public_id)
    if taken:
        toast(gettext("已绑定 %(n)s 格", n=len(taken)), undo=_undo(public_id, taken))
    else:
        toast(gettext("没有有把握的建议，请逐格选择"))
    return see_other(url_for(".show", public_id=public_id))


@bp.get("/<public_id>/preview")
@needs(Permission.VIEW_FIGURES)
def preview(public_id: str) -> ResponseReturnValue:
    """Show a template filled with the figures of a drive and a union."""
    with reading_aside() as session:
        actor = current_actor()
        template = templates.find_template(session, actor, public_id)
        branch = chosen_branch(session, actor)
        shown = None
        if branch is not None:
            shown = previews.preview_template(
                session, actor, template, branch.drive, branch.union_id
            )
        return render_template(
            "sheet_templates/preview.html",
            template=template,
            branch=branch,
            shown=shown,
            grids_shown=filled_grids(shown) if shown else [],
        )


@bp.post("/<public_id>/retire")
@needs(Permission.FILL_SHEETS)
def retire(public_id: str) -> ResponseReturnValue:
    """Offer a template no more."""
    templates.set_retired(request_session(), current_actor(), public_id, is_retired=True)
    toast(gettext("已停用"), undo=url_for(".restore", public_id=public_id))
    return see_other(url_for(".index"))


@bp.post("/<public_id>/restore")
@needs(Permission.FILL_SHEETS)
def restore(public_id: str) -> ResponseReturnValue:
    """Offer a template again."""
    templates.set_retired(request_session(), current_actor(), public_id, is_retired=False)
    toast(gettext("已恢复使用"))
    return see_other(url_for(".index"))


@bp.get("/<public_id>/form")
@needs(Permission.VIEW_FIGURES)
def empty_form(public_id: str) -> ResponseReturnValue:
    """Hand out the empty form as it was uploaded."""
    with reading_aside() as session:
        template, content = templates.download_template(session, current_actor(), public_id)
    return send_file(
        BytesIO(content),
        mimetype=XLSX,
        as_attachment=True,
        download_name=f"template-{template.id:04d}-{template.edition}.xlsx",
    )
