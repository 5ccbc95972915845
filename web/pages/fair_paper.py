"""A fair on paper (纸质办理): what to print, the workbook of the same lines, and entering it afterwards."""

import io
from collections.abc import Callable

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds.fair_reports import PaperVerdict, SurveySide
from matcher.models.fairs import Fair
from matcher.services.fair_reports.sight import get_fair
from matcher.services.fair_sheets import batches, books, layouts, prints
from matcher.services.fair_sheets.entering import enter_batch
from matcher.services.fair_sheets.undoing import undo_batch
from matcher.services.permissions import Permission
from web.addresses import address_of
from web.auth import current_actor
from web.fair_tabs import around
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.paging import page_of, requested_slice
from web.schemas.fair_reports import PrintLinesForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_reports as words

bp = Blueprint("fair_paper", __name__, url_prefix="/fairs/<public_id>/paper")

TAB = "fair_paper.show"
_MANAGE = Permission.MANAGE_FAIRS
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PDF = "application/pdf"

_Made = Callable[[PrintLinesForm], bytes]


@bp.get("")
@needs(_MANAGE)
def show(public_id: str) -> ResponseReturnValue:
    """Show what to print, the upload and what was uploaded."""
    return _page(public_id)


def _page(public_id: str, *, why: str = "", status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        fair = get_fair(session, actor, public_id, wants=_MANAGE)
        page = render_template(
            "fair_reports/paper.html",
            fair=fair,
            lines=_lines(),
            sessions=layouts.numbered_sessions(session, fair),
            places=layouts.numbered_places(session, fair),
            batches=batches.list_batches(session, actor, public_id),
            why=why,
            slips=address_of("fair_guests.index", public_id=public_id),
            cards=address_of("fair_prints.index", public_id=public_id),
            **around(public_id, TAB),
        )
    return page, status


def _lines() -> FormState:
    sent = read_form(PrintLinesForm, request.args)
    if isinstance(sent, FormErrors):
        return sent
    return blank_form(PrintLinesForm, **sent.model_dump())


@bp.get("/book")
@needs(_MANAGE)
def book(public_id: str) -> ResponseReturnValue:
    """Hand out the workbook to type into."""
    session, actor = request_session(), current_actor()
    return _made(
        public_id,
        gettext("补录表"),
        _XLSX,
        lambda wish: books.empty_book(session, actor, public_id, **wish.model_dump()),
    )


@bp.get("/sign-in")
@needs(_MANAGE)
def sign_in(public_id: str) -> ResponseReturnValue:
    """Hand out empty sign-in sheets."""
    session, actor = request_session(), current_actor()
    return _made(
        public_id,
        gettext("签到表"),
        _PDF,
        lambda wish: prints.sign_in_pdf(session, actor, public_id, wish.sign_in),
    )


@bp.get("/contacts")
@needs(_MANAGE)
def contacts(public_id: str) -> ResponseReturnValue:
    """Hand out the sheets of contacts, one an employer."""
    session, actor = request_session(), current_actor()
    return _made(
        public_id,
        gettext("洽谈登记表"),
        _PDF,
        lambda wish: prints.contacts_pdf(session, actor, public_id, wish.each_booth),
    )


@bp.get("/survey/<side>")
@needs(_MANAGE)
def survey(public_id: str, side: str) -> ResponseReturnValue:
    """Hand out questionnaires of a side."""
    session, actor = request_session(), current_actor()
    chosen = SurveySide(side) if side in set(SurveySide) else SurveySide.VISITOR
    return _made(
        public_id,
        gettext("问卷"),
        _PDF,
        lambda wish: prints.survey_pdf(session, actor, public_id, chosen, wish.survey),
    )


@bp.post("/list")
@needs(_MANAGE)
def registered(public_id: str) -> ResponseReturnValue:
    """Hand out who registered, masked; noted in the trail."""
    session, actor = request_session(), current_actor()
    fair = get_fair(session, actor, public_id, wants=_MANAGE)
    return _file(fair, gettext("已报名名单"), _PDF, prints.list_pdf(session, actor, public_id))


def _made(public_id: str, what: str, media_type: str, make: _Made) -> ResponseReturnValue:
    wish = read_form(PrintLinesForm, request.args)
    if isinstance(wish, FormErrors):
        return _page(public_id, status=422)
    fair = get_fair(request_session(), current_actor(), public_id, wants=_MANAGE)
    return _file(fair, what, media_type, make(wish))


def _file(fair: Fair, what: str, media_type: str, content: bytes) -> ResponseReturnValue:
    ending = "pdf" if media_type == _PDF else "xlsx"
    name = f"{words.file_name(fair.title, what)}.{ending}"
    return send_file(
        io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )


@bp.post("")
@needs(_MANAGE)
def upload(public_id: str) -> ResponseReturnValue:
    """Take an uploaded book and judge its lines; nothing is entered yet."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(public_id, why=gettext("请选择填好的补录表。"), status=422)
    content = sent.read()
    try:
        batch = batches.stage(request_session(), current_actor(), public_id, content, sent.filename)
    except InvalidInputError as error:
        undo_request()
        return _page(public_id, why=translated(error.message), status=422)
    except RuleBrokenError as error:
        undo_request()
        return _page(public_id, why=translated(error.message), status=409)
    return see_other(url_for(".batch", public_id=public_id, batch_id=batch.public_id))


@bp.get("/<batch_id>")
@needs(_MANAGE)
def batch(public_id: str, batch_id: str) -> ResponseReturnValue:
    """Show what the lines of a book come to."""
    return _batch(public_id, batch_id)


def _batch(
    public_id: str, batch_id: str, *, why: str = "", status: int = 200
) -> ResponseReturnValue:
    asked = request.args.get("verdict", "")
    verdict = PaperVerdict(asked) if asked in set(PaperVerdict) else None
    part = requested_slice()
    with reading_aside() as session:
        fair, found = batches.get_batch(session, current_actor(), public_id, batch_id)
        view = batches.view_batch(session, found)
        shown = sum(n for kind, n in view.counts.items() if kind is not PaperVerdict.BLANK)
        page = render_template(
            "fair_reports/batch.html",
            fair=fair,
            batch=found,
            view=view,
            verdict=verdict,
            verdicts=list(PaperVerdict),
            rows=batches.list_lines(
                session, found, verdict=verdict, limit=part.limit, offset=part.offset
            ),
            pager=page_of(part, view.counts.get(verdict, 0) if verdict else shown),
            why=why,
            **around(public_id, TAB),
        )
    return page, status


@bp.post("/<batch_id>/enter")
@needs(_MANAGE)
def enter(public_id: str, batch_id: str) -> ResponseReturnValue:
    """Enter the good lines."""
    try:
        enter_batch(
            request_session(),
            current_actor(),
            public_id,
            batch_id,
            expected_version=request.form.get("version", type=int),
        )
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        return _batch(public_id, batch_id, why=translated(error.message), status=409)
    undo = url_for(".undo", public_id=public_id, batch_id=batch_id)
    toast(gettext("已录入"), undo=undo)
    return see_other(url_for(".batch", public_id=public_id, batch_id=batch_id))


@bp.post("/<batch_id>/undo")
@needs(_MANAGE)
def undo(public_id: str, batch_id: str) -> ResponseReturnValue:
    """Undo an entered book, all of it or nothing."""
    try:
        undo_batch(
            request_session(),
            current_actor(),
            public_id,
            batch_id,
            expected_version=request.form.get("version", type=int),
        )
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        return _batch(public_id, batch_id, why=translated(error.message), status=409)
    toast(gettext("这一批已撤销"))
    return see_other(url_for(".batch", public_id=public_id, batch_id=batch_id))
