"""Households out of sheets (困难职工家庭): one file a household, a row for the file or for each member.

A person who stands in another open file anywhere is refused, without saying where.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.base import new_public_id
from matcher.db.engine import ring_of
from matcher.intake.drafts import HouseholdDraft, JudgedRow
from matcher.keys import KeyRing
from matcher.kinds import HardshipTier
from matcher.models.households import Household, HouseholdMember
from matcher.services.imports.household_members import (
    member_rows,
    member_values,
    members_of,
    person_key,
    update_member,
)
from matcher.services.imports.kinds import (
    BatchPlace,
    Writing,
    Written,
    insert_plain,
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

_COLUMNS = (
    "tier",
    "tier_on",
    "is_zero_employment",
    "zero_employment_on",
    "region_code",
    "address_cipher",
    "import_digest",
)


_KEYS = "household.key"
"""Keys of households without a file number hold the holder's identity number: only its hash is kept."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the union that bears a number of the sheet."""

    id: int
    digest: str | None
    is_open: bool


def file_number_of(ring: KeyRing, draft: HouseholdDraft) -> str:
    """Return the file number of a household; one made here tells nobody who its people are."""
    return draft.file_no or f"X{ring.blind_index(draft.key, _KEYS)[:20]}"


class HouseholdImport:
    """Compares household files with the union's own, and writes them."""

    def __init__(self, session: Session, place: BatchPlace) -> None:
        self._session = session
        self._place = place
        self._own = Scope(place.union_id).unions()
        self._ring = ring_of(session)

    def stage(self, rows: Sequence[JudgedRow]) -> list[StagedRow]:
        """Compare a slice with open files: two queries."""
        staged = [self._staged(judged) for judged in rows]
        values = [row.values for row in staged if row.values]
        files = self._files(values)
        people = self._people_of(self._session, [file.id for file in files.values()])
        elsewhere = self._members_of_other_files(values)
        return [
            self._judge(row, files, people=people, elsewhere=elsewhere) if row.values else row
            for row in staged
        ]

    def _staged(self, judged: JudgedRow) -> StagedRow:
        draft = judged.draft
        values = self._values(draft) if isinstance(draft, HouseholdDraft) else None
        return from_judged(judged, values)

    def _values(self, draft: HouseholdDraft) -> Values:
        tier = draft.tier or HardshipTier.NONE
        is_zero = bool(draft.zero_employment_claim)
        since = draft.zero_since or draft.filed_on
        members = [member_values(self._ring, member) for member in draft.members]
        number = file_number_of(self._ring, draft)
        people = "+".join(sorted(member["id_number_index"] or member["name"] for member in members))
        return {
            "key": f"{number}|{people}",
            "file_number": number,
            "household": {
                "tier": tier.value,
                "tier_on": draft.filed_on.isoformat() if draft.filed_on and draft.tier else None,
                "is_zero_employment": is_zero,
                "zero_employment_on": since.isoformat() if is_zero and since else None,
                "region_code": draft.place_code,
            },
            "address": draft.home_address,
            "members": members,
        }

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

    def _judge(
        self,
        row: StagedRow,
        files: dict[str, _File],
        *,
        people: dict[tuple[int, str], str | None],
        elsewhere: dict[str, int],
    ) -> StagedRow:
        values = row.values or {}
        own = files.get(values["file_number"])
        if own is not None and not own.is_open:
            return row.refused(
                own_problem(
                    "file_closed",
                    "这份档案已经关闭，名册不能使它恢复。",
                    "请核对；如家庭再次符合条件，用新的档案编号建档。",
                )
            )
        for member in values["members"]:
            there = elsewhere.get(member["id_number_index"])
            if there is not None and (own is None or there != own.id):
                return row.refused(
                    own_problem(
                        "member_in_open_file",
                        "家庭成员中有人已在另一份未关闭的档案中，一人不能有两份档案。",
                        "请核对；如家庭有变动，先办理转移或合并。",
                    )
                )
        if own is None:
            return against_existing(row, None)
        # A roster has a row a person: what that row said last time stands with the person.
        digests = [people.get((own.id, person_key(member))) for member in values["members"]]
        return against_existing(row, (own.id, digests[0] if digests else own.digest))

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
        columns = [
            {
                **self._columns(own[0].values),
                "file_number": number,
                "public_id": new_public_id(),
                "union_id": self._place.union_id,
                "is_open": True,
                "created_at": now,
                "import_batch_id": self._place.batch_id,
                "import_digest": own[0].digest,
                "version_id": 1,
            }
            for number, own in files.items()
        ]
        ids = insert_rows(session, Household, columns)
        members = []
        for household_id, own in zip(ids, files.values(), strict=True):
            members += member_rows(self._ring, household_id, own)
        if members:
            insert_plain(session, HouseholdMember, members)
        return [
            Written(row.row_id, household_id, 1, None)
            for household_id, own in zip(ids, files.values(), strict=True)
            for row in own
        ]

    def _columns(self, values: Values) -> dict[str, Any]:
        dated = {
            name: dt.date.fromisoformat(values["household"][name])
            for name in ("tier_on", "zero_employment_on")
            if values["household"][name]
        }
        if values["household"]["is_zero_employment"]:
            # The roster does not say since when: the day it was taken in stands for it.
            dated.setdefault("zero_employment_on", clock.today())
        address = values["address"]
        cipher = self._ring.encrypt(address, "household.address") if address else None
        return {
            **values["household"],
            "tier_on": None,
            "zero_employment_on": None,
            **dated,
            "address_cipher": cipher,
        }

    def _change(self, session: Session, files: dict[str, list[Writing]]) -> list[Written]:
        targets = [own[0].target_id or 0 for own in files.values()]
        before = read_before(session, Household, targets, _COLUMNS)
        have = self._people_of(session, targets)
        members_before = members_of(session, targets)
        changes: dict[int, dict[str, Any]] = {}
        members: list[dict[str, Any]] = []
        written = []
        for own in files.values():
            target = own[0].target_id or 0
            changes[target] = {**self._columns(own[0].values), "import_digest": own[0].digest}
            for member in member_rows(self._ring, target, own):
                if (target, person_key(member)) in have:
                    update_member(session, member)
                else:
                    members.append(member)
            version = before[target]["version_id"] + 1
            was = {**before[target], "members": members_before.get(target, [])}
            written += [Written(row.row_id, target, version, was) for row in own]
        update_rows(session, Household, changes)
        if members:
            insert_plain(session, HouseholdMember, members)
        return written

    def _people_of(
        self, session: Session, household_ids: Sequence[int]
    ) -> dict[tuple[int, str], str | None]:
        """Return digests by (household, person); an import adds members, it never removes any."""
        have: dict[tuple[int, str], str | None] = {}
        for some in slices(household_ids):
            chosen = sa.select(
                HouseholdMember.household_id,
                HouseholdMember.id_number_index,
                HouseholdMember.name,
                HouseholdMember.import_digest,
            ).where(HouseholdMember.household_id.in_(some))
            for row in session.execute(chosen):
                have[row.household_id, row.id_number_index or row.name] = row.import_digest
        return have
