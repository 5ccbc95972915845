"""An employer's own data (单位资料): name, code, address, contact; a new name or code voids the check."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.kinds import EmployerState, UnitKind
from matcher.models.employers import Employer
from matcher.services.employers import EmployerInput, get_employer, update_employer
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.choices import industry_words, place_words, read_industry, read_place
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.own_postings import OwnUnit
from web.session import reading_aside, request_session

bp = Blueprint("own_employer", __name__, url_prefix="/my/unit")

MENU = (
    NavItem(
        "own_employer.show",
        msg("单位资料"),
        Permission.EDIT_OWN_POSTINGS,
        "own",
        hint=msg("核对单位资料，换联系人"),
        icon="building",
    ),
)

_OWN = Permission.EDIT_OWN_POSTINGS


@bp.get("")
@needs(_OWN)
def show() -> ResponseReturnValue:
    """Show the own data in its form."""
    employer = get_employer(request_session(), current_actor(), current_actor().employer_id or 0)
    shown = {
        name: getattr(employer, name)
        for name in OwnUnit.model_fields
        if hasattr(employer, name) and name not in ("industry", "unit_kind")
    }
    form = blank_form(
        OwnUnit,
        **shown,
        unit_kind=employer.unit_kind.value if employer.unit_kind else None,
        industry=industry_words(employer.industry),
        place=place_words(employer.region_code),
        version=employer.version_id,
    )
    return _page(form, employer)


def _page(form: FormState, employer: Employer, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "own_postings/unit.html",
        form=form,
        employer=employer,
        unit_kinds=[(kind.value, label(kind)) for kind in UnitKind],
        today=clock.today(),
    )
    return page, status


@bp.post("")
@needs(_OWN)
def update() -> ResponseReturnValue:
    """Change the own data; what was typed stays if it cannot be."""
    actor = current_actor()
    with reading_aside() as session:
        employer = get_employer(session, actor, actor.employer_id or 0)
    wish = read_form(OwnUnit)
    if isinstance(wish, FormErrors):
        return _page(wish, employer, 422)
    place, industry = read_place(wish.place), read_industry(wish.industry)
    said = {"place": place.problem, "industry": industry.problem}
    wrong = {name: why for name, why in said.items() if why}
    if wrong:
        return _page(FormErrors(OwnUnit, request.form, wrong), employer, 422)
    facts = EmployerInput(
        **wish.model_dump(exclude={"place", "industry", "version"}),
        industry=industry.code,
        region_code=place.code,
    )
    before = employer.state
    try:
        changed = update_employer(
            request_session(), actor, employer.id, facts, expected_version=wish.version
        )
    except InvalidInputError as error:
        return _page(refused_form(OwnUnit, error), employer, 422)
    except (RuleBrokenError, ConflictError) as error:
        where = "credit_code" if error.code == "employer_known" else ""
        known = FormErrors(OwnUnit, request.form, {where: gettext(error.message)})
        return _page(known, employer, 409)
    if changed.state is EmployerState.PENDING and before is not EmployerState.PENDING:
        toast(gettext("单位资料已保存，名称或代码改了，等工会重新核验"))
    else:
        toast(gettext("单位资料已保存"))
    return see_other(url_for("own_employer.show"))
