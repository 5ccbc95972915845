"""How a posting's major requirement was read (岗位要求): spans, levels, and whom of the drive it admits."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import settings_of
from matcher.kinds import Verdict
from matcher.models.employers import Employer
from matcher.models.postings import Posting
from matcher.services.drives import get_drive
from matcher.services.permissions import Actor, Permission, require
from matcher.services.postings import get_posting
from matcher.services.ranking_facts import rules_of_drive
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder
from matcher.services.requirement_rules import (
    NO_RULES,
    ReadingRules,
    issuer_key,
    load_rules,
    requirement_key,
)
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
    reading = _as_read(session, posting)
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


def reading_of(
    session: Session,
    by: Actor,
    columns: Mapping[str, str],
    *,
    directory: str | None = None,
    issuer: str | None = None,
    employer_id: int | None = None,
    drive_id: int | None = None,
) -> Requirement:
    """Read any text as a drive would read it today, with the terms and decisions in force there.

    Parameters
    ----------
    columns : texts by column level: {"混合": text}, {"本科": text} …
    issuer, employer_id : who issues it; an actor of an employer's is that employer's
    drive_id : None for the drives of the actor's own union; an employer's is always its own union's
    """
    if by.employer_id is not None:
        require(by, Permission.EDIT_OWN_POSTINGS)
        employer_id = by.employer_id
    else:
        require(by, Permission.VIEW_POSTINGS)
    rules = _rules_for(session, by, drive_id)
    key = requirement_key(
        {name: text for name, text in columns.items() if text},
        directory or None,
        issuer=issuer_key(issuer, employer_id),
        rules=rules,
    )
    return read_key(key)


def _rules_for(session: Session, by: Actor, drive_id: int | None) -> ReadingRules:
    if by.employer_id is not None:
        union_id = session.get_one(Employer, by.employer_id).union_id
    elif drive_id is not None:
        union_id = get_drive(session, by, drive_id).union_id
    elif by.union_id is None:
        return NO_RULES
    else:
        union_id = by.union_id
    return load_rules(session, union_id, clock.today())


def reading_of_posting(session: Session, by: Actor, posting_id: int) -> Requirement:
    """Read the text of a posting the actor may see, as its drive reads it today."""
    return _as_read(session, get_posting(session, by, posting_id).posting)


def _as_read(session: Session, posting: Posting) -> Requirement:
    rules = rules_of_drive(session, posting.drive_id, clock.today())
    issuer = issuer_key(posting.issuer, posting.employer_id)
    return read_key(
        requirement_key(posting.requirement, posting.directory, issuer=issuer, rules=rules)
    )
