"""What units may claim (单位政策): in general for an employer, exactly for one hire; for the union's staff alone."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.services.employers import get_employer
from matcher.services.entitlements import applications, facts, units
from matcher.services.entitlements.facts import About
from matcher.services.entitlements.units import UnitView
from matcher.services.permissions import Permission
from matcher.services.placements.sight import find_placement
from matcher.services.rows import not_found
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.pages.entitlements import chosen, sent_answers
from web.schemas.entitlements import AskedForm, StartForm
from web.session import reading_aside, request_session, undo_request
from web.words import entitlements as words

bp = Blueprint("entitlement_units", __name__, url_prefix="/entitlements")


@bp.get("/employers/<int:employer_id>")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def employer(employer_id: int) -> ResponseReturnValue:
    """Show what an employer may claim in general, and what to ask it."""
    return _employer(employer_id)


def _employer(
    employer_id: int, asked: FormState | None = None, status: int = 200
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        unit = get_employer(database, actor, employer_id)
        view = units.of_employer(database, actor, employer_id)
        page = render_template(
            "entitlements/unit.html",
            title=unit.name,
            back=url_for("employers.show", employer_id=employer_id),
            address=url_for(".ask_employer", employer_id=employer_id),
            start_address="",
            **_shown(view, asked),
        )
    return page, status


def _shown(view: UnitView, asked: FormState | None) -> dict[str, Any]:
    typed = dict(request.form) if asked else {}
    return {
        "view": view,
        "questions": [
            words.question(code, view.known, typed=typed.get(f"fact-{code}")) for code in view.asks
        ],
        "asked": asked or blank_form(AskedForm, asked_on=clock.today()),
        "today": clock.today(),
        "words": words,
    }


@bp.post("/employers/<int:employer_id>/facts")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def ask_employer(employer_id: int) -> ResponseReturnValue:
    """Write down what an employer answered."""
    session, actor = request_session(), current_actor()
    get_employer(session, actor, employer_id)
    wish = read_form(AskedForm)
    if isinstance(wish, FormErrors):
        return _employer(employer_id, wish, 422)
    try:
        facts.record_facts(
            session, actor, About(employer_id=employer_id), sent_answers(),
            basis=wish.basis, asked_on=wish.asked_on,
        )  # fmt: skip
    except InvalidInputError as error:
        undo_request()
        return _employer(employer_id, refused_form(AskedForm, error), 422)
    toast(gettext("单位的情况已记下"))
    return see_other(url_for(".employer", employer_id=employer_id))


@bp.get("/hires/<public_id>")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def hire(public_id: str) -> ResponseReturnValue:
    """Show what a unit may claim for one hire."""
    return _hire(public_id)


def _hire(public_id: str, asked: FormState | None = None, status: int = 200) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as database:
        placement = find_placement(database, actor, public_id)
        view = units.of_hire(database, actor, placement.id)
        if view is None:
            raise not_found()
        page = render_template(
            "entitlements/unit.html",
            title=placement.employer_name or gettext("用人单位"),
            back=url_for("placements.show", public_id=public_id),
            address=url_for(".ask_hire", public_id=public_id),
            start_address=url_for(".start", public_id=public_id),
            **_shown(view, asked),
        )
    return page, status


@bp.post("/hires/<public_id>/facts")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def ask_hire(public_id: str) -> ResponseReturnValue:
    """Write down what was answered of a hire; what is the unit's is kept at the unit."""
    session, actor = request_session(), current_actor()
    placement = find_placement(session, actor, public_id)
    view = units.of_hire(session, actor, placement.id)
    if view is None:
        raise not_found()
    wish = read_form(AskedForm)
    if isinstance(wish, FormErrors):
        return _hire(public_id, wish, 422)
    try:
        units.record(
            session, actor, placement, sent_answers(), basis=wish.basis, asked_on=wish.asked_on
        )
    except InvalidInputError as error:
        undo_request()
        return _hire(public_id, refused_form(AskedForm, error), 422)
    toast(gettext("情况已记下"))
    return see_other(url_for(".hire", public_id=public_id))


@bp.post("/hires/<public_id>/start")
@needs(Permission.FOLLOW_ENTITLEMENTS)
def start(public_id: str) -> ResponseReturnValue:
    """Begin an application of the unit for one hire."""
    session, actor = request_session(), current_actor()
    placement = find_placement(session, actor, public_id)
    view = units.of_hire(session, actor, placement.id)
    wish = read_form(StartForm)
    if view is None or view.person is None or isinstance(wish, FormErrors):
        raise not_found()
    offered = chosen(view.offered, wish.code)
    made = applications.start(
        session, actor, view.person, offered, words=wish.words, placement_id=placement.id
    )
    toast(gettext("已开始办理：%(name)s", name=words.name_of(made.entitlement)))
    return see_other(url_for("entitlement_acts.show", public_id=made.public_id))
