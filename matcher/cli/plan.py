"""`yangguang plan`: the plan of a drive (`plan_drive`); bare instances solved and verified without an installation."""

import click

from matcher.cli.plan_drive import export as export_plan
from matcher.cli.plan_drive import plan_drive
from matcher.cli.plan_drive import replay as replay_plan
from matcher.cli.plan_solve import solve
from matcher.cli.plan_verify import verify
from matcher.kinds.plans import PlanRule


@click.group("plan", invoke_without_command=True)
@click.option("--drive", "drive_name", help="活动的名称或编号")
@click.option("--rule", type=click.Choice([rule.value for rule in PlanRule]), help="选用哪个方案")
@click.option("--dry-run", "is_dry", is_flag=True, help="只看数字，不保存每个人的去向")
@click.option("--replay", type=int, help="重放第几次方案，核对结果是否相同")
@click.option("--export", type=int, help="把第几次方案连同实例写出，供 verify 核验")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@click.pass_context
def command(
    context: click.Context,
    drive_name: str | None,
    *,
    rule: str | None,
    is_dry: bool,
    replay: int | None,
    export: int | None,
    as_json: bool,
) -> int:
    """编制安置方案，或重放一次；solve 求解单个实例，verify 独立核验方案。"""
    if context.invoked_subcommand is not None:
        return 0
    if drive_name is None:
        raise click.MissingParameter(param_hint="--drive", param_type="option", ctx=context)
    if replay is not None:
        return replay_plan(drive_name, replay, as_json=as_json)
    chosen = None if rule is None else PlanRule(rule)
    if export is not None:
        return export_plan(drive_name, export, chosen)
    return plan_drive(drive_name, rule=chosen, is_dry=is_dry, as_json=as_json)


command.add_command(solve)
command.add_command(verify)
