"""The parts of a file (档案各项): adding, changing, removing a row, putting a removed one back; causes as a whole."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.services.hardship import causes, changes, parts
from matcher.services.hardship.file_views import FileView, colleagues, view_file
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.conflicts import Difference, conflicted, differences, resolved, sent_marks, written_marks
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, translated
from web.marks import needs
from web.pages.file_part_kinds import KINDS, PartKind, credit_of, facts_of, initial
from web.part_forms import Options, widgets
from web.schemas.files import CausesForm, ReasonForm
from web.session import reading_aside, request_session, undo_request
from web.words.household_fields import value_words
from web.words.household_people import member_name, paper_name

bp = Blueprint("file_parts", __name__, url_prefix="/files")


def _kind(part: str) -> PartKind:
    if part not in KINDS:
        abort(404)
    return KINDS[part]


def _options(view: FileView) -> dict[str, Options]:
    """Return the choices of fields whose values are rows: members, papers, colleagues."""
    people = [(str(one.id), member_name(one)) for one in view.members]
    papers = [(str(one.id), paper_name(one, view)) for one in view.documents]
    with reading_aside() as session:
        others = [(str(key), name) for key, name in colleagues(session, current_actor())]
    return {
        "member_id": people,
        "application_signer_id": people,
        "authorisation_signer_id": people,
        "evidence_document_id": papers,
        "credited_to_id": others,
        "on_behalf_of_id": others,
    }


def _form_page(
    household_id: str,
    part: str,
    form: FormState,
    *,
    row_id: int | None = None,
    marks: Mapping[str, str] | None = None,
    differing: list[Difference] | None = None,
) -> ResponseReturnValue:
    """Show the form of a part; a refused or conflicting one with what was typed."""
    kind = _kind(part)
    with reading_aside() as session:
        view = view_file(session, current_actor(), household_id)
        if not view.is_whole:
            abort(404)
        page = render_template(
            "files/part.html",
            view=view,
            part=part,
            kind=kind,
            form=form,
            widgets=widgets(
                kind.form,
                _options(view),
                skip=(
                    "credited_to_id",
                    "on_behalf_of_id",
                    "member_id" if row_id and part in ("work", "schooling") else "",
                ),
            ),
            credit=widgets(kind.form, _options(view), skip=_plain_fields(kind)),
            row_id=row_id,
            marks=written_marks(marks or {}),
            differing=differing or [],
        )
    return page, 409 if differing else 422 if form.errors else 200


def _plain_fields(kind: PartKind) -> list[str]:
    return [
        one for one in kind.form.model_fields if one not in ("credited_to_id", "on_behalf_of_id")
    ]


@bp.get("/<household_id>/facts/<part>/new")
@needs(Permission.EDIT_FILES)
def new(household_id: str, part: str) -> ResponseReturnValue:
    """Show the empty form of a part."""
    member = request.args.get("member", type=int)
    return _form_page(household_id, part, blank_form(_kind(part).form, member_id=member))


@bp.post("/<household_id>/facts/<part>/new")
@needs(Permission.EDIT_FILES)
def create(household_id: str, part: str) -> ResponseReturnValue:
    """Add a row to a part."""
    kind, actor = _kind(part), current_actor()
    wish = read_form(kind.form)
    with reading_aside() as reader:
        found = view_file(reader, actor, household_id).household.id
    if isinstance(wish, FormErrors):
        return _form_page(household_id, part, wish)
    try:
        kind.add(request_session(), actor, found, facts_of(wish), credit_of(wish))
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        return _form_page(household_id, part, _refused(kind, error))
    toast(gettext("%(one)s已登记", one=translated(kind.one)))
    return see_other(url_for("files.show", household_id=household_id) + f"#{part}")


def _refused(kind: PartKind, error: InvalidInputError | RuleBrokenError) -> FormErrors:
    if isinstance(error, InvalidInputError):
        return refused_form(kind.form, error)
    return FormErrors(kind.form, request.form, {"": translated(error.message)})


@bp.get("/<household_id>/facts/<part>/<int:row_id>")
@needs(Permission.EDIT_FILES)
def edit(household_id: str, part: str, row_id: int) -> ResponseReturnValue:
    """Show a row in its form."""
    kind = _kind(part)
    stands, marks = _stands(household_id, kind, row_id)
    return _form_page(
        household_id, part, blank_form(kind.form, **stands), row_id=row_id, marks=marks
    )


def _stands(
    household_id: str, kind: PartKind, row_id: int
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what stands in a row, and its marks."""
    with reading_aside() as session:
        view = view_file(session, current_actor(), household_id)
        if not view.is_whole:
            abort(404)
        row = parts.get_part(session, view.household, kind.model, row_id)
        return initial(row, kind.form), changes.marks(row, kind.fields)


@bp.post("/<household_id>/facts/<part>/<int:row_id>")
@needs(Permission.EDIT_FILES)
def update(household_id: str, part: str, row_id: int) -> ResponseReturnValue:
    """Change a row; what another changed meanwhile is shown beside one's own."""
    kind, actor = _kind(part), current_actor()
    stands, marks = _stands(household_id, kind, row_id)
    wish = read_form(kind.form, resolved(stands))
    with reading_aside() as reader:
        found = view_file(reader, actor, household_id).household.id
    if isinstance(wish, FormErrors):
        return _form_page(household_id, part, wish, row_id=row_id, marks=sent_marks())
    try:
        kind.change(request_session(), actor, found, row_id, facts_of(wish), sent_marks())
    except ConflictError as error:
        undo_request()
        form = conflicted(blank_form(kind.form))

        def words(column: str, value: Any) -> str:
            return value_words(kind.model.__tablename__, column, value)

        told = differences(error, form, words)
        return _form_page(household_id, part, form, row_id=row_id, marks=marks, differing=told)
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        return _form_page(household_id, part, _refused(kind, error), row_id=row_id, marks=marks)
    toast(gettext("%(one)s已保存", one=translated(kind.one)))
    return see_other(url_for("files.show", household_id=household_id) + f"#{part}")


@bp.post("/<household_id>/facts/<part>/<int:row_id>/remove")
@needs(Permission.EDIT_FILES)
def remove(household_id: str, part: str, row_id: int) -> ResponseReturnValue:
    """Remove a row that was entered by mistake; the toast puts it back."""
    kind, actor, session = _kind(part), current_actor(), request_session()
    wish = read_form(ReasonForm)
    reason = "" if isinstance(wish, FormErrors) else wish.reason
    household = view_file(session, actor, household_id).household
    removed = parts.remove(session, actor, household.id, kind.model, row_id, reason=reason)
    back = url_for("file_parts.put_back", household_id=household_id, change_id=removed.id)
    toast(gettext("%(one)s已移除", one=translated(kind.one)), undo=back)
    return see_other(url_for("files.show", household_id=household_id) + f"#{part}")


@bp.post("/<household_id>/changes/<int:change_id>/put-back")
@needs(Permission.EDIT_FILES)
def put_back(household_id: str, change_id: int) -> ResponseReturnValue:
    """Put a removed row back."""
    session, actor = request_session(), current_actor()
    household = view_file(session, actor, household_id).household
    parts.put_back(session, actor, household.id, change_id)
    toast(gettext("已恢复"))
    return see_other(url_for("files.show", household_id=household_id))


@bp.get("/<household_id>/causes")
@needs(Permission.EDIT_FILES)
def edit_causes(household_id: str) -> ResponseReturnValue:
    """Show the causes in their form."""
    stands, marks = _causes_stand(household_id)
    return _causes_page(household_id, blank_form(CausesForm, **stands), marks)


def _causes_stand(household_id: str) -> tuple[dict[str, Any], dict[str, str]]:
    with reading_aside() as session:
        view = view_file(session, current_actor(), household_id)
        if not view.is_whole:
            abort(404)
        facts = causes.cause_facts(view.causes)
    stands = {
        "main": facts["main"],
        "secondary": [one for one in facts["secondary"].split("，") if one],
        "detail": facts["detail"],
    }
    return stands, facts


def _causes_page(
    household_id: str,
    form: FormState,
    marks: Mapping[str, str],
    differing: list[Difference] | None = None,
) -> ResponseReturnValue:
    with reading_aside() as session:
        page = render_template(
            "files/causes.html",
            view=view_file(session, current_actor(), household_id),
            form=form,
            widgets=widgets(CausesForm),
            marks=written_marks(marks),
            differing=differing or [],
        )
    return page, 409 if differing else 422 if form.errors else 200


@bp.post("/<household_id>/causes")
@needs(Permission.EDIT_FILES)
def set_causes(household_id: str) -> ResponseReturnValue:
    """Set the causes in place of those that stand."""
    actor = current_actor()
    stands, marks = _causes_stand(household_id)
    wish = read_form(CausesForm, resolved(stands))
    if isinstance(wish, FormErrors):
        return _causes_page(household_id, wish, sent_marks() or marks)
    with reading_aside() as reader:
        found = view_file(reader, actor, household_id).household.id
    facts = causes.CausesInput(main=wish.main, secondary=tuple(wish.secondary), detail=wish.detail)
    try:
        causes.set_causes(request_session(), actor, found, facts, seen=sent_marks())
    except ConflictError as error:
        undo_request()
        form = conflicted(blank_form(CausesForm))

        def words(column: str, value: Any) -> str:
            return value_words("household_cause", column, value)

        return _causes_page(household_id, form, marks, differences(error, form, words))
    except InvalidInputError as error:
        undo_request()
        return _causes_page(household_id, refused_form(CausesForm, error), marks)
    toast(gettext("致困原因已保存"))
    return see_other(url_for("files.show", household_id=household_id) + "#causes")
