"""What an employer takes along or opens (名单、简历、手机号): each a form that is sent, each written down."""

from io import BytesIO

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from matcher.db.engine import settings_of
from matcher.services.permissions import Permission
from matcher.services.referrals import (
    employer_contact,
    employer_sheets,
    neutral_contacts,
    resumes,
    status_statements,
)
from matcher.services.referrals.employer_people import find_person
from matcher.services.referrals.sight import find_referral
from web.auth import current_actor
from web.i18n import gettext
from web.marks import needs, rate_limited
from web.pages.own_people import person_page, wish_of_request
from web.session import request_session
from web.words import own_people_sheets as sheets

bp = Blueprint("own_people_files", __name__, url_prefix="/people")

_ANSWERS = Permission.ANSWER_REFERRALS


@bp.post("/sheet")
@needs(_ANSWERS)
@rate_limited("20/minute")
def sheet() -> ResponseReturnValue:
    """Hand out the list as a workbook."""
    session, actor = request_session(), current_actor()
    taken = employer_sheets.take_people(session, actor, wish_of_request(), "sheet")
    names = neutral_contacts.of_employer(session, actor)
    content = sheets.people_book(taken, names, settings_of(session).data)
    return _file(content, sheets.XLSX, sheets.file_name("xlsx"))


@bp.post("/print")
@needs(_ANSWERS)
@rate_limited("10/minute")
def prints() -> ResponseReturnValue:
    """Hand out the list and the résumés as one PDF."""
    session, actor = request_session(), current_actor()
    taken = employer_sheets.take_people(session, actor, wish_of_request(), "print")
    names = neutral_contacts.of_employer(session, actor)
    content = sheets.people_pdf(taken, names, settings_of(session).data / "spool")
    return _file(content, sheets.PDF, sheets.file_name("pdf"))


@bp.post("/<public_id>/resume")
@needs(_ANSWERS)
@rate_limited("60/minute")
def resume(public_id: str) -> ResponseReturnValue:
    """Hand out one résumé."""
    session, actor = request_session(), current_actor()
    find_person(session, actor, public_id)
    content, kind = resumes.page_for(session, actor, find_referral(session, actor, public_id))
    return _file(content, kind, f"{gettext('简历')}.pdf")


@bp.post("/<public_id>/phone")
@needs(_ANSWERS)
@rate_limited("60/minute")
def phone(public_id: str) -> ResponseReturnValue:
    """Show a number in full."""
    number = employer_contact.reveal_phone(request_session(), current_actor(), public_id)
    return person_page(public_id, phone=number)


@bp.post("/statements/<statement_id>")
@needs(_ANSWERS)
@rate_limited("20/minute")
def statement(statement_id: str) -> ResponseReturnValue:
    """Hand out what the union stated for a subsidy; a page would stay in the browser."""
    read = status_statements.read_statement(request_session(), current_actor(), statement_id)
    return _file(sheets.statement_pdf(read), sheets.PDF, f"{gettext('说明')}.pdf")


def _file(content: bytes, kind: str, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
