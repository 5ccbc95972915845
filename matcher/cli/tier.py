"""`yangguang tier`: work out tiers (困难类别) of many households from JSON lines, without a database.

Each line is an object: `rule_set` (a name, or none for the one of `region` and `on`), `inputs` by name (amounts in
yuan, counts, true and false), `choices`. Exit 0: all worked out; 2: some lines refused; 1: failure.
"""

import datetime as dt
import json
import sys
from decimal import Decimal
from typing import IO, Any

import click
from pydantic import BaseModel, ConfigDict, ValidationError

from matcher import clock
from matcher.cli.json_lines import ENCODING, needing_utf8
from matcher.kinds import HardshipTier
from matcher.kinds.tiers import TierAnswer
from matcher.policy.tiers import rule_sets
from matcher.policy.tiers.amounts import fen_of
from matcher.policy.tiers.calculator import Result, calculate
from matcher.policy.tiers.inputs import Given, InputKind, largest, load_fields
from matcher.policy.tiers.rule_shapes import RuleSet
from matcher.policy.tiers.working import write_working

EXIT_REFUSED = 2


class TierLine(BaseModel):
    """One household as a line says it."""

    model_config = ConfigDict(extra="forbid")

    rule_set: str | None = None
    region: str = ""
    on: dt.date | None = None
    inputs: dict[str, bool | Decimal]
    choices: dict[str, str] = {}


@click.command("tier")
@click.argument("lines", type=click.File(encoding=ENCODING), default="-")
@click.option("--rule-set", "default_set", help="规则名称，各行没写时用它")
@click.option("--json", "as_json", is_flag=True, help="每行输出一个 JSON")
def command(lines: IO[str], *, default_set: str | None, as_json: bool) -> int:
    """按规则测算困难类别：每行一个 JSON 对象。"""
    refused = 0
    with needing_utf8(lines.name):
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            answer = _answer(line, default_set)
            refused += "error" in answer
            shown = {"line": number} | answer
            click.echo(json.dumps(shown, ensure_ascii=False) if as_json else _words(shown))
    if refused:
        click.echo(f"{refused} 行没有测算。", file=sys.stderr)
    return EXIT_REFUSED if refused else 0


def _answer(line: str, default_set: str | None) -> dict[str, Any]:
    try:
        told = TierLine.model_validate_json(line)
        rules = _rules(told, default_set)
        inputs = {name: Given(_value(name, value)) for name, value in told.inputs.items()}
        options = {one.name: dict(one.options) for one in rules.choices}
        for name, value in told.choices.items():
            if value not in options.get(name, {}):
                raise ValueError(f"没有这个口径：{name}={value}")
        return _shown(calculate(rules, inputs, told.choices))
    except (ValidationError, ValueError) as error:
        said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        return {"error": {"code": "bad_line", "message": said}}


def _rules(told: TierLine, default_set: str | None) -> RuleSet:
    sets, name = rule_sets.load_shipped(), told.rule_set or default_set
    on = told.on or clock.today()
    found = rule_sets.find(sets, name) if name else rule_sets.choose(sets, told.region, on)
    if found is None:
        known = "、".join(one.name for one in sets)
        raise ValueError(f"没有适用的规则；已有：{known}")
    return found


def _value(name: str, told: bool | Decimal) -> int:
    field = load_fields().get(name)
    if field is None:
        raise ValueError(f"没有这个项目：{name}")
    if isinstance(told, bool) != (field.kind is InputKind.FLAG):
        raise ValueError(
            f"{name}：{'请填 true 或 false' if field.kind is InputKind.FLAG else '请填数'}"
        )
    if field.kind is InputKind.MONEY:
        value = fen_of(str(told))
    elif told != int(told):
        raise ValueError(f"{name}：请填整数")
    else:
        value = int(told)
    if not (1 if name in ("people", "minimum") else 0) <= value <= largest(field):
        raise ValueError(f"{name}：这个数不合理")
    return value


def _yuan(fen: int | None) -> str | None:
    return None if fen is None else str(Decimal(fen) / 100)


def _shown(result: Result) -> dict[str, Any]:
    grade = result.outcome.grade
    return {
        "rule_set": result.rule_set.name,
        "rule_version": result.rule_set.version,
        "answer": result.outcome.answer.value,
        "grade": grade.label if grade else None,
        "tier": result.tier.value if result.tier else None,
        "per_head_yuan": _yuan(result.per_head_fen),
        "line_yuan": _yuan(result.line_fen),
        "margin_yuan": _yuan(result.margin_fen),
        "near": result.is_near,
        "asked_for": list(result.asked_for),
        "working": [
            {key: line[key] for key in ("part", "label", "expression", "value", "source")}
            for line in write_working(result)
        ],
    }


def _words(shown: dict[str, Any]) -> str:
    if "error" in shown:
        return f"第 {shown['line']} 行：{shown['error']['message']}"
    answer = TierAnswer(shown["answer"]).label
    tier = HardshipTier(shown["tier"]).label if shown["tier"] else shown["grade"] or ""
    amount = f"，每人每月 {shown['per_head_yuan']} 元" if shown["per_head_yuan"] else ""
    return f"第 {shown['line']} 行：{answer} {tier}{amount}".rstrip()
