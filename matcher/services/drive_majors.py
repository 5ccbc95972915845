"""The majors of a drive (本活动的专业) and how many people have them, out of its last run's snapshot."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from matcher.db.engine import settings_of
from matcher.kinds import Verdict
from matcher.models.drives import Drive
from matcher.models.graduates import Graduate
from matcher.models.ranking_runs import RankingRun
from matcher.ranking.encoding import NOT_STATED
from matcher.ranking.pairs import YES_CODE, meets_education
from matcher.services.permissions import Actor, scope_of
from matcher.services.ranking_runs import current_run
from matcher.services.ranking_snapshots import open_snapshot, read_key, snapshot_folder
from matcher.vocabulary.majors import MajorRef
from matcher.vocabulary.majors.caches import catalogue_cache
from matcher.vocabulary.requirements import LeafIndex

Leaves = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Answers:
    """Whom a requirement does not refuse, as leaf numbers; `how` numbers the rule of each doubt."""

    yes: Leaves
    maybe: Leaves
    how: Leaves
    rules: Sequence[str]

    @cached_property
    def hows(self) -> frozenset[str]:
        """The rules of the doubts."""
        return frozenset(self.rules[one] for one in set(self.how.tolist()))

    def within(self, wanted: Bools) -> "Answers":
        """Return the same with the doubts about wanted majors alone."""
        if not len(self.maybe):
            return self
        kept = wanted[self.maybe]
        if kept.all():
            return self
        return Answers(self.yes, self.maybe[kept], self.how[kept], self.rules)


class MajorCounts:
    """How many people have each major, out of the majors of some graduates."""

    def __init__(self, own: Leaves, n_leaves: int) -> None:
        first, second = own[:, 0], own[:, 1]
        two = (second >= 0) & (first >= 0) & (second != first)
        self._single = np.bincount(first[~two & (first >= 0)], minlength=n_leaves)
        pairs, counts = np.unique(own[two], axis=0, return_counts=True)
        self._one, self._other, self._both = pairs[:, 0], pairs[:, 1], counts
        more = np.bincount(own[two].ravel(), minlength=n_leaves)
        self.people = self._single + more
        """People with each major."""

    def in_doubt(self, answers: Answers) -> int:
        """Count the people with a major to be confirmed and none that fits."""
        count = int(self._single[answers.maybe].sum())
        if len(self._both) and len(answers.maybe):
            yes, maybe = self._mask(answers.yes), self._mask(answers.maybe)
            one, other = self._one, self._other
            doubtful = (maybe[one] | maybe[other]) & ~(yes[one] | yes[other])
            count += int(self._both[doubtful].sum())
        return count

    def with_any(self, numbers: Leaves) -> int:
        """Count the people with at least one of these majors."""
        mask = self._mask(numbers)
        count = int(self._single[numbers].sum())
        return count + int(self._both[mask[self._one] | mask[self._other]].sum())

    def _mask(self, numbers: Leaves) -> Bools:
        mask = np.zeros(len(self.people), dtype=bool)
        mask[numbers] = True
        return mask


class DriveMajors:
    """Majors of a drive as of a run, and the people the actor may count."""

    def __init__(self, run: RankingRun, folder: Path, mine: Bools | None) -> None:
        self.run = run
        self.snapshot = open_snapshot(folder)
        self.leaves: list[MajorRef] = self.snapshot.codebook.leaves.values
        self._folder = folder
        table = self.snapshot.acceptance
        # Plain views: cutting five thousand slices out of a mapped file costs more than reading them.
        self._columns = tuple(
            np.asarray(column).view(np.ndarray)
            for column in (table.pointer, table.leaf, table.code, table.how)
        )
        self._mine = mine
        self._counts: dict[int, MajorCounts] = {}
        self._admitted: dict[int, Bools] = {}

    def counts(self, least: int = NOT_STATED) -> MajorCounts:
        """Return the actor's people whose education reaches the least one of a posting (最低学历)."""
        if least not in self._counts:
            meets = self._meets(least)
            kept = meets if self._mine is None else meets & self._mine
            own = self.snapshot.graduates.leaf[kept]
            self._counts[least] = MajorCounts(own, len(self.leaves))
        return self._counts[least]

    def admitted(self, least: int) -> Bools:
        """Say of each major whether anybody of the drive who has it reaches a least education."""
        if least not in self._admitted:
            held = self.snapshot.graduates.leaf[self._meets(least)]
            found = np.zeros(len(self.leaves), dtype=bool)
            found[held[held >= 0]] = True
            self._admitted[least] = found
        return self._admitted[least]

    def _meets(self, least: int) -> Bools:
        return meets_education(self.snapshot.graduates.education, np.int8(least))

    def answers(self, key: str) -> Answers:
        """Return whom the requirement behind a key does not refuse; read anew if the run knew it not."""
        number = self.snapshot.codebook.requirements.find(key)
        return self.read(key) if number < 0 else self._of_run(number)

    def _of_run(self, number: int) -> Answers:
        table, (pointer, leaf, code, how) = self.snapshot.acceptance, self._columns
        part = slice(pointer[number], pointer[number + 1])
        leaves, fits = leaf[part], code[part] >= YES_CODE
        doubts = ~fits
        return Answers(leaves[fits], leaves[doubts], how[part][doubts], table.rules)

    def read(self, key: str) -> Answers:
        """Return the same by reading the requirement now."""
        return _read(self._folder, key)


@catalogue_cache(maxsize=4096)
def _read(folder: Path, key: str) -> Answers:
    found = _index(folder).compile(read_key(key))
    maybe = [(leaf, how) for leaf, verdict, how in found if verdict is Verdict.MAYBE]
    yes = [leaf for leaf, verdict, _ in found if verdict is Verdict.YES]
    rules = sorted({how for _, how in maybe})
    return Answers(
        np.asarray(yes, dtype=np.int32),
        np.asarray([leaf for leaf, _ in maybe], dtype=np.int32),
        np.asarray([rules.index(how) for _, how in maybe], dtype=np.int32),
        rules,
    )


@catalogue_cache(maxsize=2)
def _index(folder: Path) -> LeafIndex:
    return LeafIndex(open_snapshot(folder).codebook.leaves.values)


def drive_majors(session: Session, by: Actor, drive: Drive) -> DriveMajors | None:
    """Return the majors of a drive as its last run saw them; None without a run.

    Who works for a union below the drive's counts its own people only.
    """
    run = current_run(session, drive.id)
    if run is None:
        return None
    folder = snapshot_folder(settings_of(session), drive.id, run.snapshot_hash or "")
    scope = scope_of(by)
    if scope.admits(session, drive.union_id):
        return DriveMajors(run, folder, None)
    own = sa.select(Graduate.id).where(Graduate.union_id.in_(scope.unions()))
    ids = np.asarray(session.scalars(own.order_by(Graduate.id)).all(), dtype=np.int32)
    return DriveMajors(run, folder, np.isin(open_snapshot(folder).graduates.id, ids))
