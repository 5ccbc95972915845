"""After a fair (会后): closing it, its report with the rows behind every figure, what to do better, the survey."""

import io
from typing import Any

from flask import Blueprint, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.fairs.improvements import FEW_ANSWERS
from matcher.kinds.fair_reports import SurveySide
from matcher.models.fairs import Fair
from matcher.services.fair_employers import prints
from matcher.services.fair_reports import (
    books,
    closing,
    events,
    figures,
    keeping,
    numbers,
    papers,
    reporting,
    surveys,
)
from matcher.services.fair_reports.figures import find_figure
from matcher.services.fair_reports.reporting import ReportView
from matcher.services.fair_reports.rows import list_all, list_rows
from matcher.services.fair_reports.sight import get_fair, is_over
from matcher.services.permissions import Permission, may
from matcher.services.rows import not_found
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.pages.fair_prints import with_progress
from web.paging import page_of, requested_slice
from web.qr_codes import fair_address, qr_picture
from web.schemas.fair_reports import CloseFairForm, HandInForm, PresenceForm, SummaryForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_reports as words

bp = Blueprint("fair_report", __name__, url_prefix="/fairs/<public_id>/report")

TAB = "fair_report.show"
_MANAGE = Permission.MANAGE_FAIRS
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@needs(Permission.VIEW_FAIRS)
def show(public_id: str) -> ResponseReturnValue:
    """Show the report: before the closing what would be reported, after it what is."""
    return _page(public_id, {})


def _page(public_id: str, forms: dict[str, FormState], status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        view = reporting.read_report(session, actor, public_id)
        page = render_template(
            "fair_reports/show.html",
            view=view,
            fair=view.fair,
            report=view.report,
            words=words,
            lines=[one.code for one in figures.REPORT],
            may_manage=may(actor, _MANAGE),
            is_over=is_over(view.fair),
            may_close=view.fair.state == "announced" and view.fair.last_on <= clock.today(),
            kept_until=keeping.kept_until(view.fair),
            forms=apart(_forms(view) | forms),
            books=_books(session, view),
            **_extras(session, view),
            **around(public_id, TAB),
        )
    return page, status


def _forms(view: ReportView) -> dict[str, FormState]:
    report = view.report
    return {
        "close": blank_form(CloseFairForm, version=view.fair.version_id),
        "summary": blank_form(
            SummaryForm,
            words=report.summary if report else None,
            version=report.version_id if report else None,
        ),
        "hand_in": blank_form(
            HandInForm,
            handed_in_on=clock.today(),
            handed_to=report.handed_to if report else None,
            version=report.version_id if report else None,
        ),
    }


def _books(session: Session, view: ReportView) -> list[Any]:
    """Return the workbooks that were made in the background, with the progress of the one being made."""
    actor = current_actor()
    if not may(actor, _MANAGE):
        return []
    shown = prints.list_prints(session, actor, view.fair.public_id, of_posts=False)
    return with_progress(session, shown)


def _extras(session: Session, view: ReportView) -> dict[str, Any]:
    """Return what stands beside the report: suggestions, events typed as well, employers for the closing."""
    fair = view.fair
    event = events.find_event(session, fair)
    place_figure = find_figure("units")
    away_figure = find_figure("absent")
    assert place_figure is not None  # noqa: S101 - both are lines of ours
    assert away_figure is not None  # noqa: S101 - as above
    return {
        "found": [
            (*words.finding(one), one)
            for one in numbers.improvements(
                session, current_actor(), fair, view.figures | view.beside
            )
        ],
        "typed": events.typed_twice(session, fair),
        "event": event[0].public_id if event is not None else "",
        "event_is_void": event is not None and event[1].is_void,
        "came": list_all(session, fair, place_figure),
        "away": list_all(session, fair, away_figure),
    }


@bp.post("/close")
@needs(_MANAGE)
def close(public_id: str) -> ResponseReturnValue:
    """Close the fair."""
    wish = read_form(CloseFairForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {"close": wish}, 422)
    try:
        closing.close_fair(
            request_session(),
            current_actor(),
            public_id,
            stayed_away=wish.stayed_away,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {"close": refused_form(CloseFairForm, error)}, 422)
    except RuleBrokenError as error:
        undo_request()
        said = FormErrors(CloseFairForm, {}, {"": translated(error.message)})
        return _page(public_id, {"close": said}, 409)
    toast(gettext("招聘会已结束，计入活动统计；问卷和意向回访开始发出"))
    return see_other(url_for(TAB, public_id=public_id))


@bp.post("/presence")
@needs(_MANAGE)
def presence(public_id: str) -> ResponseReturnValue:
    """Note after the closing that an employer came or stayed away."""
    wish = read_form(PresenceForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {}, 422)
    try:
        closing.note_presence(
            request_session(), current_actor(), public_id, wish.place, came=wish.came
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {"close": refused_form(CloseFairForm, error)}, 422)
    toast(gettext("到会情况已更正，数字随之更新"))
    return see_other(url_for(TAB, public_id=public_id))


@bp.post("/summary")
@needs(_MANAGE)
def summary(public_id: str) -> ResponseReturnValue:
    """Keep the organiser's words below the figures."""
    wish = read_form(SummaryForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {"summary": wish}, 422)
    reporting.write_summary(
        request_session(), current_actor(), public_id, wish.words, expected_version=wish.version
    )
    toast(gettext("小结已保存"))
    return see_other(url_for(TAB, public_id=public_id))


@bp.post("/hand-in")
@needs(_MANAGE)
def hand_in(public_id: str) -> ResponseReturnValue:
    """Note that the report was handed in."""
    wish = read_form(HandInForm)
    if isinstance(wish, FormErrors):
        return _page(public_id, {"hand_in": wish}, 422)
    try:
        reporting.hand_in(
            request_session(),
            current_actor(),
            public_id,
            handed_in_on=wish.handed_in_on,
            handed_to=wish.handed_to,
            receipt=wish.receipt,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, {"hand_in": refused_form(HandInForm, error)}, 422)
    except ConflictError as error:
        undo_request()
        said = FormErrors(HandInForm, {}, {"": translated(error.message)})
        return _page(public_id, {"hand_in": said}, 409)
    toast(gettext("报送已登记，当时的数字已留存"))
    return see_other(url_for(TAB, public_id=public_id))


@bp.get("/rows/<code>")
@needs(Permission.VIEW_FAIRS)
def rows(public_id: str, code: str) -> ResponseReturnValue:
    """Show the rows behind a figure; people masked."""
    session, actor = request_session(), current_actor()
    fair, figure = get_fair(session, actor, public_id), find_figure(code)
    if figure is None:
        raise not_found()
    part = requested_slice()
    shown, total = list_rows(session, fair, figure, limit=part.limit, offset=part.offset)
    return render_template(
        "fair_reports/rows.html",
        fair=fair,
        figure=figure,
        number=figures.count(session, fair, figure),
        rows=shown,
        pager=page_of(part, total),
        words=words,
        **around(public_id, TAB),
    )


@bp.get("/pdf")
@needs(Permission.VIEW_FAIRS)
def pdf(public_id: str) -> ResponseReturnValue:
    """Hand out the report on one sheet."""
    session, actor = request_session(), current_actor()
    fair = get_fair(session, actor, public_id)
    content = papers.report_pdf(session, actor, public_id)
    return _download(fair, content, "application/pdf", "pdf")


@bp.post("/book")
@needs(_MANAGE)
def book(public_id: str) -> ResponseReturnValue:
    """Hand out the report with all rows as a workbook, or have a long one made; noted in the trail."""
    session, actor = request_session(), current_actor()
    fair = get_fair(session, actor, public_id)
    if books.ask_long_book(session, actor, public_id) is not None:
        toast(gettext("行数多，正在后台生成"))
        return see_other(url_for(TAB, public_id=public_id) + "#books")
    return _download(fair, papers.report_book(session, actor, public_id), _XLSX, "xlsx")


def _download(fair: Fair, content: bytes, media_type: str, ending: str) -> ResponseReturnValue:
    name = f"{words.file_name(fair.title, gettext('报告表'))}.{ending}"
    return send_file(
        io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )


@bp.get("/survey")
@needs(Permission.VIEW_FAIRS)
def survey(public_id: str) -> ResponseReturnValue:
    """Show what both sides answered, from five answers on, and the code for the exit."""
    session, actor = request_session(), current_actor()
    fair = get_fair(session, actor, public_id)
    address = f"{fair_address(fair.token)}/survey/visitor"
    return render_template(
        "fair_reports/survey.html",
        fair=fair,
        results=[surveys.read_results(session, actor, fair, side) for side in SurveySide],
        few=FEW_ANSWERS,
        address=address,
        picture=qr_picture(address, gettext("打开问卷")),
        words=words,
        **around(public_id, TAB),
    )
