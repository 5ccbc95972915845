"""How a posting's major requirement was read (岗位要求): spans, levels, and whom of the drive it admits."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.kinds import Verdict
from matcher.models.postings import Posting
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.ranking_facts import requirement_key
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder
from matcher.vocabulary.majors import MajorRef
from matcher.vocabulary.requirements import LeafIndex, Requirement


@dataclass(frozen=True)
class MajorAnswer:
    """A major of the drive, the answer about it, and how many graduates have it."""

    major: MajorRef
    verdict: Verdict
    how: str
    n_graduates: int


@dataclass(frozen=True)
class RequirementView:
    """A requirement as read; `majors` are those of the drive that are not refused, most people first."""

    requirement: Requirement
    majors: tuple[MajorAnswer, ...]
    n_majors: int
    """Majors of the drive in all, 0 without a run."""


def requirement_view(session: Session, by: Actor, posting: Posting) -> RequirementView:
    """Return how a posting's requirement was read."""
    require(by, Permission.VIEW_RANKING)
    drive = get_drive(session, by, posting.drive_id)
    reading = read_key(requirement_key(posting.requirement, posting.directory))
    run = current_run(session, drive.id)
    if run is None:
        return RequirementView(reading, (), 0)
    folder = snapshot_folder(settings_of(session), drive.id, run.snapshot_hash or "")
    snapshot = open_snapshot(folder)
    leaves = snapshot.codebook.leaves.values
    own = snapshot.graduates.leaf[snapshot.graduates.leaf >= 0]
    people = np.bincount(own, minlength=len(leaves))
    answers = [
        MajorAnswer(leaves[leaf], verdict, how, int(people[leaf]))
        for leaf, verdict, how in LeafIndex(leaves).compile(reading)
    ]
    answers.sort(key=lambda one: (-one.n_graduates, one.major.code, one.major.name))
    return RequirementView(reading, tuple(answers), len(leaves))
