"""Acts on a placement (去向): evidence put, read and judged; sent to be checked, verified, doubted, revoked, ended.

Reading a file or a number is logged, so both are POST. A use case that refuses is answered with the page, what was
typed, and why.
"""

import io
from collections.abc import Callable
from typing import Any

from flask import Blueprint, request, send_file, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel
from sqlalchemy.orm import Session

from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.services.follow_ups import job_ends
from matcher.services.permissions import Actor, Permission
from matcher.services.placements import alerts, evidence, own, reviewing, sight, submitting
from matcher.services.placements.evidence import EvidenceInput
from web.auth import current_actor
from web.forms import FormErrors, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg, translated
from web.marks import needs, rate_limited
from web.placement_page import placement_page
from web.schemas.placements import (
    DoubtForm,
    EndForm,
    EvidenceForm,
    JudgeForm,
    RevokeForm,
    SendBackForm,
    SubmitForm,
    VerifyForm,
)
from web.session import own_transaction, request_session, undo_request

bp = Blueprint("placement_acts", __name__, url_prefix="/placements")

_EITHER = (Permission.RECORD_PLACEMENTS, Permission.CHECK_PLACEMENTS)

Doing = Callable[[Session, Actor, int, Any, int | None], object]


def _do(
    public_id: str, name: str, model: type[BaseModel], doing: Doing, said: str
) -> ResponseReturnValue:
    """Read a form, call a use case, and lead back to the page; what is refused is shown in its form."""
    session, actor = request_session(), current_actor()
    row_id = sight.find_placement(session, actor, public_id).id
    wish = read_form(model)
    if isinstance(wish, FormErrors):
        return placement_page(public_id, name=name, refused=wish, status=422)
    try:
        doing(session, actor, row_id, wish, request.form.get("version", type=int))
    except InvalidInputError as error:
        undo_request()
        warned = error.details.get("warnings")
        return placement_page(
            public_id,
            name=name,
            refused=refused_form(model, error),
            warnings=[str(one) for one in warned] if isinstance(warned, list) else None,
            status=422,
        )
    except RuleBrokenError as error:
        undo_request()
        if error.code == "evidence_of_another":
            with own_transaction() as aside:
                alerts.note_refused_paper(aside, actor, row_id, str(error.details["mark"]))
        refused = FormErrors(model, request.form, {"": translated(error.message)})
        return placement_page(public_id, name=name, refused=refused, status=409)
    toast(translated(said))
    return see_other(url_for("placements.show", public_id=public_id))


@bp.post("/<public_id>/evidence")
@needs(Permission.RECORD_PLACEMENTS)
def add(public_id: str) -> ResponseReturnValue:
    """Put a piece of evidence to a placement."""
    return _do(public_id, "evidence", EvidenceForm, _add, msg("材料已收下"))


def _add(session: Session, by: Actor, number: int, wish: EvidenceForm, version: int | None) -> None:
    upload = request.files.get("content")
    content = upload.read() if upload is not None and upload.filename else None
    paper = EvidenceInput(
        kind=wish.kind, content=content, number=wish.number, issued_on=wish.issued_on
    )
    evidence.add_evidence(session, by, number, paper, expected_version=version)


@bp.post("/<public_id>/evidence/<paper>/file")
@needs(*_EITHER)
@rate_limited("120/minute")
def read(public_id: str, paper: str) -> ResponseReturnValue:
    """Give the file of a piece of evidence; logged, so it is a POST."""
    session, actor = request_session(), current_actor()
    row = sight.find_placement(session, actor, public_id)
    stored, content = evidence.read_evidence(session, actor, row.id, paper)
    return send_file(
        io.BytesIO(content),
        mimetype=stored.media_type,
        download_name=stored.file_name,
        as_attachment=True,
    )


@bp.post("/<public_id>/evidence/<paper>/number")
@needs(*_EITHER)
@rate_limited("60/minute")
def number(public_id: str, paper: str) -> ResponseReturnValue:
    """Show a number in full, to be verified at its source; logged, so it is a POST."""
    session, actor = request_session(), current_actor()
    row = sight.find_placement(session, actor, public_id)
    shown = evidence.reveal_number(session, actor, row.id, paper)
    return placement_page(public_id, number=(paper, shown or ""))


@bp.post("/<public_id>/evidence/<paper>/withdraw")
@needs(Permission.RECORD_PLACEMENTS)
def withdraw(public_id: str, paper: str) -> ResponseReturnValue:
    """Take back a piece that was put there by mistake."""
    session, actor = request_session(), current_actor()
    row = sight.find_placement(session, actor, public_id)
    evidence.withdraw_evidence(session, actor, row.id, paper)
    toast(gettext("材料已撤回"))
    return see_other(url_for("placements.show", public_id=public_id))


@bp.post("/<public_id>/evidence/<paper>/judge")
@needs(Permission.CHECK_PLACEMENTS)
def judge(public_id: str, paper: str) -> ResponseReturnValue:
    """Say what a piece of evidence was found to be."""

    def doing(
        session: Session, by: Actor, number: int, wish: JudgeForm, _version: int | None
    ) -> None:
        reviewing.judge(session, by, number, paper, wish.verdict, wish.method, words=wish.words)

    return _do(public_id, "judge", JudgeForm, doing, msg("结论已记下"))


@bp.post("/<public_id>/ask")
@needs(Permission.RECORD_PLACEMENTS)
@rate_limited("30/minute")
def ask(public_id: str) -> ResponseReturnValue:
    """Send the graduate the link to confirm once more."""
    session, actor = request_session(), current_actor()
    row = sight.find_placement(session, actor, public_id)
    sent = own.ask_again(session, actor, row.id)
    toast(gettext("确认短信已写好") if sent else gettext("没有发：没有手机号、已答复，或今天发过"))
    return see_other(url_for("placements.show", public_id=public_id))


def _submit(
    session: Session, by: Actor, number: int, wish: SubmitForm, version: int | None
) -> None:
    submitting.submit(
        session, by, number, reason=wish.reason, words=wish.words, expected_version=version
    )


@bp.post("/<public_id>/submit")
@needs(Permission.RECORD_PLACEMENTS)
def submit(public_id: str) -> ResponseReturnValue:
    """Send a placement to be checked by somebody else."""
    return _do(public_id, "submit", SubmitForm, _submit, msg("已送核"))


def _send_back(
    session: Session, by: Actor, number: int, wish: SendBackForm, version: int | None
) -> None:
    submitting.send_back(session, by, number, wish.words, expected_version=version)


@bp.post("/<public_id>/send-back")
@needs(Permission.CHECK_PLACEMENTS)
def send_back(public_id: str) -> ResponseReturnValue:
    """Send a placement back for papers."""
    return _do(public_id, "send_back", SendBackForm, _send_back, msg("已退回补材料"))


def _verify(
    session: Session, by: Actor, number: int, wish: VerifyForm, version: int | None
) -> None:
    reviewing.verify(
        session, by, number, close_case=wish.close_case, words=wish.words, expected_version=version
    )


@bp.post("/<public_id>/verify")
@needs(Permission.CHECK_PLACEMENTS)
def verify(public_id: str) -> ResponseReturnValue:
    """Find a placement true: it counts from now on."""
    return _do(public_id, "verify", VerifyForm, _verify, msg("已核实，计入"))


def _doubt(session: Session, by: Actor, number: int, wish: DoubtForm, version: int | None) -> None:
    reviewing.doubt(session, by, number, wish.reason, wish.words, expected_version=version)


@bp.post("/<public_id>/doubt")
@needs(Permission.CHECK_PLACEMENTS)
def doubt(public_id: str) -> ResponseReturnValue:
    """Doubt a placement: it counts no more until it is cleared up."""
    return _do(public_id, "doubt", DoubtForm, _doubt, msg("已转为存疑，暂不计入"))


def _revoke(
    session: Session, by: Actor, number: int, wish: RevokeForm, version: int | None
) -> None:
    reviewing.revoke(session, by, number, wish.reason, wish.words, expected_version=version)


@bp.post("/<public_id>/revoke")
@needs(*_EITHER)
def revoke(public_id: str) -> ResponseReturnValue:
    """Revoke a placement; what followed from it is taken back."""
    return _do(public_id, "revoke", RevokeForm, _revoke, msg("已撤销"))


def _end(session: Session, by: Actor, number: int, wish: EndForm, version: int | None) -> None:
    job_ends.end_job(
        session,
        by,
        number,
        on=wish.on,
        reason=wish.reason,
        words=wish.words,
        expected_version=version,
    )


@bp.post("/<public_id>/end")
@needs(Permission.RECORD_PLACEMENTS)
def end(public_id: str) -> ResponseReturnValue:
    """Record the last day of a placement."""
    return _do(public_id, "end", EndForm, _end, msg("已登记结束"))
