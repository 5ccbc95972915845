"""What stands in a cell of a list of people (名单单元格): of the name list, of a school's submission.

Numbers that name a person are opened only for columns that were asked for and approved; the masked ones are those
every list shows.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from matcher.documents.xlsx import Cell, Column, ColumnKind
from matcher.keys import KeyRing
from matcher.kinds import EducationLevel
from matcher.kinds.sheet_exports import NameField
from matcher.policy.destinations import name_of
from matcher.policy.school_columns import load_school_columns
from matcher.services.people_rights.people_lists import Person

_F = NameField
_LINES = {
    EducationLevel.SECONDARY: "高中、中专及以下",
    EducationLevel.COLLEGE: "专科生毕业",
    EducationLevel.BACHELOR: "本科生毕业",
    EducationLevel.MASTER: "硕士生毕业",
    EducationLevel.DOCTOR: "博士生毕业",
}
"""学历层次 as schools write it."""

_PLAIN: Mapping[NameField, Callable[[Person], Cell]] = {
    _F.UNION: lambda one: one.row.union_name,
    _F.FILE_NUMBER: lambda one: one.row.file_number,
    _F.HOLDER: lambda one: one.row.holder_name,
    _F.NAME: lambda one: one.row.name,
    _F.EDUCATION: lambda one: one.row.education.label,
    _F.SCHOOL: lambda one: one.row.school,
    _F.MAJOR: lambda one: "、".join(name for name, _ in one.majors),
    _F.GRADUATES_ON: lambda one: one.row.graduates_on,
    _F.YEARS: lambda one: "往届" if one.row.is_earlier_year else "应届",
    _F.TIER: lambda one: one.row.tier.label,
    _F.ZERO: lambda one: one.row.is_zero_employment,
    _F.STANDING: lambda one: one.row.standing.label,
    _F.PLACED: lambda one: _placed(one),
    _F.ID_MASKED: lambda one: one.row.id_number_masked,
    _F.PHONE_MASKED: lambda one: one.row.phone_masked,
}


def _placed(one: Person) -> str:
    name = _destination(one)
    return f"{name}（{one.row.placement_state.label}）" if name else "还没有"


def _destination(one: Person) -> str | None:
    code = one.row.destination_code
    return _name(one.row.destination_list, code) if code is not None else None


_name = lru_cache(maxsize=256)(name_of)
"""Few codes, many people."""


def _opened(ring: KeyRing, one: Person, field: str) -> str | None:
    cipher: bytes | None = getattr(one.row, f"{field}_cipher")
    return None if cipher is None else ring.decrypt(cipher, f"graduate.{field}")


def name_columns(fields: Sequence[NameField]) -> list[Column]:
    """Return the columns of a name list: a running number first."""
    kinds: dict[NameField, ColumnKind] = {_F.GRADUATES_ON: "date"}
    return [
        Column("序号", "number", 6),
        *(Column(one.label, kinds.get(one, "text")) for one in fields),
    ]


def name_cells(ring: KeyRing, one: Person, fields: Sequence[NameField]) -> list[Cell]:
    """Return what a name list says of one person, without the running number."""
    return [
        _PLAIN[field](one) if field in _PLAIN else _opened(ring, one, field.value)
        for field in fields
    ]


_SCHOOL: Mapping[str, Callable[[Person], Cell]] = {
    "student_number": lambda one: one.row.student_number,
    "name": lambda one: one.row.name,
    "origin_region": lambda one: one.row.origin_region,
    "hukou": lambda one: one.row.hukou.label if one.row.hukou else None,
    "education": lambda one: _LINES[one.row.education],
    "major_name": lambda one: one.majors[0][0] if one.majors else None,
    "major_code": lambda one: one.majors[0][1] if one.majors else None,
    "graduates_on": lambda one: one.row.graduates_on,
    "destination_code": lambda one: one.row.destination_code,
    "destination_name": lambda one: _destination(one),
    "signed_on": lambda one: one.row.signed_on,
    "employer_name": lambda one: one.row.employer_name,
    "credit_code": lambda one: one.row.credit_code,
    "unit_nature_code": lambda one: one.row.unit_nature_code,
    "industry": lambda one: one.row.industry,
    "workplace_region": lambda one: one.row.workplace_region,
    "employer_address": lambda one: one.row.address,
    "job_title": lambda one: one.row.job_title,
    "placement_state": lambda one: (
        one.row.placement_state.label if one.row.placement_state else None
    ),
}


def school_columns() -> list[Column]:
    """Return the columns of a school's submission."""
    return [
        Column(one.heading, "date" if one.kind == "date" else "text")
        for one in load_school_columns()
    ]


def school_cells(ring: KeyRing, one: Person) -> list[Cell]:
    """Return what a school's submission says of one person; columns of others stay empty."""
    return [_school_cell(ring, one, column.field) for column in load_school_columns()]


def _school_cell(ring: KeyRing, one: Person, field: str) -> Cell:
    if field == "sex":
        return _sex(ring, one)
    return _SCHOOL[field](one) if field else None


def _sex(ring: KeyRing, one: Person) -> str | None:
    """Return the sex the household's file says, else the one the identity number says."""
    if one.row.sex is not None:
        return str(one.row.sex.label)
    number = _opened(ring, one, "id_number")
    if number is None or len(number) != 18 or not number[16].isdigit():
        return None
    return "男" if int(number[16]) % 2 else "女"


def school_notes() -> list[str]:
    """Return what to know of columns, each as 'heading: note'."""
    return [f"{one.heading}：{one.note}" for one in load_school_columns() if one.note]
