"""How a household leaves and comes back (退出、返困): proposed, answered by a second person, found again."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.households import FileState
from matcher.kinds.tiers import (
    ExitKind,
    ExitReason,
    Guarantee,
    ReturnFinding,
    ReturnOutcome,
)
from matcher.models.assessments import Assessment
from matcher.models.households import Household
from matcher.policy.tiers.rule_sets import choose
from matcher.services.hardship import assessments, exit_history, exits, returns
from matcher.services.hardship.assessments import AssessmentEntry
from matcher.services.hardship.exits import ExitInput
from matcher.services.hardship.returns import ReturnInput
from matcher.services.hardship.rule_sets import known_rule_sets
from matcher.services.hardship.sight import find_whole
from matcher.services.permissions import Actor, Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.tiers import ExitAnswer, ExitForm, ReturnForm
from web.session import reading_aside, request_session
from web.words.file_tabs import around

bp = Blueprint("exits", __name__, url_prefix="/files/<household_id>")


def _may_edit(actor: Actor) -> bool:
    return may(actor, Permission.EDIT_FILES)


def _may_answer(actor: Actor) -> bool:
    return may(actor, Permission.APPROVE_FILES) or _may_edit(actor)


@bp.get("/exit")
@needs(Permission.VIEW_FILES)
def show(household_id: str) -> ResponseReturnValue:
    """Show the exit that waits, or the form of one, and what was before."""
    return _page(household_id, blank_form(ExitForm, left_on=clock.today()))


def _page(
    household_id: str, form: FormState, answer: FormState | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        household = find_whole(session, actor, household_id)
        history = exit_history.read_history(session, actor, household.id)
        entries = assessments.list_assessments(session, actor, household.id)
        waiting = history.waiting
        own = bool(waiting and waiting.row.entered_by_id == actor.account_id)
        page = render_template(
            "exits/show.html",
            household=household,
            **around(household_id, "exits.show"),
            history=history,
            waiting=waiting,
            newest=_in_force(session, household, entries),
            form=form,
            answer=answer or blank_form(ExitAnswer),
            kinds=[(one.value, label(one)) for one in ExitKind],
            reasons=[(one.value, label(one)) for one in ExitReason],
            guarantees=list(Guarantee),
            may_propose=_may_edit(actor) and household.state is FileState.ACTIVE and not waiting,
            may_answer=_may_answer(actor) and bool(waiting) and not own,
            is_own=own,
            may_return=_may_edit(actor) and household.state is FileState.EXITED,
        )
    wrong = isinstance(form, FormErrors) or isinstance(answer, FormErrors)
    return page, 422 if wrong else 200


def _in_force(
    session: Session, household: Household, entries: list[AssessmentEntry]
) -> Assessment | None:
    """Return the newest assessment by the rules that set tiers here today; not of an older generation."""
    rules = choose(known_rule_sets(session), household.region_code or "", clock.today())
    name = rules.name if rules else ""
    found = (one.row for one in entries if not one.is_replaced and one.row.rule_set == name)
    return next(found, None)


@bp.post("/exit")
@needs(Permission.EDIT_FILES)
def propose(household_id: str) -> ResponseReturnValue:
    """Propose an exit."""
    with reading_aside() as session:
        find_whole(session, current_actor(), household_id)
    wish = read_form(ExitForm)
    if isinstance(wish, FormErrors):
        return _page(household_id, wish)
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    told = {one: getattr(wish, f"guarantee_{one.value}") for one in Guarantee}
    facts = ExitInput(
        kind=wish.kind,
        reason=wish.reason,
        left_on=wish.left_on,
        guarantees={one: text for one, text in told.items() if text},
        note=wish.note or "",
    )
    try:
        exits.exit_file(session, actor, household.id, facts, expected_version=_sent_version())
    except InvalidInputError as error:
        return _page(household_id, refused_form(ExitForm, error))
    toast(gettext("已提交，等另一人复核"))
    return see_other(url_for("exits.show", household_id=household_id))


def _sent_version() -> int | None:
    return request.form.get("version", type=int)


@bp.post("/exit/<exit_id>/answer")
@needs(Permission.EDIT_FILES, Permission.APPROVE_FILES)
def answer(household_id: str, exit_id: str) -> ResponseReturnValue:
    """Answer an exit as the second person."""
    with reading_aside() as session:
        find_whole(session, current_actor(), household_id)
    wish = read_form(ExitAnswer)
    if isinstance(wish, FormErrors):
        return _page(household_id, blank_form(ExitForm, left_on=clock.today()), wish)
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    agreed = wish.answer == "agree"
    exits.confirm_exit(
        session,
        actor,
        household.id,
        exit_id,
        agreed=agreed,
        note=wish.note or "",
        expected_version=_sent_version(),
    )
    toast(gettext("已退出") if agreed else gettext("未同意，档案不变"))
    return see_other(url_for("exits.show", household_id=household_id))


@bp.get("/return")
@needs(Permission.EDIT_FILES)
def found_again(household_id: str) -> ResponseReturnValue:
    """Show the form of a return."""
    return _return_page(household_id, blank_form(ReturnForm, found_on=clock.today()))


def _return_page(household_id: str, form: FormState) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        household = find_whole(session, actor, household_id)
        history = exit_history.read_history(session, actor, household.id)
        page = render_template(
            "exits/return.html",
            household=household,
            **around(household_id, "exits.show"),
            history=history,
            has_left=household.state is FileState.EXITED,
            form=form,
            findings=[(one.value, label(one)) for one in ReturnFinding],
            outcomes=_outcomes(),
        )
    return page, 422 if isinstance(form, FormErrors) else 200


def _outcomes() -> list[tuple[str, str, str]]:
    helps = {
        ReturnOutcome.REOPENED: gettext("档案成为草稿，重新测算、走访、公示、审批"),
        ReturnOutcome.WATCHED: gettext("档案仍是已退出，到期再回访"),
    }
    return [(one.value, label(one), helps[one]) for one in ReturnOutcome]


@bp.post("/return")
@needs(Permission.EDIT_FILES)
def come_back(household_id: str) -> ResponseReturnValue:
    """Record a return."""
    with reading_aside() as session:
        find_whole(session, current_actor(), household_id)
    wish = read_form(ReturnForm)
    if isinstance(wish, FormErrors):
        return _return_page(household_id, wish)
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    facts = ReturnInput(
        found_on=wish.found_on,
        found_by=wish.found_by,
        outcome=wish.outcome,
        evidence=wish.evidence,
    )
    try:
        returns.return_file(session, actor, household.id, facts, expected_version=_sent_version())
    except InvalidInputError as error:
        return _return_page(household_id, refused_form(ReturnForm, error))
    toast(gettext("已登记"))
    return see_other(url_for("exits.show", household_id=household_id))
