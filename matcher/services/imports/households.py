"""Households out of sheets (困难职工家庭): one file a household, a row for the file or for each member.

A person who stands in another open file anywhere is refused, without saying where.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import ring_of
from matcher.intake.drafts import HouseholdDraft, JudgedRow
from matcher.kinds.households import FileState
from matcher.models.households import Household, HouseholdMember
from matcher.models.zero_employment import ZeroEmploymentClaim
from matcher.services.imports.household_facts import write_of_files, write_of_members
from matcher.services.imports.household_members import (
    Have,
    known_key,
    member_rows,
    members_of,
    people_of,
    update_member,
)
from matcher.services.imports.household_values import (
    CHANGED,
    changed_columns,
    file_number_of,
    household_values,
    merged,
    new_columns,
)
from matcher.services.imports.household_watch import RosterWatch, lacking_holder, other_holder
from matcher.services.imports.kinds import (
    BatchPlace,
    Writing,
    Written,
    insert_rows,
    read_before,
    slices,
    update_rows,
)
from matcher.services.imports.rows import (
    StagedRow,
    Values,
    against_existing,
    from_judged,
    own_problem,
)
from matcher.services.permissions import Scope

__all__ = ["HouseholdImport", "file_number_of"]

_NewPerson = tuple[dict[str, Any], Values]


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the union that bears a number of the sheet."""

    id: int
    digest: str | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class _Tables:
    """What the tables hold of the people and files of a slice of rows."""

    files: dict[str, _File]
    have: Have
    names: dict[tuple[int, str], list[str]]
    led: set[int]
    elsewhere: dict[str, int]


class HouseholdImport:
    """Compares household files with the union's own, and writes them."""

    def __init__(self, session: Session, place: BatchPlace) -> None:
        self._session = session
        self._place = place
        self._own = Scope(place.union_id).unions()
        self._ring = ring_of(session)
        self._watch = RosterWatch()
        self._today = clock.today()

    def stage(self, rows: Sequence[JudgedRow]) -> list[StagedRow]:
        """Compare a slice with open files: three queries."""
        staged = [self._staged(judged) for judged in rows]
        values = [row.values for row in staged if row.values]
        files = self._files(values)
        people = people_of(self._session, [file.id for file in files.values()])
        tables = _Tables(files, *people, self._members_of_other_files(values))
        return [self._judge(row, tables) if row.values else row for row in staged]

    def _staged(self, judged: JudgedRow) -> StagedRow:
        draft = judged.draft
        if not isinstance(draft, HouseholdDraft):
            return from_judged(judged, None)
        return from_judged(judged, household_values(self._ring, draft, self._today))

    def _files(self, values: Sequence[Values]) -> dict[str, _File]:
        found: dict[str, _File] = {}
        for some in slices(value["file_number"] for value in values):
            chosen = sa.select(
                Household.id, Household.file_number, Household.import_digest, Household.is_open
            ).where(Household.file_number.in_(some), Household.union_id == self._place.union_id)
            for row in self._session.execute(chosen):
                found[row.file_number] = _File(row.id, row.import_digest, row.is_open)
        return found

    def _members_of_other_files(self, values: Sequence[Values]) -> dict[str, int]:
        """Return the households of people in open files anywhere, by keyed hash."""
        indexes = [
            member["id_number_index"]
            for value in values
            for member in value["members"]
            if member["id_number_index"]
        ]
        found: dict[str, int] = {}
        for some in slices(indexes):
            chosen = sa.select(HouseholdMember.id_number_index, HouseholdMember.household_id).where(
                HouseholdMember.id_number_index.in_(some), HouseholdMember.in_open_file
            )
            for row in self._session.execute(chosen):
                found[row.id_number_index] = row.household_id
        return found

    def _judge(self, row: StagedRow, tables: _Tables) -> StagedRow:
        values = row.values or {}
        own = tables.files.get(values["file_number"])
        problem = _against_tables(values, own, tables.elsewhere)
        if problem is not None:
            if problem["code"] == "member_in_open_file":
                self._watch.bar(values, (row.sheet, row.row))
            return row.refused(problem)
        row = self._watch.judge(row, values)
        if row.values is None:
            return row
        row = row.warned(lacking_holder()) if values["lacks_holder"] else row
        if own is None:
            return against_existing(row, None)
        # A roster has a row a person: what that row said last time stands with the person.
        keys = [known_key(tables.have, tables.names, own.id, m) for m in values["members"]]
        brings = any(
            m["is_holder"] and not key for m, key in zip(values["members"], keys, strict=True)
        )
        if brings and own.id in tables.led:
            return row.refused(other_holder())
        if values["is_whole"] or not keys:
            return against_existing(row, (own.id, own.digest))
        return against_existing(
            row, (own.id, tables.have.get((own.id, keys[0])) if keys[0] else None)
        )

    def write(self, session: Session, rows: Sequence[Writing]) -> list[Written]:
        """Write files, then members; rows of one file are one household."""
        by_file: dict[str, list[Writing]] = {}
        for row in rows:
            by_file.setdefault(row.values["file_number"], []).append(row)
        new = {number: own for number, own in by_file.items() if own[0].target_id is None}
        old = {number: own for number, own in by_file.items() if own[0].target_id is not None}
        return [*self._insert(session, new), *self._change(session, old)]

    def _insert(self, session: Session, files: dict[str, list[Writing]]) -> list[Written]:
        now = clock.now()
        said = [merged([row.values for row in own]) for own in files.values()]
        columns = [
            {
                **new_columns(self._ring, values, _digest(own)),
                "file_number": number,
                "public_id": new_public_id(),
                "union_id": self._place.union_id,
                "state": FileState.ACTIVE,
                "is_open": True,
                "created_at": now,
                "import_batch_id": self._place.batch_id,
                "version_id": 1,
            }
            for (number, own), values in zip(files.items(), said, strict=True)
        ]
        ids = insert_rows(session, Household, columns)
        people: list[_NewPerson] = []
        for household_id, own in zip(ids, files.values(), strict=True):
            people += member_rows(self._ring, household_id, own)
        write_of_files(session, list(zip(ids, said, strict=True)))
        told = frozenset(i for i, values in zip(ids, said, strict=True) if values["income"])
        _insert_people(session, people, told)
        return [
            Written(row.row_id, household_id, 1, None)
            for household_id, own in zip(ids, files.values(), strict=True)
            for row in own
        ]

    def _change(self, session: Session, files: dict[str, list[Writing]]) -> list[Written]:
        targets = [own[0].target_id or 0 for own in files.values()]
        before = read_before(session, Household, targets, CHANGED)
        have, names, _ = people_of(session, targets)
        members_before = members_of(session, targets)
        verifying = _being_verified(session, targets)
        changes: dict[int, dict[str, Any]] = {}
        people: list[_NewPerson] = []
        written = []
        for own in files.values():
            target = own[0].target_id or 0
            said = merged([row.values for row in own])
            changes[target] = changed_columns(
                self._ring, said, _digest(own), may_flag=target not in verifying
            )
            for member, told in member_rows(self._ring, target, own):
                key = known_key(have, names, target, told)
                if key is not None:
                    update_member(session, member, key)
                else:
                    people.append((member, told))
            version = before[target]["version_id"] + 1
            was = {**before[target], "members": members_before.get(target, [])}
            written += [Written(row.row_id, target, version, was) for row in own]
        update_rows(session, Household, changes)
        _insert_people(session, people, frozenset(targets))
        return written


def _digest(own: Sequence[Writing]) -> str:
    """Return the digest that stands with a file: of the row of the whole household, if there is one."""
    return next((row.digest for row in own if row.values["is_whole"]), own[0].digest)


def _against_tables(
    values: Values, own: _File | None, elsewhere: dict[str, int]
) -> dict[str, Any] | None:
    """Return why the tables do not let a row stand, None if they do."""
    if own is not None and not own.is_open:
        return own_problem(
            "file_closed",
            "这份档案已经关闭，名册不能使它恢复。",
            "请核对；如家庭再次符合条件，用新的档案编号建档。",
        )
    for member in values["members"]:
        there = elsewhere.get(member["id_number_index"])
        if there is not None and (own is None or there != own.id):
            return own_problem(
                "member_in_open_file",
                "家庭成员中有人已在另一份未关闭的档案中，一人不能有两份档案。",
                "请核对；如家庭有变动，先办理转移或合并。",
            )
    return None


def _insert_people(session: Session, people: Sequence[_NewPerson], told: frozenset[int]) -> None:
    """Insert members and what the roster says they do, earn and study."""
    ids = insert_rows(session, HouseholdMember, [row for row, _ in people])
    lives = [
        (row["household_id"], member_id, said)
        for member_id, (row, said) in zip(ids, people, strict=True)
    ]
    write_of_members(session, lives, told)


def _being_verified(session: Session, household_ids: Sequence[int]) -> set[int]:
    """Return households whose zero-employment state is being verified or was."""
    found: set[int] = set()
    for some in slices(household_ids):
        chosen = sa.select(ZeroEmploymentClaim.household_id)
        found.update(session.scalars(chosen.where(ZeroEmploymentClaim.household_id.in_(some))))
    return found
