"""Assessments of a file (测算): worked out from the file, shown line by line, adopted or put aside by a person."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.models.households import Household
from matcher.policy.tiers.inputs import Given, Origin, load_fields
from matcher.policy.tiers.rule_shapes import RuleSet
from matcher.services.hardship import assessment_decisions, assessments
from matcher.services.hardship.assessments import (
    AssessmentEntry,
    AssessmentWish,
    adoptable,
    facts_of,
    rule_set_for,
)
from matcher.services.hardship.rule_sets import known_rule_sets
from matcher.services.hardship.sight import find_whole
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form
from web.fragments import see_other, toast
from web.i18n import gettext, label
from web.marks import needs
from web.schemas.tiers import Adoption, Asking, Declining
from web.session import reading_aside, request_session
from web.tier_forms import TierInputs, asked_inputs, filled_form, read_inputs
from web.words import tiers
from web.words.file_tabs import around

bp = Blueprint("assessments", __name__, url_prefix="/files/<household_id>/assessment")

_ASK_DAYS = 7


def _wish(values: dict[str, int] | None = None) -> AssessmentWish:
    """Return what was chosen: rule set, day, parameters; from the query or the form."""
    sent = request.values
    choices = {key[7:]: value for key, value in sent.items() if key.startswith("choice_")}
    return AssessmentWish(
        rule_set=sent.get("rule_set") or None,
        on=_day(sent.get("on", "")),
        typed=values or {},
        choices=choices,
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


@bp.get("")
@needs(Permission.VIEW_FILES)
def show(household_id: str) -> ResponseReturnValue:
    """Show the newest result, the form for the next one, and those before."""
    return _page(household_id, None)


def _page(household_id: str, form: FormErrors | None) -> ResponseReturnValue:
    actor, wish = current_actor(), _wish()
    with reading_aside() as session:
        household = find_whole(session, actor, household_id)
        entries = assessments.list_assessments(session, actor, household.id)
        on = wish.on or clock.today()
        rules = rule_set_for(session, household.region_code, wish.rule_set, on)
        known = facts_of(session, actor, household.id, wish).values
        newest = next(
            (e for e in entries if not e.is_replaced and e.row.rule_set == rules.name), None
        )
        page = render_template(
            "assessments/show.html",
            household=household,
            **around(household_id, "assessments.show"),
            rules=rules,
            on=on,
            choices=wish.choices,
            rule_sets=tiers.choices_of(known_rule_sets(session)),
            form=form or _started(rules, known, newest),
            fields=asked_inputs(rules, known),
            entries=entries,
            shown=_shown(session, household, newest) if newest else None,
            may_edit=may(actor, Permission.EDIT_FILES) and household.is_open,
        )
    return page, 422 if form else 200


def _started(rules: RuleSet, known: dict[str, Given], newest: AssessmentEntry | None) -> FormState:
    """Return the form with what somebody typed last time; what the file says stands beside it."""
    told = newest.row.inputs if newest else []
    typed = {one["name"]: one["value"] for one in told if one["origin"] == Origin.TYPED}
    return filled_form({name: typed[name] for name in rules.inputs() if name in typed})


def _shown(session: Session, household: Household, entry: AssessmentEntry) -> dict[str, object]:
    """Return what a template writes of one assessment."""
    row, known = entry.row, load_fields()
    offered = adoptable(session, entry) if household.is_open else ()
    result = next((line for line in row.working if line["part"] == "result"), None)
    return {
        "entry": entry,
        "row": row,
        "made_on": clock.in_china(row.made_at).date().isoformat(),
        "result": result,
        "bar": tiers.bar_of(row.per_head_fen, row.line_fen),
        "parts": tiers.parts_of(row.working),
        "asked": [known[name] for name in row.asked_for if name in known],
        "offered": [(tier.value, label(tier)) for tier in offered],
        "adoption": blank_form(Adoption, tier=offered[0].value if offered else ""),
        "declining": blank_form(Declining),
        "asking": blank_form(Asking, due_on=clock.today() + dt.timedelta(days=_ASK_DAYS)),
    }


@bp.post("")
@needs(Permission.EDIT_FILES)
def assess(household_id: str) -> ResponseReturnValue:
    """Work out the tier anew and keep it."""
    wish = _wish()
    with reading_aside() as session:
        household = find_whole(session, current_actor(), household_id)
        on = wish.on or clock.today()
        rules = rule_set_for(session, household.region_code, wish.rule_set, on)
    values = read_inputs(rules)
    if isinstance(values, FormErrors):
        return _page(household_id, values)
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    try:
        row = assessments.assess(session, actor, household.id, wish=_wish(values))
    except InvalidInputError as error:
        fields = error.details.get("fields")
        told = fields if isinstance(fields, dict) else {}
        return _page(household_id, FormErrors(TierInputs, request.form, told))
    toast(gettext("已测算，结果保存在历史里"))
    return see_other(
        url_for("assessments.one", household_id=household_id, assessment_id=row.public_id)
    )


@bp.get("/<assessment_id>")
@needs(Permission.VIEW_FILES)
def one(household_id: str, assessment_id: str) -> ResponseReturnValue:
    """Show one assessment with its working; it prints on its own."""
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    entry = assessments.get_assessment(session, actor, household.id, assessment_id)
    return render_template(
        "assessments/one.html",
        household=household,
        **around(household_id, "assessments.show"),
        shown=_shown(session, household, entry),
        may_edit=may(actor, Permission.EDIT_FILES) and household.is_open,
    )


def _back(household_id: str, assessment_id: str) -> ResponseReturnValue:
    return see_other(
        url_for("assessments.one", household_id=household_id, assessment_id=assessment_id)
    )


def _refused(form: FormErrors) -> InvalidInputError:
    said = "；".join(text for text in form.errors.values() if text)
    return InvalidInputError("form_wrong", said or "填写有误，请返回核对。", fields=form.errors)


@bp.post("/<assessment_id>/adopt")
@needs(Permission.EDIT_FILES)
def adopt(household_id: str, assessment_id: str) -> ResponseReturnValue:
    """Give the file the tier of an assessment."""
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    wish = read_form(Adoption)
    if isinstance(wish, FormErrors):
        raise _refused(wish)
    assessment_decisions.adopt(
        session, actor, household.id, assessment_id, wish.tier, reason=wish.reason or ""
    )
    toast(gettext("已采用：%(tier)s", tier=label(wish.tier)))
    return _back(household_id, assessment_id)


@bp.post("/<assessment_id>/decline")
@needs(Permission.EDIT_FILES)
def decline(household_id: str, assessment_id: str) -> ResponseReturnValue:
    """Put an assessment aside."""
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    wish = read_form(Declining)
    if isinstance(wish, FormErrors):
        raise _refused(wish)
    assessment_decisions.decline(session, actor, household.id, assessment_id, reason=wish.reason)
    toast(gettext("已记为不采用，档案不变"))
    return _back(household_id, assessment_id)


@bp.post("/<assessment_id>/ask")
@needs(Permission.EDIT_FILES)
def ask(household_id: str, assessment_id: str) -> ResponseReturnValue:
    """Make a task of asking for what lacks."""
    session, actor = request_session(), current_actor()
    household = find_whole(session, actor, household_id)
    wish = read_form(Asking)
    if isinstance(wish, FormErrors):
        raise _refused(wish)
    assessment_decisions.ask_for_papers(
        session, actor, household.id, assessment_id, due_on=wish.due_on
    )
    toast(gettext("已列入待办"))
    return _back(household_id, assessment_id)
