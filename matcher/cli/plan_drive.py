"""`yangguang plan --drive D`: make a plan of a drive with the running workers and wait; replay or export one.

If nobody runs the workers of this installation, they are started for it and stopped afterwards, as with `rank`. Exit 0:
done, and equal when replayed; 2: a replay gave other hashes; 1: failure. Nothing is published from here: a person does.
"""

import json

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.cli.background import running_workers, wait_shown
from matcher.cli.installation import find_drive, open_house
from matcher.db.engine import SessionFactory, reading, transaction
from matcher.errors import RuleBrokenError
from matcher.kinds import RunState
from matcher.kinds.plans import PlanRule
from matcher.models.plans import PlanRun
from matcher.services import audit
from matcher.services.permissions import SYSTEM
from matcher.services.plans.answers import PlanAnswer, RuleAnswer, plan_answer
from matcher.services.plans.exports import verifiable_plan
from matcher.services.plans.manifests import replay_plan
from matcher.services.plans.runs import SUBJECT, choose_rule, plan_progress, request_plan
from matcher.settings import load_settings

EXIT_DIFFERS = 2


def plan_drive(drive_name: str, *, rule: PlanRule | None, is_dry: bool, as_json: bool) -> int:
    """Make a plan of a drive and print it.

    Parameters
    ----------
    rule : the result to choose; None leaves the choice to a person
    is_dry : keep all but who sits where; nothing is chosen
    """
    factory = open_house()
    drive = find_drive(factory, drive_name)
    with transaction(factory) as session:
        plan_id = request_plan(session, SYSTEM, drive.id, is_dry=is_dry).id
    with running_workers(load_settings()):
        _wait(factory, plan_id)
    with transaction(factory) as session:
        plan = session.get_one(PlanRun, plan_id)
        if rule is not None and not is_dry:
            choose_rule(session, SYSTEM, plan.public_id, rule)
        answer = plan_answer(session, plan)
    click.echo(answer.model_dump_json() if as_json else _in_words(answer))
    return 0


def _wait(factory: SessionFactory, plan_id: int) -> None:
    """Wait for the plan, with its progress on standard error."""
    state = wait_shown(factory, "安置方案", lambda session: plan_progress(session, plan_id))
    if state is not RunState.DONE:
        with reading(factory) as session:
            told = session.get_one(PlanRun, plan_id).figures
        message = f"安置方案没有完成：{told.get('error_message') or '请查看日志后重试。'}"
        code = str(told.get("error_code") or "plan_failed")
        raise RuleBrokenError(code, message, plan_id=plan_id, **told.get("error_details", {}))


def _in_words(answer: PlanAnswer) -> str:
    market = answer.market
    return "\n".join(
        [
            f"第 {answer.number} 次方案：{market.graduates:,} 人，{market.postings:,} 个岗位，"
            f"{sum(market.seats):,} 个空缺席位。",
            f"公平方案：{_rule_in_words(answer.fair)}",
            f"最多方案：{_rule_in_words(answer.most)}",
        ]
    )


def _rule_in_words(rule: RuleAnswer) -> str:
    return (
        f"安置 {rule.total.seated:,} 人，平均契合分 {rule.total.mean_fit or 0:g}，"
        f"按公布的规则可提异议的组合 {rule.total.published_pairs:,} 个，保障对象还有 {rule.uncovered} 人没有席位。"
    )


def replay(drive_name: str, number: int, *, as_json: bool) -> int:
    """Solve a plan of a drive again and compare the hashes with those in the trail."""
    factory = open_house()
    drive = find_drive(factory, drive_name)
    with reading(factory) as session:
        report = replay_plan(session, _numbered(session, drive.id, number).id)
    if as_json:
        told = {"stored": report.stored, "replayed": report.replayed, "equal": report.equal}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        words = "相同" if report.equal else "不相同"
        click.echo(f"重放第 {number} 次方案：结果{words}（{report.replayed['fair_hash']}）。")
    return 0 if report.equal else EXIT_DIFFERS


def export(drive_name: str, number: int, rule: PlanRule | None) -> int:
    """Print a plan with what it was solved on, for `plan verify`; the chosen rule or the fair one if none is named.

    Who sits where, and of which class everybody is, leaves the house: each time is in the trail, as from the page.
    """
    factory = open_house()
    drive = find_drive(factory, drive_name)
    with reading(factory) as session:
        plan = _numbered(session, drive.id, number)
        wanted = rule or plan.chosen_rule or PlanRule.FAIR
        told = verifiable_plan(session, plan, wanted)
    with transaction(factory) as session:
        subject = (SUBJECT, plan.id)
        audit.record(session, SYSTEM, "plan.file_taken", subject=subject, rule=wanted.value)
    click.echo(json.dumps(told, ensure_ascii=False))
    return 0


def _numbered(session: Session, drive_id: int, number: int) -> PlanRun:
    chosen = sa.select(PlanRun).where(PlanRun.drive_id == drive_id, PlanRun.number == number)
    plan = session.scalar(chosen)
    if plan is None:
        raise RuleBrokenError("plan_unknown", f"这个活动没有第 {number} 次方案。")
    return plan
