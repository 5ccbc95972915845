"""Merging two files of one household (合并档案): choose the other file, compare, merge, take back."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.models.households import Household
from matcher.services.hardship import merge_candidates, merge_undo, merging
from matcher.services.hardship.merge_previews import MergePreview, Side
from matcher.services.hardship.merging import MergeChoices
from matcher.services.hardship.sight import find_whole
from matcher.services.permissions import Permission
from web.asked import asked_words
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.schemas.joins import MergeForm
from web.session import reading_aside, request_session
from web.words import merges
from web.words.file_tabs import around

bp = Blueprint("file_merges", __name__, url_prefix="/files")


@bp.get("/<household_id>/merge")
@needs(Permission.EDIT_FILES)
def choose(household_id: str) -> ResponseReturnValue:
    """Show which file may be the same household, or the two side by side once one is chosen."""
    other = request.args.get("with", "")
    if other:
        return _side_by_side(household_id, other, blank_form(MergeForm))
    session, actor, words = request_session(), current_actor(), asked_words("q")
    kept = find_whole(session, actor, household_id)
    return render_template(
        "files/merge_choose.html",
        **around(kept.public_id, "file_merges.choose"),
        kept=kept,
        words=words,
        candidates=merge_candidates.list_candidates(session, actor, kept.id, words),
        made=merge_undo.list_merges(session, actor, kept.id),
    )


def _both(session: Session, household_id: str, other: str) -> tuple[Household, Household]:
    actor = current_actor()
    return find_whole(session, actor, household_id), find_whole(session, actor, other)


def _side_by_side(household_id: str, other: str, form: FormState) -> ResponseReturnValue:
    with reading_aside() as session:
        kept, gone = _both(session, household_id, other)
        preview = merging.preview_merge(session, current_actor(), kept.id, gone.id)
        page = render_template(
            "files/merge.html",
            **around(household_id, "file_merges.choose"),
            kept=preview.kept,
            gone=preview.gone,
            head=merges.head_words(preview),
            people=merges.people_words(preview),
            only_kept=merges.names_of(preview.only_kept),
            form=form,
            chosen=request.form,
        )
    return page, 422 if isinstance(form, FormErrors) else 200


@bp.post("/<household_id>/merge")
@needs(Permission.EDIT_FILES)
def merge(household_id: str) -> ResponseReturnValue:
    """Merge as chosen."""
    other = request.form.get("with", "")
    wish = read_form(MergeForm)
    if isinstance(wish, FormErrors):
        return _side_by_side(household_id, other, wish)
    session, actor = request_session(), current_actor()
    kept, gone = _both(session, household_id, other)
    preview = merging.preview_merge(session, actor, kept.id, gone.id)
    versions = tuple(request.form.get(f"version_{one}", type=int) for one in ("kept", "gone"))
    made = merging.merge_files(
        session,
        actor,
        kept.id,
        gone.id,
        _choices(preview),
        reason=wish.reason,
        expected_versions=versions if None not in versions else None,  # type: ignore[arg-type]  # both are there
    )
    undo = url_for("file_merges.undo", merge_id=made.public_id)
    toast(gettext("两份档案已合并，30 天内可以撤销"), undo)
    return see_other(url_for("files.show", household_id=household_id))


def _choices(preview: MergePreview) -> MergeChoices:
    sides = {side.value: side for side in Side}
    chosen = {name: sides[value] for name, value in request.form.items() if value in sides}
    members = {
        pair.gone.id: {
            one.field.name: chosen[f"m{pair.gone.id}.{one.field.name}"]
            for one in pair.fields
            if f"m{pair.gone.id}.{one.field.name}" in chosen
        }
        for pair in preview.members
    }
    head = {
        one.field.name: chosen[f"head.{one.field.name}"]
        for one in preview.head
        if f"head.{one.field.name}" in chosen
    }
    return MergeChoices(head, members)


@bp.post("/merges/<merge_id>/undo")
@needs(Permission.EDIT_FILES)
def undo(merge_id: str) -> ResponseReturnValue:
    """Take a merge back; say which fields keep a newer value."""
    session = request_session()
    undone, newer = merge_undo.undo_merge(session, current_actor(), merge_id)
    kept = session.get_one(Household, undone.kept_id)
    if newer:
        names = "、".join(gettext(merges.FIELDS[name]) for name in newer)
        toast(gettext("合并已撤销；合并之后改过的项目保持不变：%(names)s", names=names))
    else:
        toast(gettext("合并已撤销，两份档案和合并前一样"))
    return see_other(url_for("files.show", household_id=kept.public_id))
