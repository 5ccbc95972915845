"""The working of a result, line by line (计算过程): what was taken from where, each step, each test, its source."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from matcher.kinds.tiers import FactGrade, TierAnswer
from matcher.policy.tiers.amounts import yuan, yuan_beside
from matcher.policy.tiers.calculator import Result
from matcher.policy.tiers.findings import figure_range, truth_of
from matcher.policy.tiers.inputs import Given, InputKind, Origin, load_fields
from matcher.policy.tiers.ranges import Truth
from matcher.policy.tiers.rule_shapes import Comparison, Condition, Figure, FlagTest, RuleSet

_SIGN_WORDS = {"<": "低于", "<=": "不超过", ">": "高于", ">=": "不低于"}
_SIGNS = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
_WHOLE = 100
_TRUTH_WORDS = {True: "成立", False: "不成立", None: "缺材料，不能判断"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the working; `part` groups them on the page."""

    part: str
    label: str
    expression: str = ""
    value: str = ""
    source: str = ""
    truth: Truth = None


def write_working(result: Result, caution: str = "") -> list[dict[str, Any]]:
    """Return the lines as plain values, in the order they are read; a caution stands at the top."""
    lines = [
        *_basis(result.rule_set),
        *([Line("basis", "注意", caution)] if caution else []),
        *_inputs(result),
        *_choices(result),
        *_figures(result),
        *_grades(result),
        *_hurdles(result),
        *_prompts(result),
        _conclusion(result),
        *_asked(result),
        *(Line("note", note) for note in result.rule_set.notes),
    ]
    return [asdict(line) for line in lines]


def sourced(source: str, grade: FactGrade) -> str:
    """Return a source with how well it is known, where that is not well."""
    return source if grade.is_sure else f"{source}（依据等级 {grade.label}，请核对当地文件）"


def period(rule_set: RuleSet) -> str:
    """Return the days a rule set covers, in words."""
    end = rule_set.valid_to.isoformat() if rule_set.valid_to else "现在"
    return f"{rule_set.valid_from.isoformat()} 至 {end}"


def caution_of(rule_set: RuleSet, region: str, on: dt.date) -> str:
    """Return a warning if a rule set does not hold in a region on a day; empty if it does."""
    if rule_set.holds(region, on):
        return ""
    return f"{on.isoformat()} 或地区 {region or '未填'} 不在这套规则的适用范围内，只供查核，不能据此改类别"


def _basis(rule_set: RuleSet) -> Iterator[Line]:
    yield Line(
        "basis",
        rule_set.title,
        f"适用 {period(rule_set)}",
        f"规则版本 {rule_set.version}",
        sourced(rule_set.source, rule_set.grade),
    )


def show_value(name: str, value: int) -> str:
    """Return a value of an input in words."""
    kind = load_fields()[name].kind
    if kind is InputKind.MONEY:
        return f"{yuan(value)} 元"
    return f"{value} 人" if kind is InputKind.COUNT else ("是" if value else "否")


def _inputs(result: Result) -> Iterator[Line]:
    fields = load_fields()
    for name in result.rule_set.inputs():
        if name in result.rule_set.prompts:
            continue
        given = result.inputs.get(name)
        if given is None:
            yield Line("input", fields[name].label, value="未填", source=Origin.MISSING.words)
        else:
            yield Line(
                "input",
                fields[name].label,
                value=show_value(name, given.value),
                source=_from(given),
            )


def _from(given: Given) -> str:
    return f"{given.origin.words}：{given.note}" if given.note else given.origin.words


def _choices(result: Result) -> Iterator[Line]:
    for choice in result.rule_set.choices:
        words = dict(choice.options).get(result.choices[choice.name], "")
        yield Line("choice", choice.label, value=words, source=choice.note)


def _written(name: str, result: Result) -> str:
    given = result.inputs.get(name)
    if given is None:
        return f"〔{load_fields()[name].label}未填〕"
    return yuan(given.value)


def _expression(figure: Figure, result: Result) -> str:
    parts = [_written(figure.plus[0], result)]
    parts += [f"+ {_written(name, result)}" for name in figure.plus[1:]]
    parts = [parts[0], *(f"− {_written(name, result)}" for name in figure.minus), *parts[1:]]
    total = " ".join(parts)
    if len(parts) > 1 and (figure.per_head or figure.months > 1):
        total = f"({total})"
    if figure.per_head:
        people = result.inputs.get("people")
        total += f" ÷ {people.value}" if people else " ÷ 〔家庭人口未填〕"
    return f"{total} ÷ {figure.months}" if figure.months > 1 else total


def _figures(result: Result) -> Iterator[Line]:
    for figure in result.rule_set.figures.values():
        exact = figure_range(figure, result.inputs).value
        if exact is None and figure.name != result.rule_set.headline:
            continue
        beside = result.line if figure.name == result.rule_set.headline else None
        value = "不能算出" if exact is None else f"{yuan_beside(exact, beside)} 元"
        yield Line("figure", figure.label, _expression(figure, result), value)


def _condition(one: Condition, result: Result) -> str:
    """Return a condition in words with its numbers."""
    finding = result.found[one]
    if isinstance(one, FlagTest):
        label = load_fields()[one.flag].label
        given = result.inputs.get(one.flag)
        known = "未填" if given is None else ("是" if given.value else "否")
        return f"{label}：{known}" if one.wanted else f"不属于“{label}”：{known}"
    label = result.rule_set.figures[one.figure].label
    left = finding.left.value if finding.left else None
    right = finding.right.value if finding.right else None
    if left is None or right is None:
        return f"{label}{_SIGN_WORDS[one.sign]}{_line_words(one)}：{_TRUTH_WORDS[finding.truth]}"
    shown = f"{yuan_beside(left, right)} {_SIGNS[one.sign]} {yuan(right)}"
    return (
        f"{label}{_SIGN_WORDS[one.sign]}{_line_words(one)}：{shown} {_TRUTH_WORDS[finding.truth]}"
    )


def _line_words(one: Comparison) -> str:
    if isinstance(one.against, int):
        return f" {yuan(one.against)} 元"
    label = load_fields()[one.against].label
    return label if one.percent == _WHOLE else f"{label}的 {one.percent}%"


def _ways(ways: tuple[tuple[Condition, ...], ...], result: Result) -> str:
    return "；或者 ".join("，且 ".join(_condition(one, result) for one in way) for way in ways)


def _truths(result: Result) -> dict[Condition, Truth]:
    return {one: finding.truth for one, finding in result.found.items()}


def _grades(result: Result) -> Iterator[Line]:
    truths = _truths(result)
    for grade in result.rule_set.grades:
        truth = truth_of(grade.ways, truths)
        source = sourced(grade.source, grade.grade)
        if grade.note:
            source = f"{source}。{grade.note}"
        words = _ways(grade.ways, result)
        yield Line("grade", grade.label, words, _TRUTH_WORDS[truth], source, truth)


def _hurdles(result: Result) -> Iterator[Line]:
    truths = _truths(result)
    for part, hurdles in (
        ("exclusion", result.rule_set.exclusions),
        ("requirement", result.rule_set.requirements),
    ):
        for hurdle in hurdles:
            truth = truth_of(hurdle.ways, truths)
            words = _ways(hurdle.ways, result)
            source = sourced(hurdle.source, hurdle.grade)
            yield Line(part, hurdle.label, words, _TRUTH_WORDS[truth], source, truth)


def _prompts(result: Result) -> Iterator[Line]:
    for name in result.rule_set.prompts:
        given = result.inputs.get(name)
        value = "未填" if given is None else show_value(name, given.value)
        yield Line("prompt", load_fields()[name].label, value=value, source="只作提醒，不影响结果")


def _margin(figure: Fraction, line: Fraction) -> str:
    side = "低于" if figure < line else "高于"
    return "正好等于标准线" if figure == line else f"{side}标准线 {yuan(abs(line - figure))} 元"


def _asked(result: Result) -> Iterator[Line]:
    for name in result.asked_for:
        field = load_fields()[name]
        yield Line("ask", field.label, value="请补充", source=field.proof)


def _conclusion(result: Result) -> Line:
    outcome = result.outcome
    value = outcome.answer.label
    if outcome.grade is not None:
        value = f"{value}：{outcome.grade.label}"
    words = []
    if result.figure is not None and result.line is not None:
        words.append(f"每人每月{_margin(result.figure, result.line)}")
    if outcome.at_least is not None:
        words.append(f"收入条件已达到“{outcome.at_least.label}”，是否更高一类或被排除还不能判断")
    if result.is_near:
        words.append("接近标准线，须由人决定并写明理由")
    truth = {TierAnswer.YES: True, TierAnswer.NO: False}.get(outcome.answer)
    return Line("result", "测算结果", "。".join(words), value, truth=truth)
