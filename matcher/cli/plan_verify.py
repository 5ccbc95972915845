"""`yangguang plan verify`: have a plan checked by a module that shares no code with the solver.

Takes plans made here and elsewhere. Exit 0: all good; 2: a check is not met; 1: a file cannot be read. If the plan
carries a result hash, the instance is solved again around its pins as well and has to give the same hash: that is the
one check the solver itself takes part in.
"""

from typing import IO, Any

import click

from matcher.allocation.checker import Report, check_plan
from matcher.allocation.checker_plan import RULES
from matcher.allocation.checker_reading import UnreadableError, load
from matcher.cli.json_lines import ENCODING
from matcher.cli.plan_shapes import CheckOut, ClassOut, VerifiedOut
from matcher.cli.plan_solve import solve_bare
from matcher.errors import InvalidInputError, YangguangError
from matcher.kinds.plans import PlanRule

EXIT_NOT_MET = 2

_WORDS = {
    "known": "人员和岗位都在实例中",
    "one_seat": "一人一席",
    "eligible": "双方都列出对方",
    "seats": "不超席位",
    "reserves": "保留的预留席位未被他人占用",
    "kinds": "席位种类属实",
    "choice": "没有双方都更愿意的组合",
    "fallbacks": "保底席位得到遵守",
    "need": "保底席位确有必要，无人被越过",
    "coverage": "安置人数等于最大流",
    "pins": "人工指定得到遵守",
    "certificate": "缺额证明属实",
    "uncovered": "未安置的保底人员如实列出",
    "placed": "安置人数属实",
    "instance_hash": "实例摘要一致",
    "pins_hash": "人工指定摘要一致",
    "result_hash": "结果摘要一致",
    "replay": "重新求解结果相同",
}


@click.command("verify")
@click.argument("file", type=click.File(encoding=ENCODING))
@click.option(
    "--instance", "instance_file", type=click.File(encoding=ENCODING), help="方案所依据的实例"
)
@click.option(
    "--rule", type=click.Choice(RULES), help="按哪种方案核验；默认按文件所写，没有写明则为 fair"
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def verify(file: IO[str], *, instance_file: IO[str] | None, rule: str | None, as_json: bool) -> int:
    """独立核验方案：FILE 为方案，或含 instance 和 plan 的文件。"""
    try:
        instance, plan = _read(file, instance_file)
        report = check_plan(instance, plan, rule)
    except UnreadableError as error:
        raise InvalidInputError("plan_file", f"文件“{file.name}”无法核验：{error}") from error
    checked = _told(report, _replayed(instance, plan))
    click.echo(checked.model_dump_json(by_alias=True) if as_json else _in_words(checked))
    return 0 if checked.good else EXIT_NOT_MET


def _read(file: IO[str], instance_file: IO[str] | None) -> tuple[Any, Any]:
    try:
        given = load(file.read())
        instance = None if instance_file is None else load(instance_file.read())
    except UnicodeDecodeError as error:
        raise UnreadableError("不是 UTF-8 文字，请另存为 UTF-8。") from error
    is_both = isinstance(given, dict) and "plan" in given and "instance" in given
    plan = given["plan"] if is_both else given
    if instance is None and is_both:
        instance = given["instance"]
    if instance is None:
        raise UnreadableError("文件中没有 instance，请用 --instance 指明方案所依据的实例。")
    return instance, plan


def _replayed(instance: Any, plan: Any) -> CheckOut:
    """Solve the instance again, if the plan says which result it had."""
    said, rule = plan.get("result_hash"), plan.get("rule")
    if said is None or rule not in list(PlanRule):
        return CheckOut(check="replay", met=None, count=0, problems=[])
    try:
        found = solve_bare(instance, PlanRule(rule), plan.get("pins") or ()).result_hash
    except YangguangError as error:
        return CheckOut(check="replay", met=False, count=1, problems=[error.message])
    problems = [] if found == said else [f"写为 {said}，重新求解为 {found}。"]
    return CheckOut(check="replay", met=not problems, count=len(problems), problems=problems)


def _told(report: Report, replayed: CheckOut) -> VerifiedOut:
    checks = [
        CheckOut(check=one.name, met=one.met, count=one.count, problems=list(one.problems))
        for one in report.checks
    ]
    by_class = zip(report.people, report.seated, report.most_seated, strict=True)
    return VerifiedOut(
        good=report.is_good and replayed.met is not False,
        rule=report.rule,
        checks=[*checks, replayed],
        by_class=[
            ClassOut(person_class=number, people=people, seated=seated, most_seated_from_here=most)
            for number, (people, seated, most) in enumerate(by_class)
        ],
        blocking_pairs=report.blocking,
        pins=report.pins,
    )


def _in_words(checked: VerifiedOut) -> str:
    marks = {True: "是", False: "否", None: "—"}
    unasked = sum(one.met is None for one in checked.checks)
    asked = f"问过的 {len(checked.checks) - unasked} 项{'全部通过' if checked.good else '中有检查未通过'}"
    rest = f"；文件没有写、因而没有问的有 {unasked} 项" if unasked else ""
    lines = [f"{PlanRule(checked.rule).label}，{asked}{rest}："]
    if checked.pins:
        lines.append(f"有 {checked.pins} 条人工指定：除缺额证明外，各项都在指定之外核算。")
    for one in checked.checks:
        lines.append(f"{marks[one.met]}  {_WORDS[one.check]}")
        lines += [f"    {problem}" for problem in one.problems]
        if one.count > len(one.problems):
            lines.append(f"    ……共 {one.count} 处")
    return "\n".join(lines)
