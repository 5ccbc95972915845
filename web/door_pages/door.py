"""The page of a scanner (验票页) and the answer to each scan.

A scanner has no account: its cookie, which no other site can send, says which it is. Refused scans are answers like any
other; only a scanner that is not paired is an error. The form works without script, and scripts send the same as JSON.
"""

import secrets
from typing import Any

from flask import Blueprint, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from matcher.errors import NotAllowedError, YangguangError
from matcher.kinds.fairs import DoorDirection
from matcher.services.doors import looking
from matcher.services.doors.answers import ScanAnswer
from web.door_pages.devices import paired
from web.door_pages.scans import answer_out, take_scan
from web.errors import status_of
from web.forms import FormErrors, read_form
from web.i18n import gettext, translated
from web.marks import public
from web.schemas.doors import ScanForm
from web.security import allow_scanning
from web.session import reading_aside
from web.words.door_words import headline, hint

bp = Blueprint("door", __name__, url_prefix="/door")
bp.enable_openapi = False  # type: ignore[attr-defined] # APIFlask asks it of blueprints with hooks


@bp.before_request
def _nobody() -> None:
    """Forget who is signed in: the scanner's token says who asks."""
    g.signed_in = None


@bp.errorhandler(YangguangError)
def said(error: YangguangError) -> ResponseReturnValue:
    """Answer a script in JSON; a person at a scanner that is not paired reads what to do."""
    words = translated(error.message)
    if request.is_json or request.path.endswith("/figures"):
        return make_response({"code": error.code, "words": words}, status_of(error))
    if isinstance(error, NotAllowedError):
        return make_response(render_template("door/not_paired.html", message=words), 403)
    return make_response(render_template("door/refused.html", message=words), status_of(error))


@bp.get("/")
@public
def show() -> ResponseReturnValue:
    """Show the scanner's page."""
    asked = request.args.get("direction", "")
    direction = DoorDirection(asked) if asked in set(DoorDirection) else DoorDirection.IN
    return _page(direction)


@bp.post("/scan")
@public
def take() -> ResponseReturnValue:
    """Judge and count a scan: JSON for JSON, else the page with the answer on it."""
    if request.is_json:
        return _taken_as_json()
    wish = read_form(ScanForm)
    if isinstance(wish, FormErrors):
        return _page(DoorDirection.IN, problem=gettext("没有读到票码，请再扫一次。"), status=422)
    return _page(wish.direction, answer=take_scan(wish))


def _taken_as_json() -> ResponseReturnValue:
    try:
        wish = ScanForm.model_validate(request.get_json(silent=True) or {})
    except ValidationError:
        return make_response(
            {"code": "scan_unreadable", "words": gettext("没有读到票码，请再扫一次。")}, 422
        )
    return jsonify(answer_out(take_scan(wish)))


@bp.get("/figures")
@public
def figures() -> ResponseReturnValue:
    """Tell the counts of today's sessions, for the page to renew itself."""
    with reading_aside() as session:
        scanner = paired(session)
        rows = looking.sessions_today(session, scanner.fair_id)
        return jsonify({"sessions": [looking.session_out(row) for row in rows]})


def _page(
    direction: DoorDirection,
    *,
    answer: ScanAnswer | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    """Show the scanner's page, after a scan with the answer on top."""
    with reading_aside() as session:
        shown = _shown(session)
    allow_scanning()
    page = render_template(
        "door/scan.html",
        answer=answer,
        words=headline(answer) if answer else "",
        hint=hint(answer) if answer else "",
        problem=problem,
        direction=direction.value,
        scan_number=new_scan_number(),
        **shown,
    )
    return make_response(page, status)


def _shown(session: Session) -> dict[str, Any]:
    scanner = paired(session)
    device, fair = looking.device_and_fair(session, scanner)
    return {
        "device": device,
        "fair": fair,
        "sessions": looking.sessions_today(session, fair.id),
        "last": looking.last_scans(session, scanner),
    }


def new_scan_number() -> str:
    """Return a number for the next scan of a form without script, so that sending it twice counts once."""
    return f"form-{secrets.token_hex(12)}"
