"""Opening a file (新建家庭档案): holder, members, check, save; people who stand in a file already are shown on the way.

What was typed goes from step to step sealed in a hidden field, so that no number stands in a page again; nothing
is written before the last step but the trail of each look for duplicates.
"""

import json
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.db.engine import ring_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.identity import mask_id_number, mask_name, mask_phone
from matcher.services.hardship import files
from matcher.services.hardship.duplicates import Duplicate, Sought, find_duplicates
from matcher.services.hardship.files import FileInput
from matcher.services.hardship.members import MemberInput, check_members
from matcher.services.permissions import Permission
from web.auth import current_actor
from web.forms import Form, FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs, rate_limited
from web.part_forms import widgets
from web.schemas.files import HolderForm, PersonForm
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("file_entry", __name__, url_prefix="/files")

_SEALED = "web.file_entry"
_HEAD = frozenset(HolderForm.model_fields) - frozenset(PersonForm.model_fields)
_MOST_PEOPLE = 15

People = list[dict[str, Any]]


@bp.get("/new")
@needs(Permission.EDIT_FILES)
def new() -> ResponseReturnValue:
    """Show the first step: the holder."""
    return _holder_page(blank_form(HolderForm, relation=gettext("本人")))


@bp.post("/new")
@needs(Permission.EDIT_FILES)
@rate_limited("120/minute")
def step() -> ResponseReturnValue:
    """Take one step: holder, member, drop, check or save."""
    taken = request.form.get("step", "")
    if taken == "holder":
        return _take_holder()
    people = _opened(request.form.get("people", ""))
    if not people:
        return _holder_page(blank_form(HolderForm, relation=gettext("本人")))
    if taken == "member":
        return _take_member(people)
    if taken.startswith("drop-") and taken[5:].isdigit():
        kept = [one for at, one in enumerate(people) if at != int(taken[5:]) or at == 0]
        return _members_page(kept, blank_form(PersonForm))
    if taken == "save":
        return _save(people)
    if taken == "check":
        return _check_page(people)
    return _members_page(people, blank_form(PersonForm))


def _holder_page(form: FormState) -> ResponseReturnValue:
    page = render_template("files/new_holder.html", form=form, widgets=widgets(form.model))
    return page, 422 if form.errors else 200


def _take_holder() -> ResponseReturnValue:
    wish = read_form(HolderForm)
    if isinstance(wish, FormErrors):
        return _holder_page(wish)
    person = _plain(wish)
    wrong = _wrong([person], 0)
    if wrong:
        return _holder_page(FormErrors(HolderForm, request.form, wrong))
    return _members_page([person], blank_form(PersonForm))


def _take_member(people: People) -> ResponseReturnValue:
    wish = read_form(PersonForm)
    if isinstance(wish, FormErrors):
        return _members_page(people, wish)
    person = _plain(wish)
    wrong = _wrong([*people, person], len(people))
    if len(people) >= _MOST_PEOPLE:
        wrong = {"": gettext("一次最多登记 %(n)s 人，其余建档后再补。", n=_MOST_PEOPLE)}
    if wrong:
        return _members_page(people, FormErrors(PersonForm, request.form, wrong))
    return _members_page([*people, person], blank_form(PersonForm))


def _plain(form: Form) -> dict[str, Any]:
    return form.model_dump(mode="json")


def _wrong(people: People, at: int) -> dict[str, str]:
    """Return what is wrong with the person at a place, by field of its form."""
    try:
        check_members(_inputs(people))
    except InvalidInputError as error:
        fields = error.details["fields"]
        start = f"members.{at}."
        return {
            name.removeprefix(start): translated(why)
            for name, why in fields.items()  # type: ignore[attr-defined] # a dict
            if name.startswith(start)
        }
    return {}


def _inputs(people: People) -> list[MemberInput]:
    """Return the people as the use case takes them, the first being the holder."""
    made = []
    for at, one in enumerate(people):
        plain = PersonForm.model_validate({k: v for k, v in one.items() if k not in _HEAD})
        made.append(MemberInput(is_holder=at == 0, **plain.model_dump()))
    return made


def _members_page(people: People, form: FormState) -> ResponseReturnValue:
    with_found = _duplicates(people)
    page = render_template(
        "files/new_members.html",
        form=form,
        widgets=widgets(PersonForm),
        people=_told(people),
        sealed=_closed(people),
        duplicates=with_found,
    )
    return page, 422 if form.errors else 200


def _check_page(people: People, error: str = "") -> ResponseReturnValue:
    found = _duplicates(people)
    head = [
        (translated(HolderForm.model_fields[name].title or name), str(people[0].get(name) or ""))
        for name in HolderForm.model_fields
        if name in _HEAD and name != "address"
    ]
    page = render_template(
        "files/new_check.html",
        people=_told(people),
        sealed=_closed(people),
        duplicates=found,
        forbidden=any(one.forbids for one in found),
        head=[(term, words) for term, words in head if words],
        error=error,
    )
    return page, 409 if error else 200


def _save(people: People) -> ResponseReturnValue:
    """Open the file; likenesses must have been looked at."""
    found = _duplicates(people)
    if found and request.form.get("looked") != "yes":
        return _check_page(people, gettext("有人可能已在别的档案里。核对后勾选“已核对”，再新建。"))
    first = people[0]
    wish = HolderForm.model_validate(first)
    facts = FileInput(
        file_number=wish.file_number or "",
        applied_on=wish.applied_on,
        unit_name=wish.unit_name,
        region_code=wish.region_code,
        address=wish.address,
    )
    try:
        made = files.open_file(request_session(), current_actor(), facts, _inputs(people))
    except (InvalidInputError, RuleBrokenError) as error:
        undo_request()
        return _check_page(people, translated(error.message))
    toast(
        gettext("档案 %(number)s 已新建，状态为填写中", number=made.file_number),
        undo=url_for("file_acts.withdraw_new", household_id=made.public_id),
    )
    return see_other(url_for("files.show", household_id=made.public_id))


@bp.post("/duplicates")
@needs(Permission.EDIT_FILES)
@rate_limited("60/minute")
def duplicates() -> ResponseReturnValue:
    """Say where a person stands already, while the form is being typed."""
    wish = read_form(PersonForm)
    name = request.form.get("name", "").strip()
    plain: dict[str, Any] = {"name": name, "id_number": request.form.get("id_number")}
    if not isinstance(wish, FormErrors):
        plain = _plain(wish)
    return render_template("files/_duplicates.html", duplicates=_duplicates([plain]), people=[])


def _duplicates(people: People) -> list[Duplicate]:
    """Return where these people stand already; each look is logged."""
    sought = [
        Sought(
            name=one.get("name") or "",
            id_number=one.get("id_number"),
            birth_on=PersonForm.model_validate({**one, "relation": "-"}).birth_on
            if one.get("name")
            else None,
            phone=one.get("phone"),
        )
        for one in people
    ]
    return find_duplicates(request_session(), current_actor(), sought)


def _told(people: People) -> list[dict[str, str]]:
    """Return the people as a page shows them, masked."""
    shown = []
    for one in people:
        plain = PersonForm.model_validate({k: v for k, v in one.items() if k not in _HEAD})
        shown.append(
            {
                "name": mask_name(plain.name),
                "relation": plain.relation,
                "id_number": mask_id_number(plain.id_number) if plain.id_number else "",
                "phone": mask_phone(plain.phone) if plain.phone else "",
                "health": label(plain.health),
                "employment_state": plain.employment_state or "",
            }
        )
    return shown


def _closed(people: People) -> str:
    """Return the people sealed, for the hidden field."""
    with reading_aside() as session:
        return ring_of(session).encrypt(json.dumps(people, ensure_ascii=False), _SEALED).hex()


def _opened(text: str) -> People:
    """Return the people out of the hidden field; nothing if it was not made here."""
    try:
        with reading_aside() as session:
            found = json.loads(ring_of(session).decrypt(bytes.fromhex(text), _SEALED))
    except Exception:  # noqa: BLE001 - whatever is wrong with it, the entry begins anew
        return []
    return found if isinstance(found, list) else []
