"""Papers beside the safety plan and the filings of a fair (招聘会材料): handing in, reading, taking off."""

from io import BytesIO

from flask import Blueprint, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.fair_paperwork import PlanPart
from matcher.services.fairs import documents
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.pages.fair_permits import permits_page
from web.schemas.fairs import DocumentForm
from web.session import request_session, undo_request

bp = Blueprint("fair_documents", __name__, url_prefix="/fairs/<public_id>/documents")


@bp.post("")
@needs(Permission.MANAGE_FAIRS)
def add(public_id: str) -> ResponseReturnValue:
    """Keep a scan beside a part of the plan or a filing."""
    wish = read_form(DocumentForm)
    of = request.form.get("filing") or request.form.get("part") or ""
    if isinstance(wish, FormErrors):
        return permits_page(public_id, forms={f"paper-{of}": wish}, status=422)
    sent = request.files.get("content")
    try:
        documents.add_document(
            request_session(),
            current_actor(),
            public_id,
            content=sent.read() if sent is not None else b"",
            name=wish.name,
            part=PlanPart(wish.part) if wish.part else None,
            filing_id=wish.filing,
        )
    except InvalidInputError as error:
        undo_request()
        said = refused_form(DocumentForm, error)
        return permits_page(public_id, forms={f"paper-{of}": said}, status=422)
    toast(gettext("材料已收"))
    return see_other(url_for("fair_permits.show", public_id=public_id))


@bp.post("/<document_id>/file")
@needs(Permission.MANAGE_FAIRS)
def read(public_id: str, document_id: str) -> ResponseReturnValue:
    """Send a paper; who read it is logged."""
    stored, content = documents.read_document(
        request_session(), current_actor(), public_id, document_id
    )
    return send_file(
        BytesIO(content),
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.file_name,
    )


@bp.post("/<document_id>/remove")
@needs(Permission.MANAGE_FAIRS)
def remove(public_id: str, document_id: str) -> ResponseReturnValue:
    """Take a paper off."""
    documents.remove_document(request_session(), current_actor(), public_id, document_id)
    toast(gettext("材料已移除"))
    return see_other(url_for("fair_permits.show", public_id=public_id))
