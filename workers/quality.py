"""Studies of a ranking in the background (排序质量、分值建议、规则比较): read, compute, then store."""

from typing import Any

from sqlalchemy.orm import Session

from matcher.db.engine import reading, transaction
from matcher.kinds import JobQueue
from matcher.kinds.ranking_studies import StudyKind, StudyState
from matcher.models.drives import Drive
from matcher.models.ranking_studies import RankingStudy
from matcher.ranking.parameters import DriveParameters
from matcher.services.quality import comparisons, evaluation, studies
from matcher.services.quality.comparisons import compare_rules
from matcher.services.quality.evaluation import evaluate
from matcher.services.quality.proposals import propose
from matcher.services.quality.shapes import Shape
from workers.runner import JobContext, job


@job(studies.STUDY, queue=JobQueue.BATCH)
def work_out(context: JobContext, *, study_id: int) -> dict[str, Any]:
    """Compute a study and keep it; a second run finds it computed, or keeps the very same."""
    with reading(context.session_factory) as session:
        study = session.get_one(RankingStudy, study_id)
        if study.state is not StudyState.ASKED:
            return {}
        found = _computed(session, study, context)
    with transaction(context.session_factory) as session:
        studies.store(session, study_id, found.model_dump(mode="json"))
    return {"study": study_id}


def _computed(session: Session, study: RankingStudy, context: JobContext) -> Shape:
    """Compute by kind, with progress."""
    drive = session.get_one(Drive, study.drive_id)
    if study.kind is StudyKind.EVALUATION:
        return evaluate(session, drive, lambda done: context.checkpoint(done, evaluation.STEPS))
    if study.kind is StudyKind.CALIBRATION:
        return propose(session, drive, context.checkpoint)
    wanted = DriveParameters.from_dict(study.asked)
    return compare_rules(
        session, drive, wanted, lambda done: context.checkpoint(done, comparisons.STEPS)
    )
