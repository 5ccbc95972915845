"""Figures of units without the system (无明细): the units of a period, typing one's figures, the workbook."""

import io

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.models.drives import Drive
from matcher.models.sheets import ReportPeriod
from matcher.services.permissions import Permission, may
from matcher.services.reports.sight import find_period
from matcher.services.reports.typed_books import TypedImport, empty_book, import_book, read_figure
from matcher.services.reports.typed_figures import (
    TypedUnit,
    find_unit,
    list_typed,
    type_figures,
    typed_indicators,
)
from matcher.statistics.indicators import IndicatorUnit
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.schemas.sheets import BasisForm
from web.session import reading_aside, request_session, undo_request
from web.words import sheet_lines as words

bp = Blueprint("typed_figures", __name__, url_prefix="/periods/<public_id>/typed")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FEN = 100


@bp.get("")
@needs(Permission.VIEW_FIGURES)
def index(public_id: str) -> ResponseReturnValue:
    """Show the units without the system and what was typed for them."""
    return _index(public_id)


def _index(public_id: str, form: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        return _render(session, public_id, form, done=None), status


def _render(
    session: Session, public_id: str, form: FormState | None, *, done: TypedImport | None
) -> str:
    actor = current_actor()
    period = find_period(session, actor, public_id)
    return render_template(
        "typed_figures/index.html",
        period=period,
        drive=session.get_one(Drive, period.drive_id),
        units=list_typed(session, actor, period),
        n_lines=len(typed_indicators()),
        form=form or blank_form(BasisForm),
        done=done,
        may_type=may(actor, Permission.FILL_SHEETS),
    )


@bp.get("/<union>")
@needs(Permission.VIEW_FIGURES)
def show(public_id: str, union: str) -> ResponseReturnValue:
    """Show one unit's figures, to be typed by who may."""
    return _unit(public_id, union)


def _unit(
    public_id: str,
    union: str,
    *,
    form: FormState | None = None,
    errors: dict[str, str] | None = None,
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        period = find_period(session, actor, public_id)
        unit = _typed_unit(list_typed(session, actor, period), union)
        page = render_template(
            "typed_figures/show.html",
            period=period,
            drive=session.get_one(Drive, period.drive_id),
            unit=unit,
            values=_values(unit),
            form=form or blank_form(BasisForm),
            errors=errors or {},
            words=words,
            may_type=may(actor, Permission.FILL_SHEETS),
        )
    return page, 422 if form or errors else 200


def _typed_unit(units: list[TypedUnit], union: str) -> TypedUnit:
    found = next((one for one in units if one.unit.union.public_id == union), None)
    if found is None:
        raise RuleBrokenError(
            "typed_has_system", "这家单位在用系统，数字由记录算出，不能手工录入。"
        )
    return found


def _values(unit: TypedUnit) -> dict[str, str]:
    """Return what the inputs show: as sent, else as it stands."""
    told: dict[str, str] = {}
    for line in unit.lines:
        code, figure = line.indicator.code, line.figure
        value = figure.value if figure is not None else None
        if value is not None and line.indicator.unit is IndicatorUnit.FEN:
            stands = f"{value / _FEN:.2f}"
        else:
            stands = "" if value is None else str(value)
        told[code] = request.form.get(f"f_{code}", stands)
    return told


@bp.post("/<union>")
@needs(Permission.FILL_SHEETS)
def save(public_id: str, union: str) -> ResponseReturnValue:
    """Enter one unit's figures; an emptied one is taken back."""
    session, actor = request_session(), current_actor()
    period = find_period(session, actor, public_id)
    unit = find_unit(session, actor, period, union)
    wish = read_form(BasisForm)
    values, errors = _sent()
    if isinstance(wish, FormErrors) or errors:
        form = wish if isinstance(wish, FormErrors) else None
        return _unit(public_id, union, form=form, errors=errors)
    try:
        n = type_figures(session, actor, period.id, unit.id, values=values, basis=wish.basis)
    except InvalidInputError as error:
        undo_request()
        found = error.details.get("fields")
        wrong = (
            {str(k): translated(str(v)) for k, v in found.items()}
            if isinstance(found, dict)
            else {}
        )
        return _unit(public_id, union, errors=wrong)
    toast(gettext("已录入，%(n)s 项有变动", n=n))
    return see_other(url_for(".index", public_id=public_id))


def _sent() -> tuple[dict[str, int | None], dict[str, str]]:
    """Return the figures of the form by indicator, and what is no number."""
    values: dict[str, int | None] = {}
    errors: dict[str, str] = {}
    for one in typed_indicators():
        told = request.form.get(f"f_{one.code}", "").strip()
        values[one.code] = read_figure(one, told) if told else None
        if told and values[one.code] is None:
            errors[one.code] = gettext("请填 0 以上的整数；金额填元，最多两位小数。")
    return values, errors


@bp.get("/book.xlsx")
@needs(Permission.FILL_SHEETS)
def book(public_id: str) -> ResponseReturnValue:
    """Hand out the workbook to be filled in."""
    session, actor = request_session(), current_actor()
    period: ReportPeriod = find_period(session, actor, public_id)
    content = empty_book(session, actor, period)
    name = gettext("无明细单位统计表.xlsx")
    return send_file(io.BytesIO(content), mimetype=_XLSX, as_attachment=True, download_name=name)


@bp.post("/book")
@needs(Permission.FILL_SHEETS)
def take_book(public_id: str) -> ResponseReturnValue:
    """Take the figures of an uploaded workbook, and show what was taken and what not."""
    session, actor = request_session(), current_actor()
    period = find_period(session, actor, public_id)
    wish = read_form(BasisForm)
    if isinstance(wish, FormErrors):
        return _index(public_id, wish, 422)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        none = FormErrors(BasisForm, request.form, {"file": gettext("请选择填好的表。")})
        return _index(public_id, none, 422)
    try:
        done = import_book(
            session, actor, period, upload.read(), name=upload.filename, basis=wish.basis
        )
    except InvalidInputError as error:
        undo_request()
        refused = FormErrors(BasisForm, request.form, {"file": translated(error.message)})
        return _index(public_id, refused, 422)
    return _render(session, public_id, None, done=done)
