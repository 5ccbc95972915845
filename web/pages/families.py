"""One household's way (家庭全程): the page, and every act done on it.

Addresses and titles say nothing of anybody's status; names are masked, what persons said opens for who works on it.
"""

from collections.abc import Callable

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from matcher.errors import InvalidInputError
from matcher.services import clocks
from matcher.services.hardship.sight import find_whole
from matcher.services.permissions import Permission
from matcher.services.zero_employment import (
    aid,
    claims,
    recognition,
    refusals,
    retirement,
    side_exits,
)
from matcher.services.zero_employment.moves import Doing
from matcher.services.zero_employment.recognition import DecisionInput
from matcher.services.zero_employment.refusals import CHECK_POINTS, RefusalInput
from matcher.services.zero_employment.side_exits import SideExitInput
from web.auth import current_actor
from web.forms import AnyForm, FormErrors, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext
from web.marks import needs
from web.pages.family_page import show_page
from web.schemas.families import (
    CheckForm,
    ClueForm,
    DecisionForm,
    MoveDueForm,
    OriginalAgeForm,
    RefusalForm,
    SideExitForm,
    StepForm,
)
from web.session import reading_aside, request_session, undo_request

bp = Blueprint("families", __name__, url_prefix="/families")

_EDITS = (Permission.EDIT_FILES, Permission.EDIT_CASES)


@bp.get("/<public_id>")
@needs(Permission.VIEW_FILES)
def show(public_id: str) -> ResponseReturnValue:
    """Show where a household stands and what is to be done next."""
    return show_page(public_id)


def _id_of(public_id: str) -> int:
    return find_whole(request_session(), current_actor(), public_id).id


def _version() -> int | None:
    return request.form.get("version", type=int)


def _act(
    public_id: str, model: type[AnyForm], do: Callable[[AnyForm, int], object], done: str
) -> ResponseReturnValue:
    """Read a form, do what it asks, and go back to the page; or show what is wrong on the page."""
    with reading_aside() as session:
        find_whole(session, current_actor(), public_id)
    wish = read_form(model)
    if isinstance(wish, FormErrors):
        return show_page(public_id, wish)
    try:
        do(wish, _id_of(public_id))
    except InvalidInputError as error:
        undo_request()
        return show_page(public_id, refused_form(model, error))
    toast(done)
    return see_other(url_for("families.show", public_id=public_id))


@bp.post("/<public_id>/clue")
@needs(Permission.EDIT_FILES)
def clue(public_id: str) -> ResponseReturnValue:
    """Record a clue."""

    def do(wish: ClueForm, household_id: int) -> object:
        return claims.open_clue(request_session(), current_actor(), household_id, note=wish.note)

    return _act(public_id, ClueForm, do, gettext("线索已登记"))


_DOING = {
    "declare": (claims.declare, "declared"),
    "community": (claims.send_to_community, "sent_to_community"),
    "publicity": (claims.begin_publicity, "publicity_begun"),
    "aid": (aid.begin_aid, "aid_begun"),
}
_WITH_NOTE = {
    "back": claims.send_back,
    "reject": claims.reject,
    "stable": aid.confirm_stable,
    "finish": aid.finish,
    "return": aid.come_back,
}


@bp.post("/<public_id>/steps")
@needs(*_EDITS)
def step(public_id: str) -> ResponseReturnValue:
    """Go one step on, or back."""
    name = request.form.get("step", "")

    def do(wish: StepForm, household_id: int) -> object:
        session, actor, version = request_session(), current_actor(), _version()
        if name in _WITH_NOTE:
            act = _WITH_NOTE[name]
            return act(session, actor, household_id, wish.note or "", expected_version=version)
        if name not in _DOING:
            raise InvalidInputError(
                "step_unknown", "请选择要办的事。", fields={"note": "请选择要办的事。"}
            )
        use_case, code = _DOING[name]
        return use_case(session, actor, household_id, _doing(code, wish), expected_version=version)

    return _act(public_id, StepForm, do, gettext("已登记"))


def _doing(code: str, wish: StepForm) -> Doing:
    return Doing(
        code,
        happened_on=wish.happened_on,
        note=wish.note,
        on_behalf_of_id=wish.on_behalf_of_id,
        credited_to_id=wish.credited_to_id,
    )


@bp.post("/<public_id>/decision")
@needs(Permission.EDIT_FILES, Permission.APPROVE_FILES)
def decide(public_id: str) -> ResponseReturnValue:
    """Record the decision on recognition."""

    def do(wish: DecisionForm, household_id: int) -> object:
        facts = DecisionInput(
            body=wish.body,
            body_name=wish.body_name,
            is_granted=wish.answer == "yes",
            decided_on=wish.decided_on,
            document_number=wish.document_number,
            reason=wish.reason,
        )
        return recognition.record_decision(
            request_session(), current_actor(), household_id, facts, expected_version=_version()
        )

    return _act(public_id, DecisionForm, do, gettext("认定决定已登记"))


@bp.post("/<public_id>/refusals")
@needs(Permission.EDIT_CASES)
def refuse(public_id: str) -> ResponseReturnValue:
    """Record that a post was refused."""

    def do(wish: RefusalForm, household_id: int) -> object:
        facts = RefusalInput(**wish.model_dump())
        return refusals.record_refusal(
            request_session(), current_actor(), household_id, facts, expected_version=_version()
        )

    return _act(public_id, RefusalForm, do, gettext("已登记，等另一人核查合适性"))


@bp.post("/<public_id>/refusals/<int:refusal_id>/check")
@needs(Permission.EDIT_CASES, Permission.SUPERVISE_CASES)
def check(public_id: str, refusal_id: int) -> ResponseReturnValue:
    """Check whether a refused post was suitable."""

    def do(wish: CheckForm, household_id: int) -> object:
        points = {point: point in wish.points for point in CHECK_POINTS}
        return refusals.check_refusal(
            request_session(),
            current_actor(),
            household_id,
            refusal_id,
            points=points,
            note=wish.note,
        )

    return _act(public_id, CheckForm, do, gettext("合适性已核查"))


@bp.post("/<public_id>/exit")
@needs(Permission.EDIT_CASES)
def leave(public_id: str) -> ResponseReturnValue:
    """Propose that the household leaves without work."""

    def do(wish: SideExitForm, household_id: int) -> object:
        facts = SideExitInput(**wish.model_dump())
        return side_exits.propose(
            request_session(), current_actor(), household_id, facts, expected_version=_version()
        )

    return _act(public_id, SideExitForm, do, gettext("已提交，等第二人审核"))


@bp.post("/<public_id>/clocks/<int:clock_id>/due")
@needs(Permission.SUPERVISE_CASES)
def move_due(public_id: str, clock_id: int) -> ResponseReturnValue:
    """Set another last day, with the reason."""

    def do(wish: MoveDueForm, _household_id: int) -> object:
        return clocks.move_due(
            request_session(), current_actor(), clock_id, wish.due_on, wish.reason
        )

    return _act(public_id, MoveDueForm, do, gettext("截止日已改，原因已留痕"))


@bp.post("/<public_id>/original-age")
@needs(Permission.EDIT_FILES)
def original_age(public_id: str) -> ResponseReturnValue:
    """Record the former retirement age of a woman's post."""

    def do(wish: OriginalAgeForm, household_id: int) -> object:
        return retirement.set_original_age(
            request_session(),
            current_actor(),
            household_id,
            wish.member_id,
            wish.original_age,
            wish.basis,
        )

    return _act(public_id, OriginalAgeForm, do, gettext("已补充，重新推算"))


@bp.post("/<public_id>/words")
@needs(Permission.VIEW_CASES)
def said(public_id: str) -> ResponseReturnValue:
    """Open what a person said; the trail keeps that it was read."""
    session, actor, household_id = request_session(), current_actor(), _id_of(public_id)
    refusal_id = request.form.get("refusal", type=int)
    exit_id = request.form.get("exit", type=int) or 0
    if refusal_id is not None:
        text = refusals.read_words(session, actor, household_id, refusal_id)
    else:
        text = side_exits.read_statement(session, actor, household_id, exit_id)
    return render_template("families/words.html", text=text, public_id=public_id)
