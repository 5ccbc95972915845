"""The calculator without a file (试算), and the standard lines it measures by (标准线)."""

import datetime as dt

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError
from matcher.kinds.tiers import FactGrade, StandardKind
from matcher.policy.tiers.amounts import fen_of
from matcher.policy.tiers.inputs import Given, Origin, load_fields
from matcher.services.hardship import standard_lines
from matcher.services.hardship.rule_sets import known_rule_sets
from matcher.services.hardship.standard_lines import LineInput
from matcher.services.hardship.trial import Trial, TrialWish, try_out
from matcher.services.permissions import Permission, may
from web.auth import current_actor
from web.forms import FormErrors, FormState, blank_form, read_form, refused_form
from web.fragments import see_other, toast
from web.i18n import gettext, label, msg
from web.marks import needs
from web.navigation import NavItem
from web.schemas.tiers import LineForm
from web.session import reading_aside, request_session
from web.tier_forms import TierInputs, asked_inputs, read_inputs
from web.words import tiers

bp = Blueprint("tiers", __name__, url_prefix="/try-outs")

MENU = (
    NavItem(
        "tiers.index",
        msg("试算"),
        Permission.VIEW_FILES,
        "care",
        hint=msg("不建档先算一算，看过程和依据"),
    ),
)


def _asked() -> TrialWish:
    sent = request.values
    try:
        on = dt.date.fromisoformat(sent.get("on", ""))
    except ValueError:
        on = clock.today()
    kind = sent.get("kind", "")
    return TrialWish(
        rule_set=sent.get("rule_set") or None,
        region=sent.get("region", ""),
        on=on,
        kind=StandardKind(kind) if kind in set(StandardKind) else StandardKind.URBAN_MINIMUM,
        choices={key[7:]: value for key, value in sent.items() if key.startswith("choice_")},
    )


@bp.get("")
@needs(Permission.VIEW_FILES)
def index() -> ResponseReturnValue:
    """Show the form of a rule set."""
    wish = _asked()
    trial = try_out(request_session(), current_actor(), wish, None)
    return _page(request_session(), wish, trial, FormState(TierInputs, {}))


@bp.post("")
@needs(Permission.VIEW_FILES)
def calculate() -> ResponseReturnValue:
    """Work out what was typed; nothing is kept."""
    wish, actor = _asked(), current_actor()
    with reading_aside() as session:
        trial = try_out(session, actor, wish, None)
        if trial.rules is None:
            return _page(session, wish, trial, FormState(TierInputs, request.form))
        values = read_inputs(trial.rules)
        if isinstance(values, FormErrors):
            return _page(session, wish, trial, values)
        given = {name: Given(value, Origin.TYPED) for name, value in values.items()}
        trial = try_out(session, actor, wish, given)
        return _page(session, wish, trial, FormState(TierInputs, request.form))


def _page(session: Session, wish: TrialWish, trial: Trial, form: FormState) -> ResponseReturnValue:
    fields, rules, result = load_fields(), trial.rules, trial.result
    page = render_template(
        "tiers/index.html",
        wish=wish,
        rules=rules,
        rule_sets=tiers.choices_of(known_rule_sets(session)),
        kinds=[(one.value, label(one)) for one in StandardKind],
        form=form,
        fields=asked_inputs(rules, trial.known) if rules else [],
        result=result,
        summary=next((one for one in trial.working if one["part"] == "result"), None),
        bar=tiers.bar_of(result.per_head_fen, result.line_fen) if result else None,
        parts=tiers.parts_of(trial.working),
        asked=[fields[name] for name in result.asked_for] if result else [],
    )
    return page, 422 if isinstance(form, FormErrors) else 200


@bp.get("/lines")
@needs(Permission.VIEW_FILES)
def lines() -> ResponseReturnValue:
    """Show the standard lines, and the form of a new one."""
    return _lines(blank_form(LineForm, grade=FactGrade.A.value))


def _lines(form: FormState) -> ResponseReturnValue:
    actor = current_actor()
    with reading_aside() as session:
        page = render_template(
            "tiers/lines.html",
            rows=standard_lines.list_lines(session, actor),
            form=form,
            kinds=[(one.value, label(one)) for one in StandardKind],
            grades=[(one.value, label(one)) for one in FactGrade],
            may_add=may(actor, Permission.SUPERVISE_CASES),
        )
    return page, 422 if isinstance(form, FormErrors) else 200


@bp.post("/lines")
@needs(Permission.SUPERVISE_CASES)
def add_line() -> ResponseReturnValue:
    """Add a line."""
    wish = read_form(LineForm)
    if isinstance(wish, FormErrors):
        return _lines(wish)
    try:
        monthly = fen_of(wish.monthly)
    except ValueError:
        return _lines(
            FormErrors(LineForm, request.form, {"monthly": gettext("请填金额，例如 650")})
        )
    facts = LineInput(
        kind=wish.kind,
        region_code=wish.region_code,
        valid_from=wish.valid_from,
        valid_to=wish.valid_to,
        monthly_fen=monthly,
        source=wish.source,
        grade=wish.grade,
    )
    try:
        standard_lines.add_line(request_session(), current_actor(), facts)
    except InvalidInputError as error:
        return _lines(refused_form(LineForm, error))
    toast(gettext("已登记标准线"))
    return see_other(url_for("tiers.lines"))


@bp.post("/lines/<line_id>/end")
@needs(Permission.SUPERVISE_CASES)
def end_line(line_id: str) -> ResponseReturnValue:
    """Take a line out of use."""
    standard_lines.end_line(request_session(), current_actor(), line_id)
    toast(gettext("已停用；以前的测算不变"))
    return see_other(url_for("tiers.lines"))
