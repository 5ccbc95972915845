"""Training providers (培训机构): the list, entering and changing."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.models.training import TrainingProvider
from matcher.services.permissions import Permission
from matcher.services.training import providers
from matcher.services.training.providers import ProviderInput
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.schemas.training import ProviderForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("training_providers", __name__, url_prefix="/training-providers")


@bp.get("")
@needs(Permission.MANAGE_TRAINING)
def index() -> ResponseReturnValue:
    """List the providers a course may be of."""
    found = providers.list_providers(request_session(), current_actor())
    return render_template("providers/list.html", rows=found)


@bp.get("/new")
@needs(Permission.MANAGE_TRAINING)
def new() -> ResponseReturnValue:
    """Show the form of a new provider."""
    return _form(blank_form(ProviderForm))


def _form(
    form: FormState, provider: TrainingProvider | None = None, status: int = 200
) -> ResponseReturnValue:
    return render_template("providers/form.html", form=form, provider=provider), status


@bp.post("")
@needs(Permission.MANAGE_TRAINING)
def create() -> ResponseReturnValue:
    """Add a provider."""
    wish = read_form(ProviderForm)
    if isinstance(wish, FormErrors):
        return _form(wish, status=422)
    try:
        facts = ProviderInput(**wish.model_dump(exclude={"version"}))
        providers.add_provider(request_session(), current_actor(), facts)
    except InvalidInputError as error:
        undo_request()
        return _form(refused_form(ProviderForm, error), status=422)
    toast(gettext("机构已登记"))
    return see_other(url_for("training_providers.index"))


@bp.get("/<public_id>")
@needs(Permission.MANAGE_TRAINING)
def edit(public_id: str) -> ResponseReturnValue:
    """Show the form of a provider; telephone and mail stay closed."""
    with reading_aside() as database:
        row = providers.find_provider(database, current_actor(), public_id)
        names = ProviderForm.model_fields.keys() - {"version", "contact_phone", "contact_mail"}
        values = {name: getattr(row, name) for name in names}
        return _form(blank_form(ProviderForm, version=row.version_id, **values), row)


@bp.post("/<public_id>")
@needs(Permission.MANAGE_TRAINING)
def save(public_id: str) -> ResponseReturnValue:
    """Change a provider."""
    session, actor = request_session(), current_actor()
    row = providers.find_provider(session, actor, public_id)
    wish = read_form(ProviderForm)
    if isinstance(wish, FormErrors):
        return _form(wish, row, 422)
    facts = ProviderInput(**wish.model_dump(exclude={"version"}))
    try:
        providers.change_provider(session, actor, row.id, facts, expected_version=wish.version)
    except InvalidInputError as error:
        undo_request()
        with reading_aside() as database:
            again = providers.find_provider(database, actor, public_id)
            return _form(refused_form(ProviderForm, error), again, 422)
    toast(gettext("机构已修改"))
    return see_other(url_for("training_providers.index"))
