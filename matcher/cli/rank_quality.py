"""`yangguang rank evaluate` and `yangguang rank calibrate`: how good a drive's lists are, and other points.

Both only read and compute in this process; `calibrate` also keeps what it proposes, so that a drive manager may take it
over or turn it down on the page. Exit 0: computed; 2: too few outcomes for measures or a proposal; 1: failure.
"""

import click

from matcher.cli.installation import find_drive, open_house
from matcher.db.engine import reading, transaction
from matcher.models.drives import Drive
from matcher.services.permissions import SYSTEM
from matcher.services.quality.evaluation import evaluate as evaluate_drive
from matcher.services.quality.proposals import propose
from matcher.services.quality.shapes import Calibration, Evaluation
from matcher.services.quality.studies import keep_proposal

EXIT_TOO_FEW = 2

_BIASED = "只有推荐过的人才有结果，而推荐谁多半由名单决定：指标偏向现在的排序。"

_WHY = {
    "too_few": "有结果的推荐太少，不报命中指标，也不提分值建议。",
    "too_few_postings": "能比较的岗位太少，不提分值建议。",
    "snapshot_gone": "当时的排序快照已经清理，算不了。",
    "rules_broken": "算出的分值不合排序规则，不提建议。",
}


_PARTS = {
    "major": "专业",
    "place": "地点",
    "occupation": "职业",
    "industry": "行业",
    "pay": "薪酬",
    "unit": "单位类型",
    "text": "文本",
}
"""Parts as the page calls them."""


@click.command("evaluate")
@click.option("--drive", "drive_name", required=True, help="活动的名称或编号")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def evaluate(drive_name: str, *, as_json: bool) -> int:
    """评价名单：命中、关注度分布、零就业家庭毕业生的选择。"""
    factory = open_house()
    drive_id = find_drive(factory, drive_name).id
    with reading(factory) as session:
        found = evaluate_drive(session, session.get_one(Drive, drive_id))
    click.echo(found.model_dump_json() if as_json else _evaluated(found))
    return 0 if found.hits is not None else EXIT_TOO_FEW


def _evaluated(found: Evaluation) -> str:
    spread, zero = found.congestion, found.zero_employment
    lines = [
        f"{found.drive}，第 {found.run} 次排序；有结果的推荐 {found.outcomes.judged} 对"
        f"（录用 {found.outcomes.hired}，面试 {found.outcomes.interviewed}）。",
        f"每个席位进入的名单：中位数 {spread.per_seat_p50:g}，最多 {spread.per_seat_max:g}，"
        f"基尼系数 {spread.gini:.2f}；{spread.never_shown} 个岗位没人看到，{spread.empty_lists} 人名单为空。",
        f"零就业家庭毕业生 {zero.graduates} 人：没有可推荐岗位的 {zero.with_none} 人，"
        f"3 个及以上的 {zero.with_three} 人。",
    ]
    if found.hits is None:
        return "\n".join([*lines, _WHY[found.without_hits]])
    there, back = found.hits.postings, found.hits.graduates
    lines.append(
        f"nDCG@10：岗位名单 {there.ndcg_at_10 or 0:.3f}，毕业生名单 {back.ndcg_at_10 or 0:.3f}。{_BIASED}"
    )
    return "\n".join(lines)


@click.command("calibrate")
@click.option("--drive", "drive_name", required=True, help="活动的名称或编号")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
def calibrate(drive_name: str, *, as_json: bool) -> int:
    """按推荐结果提出各项分值的建议，由人决定是否采用。"""
    factory = open_house()
    drive_id = find_drive(factory, drive_name).id
    with reading(factory) as session:
        found = propose(session, session.get_one(Drive, drive_id))
    if found.proposal is not None:
        with transaction(factory) as session:
            kept = keep_proposal(session, SYSTEM, drive_id, found.model_dump(mode="json"))
            found = found.model_copy(update={"study": kept.public_id})
    click.echo(found.model_dump_json() if as_json else _calibrated(found))
    return 0 if found.proposal is not None else EXIT_TOO_FEW


def _calibrated(found: Calibration) -> str:
    proposal = found.proposal
    if proposal is None:
        return (
            f"{_WHY[found.without_proposal]}现有 {found.outcomes.judged} 对，"
            f"至少要 {found.outcomes.least} 对，其中面试及以上 {found.least_good} 对。"
        )
    parts = "，".join(f"{_PARTS[one.part]} {one.now} → {one.proposed}" for one in proposal.parts)
    words = "可以采用" if proposal.is_worth else "差别在误差范围内，不建议采用"
    return (
        f"{parts}。\n没见过的岗位上次序相符的比例 {proposal.concordance_now:.3f} → "
        f"{proposal.concordance_proposed:.3f}"
        f"（变化在 {proposal.gain_low:+.4f} 与 {proposal.gain_high:+.4f} 之间），{words}。"
        f"\n{_BIASED}"
    )
