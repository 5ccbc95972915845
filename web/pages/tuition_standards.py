"""The cities' standards of tuition aid (助学标准): read by everybody below, set at city level only."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.tuition import AdmissionBatch
from matcher.policy.tuition import AmountKey
from matcher.services.permissions import Permission
from matcher.services.tuition import standards
from matcher.services.tuition.standards import LEVELS, PLACES, STAGES, StandardInput, StandardRow
from web.auth import current_actor
from web.filters import yuan
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.pages.tuition import school_year
from web.schemas.tuition import StandardForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("tuition_standards", __name__, url_prefix="/tuition/standards")

_KEYS: tuple[AmountKey, ...] = tuple(
    (stage, place, level) for level in LEVELS for stage in STAGES for place in PLACES
)


def _field(key: AmountKey) -> str:
    stage, place, level = key
    return f"{stage.value}_{place.value}_{level.value}"


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """Show the standard in force, the editions, and the form where the actor may set one."""
    return _page()


def _page(filled: FormState | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        union_id = actor.union_id or 0
        now = standards.standard_for(database, union_id, school_year())
        form = filled or blank_form(StandardForm, **_initial(now))
        page = render_template(
            "tuition/standards.html",
            now=now,
            year=school_year(),
            editions=standards.list_editions(database, actor),
            may_set=standards.may_set(database, actor),
            form=form,
            keys=_KEYS,
            amount_fields=[_field(key) for key in sorted(_KEYS, key=_by_level)],
            batches=[(one.value, label(one)) for one in AdmissionBatch],
        )
    return page, 422 if filled else 200


def _initial(now: StandardRow | None) -> dict[str, object]:
    """Return what the form begins with: the standard in force, to be changed."""
    year: dict[str, object] = {"from_year": clock.today().year}
    if now is None:
        return year
    amounts = {_field(key): yuan(fen).replace(",", "") for key, fen in now.terms.amounts.items()}
    batches = [one.value for one in now.terms.batches]
    return {**year, "home_region": now.terms.home_region, "batches": batches, **amounts}


def _by_level(key: AmountKey) -> int:
    """Put the level most are of first."""
    return ("bachelor", "college", "graduate").index(key[2].value)


@bp.post("")
@needs(Permission.MANAGE_DRIVE)
def create() -> ResponseReturnValue:
    """Set the city's standard."""
    wish = read_form(StandardForm)
    if isinstance(wish, FormErrors):
        return _page(wish)
    amounts = {key: getattr(wish, _field(key)) for key in _KEYS}
    try:
        standards.set_standard(
            request_session(),
            current_actor(),
            StandardInput(
                from_year=wish.from_year,
                home_region=wish.home_region,
                batches=frozenset(wish.batches),
                amounts={key: int(one * 100) for key, one in amounts.items() if one is not None},
                source=wish.source,
            ),
        )
    except InvalidInputError as error:
        undo_request()
        return _page(refused_form(StandardForm, error))
    toast(gettext("标准已更新，下级工会都按它办"))
    return see_other(url_for("tuition_standards.index"))
