"""The statistics sheet (统计表): live at any day, and each edition of a period with its acts and comments in place."""

import datetime as dt
from functools import partial
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.sheets import SheetAct
from matcher.models.sheets import Sheet
from matcher.services.figures.counting import count_by_union
from matcher.services.figures.families import may_list
from matcher.services.figures.shapes import Figure
from matcher.services.permissions import Permission, may
from matcher.services.reports import comments, corrections, deciding, filling
from matcher.services.reports.deciding import Remark
from matcher.services.reports.next_acts import possible_acts
from matcher.services.reports.periods import list_periods
from matcher.services.reports.sheet_lines import (
    SheetView,
    list_children,
    sheet_of_day,
    view_sheet,
)
from matcher.services.reports.sight import find_sheet, own_unit
from matcher.services.reports.snapshots import children_of, moment_of_period
from matcher.services.reports.units import list_units
from matcher.statistics.indicators import indicators_by_code
from web.addresses import address_of
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.schemas.sheets import BackForm, CommentForm, ReturnForm, SubmitForm
from web.session import reading_aside, request_session, undo_request
from web.words import sheet_lines as words
from web.words.line_words import line_word

bp = Blueprint("sheets", __name__)

CHILD_CODES = ("graduates", "need_help", "served", "coverage", "helped", "helped_rate")
"""What the panel of the units below compares; the rest is on their own sheets."""


@bp.get("/drives/<int:drive_id>/sheet")
@needs(Permission.VIEW_FIGURES)
def live(drive_id: int) -> ResponseReturnValue:
    """Show the sheet of a union as the records say, today or at a day."""
    session, actor = request_session(), current_actor()
    as_of = _day(request.args.get("as_of", ""))
    union_id = request.args.get("union", type=int)
    found = sheet_of_day(session, actor, drive_id, union_id=union_id, as_of=as_of)

    def address(code: str) -> str:
        if not may_list(actor, code):
            return ""
        day = as_of.isoformat() if as_of else None
        asked = {"drive_id": drive_id, "union": found.union.id, "as_of": day}
        return address_of("figures.rows", code=line_word(code), **asked)

    top = own_unit(session, actor, found.drive)
    return render_template(
        "sheets/live.html",
        found=found,
        groups=words.grouped(found.lines, address),
        as_of=as_of,
        today=clock.today(),
        unions=[
            (one.union.id, "　" * one.depth + one.union.name) for one in list_units(session, top)
        ],
        periods=list_periods(session, actor, drive_id),
    )


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day < clock.today() else None


@bp.get("/sheets/<public_id>")
@needs(Permission.VIEW_FIGURES)
def show(public_id: str) -> ResponseReturnValue:
    """Show one edition of a sheet, with what can be done with it."""
    return _page(public_id)


def _page(
    public_id: str, forms: dict[str, FormState] | None = None, status: int = 200
) -> ResponseReturnValue:
    given = forms or {}
    with reading_aside() as session:
        actor = current_actor()
        sheet = find_sheet(session, actor, public_id)
        view = view_sheet(session, actor, sheet)
        page = render_template(
            "sheets/show.html",
            view=view,
            sheet=sheet,
            period=view.period,
            groups=words.grouped(view.lines, _rows_of(view)),
            acts=possible_acts(session, actor, sheet, view.period),
            act=SheetAct,
            children=_children(session, view),
            corrected=_corrected(session, sheet),
            may_list=partial(may_list, actor),
            line_word=line_word,
            indicators=indicators_by_code(),
            child_codes=CHILD_CODES,
            words=words,
            at=request.values.get("at", ""),
            may_comment=may(actor, Permission.FILL_SHEETS) or may(actor, Permission.REVIEW_SHEETS),
            hard=[one for one in view.failures if one.check.is_hard],
            soft=[one for one in view.failures if not one.check.is_hard],
            fill_errors=given.get("fill"),
            submit=given.get("submit") or _blank(SubmitForm, sheet),
            back=given.get("back") or _blank(BackForm, sheet),
            returning=given.get("return") or _blank(ReturnForm, sheet),
            comment=given.get("comment") or blank_form(CommentForm),
            over=clock.today() >= view.period.until_on,
        )
    return page, status


def _blank(model: Any, sheet: Sheet) -> FormState:
    return blank_form(model, version=sheet.version_id)


def _rows_of(view: SheetView) -> words.Addressed:
    day, known = view.period.until_on.isoformat(), view.known_at.isoformat()
    actor = current_actor()

    def address(code: str) -> str:
        if not may_list(actor, code):
            return ""
        return address_of(
            "figures.rows",
            drive_id=view.drive.id,
            code=line_word(code),
            union=view.union.id,
            as_of=day,
            known=known if view.sheet.known_at else "now",
            sheet=view.sheet.public_id,
        )

    return address


def _children(session: Session, view: SheetView) -> list[Any]:
    figures: dict[int, dict[str, Figure]] = children_of(view.sheet)
    if not figures and view.sheet.known_at is None:
        moment = moment_of_period(view.period, view.known_at)
        actor = current_actor()
        figures = count_by_union(session, actor, view.drive.id, view.union.id, moment, CHILD_CODES)
    return list_children(session, current_actor(), view, figures)


def _corrected(session: Session, sheet: Sheet) -> list[corrections.Correction]:
    """Return what was entered later about a sheet that was sent or sealed."""
    if not sheet.state.is_signed:
        return []
    return corrections.list_corrections(session, current_actor(), sheet)


@bp.post("/sheets/<public_id>/fill")
@needs(Permission.FILL_SHEETS)
def fill(public_id: str) -> ResponseReturnValue:
    """Freeze the figures and hand the sheet to the reviewer."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    said = {
        name.removeprefix("w_"): value
        for name, value in request.form.items()
        if name.startswith("w_")
    }
    version = request.form.get("version", type=int)
    try:
        filling.fill_sheet(session, actor, sheet.id, words=said, expected_version=version)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {"fill": refused_form(CommentForm, error)}, 422)
    toast(gettext("数字已固定，等本级审核"))
    return _done(public_id)


def _done(public_id: str) -> ResponseReturnValue:
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/sheets/<public_id>/take-back")
@needs(Permission.FILL_SHEETS)
def take_back(public_id: str) -> ResponseReturnValue:
    """Take a filled sheet back before the review."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    version = request.form.get("version", type=int)
    filling.take_back(session, actor, sheet.id, expected_version=version)
    toast(gettext("已收回，可以重新填报"))
    return _done(public_id)


@bp.post("/sheets/<public_id>/send-back")
@needs(Permission.REVIEW_SHEETS)
def send_back(public_id: str) -> ResponseReturnValue:
    """Send a filled sheet back to the filler."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    wish = read_form(BackForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {"back": wish}, 422)
    filling.send_back(session, actor, sheet.id, words=wish.words, expected_version=wish.version)
    toast(gettext("已退给填报人修改"))
    return _done(public_id)


@bp.post("/sheets/<public_id>/submit")
@needs(Permission.REVIEW_SHEETS)
def submit(public_id: str) -> ResponseReturnValue:
    """Pass a filled sheet and send it up."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    wish = read_form(SubmitForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {"submit": wish}, 422)
    version = wish.version
    filling.submit_sheet(session, actor, sheet.id, led_by=wish.led_by, expected_version=version)
    toast(gettext("第 %(n)s 版已报送", n=sheet.edition))
    return _done(public_id)


@bp.post("/sheets/<public_id>/accept")
@needs(Permission.REVIEW_SHEETS)
def accept(public_id: str) -> ResponseReturnValue:
    """Accept a sheet from below."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    version = request.form.get("version", type=int)
    deciding.accept_sheet(session, actor, sheet.id, expected_version=version)
    toast(gettext("已接收"))
    return _done(public_id)


@bp.post("/sheets/<public_id>/return")
@needs(Permission.REVIEW_SHEETS)
def give_back(public_id: str) -> ResponseReturnValue:
    """Return a sheet to the unit below, with comments."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    wish = read_form(ReturnForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {"return": wish}, 422)
    remarks = [Remark(None, wish.words)] if wish.words else []
    try:
        deciding.return_sheet(session, actor, sheet.id, remarks, expected_version=wish.version)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {"return": refused_form(ReturnForm, error)}, 422)
    toast(gettext("已退回，对方的待办里可以看到"))
    return _done(public_id)


@bp.post("/sheets/<public_id>/comment")
@needs(Permission.FILL_SHEETS, Permission.REVIEW_SHEETS)
def comment(public_id: str) -> ResponseReturnValue:
    """Say something about a line, or about the whole."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    wish = read_form(CommentForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {"comment": wish}, 422)
    comments.add_comment(session, actor, sheet.id, code=wish.code, words=wish.words)
    toast(gettext("意见已记下"))
    return see_other(url_for(".show", public_id=public_id) + f"#line-{wish.code or 'whole'}")
