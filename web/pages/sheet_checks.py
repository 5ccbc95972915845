"""Verifying a signed sheet (核验), and what was entered later about its days (补录的明细)."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.services import audit
from matcher.services.permissions import Permission
from matcher.services.reports import corrections
from matcher.services.reports.sheet_lines import view_sheet
from matcher.services.reports.sight import find_sheet
from matcher.services.reports.snapshots import verify
from matcher.statistics.indicators import indicators_by_code
from web.auth import current_actor
from web.marks import needs
from web.session import request_session
from web.words import sheet_lines as words
from web.words.line_words import code_of_word

bp = Blueprint("sheet_checks", __name__, url_prefix="/sheets/<public_id>")


@bp.post("/verify")
@needs(Permission.VIEW_FIGURES)
def check(public_id: str) -> ResponseReturnValue:
    """Verify signature, chain and figures of a sheet, and say so in the trail."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    if sheet.signature is None:
        raise RuleBrokenError("sheet_not_signed", "这张表还没有报送，没有签名可以核验。")
    report = verify(session, actor, sheet)
    subject = ("sheet", sheet.id)
    audit.record(session, actor, "sheet.verified", subject=subject, holds=report.holds)
    return render_template(
        "sheets/verified.html",
        sheet=sheet,
        view=view_sheet(session, actor, sheet),
        report=report,
        words=words,
        differing=[indicators_by_code()[code] for code in report.recount],
    )


@bp.get("/corrections/<code>")
@needs(Permission.VIEW_FIGURES)
def corrected_rows(public_id: str, code: str) -> ResponseReturnValue:
    """Show the rows by which a line differs from its frozen figure."""
    session, actor = request_session(), current_actor()
    sheet = find_sheet(session, actor, public_id)
    known, code = indicators_by_code(), code_of_word(code)
    if code not in known:
        raise InvalidInputError("no_such_indicator", "表上没有这一行。", fields={})
    return render_template(
        "sheets/corrections.html",
        sheet=sheet,
        view=view_sheet(session, actor, sheet),
        words=words,
        indicator=known[code],
        rows=corrections.corrected_rows(session, actor, sheet, code),
    )
