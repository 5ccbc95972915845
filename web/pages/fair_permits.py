"""Permits and safety plan of a fair (报批和方案): who decides until when, what was filed, the nine parts."""

from collections.abc import Sequence
from io import BytesIO

from flask import Blueprint, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.documents.fair_papers import PlanForm, compile_plan
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds.fair_paperwork import DutyKind, FilingOutcome, PlanPart
from matcher.models.fair_paperwork import FairFiling
from matcher.models.fairs import Fair
from matcher.models.organisations import Union
from matcher.services.fairs import documents, duties, filings, safety_plan, sessions
from matcher.services.fairs.duties import DutyPage
from matcher.services.fairs.filings import DecisionInput, FilingInput
from matcher.services.fairs.safety_plan import PartView
from matcher.services.fairs.sight import LIVE, get_managed
from matcher.services.permissions import Permission
from matcher.services.rows import not_found
from web.auth import current_actor
from web.fair_tabs import around
from web.filters import day
from web.forms import FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs
from web.schemas.fairs import DecisionForm, DocumentForm, FilingBackForm, FilingForm, PlanPartForm
from web.session import reading_aside, request_session, undo_request
from web.words import fairs as words

bp = Blueprint("fair_permits", __name__, url_prefix="/fairs/<public_id>/permits")

_OUTCOMES = (FilingOutcome.APPROVED, FilingOutcome.RECEIVED, FilingOutcome.REFUSED)


@bp.get("")
@needs(Permission.MANAGE_FAIRS)
def show(public_id: str) -> ResponseReturnValue:
    """Show the duties of a fair, what was filed, and the safety plan."""
    return permits_page(public_id)


def permits_page(
    public_id: str, *, forms: dict[str, FormState] | None = None, status: int = 200
) -> ResponseReturnValue:
    """Return the page; forms that were refused come with what was typed."""
    with reading_aside() as database:
        fair = get_managed(database, current_actor(), public_id, lock=False)
        found = duties.duties_of(database, fair)
        filed = duties.filings_of(database, fair.id)
        parts = safety_plan.parts_of(database, fair)
        page = render_template(
            "fairs/permits.html",
            fair=fair,
            found=found,
            filed=filed,
            parts=parts,
            n_done=sum(bool(one.row and one.row.is_done) for one in parts),
            held=sessions.sessions_of(database, fair.id),
            papers=documents.documents_of(database, fair.id),
            forms=apart(_forms(found, filed, parts) | (forms or {})),
            outcomes=_outcomes(),
            is_live=fair.state in LIVE,
            words=words,
            today=clock.today(),
            **around(public_id, "fair_permits.show"),
        )
    return page, status


def _forms(
    found: DutyPage, filed: Sequence[FairFiling], parts: list[PartView]
) -> dict[str, FormState]:
    """Return the forms of the page, each by what it is about."""
    today = clock.today()
    named = {f"paper-{one.part}": blank_form(DocumentForm, part=one.part) for one in parts}
    named |= {f"part-{one.part}": _part_form(one) for one in parts}
    for duty in found.duties:
        code = duty.duty.rule.code
        named[f"file-{code}"] = blank_form(FilingForm, rule=code, authority="", filed_on=today)
    for one in filed:
        key, version = one.public_id, one.version_id
        named[f"decide-{key}"] = blank_form(DecisionForm, decided_on=today, version=version)
        named[f"back-{key}"] = blank_form(FilingBackForm, version=version)
        named[f"paper-{key}"] = blank_form(DocumentForm, filing=key)
    return named


def _outcomes() -> dict[DutyKind, list[tuple[str, str]]]:
    """Return the answers a filing of each kind may get: that a paper was received is no permit."""
    return {
        kind: [
            (one.value, label(one))
            for one in _OUTCOMES
            if kind is not DutyKind.PERMIT or one is not FilingOutcome.RECEIVED
        ]
        for kind in DutyKind
    }


def _part_form(part: PartView) -> FormState:
    if part.row is None:
        return blank_form(PlanPartForm, text=part.suggestion, who="", is_done=False)
    return blank_form(
        PlanPartForm,
        text=part.row.text or "",
        who=part.row.who or "",
        is_done=part.row.is_done,
        version=part.row.version_id,
    )


@bp.post("/filings")
@needs(Permission.MANAGE_FAIRS)
def file(public_id: str) -> ResponseReturnValue:
    """Note that a duty was filed."""
    wish = read_form(FilingForm)
    key = f"file-{request.form.get('rule', '')}"
    if isinstance(wish, FormErrors):
        return permits_page(public_id, forms={key: wish}, status=422)
    facts = FilingInput(rule=wish.rule, authority=wish.authority, filed_on=wish.filed_on)
    try:
        filings.file(request_session(), current_actor(), public_id, facts)
    except InvalidInputError as error:
        undo_request()
        return permits_page(public_id, forms={key: refused_form(FilingForm, error)}, status=422)
    except RuleBrokenError as error:
        undo_request()
        said = FormErrors(FilingForm, request.form, {"": translated(error.message)})
        return permits_page(public_id, forms={key: said}, status=409)
    toast(gettext("已登记报送，等答复"))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/filings/<filing_id>/decision")
@needs(Permission.MANAGE_FAIRS)
def decide(public_id: str, filing_id: str) -> ResponseReturnValue:
    """Note the answer of an authority."""
    wish, key = read_form(DecisionForm), f"decide-{filing_id}"
    if isinstance(wish, FormErrors):
        return permits_page(public_id, forms={key: wish}, status=422)
    facts = DecisionInput(
        outcome=wish.outcome,
        decided_on=wish.decided_on,
        document_number=wish.document_number,
        reason=wish.reason,
        approved_numbers=_numbers(),
    )
    try:
        filings.decide(
            request_session(),
            current_actor(),
            public_id,
            filing_id,
            facts,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return permits_page(public_id, forms={key: _unfolded(error)}, status=422)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(DecisionForm, request.form, {"": translated(error.message)})
        return permits_page(public_id, forms={key: said}, status=409)
    toast(gettext("答复已登记"))
    return see_other(url_for(".show", public_id=public_id))


def _numbers() -> dict[str, int]:
    """Return the approved numbers typed, by the session's public number; what is no number is left out."""
    return {
        name.removeprefix("number-"): int(value)
        for name, value in request.form.items()
        if name.startswith("number-") and value.strip().isdecimal()
    }


def _unfolded(error: InvalidInputError) -> FormState:
    """Return the form with what is wrong; the numbers of sessions are no field of it, so their error stands on top."""
    fields = dict(error.details["fields"])  # type: ignore[call-overload] # names by field
    if "approved_numbers" in fields:
        fields[""] = fields.pop("approved_numbers")
    return refused_form(DecisionForm, InvalidInputError(error.code, error.message, fields=fields))


@bp.post("/filings/<filing_id>/withdraw")
@needs(Permission.MANAGE_FAIRS)
def withdraw(public_id: str, filing_id: str) -> ResponseReturnValue:
    """Take a filing back."""
    wish, key = read_form(FilingBackForm), f"back-{filing_id}"
    if isinstance(wish, FormErrors):
        return permits_page(public_id, forms={key: wish}, status=422)
    try:
        filings.withdraw(
            request_session(),
            current_actor(),
            public_id,
            filing_id,
            reason=wish.reason,
            expected_version=wish.version,
        )
    except (ConflictError, InvalidInputError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(FilingBackForm, request.form, {"": translated(error.message)})
        return permits_page(public_id, forms={key: said}, status=409)
    toast(gettext("已撤回"))
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/plan/<part>")
@needs(Permission.MANAGE_FAIRS)
def write_part(public_id: str, part: str) -> ResponseReturnValue:
    """Write a part of the safety plan."""
    if part not in set(PlanPart):
        raise not_found()
    wish, key = read_form(PlanPartForm), f"part-{part}"
    if isinstance(wish, FormErrors):
        return permits_page(public_id, forms={key: wish}, status=422)
    try:
        safety_plan.write_part(
            request_session(),
            current_actor(),
            public_id,
            PlanPart(part),
            text=wish.text,
            who=wish.who,
            is_done=wish.is_done,
            expected_version=wish.version,
        )
    except InvalidInputError as error:
        undo_request()
        return permits_page(public_id, forms={key: refused_form(PlanPartForm, error)}, status=422)
    except (ConflictError, RuleBrokenError) as error:
        undo_request()
        said = FormErrors(PlanPartForm, request.form, {"": translated(error.message)})
        return permits_page(public_id, forms={key: said}, status=409)
    toast(gettext("已保存"))
    return see_other(url_for(".show", public_id=public_id) + f"#part-{part}")


@bp.get("/plan.pdf")
@needs(Permission.MANAGE_FAIRS)
def plan_pdf(public_id: str) -> ResponseReturnValue:
    """Send the safety plan as it stands."""
    session = request_session()
    fair = get_managed(session, current_actor(), public_id, lock=False)
    content = compile_plan(
        PlanForm(
            title=fair.title,
            facts=_facts(fair),
            parts=[
                (
                    label(one.part),
                    (one.row.text if one.row else "") or "",
                    (one.row.who if one.row else "") or "",
                    bool(one.row and one.row.is_done),
                )
                for one in safety_plan.parts_of(session, fair)
            ],
            organiser=session.get_one(Union, fair.union_id).name,
            printed_on=gettext("%(day)s 打印", day=clock.today().isoformat()),
        )
    )
    name = f"fair-{fair.first_on:%Y%m%d}-safety-plan.pdf"
    return send_file(
        BytesIO(content), mimetype="application/pdf", as_attachment=True, download_name=name
    )


def _facts(fair: Fair) -> list[tuple[str, str]]:
    days = day(fair.first_on)
    if fair.last_on != fair.first_on:
        days = gettext("%(from)s 至 %(to)s", **{"from": days, "to": day(fair.last_on)})
    return [
        (gettext("日期"), days),
        (gettext("场馆"), " ".join(filter(None, (fair.venue_name, fair.venue_address))) or "—"),
        (gettext("可容纳人数"), str(fair.venue_capacity or "—")),
        (gettext("预计参加人数"), gettext("每场最多 %(n)s 人", n=fair.expected_people)),
    ]
