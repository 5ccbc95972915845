"""People a booth met (接触): the list, one person with what may be done, and what is taken along."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.fair_hall import ContactState, ContactStepKind
from matcher.services.fair_hall import contacts, people, slot_lists
from matcher.services.fair_hall.sight import own_place
from matcher.services.permissions import Actor, Permission
from matcher.services.rows import first_or_missing
from web.asked import asked_member
from web.auth import current_actor
from web.forms import Form, FormErrors, FormState, apart, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, translated
from web.marks import needs, rate_limited
from web.pages.own_booth import new_step
from web.paging import page_of, requested_slice
from web.schemas.fair_hall import BookForm, IntentForm, NoteForm, RefuseForm, StepForm
from web.session import reading_aside, request_session, undo_request
from web.words import fair_hall as words
from web.words import fair_hall_sheets as sheets

bp = Blueprint("own_booth_people", __name__, url_prefix="/my-fairs")

_TAKE_PART = Permission.TAKE_PART_IN_FAIRS
_K = ContactStepKind
_FORMS: dict[str, type[Form]] = {
    "resume": StepForm,
    "interviewed": StepForm,
    "intent": IntentForm,
    "refused": RefuseForm,
    "note": NoteForm,
}
"""The form of each step, by its name in the address."""


@bp.get("/<public_id>/booth/people")
@needs(_TAKE_PART)
def index(public_id: str) -> ResponseReturnValue:
    """List whom the booth met, the last first."""
    with reading_aside() as session:
        actor, rows = current_actor(), requested_slice()
        place = own_place(session, actor, public_id)
        state = asked_member("state", ContactState)
        met = people.list_met(
            session, actor, public_id, state, limit=rows.limit, offset=rows.offset
        )
        return render_template(
            "own_booth/people.html",
            place=place,
            met=met,
            state=state,
            states=[(one, label(one)) for one in ContactState],
            pager=page_of(rows, met.total),
            words=words,
        )


@bp.get("/<public_id>/booth/people/<contact_id>")
@needs(_TAKE_PART)
def show(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Show one person with what may be done."""
    return _page(public_id, contact_id)


def _page(
    public_id: str,
    contact_id: str,
    *,
    act: str = "",
    form: FormState | None = None,
    phone: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Show one person; `act` is the step whose form is open, with what was typed."""
    with reading_aside() as session:
        actor = current_actor()
        place = own_place(session, actor, public_id)
        person = people.find_met(session, actor, public_id, contact_id)
        contact = first_or_missing(session, contacts.one_of_place(place, contact_id), lock=False)
        note = contacts.note_of(session, contact)
        forms = {name: blank_form(model, step=new_step()) for name, model in _FORMS.items()}
        forms["note"] = blank_form(NoteForm, step=new_step(), note=note or "")
        forms["book"] = blank_form(BookForm)
        page = render_template(
            "own_booth/person.html",
            place=place,
            person=person,
            note=note,
            steps=contacts.counted_steps(session, person.id),
            forms=apart(forms | ({act: form} if form is not None else {})),
            open_act=act,
            phone=phone,
            postings=people.postings_of(session, place),
            reasons=words.refusal_options(),
            appointment=slot_lists.appointment_of(session, person.id),
            free=slot_lists.free_slots(session, place.id),
            words=words,
        )
    return page, status


@bp.post("/<public_id>/booth/people/<contact_id>/steps/<act>")
@needs(_TAKE_PART)
@rate_limited("240/minute")
def step(public_id: str, contact_id: str, act: str) -> ResponseReturnValue:
    """Write a step down; what was typed stays if it cannot be."""
    if act not in _FORMS:
        abort(404)
    wish = read_form(_FORMS[act])
    if isinstance(wish, FormErrors):
        return _page(public_id, contact_id, act=act, form=wish, status=422)

    def _do(session: Session, by: Actor) -> str:
        return _written(session, by, (public_id, contact_id), act, wish)

    back = url_for("own_booth_people.undo", public_id=public_id, contact_id=contact_id)
    return attempt(public_id, contact_id, act, _do, back="" if act == "note" else back)


def _written(session: Session, by: Actor, where: tuple[str, str], act: str, wish: Any) -> str:
    if act == "note":
        contacts.write_note(session, by, *where, wish.note or "", number=wish.step)
        return gettext("备注已保存")
    kind = _K(act)
    contacts.act(
        session,
        by,
        *where,
        kind,
        number=wish.step,
        posting=getattr(wish, "posting", None),
        reason=getattr(wish, "reason", None),
    )
    return gettext(words.SAID[kind])


def attempt(
    public_id: str,
    contact_id: str,
    act: str,
    run: Callable[[Session, Actor], str],
    *,
    back: str = "",
) -> ResponseReturnValue:
    """Do something with a person and show them again; `back` undoes it, what stands against it is said."""
    try:
        said = run(request_session(), current_actor())
    except InvalidInputError as error:
        undo_request()
        form = refused_form(_FORMS.get(act, BookForm), error)
        return _page(public_id, contact_id, act=act, form=form, status=422)
    except RuleBrokenError as error:
        undo_request()
        model = _FORMS.get(act, BookForm)
        form = FormErrors(model, request.form, {"": translated(error.message)})
        return _page(public_id, contact_id, act=act, form=form, status=409)
    toast(said, back or None)
    return see_other(url_for("own_booth_people.show", public_id=public_id, contact_id=contact_id))


@bp.post("/<public_id>/booth/people/<contact_id>/undo")
@needs(_TAKE_PART)
@rate_limited("120/minute")
def undo(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Take the last step back, within its seconds."""

    def _do(session: Session, by: Actor) -> str:
        contacts.undo(session, by, public_id, contact_id)
        return gettext("已撤销")

    return attempt(public_id, contact_id, "undo", _do)


@bp.post("/<public_id>/booth/people/<contact_id>/phone")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def phone(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Show a number in full."""
    number = people.reveal_phone(request_session(), current_actor(), public_id, contact_id)
    return _page(public_id, contact_id, phone=number)


@bp.post("/<public_id>/booth/people/<contact_id>/resume")
@needs(_TAKE_PART)
@rate_limited("60/minute")
def resume(public_id: str, contact_id: str) -> ResponseReturnValue:
    """Hand out one résumé."""
    content = people.resume_of(request_session(), current_actor(), public_id, contact_id)
    return _file(content, "application/pdf", f"{gettext('简历')}.pdf")


@bp.post("/<public_id>/booth/people/sheet")
@needs(_TAKE_PART)
@rate_limited("20/minute")
def sheet(public_id: str) -> ResponseReturnValue:
    """Hand out the list as a workbook."""
    session, actor = request_session(), current_actor()
    place = own_place(session, actor, public_id)
    rows = people.take_list(session, actor, public_id, asked_member("state", ContactState))
    content = sheets.contact_book(rows, place, settings_of(session).data)
    return _file(content, sheets.XLSX, sheets.file_name())


def _file(content: bytes, kind: str, name: str) -> Response:
    return send_file(BytesIO(content), mimetype=kind, as_attachment=True, download_name=name)
