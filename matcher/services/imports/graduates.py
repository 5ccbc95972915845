"""Graduates out of sheets (毕业生): identity number, else school and number, else phone and name.

What a roster says of a person somebody else already keeps goes to a person, and the answer does not
say who keeps them. A household is linked by file number or the holder's identity number, within the
union's own tree only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.intake.drafts import GraduateDraft, JudgedRow
from matcher.kinds import RowStatus
from matcher.models.graduates import Graduate
from matcher.models.households import Household, HouseholdMember
from matcher.services.imports.graduate_rows import (
    COLUMNS,
    before_parts,
    change_parts,
    enter_drive,
    graduate_columns,
    insert_parts,
)
from matcher.services.imports.graduate_values import graduate_values
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


@dataclass(frozen=True)
class _Known:
    """A graduate the tables have: id, digest, name, and whether the scope covers them."""

    id: int
    digest: str | None
    name: str
    is_own: bool


class GraduateImport:
    """Compares graduates with all there are, and writes those of this union."""

    def __init__(self, session: Session, place: BatchPlace) -> None:
        self._session = session
        self._place = place
        self._own = Scope(place.union_id).unions()
        self._ring = ring_of(session)

    def stage(self, rows: Sequence[JudgedRow]) -> list[StagedRow]:
        """Compare a slice: a query for each kind of key."""
        staged = [self._staged(judged) for judged in rows]
        values = [row.values for row in staged if row.values]
        by_key = self._by_key(values)
        households = self.households(values)
        return [self._judge(row, by_key, households) if row.values else row for row in staged]

    def _staged(self, judged: JudgedRow) -> StagedRow:
        draft = judged.draft
        if not isinstance(draft, GraduateDraft):
            return from_judged(judged, None)
        row = from_judged(judged, graduate_values(draft, self._ring))
        if draft.level is None:
            return row.refused(
                own_problem(
                    "level_missing", "没有学历，无法判断符合哪些岗位。", "请补上学历后重新导入。"
                )
            )
        if not draft.major_name:
            row = row.warned(
                own_problem(
                    "major_missing",
                    "没有专业，暂不参加排序。",
                    "补上专业后即可参加排序。",
                    severity="warn",
                )
            )
        return row

    def _judge(
        self,
        row: StagedRow,
        by_key: dict[str, list[_Known]],
        households: dict[str, int],
    ) -> StagedRow:
        values = row.values or {}
        known = next((by_key[key] for key in values["keys"] if key in by_key), [])
        if len(known) > 1:
            return _to_person(row, "ambiguous", "按手机号和姓名找到不止一人，无法判断是哪一位。")
        if known and not known[0].is_own:
            return _to_person(row, "kept_elsewhere", "此人不能由本单位直接建档。")
        if known and known[0].name != values["graduate"]["name"]:
            return _to_person(row, "other_name", "证件号或学号与已有记录相同，但姓名不同。")
        link = values["household"]
        if link and link not in households:
            row = row.warned(
                own_problem(
                    "household_unknown",
                    "找不到所写的困难职工家庭档案，本行先不关联家庭。",
                    "请先导入家庭名册，再重新导入本表。",
                    severity="warn",
                )
            )
        # A link that resolves now is part of what the row says: the roster after the households
        # were imported is a change.
        row = _with_household(row, households.get(link) if link else None)
        return against_existing(row, (known[0].id, known[0].digest) if known else None)

    def _by_key(self, values: Sequence[Values]) -> dict[str, list[_Known]]:
        """Return known graduates by every natural key these values carry."""
        found: dict[str, list[_Known]] = {}
        columns = sa.select(
            Graduate.id,
            Graduate.import_digest,
            Graduate.name,
            Graduate.union_id.in_(self._own).label("is_own"),
            Graduate.id_number_index,
            Graduate.school,
            Graduate.student_number,
            Graduate.phone_index,
        ).order_by(Graduate.id)
        for some in slices(v["id_number_index"] for v in values if v["id_number_index"]):
            for row in self._session.execute(columns.where(Graduate.id_number_index.in_(some))):
                _add(found, f"id:{row.id_number_index}", row)
        for some in slices(
            v["graduate"]["student_number"] for v in values if v["graduate"]["student_number"]
        ):
            for row in self._session.execute(columns.where(Graduate.student_number.in_(some))):
                _add(found, f"number:{row.school}|{row.student_number}", row)
        for some in slices(v["phone_index"] for v in values if v["phone_index"]):
            for row in self._session.execute(columns.where(Graduate.phone_index.in_(some))):
                _add(found, f"phone:{row.phone_index}|{row.name}", row)
        return found

    def households(self, values: Sequence[Values]) -> dict[str, int]:
        """Return ids of own open households by the links these values carry."""
        links = {value["household"] for value in values if value["household"]}
        found: dict[str, int] = {}
        files = [link.removeprefix("file:") for link in links if link.startswith("file:")]
        for some in slices(files):
            chosen = sa.select(Household.id, Household.file_number).where(
                Household.file_number.in_(some),
                Household.union_id.in_(self._own),
                Household.is_open,
            )
            for row in self._session.execute(chosen):
                found[f"file:{row.file_number}"] = row.id
        holders = [link.removeprefix("holder:") for link in links if link.startswith("holder:")]
        for some in slices(holders):
            members = (
                sa.select(HouseholdMember.household_id, HouseholdMember.id_number_index)
                .join(Household, Household.id == HouseholdMember.household_id)
                .where(
                    HouseholdMember.id_number_index.in_(some),
                    HouseholdMember.in_open_file,
                    Household.union_id.in_(self._own),
                )
            )
            for household_id, index in self._session.execute(members):
                found[f"holder:{index}"] = household_id
        return found

    def write(self, session: Session, rows: Sequence[Writing]) -> list[Written]:
        """Write graduates, their majors and wishes; new and changed ones enter the batch's drive."""
        written = [
            *self._insert(session, [row for row in rows if row.target_id is None]),
            *self._change(session, [row for row in rows if row.target_id is not None]),
        ]
        if self._place.drive_id is not None:
            enter_drive(session, self._place.drive_id, [row.target_id for row in written])
        return written

    def _insert(self, session: Session, rows: Sequence[Writing]) -> list[Written]:
        now = clock.now()
        columns = [
            {
                **graduate_columns(self._ring, row.values),
                "union_id": self._place.union_id,
                "created_at": now,
                "import_batch_id": self._place.batch_id,
                "import_digest": row.digest,
                "version_id": 1,
            }
            for row in rows
        ]
        ids = insert_rows(session, Graduate, columns)
        insert_parts(session, [(id_, row.values) for id_, row in zip(ids, rows, strict=True)])
        return [Written(row.row_id, id_, 1, None) for id_, row in zip(ids, rows, strict=True)]

    def _change(self, session: Session, rows: Sequence[Writing]) -> list[Written]:
        targets = [row.target_id for row in rows if row.target_id is not None]
        before = read_before(session, Graduate, targets, COLUMNS)
        parts = before_parts(session, targets)
        changes: dict[int, dict[str, Any]] = {}
        written = []
        for row in rows:
            target = row.target_id or 0
            columns = graduate_columns(self._ring, row.values)
            said = {name: columns[name] for name in COLUMNS if columns.get(name) is not None}
            changes[target] = {**said, "import_digest": row.digest}
            was = {**before[target], "parts": parts.get(target, {})}
            written.append(Written(row.row_id, target, was["version_id"] + 1, was))
        update_rows(session, Graduate, changes)
        change_parts(session, {row.target_id or 0: row.values for row in rows})
        return written


def _add(found: dict[str, list[_Known]], key: str, row: Any) -> None:
    known = _Known(row.id, row.import_digest, row.name, bool(row.is_own))
    entries = found.setdefault(key, [])
    if known not in entries:
        entries.append(known)


def _to_person(row: StagedRow, code: str, reason: str) -> StagedRow:
    remedy = "请联系上级工会核对；核对清楚后改正名册重新导入。"
    return row.refused(own_problem(code, reason, remedy), RowStatus.AMBIGUOUS)


def _with_household(row: StagedRow, household_id: int | None) -> StagedRow:
    values = {**(row.values or {}), "household_id": household_id}
    return StagedRow(row.sheet, row.row, row.status, row.problems, values, row.target_id)
