"""Assessments of a household's tier (困难类别测算): worked out, kept as they are, adopted by a person or not.

A result never sets the tier. Near the line whoever decides gives a reason and may decide either way; elsewhere only
the result itself can be adopted. Older generations and aid formulas set no tier at all.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import HardshipTier
from matcher.kinds.tiers import TierAnswer
from matcher.models.accounts import Account
from matcher.models.assessments import Assessment, AssessmentDecision
from matcher.models.households import Household
from matcher.policy.tiers import rule_sets as known
from matcher.policy.tiers.calculator import Result, calculate
from matcher.policy.tiers.inputs import Given, Origin, largest, load_fields
from matcher.policy.tiers.rule_shapes import RuleSet
from matcher.policy.tiers.working import caution_of, write_working
from matcher.services import audit
from matcher.services.hardship.assessment_facts import FileFacts, read_file
from matcher.services.hardship.rule_sets import get_rule_set, known_rule_sets
from matcher.services.hardship.sight import get_whole, whole_in_sight
from matcher.services.hardship.states import require_open
from matcher.services.permissions import Actor, Permission, require
from matcher.services.rows import first_or_missing, unique_or


@dataclass(frozen=True, kw_only=True)
class AssessmentWish:
    """What a person chose for an assessment; the rest is read from the file.

    Parameters
    ----------
    rule_set : name; None for the one in force where the household lives
    on : day whose rules and lines apply; None for today
    typed : values that stand in for those of the file, or add to them, by name
    choices : parameters the source leaves open
    """

    rule_set: str | None = None
    on: dt.date | None = None
    typed: Mapping[str, int] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)


def rule_set_for(session: Session, region: str | None, name: str | None, on: dt.date) -> RuleSet:
    """Return the rule set of a name, or the one that sets tiers in a region on a day."""
    if name:
        return get_rule_set(session, name)
    found = known.choose(known_rule_sets(session), region or "", on)
    if found is None:
        raise RuleBrokenError(
            "no_rule_set_that_day", "这一天这个地区没有适用的认定规则，请另选规则或日期。"
        )
    return found


def facts_of(session: Session, by: Actor, household_id: int, wish: AssessmentWish) -> FileFacts:
    """Return what the file says for an assessment."""
    require(by, Permission.VIEW_FILES)
    household = get_whole(session, by, household_id)
    return read_file(session, household, wish.on or clock.today(), wish.choices)


def assess(
    session: Session,
    by: Actor,
    household_id: int,
    rule_set: str | None = None,
    *,
    wish: AssessmentWish | None = None,
) -> Assessment:
    """Work out a household's tier and keep it; the one before it by the same rules is replaced.

    Raises
    ------
    RuleBrokenError
        The file is not open, or no rule set holds on that day.
    InvalidInputError
        A typed value is out of bounds.
    """
    require(by, Permission.EDIT_FILES)
    wish = wish or AssessmentWish(rule_set=rule_set)
    household = get_whole(session, by, household_id, lock=True)
    require_open(household)
    on = wish.on or clock.today()
    rules = rule_set_for(session, household.region_code, wish.rule_set, on)
    facts = read_file(session, household, on, wish.choices)
    result = calculate(rules, merged(rules, facts, wish.typed), _checked(rules, wish.choices))
    row = _row(session, by, household, on, result)
    refusal = RuleBrokenError("assessed_meanwhile", "别人刚刚做了一次测算，请先看最新的结果。")
    with unique_or(session, refusal):
        session.add(row)
    audit.record(
        session,
        by,
        "household.assessed",
        subject=("household", household.id),
        assessment=row.id,
        rule_set=rules.name,
        answer=row.answer,
    )
    session.flush()
    return row


def merged(rules: RuleSet, facts: FileFacts, typed: Mapping[str, int]) -> dict[str, Given]:
    """Return the inputs of a rule set: typed values before those of the file; raises InvalidInputError."""
    inputs = {name: one for name, one in facts.values.items() if name in rules.inputs()}
    wrong = {}
    for name, value in typed.items():
        if name not in rules.inputs() or (name in inputs and inputs[name].value == value):
            continue
        before = inputs.get(name)
        note = f"档案中为 {_shown(name, before)}" if before else ""
        inputs[name] = Given(value, Origin.TYPED, note)
    for name, given in inputs.items():
        least = 1 if name in ("people", "minimum") else 0
        if not least <= given.value <= largest(load_fields()[name]):
            wrong[name] = "这个数不合理，请核对。"
    if wrong:
        raise InvalidInputError("assessment_input", "有几项填得不对。", fields=wrong)
    return inputs


def _shown(name: str, given: Given) -> str:
    from_money = load_fields()[name].kind.value == "money"
    return f"{given.value / 100:,.2f}" if from_money else str(given.value)


def _checked(rules: RuleSet, choices: Mapping[str, str]) -> dict[str, str]:
    """Return the choices a rule set knows; a value it does not know is refused."""
    taken = {}
    for choice in rules.choices:
        value = choices.get(choice.name, choice.default)
        if value not in dict(choice.options):
            raise InvalidInputError(
                "assessment_input", "有几项填得不对。", fields={choice.name: "请从列表中选择。"}
            )
        taken[choice.name] = value
    return taken


def _row(
    session: Session, by: Actor, household: Household, on: dt.date, result: Result
) -> Assessment:
    rules, grade = result.rule_set, result.outcome.grade
    before = _newest(session, household.id, rules.name)
    return Assessment(
        household_id=household.id,
        replaces_id=before.id if before else None,
        rule_set=rules.name,
        rule_version=rules.version,
        region_code=household.region_code or "",
        assessed_on=on,
        inputs=_inputs(result),
        answer=result.outcome.answer,
        grade_code=grade.code if grade else None,
        tier=result.tier,
        per_head_fen=result.per_head_fen,
        line_fen=result.line_fen,
        margin_fen=result.margin_fen,
        is_near=result.is_near,
        working=write_working(result, caution_of(rules, household.region_code or "", on)),
        asked_for=list(result.asked_for),
        made_at=clock.now(),
        made_by_id=by.account_id,
    )


def _inputs(result: Result) -> list[dict[str, object]]:
    given: list[dict[str, object]] = [
        {"name": name, "value": one.value, "origin": one.origin.value, "note": one.note}
        for name, one in result.inputs.items()
    ]
    chosen: list[dict[str, object]] = [
        {"name": name, "value": value, "origin": "choice", "note": ""}
        for name, value in result.choices.items()
    ]
    return [*given, *chosen]


def _newest(session: Session, household_id: int, rule_set: str) -> Assessment | None:
    """Return the assessment of a rule set that nothing has replaced."""
    later = aliased(Assessment)
    return session.scalar(
        sa.select(Assessment).where(
            Assessment.household_id == household_id,
            Assessment.rule_set == rule_set,
            ~sa.exists().where(later.replaces_id == Assessment.id),
        )
    )


@dataclass(frozen=True)
class AssessmentEntry:
    """One assessment of the history, with what a person made of it, whether a newer one stands, and who it was."""

    row: Assessment
    decision: AssessmentDecision | None
    is_replaced: bool
    made_by: str | None
    decided_by: str | None


def list_assessments(session: Session, by: Actor, household_id: int) -> list[AssessmentEntry]:
    """Return a file's assessments, the newest first."""
    require(by, Permission.VIEW_FILES)
    household = get_whole(session, by, household_id)
    return _entries(session, Assessment.household_id == household.id)


def get_assessment(
    session: Session, by: Actor, household_id: int, public_id: str
) -> AssessmentEntry:
    """Return one assessment of a file the actor sees whole."""
    require(by, Permission.VIEW_FILES)
    found = (
        sa.select(Assessment)
        .join(Household, Household.id == Assessment.household_id)
        .where(
            Assessment.public_id == public_id,
            Assessment.household_id == household_id,
            whole_in_sight(by),
        )
    )
    row = first_or_missing(session, found, lock=False)
    return _entries(session, Assessment.id == row.id)[0]


def _entries(session: Session, which: sa.ColumnElement[bool]) -> list[AssessmentEntry]:
    later, maker, decider = aliased(Assessment), aliased(Account), aliased(Account)
    names = (maker.display_name, decider.display_name)
    rows = session.execute(
        sa.select(Assessment, AssessmentDecision, later.id, *names)
        .outerjoin(AssessmentDecision, AssessmentDecision.assessment_id == Assessment.id)
        .outerjoin(later, later.replaces_id == Assessment.id)
        .outerjoin(maker, maker.id == Assessment.made_by_id)
        .outerjoin(decider, decider.id == AssessmentDecision.decided_by_id)
        .where(which)
        .order_by(Assessment.id.desc())
    ).all()
    return [
        AssessmentEntry(row, decision, after is not None, made_by, decided_by)
        for row, decision, after, made_by, decided_by in rows
    ]


def adoptable(session: Session, entry: AssessmentEntry) -> Sequence[HardshipTier]:
    """Return the tiers a person may give by an assessment: its own, or near the line any of its rules."""
    row = entry.row
    rules = known.find(known_rule_sets(session), row.rule_set)
    if (
        rules is None
        or not rules.sets_tiers
        or not rules.holds(row.region_code, clock.today())
        or row.answer is TierAnswer.UNKNOWN
        or entry.is_replaced
        or entry.decision is not None
    ):
        return ()
    own = row.tier or HardshipTier.NONE
    if not row.is_near:
        return (own,)
    tiers = [one.tier for one in rules.grades if one.tier is not None]
    return tuple(dict.fromkeys([own, *tiers, HardshipTier.NONE]))
