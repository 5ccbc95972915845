"""Notes (备注) on a household or a case, beside its other pages."""

from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.kinds.day import NoteLevel
from matcher.services.casework import notes
from matcher.services.casework.cases import find_case
from matcher.services.casework.notes import Subject
from matcher.services.casework.task_subjects import TaskSubject, subjects_of
from matcher.services.hardship.files import find_file
from matcher.services.hardship.sight import sees_whole
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.day import Note
from web.session import reading_aside, request_session
from web.words.day import subject_words
from web.words.file_tabs import tabs_of

bp = Blueprint("notes", __name__)


def _of_file(public_id: str) -> Subject:
    with reading_aside() as database:
        return "household", find_file(database, current_actor(), public_id).id


def _of_case(public_id: str) -> Subject:
    with reading_aside() as database:
        return "case", find_case(database, current_actor(), public_id).id


def _page(subject: Subject, action: str, form: FormState, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        found = notes.list_notes(database, actor, subject)
        about = subjects_of(database, actor, [subject]).get(subject)
        writes = subject[0] == "case" or sees_whole(database, actor, subject[1])
    page = render_template(
        "notes/list.html",
        rows=found,
        about=subject_words(about),
        action=action,
        form=form,
        writes=writes,
        levels=[(one.value, label(one)) for one in NoteLevel],
        tabs=_tabs(subject, about),
    )
    return page, status


def _tabs(subject: Subject, about: TaskSubject | None) -> list[dict[str, Any]]:
    """Return the tabs of the file the notes are on, none for a case."""
    if subject[0] != "household" or about is None:
        return []
    return tabs_of(about.public_id, "notes.of_file")


def _write(subject: Subject, action: str) -> ResponseReturnValue:
    wish = read_form(Note)
    if isinstance(wish, FormErrors):
        return _page(subject, action, wish, 422)
    try:
        notes.write_note(request_session(), current_actor(), subject, wish.words, wish.level)
    except InvalidInputError as error:
        return _page(subject, action, refused_form(Note, error), 422)
    toast(gettext("备注已记下"))
    return see_other(action)


@bp.get("/files/<household_id>/notes")
@needs(Permission.VIEW_FILES)
def of_file(household_id: str) -> ResponseReturnValue:
    """Show the notes on a household that one may read."""
    action = url_for("notes.write_on_file", household_id=household_id)
    return _page(_of_file(household_id), action, blank_form(Note, level=NoteLevel.TEAM.value))


@bp.post("/files/<household_id>/notes")
@needs(Permission.VIEW_FILES)
def write_on_file(household_id: str) -> ResponseReturnValue:
    """Write a note on a household."""
    return _write(_of_file(household_id), url_for("notes.of_file", household_id=household_id))


@bp.get("/cases/<public_id>/notes")
@needs(Permission.VIEW_CASES)
def of_case(public_id: str) -> ResponseReturnValue:
    """Show the notes on a case that one may read."""
    action = url_for("notes.write_on_case", public_id=public_id)
    return _page(_of_case(public_id), action, blank_form(Note, level=NoteLevel.TEAM.value))


@bp.post("/cases/<public_id>/notes")
@needs(Permission.VIEW_CASES)
def write_on_case(public_id: str) -> ResponseReturnValue:
    """Write a note on a case."""
    return _write(_of_case(public_id), url_for("notes.of_case", public_id=public_id))
