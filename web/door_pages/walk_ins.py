"""Walking in (现场登记): a short form at the door, consent on it, and the ticket for the person's own phone."""

from flask import Blueprint, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, YangguangError
from matcher.fairs.ticket_codes import short_of, spaced
from matcher.kinds import EducationLevel
from matcher.services.doors import looking
from matcher.services.doors.devices import Scanner
from matcher.services.doors.walk_ins import WalkedIn, admit_walk_in
from matcher.services.fair_guests.registering import VisitorInput, consent_text
from web.door_pages import door
from web.door_pages.devices import paired
from web.door_pages.scans import answer_out, at_the_door
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.i18n import label
from web.marks import public
from web.qr_codes import qr_for_phone
from web.schemas.doors import WalkInForm
from web.session import reading_aside
from web.words.door_words import headline, hint

bp = Blueprint("door_walk_ins", __name__, url_prefix="/door/walk-in")
bp.enable_openapi = False  # type: ignore[attr-defined] # APIFlask asks it of blueprints with hooks


@bp.before_request
def _nobody() -> None:
    """Forget who is signed in: the scanner's token says who asks."""
    g.signed_in = None


bp.register_error_handler(YangguangError, door.said)


@bp.get("")
@public
def form() -> ResponseReturnValue:
    """Show the form."""
    return _form(blank_form(WalkInForm, scan_number=door.new_scan_number()))


@bp.post("")
@public
def admit() -> ResponseReturnValue:
    """Write somebody down and let the person in by one press: JSON for JSON, else the page with the ticket."""
    if request.is_json:
        return _admit_as_json()
    wish = read_form(WalkInForm)
    if isinstance(wish, FormErrors):
        return _form(wish, 422)
    try:
        walked = at_the_door(lambda session, scanner: _admitted(session, scanner, wish))
    except InvalidInputError as error:
        return _form(refused_form(WalkInForm, error), 422)
    return render_template(
        "door/walked_in.html",
        answer=walked.answer,
        words=headline(walked.answer),
        hint=hint(walked.answer),
        ticket=_ticket_out(walked),
    )


def _admit_as_json() -> ResponseReturnValue:
    try:
        wish = WalkInForm.model_validate(request.get_json(silent=True) or {})
    except ValidationError as error:
        fields = sorted({str(one["loc"][0]) for one in error.errors(include_input=False)})
        return make_response({"code": "walk_in_incomplete", "fields": fields}, 422)
    walked = at_the_door(lambda session, scanner: _admitted(session, scanner, wish))
    return jsonify(answer_out(walked.answer) | {"ticket": _ticket_out(walked)})


def _admitted(session: Session, scanner: Scanner, wish: WalkInForm) -> WalkedIn:
    facts = VisitorInput(
        name=wish.name,
        phone=wish.phone,
        school=wish.school,
        major_text=wish.major,
        education=wish.education,
        consent_text_id=consent_text(session).id,
    )
    return admit_walk_in(session, scanner, facts, scan_number=wish.scan_number)


def _ticket_out(walked: WalkedIn) -> dict[str, str] | None:
    """Return the ticket as the person takes it along: a picture for the own phone, and the short code to write down.

    Without an address there is no picture: the link goes to the phone of who was written down before.
    """
    if walked.code is None:
        return None
    return {
        "code": spaced(walked.code),
        "short": short_of(walked.code),
        "address": walked.address or "",
        "picture": qr_for_phone(walked.address) if walked.address else "",
    }


def _form(state: FormState, status: int = 200) -> ResponseReturnValue:
    with reading_aside() as session:
        scanner = paired(session)
        _, fair = looking.device_and_fair(session, scanner)
        consent = consent_text(session).body
    page = render_template(
        "door/walk_in.html",
        form=state,
        fair=fair,
        consent=consent,
        levels=[(level.value, label(level)) for level in EducationLevel],
    )
    return make_response(page, status)
