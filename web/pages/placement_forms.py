"""Recording a placement (登记去向) and correcting one: the form shows what must not be done, and what looks wrong."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.policy import destinations
from matcher.policy.internships import load_bans
from matcher.services.graduate_pages import find_graduate
from matcher.services.permissions import Permission
from matcher.services.placements import reading, recording, sight
from matcher.services.placements.facts import PlacementFacts
from web.auth import current_actor
from web.choices import place_words, read_place
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.schemas.placements import PlacementForm
from web.session import reading_aside, request_session, undo_request
from web.words import placements as words

bp = Blueprint("placement_forms", __name__, url_prefix="/placements")


@bp.get("/new")
@needs(Permission.RECORD_PLACEMENTS)
def new() -> ResponseReturnValue:
    """Show the form for one person, with what must not be done; without one, the people to choose from."""
    if not request.args.get("graduate"):
        return see_other(url_for("graduates.index"))
    return _form(request.args.get("graduate", ""), blank_form(PlacementForm))


def _form(
    graduate: str,
    form: FormState,
    *,
    warnings: list[str] | None = None,
    placement: str = "",
    version: int | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    with reading_aside() as database:
        person = find_graduate(database, current_actor(), graduate)
        page = render_template(
            "placements/form.html",
            form=form,
            person=person,
            warned=words.warned(warnings or []),
            codes=[
                (one.qualified, f"{one.code} {one.name}")
                for one in destinations.offered(clock.today())
            ],
            natures=[
                (f"{one.list_name}:{one.code}", f"{one.code} {one.name}")
                for one in destinations.unit_natures(clock.today())
            ],
            bans=[one for one in load_bans() if one.code.startswith("four")],
            placement=placement,
            version=version,
        )
    return page, status


def _facts(wish: PlacementForm) -> PlacementFacts:
    place = read_place(wish.place)
    if wish.place and place.code is None:
        said = gettext("没有认出这个地方，请从提示里选，或填六位代码。")
        raise InvalidInputError("placement_input", said, fields={"place": said})
    return PlacementFacts(
        destination=wish.destination,
        started_on=wish.started_on,
        employer_name=wish.employer_name,
        credit_code=wish.credit_code,
        unit_nature=wish.unit_nature,
        job_title=wish.job_title,
        region_code=place.code,
        pay_fen=None if wish.pay_yuan is None else int(wish.pay_yuan * 100),
        signed_on=wish.signed_on,
        contract_from_on=wish.contract_from_on,
        contract_until_on=wish.contract_until_on,
        is_helped=wish.is_helped,
        is_public_welfare=wish.is_public_welfare,
    )


@bp.post("")
@needs(Permission.RECORD_PLACEMENTS)
def create() -> ResponseReturnValue:
    """Record a placement; what looks wrong is shown and goes on with a reason."""
    session, actor = request_session(), current_actor()
    graduate = request.form.get("graduate", "")
    person = find_graduate(session, actor, graduate)
    wish = read_form(PlacementForm)
    if isinstance(wish, FormErrors):
        return _form(graduate, wish, status=422)
    try:
        made = recording.record(session, actor, person.id, _facts(wish), reason=wish.reason)
    except InvalidInputError as error:
        undo_request()
        shown = list(error.details.get("warnings") or [])  # type: ignore[call-overload] # codes
        return _form(graduate, refused_form(PlacementForm, error), warnings=shown, status=422)
    except RuleBrokenError as error:
        undo_request()
        refused = FormErrors(PlacementForm, request.form, {"": translated(error.message)})
        other = str(error.details.get("placement") or "")
        return _form(graduate, refused, placement=other, status=409)
    toast(gettext("去向已登记，请上传证明后送核"))
    return see_other(url_for("placements.show", public_id=made.public_id))


@bp.get("/<public_id>/edit")
@needs(Permission.RECORD_PLACEMENTS)
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form with what is recorded."""
    with reading_aside() as database:
        whole = reading.read_placement(database, current_actor(), public_id)
    row = whole.placement
    form = blank_form(
        PlacementForm,
        destination=f"{row.destination_list}:{row.destination_code}",
        started_on=row.started_on,
        employer_name=row.employer_name,
        credit_code=row.credit_code,
        unit_nature=row.unit_nature_list and f"{row.unit_nature_list}:{row.unit_nature_code}",
        job_title=row.job_title,
        place=place_words(row.region_code),
        pay_yuan=None if row.pay_fen is None else row.pay_fen / 100,
        signed_on=row.signed_on,
        contract_from_on=row.contract_from_on,
        contract_until_on=row.contract_until_on,
        is_helped=row.is_helped,
        is_public_welfare=row.is_public_welfare,
        reason=whole.warning_reason,
    )
    return _form(whole.graduate.public_id, form, placement=public_id, version=row.version_id)


@bp.post("/<public_id>/edit")
@needs(Permission.RECORD_PLACEMENTS)
def update(public_id: str) -> ResponseReturnValue:
    """Correct what is recorded."""
    session, actor = request_session(), current_actor()
    row = sight.find_placement(session, actor, public_id)
    graduate = reading.read_placement(session, actor, public_id).graduate.public_id
    version = request.form.get("version", type=int)
    wish = read_form(PlacementForm)
    if isinstance(wish, FormErrors):
        return _form(graduate, wish, placement=public_id, version=version, status=422)
    try:
        recording.change(
            session, actor, row.id, _facts(wish), reason=wish.reason, expected_version=version
        )
    except InvalidInputError as error:
        undo_request()
        shown = list(error.details.get("warnings") or [])  # type: ignore[call-overload] # codes
        form = refused_form(PlacementForm, error)
        return _form(
            graduate, form, warnings=shown, placement=public_id, version=version, status=422
        )
    toast(gettext("已更正"))
    return see_other(url_for("placements.show", public_id=public_id))
