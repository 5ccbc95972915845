"""Making the table of an approved export (导出文件): the asker's sight is asked again, every page is marked.

The watermark names who asked, when, and the number of the request: above the headings, at the head and foot of each
printed page, and as a mark among the file's properties. The file's name holds the number alone.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from matcher import clock
from matcher.documents.xlsx import Cell, Column, SheetSpec, write_sheet
from matcher.kinds import Role
from matcher.kinds.people_rights import ExportField, ExportKind, ExportState
from matcher.models.accounts import Account
from matcher.models.households import Household, HouseholdMember
from matcher.models.organisations import Union
from matcher.models.people_rights import ExportedFile, ExportedPerson, ExportRequest, StorageOnly
from matcher.services import audit, files, sealing
from matcher.services.askers import standing_actor
from matcher.services.files import FilePurpose
from matcher.services.people_rights import alarms, people_exports
from matcher.services.people_rights.exports import number_of, wanted_files
from matcher.services.permissions import SYSTEM, Actor

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARK = "request"
"""Name of the property that carries the number of the request."""


@dataclass(frozen=True)
class MadeTable:
    """A table with the files or the people it holds."""

    content: bytes
    household_ids: list[int]
    graduate_ids: list[int] = field(default_factory=list)

    @property
    def n_records(self) -> int:
        """How many files or people it names."""
        return len(self.household_ids) or len(self.graduate_ids)


def asker_of(session: Session, export: ExportRequest) -> Actor:
    """Return who asked, if the role still stands.

    Raises
    ------
    NotAllowedError
        The asker does not hold the role any more.
    """
    return standing_actor(
        session,
        export.requested_by_id,
        Role(export.role),
        union_id=export.union_id,
        subject_id=export.id,
    )


def make_table(session: Session, export: ExportRequest) -> MadeTable:
    """Return the workbook of an export; reads only."""
    by = asker_of(session, export)
    if export.kind is not ExportKind.FILES:
        return _people_table(session, by, export)
    chosen = [ExportField(one) for one in export.fields]
    found = wanted_files(by, export.filter).order_by(Household.id)
    rows = list(_readable(session, session.scalars(found).all()))
    columns = [Column(one.label) for one in chosen]
    content = _marked(session, export, "名册", columns=columns, rows=_cells(session, rows, chosen))
    return MadeTable(content, [household.id for household, _ in rows])


def _people_table(session: Session, by: Actor, export: ExportRequest) -> MadeTable:
    table = people_exports.table_of(session, by, export)
    content = _marked(
        session,
        export,
        table.name,
        columns=table.columns,
        rows=table.rows,
        notes=table.notes,
    )
    return MadeTable(content, [], table.graduate_ids)


def _marked(
    session: Session,
    export: ExportRequest,
    name: str,
    *,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    notes: Sequence[str] = (),
) -> bytes:
    """Return a workbook that carries the mark of its request on every page and among its properties."""
    mark = _watermark(session, export)
    main = SheetSpec(
        name=name,
        columns=columns,
        rows=rows,
        lines=[mark, f"用途：{export.purpose}。仅限申请人按此用途使用，不得另行提供。"],
        header=mark,
        footer=mark,
    )
    beside = SheetSpec(
        name="填写说明",
        columns=[Column("说明", "wrapped", 60)],
        rows=[[note] for note in notes],
        lines=[mark],
        header=mark,
        footer=mark,
    )
    target = BytesIO()
    write_sheet(
        target,
        [main, beside] if notes else [main],
        marks={MARK: f"{number_of(export)}/{export.public_id}"},
    )
    return target.getvalue()


def _watermark(session: Session, export: ExportRequest) -> str:
    name = session.scalar(
        sa.select(Account.display_name).where(Account.id == export.requested_by_id)
    )
    when = clock.in_china(clock.now())
    return f"{name or ''} {when:%Y-%m-%d %H:%M} 申请号 {number_of(export)}"


_Row = tuple[Household, HouseholdMember | None]


def _readable(session: Session, found: Sequence[Household]) -> Iterator[_Row]:
    """Give files with their holders; who is only stored any more is left out."""
    ids = [household.id for household in found]
    holders: dict[int, HouseholdMember] = {}
    blocked: set[int] = set()
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        of_part = sa.select(HouseholdMember).where(
            HouseholdMember.household_id.in_(part), HouseholdMember.is_holder
        )
        holders |= {member.household_id: member for member in session.scalars(of_part)}
        stored = (
            sa.select(HouseholdMember.household_id)
            .join(StorageOnly, StorageOnly.member_id == HouseholdMember.id)
            .where(HouseholdMember.household_id.in_(part), HouseholdMember.is_holder)
        )
        blocked |= set(session.scalars(stored))
    for household in found:
        if household.id not in blocked:
            yield household, holders.get(household.id)


_CHUNK = 5_000
"""Ids of one statement; SQLite takes 32,766 parameters."""


def _cells(
    session: Session, rows: Sequence[_Row], chosen: Sequence[ExportField]
) -> Iterator[list[Cell]]:
    unions = {row.id: row.name for row in session.execute(sa.select(Union.id, Union.name)).all()}
    sizes: dict[int, int] = {
        row[0]: row[1]
        for row in session.execute(
            sa.select(HouseholdMember.household_id, sa.func.count()).group_by(
                HouseholdMember.household_id
            )
        )
    }
    for household, holder in rows:
        plain: dict[ExportField, Cell] = {
            ExportField.FILE_NUMBER: household.file_number,
            ExportField.UNION: unions.get(household.union_id),
            ExportField.UNIT: household.unit_name,
            ExportField.STATE: household.state.label,
            ExportField.TIER: household.tier.label,
            ExportField.APPROVED_ON: household.approved_on,
            ExportField.HOLDER: holder.name if holder else None,
            ExportField.MEMBERS: sizes.get(household.id, 0),
        }
        yield [
            plain[field] if field in plain else _sealed(session, household, holder, field)
            for field in chosen
        ]


def _sealed(
    session: Session, household: Household, holder: HouseholdMember | None, field: ExportField
) -> Cell:
    if field is ExportField.ADDRESS:
        return sealing.open_sealed(session, household, "address")
    return sealing.open_sealed(session, holder, field.value) if holder else None


def keep_table(session: Session, export_id: int, made: MadeTable) -> ExportRequest:
    """Store a table that was made and let its asker fetch it; making it twice keeps the first."""
    export = session.get_one(ExportRequest, export_id, with_for_update=True)
    if export.state is not ExportState.APPROVED:
        return export
    stored = files.put_file(
        session,
        asker_of(session, export),
        made.content,
        purpose=FilePurpose.CASE_EXPORT,
        file_name=f"export-{number_of(export)}.xlsx",
        media_type=XLSX,
        union_id=export.union_id,
    )
    session.add_all(
        ExportedFile(export_id=export.id, household_id=number) for number in made.household_ids
    )
    session.add_all(
        ExportedPerson(export_id=export.id, graduate_id=number) for number in made.graduate_ids
    )
    export.file_id, export.made_at = stored.id, clock.now()
    export.expires_at, export.state = stored.expires_at, ExportState.READY
    export.n_records = made.n_records
    session.flush()
    alarms.raise_alarm(session, export)
    audit.record(
        session,
        SYSTEM,
        "export.made",
        subject=("export_request", export.id),
        records=export.n_records,
        alarm=export.alarm_level,
    )
    session.flush()
    return export


def expire_exports(session: Session, now: dt.datetime | None = None) -> int:
    """Mark the exports whose file has expired; part of the nightly work. Return how many."""
    moment = now or clock.now()
    done = session.scalars(
        sa.update(ExportRequest)
        .where(ExportRequest.state == ExportState.READY, ExportRequest.expires_at <= moment)
        .values(state=ExportState.EXPIRED)
        .returning(ExportRequest.id),
        execution_options={"synchronize_session": False},
    ).all()
    return len(done)
