"""What an employer answers (单位答复): one person, or many at once with every one judged."""

from typing import Any

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import ConflictError, InvalidInputError, RuleBrokenError
from matcher.services.permissions import Permission
from matcher.services.referrals import employer_acts, employer_people
from matcher.services.referrals.batches import MOST
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, msg, translated
from web.marks import needs
from web.pages.own_people import person_page
from web.schemas.own_people import FORMS, SeenForm
from web.session import reading_aside, request_session, undo_request
from web.words import own_people as words

bp = Blueprint("own_people_acts", __name__, url_prefix="/people")

_ANSWERS = Permission.ANSWER_REFERRALS

_DONE = {
    "invite": msg("面试已约，本人会收到通知"),
    "attendance": msg("到场情况已登记"),
    "offer": msg("录用已发出，等本人答复"),
    "refuse": msg("已答复不合适"),
    "hold": msg("已暂缓，到期提醒您"),
    "resume": msg("已回到暂缓之前"),
    "report": msg("报到已登记"),
    "stay": msg("已确认在岗"),
    "missing": msg("已登记没有来报到，席位空出"),
    "left": msg("离职已登记，席位空出"),
}


@bp.post("/<public_id>/answers/<act>")
@needs(_ANSWERS)
def answer(public_id: str, act: str) -> ResponseReturnValue:
    """Answer one person; what was typed stays if it cannot be."""
    actor = current_actor()
    with reading_aside() as session:
        employer_people.find_person(session, actor, public_id)
    wish = read_form(_form_of(act))
    if isinstance(wish, FormErrors):
        return person_page(public_id, act=act, form=wish, status=422)
    facts = wish.model_dump(exclude={"seen"})
    try:
        employer_acts.answer(request_session(), actor, public_id, act, facts, seen=wish.seen)
    except (InvalidInputError, RuleBrokenError, ConflictError) as error:
        undo_request()
        status = 422 if isinstance(error, InvalidInputError) else 409
        return person_page(public_id, act=act, form=_refused(act, error), status=status)
    toast(gettext(_DONE[act]))
    return see_other(url_for("own_people.show", public_id=public_id))


def _form_of(act: str) -> type[SeenForm]:
    if act not in FORMS:
        abort(404)
    return FORMS[act]


def _refused(act: str, error: InvalidInputError | RuleBrokenError | ConflictError) -> FormState:
    """Return the form as it was typed, with what stands against it."""
    if isinstance(error, InvalidInputError):
        return refused_form(FORMS[act], error)
    return FormErrors(FORMS[act], request.form, {"": translated(error.message)})


@bp.get("/many")
@needs(_ANSWERS)
def many() -> ResponseReturnValue:
    """Show who was chosen and what the answer to all of them needs."""
    return _many_page(request.args.get("act", ""), request.args.getlist("pick"))


def _many_page(
    act: str, picked: list[str], form: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    chosen = next((one for one in words.MANY if one.name == act), words.INVITE)
    with reading_aside() as session:
        people = employer_people.find_people(session, current_actor(), picked[:MOST])
        page = render_template(
            "own_people/many.html",
            act=chosen,
            people=people,
            form=form or blank_form(FORMS[chosen.name]),
            reasons=words.refusal_options(),
            words=words,
        )
    return page, status


@bp.post("/many")
@needs(_ANSWERS)
def answer_many() -> ResponseReturnValue:
    """Answer many people and show what became of each."""
    act, picked = request.form.get("act", ""), request.form.getlist("pick")
    if act not in employer_acts.MANY:
        abort(404)
    wish = read_form(FORMS[act])
    if isinstance(wish, FormErrors):
        return _many_page(act, picked, wish, 422)
    facts: dict[str, Any] = wish.model_dump(exclude={"seen"})
    try:
        found = employer_acts.answer_many(request_session(), current_actor(), picked, act, facts)
    except InvalidInputError as error:
        undo_request()
        return _many_page(act, picked, refused_form(FORMS[act], error), 422)
    return render_template(
        "own_people/outcomes.html",
        act=next(one for one in words.MANY if one.name == act),
        rows=[(one, translated(one.refusal) if one.refusal else "") for one in found],
        done=sum(not one.refusal for one in found),
        words=words,
    )
