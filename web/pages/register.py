"""The national register (全国系统): what is still to be keyed there and on paper, and its export beside ours."""

from pathlib import PurePath

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.intake import IntakeError
from matcher.kinds.approvals import DifferenceKind
from matcher.policy.national_form import PART_TITLES, load_form
from matcher.services.hardship import comparing, register
from matcher.services.hardship.form_values import Line
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.paging import page_of, requested_slice
from web.schemas.reviews import TickForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("register", __name__, url_prefix="/national-register")

MENU = (
    NavItem(
        "register.index",
        msg("全国系统录入"),
        Permission.EDIT_FILES,
        "report",
        hint=msg("已批准、还没录入全国系统和纸质档案的变更"),
    ),
    NavItem(
        "register.compare",
        msg("全国系统比对"),
        Permission.APPROVE_FILES,
        "report",
        hint=msg("把全国系统导出的表与这里的档案比对"),
    ),
)

_BOTH = (Permission.EDIT_FILES, Permission.APPROVE_FILES)
_LONGEST_NAME = 120


@bp.get("")
@needs(*_BOTH)
def index() -> ResponseReturnValue:
    """List the approved changes still to be keyed or put on paper, what is due first before."""
    session, actor = request_session(), current_actor()
    still_open = request.args.get("list") != "done"
    wanted = requested_slice()
    lines = register.list_changes(
        session, actor, still_open=still_open, limit=wanted.limit, offset=wanted.offset
    )
    total = register.count_changes(session, actor, still_open=still_open)
    return render_template(
        "register/list.html",
        lines=lines,
        still_open=still_open,
        n_open=register.count_changes(session, actor),
        pager=page_of(wanted, total),
        may_compare=may(actor, Permission.APPROVE_FILES),
    )


@bp.get("/<public_id>")
@needs(*_BOTH)
def show(public_id: str) -> ResponseReturnValue:
    """Show one change with its two ticks; the values are opened by a button."""
    return _page(public_id)


def _page(
    public_id: str, *, form: FormState | None = None, values: list[Line] | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        line = register.find_change(session, actor, public_id)
        page = render_template(
            "register/show.html",
            line=line,
            change=line.change,
            form=form or blank_form(TickForm, on=clock.today()),
            parts=_parts(values) if values is not None else None,
            may_open=may(actor, Permission.REVEAL_NUMBER),
        )
    return page, 422 if form else 200


def _parts(values: list[Line]) -> list[tuple[str, list[tuple[str, str, bool]]]]:
    """Return the values by part of the form: the form's own title, value, and whether it is mandatory there."""
    fields = {field.code: field for field in load_form()}
    parts: dict[str, list[tuple[str, str, bool]]] = {}
    for line in values:
        heading = str(PART_TITLES.get(line["part"], line["part"]))
        if line["number"]:
            heading = f"{heading} {line['number']}"
        field = fields[line["code"]]
        parts.setdefault(heading, []).append((field.title, line["value"], field.is_required))
    return list(parts.items())


def _id_of(public_id: str) -> int:
    with reading_aside() as session:
        return register.find_change(session, current_actor(), public_id).change.id


@bp.post("/<public_id>/values")
@needs(*_BOTH)
def open_values(public_id: str) -> ResponseReturnValue:
    """Show the values in the form's order for keying them; who opened them is in the trail."""
    change_id = _id_of(public_id)
    values = register.open_values(request_session(), current_actor(), change_id)
    return _page(public_id, values=values)


@bp.post("/<public_id>/keyed")
@needs(*_BOTH)
def keyed(public_id: str) -> ResponseReturnValue:
    """Tick a change as keyed into the national system."""
    return _tick(public_id, paper=False)


@bp.post("/<public_id>/paper")
@needs(*_BOTH)
def paper(public_id: str) -> ResponseReturnValue:
    """Tick a change as put into the paper file."""
    return _tick(public_id, paper=True)


def _tick(public_id: str, *, paper: bool) -> ResponseReturnValue:
    change_id = _id_of(public_id)
    wish = read_form(TickForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, form=wish)
    tick = register.tick_paper if paper else register.tick_keyed
    try:
        tick(
            request_session(),
            current_actor(),
            change_id,
            wish.on,
            expected_version=request.form.get("version", type=int),
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, form=refused_form(TickForm, error))
    toast(gettext("已登记"))
    return see_other(url_for("register.show", public_id=public_id))


@bp.get("/compare")
@needs(Permission.APPROVE_FILES)
def compare() -> ResponseReturnValue:
    """Show the form for an exported file, and the comparisons made before."""
    return _compare_page()


def _compare_page(error: str = "") -> ResponseReturnValue:
    with reading_aside() as session:
        found = comparing.list_comparisons(session, current_actor())
        page = render_template("register/compare.html", comparisons=found, error=error)
    return page, 422 if error else 200


@bp.post("/compare")
@needs(Permission.APPROVE_FILES)
def lay_beside() -> ResponseReturnValue:
    """Lay an exported file beside the open files; nothing of them is changed."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _compare_page(gettext("请选择一个表格文件。"))
    name = PurePath(sent.filename.replace("\\", "/")).name[-_LONGEST_NAME:]
    actor = current_actor()
    try:
        found = comparing.compare(
            request_session(), actor, union_id=actor.union_id or 0, data=sent.read(), file_name=name
        )
    except (IntakeError, RuleBrokenError) as error:
        undo_request()
        return _compare_page(error.message)
    return see_other(url_for("register.comparison", comparison_id=found.public_id))


@bp.get("/compare/<comparison_id>")
@needs(Permission.APPROVE_FILES)
def comparison(comparison_id: str) -> ResponseReturnValue:
    """Show what stands on one side only and what differs."""
    session, actor = request_session(), current_actor()
    found = comparing.find_comparison(session, actor, comparison_id)
    chosen = request.args.get("kind", "")
    kind = DifferenceKind(chosen) if chosen in set(DifferenceKind) else None
    lines = comparing.list_differences(session, actor, found.id)
    counts = {one: sum(line.difference.kind is one for line in lines) for one in DifferenceKind}
    return render_template(
        "register/comparison.html",
        comparison=found,
        lines=[line for line in lines if kind is None or line.difference.kind is kind],
        counts=[(one, label(one), counts[one]) for one in DifferenceKind],
        kind=kind,
        titles={field.code: field.title for field in load_form()},
    )
