"""Published figures by link (公布的数据): anybody may read, print and take them along, signed in or not.

Nothing here is asked of the sheet: the version holds all that is shown, and no person is in it.
"""

from io import BytesIO

from flask import Blueprint, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from matcher.documents.published_sheets import published_pdf, published_xlsx
from matcher.services.published_sheets.reading import list_of_union, read_by_link
from web.marks import public, rate_limited
from web.session import request_session
from web.words import published_sheets as words

bp = Blueprint("public_sheets", __name__, url_prefix="/figures")

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_GONE = 410


@bp.get("/<token>")
@public
@rate_limited("60/minute")
def show(token: str) -> ResponseReturnValue:
    """Show a published version, or that it was taken back."""
    session = request_session()
    version = read_by_link(session, token)
    if version.withdrawn_at is not None:
        return render_template("published_sheets/gone.html"), _GONE
    return render_template(
        "published_sheets/public.html",
        version=version,
        content=version.content,
        others=[one for one in list_of_union(session, version) if one.id != version.id],
        words=words,
    )


@bp.get("/<token>/figures.<kind>")
@public
@rate_limited("120/minute")
def take(token: str, kind: str) -> ResponseReturnValue:
    """Send a published version as workbook or PDF."""
    version = read_by_link(request_session(), token)
    if version.withdrawn_at is not None or kind not in ("xlsx", "pdf"):
        abort(404)
    if kind == "xlsx":
        content, media_type = published_xlsx(version.content, version.digest), _XLSX
    else:
        content, media_type = published_pdf(version.content, version.digest), "application/pdf"
    return send_file(
        BytesIO(content),
        mimetype=media_type,
        as_attachment=True,
        download_name=f"figures-{version.number}.{kind}",
    )
