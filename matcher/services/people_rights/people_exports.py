"""Asking for lists of people (申请导出名单): the name list of a drive's people, a school's submission of them.

The way is that of files: a purpose, an approval by somebody else, alarms by number, a mark on every page, fetched
by the asker alone. A school's submission has fixed columns and none of them tells of the household.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from matcher import clock
from matcher.db.engine import ring_of
from matcher.documents.xlsx import Cell, Column
from matcher.errors import InvalidInputError, RuleBrokenError
from matcher.kinds.people_rights import DisclosureBasis, ExportKind
from matcher.kinds.sheet_exports import NameField
from matcher.models.people_rights import ExportRequest
from matcher.services.people_rights import exports, people_cells
from matcher.services.people_rights.exports import ExportWish
from matcher.services.people_rights.people_lists import (
    PeopleFilter,
    Person,
    count_people,
    read_people,
    wanted_people,
)
from matcher.services.permissions import Actor, Permission, require

KINDS = (ExportKind.NAME_LIST, ExportKind.SCHOOL)


@dataclass(frozen=True)
class PeopleWish:
    """Which list of which people somebody wants."""

    kind: ExportKind
    people: PeopleFilter
    purpose: str
    fields: Sequence[NameField] = ()
    """Columns of a name list; a school's submission has its own."""
    recipient: str | None = None
    recipient_contact: str | None = None
    basis: DisclosureBasis | None = None


def request_people(session: Session, by: Actor, wish: PeopleWish) -> ExportRequest:
    """Ask for a list of people; it waits for the approval of somebody else.

    Raises
    ------
    InvalidInputError
        No fields, no purpose, or a recipient without a contact; a school's list without the school.
    RuleBrokenError
        Nobody of these people is in sight.
    """
    require(by, Permission.EXPORT_FILES)
    require(by, Permission.VIEW_FIGURES)
    is_school = wish.kind is ExportKind.SCHOOL
    codes = ("all",) if is_school else tuple(field.value for field in wish.fields)
    plain = ExportWish(
        fields=codes,
        purpose=wish.purpose,
        recipient=wish.recipient,
        recipient_contact=wish.recipient_contact,
        basis=wish.basis,
    )
    exports.check_wish(plain)
    if is_school and not (wish.recipient or "").strip():
        said = "报送给哪所学校，请写明。"
        raise InvalidInputError("export_incomplete", said, fields={"recipient": said})
    now = clock.now()
    n_records = count_people(session, wanted_people(session, by, wish.people, now))
    if n_records == 0:
        raise RuleBrokenError("export_empty", "统计人群里没有您能完整查看的毕业生，无法申请导出。")
    export = exports.new_request(by, plain, wish.people.to_json(), n_records)
    export.kind, export.requested_at = wish.kind, now
    return exports.enter_request(session, by, export)


@dataclass(frozen=True)
class PeopleTable:
    """Columns and rows of a list of people; `graduate_ids` fills up while the rows are read."""

    columns: list[Column]
    rows: Iterator[list[Cell]]
    graduate_ids: list[int]
    name: str
    notes: tuple[str, ...] = ()


def table_of(session: Session, by: Actor, export: ExportRequest) -> PeopleTable:
    """Return the table of an approved request, read as it is written; `by` is who asked."""
    chosen = PeopleFilter.from_json(export.filter)
    people = read_people(session, wanted_people(session, by, chosen, known_at(export)))
    ring, graduate_ids = ring_of(session), list[int]()
    if export.kind is ExportKind.SCHOOL:
        rows = (people_cells.school_cells(ring, one) for one in _noted(people, graduate_ids))
        notes = ("没有采集的列留空，由学校补。", *people_cells.school_notes())
        return PeopleTable(people_cells.school_columns(), rows, graduate_ids, "就业信息", notes)
    fields = [NameField(code) for code in export.fields]
    numbered = (
        [number, *people_cells.name_cells(ring, one, fields)]
        for number, one in enumerate(_noted(people, graduate_ids), start=1)
    )
    return PeopleTable(people_cells.name_columns(fields), numbered, graduate_ids, "名单")


def known_at(export: ExportRequest) -> dt.datetime:
    """Return the instant a list is as of: what was entered after the asking is not in it."""
    return export.requested_at


def _noted(people: Iterator[Person], graduate_ids: list[int]) -> Iterator[Person]:
    for one in people:
        graduate_ids.append(one.row.graduate_id)
        yield one
