"""The manifest of a plan (方案清单) in the chained trail, and solving it again to the same hashes (重放)."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.errors import RuleBrokenError
from matcher.kinds import RunState
from matcher.models.audit import AuditEntry
from matcher.models.plans import PlanRun
from matcher.models.ranking_runs import RankingRun
from matcher.services.plans.file_hashes import file_hashes
from matcher.services.plans.folders import load_input, plan_folder
from matcher.services.plans.solving import library_versions, solve_rules


def manifest_of(session: Session, plan: PlanRun) -> dict[str, Any]:
    """Return everything that says how a plan came about, by hashes and plain values.

    `file_hashes` are those whoever has the file to verify makes again from it, see `file_hashes`.
    """
    run = session.get_one(RankingRun, plan.ranking_run_id)
    return {
        "plan": plan.public_id,
        "number": plan.number,
        "is_dry": plan.is_dry,
        "drive_id": plan.drive_id,
        "drive_revision": plan.drive_revision,
        "ranking_run": run.public_id,
        "ranking_input_hash": run.snapshot_hash,
        "ranking_result_hash": run.result_hash,
        "as_of_change": plan.as_of_change,
        "parameters": plan.parameters,
        "lottery_commitment": plan.lottery_commitment,
        "input_hash": plan.input_hash,
        "fair_hash": plan.fair_hash,
        "most_hash": plan.most_hash,
        "file_hashes": plan.figures.get("file_hashes", {}),
        "code_version": plan.code_version,
        "libraries": library_versions(),
    }


@dataclass(frozen=True)
class PlanReplay:
    """Hashes as they stand in the trail, and as solving again gave them; by name."""

    stored: dict[str, str | None]
    replayed: dict[str, str | None]

    @property
    def equal(self) -> bool:
        """Whether every hash is the same."""
        return self.stored == self.replayed


_HASHES = ("input_hash", "fair_hash", "most_hash")
_FILE_HASHES = ("instance", "pins", "fair", "most")


def replay_plan(session: Session, plan_id: int) -> PlanReplay:
    """Solve a plan again from its folder, every file of it checked; callers have checked who asks.

    What is compared is the manifest of the trail, which nobody can change unseen, and not the plan's own row.

    Raises
    ------
    SnapshotError
        The folder is gone or damaged; then only hashes are left.
    """
    plan = session.get_one(PlanRun, plan_id)
    if plan.state is not RunState.DONE or plan.is_dry:
        raise RuleBrokenError(
            "plan_not_done", f"第 {plan.number} 次方案没有完成，或只是试算，不能重放。"
        )
    folder = plan_folder(settings_of(session), plan.drive_id, plan.input_hash or "")
    given = load_input(folder, check=True)
    results = solve_rules(given)
    replayed: dict[str, str | None] = {
        "input_hash": given.input_hash(),
        **{f"{one.rule.value}_hash": one.result_hash(given.market) for one in results},
        **{f"file_{name}": one for name, one in file_hashes(given, results).items()},
    }
    told = _manifest(session, plan_id)
    stored = {name: told.get(name) for name in _HASHES}
    in_files = told.get("file_hashes", {})
    stored |= {f"file_{name}": in_files.get(name) for name in _FILE_HASHES}
    return PlanReplay(stored, replayed)


def _manifest(session: Session, plan_id: int) -> dict[str, Any]:
    """Return the manifest as it stands in the trail."""
    found = sa.select(AuditEntry.details).where(
        AuditEntry.action == "plan.computed",
        AuditEntry.subject_kind == "plan_run",
        AuditEntry.subject_id == plan_id,
    )
    details = session.scalar(found.order_by(AuditEntry.number.desc()).limit(1))
    return dict((details or {}).get("manifest", {}))
