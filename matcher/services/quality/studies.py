"""Studies (排序质量、分值建议、规则比较): asked for by who manages a drive, computed by a worker, decided by a person.

What a study proposes becomes a revision of the drive's rules only when somebody accepts it, and only while the rules it
started from still stand.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds import JobQueue, JobState
from matcher.kinds.ranking_studies import StudyKind, StudyState
from matcher.models.drives import Drive, DriveRevision
from matcher.models.jobs import Job
from matcher.models.ranking_studies import RankingStudy
from matcher.ranking.parameters import DriveParameters
from matcher.services import audit, jobs
from matcher.services.drives import get_managed, get_parameters, revise_parameters
from matcher.services.permissions import Actor, Permission, require, scope_of
from matcher.services.quality.comparisons import check_differs
from matcher.services.quality.evaluation import finished_run
from matcher.services.rows import first_or_missing

STUDY = "ranking.study"
"""Name of the job that computes a study."""

_LEAST_WORDS = 4

_N_RECENT = 8
"""Comparisons a page lists."""


def managed_drive(session: Session, by: Actor, drive_id: int) -> Drive:
    """Return a drive of the scope for who manages drives, to be read."""
    require(by, Permission.MANAGE_DRIVE)
    found = sa.select(Drive).where(Drive.id == drive_id, Drive.union_id.in_(scope_of(by).unions()))
    return first_or_missing(session, found, lock=False)


def managed_among(session: Session, by: Actor, drives: Sequence[Drive]) -> list[Drive]:
    """Return those of some drives which the actor manages, in one query."""
    require(by, Permission.MANAGE_DRIVE)
    ids = [one.id for one in drives]
    chosen = sa.select(Drive.id).where(Drive.id.in_(ids), Drive.union_id.in_(scope_of(by).unions()))
    managed = set(session.scalars(chosen))
    return [one for one in drives if one.id in managed]


def ask(
    session: Session,
    by: Actor,
    drive_id: int,
    kind: StudyKind,
    *,
    wanted: DriveParameters | None = None,
) -> RankingStudy:
    """Ask for a study of a drive; one of the same kind that is being computed is returned instead.

    Parameters
    ----------
    wanted : rules to compare with; for a comparison alone

    Raises
    ------
    RuleBrokenError
        The drive has no finished run, or the rules to compare with are the present ones.
    """
    drive = get_managed(session, by, drive_id)
    finished_run(session, drive)
    if wanted is not None:
        check_differs(get_parameters(session, drive), wanted)
    elif (going_on := _going_on(session, drive_id, kind)) is not None:
        return going_on
    study = _new(session, by, drive, kind, wanted.to_dict() if wanted is not None else {})
    job = jobs.enqueue(
        session,
        STUDY,
        {"study_id": study.id},
        queue=JobQueue.BATCH,
        unique_key=f"{STUDY}:{study.id}",
        union_id=drive.union_id,
        created_by_id=by.account_id,
    )
    study.job_id = job.id
    audit.record(session, by, "ranking.study_asked", subject=("drive", drive_id), kind=kind.value)
    session.flush()
    return study


def _new(
    session: Session, by: Actor, drive: Drive, kind: StudyKind, asked: dict[str, Any]
) -> RankingStudy:
    study = RankingStudy(
        drive_id=drive.id,
        kind=kind,
        state=StudyState.ASKED,
        drive_revision=drive.revision,
        asked=asked,
        created_at=clock.now(),
        created_by_id=by.account_id,
    )
    session.add(study)
    session.flush()
    return study


def _going_on(session: Session, drive_id: int, kind: StudyKind) -> RankingStudy | None:
    return session.scalar(
        sa.select(RankingStudy)
        .join(Job, Job.id == RankingStudy.job_id)
        .where(
            RankingStudy.drive_id == drive_id,
            RankingStudy.kind == kind,
            RankingStudy.state == StudyState.ASKED,
            Job.state.in_((JobState.QUEUED, JobState.RUNNING)),
        )
        .order_by(RankingStudy.id.desc())
        .limit(1)
    )


def store(session: Session, study_id: int, result: dict[str, Any]) -> None:
    """Keep what was computed; a second time changes nothing."""
    study = session.get_one(RankingStudy, study_id, with_for_update=True)
    if study.state is StudyState.ASKED:
        study.state, study.result, study.finished_at = StudyState.DONE, result, clock.now()
        session.flush()


def keep_proposal(
    session: Session, by: Actor, drive_id: int, result: dict[str, Any]
) -> RankingStudy:
    """Keep a calibration computed elsewhere (`rank calibrate`), for a person to decide on.

    It belongs to the rules it was computed from, which may have been revised meanwhile.
    """
    drive = get_managed(session, by, drive_id)
    study = _new(session, by, drive, StudyKind.CALIBRATION, {})
    study.drive_revision = result["drive_revision"]
    store(session, study.id, result)
    return study


def newest(
    session: Session, by: Actor, drive_id: int, kind: StudyKind, *, is_done: bool = False
) -> RankingStudy | None:
    """Return a drive's newest study of a kind; the newest that is computed, if asked."""
    managed_drive(session, by, drive_id)
    chosen = sa.select(RankingStudy).where(
        RankingStudy.drive_id == drive_id, RankingStudy.kind == kind
    )
    if is_done:
        chosen = chosen.where(RankingStudy.state != StudyState.ASKED)
    return session.scalar(chosen.order_by(RankingStudy.id.desc()).limit(1))


def recent_comparisons(session: Session, by: Actor, drive_id: int) -> list[RankingStudy]:
    """Return the rules tried last for a drive, newest first."""
    managed_drive(session, by, drive_id)
    chosen = sa.select(RankingStudy).where(
        RankingStudy.drive_id == drive_id, RankingStudy.kind == StudyKind.COMPARISON
    )
    return list(session.scalars(chosen.order_by(RankingStudy.id.desc()).limit(_N_RECENT)))


def started_from(session: Session, study: RankingStudy) -> DriveParameters:
    """Return the rules a study starts from."""
    revision = session.get_one(DriveRevision, (study.drive_id, study.drive_revision))
    return DriveParameters.from_dict(revision.parameters)


def find(session: Session, by: Actor, public_id: str, *, lock: bool = False) -> RankingStudy:
    """Return a study of a drive the actor manages."""
    require(by, Permission.MANAGE_DRIVE)
    found = (
        sa.select(RankingStudy)
        .join(Drive, Drive.id == RankingStudy.drive_id)
        .where(RankingStudy.public_id == public_id, Drive.union_id.in_(scope_of(by).unions()))
    )
    return first_or_missing(session, found, lock=lock)


def proposed_parameters(study: RankingStudy) -> DriveParameters | None:
    """Return the rules a study would set; None if it proposes none."""
    if study.kind is StudyKind.COMPARISON:
        return DriveParameters.from_dict(study.asked)
    proposal = study.result.get("proposal")
    if study.kind is not StudyKind.CALIBRATION or not proposal or not proposal["is_worth"]:
        return None
    return DriveParameters.from_dict(proposal["parameters"])


def accept(session: Session, by: Actor, public_id: str) -> RankingStudy:
    """Make what a study proposes the drive's next revision; lists change with the next run.

    Raises
    ------
    RuleBrokenError
        It proposes nothing, was decided before, or the drive's rules are others by now.
    """
    study = _undecided(session, by, public_id)
    parameters = proposed_parameters(study)
    if parameters is None:
        raise RuleBrokenError("study_without_proposal", "这份结果没有可采用的建议。")
    drive = get_managed(session, by, study.drive_id)
    if drive.revision != study.drive_revision:
        raise RuleBrokenError(
            "study_outdated", "排序规则已不是当时那一版，请按现在的规则重新计算。"
        )
    revision = revise_parameters(session, by, drive.id, parameters)
    study.accepted_revision = revision.revision
    _decide(session, by, study, StudyState.ACCEPTED)
    return study


def decline(session: Session, by: Actor, public_id: str, words: str) -> RankingStudy:
    """Turn down what a study proposes, with a reason others read."""
    study = _undecided(session, by, public_id)
    if len(words.strip()) < _LEAST_WORDS:
        raise InvalidInputError(
            "study_decline_reason",
            "请写明不采用的原因。",
            fields={"words": "原因至少 4 个字。"},
        )
    study.decision_words = words.strip()
    _decide(session, by, study, StudyState.DECLINED)
    return study


def _undecided(session: Session, by: Actor, public_id: str) -> RankingStudy:
    study = find(session, by, public_id, lock=True)
    if study.state is not StudyState.DONE:
        raise RuleBrokenError("study_state", "这份结果还没算好，或者已经有人处理过。")
    return study


def _decide(session: Session, by: Actor, study: RankingStudy, state: StudyState) -> None:
    study.state, study.decided_at, study.decided_by_id = state, clock.now(), by.account_id
    audit.record(
        session,
        by,
        f"ranking.study_{state.value}",
        subject=("drive", study.drive_id),
        study=study.public_id,
        kind=study.kind.value,
        revision=study.accepted_revision,
        reason=study.decision_words,
    )
    session.flush()
